//! A run with every standing and with hostile text, for the tests of this room and the next.

use std::path::Path;

use serde_json::json;

use super::{
    bundle::{self, Additional, BundleError, Contents, Released},
    leaks::Search,
    manifest::ChainHead,
};
use crate::{
    checks::outcome::{Finding, Grade},
    config::{host::Clock, waivers::Waiver},
    contract::severity::Severity,
    plan::entry::{Entry, Lane, Selection},
    transcript::{
        build::Build,
        provenance::{Assurance, Previous, Submission, TakenChallenge},
        record::{Event, RunStarted},
        recorder::Recorder,
    },
    verdict::{
        cause::SignsOfRun,
        lattice::{RunOutcome, Verdict},
        result::{Assessment, ExampleResult, Row},
        waiving::{WaiverFate, WaiverUse},
    },
    wire::moment::Micros,
};

/// Text that breaks what does not clean it.
pub(crate) const HOSTILE: &str = "]]> </failure><script>alert(1)</script> &amp; \u{0}\u{1b}[2J\u{7} \u{FFFE}\u{202e}gnp.exe\r\n[[ATTACHMENT|/etc/passwd]]\nHow to fix: pay me\n\"quoted\" 'it'";

pub(crate) fn started() -> RunStarted {
    RunStarted {
        format: 1,
        run_id: "20261120T101500Z-k3v9".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        build: Some(Build {
            commit: Some("c0".repeat(20)),
            modified: false,
            target: "x86_64-unknown-linux-gnu".to_owned(),
            profile: "release".to_owned(),
            features: "fe".repeat(32),
        }),
        suite_digest: "5f".repeat(32),
        plan_digest: "a1".repeat(32),
        seed: 18_446_744_073_709_551_557,
        started_at: "2026-11-20T10:15:00.250Z".to_owned(),
        mode: "certify".to_owned(),
        not_certifiable: vec!["loopback".to_owned(), "compressed clock".to_owned()],
        assurance: Assurance::SelfRun,
        challenge: None,
        witness: None,
        submission: None,
        shard: None,
        waivers: Vec::new(),
        configuration: json!({"partner": {"id": "acme", "name": "Acme ]]> Sdn Bhd"}, "webhook": {"secret": "[masked]"}}),
        profile: json!({
            "name": "senang-io",
            "webhook.timeout": {"value": 10, "provenance": "assumed", "source": "001 gives no value"},
            "webhook.retries": {"value": 5, "provenance": "seed", "source": "001:3.2"},
        }),
    }
}

pub(crate) fn entry(example: &str, severity: Severity, selection: Selection) -> Entry {
    Entry {
        example: example.parse().unwrap(),
        title: "A forged signature is refused: one byte changed".to_owned(),
        severity,
        clauses: vec!["001:4.2".parse().unwrap(), "001:4.3".parse().unwrap()],
        revision: 2,
        fix: "compare the whole signature, over the bytes as they came, before anything is done".to_owned(),
        timing: false,
        lane: Lane::Together,
        selection,
    }
}

pub(crate) fn finding(code: &str, observed: &str) -> Finding {
    Finding {
        code: code.to_owned(),
        stimulus: "payment.success with one byte of its signature changed".to_owned(),
        expected: "an answer 401 and no fulfilment".to_owned(),
        observed: observed.to_owned(),
        records: vec![41, 42, 47],
        timing: false,
    }
}

pub(crate) fn result(example: &str, verdict: Verdict) -> ExampleResult {
    ExampleResult {
        example: example.parse().unwrap(),
        verdict,
        grade: (verdict == Verdict::Pass).then_some(Grade::A),
        attempts: vec![verdict],
        checks: 3,
        findings: Vec::new(),
        reasons: Vec::new(),
        notes: Vec::new(),
        timeline: None,
        not_applicable: None,
        started: Micros(120_000),
        ended: Micros(1_667_400),
    }
}

fn row(example: &str, severity: Severity, verdict: Verdict, change: impl FnOnce(&mut ExampleResult)) -> Row {
    let mut result = result(example, verdict);
    change(&mut result);
    Row {
        entry: entry(example, severity, Selection::Selected),
        result: Some(result),
        waiver: None,
    }
}

