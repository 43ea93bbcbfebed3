//! Steps of an operation: each is done once, however often the operation is resumed.

use serde_json::Value;

use super::answer::{Answer, Ending};
use super::undaunted;
use crate::reference::api_client::call::Call;
use crate::reference::api_client::failure::{Category, Failure};
use crate::reference::api_client::session::Session;
use crate::reference::defect::Defect;
use crate::reference::log::{Line, Outcome};
use crate::reference::partner::Partner;
use crate::reference::store::database::StoreError;
use crate::reference::store::steps;

/// Characters of an id that the column of [`Defect::IdTruncated`] holds.
const ID_COLUMN: usize = 36;

/// One operation under way.
pub struct Flow<'a> {
    /// The partner.
    pub partner: &'a Partner,
    /// Its view of the API.
    pub session: Session<'a>,
    /// What its steps are filed under.
    pub reference: String,
}

impl Flow<'_> {
    /// Does a write unless it is done: posts `body` to `path` under the step's own key, checks the
    /// answer, and files it. A refusal for good gives the key up.
    pub async fn write(
        &self,
        step: &'static str,
        path: &str,
        body: Value,
        check: impl Fn(&Value) -> Result<(), Failure>,
    ) -> Result<Value, Failure> {
        if self.partner.has(Defect::RestartFromZero) {
            self.take_back(step).await?;
        }
        let reference = self.reference.clone();
        let opened = self
            .partner
            .database
            .transaction(move |books| steps::open(books, &reference, step))
            .await;
        let opened = opened.map_err(|error| books_failure(&error))?;
        if let Some(answer) = opened
            .answer
            .and_then(|answer| serde_json::from_str(&answer).ok())
        {
            return Ok(answer);
        }
        let mut result = self
            .session
            .call(&Call::post(path, body.clone(), opened.key))
            .await;
        if undaunted::met_conflict(self.partner.defects, &result) {
            let fresh = crate::reference::identity::token();
            result = self.session.call(&Call::post(path, body, fresh)).await;
        }
        let checked = result.and_then(|answer| check(&answer).map(|()| answer));
        let reference = self.reference.clone();
        match checked {
            Ok(mut answer) => {
                self.cut_ids(&mut answer);
                let text = answer.to_string();
                self.partner
                    .database
                    .transaction(move |books| steps::complete(books, &reference, step, &text))
                    .await
                    .map_err(|error| books_failure(&error))?;
                Ok(answer)
            }
            Err(failure) => {
                if matches!(failure.category, Category::Validation | Category::Declined)
                    && !failure.may_have_worked
                {
                    let dropped = self
                        .partner
                        .database
                        .transaction(move |books| steps::drop_refused(books, &reference, step));
                    dropped.await.map_err(|error| books_failure(&error))?;
                }
                Err(failure)
            }
        }
    }

    /// Cuts the ids of an answer to the width of the column of [`Defect::IdTruncated`].
    fn cut_ids(&self, answer: &mut Value) {
        if !self.partner.has(Defect::IdTruncated) {
            return;
        }
        let members = answer.as_object_mut().into_iter().flatten();
        for (_, value) in members.filter(|(name, _)| name.ends_with("_id")) {
            if let Value::String(id) = value {
                *id = id.chars().take(ID_COLUMN).collect();
            }
        }
    }

    /// Takes a step back whose answer is of no more use.
    pub async fn take_back(&self, step: &'static str) -> Result<(), Failure> {
        let reference = self.reference.clone();
        let taken = self
            .partner
            .database
            .transaction(move |books| steps::take_back(books, &reference, step));
        taken.await.map_err(|error| books_failure(&error))
    }

    /// Reads a resource.
    pub async fn read(&self, path: String) -> Result<Value, Failure> {
        self.session.call(&Call::get(path)).await
    }

    /// Writes the operation's closing line and makes its answer.
    pub fn failed(&self, failure: &Failure, ending: Ending) -> Answer {
        let mut answer = Answer::new(&self.reference, ending);
        answer.category = Some(failure.category.word());
        if !failure.fields.is_empty() {
            answer = answer.with("fields", failure.fields.clone().into());
        }
        answer
            .with("message", failure.message.clone().into())
            .with("request_id", failure.request_id.clone().into())
    }

    /// Writes one line about the operation.
    pub fn note(&self, outcome: Outcome, message: &str) {
        self.partner.log.write(&Line {
            result: Some(outcome),
            reference: Some(self.reference.clone()),
            message: message.to_owned(),
            operation: Some(self.session.operation().to_owned()),
            ..Line::default()
        });
    }
}

/// A failure of the own books.
pub fn books_failure(error: &StoreError) -> Failure {
    Failure::new(Category::Server, format!("own books: {error}"))
}

/// A non-empty text member of an answer.
pub fn member<'v>(answer: &'v Value, name: &str) -> Option<&'v str> {
    answer
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty() && text.len() <= 255)
}

/// Fails if the answer names another `name` than the one asked for. Silence is fine.
pub fn same_if_named(answer: &Value, name: &'static str, asked: &str) -> Result<(), Failure> {
    match answer.get(name) {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(text)) if text == asked => Ok(()),
        Some(_) => Err(Failure::unusable(name)),
    }
}
