//! The observer of the partner's log.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex as ShortMutex, PoisonError},
    time::Duration,
};

use tokio::sync::{Mutex, MutexGuard};

use super::{
    index::{Index, MaskFunction},
    line::LineReader,
    split::Splitter,
    tail::{Piece, Tail},
};
use crate::{
    actors::{
        patience::since,
        template::Fields,
        trigger::{
            ChannelError, command,
            http::{self, HttpChannel},
        },
    },
    config::{
        command::CommandCall,
        extract::Extract,
        log::{Log, LogFormat, LogSource},
    },
    transcript::{
        observation::{LogObserved, LogScanned},
        record::{Event, Scope},
        recorder::Recorder,
    },
    wire::moment::Micros,
};

/// Most output of a log command or address, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;
/// Shortest time between two calls of a log command or address.
const SPARING: Duration = Duration::from_secs(1);

/// Masks a text, and names the labels of the secrets that it found in it.
#[derive(Clone)]
pub struct Mask(Arc<MaskFunction>);

impl Mask {
    /// A mask from a function, usually the recorder's.
    pub fn new(mask: impl Fn(&str) -> (String, Vec<String>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(mask))
    }
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mask")
    }
}

/// Reads the partner's log from the start of the run. Every line is masked and searched for secrets
/// when it is read, so that rotation loses nothing.
#[derive(Debug)]
pub struct LogObserver {
    state: Mutex<State>,
    /// Event ids that were sent for a reference.
    related: ShortMutex<BTreeMap<String, BTreeSet<String>>>,
    reader: LineReader,
    mask: Mask,
    recorder: Recorder,
    poll: Duration,
    sparing: Duration,
}

#[derive(Debug)]
struct State {
    source: Source,
    index: Index,
    read_at: Option<Micros>,
    unreadable: Option<String>,
}

#[derive(Debug)]
enum Source {
    File(Tail, Splitter),
    Command(CommandCall),
    Http(HttpChannel),
}

impl LogObserver {
    /// Begins to observe: of a file, only what is written from now on counts. The log is read at
    /// most once in `poll`, a command or address at most once in a second.
    pub fn open(log: &Log, mask: Mask, recorder: Recorder, poll: Duration) -> Result<Self, ChannelError> {
        let (source, sparing) = match &log.source {
            LogSource::File(path) => (
                Source::File(Tail::from_end(path.clone()), Splitter::default()),
                poll / 2,
            ),
            LogSource::Command(call) => (Source::Command(call.clone()), SPARING),
            LogSource::Http(call) => {
                let channel = HttpChannel::new(call).map_err(|reason| ChannelError {
                    place: "log".to_owned(),
                    reason,
                })?;
                (Source::Http(channel), SPARING)
            }
        };
        Ok(Self {
            state: Mutex::new(State {
                source,
                index: Index::default(),
                read_at: None,
                unreadable: None,
            }),
            related: ShortMutex::default(),
            reader: LineReader::new(log),
            mask,
            recorder,
            poll,
            sparing,
        })
    }

    /// Also counts alarms: lines in which one of the words stands in that place.
    #[must_use]
    pub fn counting_alarms(mut self, place: Extract, words: Vec<String>) -> Self {
        self.reader = self.reader.telling_alarms(place, words);
        self
    }

    /// How its lines are read.
    pub fn format(&self) -> &LogFormat {
        self.reader.format()
    }

    /// How many alarms the log tells of so far, with the latest of them.
    /// `now` reads the log even if that was just done.
    pub async fn alarms(&self, now: bool) -> Result<(u64, Vec<String>), String> {
        let state = self.refreshed(now).await;
        match &state.unreadable {
            Some(reason) => Err(reason.clone()),
            None => Ok((
                state.index.alarms,
                state.index.alarm_lines.iter().cloned().collect(),
            )),
        }
    }

    /// How many lines so far speak of something deprecated; none when the log cannot be read.
    pub async fn deprecations(&self) -> Option<u64> {
        let state = self.refreshed(true).await;
        state.unreadable.is_none().then_some(state.index.deprecations)
    }

    /// Remembers that a message with this id is about a reference, so that effects on the reference
    /// can be counted from lines that show the id only.
    pub fn relate(&self, reference: &str, id: &str) {
        let mut related = self.related.lock().unwrap_or_else(PoisonError::into_inner);
        related
            .entry(reference.to_owned())
            .or_default()
            .insert(id.to_owned());
    }

    /// The lines that mention an id: waits until one of them carries its result, at most `wait`.
    /// Records what was found.
    pub async fn lines_with(&self, scope: &Scope, id: &str, wait: Duration) -> LogObserved {
        let told = |observed: &LogObserved| {
            observed
                .lines
                .iter()
                .any(|line| line.event_id.as_deref() == Some(id) && line.result.is_some())
        };
        self.lines_until(scope, id, wait, told).await
    }

