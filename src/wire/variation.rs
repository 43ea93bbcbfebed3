//! Right deliveries whose payload is out of the ordinary: correctly signed, so that only parsing and
//! business rules are on trial. The names are the phrases of the feature files.

use super::phrase::phrases;

phrases! {
    /// What is unusual about the payload of a correctly signed webhook.
    Variation, "variation" {
        /// A hundredth of the sum of the order.
        HundredthOfTheAmount = "a hundredth of the amount",
        /// Twenty more than the sum of the order.
        AnotherAmount = "another amount",
        /// A transaction that the platform never named before.
        AnotherTransaction = "another transaction id",
    }
}
