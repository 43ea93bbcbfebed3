//! Messages to the endpoints: one good, one forged, and where the good one was refused, the same signed in other
//! ways until one is taken.

use secrecy::SecretString;

use super::{
    bench::Bench,
    reach::Endpoint,
    report::{Section, Standing},
    starts::Made,
};
use crate::{
    actors::fixtures::Prepared,
    config::subject::Subject,
    steps::look::{
        answered::{Asked, late, not_taken},
        signature::{Other, guesses},
        trial::{Sent, Signed, Trial, plainest},
    },
    transcript::{
        exchange::Ending,
        look::{Cause, Code, Finding},
    },
};

/// Most other ways to sign and to date that are tried.
pub const MOST_GUESSES: usize = 20;

/// Why a message to a place cannot be sent; none when it can.
pub fn hindered(bench: &Bench, endpoints: &[Endpoint], place: &str, section: &str) -> Option<String> {
    let label = if section == "webhook" {
        "webhook secret"
    } else {
        "recurring secret"
    };
    let query = format!("query of the {section} address");
    if let Some(why) = bench.lacks(label).or_else(|| bench.lacks(&query)) {
        return Some(why);
    }
    let endpoint = endpoints.iter().find(|endpoint| endpoint.place == place)?;
    (!endpoint.takes_messages()).then(|| "no message can be sent there, see above".to_owned())
}

/// The object that a message is to be about, and whether it exists: one that nobody has heard of where none can be
/// made, because the answer says much all the same.
pub async fn object(trial: &mut Trial, made: &Made, subject: Subject) -> (Prepared, bool) {
    if !matches!(made.get(&subject), Some(Err(_)))
        && let Ok(prepared) = trial.prepare(subject).await
    {
        return (prepared, true);
    }
    (trial.unmade(subject), false)
}

/// Tells how the good message was answered; whether it was taken.
pub fn good(bench: &Bench, section: &mut Section, asked: Asked<'_>, sent: &Sent) -> Result<(), Finding> {
    if let Some(finding) = not_taken(asked, &sent.delivery) {
        return Err(finding);
    }
    let profile = &bench.context.profile;
    match late(
        asked,
        &sent.delivery,
        profile.ack_deadline(),
        profile.ack_allowance(),
    ) {
        Some(finding) => section.finding(Standing::Problem, finding),
        None => section.ok(
            asked.place,
            format!(
                "the {} was answered {} in {} ms",
                asked.what,
                sent.delivery.status().unwrap_or_default(),
                sent.delivery.latency_millis()
            ),
        ),
    }
    Ok(())
}

/// Signs the good delivery in other ways until one is taken, and says what that means.
pub async fn closer(
    bench: &Bench,
    trial: &mut Trial,
    prepared: &Prepared,
    finding: Finding,
    section: &mut Section,
) {
    let Some(endpoint) = bench.context.webhook.clone() else {
        return section.finding(Standing::Problem, finding);
    };
    let Some((kind, _)) = plainest(&bench.context) else {
        return section.finding(Standing::Problem, finding);
    };
    let others = others(bench);
    let mut tried = 0;
    for guess in guesses(&endpoint, &others).into_iter().take(MOST_GUESSES) {
        let Ok(sent) = trial.deliver(kind, prepared, Signed::As(&guess)).await else {
            break;
        };
        tried += 1;
        if matches!(&sent.delivery.ending, Ending::Answered(answer) if (200..300).contains(&answer.status)) {
            let refused = finding.text.split(':').next().unwrap_or_default().to_owned();
            section.finding(
                Standing::Problem,
                Finding {
                    cause: guess.cause,
                    text: format!("{refused}, and one signed with {} was accepted", guess.says),
                    remedy: guess.means,
                    ..finding
                },
            );
            return;
        }
    }
    section.finding(
        Standing::Problem,
        Finding {
            text: format!(
                "{}; {tried} other ways to sign it with the secrets of the file, or to date it, were refused, too",
                finding.text
            ),
            ..finding
        },
    );
}

/// The other secrets of the file, any of which may have been taken for the webhook secret.
fn others(bench: &Bench) -> Vec<Other> {
    let own = bench
        .config
        .webhook
        .as_ref()
        .map(|webhook| webhook.secret.variable());
    let secrets = bench.config.secrets();
    let others = secrets.into_iter().filter(|(purpose, secret)| {
        Some(secret.variable()) != own
            && !bench.unset.contains(secret.variable())
            && ["secret", "API key"].iter().any(|word| purpose.ends_with(word))
    });
    others
        .map(|(purpose, secret)| Other {
            variable: secret.variable().to_owned(),
            purpose: format!("the {purpose}"),
            text: SecretString::from(secret.expose().to_owned()),
        })
        .collect()
}

/// What a forged delivery led to. `count` is what was read for its object afterwards.
pub fn forged(section: &mut Section, sent: &Sent, count: Option<u64>) {
    const PLACE: &str = "[webhook]";
    const SIGN: &str = "verify the signature over the bytes as they arrived before anything else is done, and answer 401; \
                        WH-SIG-02 fails until then";
    let status = sent.delivery.status();
    match (status, count) {
        (_, Some(count)) if count > 0 => section.finding(
            Standing::Problem,
            Finding::new(
                Code::ForgedAccepted,
                Cause::Implementation,
                PLACE,
                format!(
                    "a delivery signed with a random key was answered {} and carried out: this is the implementation, \
                     not the configuration",
                    words(status)
                ),
                SIGN,
            ),
        ),
        (Some(200..=299), None) => section.finding(
            Standing::Problem,
            Finding::new(
                Code::ForgedAccepted,
                Cause::Implementation,
                PLACE,
                format!(
                    "a delivery signed with a random key was answered {}, like a good one, and no effect can be read \
                     that would show it was not carried out",
                    words(status)
                ),
                SIGN,
            ),
        ),
        (Some(200..=299), Some(_)) => section.finding(
            Standing::Warning,
            Finding::new(
                Code::ForgedAcknowledged,
                Cause::Implementation,
                PLACE,
                format!(
                    "a delivery signed with a random key was answered {} and not carried out; 401 is expected",
                    words(status)
                ),
                "refuse it with 401, so that the platform's support can see why nothing happened",
            ),
        ),
        (Some(status @ 400..=499), _) => {
            section.ok(PLACE, format!("a delivery signed with a random key was refused with {status}"));
        }
        _ => section.finding(
            Standing::Warning,
            Finding::new(
                Code::ForgedAcknowledged,
                Cause::Implementation,
                PLACE,
                format!("a delivery signed with a random key was answered {}; 401 is expected", words(status)),
                "refuse it with 401",
            ),
        ),
    }
}

fn words(status: Option<u16>) -> String {
    status.map_or_else(|| "with nothing".to_owned(), |status| status.to_string())
}
