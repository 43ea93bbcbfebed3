//! Right deliveries whose payload is out of the ordinary: correctly signed, so that only parsing and
//! business rules are on trial. The names are the phrases of the feature files.

use super::phrase::phrases;

phrases! {
    /// What is unusual about the payload of a correctly signed webhook.
    Variation, "variation" {
        /// A hundredth of the sum of the order.
        HundredthOfTheAmount = "a hundredth of the amount",
        /// Ten times the sum of the order.
        TenfoldAmount = "ten times the amount",
        /// The right number in another currency.
        OtherCurrency = "the same number in IDR",
        /// Members beside id, type, time and data.
        MembersOnTop = "unknown members at the top level",
        /// Members inside `data`.
        MembersInData = "unknown members inside data",
        /// Members inside `data.metadata`.
        MembersInMetadata = "unknown members inside metadata",
        /// Every object written back to front.
        OtherOrder = "its members in another order",
        /// A status that means that it is not decided.
        StatusProcessing = "the unknown status processing",
        /// A status that means that somebody looks at it.
        StatusReview = "the unknown status review",
        /// A status that sounds like success.
        StatusCompletedWithNotes = "the unknown status completed_with_notes",
    }
}
