//! The sending itself, by the deliverers of a run.

use std::{num::NonZeroU32, sync::Arc};

use super::{arguments::SendArguments, connection::Connection, endpoint::Endpoint, letter::Letter};
use crate::{
    actors::deliverer::{client::Deliverer, options::DelivererOptions, raw::Shape},
    cli::error::CliError,
    config::host::Host,
    contract::id::ExampleId,
    transcript::{
        endpoint::Offer,
        exchange::{Intent, Role, SentMessage},
        record::{Record, Scope},
        recorder::Recorder,
    },
};

/// A deliverer that keeps what came in memory and writes nothing.
pub struct Post {
    deliverer: Deliverer,
    recorder: Recorder,
    scope: Scope,
}

impl Post {
    /// Sets the deliverer up.
    ///
    /// # Errors
    ///
    /// The trusted certificates cannot be read.
    pub fn open(endpoint: &Endpoint, host: &Host) -> Result<Self, CliError> {
        let recorder = Recorder::in_memory(host.clock.clone());
        let options = DelivererOptions {
            trust: endpoint.trust.clone(),
            reuse_connections: false,
            in_flight: NonZeroU32::MIN.saturating_add(99),
            ..DelivererOptions::default()
        };
        let example: ExampleId = "WH-SIG-02/a"
            .parse()
            .map_err(|_| CliError::Undetermined("no example is called WH-SIG-02/a".to_owned()))?;
        Ok(Self {
            deliverer: Deliverer::new(options, recorder.clone())?,
            recorder,
            scope: Scope { example, attempt: 1 },
        })
    }

    /// The request as it will leave, and its target on the request line.
    pub fn preview(&self, letter: &Letter) -> (SentMessage, String) {
        let shape = letter.shape.unwrap_or(Shape::Whole);
        self.deliverer
            .raw()
            .preview(intent(letter, 0), letter.message.clone(), shape)
    }

    /// Which machine answers, and by which TLS.
    pub async fn look(&self, letter: &Letter) -> Connection {
        let probed = self
            .deliverer
            .raw()
            .probe(&self.scope, &letter.message.url, Offer::Usual)
            .await;
        Connection::of(&probed)
    }

    /// Sends the message so many times, and returns what was recorded.
    pub async fn send(&self, letter: &Letter, arguments: &SendArguments) -> Vec<Arc<Record>> {
        if arguments.at_once && arguments.repeat > 1 {
            let intents = (0..arguments.repeat).map(|index| intent(letter, index)).collect();
            self.deliverer
                .raw()
                .burst(&self.scope, intents, letter.message.clone())
                .await;
            return self.recorder.of(&self.scope);
        }
        for index in 0..arguments.repeat {
            let (intent, message) = (intent(letter, index), letter.message.clone());
            match letter.shape {
                Some(shape) => {
                    self.deliverer
                        .raw()
                        .deliver(&self.scope, intent, message, shape)
                        .await
                }
                None if letter.exact => {
                    self.deliverer
                        .raw()
                        .deliver(&self.scope, intent, message, Shape::Whole)
                        .await
                }
                None => self.deliverer.deliver(&self.scope, intent, message).await,
            };
        }
        self.recorder.of(&self.scope)
    }
}

fn intent(letter: &Letter, index: u32) -> Intent {
    Intent {
        role: Role::Stimulus,
        index,
        form: letter.form.clone(),
        subject: letter.subject.clone(),
        id: letter.id.clone(),
        reference: letter.reference.clone(),
    }
}
