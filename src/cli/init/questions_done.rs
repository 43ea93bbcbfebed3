//! What is asked about what the integration does: the API, the checkout, batch files.

use super::{
    accept,
    answers::{Answers, Api, Authentication, Batch},
    asker::Stop,
    questions::{Interview, usage},
    source::{Alone, Item},
};

impl Interview<'_> {
    pub(super) async fn api(&mut self) -> Result<Option<Api>, Stop> {
        let (flags, host) = (self.arguments, self.host);
        let operations = Item {
            flag: "--api",
            given: flags.api.as_deref(),
            question: "Which of your operations call the platform's API? Of quote, buy, pay, claim, claim_status, status,\n\
                       reconcile, refund, cancel, report; or none",
            alone: Alone::Open,
            ..Item::default()
        };
        let operations = self.source.take(operations, accept::operations).await?;
        let Some(operations) = operations.filter(|operations| !operations.is_empty()) else {
            return Ok(None);
        };
        let way = Item {
            flag: "--authentication",
            given: flags.authentication.as_deref(),
            question: "How do you authenticate there? oauth (client credentials) or api-key",
            usual: Some("oauth"),
            alone: Alone::Usual,
        };
        let oauth = self.source.take(way, |text| match text {
            "oauth" => Ok(true),
            "api-key" => Ok(false),
            other => Err(format!(
                "{other:?} is no way of authentication; use oauth or api-key"
            )),
        });
        let oauth = oauth.await?.unwrap_or(true);
        let client_id = Item {
            flag: "--client-id",
            given: flags.client_id.as_deref(),
            question: "Your client id in the sandbox",
            alone: Alone::Needed,
            ..Item::default()
        };
        let client_id = if oauth {
            self.source
                .take(client_id, |text| accept::of_partner("name", text, host))
                .await?
        } else {
            None
        };
        let secret = Item {
            flag: "--api-secret-env",
            given: flags.api_secret_env.as_deref(),
            question: "The environment variable that holds its secret",
            usual: Some(if oauth {
                "SENANG_CLIENT_SECRET"
            } else {
                "SENANG_API_KEY"
            }),
            alone: Alone::Usual,
        };
        let secret = self
            .source
            .take(secret, |text| accept::variable(text, host))
            .await?
            .unwrap_or_default();
        Ok(Some(Api {
            operations,
            authentication: if oauth {
                Authentication::Oauth {
                    client_id: client_id.unwrap_or_default(),
                    secret_env: secret,
                }
            } else {
                Authentication::ApiKey { key_env: secret }
            },
        }))
    }

    pub(super) async fn rest(&mut self, answers: &mut Answers) -> Result<(), Stop> {
        let flags = self.arguments;
        answers.checkout = flags.checkout
            || self
                .source
                .agrees("Do you use the hosted checkout?", false)
                .await?;
        let folder = Item {
            flag: "--batch",
            given: flags.batch.as_deref(),
            question: "Do you take batch files? The folder that your importer reads, or none",
            alone: Alone::Open,
            ..Item::default()
        };
        let folder = self.source.take(folder, accept::filled).await?;
        if let Some(folder) = folder {
            let folder = self.in_file(&folder);
            let reject = Item {
                flag: "--batch-reject",
                given: flags.batch_reject.as_deref(),
                question: "What does a bad row cost? row (only that row) or file (the whole file)",
                usual: Some("row"),
                alone: Alone::Usual,
            };
            let reject = self.source.take(reject, |text| match text {
                "row" => Ok(false),
                "file" => Ok(true),
                other => Err(format!("{other:?} is neither row nor file")),
            });
            let rejects_file = reject.await?.unwrap_or(false);
            answers.batch = Some(Batch { folder, rejects_file });
        }
        let nothing = answers.webhooks.is_none()
            && answers.recurring.is_none()
            && answers.api.is_none()
            && !answers.checkout
            && answers.batch.is_none();
        if nothing && self.source.has_person() {
            return Err(usage(
                "nothing to test",
                "you handle nothing that could be tested; say at least one thing that your integration does",
            )
            .into());
        }
        if nothing && flags.webhook_url.is_none() && flags.recurring_url.is_none() {
            self.source
                .miss("--webhooks with --webhook-url (or --recurring, --api, --checkout, --batch)");
        }
        Ok(())
    }
}
