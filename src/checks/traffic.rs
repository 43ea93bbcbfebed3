//! Addresses and keys of everything that the sandbox saw in a run.

use super::{
    collected::Across,
    outcome::{Finding, Grade, Outcome},
    words::inconclusive,
};
use crate::transcript::{
    exchange::{Credential, Exposure, SeenRequest, Stray},
    record::Record,
};

/// Most findings that are listed.
const LISTED: usize = 50;

/// Something about one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Record number of the request.
    pub number: u64,
    /// What is wrong with it, in words.
    pub text: String,
}

/// What checks over all requests of a run need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Numbers of all requests.
    pub seen: Vec<u64>,
    /// Numbers of those with a credential.
    pub carrying: Vec<u64>,
    /// Keys and tokens in addresses.
    pub exposed: Vec<Remark>,
    /// Keys that were never issued.
    pub foreign: Vec<Remark>,
    /// Keys of production.
    pub production: Vec<Remark>,
}

impl Traffic {
    /// Takes note of one request.
    pub fn feed(&mut self, record: &Record, request: &SeenRequest) {
        let number = record.number;
        let example = record
            .scope
            .as_ref()
            .map_or_else(|| "no example".to_owned(), |scope| scope.example.to_string());
        let what = format!("{} {} ({example})", request.method, request.target);
        self.seen.push(number);
        if request.credential != Credential::Missing {
            self.carrying.push(number);
        }
        if let Some(place) = place(request) {
            let text = format!("a key or token {place} of {what}");
            self.exposed.push(Remark { number, text });
        }
        match request.stray {
            Some(Stray::Foreign) => self.foreign.push(Remark { number, text: what }),
            Some(Stray::Production) => self.production.push(Remark { number, text: what }),
            None => {}
        }
    }

    /// The part before a record.
    #[must_use]
    pub fn before(&self, until: u64) -> Self {
        let numbers = |all: &[u64]| all.iter().copied().filter(|number| *number < until).collect();
        let remarks = |all: &[Remark]| {
            let mut kept: Vec<Remark> = all.iter().filter(|one| one.number < until).cloned().collect();
            // Whoever gathers may go attempt by attempt; what is said must not depend on it.
            kept.sort_by_key(|one| one.number);
            kept
        };
        Self {
            seen: numbers(&self.seen),
            carrying: numbers(&self.carrying),
            exposed: remarks(&self.exposed),
            foreign: remarks(&self.foreign),
            production: remarks(&self.production),
        }
    }
}

/// Where in the addresses of a request a key or token stands. The recorder has masked secrets that it knows, and
/// the mask says so.
fn place(request: &SeenRequest) -> Option<&'static str> {
    if let Some(exposure) = request.exposed {
        return Some(match exposure {
            Exposure::Path => "in the path",
            Exposure::Query => "in the query",
            Exposure::UserInfo => "before the host",
            Exposure::Referer => "in the Referer",
        });
    }
    if masked_secret(&request.target) {
        return Some("in the address");
    }
    request
        .headers
        .all("referer")
        .any(masked_secret)
        .then_some("in the Referer")
}

/// Whether a text shows the mask of a secret. Personal data that a case plants is masked too and is none.
fn masked_secret(text: &str) -> bool {
    text.split("‹masked:")
        .skip(1)
        .any(|label| !label.starts_with("canary") && !label.starts_with("planted"))
}

fn gathered(across: &dyn Across, until: u64) -> Result<Traffic, Box<Outcome>> {
    match across.traffic(until) {
        Err(why) => Err(Box::new(inconclusive(format!(
            "the requests of this run could not be gathered: {why}"
        )))),
        Ok(traffic) if traffic.carrying.is_empty() => Err(Box::new(inconclusive(format!(
            "{} requests reached the simulated API in this run and none carried a credential; does the partner's \
             client call {{api_base_url}}?",
            traffic.seen.len()
        )))),
        Ok(traffic) => Ok(traffic),
    }
}

fn failed(code: &str, expected: &str, found: &[Remark], of: usize) -> Option<Outcome> {
    let first = found.first()?;
    Some(Outcome::Failed(Finding {
        code: code.to_owned(),
        stimulus: "everything that the partner sent to the simulated API in this run".to_owned(),
        expected: expected.to_owned(),
        observed: format!("{} of {of} requests; the first: {}", found.len(), first.text),
        records: found.iter().map(|one| one.number).take(LISTED).collect(),
        timing: false,
    }))
}

const PASSED: Outcome = Outcome::Passed {
    grade: Some(Grade::B),
};

/// No address that the sandbox saw holds a key or token.
pub fn addresses_bare(across: &dyn Across, until: u64) -> Outcome {
    let traffic = match gathered(across, until) {
        Ok(traffic) => traffic,
        Err(outcome) => return *outcome,
    };
    failed(
        "credential-in-url",
        "no key or token in path, query, user-info or Referer of any request",
        &traffic.exposed,
        traffic.seen.len(),
    )
    .unwrap_or(PASSED)
}

