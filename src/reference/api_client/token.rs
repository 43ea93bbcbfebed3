//! Bearer tokens: kept while they live, fetched once however many ask at the same time.

use serde_json::Value;
use tokio::sync::Mutex;

use super::failure::Failure;

/// Most seconds before its end that a token is no longer used; a tenth of its life if that is less.
const MARGIN: i64 = 10;
/// Life of a token that does not say how long it lives, in seconds.
const UNSTATED_LIFE: i64 = 300;

/// A token and the UNIX second up to which it is used.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The bearer value.
    pub value: String,
    use_until: i64,
}

impl Token {
    /// Reads the answer of the token endpoint, received at `now`.
    pub fn read(answer: &Value, now: i64) -> Result<Self, Failure> {
        let value = answer
            .get("access_token")
            .and_then(Value::as_str)
            .filter(|token| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()))
            .ok_or_else(|| Failure::unusable("access token"))?;
        let life = answer
            .get("expires_in")
            .and_then(Value::as_i64)
            .unwrap_or(UNSTATED_LIFE)
            .max(0);
        Ok(Self {
            value: value.to_owned(),
            use_until: now.saturating_add(life - MARGIN.min(life / 10)),
        })
    }

    fn lives(&self, now: i64) -> bool {
        now < self.use_until
    }
}

/// The place where the token of one API is kept.
#[derive(Default)]
pub struct Keeper(Mutex<Option<Token>>);

impl Keeper {
    /// The kept token, or a new one from `fetch`. `refused` is a token that the platform would not
    /// take: it is replaced unless somebody has replaced it already.
    pub async fn get<Fetch>(&self, refused: Option<&str>, now: i64, fetch: Fetch) -> Result<String, Failure>
    where
        Fetch: Future<Output = Result<Token, Failure>>,
    {
        let mut kept = self.0.lock().await;
        if let Some(token) = kept.as_ref()
            && token.lives(now)
            && refused != Some(&token.value)
        {
            return Ok(token.value.clone());
        }
        *kept = None;
        let token = fetch.await?;
        Ok(kept.insert(token).value.clone())
    }
}

impl Keeper {
    /// Keeps a token that somebody fetched without asking here first.
    pub async fn put(&self, token: Token) -> String {
        let mut kept = self.0.lock().await;
        kept.insert(token).value.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn many_who_ask_at_once_cause_one_fetch() {
        let keeper = Keeper::default();
        let fetches = AtomicU32::new(0);
        let fetch = || async {
            tokio::task::yield_now().await;
            let number = fetches.fetch_add(1, Ordering::SeqCst);
            Token::read(
                &json!({"access_token": format!("t{number}"), "expires_in": 60}),
                1_000,
            )
        };
        let all = futures::future::join_all((0..10).map(|_| keeper.get(None, 1_000, fetch()))).await;
        assert!(all.iter().all(|token| token.as_deref() == Ok("t0")));
        let renewed =
            futures::future::join_all((0..10).map(|_| keeper.get(Some("t0"), 1_000, fetch()))).await;
        assert!(renewed.iter().all(|token| token.as_deref() == Ok("t1")));
        assert_eq!(keeper.get(None, 1_054, fetch()).await.as_deref(), Ok("t2"));
        assert_eq!(fetches.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn an_answer_without_a_token_is_a_failure() {
        for answer in [
            json!({}),
            json!({"access_token": ""}),
            json!({"access_token": "a b"}),
            json!({"access_token": 5}),
        ] {
            assert!(Token::read(&answer, 0).is_err(), "{answer}");
        }
    }
}
