//! Remembers the raw bytes a connection delivered, for the defect that minds how a header is spelt:
//! above hyper all header names are lower case.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const KEEP: usize = 256 << 10;

/// The bytes read since the last request, shared between the connection and its handlers.
#[derive(Clone, Debug, Default)]
pub struct RawBytes(Arc<Mutex<Vec<u8>>>);

impl RawBytes {
    /// Takes what was read so far and tells whether the last header line called `name` (lower case, any
    /// spelling) is spelt exactly so; `None` when no such line was seen.
    pub fn take_exact_spelling(&self, name: &str) -> Option<bool> {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        exact_spelling(&bytes, name)
    }

    fn push(&self, bytes: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() + bytes.len() > KEEP {
            kept.clear();
        }
        kept.extend_from_slice(bytes);
    }
}

fn exact_spelling(bytes: &[u8], name: &str) -> Option<bool> {
    bytes
        .split(|byte| *byte == b'\n')
        .filter_map(|line| {
            line.get(..name.len())
                .filter(|_| line.get(name.len()) == Some(&b':'))
        })
        .rfind(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        .map(|found| found == name.as_bytes())
}

/// A stream that copies everything read into [`RawBytes`] when it has one.
#[derive(Debug)]
pub struct Tee<Stream> {
    stream: Stream,
    raw: Option<RawBytes>,
}

impl<Stream> Tee<Stream> {
    /// Wraps a stream; without `raw` nothing is kept.
    pub fn new(stream: Stream, raw: Option<RawBytes>) -> Self {
        Self { stream, raw }
    }
}

impl<Stream: AsyncRead + Unpin> AsyncRead for Tee<Stream> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        if let (Some(raw), Poll::Ready(Ok(()))) = (&self.raw, &result) {
            raw.push(&buffer.filled()[before..]);
        }
        result
    }
}

impl<Stream: AsyncWrite + Unpin> AsyncWrite for Tee<Stream> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_spelling_counts() {
        let two = b"POST / HTTP/1.1\r\nwebhook-signature: a\r\n\r\nbodyPOST / HTTP/1.1\r\nWebhook-Signature: b\r\n\r\n";
        assert_eq!(exact_spelling(two, "webhook-signature"), Some(false));
        assert_eq!(exact_spelling(&two[..40], "webhook-signature"), Some(true));
        assert_eq!(
            exact_spelling(b"POST / HTTP/1.1\r\n\r\n", "webhook-signature"),
            None
        );
    }
}
