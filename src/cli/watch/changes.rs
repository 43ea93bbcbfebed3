//! Changes of files, as one event for many: an editor or a build writes several at once.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

use crate::cli::error::CliError;

/// How long nothing may change before it counts as done.
const QUIET: Duration = Duration::from_millis(300);

/// What is watched. It ends when this is dropped.
pub(super) struct Changes {
    // Watching ends with it.
    _watcher: RecommendedWatcher,
    changed: mpsc::UnboundedReceiver<PathBuf>,
}

impl Changes {
    /// Watches a file, and files and folders besides. What is written below `out` counts for nothing: bundles are.
    pub(super) fn of(file: &Path, paths: &[PathBuf], out: &Path) -> Result<Self, CliError> {
        let (sender, changed) = mpsc::unbounded_channel();
        let file = absolute(file)?;
        let sources: Vec<PathBuf> = paths
            .iter()
            .map(|path| absolute(path))
            .collect::<Result<_, _>>()?;
        // It may not exist yet; then nothing is written there either.
        let out = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
        let out = out.canonicalize().unwrap_or(out);
        let (own, others) = (file.clone(), sources.clone());
        let counts = move |path: &Path| {
            !path.starts_with(&out) && (path == own || others.iter().any(|other| path.starts_with(other)))
        };
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let Ok(event) = event else { return };
            if matches!(event.kind, EventKind::Access(_)) {
                return;
            }
            if let Some(path) = event.paths.into_iter().find(|path| counts(path)) {
                // Nobody listens any more when the program ends.
                let _ = sender.send(path);
            }
        })
        .map_err(|error| unwatchable(&file, &error))?;
        let mut add = |path: &Path| {
            // An editor replaces a file by another one, which only its folder sees.
            let (target, mode) = if path.is_dir() {
                (path, RecursiveMode::Recursive)
            } else {
                (path.parent().unwrap_or(path), RecursiveMode::NonRecursive)
            };
            watcher
                .watch(target, mode)
                .map_err(|error| unwatchable(path, &error))
        };
        add(&file)?;
        sources.iter().try_for_each(|path| add(path))?;
        Ok(Self {
            _watcher: watcher,
            changed,
        })
    }

    /// Forgets what changed so far.
    pub(super) fn forget(&mut self) {
        while self.changed.try_recv().is_ok() {}
    }

    /// Waits for a change and until no more follow; the first that changed.
    pub(super) async fn next(&mut self) -> PathBuf {
        let Some(first) = self.changed.recv().await else {
            return std::future::pending().await;
        };
        while tokio::time::timeout(QUIET, self.changed.recv()).await.is_ok() {}
        first
    }
}

fn absolute(path: &Path) -> Result<PathBuf, CliError> {
    path.canonicalize().map_err(|error| CliError::File {
        path: path.to_owned(),
        error,
    })
}

fn unwatchable(path: &Path, error: &notify::Error) -> CliError {
    CliError::Usage(format!(
        "{} cannot be watched: {error}; name a smaller folder with --watch-path, or raise the limit of your system",
        path.display()
    ))
}
