//! What both deliverers share.

use std::{future::Future, sync::Arc, time::Duration};

use super::{
    failure::Failure,
    limiter::{Limiter, Permit},
    message::{Delivered, Message},
    options::{DelivererError, DelivererOptions},
    parcel::Parcel,
    progress::Progress,
    trust::Trust,
};
use crate::{
    transcript::{
        exchange::{Answer, Delivery, Ending, Intent, NoAnswer, SentMessage},
        record::{Event, Scope},
        recorder::Recorder,
    },
    wire::moment::Micros,
};

/// Longest part of an answer's body that is kept, in bytes.
pub(super) const KEPT: usize = 64 * 1024;

/// Longest part of an answer's body that is read, in bytes.
pub(super) const READ: usize = 1024 * 1024;

/// Settings, limiter, roots and the way into the transcript.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) connect_timeout: Duration,
    pub(super) reuse: bool,
    pub(super) in_flight: usize,
    pub(super) limiter: Arc<Limiter>,
    pub(super) trust: Trust,
    pub(super) recorder: Recorder,
    answer_timeout: Duration,
    user_agent: String,
}

/// An exchange that is over: what was sent, and what came back.
pub(super) struct Exchanged {
    pub(super) sent: SentMessage,
    pub(super) result: Result<Answer, Failure>,
}

impl Core {
    pub(super) fn new(options: DelivererOptions, recorder: Recorder) -> Result<Self, DelivererError> {
        if !options
            .user_agent
            .bytes()
            .all(|byte| byte == b' ' || byte.is_ascii_graphic())
        {
            return Err(DelivererError::UserAgent(options.user_agent));
        }
        Ok(Self {
            connect_timeout: options.connect_timeout,
            reuse: options.reuse_connections,
            in_flight: options.in_flight.get() as usize,
            limiter: Arc::new(Limiter::new(options.in_flight, options.per_second)),
            trust: Trust::new(options.trust.as_deref())?,
            recorder,
            answer_timeout: options.answer_timeout,
            user_agent: options.user_agent,
        })
    }

    pub(super) fn parcel(&self, intent: Intent, message: Message) -> Parcel {
        Parcel::new(intent, message, &self.user_agent, self.answer_timeout)
    }

    /// Runs an exchange as a task of its own and records it at its end.
    ///
    /// A caller that stops waiting does not stop the exchange: what was begun is brought to its end
    /// and recorded, because the partner has seen it.
    pub(super) async fn run<E>(
        self: &Arc<Self>,
        scope: &Scope,
        permit: Permit,
        parcel: Arc<Parcel>,
        exchange: impl FnOnce(Arc<Self>, Arc<Parcel>, Arc<Progress>) -> E,
    ) -> Delivered
    where
        E: Future<Output = Exchanged> + Send + 'static,
    {
        let progress = Arc::new(Progress::start(self.recorder.clock()));
        let exchange = exchange(Arc::clone(self), Arc::clone(&parcel), Arc::clone(&progress));
        let task = tokio::spawn({
            let (core, scope, progress) = (Arc::clone(self), scope.clone(), Arc::clone(&progress));
            let intent = parcel.intent.clone();
            async move {
                let exchanged = exchange.await;
                let ended = progress.now();
                drop(permit);
                core.record(&scope, intent, exchanged, &progress, ended)
            }
        });
        match task.await {
            Ok(delivered) => delivered,
            Err(error) => {
                let why = if error.is_panic() {
                    "a fault in it"
                } else {
                    "the end of the run"
                };
                let failure = Failure::new(NoAnswer::Broken, &format!("the delivery was stopped by {why}"));
                let exchanged = Exchanged {
                    sent: parcel.sent(),
                    result: Err(failure),
                };
                self.record(scope, parcel.intent.clone(), exchanged, &progress, progress.now())
            }
        }
    }

    /// Writes a delivery into the transcript.
    pub(super) fn record(
        &self,
        scope: &Scope,
        intent: Intent,
        exchanged: Exchanged,
        progress: &Progress,
        ended: Micros,
    ) -> Delivered {
        let delivery = Delivery {
            intent,
            sent: exchanged.sent,
            started: progress.started(),
            written: progress.written().unwrap_or(progress.started()),
            head: progress.head().unwrap_or(ended),
            ended,
            ending: match exchanged.result {
                Ok(answer) => Ending::Answered(answer),
                Err(Failure { why, detail }) => Ending::Unanswered { why, detail },
            },
        };
        Delivered::new(
            self.recorder
                .record(Some(scope), Event::Delivered(Box::new(delivery))),
        )
    }
}
