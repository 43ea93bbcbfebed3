//! Reads a chunked body (RFC 9112, 7.1), however it is cut into reads.

/// Most bytes of chunk extensions and trailers together.
const MOST_EXTRA: usize = 64 * 1024;

/// The chunked framing is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ChunkError {
    /// No hexadecimal size, or one beyond 64 bits.
    #[error("a chunk has no readable size")]
    Size,
    /// A chunk is not followed by a line end.
    #[error("a chunk is longer than its size says")]
    End,
    /// Extensions or trailers without end.
    #[error("the chunk extensions or trailers are too long")]
    Extra,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Size { digits: u8, value: u64 },
    Extension { size: u64 },
    Data { left: u64 },
    DataEnd,
    Trailer { empty: bool },
    Done,
}

/// The reader's position.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunks {
    state: State,
    extra: usize,
}

impl Chunks {
    /// Before the first chunk.
    pub(super) fn new() -> Self {
        Self {
            state: State::Size { digits: 0, value: 0 },
            extra: 0,
        }
    }

    /// Whether the last chunk and its trailers have been read.
    pub(super) fn is_done(self) -> bool {
        self.state == State::Done
    }

    /// Reads on; hands every piece of content to `content`.
    pub(super) fn feed(
        &mut self,
        mut input: &[u8],
        mut content: impl FnMut(&[u8]),
    ) -> Result<(), ChunkError> {
        while let Some((&byte, rest)) = input.split_first() {
            if let State::Data { left } = self.state {
                let length = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
                let (data, after) = input.split_at(length);
                content(data);
                input = after;
                let left = left - length as u64;
                self.state = if left == 0 {
                    State::DataEnd
                } else {
                    State::Data { left }
                };
                continue;
            }
            self.state = self.after(byte)?;
            if self.is_done() {
                break;
            }
            input = rest;
        }
        Ok(())
    }

    fn after(&mut self, byte: u8) -> Result<State, ChunkError> {
        Ok(match (self.state, byte) {
            (State::Size { digits, value }, _) if byte.is_ascii_hexdigit() => {
                let digit = char::from(byte).to_digit(16).map_or(0, u64::from);
                let digits = digits
                    .checked_add(1)
                    .filter(|digits| *digits <= 16)
                    .ok_or(ChunkError::Size)?;
                State::Size {
                    digits,
                    value: value << 4 | digit,
                }
            }
            (State::Size { digits: 0, .. }, _) => return Err(ChunkError::Size),
            (State::Size { value, .. }, b'\n') => data_or_trailer(value),
            (State::Size { value, .. }, b'\r' | b';' | b' ' | b'\t') => State::Extension { size: value },
            (State::Size { .. }, _) => return Err(ChunkError::Size),
            (State::Extension { size }, b'\n') => data_or_trailer(size),
            (State::Extension { size }, _) => {
                self.count_extra()?;
                State::Extension { size }
            }
            (State::DataEnd, b'\r') => State::DataEnd,
            (State::DataEnd, b'\n') => State::Size { digits: 0, value: 0 },
            (State::DataEnd, _) => return Err(ChunkError::End),
            (State::Trailer { empty: true }, b'\n') => State::Done,
            (State::Trailer { .. }, b'\n') => State::Trailer { empty: true },
            (State::Trailer { empty }, b'\r') => {
                self.count_extra()?;
                State::Trailer { empty }
            }
            (State::Trailer { .. }, _) => {
                self.count_extra()?;
                State::Trailer { empty: false }
            }
            (State::Data { .. } | State::Done, _) => self.state,
        })
    }

    fn count_extra(&mut self) -> Result<(), ChunkError> {
        self.extra += 1;
        if self.extra > MOST_EXTRA {
            Err(ChunkError::Extra)
        } else {
            Ok(())
        }
    }
}

fn data_or_trailer(size: u64) -> State {
    if size == 0 {
        State::Trailer { empty: true }
    } else {
        State::Data { left: size }
    }
}

/// Writes a body in chunks of at most `chunk` bytes.
pub(super) fn written(body: &[u8], chunk: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 64);
    for part in body.chunks(chunk.max(1)) {
        out.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
        out.extend_from_slice(part);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"0\r\n\r\n");
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(pieces: &[&[u8]]) -> Result<(Vec<u8>, bool), ChunkError> {
        let (mut chunks, mut out) = (Chunks::new(), Vec::new());
        for piece in pieces {
            chunks.feed(piece, |part| out.extend_from_slice(part))?;
        }
        Ok((out, chunks.is_done()))
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_however_it_is_cut(
            body in proptest::collection::vec(any::<u8>(), 0..300),
            chunk in 1_usize..70,
            cut in 1_usize..40,
        ) {
            let wire = written(&body, chunk);
            let pieces: Vec<&[u8]> = wire.chunks(cut).collect();
            prop_assert_eq!(read(&pieces), Ok((body, true)));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&[&bytes]);
        }
    }

    #[test]
    fn extensions_and_trailers_are_passed_over() {
        assert_eq!(
            read(&[b"3;name=\"x\"\r\nabc\r\n0\r\nexpires: never\r\n\r\nrest"]),
            Ok((b"abc".to_vec(), true))
        );
    }

    #[test]
    fn broken_framing_is_told_apart() {
        assert_eq!(read(&[b"\r\n"]), Err(ChunkError::Size));
        assert_eq!(read(&[b"11112222333344445"]), Err(ChunkError::Size));
        assert_eq!(read(&[b"1\r\nab"]), Err(ChunkError::End));
        let endless = vec![b'x'; MOST_EXTRA + 1];
        assert_eq!(read(&[b"1;", &endless]), Err(ChunkError::Extra));
    }
}
