//! Right deliveries whose payload is out of the ordinary: correctly signed, so that only parsing and
//! business rules are on trial. The names are the phrases of the feature files.

use super::phrase::phrases;

phrases! {
    /// What is unusual about the payload of a correctly signed webhook.
    Variation, "variation" {
        /// A hundredth of the sum of the order.
        HundredthOfTheAmount = "a hundredth of the amount",
        /// The media type without parameters.
        ContentTypePlain = "the content type application/json",
        /// The media type with its character set.
        ContentTypeCharset = "the content type application/json; charset=utf-8",
        /// The media type in other letters (RFC 9110, 8.3.1: case does not matter).
        ContentTypeLetters = "the content type Application/JSON",
        /// Chunked transfer coding in place of a length.
        Chunked = "a chunked body of no declared length",
        /// The member `id` is left out; the id header stays.
        NoId = "no event id",
        /// The member `type` is left out.
        NoType = "no event type",
        /// The member `created_at` is left out.
        NoTime = "no event time",
        /// Every member that names something of the partner's or a transaction is left out.
        NoReference = "no reference",
        /// The member `status` is left out.
        NoStatus = "no status",
        /// `"metadata": null`
        NullMetadata = "metadata that is null",
        /// No member `metadata`.
        NoMetadata = "no metadata",
        /// `"metadata": {}`
        EmptyMetadata = "empty metadata",
        /// The amount as a JSON number with two places.
        AmountAsNumber = "the amount as a number",
        /// The amount as a string, as the contract has it.
        AmountAsText = "the amount as text",
        /// The event id as a JSON number beyond 2^53.
        IdAsNumber = "the event id as a number",
        /// The order's reference as the second item of a list that begins with another order.
        ReferenceAsList = "the reference as a list",
        /// The member `amount` twice, the first a wrong one.
        AmountTwice = "two different amounts under one key",
        /// `payment.success` that says `failed`.
        StatusFailed = "the status failed",
        /// `payment.success` that says `pending`.
        StatusPending = "the status pending",
        /// Capital letters in the type.
        TypeInCapitals = "the type Payment.Success",
        /// A longer word that begins alike.
        TypeLonger = "the type payment.successful",
        /// Another separator.
        TypeUnderscore = "the type payment_success",
        /// A blank in front.
        TypeAfterBlank = "the type payment.success behind a blank",
        /// A body of exactly 20 480 bytes.
        Body20KiB = "20 KiB of body",
        /// A body of exactly 65 536 bytes.
        Body64KiB = "64 KiB of body",
        /// A body of exactly 5 242 880 bytes.
        Body5MiB = "5 MiB of body",
        /// Text that closes a quoted SQL string, comments and opens one again. It harms nothing where it
        /// is executed: it only loses what stands behind its first quote.
        SqlFragment = "a name that closes an SQL string",
        /// A script tag that would fetch from the canary.
        ScriptTag = "a name that is a script tag",
        /// Template expressions of common engines.
        TemplateExpression = "a name that is a template expression",
        /// `=1+1`
        Formula = "a name that is a spreadsheet formula",
        /// CR LF and what looks like a line of a log.
        FalseLogLine = "a name with a line break and a false log line",
        /// U+0000.
        NulCharacter = "a name with a NUL character",
        /// Document URLs on the canary over https.
        DocumentOverHttps = "document URLs on the canary over https",
        /// Document URLs on a host name that looks internal and is the canary.
        DocumentOnInternalHost = "document URLs on an internal-looking host name",
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
        /// Twenty more than the sum of the order.
        AnotherAmount = "another amount",
        /// A transaction that the platform never named before.
        AnotherTransaction = "another transaction id",
    }
}
