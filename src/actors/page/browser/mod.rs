//! A real browser, without a window, that visits one page and looks at it from inside.

mod process;
mod visit;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::sync::OnceCell;
use url::Url;

use crate::transcript::page::PageFacts;

/// Names under which Chromium is installed.
const NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
];

/// A folder that is not there at so many looks in a row, a twentieth of a second apart, stays away.
const QUIET_LOOKS: u32 = 6;

/// Longest visit: a start on a busy machine takes seconds.
const LONGEST: Duration = Duration::from_secs(40);

/// Name and version of the browser, and what it found.
pub type Visit = (String, Result<Box<PageFacts>, String>);

/// A browser and the one page it visits: once in a run, however many examples ask.
#[derive(Debug)]
pub struct Browser {
    program: PathBuf,
    path: Option<String>,
    temporary: PathBuf,
    visited: OnceCell<Arc<Visit>>,
}

impl Browser {
    /// The declared browser, or the first on the search path; none when there is none.
    pub fn find(declared: Option<&Path>, environment: &BTreeMap<String, String>) -> Option<Self> {
        let path = environment.get("PATH");
        let on_path = || {
            let folders = path?.split(':').filter(|folder| !folder.is_empty());
            let mut candidates = folders.flat_map(|folder| NAMES.map(|name| Path::new(folder).join(name)));
            candidates.find(|candidate| candidate.is_file())
        };
        let program = declared.map(Path::to_owned).or_else(on_path)?;
        Some(Self {
            program,
            path: path.cloned(),
            temporary: environment
                .get("TMPDIR")
                .map_or_else(|| PathBuf::from("/tmp"), PathBuf::from),
            visited: OnceCell::new(),
        })
    }

    /// Visits the page. `own_trust` says that the page's certificate is one that only the partner's file
    /// names; `name` is not used by any other run.
    pub async fn visit(&self, page: &Url, own_trust: bool, name: &str) -> Arc<Visit> {
        let visit = || async {
            let visited = tokio::time::timeout(LONGEST, self.once(page, own_trust, name)).await;
            Arc::new(match visited {
                Ok((browser, Ok(facts))) => (browser, Ok(Box::new(facts))),
                Ok((browser, Err(reason))) => (browser, Err(reason)),
                Err(_) => (
                    self.program.display().to_string(),
                    Err(format!("not done after {} s", LONGEST.as_secs())),
                ),
            })
        };
        Arc::clone(self.visited.get_or_init(visit).await)
    }

    async fn once(&self, page: &Url, own_trust: bool, name: &str) -> (String, Result<PageFacts, String>) {
        let shown = self.program.display().to_string();
        let Some(host) = page.host_str() else {
            return (shown, Err("the page has no host".to_owned()));
        };
        let folder = self.temporary.join(format!("senang-conformance-browser-{name}"));
        let _removed = Removed(folder.clone());
        let launch = process::Launch {
            program: &self.program,
            path: self.path.as_deref(),
            folder: &folder,
            host,
        };
        let result = match process::Process::start(&launch) {
            Ok(mut process) => {
                let visited = visit::visit(&mut process, page, own_trust).await;
                process.stop().await;
                visited
            }
            Err(reason) => Err(reason),
        };
        match result {
            Ok((browser, facts)) => (browser, Ok(facts)),
            Err(reason) => (shown, Err(reason)),
        }
    }
}

/// A folder that goes when this is dropped, also when the visit is cut short.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        // A browser that was cut short may go on writing for a moment, into a folder that it makes anew. What
        // is left behind even so is a nuisance, not a finding.
        let mut gone = 0;
        for _ in 0..200 {
            let _ = std::fs::remove_dir_all(&self.0);
            std::thread::park_timeout(Duration::from_millis(50));
            gone = if self.0.exists() { 0 } else { gone + 1 };
            if gone == QUIET_LOOKS {
                break;
            }
        }
    }
}
