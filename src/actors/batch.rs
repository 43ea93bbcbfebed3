//! Hands batch files over, one at a time, and looks for what the partner says about them.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, SystemTime},
};

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{
    log::LogObserver,
    patience::since,
    template::{self, Fields},
    trigger::{
        ChannelError, Trigger,
        answer::Answer,
        command,
        http::{self, HttpChannel},
    },
};
use crate::{
    config::{
        Config,
        batch::{Batch, Export, Handover, Report, ReportPath},
    },
    contract::profile::values::Profile,
    transcript::{
        batch::{BatchExported, BatchReported, BatchSent, ReportSource},
        exchange::Role,
        record::{Event, Scope},
        recorder::Recorder,
    },
    wire::batch::BatchFile,
};

/// Most of a report or export that is kept, in bytes.
const LONGEST_KEPT: usize = 16 * 1024;
/// Largest report file, in bytes.
const LARGEST: u64 = 1 << 20;

/// The place where batch files are handed over.
#[derive(Debug)]
pub struct BatchDesk {
    declared: Batch,
    export: Option<HttpChannel>,
    trigger: Arc<Trigger>,
    log: Option<Arc<LogObserver>>,
    processed_words: Vec<String>,
    recorder: Recorder,
    profile: Profile,
    next: Arc<Mutex<u64>>,
    ignored: AtomicU32,
}

/// So many sound files in a row without any effect, and nobody is there to take them in.
const NOBODY_THERE: u32 = 5;

/// The right to hand files over: while it is held, the row of sequence numbers is nobody else's. It holds
/// the next number.
pub type Turn = OwnedMutexGuard<u64>;

/// A file on its way.
#[derive(Clone, Debug)]
pub struct Parcel<'a> {
    /// The file.
    pub file: &'a BatchFile,
    /// The name that it gets; its usual one when there is none.
    pub name: Option<String>,
    /// Its part in the example.
    pub role: Role,
    /// What is special about it, in words.
    pub asked: String,
}

/// A state of a report file, to tell a new report from one that was there.
type Stamp = Option<(SystemTime, u64)>;

impl BatchDesk {
    /// Prepares the desk; none when `[batch]` is not declared. The log, with the results that mean that
    /// something was taken in, stands in where no report is declared.
    pub fn new(
        config: &Config,
        trigger: Arc<Trigger>,
        (log, processed_words): (Option<Arc<LogObserver>>, Vec<String>),
        recorder: Recorder,
        profile: Profile,
    ) -> Result<Option<Self>, ChannelError> {
        let Some(declared) = config.batch.clone() else {
            return Ok(None);
        };
        let export = match &declared.export {
            Some(Export::Http(call)) => Some(HttpChannel::new(call).map_err(|reason| ChannelError {
                place: "batch.export".to_owned(),
                reason,
            })?),
            Some(Export::Command(_)) | None => None,
        };
        Ok(Some(Self {
            next: Arc::new(Mutex::new(declared.next_sequence)),
            ignored: AtomicU32::new(0),
            declared,
            export,
            trigger,
            log,
            processed_words,
            recorder,
            profile,
        }))
    }

    /// What is declared.
    pub fn declared(&self) -> &Batch {
        &self.declared
    }

    /// Waits for the right to hand files over.
    pub async fn turn(&self) -> Turn {
        Arc::clone(&self.next).lock_owned().await
    }

