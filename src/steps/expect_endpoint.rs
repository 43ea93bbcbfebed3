//! What must follow a look at the endpoint, or a delivery in another way than the platform's.

use cucumber::then;

use super::{stop::Stop, world::Example};
use crate::{
    checks::{
        check::Check,
        endpoint::days_left,
        misdelivered::Way,
        view::{View, Which},
    },
    transcript::{exchange::Ending, observation::Moment},
};

/// Days of validity below which a renewal is due.
const RENEWAL: i64 = 14;

impl Example {
    async fn not_processed(&mut self, way: Way) -> Result<(), Stop> {
        let target = self.target()?;
        self.silence().await;
        self.look(&target, Moment::After).await;
        self.check(Check::NotProcessed {
            target: target.clone(),
            way,
        });
        self.recheck(&target, "effect-followed");
        Ok(())
    }
}

#[then("it is https, all its addresses are public, and the handshake succeeds")]
fn public(example: &mut Example) {
    example.check(Check::PublicEndpoint);
}

#[then("TLS 1.2 or 1.3 is spoken")]
fn modern(example: &mut Example) {
    example.check(Check::ModernTls);
}

#[then("the certificate is for this host and valid now")]
fn fits(example: &mut Example) {
    example.check(Check::CertificateFits);
}

#[then("the certificates sent lead to a trusted authority")]
fn complete(example: &mut Example) {
    example.check(Check::ChainComplete);
}

#[then("a certificate that ends within 14 days is noted")]
fn renewal(example: &mut Example) {
    let records = example.context.recorder.of(&example.scope);
    example.note(match days_left(View::new(&records)) {
        Some(days) if days < RENEWAL => format!("the certificate ends in {days} days: renew it"),
        Some(days) => format!("the certificate is valid for another {days} days"),
        None => "no certificate was shown".to_owned(),
    });
}

#[then("the event is not processed, whatever the answer over plain http")]
async fn not_over_plain_http(example: &mut Example) -> Result<(), Stop> {
    example.not_processed(Way::PlainHttp).await
}

#[then("the event is not processed, whatever the answer to this method")]
async fn not_by_method(example: &mut Example) -> Result<(), Stop> {
    example.not_processed(Way::OtherMethod).await
}

#[then("an answer other than 405 with Allow is noted")]
fn best_answer(example: &mut Example) {
    let records = example.context.recorder.of(&example.scope);
    let deliveries = View::new(&records).deliveries(Which::STIMULUS);
    let note = match deliveries.last().map(|sent| &sent.delivery.ending) {
        Some(Ending::Answered(answer)) => match (answer.status, answer.headers.get("allow")) {
            (405, Some(allow)) => format!("answered with 405 and Allow: {allow}, as it should be"),
            (405, None) => "answered with 405 but without Allow (RFC 9110, 15.5.6)".to_owned(),
            (404 | 501, _) => format!("answered with {}; 405 with Allow says more", answer.status),
            (status, _) => format!("answered with {status}; 405 with Allow, 404 or 501 is expected"),
        },
        _ => "not answered; 405 with Allow is expected".to_owned(),
    };
    example.note(note);
}

#[then("the answer is none that needs a browser")]
fn no_browser(example: &mut Example) {
    example.check(Check::NoBrowserNeeded);
}
