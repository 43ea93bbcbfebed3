//! Many requests that are finished at the same moment.

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use tokio::task::unconstrained;

use super::{
    answer::Incoming,
    connection::{Connection, open},
    core::{Core, Exchanged},
    failure::Failure,
    message::{Delivered, Message},
    parcel::Parcel,
    progress::Progress,
    raw::{RawDeliverer, read, send_now},
};
use crate::{
    transcript::{
        exchange::{Answer, Intent, NoAnswer},
        record::Scope,
    },
    wire::moment::Micros,
};

/// What came of a burst.
#[derive(Clone, Debug)]
pub struct Burst {
    /// The deliveries, in the order of the intents.
    pub deliveries: Vec<Delivered>,
    /// From the first to the last moment at which a request was finished, in microseconds.
    pub spread: Micros,
}

/// A request of which only the last byte is missing.
struct Held {
    parcel: Parcel,
    progress: Arc<Progress>,
    connection: Result<(Connection, u8), Failure>,
}

impl RawDeliverer {
    /// Sends one message once for every intent, so that all requests become complete as close
    /// together as the machine can do it: connections are opened and everything but the last byte is
    /// written beforehand, then the last bytes follow each other without a wait.
    ///
    /// The places are taken before the connections are opened, and the pace is paid for all at the moment
    /// itself: no second sees more than is allowed.
    pub async fn burst(&self, scope: &Scope, intents: Vec<Intent>, message: Message) -> Burst {
        let messages = intents
            .into_iter()
            .map(|intent| (intent, message.clone()))
            .collect();
        self.burst_of(scope, messages).await
    }

    /// The same for messages that differ.
    pub async fn burst_of(&self, scope: &Scope, messages: Vec<(Intent, Message)>) -> Burst {
        let parcels: Vec<Parcel> = messages
            .into_iter()
            .map(|(intent, message)| self.core.parcel(intent, message))
            .collect();
        let spare = parcels.clone();
        let count = u32::try_from(parcels.len()).unwrap_or(u32::MAX);
        let permit = self.core.limiter.places(count).await;
        let task = tokio::spawn({
            let (core, scope) = (Arc::clone(&self.core), scope.clone());
            async move {
                let finished = run(&core, parcels, count).await;
                drop(permit);
                record(&core, &scope, finished)
            }
        });
        task.await.unwrap_or_else(|_| {
            let stopped = |parcel| Finished {
                parcel,
                progress: Arc::new(Progress::start(self.core.recorder.clock())),
                result: Err(Failure::new(NoAnswer::Broken, "the burst was stopped")),
                ended: self.core.recorder.clock().now(),
            };
            record(&self.core, scope, spare.into_iter().map(stopped).collect())
        })
    }
}

struct Finished {
    parcel: Parcel,
    progress: Arc<Progress>,
    result: Result<Answer, Failure>,
    ended: Micros,
}

fn record(core: &Core, scope: &Scope, finished: Vec<Finished>) -> Burst {
    let moments = || finished.iter().filter_map(|one| one.progress.written());
    let spread = match (moments().min(), moments().max()) {
        (Some(first), Some(last)) => Micros(last.0 - first.0),
        _ => Micros(0),
    };
    let deliveries = finished
        .into_iter()
        .map(
            |Finished {
                 parcel,
                 progress,
                 result,
                 ended,
             }| {
                let exchanged = Exchanged {
                    sent: parcel.sent(),
                    result,
                };
                core.record(scope, parcel.intent, exchanged, &progress, ended)
            },
        )
        .collect();
    Burst { deliveries, spread }
}

async fn run(core: &Arc<Core>, parcels: Vec<Parcel>, count: u32) -> Vec<Finished> {
    let mut held = join_all(parcels.into_iter().map(|parcel| hold(core, parcel))).await;
    core.limiter.start(count).await;
    // Nothing here waits unless a socket refuses a single byte, and no budget makes it yield: the
    // first poll writes all of them.
    unconstrained(join_all(held.iter_mut().map(release))).await;
    join_all(held.into_iter().map(|held| async move {
        let Held {
            parcel,
            progress,
            connection,
        } = held;
        let limit = parcel.timeout;
        let exchange = answer(&parcel, connection, &progress);
        let result = progress.within(limit, exchange).await;
        let ended = progress.now();
        Finished {
            parcel,
            progress,
            result,
            ended,
        }
    }))
    .await
}

