//! Whether the effect channels read what the partner's file says they do.
//!
//! A reference that nobody made must count 0, and one good delivery must move the count from 0 to 1. A
//! channel that answers something else would turn right partners red and wrong ones green.

use super::{super::context::Context, said::Said, stuck::Stuck, trial::Sent};
use crate::{
    actors::{effect::Trouble, fixtures::names},
    config::subject::Subject,
    transcript::{
        look::{Cause, Code, Finding},
        observation::{Channel, EffectKind, Moment, Reading},
        record::Scope,
    },
};

/// The section of a kind.
pub fn section(kind: EffectKind) -> String {
    format!("[effects.{}]", kind.name())
}

/// What may explain a count where there should be none: a run with the same seed uses the same names.
fn same_names(context: &Context) -> String {
    if context.seed_was_given {
        format!(
            "; the seed {} was given, and an earlier run with it used the same names: most likely the database still \
             holds what that run brought about, so take another --seed or empty the test database",
            context.seed
        )
    } else {
        String::new()
    }
}

/// Reads a reference of each kind that nobody made.
pub async fn unknown_references(context: &Context, scope: &Scope) -> Vec<Finding> {
    let looks = context
        .effects
        .unattended()
        .into_iter()
        .map(|kind| async move { Some((kind, unknown_reference(context, scope, kind).await?)) });
    let found = futures::future::join_all(looks).await.into_iter().flatten();
    // A log may come with its first line; the look at the log says so if it does not.
    found
        .filter(|(kind, found)| !(in_log(context, *kind) && found.code == Code::EffectSilent))
        .map(|(_, found)| found)
        .collect()
}

/// Whether the effects of a kind are counted in the log.
fn in_log(context: &Context, kind: EffectKind) -> bool {
    context.effects.channel(kind) == Some(Channel::Log)
}

/// Reads a reference of one kind that nobody made.
pub async fn unknown_reference(context: &Context, scope: &Scope, kind: EffectKind) -> Option<Finding> {
    let unknown = names(context.seed, "before the first example: unknown");
    let reference = match kind {
        EffectKind::Order | EffectKind::Subscription => &unknown.order,
        EffectKind::Policy => &unknown.policy,
        EffectKind::Claim => &unknown.claim,
    };
    let read = context
        .effects
        .try_read(scope, kind, reference, Moment::Before)
        .await?;
    let place = section(kind);
    match read {
        Ok(Reading { count: 0, .. }) => None,
        Ok(Reading { count, .. }) => Some(
            Finding::new(
                Code::EffectCounted,
                Cause::File,
                format!("{place} count"),
                format!(
                    "gives {count} for {reference}, which nobody made, instead of 0{}",
                    same_names(context)
                ),
                "let count point to a number of this reference alone, and check that the address or command uses \
                 {reference}",
            )
            .stopping(),
        ),
        Err(Trouble::Mapping(why)) => Some(
            Finding::new(
                Code::EffectUnreadable,
                Cause::File,
                place,
                format!("cannot be read for {reference}, which nobody made: {why}"),
                "let the keys of the section fit the answer, and list the status for absent objects in absent_status",
            )
            .stopping(),
        ),
        Err(Trouble::Denied(status)) => Some(denied(kind, status, reference)),
        Err(Trouble::Failed(status)) => Some(failed(
            kind,
            status,
            &format!("{reference}, which nobody made,"),
            "; it should give 0",
        )),
        Err(Trouble::Silent(why)) => Some(silent(
            &place,
            &format!("{reference}, which nobody made: {why}; it should give 0"),
            &why,
        )),
    }
}

/// The channel gave no reading.
fn silent(place: &str, what: &str, why: &str) -> Finding {
    let text = format!("no reading of {what}");
    if why.starts_with("could not connect") || why.starts_with("no answer within") {
        return Finding::new(
            Code::EffectSilent,
            Cause::Surroundings,
            place,
            text,
            "start the system that the section leads to, or correct its address",
        );
    }
    let remedy = if why.starts_with("could not read") {
        "let [log] lead to the log that the endpoint writes"
    } else if why.contains("status 3") {
        "write the final address, or give what a login wants in headers; redirects are not followed"
    } else {
        "if the answer means that there is no such object, list its status in absent_status"
    };
    Finding::new(Code::EffectSilent, Cause::File, place, text, remedy)
}

/// Something broke on the request: no status of an object, whatever `absent_status` lists.
fn failed(kind: EffectKind, status: u16, reference: &str, more: &str) -> Finding {
    let (cause, remedy) = if matches!(status, 502..=504) {
        (
            Cause::Surroundings,
            "start the system that the section leads to; what stands in front of it answers in its place",
        )
    } else {
        (
            Cause::Implementation,
            "your system breaks on it; look into its log of this moment",
        )
    };
    Finding::new(
        Code::EffectFailed,
        cause,
        section(kind),
        format!("the request for {reference} was answered {status}{more}"),
        remedy,
    )
}

