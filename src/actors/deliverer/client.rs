//! The ordinary way to the partner: reqwest, with everything unasked switched off.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, Method, Request, Response, header::HeaderMap, redirect, retry};

use super::{
    body::NotedBody,
    core::{Core, Exchanged, KEPT, READ},
    failure::Failure,
    limiter::Limiter,
    message::{Delivered, Message},
    options::{DelivererError, DelivererOptions},
    parcel::Parcel,
    progress::Progress,
    raw::{RawDeliverer, Shape},
    trust::nobody,
};
use crate::{
    transcript::{
        exchange::{Answer, Intent, NoAnswer},
        record::Scope,
        recorder::Recorder,
    },
    wire::{body::Body, header::Headers, moment::Micros},
};

/// How long after an answer its connection may carry another delivery. Servers close idle
/// connections after two seconds and more.
pub const REUSE_WITHIN: Duration = Duration::from_secs(1);

/// How the detail of a broken delivery ends when it may have met a connection that the partner was
/// just closing. Whether the partner is at fault cannot be told then.
pub const MAYBE_STALE: &str = "; the connection may have carried an earlier delivery";

/// Delivers messages as an ordinary HTTP/1.1 client would; cheap to clone.
#[derive(Clone, Debug)]
pub struct Deliverer {
    core: Arc<Core>,
    clients: Arc<Clients>,
    raw: RawDeliverer,
}

/// The clients, and what is known of how the partner treats connections. Building a client that
/// speaks TLS takes milliseconds, so each is built when it is first needed.
#[derive(Debug, Default)]
struct Clients {
    built: [OnceLock<Result<Client, Failure>>; 4],
    last_answer: AtomicU64,
    closes_unannounced: AtomicBool,
}

impl Deliverer {
    /// Deliverers that share one limiter and write to one transcript.
    pub fn new(options: DelivererOptions, recorder: Recorder) -> Result<Self, DelivererError> {
        let core = Arc::new(Core::new(options, recorder)?);
        Ok(Self {
            raw: RawDeliverer::new(Arc::clone(&core)),
            clients: Arc::default(),
            core,
        })
    }

    /// The bound on what the partner sees, for others that call it.
    pub fn limiter(&self) -> &Arc<Limiter> {
        &self.core.limiter
    }

    /// The deliverer for what an HTTP client cannot write.
    pub fn raw(&self) -> &RawDeliverer {
        &self.raw
    }

    /// Waits for its turn, delivers one message and records what happened.
    ///
    /// A message that the client would not write exactly as asked (upper case in header names, lines
    /// of one name apart from each other, a false length) goes the raw way by itself. Must be called
    /// inside a tokio runtime. Giving up the returned future while it waits for its turn sends
    /// nothing; after that the delivery is completed and recorded all the same.
    pub async fn deliver(&self, scope: &Scope, intent: Intent, message: Message) -> Delivered {
        let parcel = self.core.parcel(intent, message);
        let Some(headers) = parcel.for_client() else {
            return self.raw.send(scope, parcel, Shape::Whole).await;
        };
        let permit = self.core.limiter.enter().await;
        let clients = Arc::clone(&self.clients);
        self.core
            .run(
                scope,
                permit,
                Arc::new(parcel),
                |core, parcel, progress| async move {
                    let exchange = exchange(&core, &clients, &parcel, headers, &progress);
                    let result = progress.within(parcel.timeout, exchange).await;
                    Exchanged {
                        sent: parcel.sent(),
                        result,
                    }
                },
            )
            .await
    }
}

impl Clients {
    fn get(&self, core: &Core, secure: bool, reuse: bool) -> Result<Client, Failure> {
        let index = usize::from(secure) | usize::from(reuse) << 1;
        self.built[index]
            .get_or_init(|| build(core, secure, reuse))
            .clone()
    }

    fn may_reuse(&self, core: &Core) -> bool {
        core.reuse && !self.closes_unannounced.load(Ordering::Relaxed)
    }

    /// Whether an answered connection may have been idle when a delivery started.
    fn had_one_idle(&self, started: Micros) -> bool {
        let last = self.last_answer.load(Ordering::Relaxed);
        last > 0 && u128::from(started.0.saturating_sub(last)) <= REUSE_WITHIN.as_micros()
    }
}

