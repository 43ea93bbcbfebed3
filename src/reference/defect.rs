//! The defect switches: mistakes that real integrations make, one name each.

use std::fmt;
use std::str::FromStr;

use super::defect_table;

/// One mistake that can be switched on. Switches combine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Defect {
    /// `ack-drop`: answers 200 and never applies the event.
    AckDrop,
    /// `any-event-is-success`: books a failed payment like a successful one.
    AnyEventIsSuccess,
    /// `phantom-order`: creates a paid order or an issued policy for a reference it has never seen.
    PhantomOrder,
    /// `null-order-crash`: fails with 500 when the named order does not exist.
    NullOrderCrash,
    /// `slow-sync-handler`: finishes six seconds of follow-up work before it acknowledges.
    SlowSyncHandler,
    /// `rejects-all`: refuses every webhook delivery, genuine ones too.
    RejectsAll,
    /// `fail-open-no-header`: skips verification when one of the security headers is absent or empty.
    FailOpenNoHeader,
    /// `sig-ignored`: never looks at the signature header.
    SigIgnored,
    /// `empty-secret`: also accepts deliveries signed with the empty key, as if a variable were unset.
    EmptySecret,
    /// `magic-skip-secret`: also accepts deliveries signed with placeholder keys such as `changeme`.
    MagicSkipSecret,
    /// `sig-not-over-body`: checks that a signature of the right form is present, not what it covers.
    SigNotOverBody,
    /// `sig-body-only`: does not bind the signature to the id and timestamp headers that arrived.
    SigBodyOnly,
    /// `no-replay-window`: accepts a signed delivery however old it is.
    NoReplayWindow,
    /// `zero-tolerance-clock`: refuses timestamps older than 30 seconds or in the future.
    ZeroToleranceClock,
    /// `past-only-window`: accepts timestamps however far in the future.
    PastOnlyWindow,
    /// `prefix-compare`: compares only as many signature characters as were sent.
    PrefixCompare,
    /// `parseint-timestamp`: reads the leading digits of the timestamp and ignores the rest.
    ParseintTimestamp,
    /// `version-blind`: accepts the right digest under any version label.
    VersionBlind,
    /// `accepts-legacy-sha1`: still accepts HMAC-SHA1 digests.
    AcceptsLegacySha1,
    /// `first-signature-only`: looks only at the first entry of the signature list.
    FirstSignatureOnly,
    /// `last-signature-only`: looks only at the last entry of the signature list.
    LastSignatureOnly,
    /// `reserialize`: verifies the signature over the parsed and rewritten body.
    Reserialize,
    /// `ascii-hmac`: replaces non-ASCII characters by question marks before hashing.
    AsciiHmac,
    /// `case-sensitive-header`: finds the signature header only when it is spelt in lower case.
    CaseSensitiveHeader,
    /// `first-header-wins`: verifies with the first copy of a repeated header and uses the last one.
    FirstHeaderWins,
    /// `process-then-verify`: looks the transaction up at the API before it verifies the delivery.
    ProcessThenVerify,
    /// `ok-on-bad-signature`: answers 200 to deliveries it refuses.
    OkOnBadSignature,
    /// `oracle-response`: shows the expected signature in the refusal.
    OracleResponse,
    /// `no-dedupe`: applies every delivery again.
    NoDedupe,
    /// `error-on-duplicate`: answers 409 to a delivery it has already processed.
    ErrorOnDuplicate,
    /// `check-then-insert`: looks for an earlier delivery first and inserts later, without a constraint.
    CheckThenInsert,
    /// `dedupe-by-signature`: recognises repeats by their signature instead of the event id.
    DedupeBySignature,
    /// `parse-crash`: fails with 500 when a body is not JSON.
    ParseCrash,
    /// `utf8-panic`: fails with 500 when a body is not UTF-8.
    Utf8Panic,
    /// `slash-redirect`: registers a URL that redirects to its other slash form.
    SlashRedirect,
    /// `http-to-https-redirect`: registers a URL that redirects to another scheme.
    HttpToHttpsRedirect,
    /// `unknown-type-500`: fails with 500 on event types it does not know.
    UnknownType500,
    /// `scope-crash`: fails with 500 on documented event types outside its scope (claims).
    ScopeCrash,
    /// `hmac-where-sha256`: computes the recurring hash with HMAC, so that genuine callbacks are refused.
    HmacWhereSha256,
    /// `hash-unchecked`: ignores the recurring hash.
    HashUnchecked,
    /// `hash-partial`: accepts the recurring hash for any status, so the status is not covered.
    HashPartial,
    /// `no-auth-on-some`: lists products without credentials.
    NoAuthOnSome,
    /// `key-in-query`: repeats the credential in the query of API calls.
    KeyInQuery,
    /// `retry-everything`: retries every answer that is not a success.
    RetryEverything,
    /// `ignores-retry-after`: retries after 100 milliseconds whatever pause the answer asks for.
    IgnoresRetryAfter,
    /// `silent-handler`: writes no log line for deliveries.
    SilentHandler,
    /// `no-result`: logs that a delivery came, never what became of it.
    NoResult,
    /// `header-dump`: logs request headers with the credentials in them.
    HeaderDump,
    /// `oracle-log`: logs the expected signature or hash next to the received one.
    OracleLog,
    /// `always-200`: answers 200 and an empty object to everything and does nothing.
    Always200,
    /// `refuse-all`: answers 403 to everything.
    RefuseAll,
    /// `hangs`: reads webhooks and callbacks and never answers them.
    Hangs,
    /// `canned-answers`: answers from fixed texts that claim success.
    CannedAnswers,
}

