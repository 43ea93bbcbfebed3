//! What the error answers of the whole run give away.

use cucumber::{then, when};

use super::{compose::unreadable, stop::Stop, world::Example};
use crate::{
    checks::{check::Check, disclosure::Disclosure},
    transcript::{
        exchange::{Form, Role},
        record::Event,
    },
    wire::{
        event::EventType,
        tampering::{Tampering, Unreadable},
    },
};

#[when("refused and malformed deliveries are made")]
async fn provoking(example: &mut Example) -> Result<(), Stop> {
    let prepared = example.prepared()?.clone();
    let reference = example.target()?.reference;
    for tampering in [
        Tampering::RandomKey,
        Tampering::NoSignatureHeader,
        Tampering::NotBase64,
    ] {
        example.forge(Role::Probe, tampering).await?;
    }
    for body in [
        Unreadable::CutOff,
        Unreadable::EmptyArray,
        Unreadable::InvalidUtf8,
    ] {
        let event = example.event(EventType::PaymentSuccess, &prepared);
        let composed = example.sign(|signing, _| unreadable(signing, &event, body))?;
        let intent = example.intent(Role::Probe, Form::Unreadable(body), &event, &reference);
        example.send(intent, composed).await?;
    }
    Ok(())
}

#[then(
    regex = r"^no answer to a refused or malformed delivery of this run (shows traces, paths, SQL or a debug page|shows secrets or the environment|is longer than 8 KiB)$"
)]
async fn nothing_told(example: &mut Example, what: String) -> Result<(), Stop> {
    let what = match what.as_str() {
        "is longer than 8 KiB" => Disclosure::Length,
        "shows secrets or the environment" => Disclosure::Secrets,
        _ => Disclosure::Internals,
    };
    // A record whose number says how far back the check looks, so that judging again looks as far.
    let text = "the error answers recorded before this line are judged".to_owned();
    let marker = example
        .context
        .recorder
        .record(Some(&example.scope), Event::Note { text });
    let run = example.whole_run().await?;
    let until = marker.number;
    example.check_across(Check::ErrorAnswersRevealNothing { what, until }, &run);
    Ok(())
}
