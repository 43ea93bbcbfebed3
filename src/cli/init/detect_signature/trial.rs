//! Finding out which format an endpoint verifies, by sending to it.

use super::format::{Format, RIGHT, mistaken};
use crate::{
    cli::init::detect_endpoint::Caller,
    config::host::{Host, rfc3339, unforeseen},
    transcript::exchange::Ending,
    wire::{
        event::{Event, EventType, References},
        money::Money,
    },
};

/// What an endpoint does with signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It takes the platform's format and refuses a forged message.
    Verifies(u16),
    /// It takes both.
    AcceptsAnything(u16),
    /// It refuses the good message for another reason than the forged one.
    RefusesContent(u16, u16),
    /// It takes another format.
    Takes(Format, u16, bool),
    /// It refuses everything that was tried: so many messages.
    RefusesAll(u16, usize),
    /// There is nothing at the path.
    WrongPath(u16),
    /// It fails on the good message.
    Fails(u16),
    /// No answer.
    Silent(String),
}

/// Sends a good and a forged message, and others where both are refused. The object that they are about exists
/// nowhere.
pub async fn trial(caller: &Caller, printed: &str, kind: EventType, host: &Host) -> Verdict {
    let good = match send(caller, &RIGHT, printed, kind, host, false).await {
        Ok(status) => status,
        Err(why) => return Verdict::Silent(why),
    };
    let forged = match send(caller, &RIGHT, printed, kind, host, true).await {
        Ok(status) => status,
        Err(why) => return Verdict::Silent(why),
    };
    if let Some(verdict) = at_once(good, forged) {
        return verdict;
    }
    let formats = mistaken();
    for (tried, format) in formats.iter().enumerate() {
        let status = match send(caller, format, printed, kind, host, false).await {
            Ok(429) => return Verdict::RefusesAll(good, tried + 2),
            Ok(status) => status,
            Err(why) => return Verdict::Silent(why),
        };
        if (200..300).contains(&status) {
            let refuses = send(caller, format, printed, kind, host, true)
                .await
                .is_ok_and(|forged| !(200..300).contains(&forged));
            return Verdict::Takes(*format, status, refuses);
        }
    }
    Verdict::RefusesAll(good, formats.len() + 2)
}

/// The verdict that the two first answers allow; none when both are refused alike.
fn at_once(good: u16, forged: u16) -> Option<Verdict> {
    let taken = |status: u16| (200..300).contains(&status);
    match (good, forged) {
        (404 | 405 | 410, other) if other == good => Some(Verdict::WrongPath(good)),
        (429 | 500.., _) => Some(Verdict::Fails(good)),
        _ if taken(good) && taken(forged) => Some(Verdict::AcceptsAnything(good)),
        _ if taken(good) => Some(Verdict::Verifies(forged)),
        _ if good != forged => Some(Verdict::RefusesContent(good, forged)),
        _ => None,
    }
}

async fn send(
    caller: &Caller,
    format: &Format,
    printed: &str,
    kind: EventType,
    host: &Host,
    forged: bool,
) -> Result<u16, String> {
    let mark = format!("{:016x}", unforeseen(&host.clock));
    let object = |prefix: &str| format!("{prefix}-INIT-{}", mark.to_uppercase());
    let references = References {
        order: object("ORD"),
        policy: object("POL"),
        transaction: object("TXN"),
        refund: object("RFD"),
        claim: object("CLM"),
    };
    let millis = host.clock.unix_millis();
    let id = format!("evt_init{mark}");
    let event = Event::new(id.clone(), kind, rfc3339(millis), &references, &Money::sen(100));
    let body = event.body();
    let headers = format
        .headers(printed, &id, millis.div_euclid(1000), &body, forged)
        .ok_or("the secret is not of the form whsec_ and base64")?;
    match caller.post(headers, body).await {
        Ending::Answered(answer) => Ok(answer.status),
        Ending::Unanswered { detail, .. } => Err(detail),
    }
}

