//! The second pass over the JUnit report. The library cannot write properties, counts of skipped cases,
//! totals or attachments, and writes times and marks of skipped cases that some schemas refuse.

use std::io;

use quick_xml::{
    Reader, Writer,
    events::{BytesCData, BytesEnd, BytesStart, Event},
};
use time::format_description::well_known::Rfc3339;

use super::{files, junit, junit::Suite, standing::Standing, tally::Tally, telling, text::XmlText};
use crate::{
    transcript::record::RunStarted,
    verdict::result::{Assessment, Row},
    wire::moment::Micros,
};

/// The pass failed.
#[derive(Debug, thiserror::Error)]
pub enum DressingError {
    /// The report is no XML.
    #[error("the report cannot be read back: {0}")]
    Read(#[from] quick_xml::Error),
    /// An attribute is not well-formed.
    #[error("an attribute cannot be read back: {0}")]
    Attribute(#[from] quick_xml::events::attributes::AttrError),
    /// The result could not be written.
    #[error("the report cannot be written: {0}")]
    Write(#[from] io::Error),
    /// The report has more suites or cases than the assessment.
    #[error("the report does not have the shape of the assessment")]
    Shape,
}

/// What the report is to look like.
#[derive(Clone, Copy, Debug)]
pub enum Dress<'a> {
    /// Valid against the common schemas: no properties, no attributes on `<skipped>`, times with three
    /// decimals, timestamps without zone.
    Strict,
    /// With everything that readers of JUnit understand.
    Rich {
        /// Facts of the run.
        started: &'a RunStarted,
        /// Its judgement.
        assessment: &'a Assessment,
        /// The suites in the order of the report.
        suites: &'a [Suite<'a>],
    },
}

/// Copies a report and changes it on the way. Each suite and each case begins on its own line.
pub fn dress(plain: &[u8], dress: &Dress<'_>) -> Result<Vec<u8>, DressingError> {
    let mut reader = Reader::from_reader(plain);
    let mut pass = Pass {
        writer: Writer::new(Vec::with_capacity(plain.len() * 2)),
        dress,
        suite: 0,
        case: 0,
    };
    loop {
        match reader.read_event()? {
            Event::Start(start) => pass.open(&start, false)?,
            Event::Empty(start) => pass.open(&start, true)?,
            Event::End(end) => pass.close(&end)?,
            Event::Eof => break,
            other => pass.writer.write_event(other)?,
        }
    }
    let mut bytes = pass.writer.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

struct Pass<'a> {
    writer: Writer<Vec<u8>>,
    dress: &'a Dress<'a>,
    suite: usize,
    case: usize,
}

impl<'a> Pass<'a> {
    fn open(&mut self, start: &BytesStart<'_>, empty: bool) -> Result<(), DressingError> {
        let name = start.name();
        let mut tag = self.rewritten(start)?;
        let children = match name.as_ref() {
            b"testsuites" => {
                self.break_line();
                self.totals(&mut tag);
                Vec::new()
            }
            b"testsuite" => {
                self.break_line();
                self.count_skipped(&mut tag)?;
                self.suite_properties()?
            }
            b"testcase" => {
                self.break_line();
                self.case_properties()?
            }
            _ => Vec::new(),
        };
        if empty && children.is_empty() {
            self.writer.write_event(Event::Empty(tag))?;
        } else {
            let end = tag.to_end().into_owned();
            self.writer.write_event(Event::Start(tag))?;
            self.properties(&children)?;
            if empty {
                self.writer.write_event(Event::End(end))?;
            }
        }
        if empty {
            self.leave(name.as_ref());
        }
        Ok(())
    }

    fn close(&mut self, end: &BytesEnd<'_>) -> Result<(), DressingError> {
        let name = end.name();
        match name.as_ref() {
            b"system-out" => self.attachments()?,
            b"testsuite" | b"testsuites" => self.break_line(),
            _ => {}
        }
        self.writer.write_event(Event::End(end.borrow()))?;
        self.leave(name.as_ref());
        Ok(())
    }

