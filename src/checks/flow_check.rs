//! The checks on whole business operations at the platform's API, as data.

use serde::{Deserialize, Serialize};

use super::{
    claim_course, confirmation, effect::Target, flow, listing, outcome::Outcome, personal_data, quotation,
    reversal, token_use, vain_payment, version, view::View,
};
use crate::wire::{fault::ApiCall, growth::Growth};

/// A check on an operation. Each variant names the function that documents it and its parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "flow", rename_all = "kebab-case")]
#[expect(
    missing_docs,
    reason = "each variant names the function that documents it and its parameters"
)]
pub enum FlowCheck {
    TokensReused { operations: usize, most: usize },
    TokenRenewedOnce,
    TokensNotStampeded { operations: usize, most: usize },
    StepsInOrder,
    PaidOnce { target: Target },
    PersonalDataInBodies { whose: String },
    NoIssuanceBeforeValidation,
    NotPaid { target: Target, code: String },
    PaidByWebhook { target: Target },
    PolledCalmly { grace: u64, floor: u64, until: u64 },
    TriedAgain { first: Target, second: Target },
    StatusRead { target: Target },
    PagesReadOnce { least: usize },
    ListBooked { targets: Vec<Target> },
    ClaimSubmittedOnce,
    ClaimStands { target: Target, state: String },
    DeadQuotationLeft,
    PaidNotIssued { order: Target, policy: Target },
    AskedOnce { call: ApiCall },
    NotFinalBefore { target: Target, call: ApiCall },
    FinalAfter { target: Target, call: ApiCall },
    VersionPinned,
    RetirementAccepted,
    MetGrowth { growth: Growth },
}

impl FlowCheck {
    /// Judges the records of one attempt.
    pub fn evaluate(&self, view: View<'_>) -> Outcome {
        match self {
            Self::TokensReused { operations, most } => token_use::tokens_reused(view, *operations, *most),
            Self::TokenRenewedOnce => token_use::token_renewed_once(view),
            Self::TokensNotStampeded { operations, most } => {
                token_use::tokens_not_stampeded(view, *operations, *most)
            }
            Self::StepsInOrder => flow::steps_in_order(view),
            Self::PaidOnce { target } => flow::paid_once(view, target),
            Self::PersonalDataInBodies { whose } => personal_data::in_bodies_only(view, whose),
            Self::NoIssuanceBeforeValidation => quotation::no_issuance_before_validation(view),
            Self::NotPaid { target, code } => confirmation::not_paid(view, target, code),
            Self::PaidByWebhook { target } => confirmation::paid_by_webhook(view, target),
            Self::PolledCalmly { grace, floor, until } => {
                confirmation::polled_calmly(view, *grace, *floor, *until)
            }
            Self::TriedAgain { first, second } => confirmation::tried_again(view, first, second),
            Self::StatusRead { target } => listing::status_read(view, target),
            Self::PagesReadOnce { least } => listing::pages_read_once(view, *least),
            Self::ListBooked { targets } => listing::list_booked(view, targets),
            Self::ClaimSubmittedOnce => claim_course::submitted_once(view),
            Self::ClaimStands { target, state } => claim_course::stands(view, target, state),
            Self::DeadQuotationLeft => quotation::dead_quotation_left(view),
            Self::PaidNotIssued { order, policy } => vain_payment::paid_not_issued(view, order, policy),
            Self::AskedOnce { call } => reversal::asked_once(view, *call),
            Self::NotFinalBefore { target, call } => reversal::not_final_before(view, target, *call),
            Self::FinalAfter { target, call } => reversal::final_after(view, target, *call),
            Self::VersionPinned => version::version_pinned(view),
            Self::RetirementAccepted => version::retirement_accepted(view),
            Self::MetGrowth { growth } => version::met_growth(view, *growth),
        }
    }
}