async fn hold(core: &Arc<Core>, parcel: Parcel) -> Held {
    let opened = open(&parcel.url, &core.trust, core.connect_timeout).await;
    let progress = Arc::new(Progress::start(core.recorder.clock()));
    let connection = match opened {
        Err(failure) => Err(failure),
        Ok(connection) => begin(connection, &parcel, core.connect_timeout).await,
    };
    Held {
        parcel,
        progress,
        connection,
    }
}

async fn begin(
    mut connection: Connection,
    parcel: &Parcel,
    limit: Duration,
) -> Result<(Connection, u8), Failure> {
    let mut wire = parcel.head();
    wire.extend_from_slice(&parcel.body);
    let last = wire.pop().unwrap_or(b'\n');
    match tokio::time::timeout(limit, send_now(&mut connection, &wire)).await {
        Ok(Ok(())) => Ok((connection, last)),
        Ok(Err(error)) => Err(Failure::talking(&error)),
        Err(_) => Err(Failure::new(
            NoAnswer::Timeout,
            "the request was not taken in time",
        )),
    }
}

async fn release(held: &mut Held) {
    let Ok((connection, last)) = &mut held.connection else {
        return;
    };
    match send_now(connection, &[*last]).await {
        Ok(()) => held.progress.note_written(),
        Err(error) => held.connection = Err(Failure::talking(&error)),
    }
}

async fn answer(
    parcel: &Parcel,
    connection: Result<(Connection, u8), Failure>,
    progress: &Progress,
) -> Result<Answer, Failure> {
    let (mut connection, _) = connection?;
    read(&mut connection, Incoming::to(&parcel.method), Ok(()), progress).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        actors::deliverer::testing::{
            Closing, Partner, deliverer, intent, message, nobody, options, scope, secure_partner,
        },
        transcript::exchange::Ending,
    };

    const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn all_requests_become_complete_together() {
        let partner = Partner::answering(OK, Closing::Never).await;
        let (deliverer, recorder) = deliverer(options());
        let intents: Vec<Intent> = (0..50).map(intent).collect();
        let burst = deliverer
            .raw()
            .burst(&scope(), intents, message(&partner.url))
            .await;
        assert!(
            burst
                .deliveries
                .iter()
                .all(|one| one.delivery().status() == Some(200))
        );
        let order: Vec<u32> = burst
            .deliveries
            .iter()
            .map(|one| one.delivery().intent.index)
            .collect();
        assert_eq!(order, (0..50).collect::<Vec<_>>());
        assert_eq!(recorder.of(&scope()).len(), 50);
        assert_eq!(partner.seen().len(), 50);
        let written = || burst.deliveries.iter().map(|one| one.delivery().written.0);
        assert_eq!(
            burst.spread.0,
            written().max().unwrap() - written().min().unwrap()
        );
        let opened = burst
            .deliveries
            .iter()
            .map(|one| one.delivery().started.0)
            .max()
            .unwrap();
        assert!(
            written().min().unwrap() >= opened,
            "a request was finished before all were begun"
        );
        println!("spread of 50: {} µs", burst.spread.0);
    }

    #[tokio::test]
    async fn handshakes_are_made_beforehand() {
        let (url, authority) = secure_partner(OK.as_bytes()).await;
        let mut options = options();
        options.trust = Some(authority);
        let (deliverer, _) = deliverer(options);
        let burst = deliverer
            .raw()
            .burst(&scope(), (0..5).map(intent).collect(), message(&url))
            .await;
        assert!(
            burst
                .deliveries
                .iter()
                .all(|one| one.delivery().status() == Some(200)),
            "{burst:?}"
        );
        println!("spread of 5 over TLS: {} µs", burst.spread.0);
    }

    #[tokio::test]
    async fn a_burst_at_nobody_is_recorded_too() {
        let (deliverer, recorder) = deliverer(options());
        let burst = deliverer
            .raw()
            .burst(&scope(), vec![intent(0), intent(1)], message(&nobody().await))
            .await;
        assert_eq!((burst.spread, recorder.of(&scope()).len()), (Micros(0), 2));
        assert!(burst.deliveries.iter().all(|one| matches!(
            one.delivery().ending,
            Ending::Unanswered {
                why: NoAnswer::Connect,
                ..
            }
        )));
    }
}
