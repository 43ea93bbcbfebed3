//! Right callbacks that are out of the ordinary: the hash is right for what is sent, so that only
//! reading and business rules are on trial. The names are the phrases of the feature files.

use super::phrase::phrases;

phrases! {
    /// What is unusual about a callback with a right hash.
    CallbackVariation, "callback variation" {
        /// The status as a JSON number.
        NumericStatus = "status_id as a number",
        /// Members beside the eight of the contract.
        MembersOnTop = "unknown members at the top level",
        /// Members inside each entry of `payment_details`.
        MembersInPayments = "unknown members inside payment_details",
        /// Every object written back to front.
        OtherOrder = "its members in another order",
    }
}
