//! The panic hook of a run: a step's stop is no panic to the console, everything else still is.

use std::panic::{self, PanicHookInfo};

use crate::steps::stop::Stop;

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Sync + Send + 'static>;

/// Puts the former hook back when it is dropped, however the run ends.
#[must_use = "the hook is restored when this is dropped"]
pub struct QuietStops(std::sync::Arc<Hook>);

impl QuietStops {
    /// Installs the hook.
    pub fn install() -> Self {
        let former = std::sync::Arc::new(panic::take_hook());
        let next = std::sync::Arc::clone(&former);
        panic::set_hook(Box::new(move |info| {
            let stop = info
                .payload()
                .downcast_ref::<String>()
                .is_some_and(|text| Stop::is_marked(text));
            if !stop {
                next(info);
            }
        }));
        Self(former)
    }
}

impl Drop for QuietStops {
    fn drop(&mut self) {
        // A hook cannot be set while its thread panics; then the quiet one stays.
        if !std::thread::panicking() {
            let former = std::sync::Arc::clone(&self.0);
            panic::set_hook(Box::new(move |info| former(info)));
        }
    }
}

/// The text of a panic.
pub fn panic_text(payload: &(dyn std::any::Any + Send)) -> String {
    payload
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "a panic without text".to_owned())
}