/// Only issued keys were sent, and none of production's. `fingerprints` is how many of production's keys can be
/// recognised, where the partner says so; `shared` names issued secrets that have such a fingerprint.
pub fn only_issued_keys(
    across: &dyn Across,
    until: u64,
    fingerprints: Option<usize>,
    shared: &[String],
) -> Outcome {
    if let Some(secret) = shared.first() {
        return Outcome::Failed(Finding {
            code: "production-key".to_owned(),
            stimulus: "the secrets that the partner's file names".to_owned(),
            expected: "secrets of the test system that are none of production's".to_owned(),
            observed: format!("the {secret} has the fingerprint of a key of production"),
            records: Vec::new(),
            timing: false,
        });
    }
    let traffic = match gathered(across, until) {
        Ok(traffic) => traffic,
        Err(outcome) => return *outcome,
    };
    let of = traffic.seen.len();
    let production = failed(
        "production-key",
        "no key of production in the test system",
        &traffic.production,
        of,
    );
    let foreign = || {
        failed(
            "foreign-key",
            "only keys that were issued for this test system",
            &traffic.foreign,
            of,
        )
    };
    if let Some(wrong) = production.or_else(foreign) {
        return wrong;
    }
    match fingerprints {
        Some(_) => PASSED,
        None => inconclusive(
            "only issued keys were seen, but keys of production cannot be recognised; add their fingerprints to \
             [keys] production_fingerprints (command fingerprint), or an empty list if there are none yet",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::{gathered::Gathered, samples},
        transcript::record::Event,
        wire::{body::Body, fault::ApiCall, header::Headers, moment::Micros},
    };

    fn request(target: &str) -> SeenRequest {
        SeenRequest {
            connection: 1,
            call: ApiCall::Products,
            method: "GET".to_owned(),
            target: target.to_owned(),
            headers: Headers::new(),
            body: Body::Text(String::new()),
            credential: Credential::Token,
            stray: None,
            exposed: None,
            violations: Vec::new(),
            started: Micros(0),
            received: Micros(0),
            answered: Micros(0),
            fault: None,
            status: Some(200),
            answer: None,
        }
    }

    fn run(requests: Vec<SeenRequest>) -> Gathered {
        let mut gathered = Gathered::default();
        for (number, request) in (0..).zip(requests) {
            gathered.feed(&samples::record(number, Event::Seen(Box::new(request))));
        }
        gathered
    }

    fn code(outcome: Outcome) -> String {
        match outcome {
            Outcome::Failed(finding) => finding.code,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_key_in_any_address_is_found() {
        let clean = run(vec![request("/v1/products?email=‹masked:planted-name›")]);
        assert_eq!(addresses_bare(&clean, 9), PASSED);
        let exposed = |exposed| SeenRequest {
            exposed: Some(exposed),
            ..request("/v1/products")
        };
        let referred = SeenRequest {
            headers: Headers::new().with("Referer", "https://x/?k=‹masked:webhook secret›"),
            ..request("/v1/products")
        };
        for wrong in [
            exposed(Exposure::Query),
            exposed(Exposure::Referer),
            request("/v1/‹masked:webhook secret›"),
            referred,
        ] {
            let run = run(vec![request("/v1/products"), wrong]);
            assert_eq!(code(addresses_bare(&run, 2)), "credential-in-url");
            // What came later is judged later.
            assert_eq!(addresses_bare(&run, 1), PASSED);
        }
    }

    #[test]
    fn nothing_is_proven_by_silence() {
        let silent = SeenRequest {
            credential: Credential::Missing,
            ..request("/v1/products")
        };
        for run in [run(Vec::new()), run(vec![silent])] {
            for outcome in [addresses_bare(&run, 9), only_issued_keys(&run, 9, Some(1), &[])] {
                assert!(matches!(outcome, Outcome::Inconclusive { .. }), "{outcome:?}");
            }
        }
    }

    #[test]
    fn keys_of_others_are_told_apart() {
        let with = |stray| {
            run(vec![SeenRequest {
                stray,
                ..request("/v1/products")
            }])
        };
        let judged = |run: &Gathered| only_issued_keys(run, 9, Some(0), &[]);
        assert_eq!(judged(&with(None)), PASSED);
        assert_eq!(code(judged(&with(Some(Stray::Foreign)))), "foreign-key");
        assert_eq!(code(judged(&with(Some(Stray::Production)))), "production-key");
        let shared = ["client secret".to_owned()];
        assert_eq!(
            code(only_issued_keys(&with(None), 9, Some(1), &shared)),
            "production-key"
        );
        let unknown = only_issued_keys(&with(None), 9, None, &[]);
        assert!(matches!(unknown, Outcome::Inconclusive { .. }), "{unknown:?}");
    }
}
