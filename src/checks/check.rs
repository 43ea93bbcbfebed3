//! Every check, as data. Evaluating one is a pure function of records.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    acknowledgement, alarm, amount,
    api::{self, Scheme},
    attest,
    backoff::{self, Growth},
    bad_input, batch, browser, callback, canary, checkout, claim,
    collected::{self, Across},
    connection, control, counterpart,
    disclosure::{self, Disclosure},
    duplicate,
    effect::{self, Allowed, Field, Target},
    endpoint, fate,
    flow_check::FlowCheck,
    key_rotation,
    limited::{self, CommonPause, Demand, Loop},
    load, log, log_record, memory,
    misdelivered::{self, Way},
    next_payment, nonsense,
    ordeal::{self, family::Family},
    order, order_id,
    outage::{self, Obstacle},
    outcome::Outcome,
    own_reference,
    ownership::{self, End},
    page::{self, Aspect, Place},
    payload, plain_ok, processed, published,
    rate_limit::{self, Pause},
    retries::{self, Persistence},
    return_page,
    secrets::{self, Purpose, Registered},
    state,
    storm::{self, Storm},
    sums, traffic,
    trial::{self, Expectation},
    trip::{self, Fact},
    unknown_outcome,
    view::{View, Which},
    write_keys,
};
use crate::{config::batch::Reject, contract::id::AreaId, transcript::exchange::Role, wire::fault::ApiCall};

