//! Answers that break in the middle, promise more than they hold, or never seem to end.

use std::time::Duration;

use super::{
    fault::{Answering, Done, Next, Transport},
    reply::Answer,
};

/// Time for the client to have the first half before the reset overtakes it.
const HALFTIME: Duration = Duration::from_millis(50);

/// A flood goes out in pieces of this size, so that it never stands in memory.
const PIECE: usize = 64 * 1024;

/// How a flood begins: as the resource that was asked for, with a name that does not end.
const OPENING: &[u8] = b"{\"note\":\"";

impl<S: Transport> Answering<'_, S> {
    pub(super) async fn reset_mid_body(&mut self, answer: Answer) -> Done {
        let half = &answer.body[..answer.body.len() / 2];
        let whole = self
            .write(&[answer.head_bytes(false).as_slice(), half].concat())
            .await;
        self.pause(HALFTIME).await;
        Done {
            status: whole.then_some(answer.status),
            body: Some(half.to_vec()),
            ..self.reset()
        }
    }

    pub(super) async fn overlong(&mut self, mut answer: Answer, by: usize) -> Done {
        let promised = answer.body.len().saturating_add(by.max(1));
        answer.headers.remove("content-length");
        answer.headers.push("Content-Length", promised.to_string());
        let whole = self
            .write(&[answer.head_bytes(false).as_slice(), answer.body.as_slice()].concat())
            .await;
        let done = Done {
            status: whole.then_some(answer.status),
            body: Some(answer.body),
            next: Next::Closed,
        };
        self.hang_up(done).await
    }

    /// The status is told only if every byte went out: then the client has read (almost) all of it.
    pub(super) async fn flood(&mut self, mut answer: Answer, mebibytes: u32) -> Done {
        let length = (mebibytes as usize).saturating_mul(1024 * 1024);
        answer.headers.remove("content-length");
        answer.headers.push("Content-Length", length.to_string());
        let piece = vec![b'x'; PIECE];
        let mut whole = self
            .write(&[answer.head_bytes(false).as_slice(), OPENING].concat())
            .await;
        let mut left = length.saturating_sub(OPENING.len());
        while whole && left > 0 && !self.is_over() {
            let now = left.min(PIECE);
            whole = self.write(&piece[..now]).await;
            left -= now;
        }
        let done = Done {
            status: (whole && left == 0).then_some(answer.status),
            body: None,
            next: Next::Closed,
        };
        self.hang_up(done).await
    }

    /// Whether the example has let go of its answers, or the sandbox stops.
    fn is_over(&self) -> bool {
        let closed = self
            .station
            .as_ref()
            .is_some_and(|station| station.progress().closed || station.is_released());
        closed || *self.stop.borrow()
    }
}
