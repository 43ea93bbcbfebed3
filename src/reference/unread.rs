//! A connection on which the body of a refused request was left unread, so that the server takes it for
//! the beginning of the next request.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const KEEP: usize = 1 << 20;

/// What was read of the present request, and what will be read once more.
#[derive(Debug, Default)]
struct Bytes {
    request: Vec<u8>,
    again: VecDeque<u8>,
}

/// The bytes of a connection, shared between its stream and its handlers.
#[derive(Clone, Debug, Default)]
pub struct Unread(Arc<Mutex<Bytes>>);

impl Unread {
    /// The request is answered; when it was `refused`, its body comes once more.
    pub fn answered(&self, refused: bool) {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let request = std::mem::take(&mut bytes.request);
        let body = request.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = body.filter(|_| refused) {
            bytes.again.extend(&request[end + 4..]);
        }
    }

    fn read(&self, fresh: &[u8]) {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if bytes.request.len() + fresh.len() <= KEEP {
            bytes.request.extend_from_slice(fresh);
        }
    }

    /// Hands over what comes once more; false when there is nothing.
    fn again(&self, buffer: &mut ReadBuf<'_>) -> bool {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = bytes.again.len().min(buffer.remaining());
        let part: Vec<u8> = bytes.again.drain(..count).collect();
        buffer.put_slice(&part);
        count > 0
    }
}

/// A stream that keeps [`Unread`] up to date, when it has one.
#[derive(Debug)]
pub struct Leaving<Stream> {
    stream: Stream,
    unread: Option<Unread>,
}

impl<Stream> Leaving<Stream> {
    /// Wraps a stream; without `unread` nothing comes twice.
    pub fn new(stream: Stream, unread: Option<Unread>) -> Self {
        Self { stream, unread }
    }
}

impl<Stream: AsyncRead + Unpin> AsyncRead for Leaving<Stream> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let unread = self.unread.clone();
        if let Some(unread) = &unread
            && unread.again(buffer)
        {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        if let (Some(unread), Poll::Ready(Ok(()))) = (&unread, &result) {
            unread.read(&buffer.filled()[before..]);
        }
        result
    }
}

impl<Stream: AsyncWrite + Unpin> AsyncWrite for Leaving<Stream> {
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