/// A check with its parameters. All times are milliseconds unless the name says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "check", rename_all = "kebab-case")]
#[expect(
    missing_docs,
    reason = "each variant names the function that documents it and its parameters"
)]
pub enum Check {
    Acknowledged {
        within: u64,
    },
    Calm {
        role: Role,
        within: u64,
    },
    Refused {
        success_allowed: bool,
    },
    TookEffect {
        target: Target,
        times: u64,
        status_suffices: bool,
    },
    NoEffect {
        target: Target,
        #[serde(flatten)]
        allowed: Allowed,
        code: String,
    },
    Recorded {
        target: Target,
        field: Field,
        value: String,
    },
    StateIs {
        target: Target,
        one_of: Vec<String>,
    },
    InState {
        target: Target,
        one_of: Vec<String>,
    },
    NotInState {
        target: Target,
        none_of: Vec<String>,
    },
    Untouched {
        target: Target,
    },
    EachItsOwn {
        ends: Vec<End>,
    },
    OneClaimThroughout {
        target: Target,
        states: Vec<String>,
    },
    NotTakenInSilence {
        target: Target,
        code: String,
    },
    UnchangedSince {
        target: Target,
        count: u64,
        code: String,
    },
    Alive {
        before: Target,
        after: Target,
    },
    ClockAgrees {
        timestamp_header: String,
        tolerance_seconds: u64,
    },
    CopiesAcknowledged {
        within: u64,
    },
    RaceSettled {
        copies: u32,
    },
    Simultaneous {
        copies: u32,
        within: u64,
    },
    Remembered {
        target: Target,
        pause: u64,
        horizon: u64,
    },
    Authenticated {
        scheme: Scheme,
    },
    FinalError {
        call: ApiCall,
    },
    RetryAfterObeyed {
        seconds: u64,
        slack: u64,
        patience_seconds: u64,
    },
    RetriesEnd {
        most: u32,
        window: u64,
        late: u64,
        rate_limited: bool,
    },
    NoHotLoop {
        per_second: u32,
        most: u32,
        window: u64,
    },
    AllPause {
        operations: u32,
        pause: u64,
        grace: u64,
        slack: u64,
        probes: u32,
    },
    CallerTold {
        quiet: u64,
        within: u64,
    },
    LivesUnderLimit {
        operations: u32,
        within: u64,
        refused_percent: u32,
    },
    OutageSurvived {
        most: u32,
    },
    PausesGrow {
        operations: u32,
        percent: u32,
        unhurried: u64,
        rate: u32,
        rate_window: u64,
        tolerance: u64,
    },
    SameWrite {
        changing: Vec<String>,
    },
    SettledOnce {
        target: Target,
    },
    KeysApart {
        operations: u32,
        longest: u32,
    },
    NoRetryStorm {
        operations: u32,
        attempts: u32,
        rate: u32,
        rate_window: u64,
    },
    NotAskedFor {
        mention: String,
    },
    TokensUsed {
        scheme: Scheme,
    },
    NoLoginLoop {
        reference: String,
        calls: usize,
        token_requests: usize,
    },
    ErrorShown {
        reference: String,
        call: ApiCall,
        fields: Vec<String>,
    },
    ConflictResolved {
        reference: String,
        call: ApiCall,
        pause: Option<u64>,
    },
    NotTakenForDone {
        reference: String,
        call: ApiCall,
        target: Target,
    },
    AttemptsBounded {
        reference: String,
        call: ApiCall,
        most: u32,
    },
    GivesUp {
        reference: String,
        call: ApiCall,
        within: u64,
    },
    LeftOpen {
        reference: String,
        target: Target,
        may_have_moved: bool,
    },
    CutOff {
        reference: String,
        call: ApiCall,
        within: u64,
    },
    WorksAgain {
        reference: String,
    },
    EndsUnreached {
        reference: String,
        within: u64,
    },
    CertificateRefused {
        reference: String,
    },
    NothingSentOn {
        reference: String,
        plain: bool,
    },
    StoppedAtFailure {
        reference: String,
        call: ApiCall,
    },
    ResumedOnce {
        reference: String,
        target: Target,
    },
    ToldApart {
        family: Family,
        references: Vec<(Family, String)>,
    },
    Traceable {
        reference: String,
        call: ApiCall,
        family: Family,
        marker: String,
    },
    Logged {
        event_type: String,
        tolerance: u64,
    },
    NotLoggedAsProcessed {
        processed: Vec<String>,
    },
    EachLoggedAsProcessed {
        processed: Vec<String>,
    },
    NoSecretInLog {
        digests: bool,
    },
    Arrived {
        events: Vec<Target>,
        obstacle: Obstacle,
    },
    KeptOrRefused {
        target: Target,
    },
    LastAcknowledged {
        after: u32,
        within: u64,
    },
    AlarmRaised {
        failures: String,
        within_seconds: u64,
    },
    RefusalsAre4xx {
        area: AreaId,
        until: u64,
    },
    RefusalsTellNothing {
        area: AreaId,
        labels: Vec<String>,
        until: u64,
    },
    SentWithin {
        deliveries: u32,
        within: u64,
    },
    Absorbed {
        any_heals: bool,
    },
    EachOnce {
        targets: Vec<Target>,
    },
    SteadilyAcknowledged,
    SteadilyQuick {
        within: u64,
    },
    NotSlowing {
        time: u64,
        floor: u64,
    },
    EndsAs {
        target: Target,
        one_of: Vec<String>,
    },
    OneOnFile {
        target: Target,
    },
    NotFulfilledLate {
        target: Target,
    },
    TakenWithin {
        attempts: u32,
    },
    TakenRightOrRefused {
        target: Target,
        field: Field,
        value: String,
        within: u64,
    },
    HarmlessOrRight {
        target: Target,
        amount: String,
        transaction: String,
        within: u64,
    },
    SizeAnswered {
        within: u64,
    },
    CanaryNotCalled,
    Trial {
        index: u32,
        target: Target,
        expects: Expectation,
        within: u64,
    },
    CausedRequests,
    AcknowledgedMeanwhile {
        within: u64,
    },
    OnceByAnyPath {
        target: Target,
    },
    IssuedAtMostOnce {
        order: String,
    },
    CameInOrder {
        webhook_first: bool,
    },
    EarlyEventKept,
    ProcessingFailed,
    Recovered {
        target: Target,
    },
    Reconciled {
        target: Target,
        transaction: String,
    },
    TemplateIsSound {
        template: String,
        goes_on: bool,
        remark: String,
    },
    PageClaimsNoSuccess {
        phrase: Option<String>,
    },
    PageEscapes {
        markup: String,
    },
    PageTellsNothing {
        details: Vec<String>,
    },
    CheckoutSigned,
    CheckoutComplete {
        hosts: Vec<String>,
        reference: String,
        amount: String,
    },
    CheckoutOfTheServer {
        reference: String,
        amount: String,
    },
    CheckoutAnew {
        hosts: Vec<String>,
    },
    SecondPaymentFlagged {
        target: Target,
    },
    EmbeddingPage {
        aspect: Aspect,
        hosts: Vec<String>,
    },
    NothingSecretIn {
        place: Place,
    },
    PublicEndpoint,
    ModernTls,
    CertificateFits,
    ChainComplete,
    NotProcessed {
        target: Target,
        way: Way,
    },
    NoBrowserNeeded,
    Undisturbed {
        within: u64,
    },
    NoCanaryInLog {
        whose: String,
        card: bool,
    },
    LoggedApart {
        processed: Vec<String>,
    },
    NoForgedRecord {
        id: String,
    },
    ErrorAnswersRevealNothing {
        what: Disclosure,
        until: u64,
    },
    AddressesBare {
        until: u64,
    },
    RegisteredBare {
        addresses: Vec<Registered>,
    },
    OnlyIssuedKeys {
        until: u64,
        fingerprints: Option<usize>,
        shared: Vec<String>,
    },
    OrderIdIsWhole {
        order: String,
    },
    EachItsOwnSecret {
        secrets: Vec<Purpose>,
    },
    KeyReplaced,
    NextPayment {
        target: Target,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        day: Option<String>,
    },
    PlainOk,
    FailureRecorded {
        target: Target,
    },
    BookedAtMost {
        target: Target,
        times: u64,
    },
    ClaimNotRecorded {
        target: Target,
        field: Field,
        claimed: String,
    },
    NextPaymentWithin {
        target: Target,
        latest_unix_seconds: i64,
    },
    ApiFlow {
        what: FlowCheck,
    },
    RequestsAsPublished {
        until: u64,
    },
    SumsAsAgreed {
        amount: String,
        currency: String,
    },
    ReferencesOfTheirOwn {
        attempts: usize,
    },
    DescribedPlainly,
    SurvivesTheTrip {
        fact: Fact,
        value: String,
        zone: String,
    },
    StoppedBeforeTheApi {
        field: String,
        value: String,
        told: bool,
    },
    NonsenseNotPassedOn,
    BatchTaken {
        file_id: String,
        targets: Vec<Target>,
        total: String,
    },
    BatchOnce {
        file_id: String,
        targets: Vec<Target>,
    },
    BatchGapNoticed {
        file_id: String,
        before: String,
        targets: Vec<Target>,
    },
    BatchNothingTaken {
        file_id: String,
        targets: Vec<Target>,
    },
    BatchReasonGiven {
        file_id: String,
    },
    BatchPolicyFollowed {
        file_id: String,
        good: Vec<Target>,
        bad: Target,
        reject: Reject,
    },
    BatchRowNamed {
        file_id: String,
        row_id: String,
        reject: Reject,
    },
    BatchAlive {
        before: Vec<Target>,
        after: Vec<Target>,
    },
    BatchTextKept {
        file_id: String,
        target: Target,
        text: String,
    },
    BatchExportInert {
        file_id: String,
        reference: String,
        mark: String,
    },
    Answered {
        question: String,
        fields: Vec<String>,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        due: BTreeMap<String, Vec<String>>,
    },
    ScopeAgrees {
        question: String,
        field: String,
        under_test: Vec<String>,
    },
    ConstantTime {
        question: String,
    },
    SupportIsMasked,
    SupportIsComplete,
    SandboxOnly,
    BuildNamed,
}