/// The channel wants credentials: nothing about the object can be told from that.
fn denied(kind: EffectKind, status: u16, reference: &str) -> Finding {
    let place = section(kind);
    Finding::new(
        Code::EffectCredentials,
        Cause::File,
        place.clone(),
        format!(
            "the request for {reference} was answered {status}: its own credentials are missing or wrong, and no effect \
             can be read"
        ),
        format!(
            "give them in {place} headers, such as headers = {{ Authorization = {{ secret_env = \"…\", prefix = \
             \"Bearer \" }} }}"
        ),
    )
}

/// What the count is before anything was delivered; a finding where no change could be seen from there.
pub async fn before(
    context: &Context,
    scope: &Scope,
    kind: EffectKind,
    reference: &str,
) -> Result<(), Option<Finding>> {
    match context
        .effects
        .try_read(scope, kind, reference, Moment::Before)
        .await
    {
        Some(Ok(Reading { count: 0, .. })) => Ok(()),
        Some(Ok(Reading { count, .. })) => Err(Some(
            Finding::new(
                Code::EffectCounted,
                Cause::File,
                format!("{} count", section(kind)),
                format!(
                    "gives {count} for {reference} before anything was delivered for it{}",
                    same_names(context)
                ),
                "let count point to what a delivery brings about, not to the object itself",
            )
            .stopping(),
        )),
        Some(Err(Trouble::Mapping(why))) => Err(Some(unreadable(kind, reference, &why))),
        Some(Err(Trouble::Failed(status))) => Err(Some(failed(kind, status, reference, ""))),
        Some(Err(Trouble::Silent(_))) if in_log(context, kind) => Ok(()),
        // Both were told for the reference that nobody made.
        Some(Err(Trouble::Silent(_) | Trouble::Denied(_))) | None => Err(None),
    }
}

/// Whether the count goes from 0 to 1, with what the log `said` where it does not.
pub async fn after(
    context: &Context,
    scope: &Scope,
    kind: EffectKind,
    sent: &Sent,
    said: impl Future<Output = Said>,
) -> Vec<Finding> {
    let from = context.clock().now();
    let place = format!("{} count", section(kind));
    let reference = &sent.reference;
    let is_over = || {
        let waited = context.clock().now().millis_since(from);
        u128::from(waited) >= context.profile.settle().as_millis()
    };
    let last = loop {
        match context
            .effects
            .try_read(scope, kind, reference, Moment::After)
            .await
        {
            Some(Ok(reading)) if reading.count == 1 => return incomplete(context, kind, &reading),
            Some(Ok(reading)) if reading.count == 0 => {
                if is_over() {
                    break reading;
                }
            }
            Some(Ok(Reading { count, .. })) => {
                return vec![Finding::new(
                    Code::EffectJumped,
                    Cause::File,
                    place,
                    format!("went from 0 to {count} with one good delivery for {reference}"),
                    "if the partner did this once, let count point to a number that one delivery raises by one",
                )];
            }
            Some(Err(Trouble::Mapping(why))) => return vec![unreadable(kind, reference, &why)],
            Some(Err(Trouble::Failed(status))) => return vec![failed(kind, status, reference, "")],
            Some(Err(Trouble::Denied(status))) => return vec![denied(kind, status, reference)],
            Some(Err(Trouble::Silent(why))) => {
                if is_over() {
                    return vec![silent(&section(kind), &format!("{reference}: {why}"), &why)];
                }
            }
            None => return Vec::new(),
        }
        tokio::time::sleep(context.profile.settle_poll() * 4).await;
    };
    let stuck = Stuck {
        sent,
        kind,
        origin: context.fixtures.origin(subject(kind)),
        reading: &last,
        said: said.await,
        in_log: in_log(context, kind),
    };
    vec![stuck.finding()]
}

/// The subject of a kind.
pub fn subject(kind: EffectKind) -> Subject {
    match kind {
        EffectKind::Order => Subject::Order,
        EffectKind::Policy => Subject::Policy,
        EffectKind::Claim => Subject::Claim,
        EffectKind::Subscription => Subject::Subscription,
    }
}

fn unreadable(kind: EffectKind, reference: &str, why: &str) -> Finding {
    Finding::new(
        Code::EffectUnreadable,
        Cause::File,
        section(kind),
        format!("cannot be read for {reference}: {why}"),
        "let the keys of the section fit the answer",
    )
    .stopping()
}

fn incomplete(context: &Context, kind: EffectKind, reading: &Reading) -> Vec<Finding> {
    let lacking = context.effects.lacking(kind, reading);
    lacking
        .into_iter()
        .map(|key| {
            Finding::new(
                Code::EffectPlace,
                Cause::File,
                format!("{} {key}", section(kind)),
                "the answer for a paid object has no value there",
                "correct the place or leave the key out",
            )
        })
        .collect()
}