/// The verdict in words, one line each.
pub fn told(verdict: &Verdict) -> Vec<String> {
    let text = match verdict {
        Verdict::Verifies(status) => {
            format!(
                "signatures: it takes the platform's format, and refuses a forged message (status {status}). Sure."
            )
        }
        Verdict::AcceptsAnything(status) => format!(
            "signatures: it takes a forged message as well (status {status}), so nothing is verified. Mend that first; \
             the cases of WH-SIG will fail."
        ),
        Verdict::RefusesContent(good, forged) => format!(
            "signatures: a forged message is answered with {forged} and the right one with {good}, so the signature \
             seems to be verified; the right one is refused for what it says. An event about something unknown is to be \
             acknowledged with 2xx."
        ),
        Verdict::RefusesAll(status, tried) => format!(
            "signatures: everything is refused (status {status}; {tried} messages in the platform's and other known \
             formats). Most likely the variable holds another secret than your endpoint."
        ),
        Verdict::WrongPath(status) => {
            format!("signatures: not seen, because there is nothing at this path (status {status})")
        }
        Verdict::Fails(status) => {
            format!("signatures: not seen, because the endpoint fails on a right message (status {status})")
        }
        Verdict::Silent(why) => format!(
            "signatures: not seen, because no answer came ({})",
            crate::evidence::text::TerminalText::line(why).as_str()
        ),
        Verdict::Takes(format, status, refuses) => {
            let mut lines = vec![format!(
                "signatures: the platform's format is refused, and this one is taken (status {status}{}):",
                if *refuses {
                    "; forged it is refused"
                } else {
                    "; but forged as well"
                }
            )];
            lines.extend(
                format
                    .mistakes()
                    .into_iter()
                    .map(|mistake| format!("  - {mistake}")),
            );
            lines.push(
                "  Mend it in your code, not in the file. `senang-conformance check-signature` shows where a request goes wrong."
                    .to_owned(),
            );
            return lines;
        }
    };
    vec![text]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_answers_tell_most() {
        assert_eq!(at_once(200, 401), Some(Verdict::Verifies(401)));
        assert_eq!(at_once(204, 200), Some(Verdict::AcceptsAnything(204)));
        assert_eq!(at_once(422, 401), Some(Verdict::RefusesContent(422, 401)));
        assert_eq!(at_once(404, 404), Some(Verdict::WrongPath(404)));
        assert_eq!(at_once(404, 401), Some(Verdict::RefusesContent(404, 401)));
        assert_eq!(at_once(500, 500), Some(Verdict::Fails(500)));
        assert_eq!(at_once(401, 401), None);
    }

    const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZkdISUpLTE1OT1BRUlNUVVY=";

    /// An endpoint that verifies one format, or answers the same to everything.
    #[derive(Clone, Copy)]
    enum Endpoint {
        Verifies(Format),
        Always(u16),
    }

    impl wiremock::Respond for Endpoint {
        fn respond(&self, request: &wiremock::Request) -> wiremock::ResponseTemplate {
            let Self::Verifies(format) = self else {
                let Self::Always(status) = self else { panic!() };
                return wiremock::ResponseTemplate::new(*status);
            };
            let text = |name: Option<&str>| {
                name.and_then(|name| request.headers.get(name)?.to_str().ok())
                    .unwrap_or_default()
                    .to_owned()
            };
            let (id, time, signature) = format.family.headers();
            let (id, time, signature) = (text(id), text(time), text(Some(signature)));
            let stripe = signature
                .split_once("t=")
                .and_then(|(_, rest)| rest.split_once(','));
            let time = stripe.map_or(time, |(time, _)| time.to_owned());
            let mut seconds = time.parse::<i64>().unwrap_or_default();
            if format.millis {
                seconds /= 1000;
            }
            let right = format
                .headers(SECRET, &id, seconds, &request.body, false)
                .unwrap();
            let right = right.get(format.family.headers().2).unwrap();
            // The right one of milliseconds is made of the time that was sent, which ends with 000.
            wiremock::ResponseTemplate::new(if right == signature { 200 } else { 401 })
        }
    }

    async fn tried(endpoint: Endpoint) -> Verdict {
        let server = wiremock::MockServer::start().await;
        wiremock::Mock::given(wiremock::matchers::any())
            .respond_with(endpoint)
            .mount(&server)
            .await;
        let host = Host::read();
        let target = crate::config::target::Target::parse(&server.uri()).unwrap();
        let caller = Caller::new(&target, &host).unwrap();
        trial(&caller, SECRET, EventType::PaymentFailed, &host).await
    }

    #[tokio::test]
    async fn each_known_mistake_is_found_by_sending() {
        assert_eq!(tried(Endpoint::Verifies(RIGHT)).await, Verdict::Verifies(401));
        let formats = mistaken();
        let trials = formats.iter().map(|format| tried(Endpoint::Verifies(*format)));
        let verdicts = futures::future::join_all(trials).await;
        for (format, verdict) in formats.into_iter().zip(verdicts) {
            assert_eq!(verdict, Verdict::Takes(format, 200, true));
        }
    }

    #[tokio::test]
    async fn what_verifies_nothing_or_takes_nothing_is_told() {
        assert_eq!(tried(Endpoint::Always(204)).await, Verdict::AcceptsAnything(204));
        assert_eq!(tried(Endpoint::Always(404)).await, Verdict::WrongPath(404));
        assert_eq!(tried(Endpoint::Always(503)).await, Verdict::Fails(503));
        let all = mistaken().len() + 2;
        assert_eq!(tried(Endpoint::Always(403)).await, Verdict::RefusesAll(403, all));
    }
}