impl Defect {
    /// Every defect of an otherwise working partner.
    pub const ALL: &'static [Self] = &[
        Self::AckDrop,
        Self::AnyEventIsSuccess,
        Self::PhantomOrder,
        Self::NullOrderCrash,
        Self::SlowSyncHandler,
        Self::RejectsAll,
        Self::FailOpenNoHeader,
        Self::SigIgnored,
        Self::EmptySecret,
        Self::MagicSkipSecret,
        Self::SigNotOverBody,
        Self::SigBodyOnly,
        Self::NoReplayWindow,
        Self::ZeroToleranceClock,
        Self::PastOnlyWindow,
        Self::PrefixCompare,
        Self::ParseintTimestamp,
        Self::VersionBlind,
        Self::AcceptsLegacySha1,
        Self::FirstSignatureOnly,
        Self::LastSignatureOnly,
        Self::Reserialize,
        Self::AsciiHmac,
        Self::CaseSensitiveHeader,
        Self::FirstHeaderWins,
        Self::ProcessThenVerify,
        Self::OkOnBadSignature,
        Self::OracleResponse,
        Self::NoDedupe,
        Self::ErrorOnDuplicate,
        Self::CheckThenInsert,
        Self::DedupeBySignature,
        Self::ParseCrash,
        Self::Utf8Panic,
        Self::SlashRedirect,
        Self::HttpToHttpsRedirect,
        Self::UnknownType500,
        Self::ScopeCrash,
        Self::HmacWhereSha256,
        Self::HashUnchecked,
        Self::HashPartial,
        Self::NoAuthOnSome,
        Self::KeyInQuery,
        Self::RetryEverything,
        Self::IgnoresRetryAfter,
        Self::SilentHandler,
        Self::NoResult,
        Self::HeaderDump,
        Self::OracleLog,
    ];

    /// Partners that are broken as a whole; none of them may ever look conformant.
    pub const BROKEN_PARTNERS: &'static [Self] =
        &[Self::Always200, Self::RefuseAll, Self::Hangs, Self::CannedAnswers];

    /// The catalogue name.
    pub fn name(self) -> &'static str {
        defect_table::row_of(self).name
    }

    /// What goes wrong, in one sentence.
    pub fn description(self) -> &'static str {
        defect_table::row_of(self).description
    }

    /// The cases that must notice; empty for [`Defect::BROKEN_PARTNERS`], which no single case owns.
    pub fn cases(self) -> &'static [&'static str] {
        defect_table::row_of(self).cases
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// A name that is no defect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no defect is called `{name}`; {}", hint(.near))]
pub struct UnknownDefect {
    /// What was asked for.
    pub name: String,
    /// Up to three names close to it, nearest first.
    pub near: Vec<&'static str>,
}

fn hint(near: &[&str]) -> String {
    if near.is_empty() {
        return "list the defects to see the names".into();
    }
    format!(
        "did you mean {}?",
        near.iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(" or ")
    )
}

impl FromStr for Defect {
    type Err = UnknownDefect;

    fn from_str(name: &str) -> Result<Self, UnknownDefect> {
        defect_table::find(name).ok_or_else(|| UnknownDefect {
            name: name.to_owned(),
            near: defect_table::near(name),
        })
    }
}

/// A set of defects, cheap to copy and to ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Defects(u128);

impl Defects {
    /// Whether the switch is on.
    pub fn has(self, defect: Defect) -> bool {
        self.0 & Self::bit(defect) != 0
    }

    /// Whether at least one of the switches is on.
    pub fn has_any(self, defects: &[Defect]) -> bool {
        defects.iter().any(|defect| self.has(*defect))
    }

    fn bit(defect: Defect) -> u128 {
        1 << (defect as u32)
    }
}

impl FromIterator<Defect> for Defects {
    fn from_iter<Defined: IntoIterator<Item = Defect>>(defects: Defined) -> Self {
        Self(
            defects
                .into_iter()
                .fold(0, |bits, defect| bits | Self::bit(defect)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_and_says_something() {
        for defect in Defect::ALL.iter().chain(Defect::BROKEN_PARTNERS) {
            assert_eq!(defect.to_string().parse(), Ok(*defect));
            assert!(defect.description().len() > 10, "{defect}");
        }
        assert!(Defect::ALL.iter().all(|defect| !defect.cases().is_empty()));
    }

    #[test]
    fn a_near_miss_is_told_what_was_meant() {
        let error = "no-dedup".parse::<Defect>().unwrap_err();
        assert_eq!(error.near.first(), Some(&"no-dedupe"));
        assert!(error.to_string().contains("did you mean `no-dedupe`"), "{error}");
        assert!("zzzzzzzzzzzzzzz".parse::<Defect>().unwrap_err().near.is_empty());
    }

    #[test]
    fn the_set_keeps_switches_apart() {
        let set: Defects = [Defect::AckDrop, Defect::CannedAnswers].into_iter().collect();
        assert!(set.has(Defect::AckDrop) && set.has(Defect::CannedAnswers));
        assert!(!set.has(Defect::NoDedupe));
    }
}
