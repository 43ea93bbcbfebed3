//! What an answer that is no success says about the door that gives it.

use super::{
    among::{Among, Draft},
    signs::{Answered, AtDoor, Door},
    told::{Kind, Sure},
};
use crate::transcript::exchange::NoAnswer;

/// Seconds that the clock of a partner may be ahead or behind before every signature is stale (001:4.4), less what the
/// suite itself dates back or ahead in right deliveries.
const AHEAD: i64 = 241;
const BEHIND: i64 = -61;

/// What is known about a door that keeps nothing.
pub(super) struct Refusing<'a> {
    door: Door,
    at: &'a AtDoor,
    url: &'a str,
    /// Where the secret comes from.
    secret: String,
}

/// Whose turn it is, how sure that is, what happened, the likely cause, and the next step.
type Words = (Kind, Sure, String, String, String);

impl<'a> Refusing<'a> {
    pub(super) fn of(among: &Among<'a>, door: Door, at: &'a AtDoor) -> Self {
        let key = door.key();
        let secret = among
            .configured(&format!("/{key}/secret"))
            .and_then(|text| text.strip_prefix("masked, from "));
        Self {
            door,
            at,
            url: among
                .configured(&format!("/{key}/target/url"))
                .unwrap_or("the address"),
            secret: secret.map_or_else(
                || format!("the secret of {}", door.section()),
                |name| format!("the variable {name}"),
            ),
        }
    }

    /// The cause, from the answer that it usually gives.
    pub(super) fn draft(&self, usual: Answered) -> Draft {
        let (kind, sure, title, likely, next) = match usual {
            Answered::Status(status @ (400 | 401 | 403)) => self.distrusts(status),
            Answered::Status(status @ (300..=499)) => self.declines(status),
            Answered::Status(status) => self.breaks(status),
            Answered::Not(why) => self.silent(why),
        };
        Draft {
            kind,
            sure,
            title,
            likely,
            next,
            sections: vec![self.door.section().to_owned()],
        }
    }

    /// Whether what came instead of a handshake was no TLS at all.
    pub(super) fn speaks_plain_http(&self) -> bool {
        let said = self.at.detail.as_deref().unwrap_or_default();
        ["InvalidContentType", "not TLS", "wrong version number"]
            .iter()
            .any(|words| said.contains(words))
    }

    fn title(&self, how: &str) -> String {
        format!("the endpoint of {} {how}", self.door.section())
    }

    fn refuses(&self, status: u16) -> String {
        let what = self.door.message();
        self.title(&format!("refuses every good {what} with status {status}"))
    }

    fn distrusts(&self, status: u16) -> Words {
        let secret = &self.secret;
        match self.at.ahead {
            Some((least, most)) if least > AHEAD || most < BEHIND => (
                Kind::Environment,
                Sure::Likely,
                self.refuses(status),
                format!(
                    "the clock of the endpoint differs by at least {} seconds, so every signature looks stale to it",
                    if least > AHEAD { least - AHEAD + 1 } else { BEHIND + 1 - most }
                ),
                "set the clock of the machine behind the endpoint (NTP), or that of this one, and run again".to_owned(),
            ),
            _ => (
                Kind::Configuration,
                Sure::Likely,
                self.refuses(status),
                match self.door {
                    Door::Webhook => format!(
                        "{secret} holds another secret than the endpoint verifies with, or the endpoint verifies \
                         another format than the profile names"
                    ),
                    Door::Callback => format!(
                        "{secret} holds another secret than the endpoint verifies with, or [recurring] hash names \
                         another algorithm than the endpoint's"
                    ),
                },
                "give both sides the same secret and run again; `senang-conformance doctor` tries the usual mistakes, and \
                 where the secret is the same, `check-signature` says what your code computes instead"
                    .to_owned(),
            ),
        }
    }

