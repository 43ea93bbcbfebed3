//! The endpoints as they are sent messages: what goes out, in which order, and what each result is good for.

use super::{
    bench::Bench,
    delivery, effects,
    reach::Endpoint,
    report::{Section, Standing},
    starts::Made,
};
use crate::{
    config::{declaration::CallbackStyle, effects::Effect, subject::Subject},
    steps::look::{
        answered::Asked,
        said::Said,
        trial::{Sent, Signed, Trial, moves_a_count, plainest},
    },
    transcript::{
        look::Code,
        observation::{EffectKind, Moment},
    },
};

/// What is sent messages, with all that is known of it so far.
pub struct Patient<'a> {
    /// The actors.
    pub bench: &'a Bench,
    /// What was found at each address.
    pub endpoints: &'a [Endpoint],
    /// Which objects could be made.
    pub made: &'a Made,
    /// Which counts can be watched.
    pub watched: &'a effects::Watched,
    /// What sends.
    pub trial: Trial,
}

/// How the good delivery went.
pub struct Taken {
    /// What was sent.
    pub sent: Option<Sent>,
    /// Whether it was answered with 2xx.
    pub acknowledged: bool,
    /// Whether the count of its object was 0 before.
    pub watched: bool,
    /// Whether it was about an object of its own, as a run sends it.
    pub own: bool,
    /// What its effect is counted on.
    pub kind: EffectKind,
    /// What it was about.
    pub subject: Subject,
}

impl Taken {
    /// What was sent, if it was taken.
    pub fn sent_and_taken(&self) -> Option<&Sent> {
        self.sent.as_ref().filter(|_| self.acknowledged)
    }
}

impl Patient<'_> {
    /// A good delivery, and where it was refused, the same signed in other ways.
    pub async fn webhook(&mut self, section: &mut Section, of_effects: &mut Section) -> Taken {
        const PLACE: &str = "[webhook]";
        let bench = self.bench;
        let planned = plainest(&bench.context);
        let subject = planned.map_or(Subject::Order, |(_, subject)| subject);
        let mut taken = Taken {
            sent: None,
            acknowledged: false,
            watched: false,
            own: false,
            kind: effects::kind(subject),
            subject,
        };
        let Some((kind, _)) = planned.filter(|_| bench.config.webhook.is_some()) else {
            section.not_checked(PLACE, "no webhooks are declared");
            return taken;
        };
        if let Some(why) = delivery::hindered(bench, self.endpoints, PLACE, "webhook") {
            section.not_checked(PLACE, why);
            return taken;
        }
        let Some(endpoint) = bench.context.webhook.clone() else {
            section.not_checked(PLACE, "its secret has not the form of one, see above");
            return taken;
        };
        let (prepared, exists) = delivery::object(&mut self.trial, self.made, subject).await;
        let listed = bench.listed.contains(&subject);
        taken.own = exists && !listed && moves_a_count(kind);
        if listed {
            of_effects.not_checked(
                &format!("[effects.{subject}]"),
                "whether the count moves: that would use up an object of the list",
            );
        } else if taken.own {
            taken.watched = effects::ready(bench, self.watched, taken.kind, &prepared.own, of_effects).await;
        }
        let sent = match self.trial.deliver(kind, &prepared, Signed::Right).await {
            Ok(sent) => sent,
            Err(why) => {
                section.not_checked(PLACE, why);
                return taken;
            }
        };
        let what = if listed || !exists {
            format!("good {kind} about an object that nobody made")
        } else {
            format!("good {kind}")
        };
        let asked = Asked {
            place: PLACE,
            what: &what,
            variable: &endpoint.variable,
        };
        match delivery::good(bench, section, asked, &sent) {
            Ok(()) => taken.acknowledged = true,
            Err(finding) if finding.code == Code::DeliveryRefused => {
                delivery::closer(bench, &mut self.trial, &prepared, finding, section).await;
            }
            Err(finding) => section.finding(Standing::Problem, finding),
        }
        taken.sent = Some(sent);
        taken
    }

    /// A forged delivery about an object of its own.
    pub async fn forged(&mut self, taken: &Taken, section: &mut Section) {
        const PLACE: &str = "[webhook]";
        let Some(sent) = taken.sent_and_taken() else {
            section.not_checked(
                PLACE,
                "no good delivery was taken, so that a forged one is refused would say nothing",
            );
            return;
        };
        let Some(kind) = sent.kind else { return };
        let (prepared, _) = delivery::object(&mut self.trial, self.made, taken.subject).await;
        match self.trial.deliver(kind, &prepared, Signed::Forged).await {
            Ok(forged) => {
                let count = if taken.watched {
                    self.count(taken.kind, &prepared.own).await
                } else {
                    None
                };
                delivery::forged(section, &forged, count);
            }
            Err(why) => section.not_checked(PLACE, why),
        }
    }

    /// The count once it has had time to move.
    async fn count(&self, kind: EffectKind, reference: &str) -> Option<u64> {
        let context = &self.bench.context;
        let counts_lines =
            self.bench.config.effects.iter().any(|(subject, effect)| {
                effects::kind(*subject) == kind && matches!(effect, Effect::Log { .. })
            });
        let waits = if counts_lines { 8 } else { 4 };
        let mut count = None;
        for _ in 0..waits {
            tokio::time::sleep(context.profile.settle_poll()).await;
            let read = context
                .effects
                .try_read(&self.bench.scope, kind, reference, Moment::After)
                .await;
            count = read.and_then(Result::ok).map(|reading| reading.count);
            if count != Some(0) {
                break;
            }
        }
        count
    }

    /// A good recurring callback.
    pub async fn callback(&mut self, section: &mut Section, of_effects: &mut Section) {
        const PLACE: &str = "[recurring]";
        let bench = self.bench;
        let Some(endpoint) = bench.context.callback.clone() else {
            return;
        };
        if let Some(why) = delivery::hindered(bench, self.endpoints, PLACE, "recurring") {
            section.not_checked(PLACE, why);
            return;
        }
        if !bench.config.capabilities.recurring.contains(&CallbackStyle::Json) {
            section.not_checked(
                PLACE,
                "callbacks in JSON are not declared; those as forms are tried in the run",
            );
            return;
        }
        let subject = Subject::Subscription;
        let (prepared, exists) = delivery::object(&mut self.trial, self.made, subject).await;
        let kind = effects::kind(subject);
        let watched = exists
            && !bench.listed.contains(&subject)
            && effects::ready(bench, self.watched, kind, &prepared.own, of_effects).await;
        let sent = match self.trial.call_back(&prepared).await {
            Ok(sent) => sent,
            Err(why) => {
                section.not_checked(PLACE, why);
                return;
            }
        };
        let asked = Asked {
            place: PLACE,
            what: if exists && !bench.listed.contains(&subject) {
                "good callback"
            } else {
                "good callback about a subscription that nobody made"
            },
            variable: &endpoint.variable,
        };
        match delivery::good(bench, section, asked, &sent) {
            Ok(()) if watched => effects::moved(bench, kind, &sent, Said::Nothing, of_effects).await,
            Ok(()) => {}
            Err(finding) => section.finding(Standing::Problem, finding),
        }
    }
}
