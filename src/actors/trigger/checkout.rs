//! A checkout is started as a browser starts it, and the whole answer is handed over.

use std::collections::BTreeMap;

use url::Url;

use super::{command, http::HttpAnswer, start::Trigger};
use crate::{actors::template::Fields, config::start::Way};

/// What a started checkout answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckoutAnswer {
    /// Status; 200 for a command that ended well.
    pub status: u16,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
    /// What the browser is to keep, as the line it sends back.
    pub cookie: Option<String>,
    /// The address that answered.
    pub base: Option<Url>,
    /// Whether the request said so itself what was to be falsified.
    pub mentioned: bool,
}

impl Trigger {
    /// Starts the declared checkout. `falsified` are values of the browser's: they stand in the places that
    /// the request has for them, or behind its query where it has none.
    pub async fn checkout(
        &self,
        fields: &Fields,
        falsified: &BTreeMap<&str, String>,
    ) -> Result<CheckoutAnswer, String> {
        let (start, http) = self
            .declared("checkout")
            .ok_or("the operation checkout is not declared; add [start.checkout]")?;
        let mut fields = fields.clone();
        let mut extra = Vec::new();
        let mut mentioned = true;
        for (name, value) in falsified {
            fields.insert((*name).to_owned(), value.clone());
            let same = matches!(*name, "reference" | "order") && start.way.mentions("order");
            if !start.way.mentions(name) && !same {
                mentioned = false;
                extra.push((*name, value.as_str()));
            }
        }
        match &start.way {
            Way::Http(call) => {
                let channel = http.ok_or("the request was not prepared")?;
                let HttpAnswer {
                    status,
                    body,
                    truncated,
                    location,
                    cookies,
                } = channel.exchange_with(&fields, &extra).await?;
                if truncated {
                    return Err(format!("answered with more than {} bytes", super::http::LONGEST));
                }
                let kept: Vec<&str> = cookies
                    .iter()
                    .filter_map(|cookie| cookie.split(';').next())
                    .map(str::trim)
                    .collect();
                Ok(CheckoutAnswer {
                    status,
                    location: location.filter(|_| (300..=399).contains(&status)),
                    body,
                    cookie: (!kept.is_empty()).then(|| kept.join("; ")),
                    base: Some(call.target.url.clone()),
                    mentioned,
                })
            }
            Way::Command(call) => {
                let answer = command::run(call, &fields, command::LONGEST).await?;
                let status = match answer.code {
                    Some(0) => 200,
                    Some(1..=125) => 400,
                    _ => return Err(format!("{} {}", call.program, answer.exit())),
                };
                Ok(CheckoutAnswer {
                    status,
                    location: None,
                    body: answer.output,
                    cookie: None,
                    base: None,
                    mentioned,
                })
            }
            Way::Manual { .. } => Err(
                "a checkout page cannot be read from a person; make [start.checkout] http or command"
                    .to_owned(),
            ),
        }
    }
}
