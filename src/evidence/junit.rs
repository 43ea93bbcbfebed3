//! The JUnit report: one suite for each area, one case for each example that was not excluded. Red
//! exactly where the certificate is blocked.

use std::collections::BTreeMap;

use junit_report::{Duration, OffsetDateTime, Report, TestCase, TestResult, TestSuite};
use time::format_description::well_known::Rfc3339;

use super::{
    dressing::{self, Dress, DressingError},
    standing::Standing,
    telling::{self, Placed},
    text::XmlText,
};
use crate::{
    contract::id::AreaId,
    transcript::record::RunStarted,
    verdict::{
        result::{Assessment, Row},
        waiving::WaiverUse,
    },
    wire::moment::Micros,
};

/// Name of the suite of waivers that make the run fail; there is none where all is well with them.
pub const WAIVERS: &str = "waivers";

/// No report could be made.
#[derive(Debug, thiserror::Error)]
pub enum JunitError {
    /// The library could not write it.
    #[error("the JUnit report could not be built: {0}")]
    Build(#[from] junit_report::Error),
    /// The second pass failed.
    #[error("the JUnit report could not be completed: {0}")]
    Dressing(#[from] DressingError),
}

/// One area with its rows in plan order; what both files are made from.
#[derive(Clone, Debug)]
pub struct Suite<'a> {
    /// The area.
    pub area: AreaId,
    /// Its rows, without those that a filter left out.
    pub rows: Vec<&'a Row>,
}

/// Content of `junit.xml`. It depends on the arguments only: a second call gives the same bytes.
pub fn rich(started: &RunStarted, assessment: &Assessment) -> Result<Vec<u8>, JunitError> {
    let suites = suites(assessment);
    let dress = Dress::Rich {
        started,
        assessment,
        suites: &suites,
    };
    Ok(dressing::dress(&plain(started, assessment, &suites)?, &dress)?)
}

/// Content of `junit-strict.xml`; likewise.
pub fn strict(started: &RunStarted, assessment: &Assessment) -> Result<Vec<u8>, JunitError> {
    Ok(dressing::dress(
        &plain(started, assessment, &suites(assessment))?,
        &Dress::Strict,
    )?)
}

fn plain(started: &RunStarted, assessment: &Assessment, suites: &[Suite<'_>]) -> Result<Vec<u8>, JunitError> {
    let mut plain = Vec::new();
    report(started, assessment, suites).write_xml(&mut plain)?;
    Ok(plain)
}

/// The areas in the order of their names.
pub fn suites(assessment: &Assessment) -> Vec<Suite<'_>> {
    let mut areas: BTreeMap<AreaId, Vec<&Row>> = BTreeMap::new();
    for row in &assessment.rows {
        if Standing::of(row) != Standing::Excluded {
            areas.entry(row.entry.area()).or_default().push(row);
        }
    }
    areas
        .into_iter()
        .map(|(area, rows)| Suite { area, rows })
        .collect()
}

fn report(started: &RunStarted, assessment: &Assessment, suites: &[Suite<'_>]) -> Report {
    let origin = origin(&started.started_at);
    let mut report = Report::new();
    for suite in suites {
        // A result without attempts stands for an example that never began.
        let first = suite
            .rows
            .iter()
            .filter_map(|row| row.result.as_ref().filter(|result| !result.attempts.is_empty()))
            .map(|result| result.started)
            .min();
        report.add_testsuite(TestSuite {
            name: attribute(suite.area.as_str()),
            package: "senang-conformance".to_owned(),
            timestamp: later(origin, first.unwrap_or_default()),
            hostname: "localhost".to_owned(),
            testcases: suite.rows.iter().map(|row| case(row, assessment)).collect(),
            system_out: None,
            system_err: None,
        });
    }
    let void: Vec<TestCase> = assessment.void_waivers().map(void_waiver).collect();
    if !void.is_empty() {
        report.add_testsuite(TestSuite {
            name: WAIVERS.to_owned(),
            package: "senang-conformance".to_owned(),
            timestamp: later(origin, Micros(0)),
            hostname: "localhost".to_owned(),
            testcases: void,
            system_out: None,
            system_err: None,
        });
    }
    report
}

/// A waiver that makes the run fail is a red case of its own.
fn void_waiver(used: &WaiverUse) -> TestCase {
    let why = used.failure().unwrap_or_default();
    let short = format!("the waiver for {} does not count: {why}", used.waiver.case);
    TestCase {
        name: attribute(&format!("waiver for {}", used.waiver.case)),
        time: Duration::ZERO,
        result: failure(used.code(), &short, &telling::waiver(&used.waiver)),
        classname: Some(WAIVERS.to_owned()),
        filepath: None,
        system_out: Some(element(&attribute(&short))),
        system_err: None,
    }
}

fn case(row: &Row, assessment: &Assessment) -> TestCase {
    let standing = Standing::of(row);
    let short = telling::in_short(row);
    let full = telling::in_full(row, Placed::of(row, assessment).as_ref());
    let noted = row.result.as_ref().is_some_and(|result| !result.notes.is_empty());
    let (result, output) = match standing {
        Standing::Passed => (TestResult::Success, noted.then_some(full)),
        Standing::Failed => (failure(code(row), &short, &full), Some(attribute(&short))),
        Standing::Unproven => (error("inconclusive", &short, &full), Some(attribute(&short))),
        Standing::Harness => (error("harness", &short, &full), Some(attribute(&short))),
        Standing::Warning => skipped("warning", &short, &full),
        Standing::Open => skipped("inconclusive", &short, &full),
        Standing::Waived => skipped("waived", &short, &full),
        Standing::NotApplicable | Standing::Excluded => skipped("not applicable", &short, &full),
    };
    TestCase {
        name: attribute(&format!("{} {}", row.entry.example, row.entry.title)),
        time: row
            .result
            .as_ref()
            .map_or(Duration::ZERO, |result| span(result.started, result.ended)),
        result,
        classname: Some(attribute(row.entry.area().as_str())),
        filepath: None,
        system_out: output.map(|output| element(&output)),
        system_err: None,
    }
}

fn failure(code: &str, short: &str, full: &str) -> TestResult {
    TestResult::Failure {
        type_: attribute(code),
        message: attribute(short),
        cause: Some(element(full)),
    }
}

fn error(kind: &str, short: &str, full: &str) -> TestResult {
    TestResult::Error {
        type_: attribute(kind),
        message: attribute(short),
        cause: Some(element(full)),
    }
}

// A skipped case says first why it is not red, also in its text: several readers show only that. The
// others show only the output.
fn skipped(why: &str, short: &str, full: &str) -> (TestResult, Option<String>) {
    let message = format!("{why}: {short}");
    let told = format!("{message}\n\n{full}");
    let result = TestResult::SkippedWithCause {
        type_: attribute(why),
        message: attribute(&message),
        cause: Some(element(&told)),
    };
    (result, Some(told))
}

fn code(row: &Row) -> &str {
    row.result
        .as_ref()
        .map_or("failed", |result| telling::code(&result.findings))
}

fn attribute(text: &str) -> String {
    XmlText::attribute(text).to_string()
}

fn element(text: &str) -> String {
    XmlText::element(text).cdata().into_owned()
}

/// The wall clock at the start of the run; the UNIX epoch when the text is no RFC 3339 time that
/// can be written again.
pub(super) fn origin(started_at: &str) -> OffsetDateTime {
    OffsetDateTime::parse(started_at, &Rfc3339)
        .ok()
        .and_then(|moment| moment.checked_to_offset(time::UtcOffset::UTC))
        .filter(|moment| (1970..=9000).contains(&moment.year()))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// A moment of the run as wall time, in whole seconds.
pub(super) fn later(origin: OffsetDateTime, moment: Micros) -> OffsetDateTime {
    let later = origin.saturating_add(span(Micros(0), moment));
    later.replace_nanosecond(0).unwrap_or(later)
}

/// A time span in whole milliseconds, at most thirty years so that sums stay in range.
pub(super) fn span(from: Micros, to: Micros) -> Duration {
    const THIRTY_YEARS: u64 = 30 * 365 * 86_400 * 1_000;
    let millis = to.millis_since(from).min(THIRTY_YEARS);
    Duration::milliseconds(i64::try_from(millis).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::sample;

    #[test]
    fn red_is_exactly_what_blocks_the_certificate() {
        let (started, assessment) = sample::run();
        let report = report(&started, &assessment, &suites(&assessment));
        let cases: Vec<&TestCase> = report
            .testsuites()
            .iter()
            .flat_map(|suite| &suite.testcases)
            .collect();
        let rows: Vec<&Row> = assessment
            .rows
            .iter()
            .filter(|row| Standing::of(row) != Standing::Excluded)
            .collect();
        assert_eq!(cases.len(), rows.len());
        for row in rows {
            let name = format!("{} ", row.entry.example);
            let case = cases.iter().find(|case| case.name.starts_with(&name)).unwrap();
            assert_eq!(
                case.is_error() || case.is_failure(),
                Standing::of(row).blocks(),
                "{name}"
            );
            assert_eq!(case.is_success(), Standing::of(row) == Standing::Passed, "{name}");
        }
    }

    #[test]
    fn a_start_that_cannot_be_read_is_the_epoch() {
        for hostile in [
            "",
            "yesterday",
            "9999-12-31T23:59:59.999999999-23:00",
            "0000-01-01T00:00:00Z",
        ] {
            assert_eq!(origin(hostile), OffsetDateTime::UNIX_EPOCH, "{hostile}");
        }
    }

    #[test]
    fn durations_and_sums_of_any_clock_stay_in_range() {
        let (started, mut assessment) = sample::run();
        for row in &mut assessment.rows {
            if let Some(result) = &mut row.result {
                result.started = Micros(0);
                result.ended = Micros(u64::MAX);
            }
        }
        assert!(rich(&started, &assessment).is_ok());
        assert!(strict(&started, &assessment).is_ok());
    }
}
