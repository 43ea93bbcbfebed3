//! Callbacks and browser returns, parameter by parameter.

use url::Url;

use super::{stop::Stop, world::Example};
use crate::{
    actors::deliverer::message::{Delivered, Message},
    transcript::exchange::{Form, Intent, Role},
    wire::{
        header::Headers,
        parameters::{Carriage, Parameters},
    },
};

/// One callback or return to be sent.
pub(super) struct Parcel<'a> {
    /// Its part in the example.
    pub(super) role: Role,
    /// What is special about it.
    pub(super) form: Form,
    /// The transaction id that it carries.
    pub(super) id: &'a str,
    /// The partner's reference that it names.
    pub(super) reference: &'a str,
    /// How the parameters travel.
    pub(super) carriage: Carriage,
    /// Header lines beside the content type.
    pub(super) headers: Headers,
}

impl Example {
    /// Puts parameters into a message: a POST, or for [`Carriage::Query`] the GET of a browser.
    pub(super) fn parameter_message(
        &mut self,
        parcel: Parcel<'_>,
        url: &Url,
        parameters: &Parameters,
    ) -> (Intent, Message) {
        self.context.remember(parcel.id, parcel.reference);
        let (content_type, text) = parameters.body(parcel.carriage);
        let mut url = url.clone();
        let (method, mut headers, body, subject) = if parcel.carriage == Carriage::Query {
            let query = match url.query() {
                Some(already) if !already.is_empty() => format!("{already}&{text}"),
                _ => text,
            };
            url.set_query(Some(&query));
            ("GET", Headers::new(), Vec::new(), "browser return")
        } else {
            let headers = Headers::new().with("content-type", content_type);
            ("POST", headers, text.into_bytes(), "recurring callback")
        };
        for header in parcel.headers.0 {
            headers = headers.with(header.0, header.1);
        }
        let intent = Intent {
            role: parcel.role,
            index: self.next_index(parcel.role),
            form: parcel.form,
            subject: subject.to_owned(),
            id: parcel.id.to_owned(),
            reference: parcel.reference.to_owned(),
        };
        let message = Message {
            method: method.to_owned(),
            url,
            headers,
            body,
            timeout: None,
        };
        (intent, message)
    }

    /// Sends parameters to an address: as a POST, or for [`Carriage::Query`] as the GET of a browser.
    pub(super) async fn send_parameters(
        &mut self,
        parcel: Parcel<'_>,
        url: &Url,
        parameters: &Parameters,
    ) -> Result<Delivered, Stop> {
        let (intent, message) = self.parameter_message(parcel, url, parameters);
        Ok(self.context.deliverer.deliver(&self.scope, intent, message).await)
    }
}