    fn declines(&self, status: u16) -> Words {
        let section = self.door.section();
        let url = self.url;
        match status {
            404 | 405 | 410 => (
                Kind::Configuration,
                Sure::Likely,
                self.refuses(status),
                format!("{url} is not the path of the endpoint, or it takes no POST"),
                format!(
                    "correct url in {section}, and look whether a proxy before your application changes the path"
                ),
            ),
            300..=399 => (
                Kind::Configuration,
                Sure::Likely,
                self.refuses(status),
                format!(
                    "{url} leads to another address, and the platform follows no redirects: a slash too many or too few, \
                     http instead of https, or a login page"
                ),
                format!("name the last address in url of {section}"),
            ),
            415 | 422 => (
                Kind::Implementation,
                Sure::Possible,
                self.refuses(status),
                "the endpoint does not read what the platform sends".to_owned(),
                "look at the request in report.html, and at what your log says about it".to_owned(),
            ),
            429 => (
                Kind::Configuration,
                Sure::Likely,
                self.refuses(status),
                "a rate limit of the endpoint is below what this run sends".to_owned(),
                "lower in_flight and per_second in [limits], or exempt the test system from the limit"
                    .to_owned(),
            ),
            _ => self.does_not_acknowledge(status),
        }
    }

    fn breaks(&self, status: u16) -> Words {
        let what = self.door.message();
        match status {
            502..=504 => (
                Kind::Environment,
                Sure::Likely,
                self.title(&format!("answers every good {what} with status {status}")),
                "a proxy or load balancer answers for an application that is down or does not answer it".to_owned(),
                "start the application behind it, and look at the log of the proxy".to_owned(),
            ),
            500.. => (
                Kind::Implementation,
                Sure::Likely,
                self.title(&format!("breaks on every good {what}: status {status}")),
                "your program fails before it is done with a message, often on a missing table, a migration or a service \
                 that it needs"
                    .to_owned(),
                "look for the error in your own log at the time of one of the deliveries".to_owned(),
            ),
            _ => self.does_not_acknowledge(status),
        }
    }

    fn does_not_acknowledge(&self, status: u16) -> Words {
        (
            Kind::Implementation,
            Sure::Possible,
            self.refuses(status),
            "the endpoint answers something that is no acknowledgement".to_owned(),
            "answer 2xx once the message is kept, and look at what your log says about it".to_owned(),
        )
    }

    fn silent(&self, why: NoAnswer) -> Words {
        let section = self.door.section();
        let what = self.door.message();
        let url = self.url;
        let detail = self.at.detail.as_deref().unwrap_or("no detail is known");
        match why {
            NoAnswer::Connect => (
                Kind::Environment,
                Sure::Likely,
                self.title("is not there"),
                format!("nobody takes connections at {url} ({detail})"),
                "start the endpoint; if it runs, look at its address, the port and what stands between".to_owned(),
            ),
            NoAnswer::Tls if self.speaks_plain_http() => (
                Kind::Configuration,
                Sure::Certain,
                format!("the address of {section} says https, and the port speaks plain http"),
                format!("{url} is answered, but not with TLS ({detail})"),
                format!(
                    "write http in url of {section} while you test at your desk, or name the port on which TLS is served"
                ),
            ),
            NoAnswer::Tls => (
                Kind::Environment,
                Sure::Likely,
                self.title("makes no TLS connection"),
                format!("the handshake fails ({detail})"),
                format!("renew the certificate, or name the authority behind a test certificate as trust in {section}"),
            ),
            NoAnswer::Timeout => (
                Kind::Implementation,
                Sure::Possible,
                self.title(&format!("answers no good {what} in time")),
                "the endpoint does its whole work, or waits for something, before it answers".to_owned(),
                "acknowledge once the message is kept and work afterwards; if it never answers, look where it hangs"
                    .to_owned(),
            ),
            NoAnswer::Broken => (
                Kind::Environment,
                Sure::Possible,
                self.title("breaks off every connection before it answers"),
                format!("the program behind it crashes, or a proxy cuts it off ({detail})"),
                "look for a crash in your own log, and at the limits of the proxy".to_owned(),
            ),
            NoAnswer::NotHttp => (
                Kind::Configuration,
                Sure::Likely,
                self.title("does not speak HTTP"),
                format!("{url} leads to another service, or http and https are mixed up ({detail})"),
                format!("correct scheme and port of url in {section}"),
            ),
        }
    }
}
