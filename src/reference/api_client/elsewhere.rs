//! The mistake of a client that goes wherever it is sent, with everything it carries.

use super::answer::Tried;
use super::session::read;
use crate::reference::defect::{Defect, Defects};

/// The request once more, for the defect that repeats it elsewhere.
pub fn follower(defects: Defects, request: &reqwest::RequestBuilder) -> Option<reqwest::Request> {
    if !defects.has(Defect::RedirectLeak) {
        return None;
    }
    request.try_clone()?.build().ok()
}

/// Sends the request to where the answer leads, as it is.
pub async fn follow(
    http: &reqwest::Client,
    follower: Option<reqwest::Request>,
    response: reqwest::Response,
) -> Tried {
    let location = response
        .headers()
        .get("location")
        .and_then(|location| location.to_str().ok());
    let next = location.and_then(|location| response.url().join(location).ok());
    let (Some(mut request), Some(next)) = (follower, next) else {
        return read(response, Defects::default()).await;
    };
    *request.url_mut() = next;
    match http.execute(request).await {
        Ok(response) => read(response, Defects::default()).await,
        Err(_) => Tried::Broken,
    }
}
