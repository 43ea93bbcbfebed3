//! Right callbacks that are out of the ordinary: the hash is right for what is sent, so that only
//! reading and business rules are on trial. The names are the phrases of the feature files.

use super::phrase::phrases;

phrases! {
    /// What is unusual about a callback with a right hash.
    CallbackVariation, "callback variation" {
        /// A payment that was declined.
        Declined = "an ordinary decline",
        /// A payment that was refused before it was processed.
        RefusedEarly = "a refusal before processing and so no transaction_id",
        /// Nothing unusual but its spelling: texts where others send numbers.
        AllTexts = "every id as a text",
        /// The status 1 as a JSON number.
        NumericPaid = "the number 1 as status_id",
        /// The status 0 as a JSON number.
        NumericFailed = "the number 0 as status_id",
        /// The order id as a JSON number.
        NumericOrder = "a number as order_id",
        /// A transaction id of 19 digits as text.
        LongTransactionText = "a text of 19 digits as transaction_id",
        /// A transaction id of 19 digits as a JSON number.
        LongTransactionNumber = "a number of 19 digits as transaction_id",
        /// Pending authorisation.
        Status2 = "status_id 2",
        /// Pending, first payment of a series.
        Status3 = "status_id 3",
        /// A leading zero.
        Status01 = "status_id 01",
        /// A space at the end.
        StatusSpaced = "status_id 1 with a space behind it",
        /// A plus sign.
        StatusPlus = "status_id +1",
        /// A decimal point.
        StatusDecimal = "status_id 1.0",
        /// The word.
        StatusTrueText = "status_id \"true\" as a text",
        /// The JSON value.
        StatusTrue = "status_id true as a JSON value",
        /// A word of other interfaces.
        StatusSuccess = "status_id success",
        /// Nothing.
        StatusEmpty = "an empty status_id",
        /// The values of a failed payment of another order, cut anew.
        RecutAsPaid = "the failure of another order, cut anew as status 01",
        /// The same, with nothing left of the status.
        RecutAsNoStatus = "the failure of another order, cut anew as an empty status",
        /// The values of a payment of another order, cut anew.
        RecutAsOther = "the payment of another order, cut anew",
        /// The subscription of somebody who pays more.
        OthersRecurringId = "the recurring_id of a dearer subscription",
        /// A day far away.
        FarNextPayment = "a next_payment_date in 2099",
        /// The beginning of time.
        EpochNextPayment = "a next_payment_date of 0",
        /// Before the beginning of time.
        NegativeNextPayment = "a negative next_payment_date",
        /// Ten instalments that were never paid.
        TenPaid = "payment_details that claim ten paid instalments",
        /// An amount that the contract does not have.
        AmountAdded = "an amount of 9999.00 beside its fields",
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
