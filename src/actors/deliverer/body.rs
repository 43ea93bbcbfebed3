//! A request body that notes when the client has taken all of it.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use hyper::body::{Body, Bytes, Frame, SizeHint};

use super::progress::Progress;

/// The whole body as one piece. It cannot be copied, so no layer of the client can send it again.
pub(super) struct NotedBody {
    left: Option<Bytes>,
    progress: Arc<Progress>,
}

impl NotedBody {
    /// A body whose hand-over is noted as the moment of writing.
    pub(super) fn new(bytes: Bytes, progress: Arc<Progress>) -> Self {
        Self {
            left: Some(bytes).filter(|bytes| !bytes.is_empty()),
            progress,
        }
    }
}

impl Body for NotedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.left.take();
        if piece.is_some() {
            self.progress.note_written();
        }
        Poll::Ready(piece.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        // hyper asks an empty body only this, the last time while it writes the head.
        if self.left.is_none() {
            self.progress.note_written();
        }
        self.left.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
