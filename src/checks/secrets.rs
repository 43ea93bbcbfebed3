//! What the partner's own settings say about secrets: registered addresses, and one secret for each purpose.

use serde::{Deserialize, Serialize};

use super::outcome::{Finding, Outcome};

/// Query parameters that serve as a password wherever they are seen.
const TELLING: [&str; 14] = [
    "key",
    "token",
    "api_key",
    "apikey",
    "api-key",
    "access_token",
    "secret",
    "client_secret",
    "password",
    "passwd",
    "pwd",
    "auth",
    "signature",
    "hash",
];

/// An address that is registered with the platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Its section in the partner's file.
    pub place: String,
    /// The names of its query parameters.
    pub parameters: Vec<String>,
    /// Whether the partner declares its query a secret.
    pub secret: bool,
}

/// A secret by its purpose; equal secrets have equal numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purpose {
    /// What it is for.
    pub secret: String,
    /// Its number among the secrets of the run.
    pub value: usize,
}

fn failed(code: &str, stimulus: &str, expected: &str, observed: String) -> Outcome {
    Outcome::Failed(Finding {
        code: code.to_owned(),
        stimulus: stimulus.to_owned(),
        expected: expected.to_owned(),
        observed,
        // What is declared stands in the first record of every transcript.
        records: vec![0],
        timing: false,
    })
}

/// No registered address carries a parameter that serves as a password.
pub fn registered_bare(addresses: &[Registered]) -> Outcome {
    if addresses.is_empty() {
        return Outcome::NotApplicable {
            reason: "no address is registered".to_owned(),
        };
    }
    let telling = |name: &&String| TELLING.iter().any(|telling| name.eq_ignore_ascii_case(telling));
    let found = addresses.iter().find_map(|address| {
        if address.secret {
            let names = address.parameters.join(", ");
            return Some(format!(
                "[{}] declares its query ({names}) a secret",
                address.place
            ));
        }
        let name = address.parameters.iter().find(telling)?;
        Some(format!(
            "the address of [{}] has the parameter {name}",
            address.place
        ))
    });
    found.map_or(Outcome::Passed { grade: None }, |observed| {
        failed(
            "password-in-registered-url",
            "the addresses registered with the platform",
            "addresses without a password: deliveries prove themselves by their signature, and addresses are logged \
             on both sides",
            observed,
        )
    })
}

/// Each purpose has a secret of its own.
pub fn each_its_own(secrets: &[Purpose]) -> Outcome {
    if secrets.len() < 2 {
        return Outcome::NotApplicable {
            reason: "fewer than two secrets are declared, so none can be the same".to_owned(),
        };
    }
    let mut rest = secrets;
    while let Some((one, others)) = rest.split_first() {
        if let Some(same) = others.iter().find(|other| other.value == one.value) {
            return failed(
                "one-secret",
                "the secrets that the partner's file names",
                "a secret of its own for the API, for webhooks and for recurring callbacks",
                format!("the {} and the {} are the same", one.secret, same.secret),
            );
        }
        rest = others;
    }
    Outcome::Passed { grade: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(outcome: &Outcome) -> &str {
        match outcome {
            Outcome::Failed(finding) => &finding.code,
            Outcome::Passed { .. } => "passed",
            Outcome::NotApplicable { .. } => "not-applicable",
            Outcome::Inconclusive { .. } => "inconclusive",
        }
    }

    #[test]
    fn a_password_in_a_registered_address_is_noted() {
        let address = |parameters: &[&str], secret| Registered {
            place: "webhook".to_owned(),
            parameters: parameters.iter().map(|name| (*name).to_owned()).collect(),
            secret,
        };
        for (addresses, expected) in [
            (vec![address(&[], false), address(&["tenant"], false)], "passed"),
            (vec![address(&["Token"], false)], "password-in-registered-url"),
            (vec![address(&["t"], true)], "password-in-registered-url"),
            (vec![], "not-applicable"),
        ] {
            assert_eq!(code(&registered_bare(&addresses)), expected, "{addresses:?}");
        }
    }

    #[test]
    fn equal_secrets_are_named() {
        let secrets = |values: &[usize]| -> Vec<Purpose> {
            let named = ["webhook secret", "client secret", "recurring secret"]
                .iter()
                .zip(values);
            named
                .map(|(name, value)| Purpose {
                    secret: (*name).to_owned(),
                    value: *value,
                })
                .collect()
        };
        assert_eq!(code(&each_its_own(&secrets(&[0, 1, 2]))), "passed");
        assert_eq!(code(&each_its_own(&secrets(&[0, 1, 1]))), "one-secret");
        assert_eq!(code(&each_its_own(&secrets(&[0, 1, 0]))), "one-secret");
        assert_eq!(code(&each_its_own(&secrets(&[0]))), "not-applicable");
    }
}
