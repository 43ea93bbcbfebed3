//! Which call of the contract a method and a path are.

use super::target::decoded;
use crate::wire::fault::ApiCall;

/// What a request is after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// A call, with the id in its path if it has one.
    Call(ApiCall, Option<String>),
    /// A path of the contract with a method it does not know; the value is what `allow` says.
    WrongMethod(&'static str),
    /// No path of the contract.
    Nowhere,
}

impl Route {
    /// The route of a method and a path without prefix.
    pub fn of(method: &str, path: &str) -> Self {
        let Some(below) = path.strip_prefix("/v1/") else {
            return Self::Nowhere;
        };
        let segments: Vec<&str> = below.split('/').collect();
        if segments.iter().any(|segment| segment.is_empty()) {
            return Self::Nowhere;
        }
        let (allowed, call, id) = match segments.as_slice() {
            ["oauth", "token"] => ("POST", ApiCall::Token, None),
            ["products"] => ("GET", ApiCall::Products, None),
            ["quotations"] => ("POST", ApiCall::Quotation, None),
            ["customers"] => ("POST", ApiCall::Customer, None),
            ["policies"] => ("POST", ApiCall::Policy, None),
            ["payments"] => ("POST", ApiCall::Payment, None),
            ["claims"] => ("POST", ApiCall::Claim, None),
            ["transactions"] => ("GET", ApiCall::Transactions, None),
            ["payments", id] => ("GET", ApiCall::PaymentStatus, Some(decoded(id))),
            ["policies", id] => ("GET", ApiCall::PolicyStatus, Some(decoded(id))),
            ["claims", id] => ("GET", ApiCall::ClaimStatus, Some(decoded(id))),
            ["payments", id, "refunds"] => ("POST", ApiCall::Refund, Some(decoded(id))),
            ["policies", id, "cancellation"] => ("POST", ApiCall::Cancellation, Some(decoded(id))),
            _ => return Self::Nowhere,
        };
        if method == allowed {
            Self::Call(call, id)
        } else {
            Self::WrongMethod(allowed)
        }
    }

    /// The call for the record.
    pub fn call(&self) -> ApiCall {
        match self {
            Self::Call(call, _) => *call,
            Self::WrongMethod(_) | Self::Nowhere => ApiCall::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_decoded_and_methods_are_held() {
        assert_eq!(
            Route::of("GET", "/v1/payments/a%2Fb"),
            Route::Call(ApiCall::PaymentStatus, Some("a/b".to_owned()))
        );
        assert_eq!(Route::of("DELETE", "/v1/payments/a"), Route::WrongMethod("GET"));
        assert_eq!(Route::of("get", "/v1/products"), Route::WrongMethod("GET"));
        for path in [
            "/v1/",
            "/v1/payments/",
            "/v1//products",
            "/v2/products",
            "/v1/a/b/c/d",
            "*",
        ] {
            assert_eq!(Route::of("GET", path), Route::Nowhere, "{path}");
        }
    }
}
