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
        /// `next_payment_date` as a JSON number.
        NextPaymentAsNumber = "next_payment_date as a number",
        /// `next_payment_date` as a JSON string of digits.
        NextPaymentAsText = "next_payment_date as text",
        /// A moment that is another calendar day in Malaysia than in UTC.
        NextPaymentAfterMidnight = "next_payment_date at half past midnight in Malaysia",
        /// `next_payment_date` is left out.
        NoNextPayment = "no next_payment_date",
        /// `"next_payment_date": null`
        NullNextPayment = "next_payment_date null",
        /// `"next_payment_date": 0`, as after the last instalment.
        ZeroNextPayment = "next_payment_date 0",
        /// `"payment_details": []`
        EmptyDetails = "no entries in payment_details",
        /// One entry, with members that nobody has announced.
        OneDetail = "one entry with unknown members in payment_details",
        /// Five years of payments.
        ManyDetails = "60 entries in payment_details",
        /// `payment_details` is left out.
        NoDetails = "no payment_details",
        /// `"payment_details": null`
        NullDetails = "payment_details null",
        /// The list as a JSON string.
        DetailsAsText = "payment_details as text",
        /// Underscores at both ends and two in a row.
        UnderscoresInMessage = "underscores in msg",
        /// As long as a message may be.
        LongestMessage = "a msg of 100 characters",
        /// Blanks, two in a row among them.
        SpacesInMessage = "spaces in msg",
        /// What form decoding would change.
        PlusAndPercentInMessage = "a plus sign and %25 in msg",
        /// Accented and Chinese characters.
        MessageBeyondAscii = "a msg beyond ASCII",
        /// One blank at the end.
        SpaceBehindMessage = "a space behind msg",
    }
}