    /// Notes whether a sound file had any effect.
    pub fn note(&self, taken: bool) {
        if taken {
            self.ignored.store(0, Ordering::Relaxed);
        } else {
            self.ignored.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Why no further file is worth the wait, if none of the last sound ones had any effect.
    pub fn given_up(&self) -> Option<String> {
        let ignored = self.ignored.load(Ordering::Relaxed);
        (ignored >= NOBODY_THERE).then(|| {
            format!(
                "the last {ignored} sound batch files had no effect at all, so no further one is handed over; check \
                 the folder and [start.batch], and that the importer runs"
            )
        })
    }

    /// Hands a file over, waits for what the partner says about it, and records both.
    pub async fn hand_over(&self, scope: &Scope, parcel: Parcel<'_>) -> (BatchSent, BatchReported) {
        let clock = self.recorder.clock();
        let layout = self.profile.batch_layout();
        let file = parcel.file;
        let name = parcel.name.clone().unwrap_or_else(|| file.name(layout));
        let bytes = file.bytes(layout);
        let report = self.report_path(&name, &file.file_id);
        let stamp = report.as_deref().and_then(stamp);
        let started = clock.now();
        let written = write(&self.declared.folder, &name, &bytes);
        let failed = written.as_ref().err().cloned();
        let mut answer = Vec::new();
        let mut end = None;
        if let (Ok(path), Handover::Start) = (&written, self.declared.handover) {
            let (operation, said) = self
                .trigger
                .start_and_read(scope, "batch", &self.fields(path, file))
                .await;
            end = Some(operation.end);
            answer = said;
        }
        let sent = BatchSent {
            role: parcel.role,
            asked: parcel.asked,
            file_name: name,
            file_id: file.file_id.clone(),
            sequence: file.sequence,
            style: file.style,
            flaw: file.flaw,
            rows: u64::try_from(file.rows.len()).unwrap_or(u64::MAX),
            content: String::from_utf8_lossy(&bytes).into_owned(),
            end,
            failed,
            started,
            ended: clock.now(),
        };
        self.recorder
            .record(Some(scope), Event::BatchSent(Box::new(sent.clone())));
        let reported = self.reported(scope, &sent, report, stamp, &answer).await;
        self.recorder
            .record(Some(scope), Event::BatchReported(Box::new(reported.clone())));
        (sent, reported)
    }

    /// Exports the stored text of a reference again, and records it; nothing where no export is declared.
    pub async fn export(&self, scope: &Scope, reference: &str) -> bool {
        let fields: Fields = [("reference".to_owned(), reference.to_owned())].into();
        let exported = match &self.declared.export {
            None => return false,
            Some(Export::Command(call)) => match command::run(call, &fields, command::LONGEST).await {
                Ok(answer) if answer.code == Some(0) => Ok(answer.output),
                Ok(answer) => Err(format!("{} {}", call.program, answer.exit())),
                Err(why) => Err(why),
            },
            Some(Export::Http(_)) => match &self.export {
                None => Err("the request was not prepared".to_owned()),
                Some(channel) => channel.exchange(&fields).await.and_then(|answer| {
                    if (200..=299).contains(&answer.status) && !answer.truncated {
                        Ok(answer.body)
                    } else if answer.truncated {
                        Err(format!("it answers with more than {} bytes", http::LONGEST))
                    } else {
                        Err(format!("it answers with status {}", answer.status))
                    }
                }),
            },
        };
        let exported = BatchExported {
            reference: reference.to_owned(),
            text: exported.map(|bytes| kept(&bytes)),
            at: self.recorder.clock().now(),
        };
        self.recorder
            .record(Some(scope), Event::BatchExported(Box::new(exported)));
        true
    }

    fn fields(&self, path: &Path, file: &BatchFile) -> Fields {
        let folder =
            std::path::absolute(&self.declared.folder).unwrap_or_else(|_| self.declared.folder.clone());
        [
            ("file", path.display().to_string()),
            ("file_id", file.file_id.clone()),
            ("folder", folder.display().to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    fn report_path(&self, name: &str, file_id: &str) -> Option<PathBuf> {
        let ReportPath { base, path } = self.declared.report.as_ref()?.path.as_ref()?;
        let fields: Fields = [("file", name), ("file_id", file_id)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        template::argument(path, &fields).ok().map(|path| base.join(path))
    }

    async fn reported(
        &self,
        scope: &Scope,
        sent: &BatchSent,
        path: Option<PathBuf>,
        before: Stamp,
        answer: &[u8],
    ) -> BatchReported {
        let window = self.profile.batch_window();
        match (&self.declared.report, path) {
            (None, _) => self.in_log(scope, sent, window).await,
            (Some(report), None) => {
                let missing = answer
                    .is_empty()
                    .then(|| "the operation answered nothing".to_owned());
                self.read(sent, ReportSource::Operation, report, answer, missing)
            }
            (Some(report), Some(path)) => {
                let (bytes, missing) = match self.wait_for(&path, before, window).await {
                    Ok(bytes) => (bytes, None),
                    Err(why) => (Vec::new(), Some(why)),
                };
                self.read(sent, ReportSource::File, report, &bytes, missing)
            }
        }
    }

    fn read(
        &self,
        sent: &BatchSent,
        source: ReportSource,
        report: &Report,
        bytes: &[u8],
        missing: Option<String>,
    ) -> BatchReported {
        let answer = Answer::new(bytes);
        let texts = |place: &Option<_>| place.as_ref().map(|place| answer.texts(place));
        let (refused_rows, reason) = match (texts(&report.refused_rows), texts(&report.reason)) {
            // A report that cannot be read at all is one that is missing.
            _ if missing.is_some() => (None, Ok(Vec::new())),
            (rows, reason) => (rows, reason.unwrap_or(Ok(Vec::new()))),
        };
        let unreadable = match (&refused_rows, &reason) {
            (Some(Err(why)), _) | (_, Err(why)) => Some(why.clone()),
            _ => None,
        };
        let reason = reason.unwrap_or_default().join("; ");
        BatchReported {
            file_id: sent.file_id.clone(),
            source: Some(source),
            text: kept(bytes),
            refused_rows: refused_rows.and_then(Result::ok),
            reason: Some(reason.trim().to_owned()).filter(|reason| !reason.is_empty()),
            processed_words: Vec::new(),
            missing: missing.or(unreadable),
            at: self.recorder.clock().now(),
        }
    }

    /// Lines of the log stand in for a report: those about the file, with a result.
    async fn in_log(&self, scope: &Scope, sent: &BatchSent, window: Duration) -> BatchReported {
        let nothing = |source, missing: &str| BatchReported {
            file_id: sent.file_id.clone(),
            source,
            text: String::new(),
            refused_rows: None,
            reason: None,
            processed_words: self.processed_words.clone(),
            missing: Some(missing.to_owned()),
            at: self.recorder.clock().now(),
        };
        let Some(log) = &self.log else {
            return nothing(None, "neither [batch.report] nor [log] is declared");
        };
        let observed = log.lines_with(scope, &sent.file_id, window).await;
        if let Some(why) = &observed.unreadable {
            return nothing(Some(ReportSource::Log), why);
        }
        if observed.lines.is_empty() {
            return nothing(Some(ReportSource::Log), "no line of the log shows the file's id");
        }
        let lines: Vec<&str> = observed.lines.iter().map(|line| line.text.as_str()).collect();
        BatchReported {
            text: kept(lines.join("\n").as_bytes()),
            missing: None,
            ..nothing(Some(ReportSource::Log), "")
        }
    }

    /// The content of a report once it is there, newer than before, and no longer growing.
    async fn wait_for(&self, path: &Path, before: Stamp, window: Duration) -> Result<Vec<u8>, String> {
        let clock = self.recorder.clock();
        let from = clock.now();
        let poll = self.profile.settle_poll();
        let mut last = None;
        loop {
            let now = stamp(path);
            if now.is_some() && now != before && now == last {
                return match now {
                    Some((_, length)) if length > LARGEST => {
                        Err(format!("{} is longer than {LARGEST} bytes", path.display()))
                    }
                    _ => std::fs::read(path).map_err(|error| format!("{}: {error}", path.display())),
                };
            }
            last = now;
            if since(from, clock.now()) >= window {
                return Err(format!(
                    "no new report {} within {} s",
                    path.display(),
                    window.as_secs()
                ));
            }
            tokio::time::sleep(poll).await;
        }
    }
}

fn stamp(path: &Path) -> Stamp {
    let facts = std::fs::metadata(path).ok()?;
    (facts.is_file() && facts.len() > 0).then_some(())?;
    Some((facts.modified().ok()?, facts.len()))
}

/// Writes the file under another name first, so that no importer finds half of it.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, String> {
    let folder = std::path::absolute(folder).map_err(|error| error.to_string())?;
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let (unfinished, path) = (folder.join(format!(".{name}.part")), folder.join(name));
    std::fs::write(&unfinished, bytes).map_err(failed)?;
    std::fs::rename(&unfinished, &path).map_err(failed)?;
    Ok(path)
}

fn kept(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut end = text.len().min(LONGEST_KEPT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        actors::{testing, trigger::person::Person},
        config::host::Clock,
        transcript::observation::OperationEnd,
        wire::batch::samples::file,
    };

    fn desk(folder: &Path, more: &str) -> BatchDesk {
        let config = testing::config(&format!(
            "[batch]\nfolder = {:?}\nreject = \"row\"\n{more}",
            folder.join("in").display().to_string()
        ));
        let recorder = Recorder::in_memory(Clock::start());
        let trigger = Trigger::new(&config, Person::nobody(), recorder.clone()).unwrap();
        let profile = Profile::embedded("senang-io").unwrap().compressed();
        BatchDesk::new(&config, Arc::new(trigger), (None, Vec::new()), recorder, profile)
            .unwrap()
            .unwrap()
    }

    fn parcel(file: &BatchFile) -> Parcel<'_> {
        Parcel {
            file,
            name: None,
            role: Role::Stimulus,
            asked: "a good file".to_owned(),
        }
    }

    #[tokio::test]
    async fn a_file_is_put_into_the_folder_and_its_report_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("{file}.ack").display().to_string();
        let desk = desk(
            folder.path(),
            &format!(
                "handover = \"folder\"\n[batch.report]\npath = {report:?}\n\
                 refused_rows = {{ regex = '(?m)^R,(?<refused_rows>[^,]+)' }}\n\
                 reason = {{ regex = '(?m)^F,(?<reason>.+)$' }}\n"
            ),
        );
        let (inbox, base) = (folder.path().join("in"), folder.path().to_owned());
        let importer = tokio::spawn(async move {
            let taken = inbox.join("senang-4-F1.csv");
            while !taken.exists() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            std::fs::write(base.join("senang-4-F1.csv.ack"), "F,total differs\nR,R1,date\n").unwrap();
        });
        let file = file(&["Aina", "Chua"]);
        let (sent, reported) = desk.hand_over(&testing::scope(), parcel(&file)).await;
        importer.await.unwrap();
        assert_eq!((sent.failed, sent.end, sent.rows), (None, None, 2));
        assert_eq!(reported.source, Some(ReportSource::File));
        assert_eq!(reported.refused_rows.unwrap(), ["R1"]);
        assert_eq!(reported.reason.unwrap(), "total differs");
    }

    #[tokio::test]
    async fn the_operation_gets_the_path_and_its_answer_is_the_report() {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk(
            folder.path(),
            "[batch.report]\nrefused_rows = { regex = 'row (?<refused_rows>R[0-9]+)' }\n\
             [start.batch]\nkind = \"command\"\nprogram = \"sh\"\n\
             args = [\"-c\", \"grep -q '^D,R1,' \\\"$0\\\" && echo row R1\", \"{file}\"]\n",
        );
        let file = file(&["Aina", "Chua"]);
        let (sent, reported) = desk.hand_over(&testing::scope(), parcel(&file)).await;
        assert!(
            matches!(sent.end, Some(OperationEnd::Finished { .. })),
            "{sent:?}"
        );
        assert_eq!(reported.refused_rows.unwrap(), ["R1"]);
        assert_eq!(reported.missing, None);
    }

    #[tokio::test]
    async fn an_old_report_is_not_taken_for_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("F1.ack");
        std::fs::write(&path, "old").unwrap();
        let report = folder.path().join("{file_id}.ack").display().to_string();
        let more = format!("handover = \"folder\"\n[batch.report]\npath = {report:?}\n");
        let desk = desk(folder.path(), &more);
        let wait = desk.wait_for(&path, stamp(&path), Duration::from_millis(200));
        assert!(wait.await.unwrap_err().contains("no new report"));
        let wait = desk.wait_for(&path, None, Duration::from_secs(5));
        assert_eq!(wait.await.unwrap(), b"old");
    }
}
