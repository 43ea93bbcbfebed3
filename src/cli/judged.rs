//! Judging a transcript, for a run that just ended and for a bundle that is verified.

use std::path::Path;

use crate::{
    evidence::manifest::ChainHead,
    suite::embedded,
    transcript::{
        chain::Why,
        reader::{End as ReaderEnd, ReadError, Reader},
        record::{Event, RunStarted},
        sealed::Transcript,
    },
    verdict::{
        cause::SignsOfRun,
        judge::JudgeError,
        result::Assessment,
        waiving::Terms,
        whole::{WholeError, judge_transcript},
    },
    verify::{
        attempts,
        judging::{End, Judged, JudgingError},
        planned,
    },
};

/// Judges the transcript of a bundle. One that was cut short is judged as far as it goes.
pub fn judge_file(path: &Path) -> Result<Judged, JudgingError> {
    match Transcript::open(path) {
        Ok(transcript) => {
            let assessment = judge_transcript(&transcript).map_err(|error| whole(&error))?;
            let started = transcript.started().clone();
            same_suite(&started)?;
            planned::check(&transcript)?;
            attempts::check(&transcript)?;
            let head = ChainHead {
                records: transcript.records(),
                head: transcript.head(),
            };
            Ok(Judged {
                started,
                assessment,
                head,
                end: End::Complete,
            })
        }
        Err(ReadError::Broken(broken)) if matches!(broken.why, Why::Cut | Why::Torn) => cut(path),
        Err(error) => Err(read(&error)),
    }
}

/// What a cut transcript tells.
fn cut(path: &Path) -> Result<Judged, JudgingError> {
    let mut reader = Reader::open(path).map_err(|error| read(&error))?;
    let mut started: Option<RunStarted> = None;
    let mut plan = Vec::new();
    let mut finished = Vec::new();
    let mut wall = crate::wire::moment::Micros(0);
    loop {
        match reader.next_record() {
            Ok(Some(record)) => {
                wall = wall.max(record.at);
                match (record.event, record.scope) {
                    (Event::RunStarted(first), _) => started = Some(*first),
                    (Event::Planned(entry), _) => plan.push(*entry),
                    (Event::ExampleFinished, Some(scope)) => finished.push(scope.example),
                    _ => {}
                }
            }
            Ok(None) => break,
            Err(ReadError::Broken(broken)) if matches!(broken.why, Why::Cut | Why::Torn) => break,
            Err(error) => return Err(read(&error)),
        }
    }
    debug_assert!(!matches!(reader.end(), Some(ReaderEnd::Complete)));
    let chain = reader.checked();
    let started = started.ok_or_else(|| JudgingError::Read {
        detail: "it does not even begin".to_owned(),
    })?;
    let assessment: Assessment =
        crate::verdict::assessment::assess(plan, |_| None, true, wall, &Terms::of(&started))
            .explained(&started, SignsOfRun::default());
    let head = ChainHead {
        records: chain.length(),
        head: chain.head(),
    };
    Ok(Judged {
        started,
        assessment,
        head,
        end: End::Cut { finished },
    })
}

fn same_suite(started: &RunStarted) -> Result<(), JudgingError> {
    let ours = embedded::digest();
    if started.suite_digest == ours {
        return Ok(());
    }
    Err(JudgingError::Suite {
        detail: format!(
            "its suite has digest {}, this program's has {ours}; use version {}",
            started.suite_digest, started.version
        ),
    })
}

fn whole(error: &WholeError) -> JudgingError {
    match error {
        WholeError::Read(error) => read(error),
        WholeError::Judge {
            example,
            error:
                JudgeError::Differs {
                    number,
                    recorded,
                    judged,
                },
        } => JudgingError::Record {
            number: *number,
            detail: format!("{example}: it says {recorded}, but the records before it say {judged}"),
        },
        WholeError::Judge { .. } => JudgingError::Suite {
            detail: error.to_string(),
        },
    }
}

fn read(error: &ReadError) -> JudgingError {
    match error {
        ReadError::Io(error) => JudgingError::Read {
            detail: error.to_string(),
        },
        ReadError::Broken(broken) => JudgingError::Chain {
            line: broken.line,
            detail: broken.why.to_string(),
        },
    }
}