    /// The lines that mention an id: waits until they tell what is wanted, at most `wait`. Records what
    /// was found.
    pub async fn lines_until(
        &self,
        scope: &Scope,
        id: &str,
        wait: Duration,
        told: impl Fn(&LogObserved) -> bool,
    ) -> LogObserved {
        let clock = self.recorder.clock();
        let from = clock.now();
        let observed = loop {
            let state = self.refreshed(false).await;
            let at = clock.now();
            let observed = LogObserved {
                id: id.to_owned(),
                lines: state.index.lines_with(id),
                unreadable: state.unreadable.clone(),
                at,
                unix_millis: clock.unix_millis_at(at),
            };
            let waited = since(from, at);
            if told(&observed) || waited >= wait {
                break observed;
            }
            drop(state);
            tokio::time::sleep(self.poll.min(wait.saturating_sub(waited))).await;
        };
        self.recorder
            .record(Some(scope), Event::LogObserved(observed.clone()));
        observed
    }

    /// How many lines say that a reference was dealt with: lines with one of `results` that show the
    /// reference itself or an id related to it.
    pub async fn count_processed(
        &self,
        reference: &str,
        results: &[String],
        types: &[String],
    ) -> Result<u64, String> {
        let events = {
            let related = self.related.lock().unwrap_or_else(PoisonError::into_inner);
            related.get(reference).cloned().unwrap_or_default()
        };
        let state = self.refreshed(false).await;
        match &state.unreadable {
            Some(reason) => Err(reason.clone()),
            None => state.index.count(reference, &events, results, types),
        }
    }

    /// Reads to the end and records what was found in the whole log. `searched` names what the mask
    /// knows; `known_ids` are ids of this run that the right log should mention.
    pub async fn scan(
        &self,
        scope: Option<&Scope>,
        searched: Vec<String>,
        known_ids: &BTreeSet<String>,
    ) -> LogScanned {
        let mut state = self.refreshed(true).await;
        let State { source, index, .. } = &mut *state;
        if let Source::File(_, splitter) = source {
            splitter.finish(&mut |line| index.add(line, &self.reader, &*self.mask.0));
        }
        let known = known_ids.iter().filter(|id| state.index.mentions(id)).count();
        let scanned = LogScanned {
            bytes: state.index.bytes,
            lines: state.index.lines,
            findings: state.index.findings.clone(),
            found: state.index.found.clone(),
            searched,
            known_ids: u64::try_from(known).unwrap_or(u64::MAX),
            unreadable: state.unreadable.clone(),
        };
        drop(state);
        self.recorder.record(scope, Event::LogScanned(scanned.clone()));
        scanned
    }

