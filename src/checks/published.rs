//! Every request of the run, held against the published shapes.

use std::collections::BTreeMap;

use super::{
    collected::Across,
    outcome::{Finding, Grade, Outcome},
    words::inconclusive,
};
use crate::{
    contract::id::ExampleId,
    transcript::{exchange::SeenRequest, record::Scope},
    wire::fault::ApiCall,
};

/// The case whose input is wrong on purpose.
const WRONG_INPUT: &str = "API-VAL-05";
/// Most departures of one kind that are pointed at.
const TOLD: usize = 20;

/// A request that departs from the published shapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Record number.
    pub number: u64,
    /// Its example.
    pub example: ExampleId,
    /// Which request, in words.
    pub request: String,
    /// In which way.
    pub violations: Vec<String>,
}

/// The requests of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentRequests {
    /// Numbers of the records of those that are judged.
    pub judged: Vec<u64>,
    /// Those whose `User-Agent` names no product with its version.
    pub nameless: Vec<u64>,
    /// Those that depart from the published shapes.
    pub departures: Vec<Departure>,
    misled: BTreeMap<String, u64>,
}

impl SentRequests {
    /// Takes note of one request. Those of one attempt come in order.
    pub fn feed(&mut self, number: u64, scope: &Scope, request: &SeenRequest) {
        let attempt = format!("{}#{}", scope.example, scope.attempt);
        if request
            .fault
            .as_ref()
            .is_some_and(crate::wire::fault::Fault::misleads)
        {
            self.misled.entry(attempt.clone()).or_insert(number);
        }
        let follows_nonsense = self.misled.get(&attempt).is_some_and(|first| *first < number);
        let unfinished =
            request.status.is_none() && request.violations.iter().any(|one| one.starts_with("request: "));
        if follows_nonsense || unfinished || scope.example.case().as_str() == WRONG_INPUT {
            return;
        }
        self.judged.push(number);
        if !request.headers.get("user-agent").is_some_and(names_a_product) {
            self.nameless.push(number);
        }
        let mut violations = request.violations.clone();
        if request.call == ApiCall::Unknown && violations.is_empty() {
            violations.push("no call of the contract has this method and path".to_owned());
        }
        if !violations.is_empty() {
            self.departures.push(Departure {
                number,
                example: scope.example.clone(),
                request: super::api::describe(request),
                violations,
            });
        }
    }

    /// What was seen before a record.
    #[must_use]
    pub fn until(&self, until: u64) -> Self {
        let before = |numbers: &[u64]| numbers.iter().copied().filter(|number| *number < until).collect();
        let mut departures: Vec<Departure> = self
            .departures
            .iter()
            .filter(|one| one.number < until)
            .cloned()
            .collect();
        departures.sort_by_key(|one| one.number);
        Self {
            judged: before(&self.judged),
            nameless: before(&self.nameless),
            departures,
            misled: BTreeMap::new(),
        }
    }
}

/// `product/version` (RFC 9110, 10.1.5).
fn names_a_product(agent: &str) -> bool {
    agent.split_whitespace().any(|part| {
        part.split_once('/').is_some_and(|(product, version)| {
            !product.is_empty() && version.starts_with(|one: char| one.is_ascii_digit() || one == 'v')
        })
    })
}

