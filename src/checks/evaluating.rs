//! From a check to its outcome: which function judges by which parameters.

use super::{
    acknowledgement, alarm, amount, api, attest,
    backoff::{self, Growth},
    bad_input, batch, browser, callback, canary,
    check::Check,
    checkout, claim,
    collected::{self, Across},
    connection, control, counterpart, disclosure, duplicate, effect, endpoint, fate, key_rotation,
    limited::{self, CommonPause, Demand, Loop},
    load, log, log_record, memory, misdelivered, next_payment, nonsense, ordeal, order, order_id, outage,
    outcome::Outcome,
    own_reference, ownership, page, payload, plain_ok, processed, published,
    rate_limit::{self, Pause},
    retries::{self, Persistence},
    return_page, secrets, state,
    storm::{self, Storm},
    sums, traffic, trial, trip, unknown_outcome,
    view::{View, Which},
    write_keys,
};

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
            } => batch::rows::taken(view, file_id, targets, total),
            Self::BatchOnce { file_id, targets } => batch::rows::once(view, file_id, targets),
            Self::BatchGapNoticed {
                file_id,
                before,
                targets,
            } => batch::rows::gap_noticed(view, file_id, before, targets),
            Self::BatchNothingTaken { file_id, targets } => {
                batch::refusal::nothing_taken(view, file_id, targets)
            }
            Self::BatchReasonGiven { file_id } => batch::refusal::reason_given(view, file_id),
            Self::BatchPolicyFollowed {
                file_id,
                good,
                bad,
                reject,
            } => batch::refusal::policy_followed(view, file_id, good, bad, *reject),
            Self::BatchRowNamed {
                file_id,
                row_id,
                reject,
            } => batch::refusal::row_named(view, file_id, row_id, *reject),
            Self::BatchAlive { before, after } => batch::rows::alive(view, before, after),
            Self::BatchTextKept {
                file_id,
                target,
                text,
            } => batch::text::text_kept(view, file_id, target, text),
            Self::BatchExportInert {
                file_id,
                reference,
                mark,
            } => batch::text::export_inert(view, file_id, reference, mark),
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
}