impl Check {
    /// Judges the records of one attempt; `across` sees the whole run.
    #[expect(
        clippy::too_many_lines,
        reason = "one arm for each check; cutting it would lose the exhaustive match"
    )]
    pub fn evaluate(&self, view: View<'_>, across: &dyn Across) -> Outcome {
        match self {
            Self::Acknowledged { within } => acknowledgement::acknowledged(view, Which::STIMULUS, *within),
            Self::Calm { role, within } => acknowledgement::calm(
                view,
                Which {
                    role: *role,
                    index: None,
                },
                *within,
            ),
            Self::Refused { success_allowed } => {
                acknowledgement::refused(view, Which::STIMULUS, *success_allowed)
            }
            Self::TookEffect {
                target,
                times,
                status_suffices,
            } => effect::took_effect(view, target, *times, *status_suffices),
            Self::NoEffect {
                target,
                allowed,
                code,
            } => effect::no_effect(view, target, *allowed, code),
            Self::Recorded { target, field, value } => effect::recorded(view, target, *field, value),
            Self::StateIs { target, one_of } => effect::state_is(view, target, one_of),
            Self::InState { target, one_of } => state::in_state(view, target, one_of),
            Self::NotInState { target, none_of } => state::not_in_state(view, target, none_of),
            Self::Untouched { target } => state::untouched(view, target),
            Self::EachItsOwn { ends } => ownership::each_its_own(view, ends),
            Self::OneClaimThroughout { target, states } => claim::one_claim_throughout(view, target, states),
            Self::NotTakenInSilence { target, code } => amount::not_taken_in_silence(view, target, code),
            Self::UnchangedSince { target, count, code } => {
                effect::unchanged_since(view, target, *count, code)
            }
            Self::Alive { before, after } => control::alive(view, before, after),
            Self::ClockAgrees {
                timestamp_header,
                tolerance_seconds,
            } => control::clock_agrees(view, timestamp_header, *tolerance_seconds),
            Self::CopiesAcknowledged { within } => duplicate::copies_acknowledged(view, *within),
            Self::RaceSettled { copies } => duplicate::race_settled(view, *copies),
            Self::Simultaneous { copies, within } => duplicate::simultaneous(view, *copies, *within),
            Self::Remembered {
                target,
                pause,
                horizon,
            } => memory::remembered(view, target, *pause, *horizon),
            Self::Authenticated { scheme } => api::authenticated(view, *scheme),
            Self::FinalError { call } => api::final_error(view, *call),
            Self::RetryAfterObeyed {
                seconds,
                slack,
                patience_seconds,
            } => {
                let pause = Pause {
                    seconds: *seconds,
                    slack_millis: *slack,
                    patience_seconds: *patience_seconds,
                };
                rate_limit::retry_after_obeyed(view, pause)
            }
            Self::RetriesEnd {
                most,
                window,
                late,
                rate_limited,
            } => {
                let persistence = Persistence {
                    most: *most,
                    window_millis: *window,
                    late_millis: *late,
                };
                retries::retries_end(view, persistence, *rate_limited)
            }
            Self::NoHotLoop {
                per_second,
                most,
                window,
            } => {
                let limits = Loop {
                    per_second: *per_second,
                    most: *most,
                    window_millis: *window,
                };
                limited::no_hot_loop(view, limits)
            }
            Self::AllPause {
                operations,
                pause,
                grace,
                slack,
                probes,
            } => {
                let common = CommonPause {
                    operations: *operations,
                    pause: *pause,
                    grace: *grace,
                    slack: *slack,
                    probes: *probes,
                };
                limited::all_pause(view, common)
            }
            Self::CallerTold { quiet, within } => limited::caller_told(view, *quiet, *within),
            Self::LivesUnderLimit {
                operations,
                within,
                refused_percent,
            } => {
                let demand = Demand {
                    operations: *operations,
                    within_millis: *within,
                    refused_percent: *refused_percent,
                };
                limited::lives_under_limit(view, demand)
            }
            Self::OutageSurvived { most } => retries::outage_survived(view, *most),
            Self::PausesGrow {
                operations,
                percent,
                unhurried,
                rate,
                rate_window,
                tolerance,
            } => {
                let growth = Growth {
                    operations: *operations,
                    percent: *percent,
                    unhurried: *unhurried,
                    rate: *rate,
                    rate_window: *rate_window,
                    tolerance: *tolerance,
                };
                backoff::pauses_grow(view, growth)
            }
            Self::SameWrite { changing } => write_keys::same_write(view, changing),
            Self::SettledOnce { target } => unknown_outcome::settled_once(view, target),
            Self::KeysApart { operations, longest } => write_keys::keys_apart(view, *operations, *longest),
            Self::NoRetryStorm {
                operations,
                attempts,
                rate,
                rate_window,
            } => {
                let storm = Storm {
                    operations: *operations,
                    attempts: *attempts,
                    rate: *rate,
                    rate_window: *rate_window,
                };
                storm::no_retry_storm(view, storm)
            }
            Self::NotAskedFor { mention } => api::not_asked_for(view, mention),
            Self::TokensUsed { scheme } => ordeal::login::tokens_used(*scheme),
            Self::NoLoginLoop {
                reference,
                calls,
                token_requests,
            } => ordeal::login::no_login_loop(view, reference, *calls, *token_requests),
            Self::ErrorShown {
                reference,
                call,
                fields,
            } => ordeal::shown::error_shown(view, reference, *call, fields),
            Self::ConflictResolved {
                reference,
                call,
                pause,
            } => ordeal::conflict::resolved(view, reference, *call, *pause),
            Self::NotTakenForDone {
                reference,
                call,
                target,
            } => ordeal::done::not_taken_for_done(view, reference, *call, target),
            Self::AttemptsBounded {
                reference,
                call,
                most,
            } => ordeal::bounded::attempts_bounded(view, reference, *call, *most),
            Self::GivesUp {
                reference,
                call,
                within,
            } => ordeal::bounded::gives_up(view, reference, *call, *within),
            Self::LeftOpen {
                reference,
                target,
                may_have_moved,
            } => ordeal::bounded::left_open(view, reference, target, *may_have_moved),
            Self::CutOff {
                reference,
                call,
                within,
            } => ordeal::bounded::cut_off(view, reference, *call, *within),
            Self::WorksAgain { reference } => ordeal::bounded::works_again(view, reference),
            Self::EndsUnreached { reference, within } => {
                ordeal::unreachable::ends_unreached(view, reference, *within)
            }
            Self::CertificateRefused { reference } => {
                ordeal::unreachable::certificate_refused(view, reference)
            }
            Self::NothingSentOn { reference, plain } => {
                ordeal::redirect::nothing_sent_on(view, reference, *plain)
            }
            Self::StoppedAtFailure { reference, call } => ordeal::resumed::stopped(view, reference, *call),
            Self::ResumedOnce { reference, target } => ordeal::resumed::resumed_once(view, reference, target),
            Self::ToldApart { family, references } => ordeal::family::told_apart(view, *family, references),
            Self::Traceable {
                reference,
                call,
                family,
                marker,
            } => ordeal::traced::traceable(view, reference, *call, *family, marker),
            Self::Logged {
                event_type,
                tolerance,
            } => log::logged(view, event_type, *tolerance),
            Self::NotLoggedAsProcessed { processed } => log::not_logged_as_processed(view, processed),
            Self::EachLoggedAsProcessed { processed } => processed::each_logged_as_processed(view, processed),
            Self::NoSecretInLog { digests } => log::no_secret_in_log(view, *digests),
            Self::Arrived { events, obstacle } => outage::arrived(view, events, *obstacle),
            Self::KeptOrRefused { target } => outage::kept_or_refused(view, target),
            Self::LastAcknowledged { after, within } => outage::last_acknowledged(view, *after, *within),
            Self::AlarmRaised {
                failures,
                within_seconds,
            } => alarm::alarm_raised(view, failures, *within_seconds),
            Self::RefusalsAre4xx { area, until } => collected::refusals_are_4xx(across, area, *until),
            Self::RefusalsTellNothing { area, labels, until } => {
                collected::refusals_tell_nothing(across, area, labels, *until)
            }
            Self::SentWithin { deliveries, within } => load::sent_within(view, *deliveries, *within),
            Self::Absorbed { any_heals } => load::absorbed(view, *any_heals),
            Self::EachOnce { targets } => load::each_once(view, targets),
            Self::SteadilyAcknowledged => load::steadily_acknowledged(view),
            Self::SteadilyQuick { within } => load::steadily_quick(view, *within),
            Self::NotSlowing { time, floor } => load::not_slowing(view, *time, *floor),
            Self::EndsAs { target, one_of } => order::ends_as(view, target, one_of),
            Self::OneOnFile { target } => order::one_on_file(view, target),
            Self::NotFulfilledLate { target } => order::not_fulfilled_late(view, target),
            Self::TakenWithin { attempts } => fate::taken_within(view, *attempts),
            Self::TakenRightOrRefused {
                target,
                field,
                value,
                within,
            } => payload::taken_right_or_refused(view, target, (*field, value), *within),
            Self::HarmlessOrRight {
                target,
                amount,
                transaction,
                within,
            } => payload::harmless_or_right(view, target, (amount, transaction), *within),
            Self::SizeAnswered { within } => payload::size_answered(view, *within),
            Self::CanaryNotCalled => canary::not_called(view),
            Self::Trial {
                index,
                target,
                expects,
                within,
            } => trial::trial(view, *index, target, *expects, *within),
            Self::CausedRequests => counterpart::caused_requests(view),
            Self::AcknowledgedMeanwhile { within } => counterpart::acknowledged_meanwhile(view, *within),
            Self::OnceByAnyPath { target } => counterpart::once_by_any_path(view, target),
            Self::IssuedAtMostOnce { order } => counterpart::issued_at_most_once(view, order),
            Self::CameInOrder { webhook_first } => counterpart::came_in_order(view, *webhook_first),
            Self::EarlyEventKept => counterpart::early_event_kept(view),
            Self::ProcessingFailed => counterpart::processing_failed(view),
            Self::Recovered { target } => counterpart::recovered(view, target),
            Self::Reconciled { target, transaction } => counterpart::reconciled(view, target, transaction),
            Self::TemplateIsSound {
                template,
                goes_on,
                remark,
            } => return_page::template_is_sound(view, template, *goes_on, remark),
            Self::PageClaimsNoSuccess { phrase } => return_page::claims_no_success(view, phrase.as_deref()),
            Self::PageEscapes { markup } => return_page::escapes(view, markup),
            Self::PageTellsNothing { details } => return_page::tells_nothing(view, details),
            Self::CheckoutSigned => checkout::signed(view),
            Self::CheckoutComplete {
                hosts,
                reference,
                amount,
            } => checkout::complete(view, hosts, reference, amount),
            Self::CheckoutOfTheServer { reference, amount } => {
                checkout::of_the_server(view, reference, amount)
            }
            Self::CheckoutAnew { hosts } => checkout::anew(view, hosts),
            Self::SecondPaymentFlagged { target } => checkout::second_payment_flagged(view, target),
            Self::EmbeddingPage { aspect, hosts } => page::embedding(view, *aspect, hosts),
            Self::NothingSecretIn { place } => page::nothing_secret(view, *place),
            Self::PublicEndpoint => endpoint::public_endpoint(view),
            Self::ModernTls => endpoint::modern_tls(view),
            Self::CertificateFits => endpoint::certificate_fits(view),
            Self::ChainComplete => endpoint::chain_complete(view),
            Self::NotProcessed { target, way } => misdelivered::not_processed(view, target, *way),
            Self::NoBrowserNeeded => browser::no_browser_needed(view),
            Self::Undisturbed { within } => connection::undisturbed(view, *within),
            Self::NoCanaryInLog { whose, card } => log::no_canary_in_log(view, whose, *card),
            Self::LoggedApart { processed } => log_record::logged_apart(view, processed),
            Self::NoForgedRecord { id } => log_record::no_forged_record(view, id),
            Self::ErrorAnswersRevealNothing { what, until } => {
                disclosure::error_answers_reveal_nothing(across, *what, *until)
            }
            Self::AddressesBare { until } => traffic::addresses_bare(across, *until),
            Self::RegisteredBare { addresses } => secrets::registered_bare(addresses),
            Self::OnlyIssuedKeys {
                until,
                fingerprints,
                shared,
            } => traffic::only_issued_keys(across, *until, *fingerprints, shared),
            Self::OrderIdIsWhole { order } => order_id::whole_number(order),
            Self::EachItsOwnSecret { secrets } => secrets::each_its_own(secrets),
            Self::KeyReplaced => key_rotation::key_replaced(view),
            Self::NextPayment { target, day } => next_payment::next_payment(view, target, day.as_deref()),
            Self::PlainOk => plain_ok::plain_ok(view),
            Self::FailureRecorded { target } => callback::failure_recorded(view, target),
            Self::BookedAtMost { target, times } => callback::booked_at_most(view, target, *times),
            Self::ClaimNotRecorded {
                target,
                field,
                claimed,
            } => callback::claim_not_recorded(view, target, *field, claimed),
            Self::NextPaymentWithin {
                target,
                latest_unix_seconds,
            } => callback::next_payment_within(view, target, *latest_unix_seconds),
            Self::ApiFlow { what } => what.evaluate(view),
            Self::RequestsAsPublished { until } => published::requests_as_published(across, *until),
            Self::SumsAsAgreed { amount, currency } => sums::sums_as_agreed(view, amount, currency),
            Self::ReferencesOfTheirOwn { attempts } => {
                own_reference::references_of_their_own(view, *attempts)
            }
            Self::DescribedPlainly => own_reference::described_plainly(view),
            Self::SurvivesTheTrip { fact, value, zone } => trip::survives_the_trip(view, *fact, value, zone),
            Self::StoppedBeforeTheApi { field, value, told } => {
                bad_input::stopped_before_the_api(view, field, value, *told)
            }
            Self::NonsenseNotPassedOn => nonsense::nonsense_not_passed_on(view),
            Self::BatchTaken {
                file_id,
                targets,
                total,
            } => batch::taken(view, file_id, targets, total),
            Self::BatchOnce { file_id, targets } => batch::once(view, file_id, targets),
            Self::BatchGapNoticed {
                file_id,
                before,
                targets,
            } => batch::gap_noticed(view, file_id, before, targets),
            Self::BatchNothingTaken { file_id, targets } => batch::nothing_taken(view, file_id, targets),
            Self::BatchReasonGiven { file_id } => batch::reason_given(view, file_id),
            Self::BatchPolicyFollowed {
                file_id,
                good,
                bad,
                reject,
            } => batch::policy_followed(view, file_id, good, bad, *reject),
            Self::BatchRowNamed {
                file_id,
                row_id,
                reject,
            } => batch::row_named(view, file_id, row_id, *reject),
            Self::BatchAlive { before, after } => batch::alive(view, before, after),
            Self::BatchTextKept {
                file_id,
                target,
                text,
            } => batch::text_kept(view, file_id, target, text),
            Self::BatchExportInert {
                file_id,
                reference,
                mark,
            } => batch::export_inert(view, file_id, reference, mark),
            Self::Answered {
                question,
                fields,
                due,
            } => attest::answered(view, question, fields, due),
            Self::ScopeAgrees {
                question,
                field,
                under_test,
            } => attest::scope_agrees(view, question, field, under_test),
            Self::ConstantTime { question } => attest::constant_time(view, question),
            Self::SupportIsMasked => attest::support_is_masked(view),
            Self::SupportIsComplete => attest::support_is_complete(view),
            Self::SandboxOnly => attest::sandbox_only(view),
            Self::BuildNamed => attest::build_named(view),
        }
    }

    /// Whether it is about retries or rate limits, so that the times of the attempts explain its findings.
    pub fn is_about_attempts(&self) -> bool {
        matches!(
            self,
            Self::FinalError { .. }
                | Self::RetryAfterObeyed { .. }
                | Self::RetriesEnd { .. }
                | Self::NoHotLoop { .. }
                | Self::AllPause { .. }
                | Self::CallerTold { .. }
                | Self::LivesUnderLimit { .. }
                | Self::OutageSurvived { .. }
                | Self::PausesGrow { .. }
                | Self::SameWrite { .. }
                | Self::SettledOnce { .. }
                | Self::NoRetryStorm { .. }
        )
    }

    /// Whether an inconclusive outcome of this check means that the stimulus was not given as
    /// described, so that the attempt is void and worth repeating with fresh references.
    pub fn voids(&self) -> bool {
        matches!(self, Self::Simultaneous { .. } | Self::CameInOrder { .. })
    }
}