    fn leave(&mut self, name: &[u8]) {
        match name {
            b"testcase" => self.case += 1,
            b"testsuite" => {
                self.suite += 1;
                self.case = 0;
            }
            _ => {}
        }
    }

    fn rewritten(&self, start: &BytesStart<'_>) -> Result<BytesStart<'static>, DressingError> {
        let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
        let strict = matches!(self.dress, Dress::Strict);
        let bare = strict && name == "skipped";
        let mut tag = BytesStart::new(name);
        for attribute in start.attributes().filter(|_| !bare) {
            let attribute = attribute?;
            let value = attribute.value.as_ref();
            match attribute.key.as_ref() {
                b"time" => tag.push_attribute((&b"time"[..], seconds(value).as_bytes())),
                b"timestamp" if strict => {
                    let zoneless = value.strip_suffix(b"Z").unwrap_or(value);
                    tag.push_attribute((&b"timestamp"[..], zoneless));
                }
                _ => tag.push_attribute(attribute),
            }
        }
        Ok(tag)
    }

    fn totals(&self, tag: &mut BytesStart<'_>) {
        let Dress::Rich {
            started,
            assessment,
            suites,
        } = self.dress
        else {
            return;
        };
        let count = |counted: fn(&Row) -> bool| {
            suites
                .iter()
                .flat_map(|suite| &suite.rows)
                .filter(|row| counted(row))
                .count()
        };
        let timestamp = junit::later(junit::origin(&started.started_at), Micros(0));
        tag.push_attribute((
            "name",
            XmlText::attribute(&format!("senang-conformance {}", started.run_id)).as_str(),
        ));
        // Waivers that make the run fail stand in a suite of their own, each as a failure.
        let void = assessment.void_waivers().count();
        tag.push_attribute(("tests", (count(|_| true) + void).to_string().as_str()));
        let failed = count(|row| Standing::of(row) == Standing::Failed);
        tag.push_attribute(("failures", (failed + void).to_string().as_str()));
        tag.push_attribute(("errors", count(is_error).to_string().as_str()));
        tag.push_attribute(("skipped", count(is_skipped).to_string().as_str()));
        tag.push_attribute(("time", format!("{:.3}", assessment.wall.seconds()).as_str()));
        tag.push_attribute((
            "timestamp",
            timestamp.format(&Rfc3339).unwrap_or_default().as_str(),
        ));
    }

    fn count_skipped(&self, tag: &mut BytesStart<'_>) -> Result<(), DressingError> {
        if let Dress::Rich { .. } = self.dress {
            let rows = self.current_suite()?.map_or(&[][..], |suite| &suite.rows);
            let skipped = rows.iter().filter(|row| is_skipped(row)).count();
            tag.push_attribute(("skipped", skipped.to_string().as_str()));
        }
        Ok(())
    }

    fn suite_properties(&self) -> Result<Vec<(&'static str, String)>, DressingError> {
        let Dress::Rich {
            started, assessment, ..
        } = self.dress
        else {
            return Ok(Vec::new());
        };
        let mut properties = vec![
            ("run-id", started.run_id.clone()),
            ("run-outcome", assessment.outcome.to_string()),
            ("mode", started.mode.clone()),
            ("assurance", started.assurance.to_string()),
            ("tool-version", started.version.clone()),
            ("suite-digest", started.suite_digest.clone()),
            ("plan-digest", started.plan_digest.clone()),
        ];
        properties.extend(
            started
                .not_certifiable
                .iter()
                .map(|reason| ("not-certifiable", reason.clone())),
        );
        if let Some(challenge) = &started.challenge {
            properties.push(("challenge-nonce", challenge.nonce.clone()));
            properties.push(("challenge-digest", challenge.sha256.clone()));
        }
        if let Some(witness) = &started.witness {
            properties.push(("witness", witness.clone()));
        }
        if let Some(submission) = &started.submission {
            properties.push(("submission-attempt", submission.attempt.to_string()));
        }
        if assessment.interrupted {
            properties.push(("interrupted", "true".to_owned()));
        }
        let rows = self.current_suite()?.map_or(&[][..], |suite| &suite.rows);
        if let Some(grade) = Tally::of(rows.iter().copied()).lowest_grade {
            properties.push(("lowest-evidence-grade", format!("{grade:?}")));
        }
        Ok(properties)
    }

    fn case_properties(&self) -> Result<Vec<(&'static str, String)>, DressingError> {
        let Some(row) = self.current_row()? else {
            return Ok(Vec::new());
        };
        let mut properties = vec![
            ("severity", row.entry.severity.to_string()),
            ("revision", row.entry.revision.to_string()),
        ];
        properties.extend(
            row.entry
                .clauses
                .iter()
                .map(|clause| ("requirement", clause.to_string())),
        );
        if let Some(result) = &row.result {
            properties.push(("verdict", result.verdict.to_string()));
            if let Some(grade) = result.grade {
                properties.push(("evidence-grade", format!("{grade:?}")));
            }
            properties.push(("attempts", telling::attempts(result)));
            properties.push(("checks", result.checks.to_string()));
            properties.push(("started-at-seconds", format!("{:.3}", result.started.seconds())));
            properties.push(("ended-at-seconds", format!("{:.3}", result.ended.seconds())));
        }
        if let Some(waiver) = row.waived() {
            properties.push(("waiver-owner", waiver.owner.clone()));
            properties.push(("waiver-approver", waiver.approver.clone()));
            properties.push(("waiver-expires", waiver.expires.clone()));
        }
        Ok(properties)
    }

    fn properties(&mut self, properties: &[(&str, String)]) -> Result<(), DressingError> {
        if properties.is_empty() {
            return Ok(());
        }
        self.writer
            .create_element("properties")
            .write_inner_content(|writer| {
                for (name, value) in properties {
                    let value = XmlText::attribute(value);
                    let element = writer.create_element("property");
                    element
                        .with_attributes([("name", *name), ("value", value.as_str())])
                        .write_empty()?;
                }
                Ok(())
            })?;
        Ok(())
    }

    // Readers know attachments by this line, alone on its line, at the end of the output.
    fn attachments(&mut self) -> Result<(), DressingError> {
        let Dress::Rich { started, .. } = self.dress else {
            return Ok(());
        };
        let Some(row) = self.current_row()? else {
            return Ok(());
        };
        if Standing::of(row) == Standing::NotApplicable || !files::is_plain_name(&started.run_id) {
            return Ok(());
        }
        let run = &started.run_id;
        let lines = [files::TRANSCRIPT, files::RESULTS]
            .map(|file| format!("[[ATTACHMENT|reports/{run}/{file}]]\n"))
            .concat();
        self.writer
            .write_event(Event::CData(BytesCData::new(format!("\n{lines}"))))?;
        Ok(())
    }

    fn break_line(&mut self) {
        self.writer.get_mut().push(b'\n');
    }

    fn current_suite(&self) -> Result<Option<&'a Suite<'a>>, DressingError> {
        match self.dress {
            Dress::Strict => Ok(None),
            Dress::Rich {
                suites, assessment, ..
            } => match suites.get(self.suite) {
                // The suite of waivers stands behind those of the areas and has no rows.
                None if self.suite == suites.len() && assessment.void_waivers().next().is_some() => Ok(None),
                suite => suite.map(Some).ok_or(DressingError::Shape),
            },
        }
    }

    fn current_row(&self) -> Result<Option<&'a Row>, DressingError> {
        self.current_suite()?
            .map(|suite| suite.rows.get(self.case).copied().ok_or(DressingError::Shape))
            .transpose()
    }
}

fn is_error(row: &Row) -> bool {
    matches!(Standing::of(row), Standing::Unproven | Standing::Harness)
}

fn is_skipped(row: &Row) -> bool {
    matches!(
        Standing::of(row),
        Standing::Warning | Standing::Open | Standing::Waived | Standing::NotApplicable
    )
}

// The library writes a binary fraction with all its digits; the value was whole milliseconds.
fn seconds(written: &[u8]) -> String {
    let value = std::str::from_utf8(written)
        .ok()
        .and_then(|text| text.parse::<f64>().ok());
    format!("{:.3}", value.unwrap_or(0.0))
}