fn build(core: &Core, secure: bool, reuse: bool) -> Result<Client, Failure> {
    let tls = if secure {
        rustls::ClientConfig::clone(core.trust.config()?.as_ref())
    } else {
        nobody().map_err(|error| Failure::new(NoAnswer::Tls, &error.to_string()))?
    };
    Client::builder()
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(retry::never())
        .no_proxy()
        .http1_only()
        .tls_backend_preconfigured(tls)
        .connect_timeout(core.connect_timeout)
        .pool_max_idle_per_host(if reuse { core.in_flight } else { 0 })
        .pool_idle_timeout(REUSE_WITHIN)
        .tcp_nodelay(true)
        .build()
        .map_err(|error| Failure::client(&error, core.connect_timeout))
}

async fn exchange(
    core: &Core,
    clients: &Clients,
    parcel: &Parcel,
    headers: HeaderMap,
    progress: &Arc<Progress>,
) -> Result<Answer, Failure> {
    let reuse = clients.may_reuse(core);
    let client = clients.get(core, parcel.url.scheme() == "https", reuse)?;
    let method = Method::from_bytes(parcel.method.as_bytes())
        .map_err(|error| Failure::new(NoAnswer::Broken, &error.to_string()))?;
    let mut request = Request::new(method, parcel.url.clone());
    *request.headers_mut() = headers;
    let body = NotedBody::new(parcel.body.clone(), Arc::clone(progress));
    *request.body_mut() = Some(reqwest::Body::wrap(body));
    let failed = |error: reqwest::Error| Failure::client(&error, core.connect_timeout);
    let response = client.execute(request).await.map_err(|error| {
        let mut failure = failed(error);
        if failure.why == NoAnswer::Broken && reuse && clients.had_one_idle(progress.started()) {
            clients.closes_unannounced.store(true, Ordering::Relaxed);
            failure.detail.push_str(MAYBE_STALE);
        }
        failure
    })?;
    progress.note_head();
    let answer = answer(response).await.map_err(failed)?;
    clients
        .last_answer
        .store(progress.now().0.max(1), Ordering::Relaxed);
    Ok(answer)
}

