//! Reading the partner's pages: the request to the gateway in them, secrets in them, and what a browser
//! makes of them.

pub mod browser;
pub mod fetch;
mod html;
pub mod request;
pub mod scan;