    async fn refreshed(&self, now: bool) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().await;
        let clock = self.recorder.clock();
        let fresh = state
            .read_at
            .is_some_and(|read_at| since(read_at, clock.now()) < self.sparing);
        if now || !fresh {
            let result = self.read(&mut state).await;
            state.unreadable = result.err();
            state.read_at = Some(clock.now());
        }
        state
    }

    async fn read(&self, state: &mut State) -> Result<(), String> {
        let State { source, index, .. } = state;
        match source {
            Source::File(tail, splitter) => {
                tail.read(&mut |piece| {
                    let mut add = |line: &str| index.add(line, &self.reader, &*self.mask.0);
                    match piece {
                        Piece::Bytes(bytes) => splitter.feed(bytes, &mut add),
                        Piece::Break => splitter.finish(&mut add),
                    }
                    if let Piece::Bytes(bytes) = piece {
                        index.bytes += u64::try_from(bytes.len()).unwrap_or_default();
                    }
                })
                .await
            }
            Source::Command(call) => {
                let answer = command::run(call, &Fields::new(), LONGEST).await?;
                if answer.code != Some(0) {
                    return Err(format!("{} {}", call.program, answer.exit()));
                }
                *index = self.indexed(&answer.output);
                Ok(())
            }
            Source::Http(channel) => {
                *index = self.fetched(channel).await?;
                Ok(())
            }
        }
    }

    fn indexed(&self, output: &[u8]) -> Index {
        let (mut index, mut splitter) = (Index::default(), Splitter::default());
        index.bytes = u64::try_from(output.len()).unwrap_or_default();
        let mut add = |line: &str| index.add(line, &self.reader, &*self.mask.0);
        splitter.feed(output, &mut add);
        splitter.finish(&mut add);
        index
    }

    async fn fetched(&self, channel: &HttpChannel) -> Result<Index, String> {
        let mut response = channel.send(&Fields::new()).await?;
        if !response.status().is_success() {
            return Err(format!(
                "the log answers with status {}",
                response.status().as_u16()
            ));
        }
        let (mut index, mut splitter) = (Index::default(), Splitter::default());
        while let Some(chunk) = response.chunk().await.map_err(|error| http::described(&error))? {
            index.bytes += u64::try_from(chunk.len()).unwrap_or_default();
            if index.bytes > LONGEST as u64 {
                return Err(format!("the log is longer than {LONGEST} bytes"));
            }
            splitter.feed(&chunk, &mut |line| index.add(line, &self.reader, &*self.mask.0));
        }
        splitter.finish(&mut |line| index.add(line, &self.reader, &*self.mask.0));
        Ok(index)
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Write as _, path::Path};

    use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

    use super::*;
    use crate::{actors::testing, config::host::Clock};

    const FAST: Duration = Duration::from_millis(10);

    fn observer(section: &str) -> LogObserver {
        let config = testing::config(section);
        let mask = Mask::new(|text| {
            let found = if text.contains("4111") {
                vec!["card".to_owned()]
            } else {
                Vec::new()
            };
            (text.replace("4111", "****"), found)
        });
        let recorder = Recorder::in_memory(Clock::start());
        LogObserver::open(config.log.as_ref().unwrap(), mask, recorder, FAST).unwrap()
    }

    fn file(path: &Path) -> LogObserver {
        observer(&format!(
            r#"
[log]
kind = "file"
path = {path:?}
format = "regex"
pattern = '^(?<time>\S+ \S+) (?<event_id>evt_\w+) (?<type>\S+) (?<result>\w+)'
time_zone = "Asia/Kuala_Lumpur"
"#
        ))
    }

    fn append(path: &Path, text: &str) {
        std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
    }

    #[tokio::test]
    async fn a_line_is_waited_for_until_it_carries_its_result() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.log");
        append(&path, "2026-11-20 18:00:00 evt_1 payment.success processed\n");
        let log = file(&path);
        append(
            &path,
            "got evt_1\n2026-11-20 18:35:30,123 evt_1 payment.success proc",
        );
        let scope = testing::scope();
        let (observed, ()) = tokio::join!(log.lines_with(&scope, "evt_1", Duration::from_secs(20)), async {
            tokio::time::sleep(Duration::from_millis(60)).await;
            append(&path, "essed card 4111\n");
        });
        assert_eq!(observed.lines.len(), 2, "{observed:?}");
        let line = &observed.lines[1];
        assert_eq!(
            line.text,
            "2026-11-20 18:35:30,123 evt_1 payment.success processed card ****"
        );
        assert_eq!(line.unix_millis, Some(1_795_170_930_123));
        assert_eq!(line.result.as_deref(), Some("processed"));
    }

    #[tokio::test]
    async fn effects_are_counted_from_lines_about_related_events() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.log");
        let log = file(&path);
        log.relate("ORD-1", "evt_1");
        log.relate("ORD-1", "evt_2");
        append(
            &path,
            "2026-11-20 18:00:00 evt_1 payment.success processed\n2026-11-20 18:00:01 evt_1 payment.success duplicate\n",
        );
        append(
            &path,
            "2026-11-20 18:00:02 evt_2 payment.success processed\n2026-11-20 18:00:02 evt_3 payment.success processed\n",
        );
        let results = ["processed".to_owned()];
        assert_eq!(log.count_processed("ORD-1", &results, &[]).await, Ok(2));
        assert_eq!(log.count_processed("ORD-2", &results, &[]).await, Ok(0));
    }

    #[tokio::test]
    async fn the_scan_covers_rotated_files_and_unfinished_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.log");
        append(&path, "old 4111\n");
        let log = file(&path);
        append(&path, "card 4111 of evt_1\n");
        log.lines_with(&testing::scope(), "evt_1", Duration::ZERO).await;
        std::fs::remove_file(&path).unwrap();
        append(&path, "again 4111 without end");
        let known = ["evt_1".to_owned(), "evt_2".to_owned()].into();
        let scanned = log.scan(None, vec!["card".to_owned()], &known).await;
        assert_eq!(scanned.findings, ["card **** of evt_1", "again **** without end"]);
        assert_eq!(
            (scanned.found.get("card"), scanned.lines, scanned.known_ids),
            (Some(&2), 2, 1)
        );
        assert_eq!(scanned.unreadable, None);
    }

    #[tokio::test]
    async fn a_log_that_is_not_there_is_unreadable_and_not_empty() {
        let log = file(Path::new("/nowhere/app.log"));
        let observed = log.lines_with(&testing::scope(), "evt_1", Duration::ZERO).await;
        assert!(
            observed
                .unreadable
                .unwrap()
                .contains("could not read /nowhere/app.log")
        );
        assert!(
            log.count_processed("ORD-1", &["processed".to_owned()], &[])
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn a_command_and_an_address_are_logs_too() {
        let line = r#"{"id":"evt_1","result":"processed"}"#;
        let server = MockServer::start().await;
        Mock::given(any())
            .respond_with(ResponseTemplate::new(200).set_body_string(line))
            .mount(&server)
            .await;
        let format = "format = \"json\"\nevent_id = \"/id\"\nresult = \"/result\"\n";
        for source in [
            format!("[log]\nkind = \"http\"\nurl = \"{}/log\"\n{format}", server.uri()),
            format!(
                "[log]\nkind = \"command\"\nprogram = \"echo\"\nargs = ['{}']\n{format}",
                line.replace('{', "{{").replace('}', "}}")
            ),
        ] {
            let found = observer(&source)
                .lines_with(&testing::scope(), "evt_1", Duration::ZERO)
                .await;
            assert_eq!(found.lines.len(), 1, "{found:?}");
            assert_eq!(found.lines[0].result.as_deref(), Some("processed"));
        }
    }
}