async fn answer(mut response: Response) -> Result<Answer, reqwest::Error> {
    let status = response.status().as_u16();
    let mut headers = Headers::new();
    for (name, value) in response.headers() {
        let value: String = value.as_bytes().iter().copied().map(char::from).collect();
        headers.push(name.as_str(), value);
    }
    let (mut kept, mut read) = (Vec::new(), 0_usize);
    while read <= READ {
        let Some(piece) = response.chunk().await? else {
            break;
        };
        read += piece.len();
        let room = KEPT.saturating_sub(kept.len()).min(piece.len());
        kept.extend_from_slice(&piece[..room]);
    }
    Ok(Answer {
        status,
        headers,
        truncated: read > kept.len(),
        body: Body::from(kept),
    })
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};

    use super::*;
    use crate::{
        actors::deliverer::testing::{
            Closing, Partner, deliverer, greeting, intent, message, nobody, options, scope, secure_partner,
        },
        transcript::{
            exchange::{Delivery, Ending},
            record::Event,
        },
    };

    const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nX-Twice: a\r\nx-twice: b\r\n\r\nok";

    fn why(delivery: &Delivery) -> Option<NoAnswer> {
        match delivery.ending {
            Ending::Unanswered { why, .. } => Some(why),
            Ending::Answered(_) => None,
        }
    }

    #[tokio::test]
    async fn what_is_recorded_is_what_was_on_the_wire() {
        let partner = Partner::answering(OK, Closing::Never).await;
        let (deliverer, recorder) = deliverer(options());
        let mut twice = message(&partner.url);
        twice.headers = twice
            .headers
            .with("webhook-signature", " v1,é ")
            .with("webhook-signature", "v1,b");
        let outcome = deliverer.deliver(&scope(), intent(0), twice).await;
        let host = partner.url.authority();
        let expected = format!(
            "POST /hook HTTP/1.1\r\nhost: {host}\r\nuser-agent: {}\r\naccept: */*\r\n\
             content-type: application/json\r\nwebhook-id: evt_1\r\nwebhook-signature:  v1,\u{fffd} \r\n\
             webhook-signature: v1,b\r\ncontent-length: 26\r\n\r\n{{\"type\":\"payment.success\"}}",
            options().user_agent
        );
        assert_eq!(partner.seen(), [expected]);
        let sent = &outcome.delivery().sent;
        let names: Vec<&str> = sent.headers.iter().map(|(name, _)| name).collect();
        assert_eq!(
            names,
            [
                "host",
                "user-agent",
                "accept",
                "content-type",
                "webhook-id",
                "webhook-signature",
                "webhook-signature",
                "content-length"
            ]
        );
        assert_eq!(recorder.of(&scope()).len(), 1);
        assert_eq!(outcome.number(), 0);
        let Ending::Answered(answer) = &outcome.delivery().ending else {
            panic!("{outcome:?}")
        };
        assert_eq!(
            (answer.status, answer.body.text(), answer.truncated),
            (200, Some("ok"), false)
        );
        assert_eq!(answer.headers.all("x-twice").collect::<Vec<_>>(), ["a", "b"]);
    }

    #[tokio::test]
    async fn both_ways_write_the_same_bytes() {
        let partner = Partner::answering(OK, Closing::AtOnce).await;
        let (deliverer, _) = deliverer(options());
        let mut requests = vec![message(&partner.url); 4];
        requests[1].body.clear();
        requests[2].method = "GET".to_owned();
        requests[2].body.clear();
        requests[3].method = "PUT".to_owned();
        requests[3].url.set_query(Some("a=%20|{}'&b=\"^`"));
        for request in requests {
            let plain = deliverer.deliver(&scope(), intent(0), request.clone()).await;
            let raw = deliverer
                .raw()
                .deliver(&scope(), intent(0), request, Shape::Whole)
                .await;
            assert_eq!(plain.delivery().sent, raw.delivery().sent);
            let seen = partner.seen();
            let [.., first, second] = &seen[..] else {
                panic!("{seen:?}")
            };
            assert_eq!(first, second);
        }
    }

    #[tokio::test]
    async fn spelling_that_the_client_would_lose_goes_the_raw_way() {
        let partner = Partner::answering(OK, Closing::AtOnce).await;
        let (deliverer, _) = deliverer(options());
        let mut loud = message(&partner.url);
        loud.headers.push("WEBHOOK-Signature", "v1,a");
        deliverer.deliver(&scope(), intent(0), loud).await;
        assert!(partner.seen()[0].contains("\r\nWEBHOOK-Signature: v1,a\r\n"));
    }

    #[tokio::test]
    async fn moments_are_in_order() {
        let partner = Partner::answering(OK, Closing::Never).await;
        let (deliverer, _) = deliverer(options());
        for empty in [false, true] {
            let mut message = message(&partner.url);
            if empty {
                message.body.clear();
            }
            let Delivery {
                started,
                written,
                head,
                ended,
                ..
            } = deliverer
                .deliver(&scope(), intent(0), message)
                .await
                .delivery()
                .clone();
            assert!(
                started < written && written < head && head <= ended,
                "{started:?} {written:?} {head:?} {ended:?}"
            );
        }
    }

    #[tokio::test]
    async fn redirects_are_not_followed() {
        let server = MockServer::start().await;
        let url = format!("{}/hook", server.uri()).parse().unwrap();
        let (deliverer, _) = deliverer(options());
        for status in [301, 302, 303, 307, 308] {
            let elsewhere = ResponseTemplate::new(status).insert_header("location", "/elsewhere");
            let _mounted = Mock::given(path("/hook"))
                .respond_with(elsewhere)
                .mount_as_scoped(&server)
                .await;
            let outcome = deliverer.deliver(&scope(), intent(0), message(&url)).await;
            assert_eq!(outcome.delivery().status(), Some(status));
        }
        assert_eq!(server.received_requests().await.unwrap().len(), 5);
    }

    #[test]
    fn proxies_of_the_environment_are_not_used() {
        let test = "actors::deliverer::client::tests::what_is_recorded_is_what_was_on_the_wire";
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
            child.env(name, "http://127.0.0.1:1");
        }
        let output = child
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .args(["--exact", test])
            .output()
            .unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && stdout.contains("1 passed"), "{stdout}");
    }

    #[tokio::test]
    async fn a_connection_is_reused_only_when_allowed() {
        for (reuse_connections, connections) in [(true, 1), (false, 2)] {
            let partner = Partner::answering(OK, Closing::Never).await;
            let (deliverer, _) = deliverer(DelivererOptions {
                reuse_connections,
                ..options()
            });
            for index in 0..2 {
                let outcome = deliverer
                    .deliver(&scope(), intent(index), message(&partner.url))
                    .await;
                assert_eq!(outcome.delivery().status(), Some(200));
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            assert_eq!(partner.seen().len(), connections);
        }
    }

    #[tokio::test]
    async fn nothing_is_sent_again_when_a_reused_connection_breaks() {
        let partner = Partner::answering(OK, Closing::AtSecondRequest).await;
        let (deliverer, _) = deliverer(options());
        let first = deliverer
            .deliver(&scope(), intent(0), message(&partner.url))
            .await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        let second = deliverer
            .deliver(&scope(), intent(1), message(&partner.url))
            .await;
        assert_eq!(first.delivery().status(), Some(200));
        assert_eq!(why(second.delivery()), Some(NoAnswer::Broken));
        let Ending::Unanswered { detail, .. } = &second.delivery().ending else {
            panic!("{second:?}")
        };
        assert!(detail.ends_with(MAYBE_STALE), "{detail}");
        tokio::time::sleep(Duration::from_millis(50)).await;
        let seen = partner.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert_eq!(seen[0].matches("POST /hook").count(), 2);
        for index in 2..4 {
            let outcome = deliverer
                .deliver(&scope(), intent(index), message(&partner.url))
                .await;
            assert_eq!(outcome.delivery().status(), Some(200), "reuse is given up");
        }
        assert_eq!(partner.seen().len(), 3);
    }

    #[tokio::test]
    async fn a_connection_that_the_partner_closed_is_not_taken_up_again() {
        let partner = Partner::answering(OK, Closing::AtOnce).await;
        let (deliverer, _) = deliverer(options());
        for index in 0..3 {
            let outcome = deliverer
                .deliver(&scope(), intent(index), message(&partner.url))
                .await;
            assert_eq!(outcome.delivery().status(), Some(200));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let seen = partner.seen();
        assert_eq!(
            seen.iter().filter(|bytes| bytes.starts_with("POST")).count(),
            3,
            "{seen:?}"
        );
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn no_delivery_is_seen_twice_however_connections_close() {
        let partner = Partner::answering(OK, Closing::AtOnce).await;
        let (deliverer, _) = deliverer(options());
        let (mut answered, count) = (0, 300);
        for index in 0..count {
            let mut message = message(&partner.url);
            message.headers.set("webhook-id", format!("evt_{index:03}"));
            let outcome = deliverer.deliver(&scope(), intent(index), message).await;
            answered += usize::from(outcome.delivery().status() == Some(200));
        }
        let seen = partner.seen().concat();
        for index in 0..count {
            assert!(
                seen.matches(&format!("webhook-id: evt_{index:03}\r")).count() <= 1,
                "evt_{index:03}"
            );
        }
        assert!(answered > 0 && answered <= seen.matches("POST /hook").count());
        println!("{answered} of {count} answered");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn both_ways_share_the_limits() {
        let partner = Partner::answering(OK, Closing::Never).await;
        let (deliverer, recorder) = deliverer(DelivererOptions {
            in_flight: NonZeroU32::MIN,
            ..options()
        });
        let (here, scope) = (scope(), &scope());
        let plain = (0..10).map(|index| deliverer.deliver(scope, intent(index), message(&partner.url)));
        let raw = (0..10).map(|index| {
            let message = message(&partner.url);
            deliverer
                .raw()
                .deliver(scope, intent(index), message, Shape::Whole)
        });
        tokio::join!(futures::future::join_all(plain), futures::future::join_all(raw));
        let mut spans: Vec<(Micros, Micros)> = recorder
            .of(&here)
            .iter()
            .filter_map(|record| match &record.event {
                Event::Delivered(delivery) => Some((delivery.started, delivery.ended)),
                _ => None,
            })
            .collect();
        spans.sort_unstable();
        assert_eq!(spans.len(), 20);
        assert!(spans.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{spans:?}");
    }

    #[tokio::test]
    async fn a_silent_partner_runs_into_the_time_limit() {
        let partner = Partner::answering("", Closing::Never).await;
        let (deliverer, _) = deliverer(options());
        let patient = Message {
            timeout: Some(Duration::from_millis(150)),
            ..message(&partner.url)
        };
        let delivery = deliverer
            .deliver(&scope(), intent(0), patient)
            .await
            .delivery()
            .clone();
        let expected = Ending::Unanswered {
            why: NoAnswer::Timeout,
            detail: "no answer within 150 ms".to_owned(),
        };
        assert_eq!(delivery.ending, expected);
        assert!(delivery.head == delivery.ended && delivery.ended.millis_since(delivery.started) >= 150);
    }

    #[tokio::test]
    async fn an_answer_that_never_becomes_whole_is_given_up() {
        let partner = Partner::answering(
            "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
            Closing::Never,
        )
        .await;
        let (deliverer, _) = deliverer(options());
        let patient = Message {
            timeout: Some(Duration::from_millis(150)),
            ..message(&partner.url)
        };
        let delivery = deliverer
            .deliver(&scope(), intent(0), patient)
            .await
            .delivery()
            .clone();
        assert_eq!(why(&delivery), Some(NoAnswer::Timeout));
        assert!(delivery.head < delivery.ended);
    }

    #[tokio::test]
    async fn an_endless_answer_is_cut() {
        let mut wire = b"HTTP/1.1 200 OK\r\ncontent-length: 9000000000\r\n\r\n".to_vec();
        wire.resize(READ + 400_000, b'x');
        let partner = Partner::answering(wire, Closing::Never).await;
        let (deliverer, _) = deliverer(options());
        for raw in [false, true] {
            let outcome = if raw {
                deliverer
                    .raw()
                    .deliver(&scope(), intent(0), message(&partner.url), Shape::Whole)
                    .await
            } else {
                deliverer
                    .deliver(&scope(), intent(0), message(&partner.url))
                    .await
            };
            let Ending::Answered(answer) = &outcome.delivery().ending else {
                panic!("{outcome:?}")
            };
            assert_eq!((answer.body.len(), answer.truncated), (KEPT, true));
        }
    }

    #[tokio::test]
    async fn each_failure_has_its_name() {
        let (deliverer, _) = deliverer(options());
        let garbage = Partner::answering("220 mail.test ESMTP\r\n", Closing::AtOnce).await;
        let mute = Partner::answering("", Closing::AtOnce).await;
        let half = Partner::answering(
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
            Closing::AtOnce,
        )
        .await;
        let (stranger, _) = secure_partner(b"").await;
        let mut not_tls = greeting(b"220 mail.test ESMTP\r\n").await;
        not_tls.set_scheme("https").unwrap();
        let cases = [
            (nobody().await, NoAnswer::Connect),
            ("http://nowhere.invalid/hook".parse().unwrap(), NoAnswer::Connect),
            (stranger, NoAnswer::Tls),
            (not_tls, NoAnswer::Tls),
            (garbage.url.clone(), NoAnswer::NotHttp),
            (half.url.clone(), NoAnswer::Broken),
            (mute.url.clone(), NoAnswer::Broken),
        ];
        for (url, expected) in cases {
            let hurried = Message {
                timeout: Some(Duration::from_millis(700)),
                ..message(&url)
            };
            let plain = deliverer
                .deliver(&scope(), intent(0), hurried.clone())
                .await
                .delivery()
                .clone();
            let raw = deliverer
                .raw()
                .deliver(&scope(), intent(0), hurried, Shape::Whole)
                .await
                .delivery()
                .clone();
            assert_eq!(why(&plain), Some(expected), "{url} {:?}", plain.ending);
            assert_eq!(why(&raw), Some(expected), "{url} {:?}", raw.ending);
            let Ending::Unanswered { detail, .. } = plain.ending else {
                panic!()
            };
            let port = url
                .port()
                .map_or_else(|| "no port".to_owned(), |port| format!(":{port}"));
            assert!(!detail.is_empty() && !detail.contains(&port), "{detail}");
        }
    }

    #[tokio::test]
    async fn a_given_authority_is_believed_and_only_it() {
        let (url, authority) = secure_partner(OK.as_bytes()).await;
        let (other, _) = secure_partner(OK.as_bytes()).await;
        let (deliverer, _) = deliverer(DelivererOptions {
            trust: Some(authority),
            ..options()
        });
        let mut by_address = url.clone();
        by_address.set_host(Some("127.0.0.1")).unwrap();
        for (url, expected) in [
            (&url, None),
            (&other, Some(NoAnswer::Tls)),
            (&by_address, Some(NoAnswer::Tls)),
        ] {
            let plain = deliverer
                .deliver(&scope(), intent(0), message(url))
                .await
                .delivery()
                .clone();
            let raw = deliverer
                .raw()
                .deliver(&scope(), intent(0), message(url), Shape::Whole)
                .await
                .delivery()
                .clone();
            assert_eq!(
                (why(&plain), why(&raw)),
                (expected, expected),
                "{:?} {:?}",
                plain.ending,
                raw.ending
            );
        }
    }

    #[tokio::test]
    async fn a_delivery_that_was_begun_is_recorded_though_nobody_waits() {
        let partner = Partner::answering("", Closing::Never).await;
        let (deliverer, recorder) = deliverer(options());
        let scope = scope();
        let patient = Message {
            timeout: Some(Duration::from_millis(100)),
            ..message(&partner.url)
        };
        let delivery = deliverer.deliver(&scope, intent(0), patient);
        assert!(
            tokio::time::timeout(Duration::from_millis(10), delivery)
                .await
                .is_err()
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(recorder.of(&scope).len(), 1);
    }
}