/// No request departs from the published shapes, media types or encoding.
pub fn requests_as_published(across: &dyn Across, until: u64) -> Outcome {
    let requests = match across.requests(until) {
        Ok(requests) => requests,
        Err(why) => return inconclusive(format!("the requests could not be gathered: {why}")),
    };
    if requests.judged.is_empty() {
        return inconclusive(
            "the sandbox saw no request in the whole run; does the partner's client call {api_base_url}?",
        );
    }
    let Some(first) = requests.departures.first() else {
        return Outcome::Passed {
            grade: Some(Grade::B),
        };
    };
    let count = requests.departures.len();
    let mut kinds: Vec<&str> = requests
        .departures
        .iter()
        .flat_map(|one| one.violations.iter().map(String::as_str))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.truncate(TOLD);
    let of_media = |violation: &String| violation.starts_with("Content-Type: ");
    let code = if first.violations.iter().any(of_media) {
        "wrong-media-type"
    } else {
        "schema-violation"
    };
    Outcome::Failed(Finding {
        code: code.to_owned(),
        stimulus: format!("{} ({})", first.request, first.example),
        expected: "every request as the OpenAPI document of the platform describes it (`senang-conformance openapi` \
                   prints it)"
            .to_owned(),
        observed: format!("{count} of {} requests depart from it: {}", requests.judged.len(), kinds.join("; ")),
        records: requests.departures.iter().map(|one| one.number).take(TOLD).collect(),
        timing: false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        checks::{
            gathered::Gathered,
            samples::{code, posted, record},
        },
        transcript::record::{Event, Record},
        wire::fault::Fault,
    };

    fn request(number: u64, example: &str, change: impl FnOnce(&mut SeenRequest)) -> Record {
        let good = posted(number, ApiCall::Quotation, &json!({}), 201);
        let Event::Seen(request) = &good.event else {
            panic!()
        };
        let mut request = request.as_ref().clone();
        change(&mut request);
        let scope = Scope {
            example: example.parse().unwrap(),
            attempt: 1,
        };
        Record {
            scope: Some(scope),
            ..record(number, Event::Seen(Box::new(request))).as_ref().clone()
        }
    }

    fn judged(records: &[Record]) -> String {
        let mut gathered = Gathered::default();
        for record in records {
            gathered.feed(record);
        }
        code(requests_as_published(&gathered, 90))
    }

    fn departing(number: u64, example: &str, violation: &str) -> Record {
        request(number, example, |request| {
            request.violations = vec![violation.to_owned()];
        })
    }

    #[test]
    fn one_departure_anywhere_is_enough() {
        let good = request(1, "API-RL-01/a", |_| {});
        assert_eq!(judged(std::slice::from_ref(&good)), "passed");
        let wrong = departing(2, "API-FLW-03/a", "birth_date: is missing");
        assert_eq!(judged(&[good.clone(), wrong]), "schema-violation");
        let form = departing(2, "API-FLW-03/a", "Content-Type: must be application/json");
        assert_eq!(judged(&[good.clone(), form]), "wrong-media-type");
        let nowhere = request(2, "API-FLW-03/a", |request| request.call = ApiCall::Unknown);
        assert_eq!(judged(&[good.clone(), nowhere]), "schema-violation");
        assert_eq!(
            judged(&[good, departing(95, "API-FLW-03/a", "later than the look")]),
            "passed"
        );
        assert_eq!(judged(&[]), "inconclusive");
    }

    #[test]
    fn what_the_harness_provoked_is_left_out() {
        let good = request(1, "API-RL-01/a", |_| {});
        let slip = departing(2, "API-VAL-05/a", "name: is missing");
        assert_eq!(judged(&[good.clone(), slip]), "passed");
        let misled = request(3, "API-VAL-06/c", |request| {
            request.fault = Some(Fault::Altered {
                replaced: serde_json::Map::new(),
                removed: vec!["quotation_id".to_owned()],
            });
        });
        let after = departing(4, "API-VAL-06/c", "quotation_id: is missing");
        assert_eq!(judged(&[good.clone(), misled, after.clone()]), "passed");
        assert_eq!(judged(&[good.clone(), after]), "schema-violation");
        let cut_off = request(5, "API-RL-01/b", |request| {
            request.violations = vec!["request: ended before it was whole".to_owned()];
            request.status = None;
        });
        assert_eq!(judged(&[good, cut_off]), "passed");
    }

    #[test]
    fn an_agent_names_product_and_version() {
        assert!(names_a_product("acme-insurance/2.4.1 (php)") && names_a_product("Acme/v3"));
        assert!(!names_a_product("Acme") && !names_a_product("") && !names_a_product("a/b"));
    }
}