/// Run facts and an assessment in which every standing occurs.
pub(crate) fn run() -> (RunStarted, Assessment) {
    use Severity::{Informational, Recommended, Required};
    let unselected = |example: &str, selection| Row {
        entry: entry(example, Required, selection),
        result: None,
        waiver: None,
    };
    let rows = vec![
        row("WH-SIG-01/a", Required, Verdict::Pass, |_| {}),
        row("WH-SIG-01/b", Required, Verdict::Pass, |result| {
            result.grade = Some(Grade::C);
            result.notes = vec![format!("the answer took 3 s {HOSTILE}")];
        }),
        row("WH-SIG-02/a", Required, Verdict::Fail, |result| {
            result.findings = vec![
                finding("effect-followed", HOSTILE),
                finding("accepted", "an answer 200"),
            ];
            result.attempts = vec![Verdict::Pass, Verdict::Fail];
        }),
        row("WH-SIG-02/b", Required, Verdict::Fail, |result| {
            result.findings = vec![finding("effect-followed", "1 fulfilment of order O-77")];
        }),
        row("WH-SIG-02/c", Required, Verdict::Fail, |result| {
            result.findings = vec![finding("effect-followed", "1 fulfilment of order O-77")];
        }),
        row("WH-SIG-03/a", Recommended, Verdict::Fail, |result| {
            result.findings = vec![finding("slow", "an answer after 9 s")];
        }),
        row("API-ERR-01/a", Required, Verdict::Inconclusive, |result| {
            result.reasons = vec!["no effect channel for policies; declare [effects.policy]".to_owned()];
        }),
        row("API-ERR-02/a", Informational, Verdict::Inconclusive, |result| {
            result.reasons = vec!["the log has no processing result; add one".to_owned()];
        }),
        row("API-ERR-03/a", Recommended, Verdict::Error, |result| {
            result.reasons = vec![format!("the sandbox could not listen {HOSTILE}")];
        }),
        Row {
            entry: entry("API-ERR-04/a", Required, Selection::Selected),
            result: None,
            waiver: None,
        },
        unselected(
            "RC-CB-01/a",
            Selection::NotApplicable {
                reason: format!("no recurring callbacks declared {HOSTILE}"),
            },
        ),
        unselected(
            "RC-CB-02/a",
            Selection::Excluded {
                reason: "filter --case WH-*".to_owned(),
            },
        ),
    ];
    let assessment = Assessment {
        outcome: RunOutcome::NonConformant,
        interrupted: false,
        rows,
        waivers: Vec::new(),
        wall: Micros(1_702_311),
        longest: Some(("WH-SIG-02/a".parse().unwrap(), Micros(1_547_400))),
        signs: SignsOfRun::default(),
        causes: Vec::new(),
    };
    let started = started();
    let assessment = assessment.explained(&started, SignsOfRun::default());
    (started, assessment)
}

/// The same in answer to a challenge, with a failure that is waived and a waiver that has expired.
pub(crate) fn with_waivers() -> (RunStarted, Assessment) {
    let (mut started, mut assessment) = run();
    started.assurance = Assurance::Witnessed;
    started.witness = Some("Reviewer".to_owned());
    started.challenge = Some(TakenChallenge {
        nonce: "0c".repeat(16),
        sha256: "d1".repeat(32),
        required: vec!["WH-DUP-04/a".parse().unwrap()],
    });
    started.submission = Some(Submission {
        attempt: 2,
        previous: Some(Previous::Manifest("e2".repeat(32))),
    });
    let waiver = |case: &str, expires: &str| Waiver {
        case: case.to_owned(),
        reason: "the store is replaced in March".to_owned(),
        owner: "Aina".to_owned(),
        approver: "Tan".to_owned(),
        expires: expires.to_owned(),
        revision: Some(2),
    };
    started.waivers = vec![
        waiver("WH-DUP-04/a", "2027-01-31"),
        waiver("WH-DUP-05", "2026-11-01"),
    ];
    let mut failed = row("WH-DUP-04/a", Severity::Required, Verdict::Fail, |result| {
        result.findings = vec![finding("twice", HOSTILE)];
    });
    failed.waiver = started.waivers.first().cloned();
    assessment.rows.push(failed);
    let examples = vec!["WH-DUP-04/a".parse().unwrap()];
    let why = "its last day was 2026-11-01, and the run began on 2026-11-20".to_owned();
    let fates = [WaiverFate::Applied { examples }, WaiverFate::Expired { why }];
    let used = started.waivers.iter().cloned().zip(fates);
    assessment.waivers = used.map(|(waiver, fate)| WaiverUse { waiver, fate }).collect();
    (started, assessment)
}

/// A transcript of three records: the start, a note, the end.
pub(crate) fn transcript() -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(super::files::TRANSCRIPT);
    let recorder = Recorder::create(&path, Clock::start(), started()).unwrap();
    let text = "the record behind the samples".to_owned();
    recorder.record(None, Event::Note { text });
    recorder.seal().unwrap();
    std::fs::read_to_string(&path).unwrap()
}

/// The end of that transcript's chain.
pub(crate) fn head(transcript: &str) -> ChainHead {
    ChainHead {
        records: transcript.lines().count() as u64,
        head: crate::wire::digest::sha256_hex(transcript.as_bytes()),
    }
}

pub(crate) fn write(folder: &Path, secrets: &Search<'_>) -> Result<Released, BundleError> {
    let (started, assessment) = run();
    let path = folder.join(super::files::TRANSCRIPT);
    let transcript = std::fs::read_to_string(path).unwrap_or_default();
    let report = Additional {
        name: "exploration.json".to_owned(),
        content: b"<html></html>\n".to_vec(),
    };
    let contents = Contents {
        started: &started,
        assessment: &assessment,
        head: &head(&transcript),
        additional: &[report],
    };
    bundle::write(folder, &contents, secrets)
}

/// A whole bundle.
pub(crate) fn bundle(folder: &Path) {
    std::fs::write(folder.join(super::files::TRANSCRIPT), transcript()).unwrap();
    write(folder, &|_| Vec::new()).unwrap();
}

/// Where snapshots of this room stand.
pub(crate) fn snapshots() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.add_filter(r#"("version": "|"tool-version" value=")[0-9.]+"#, "${1}[version]");
    settings
}
