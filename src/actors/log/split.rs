//! Cutting a stream of bytes into lines, in bounded memory.

/// Longest part of a line that is looked at, in bytes; the rest of the line is skipped.
pub(super) const LONGEST_LINE: usize = 64 * 1024;

/// Holds the unfinished line between two pieces of the stream.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    partial: Vec<u8>,
}

impl Splitter {
    /// Takes a piece and hands every line that it finishes to `take`.
    pub(super) fn feed(&mut self, piece: &[u8], take: &mut dyn FnMut(&str)) {
        let mut rest = piece;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, behind) = rest.split_at(end);
            self.append(line);
            self.finish(take);
            rest = behind.get(1..).unwrap_or_default();
        }
        self.append(rest);
    }

    /// Hands over what has no line end yet: at the end of a file or of the run.
    pub(super) fn finish(&mut self, take: &mut dyn FnMut(&str)) {
        let line = self.partial.strip_suffix(b"\r").unwrap_or(&self.partial);
        if !line.is_empty() {
            take(&String::from_utf8_lossy(line));
        }
        self.partial.clear();
    }

    fn append(&mut self, bytes: &[u8]) {
        let room = LONGEST_LINE - self.partial.len();
        self.partial
            .extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(pieces: &[Vec<u8>]) -> Vec<String> {
        let mut splitter = Splitter::default();
        let mut lines = Vec::new();
        for piece in pieces {
            splitter.feed(piece, &mut |line| lines.push(line.to_owned()));
        }
        splitter.finish(&mut |line| lines.push(line.to_owned()));
        lines
    }

    #[test]
    fn an_endless_line_is_cut_and_the_next_one_is_whole() {
        let mut bytes = vec![b'x'; 3 * LONGEST_LINE];
        bytes.extend_from_slice(b"\nnext\r\n");
        let lines = lines(&[bytes]);
        assert_eq!(lines[0].len(), LONGEST_LINE);
        assert_eq!(lines[1], "next");
    }

    proptest! {
        #[test]
        fn where_the_stream_is_cut_does_not_matter(text in "[ab\r\n]{0,60}", cut in 0_usize..60) {
            let bytes = text.into_bytes();
            let cut = cut.min(bytes.len());
            let whole = lines(std::slice::from_ref(&bytes));
            let pieces = lines(&[bytes[..cut].to_vec(), bytes[cut..].to_vec()]);
            prop_assert_eq!(whole, pieces);
        }
    }
}
