//! Interruption from outside: the keyboard, or a CI server that cancels a job.

use tokio::sync::watch;

/// Becomes true when the run is interrupted (SIGINT) or asked to end (SIGTERM). The signals are listened
/// for when this returns.
pub fn interrupt() -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(false);
    let signal = signal();
    tokio::spawn(async move {
        if signal.await {
            let _ = sender.send(true);
        }
        // The sender stays, so that nobody who waits for the signal is woken by its loss.
        std::future::pending::<()>().await;
        drop(sender);
    });
    receiver
}

/// Whether one of the signals came; false when none can be listened for.
#[cfg(unix)]
fn signal() -> impl Future<Output = bool> {
    use tokio::signal::unix::{SignalKind, signal};
    // Taken over from the operating system here, not when the future is first polled.
    let signals =
        signal(SignalKind::interrupt()).and_then(|first| Ok((first, signal(SignalKind::terminate())?)));
    async move {
        let Ok((mut interrupt, mut terminate)) = signals else {
            return false;
        };
        tokio::select! {
            came = interrupt.recv() => came.is_some(),
            came = terminate.recv() => came.is_some(),
        }
    }
}

/// Whether the signal came; false when it cannot be listened for.
#[cfg(not(unix))]
async fn signal() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}
