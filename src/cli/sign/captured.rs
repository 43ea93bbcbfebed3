//! Requests as they are captured: by a proxy, by `curl -v`, by `send --save`, by a run.

use std::path::Path;

use super::{arguments::CheckArguments, source};
use crate::{
    cli::error::CliError,
    evidence::files,
    transcript::{reader::Reader, record::Event},
    wire::header::Headers,
};

/// A request that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// What the request line asks for, if there is one.
    pub target: Option<String>,
    /// Header lines.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
    /// What is odd about the capture.
    pub remarks: Vec<String>,
}

impl Captured {
    /// Finds the request that the arguments name.
    ///
    /// # Errors
    ///
    /// A file cannot be read or holds no request, or the record of the bundle is no delivery.
    pub fn find(arguments: &CheckArguments) -> Result<Self, CliError> {
        let mut captured = if let Some(file) = &arguments.request {
            let bytes = source::read(file)?;
            Self::parse(&bytes).map_err(|why| CliError::Usage(format!("{}: {why}", file.display())))?
        } else if let (Some(folder), Some(number)) = (&arguments.bundle, arguments.record) {
            of_bundle(folder, number)?
        } else {
            let body = match &arguments.body {
                Some(file) => source::read(file)?,
                None => Vec::new(),
            };
            Self {
                target: None,
                headers: Headers(arguments.header.clone()),
                body,
                remarks: Vec::new(),
            }
        };
        captured.remark_on_length();
        Ok(captured)
    }

    /// Reads header lines, a blank line and a body. A request line in front is optional, and so is the `> ` that curl
    /// puts in front of what it sends.
    ///
    /// # Errors
    ///
    /// There is no header line, or one is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        if bytes.is_empty() {
            return Err("it is empty; it should hold header lines, a blank line and the body".to_owned());
        }
        let (head, body) = split(bytes);
        let head: String = head.iter().copied().map(char::from).collect();
        let mut lines = head
            .lines()
            .map(|line| line.strip_prefix("> ").unwrap_or(line))
            .peekable();
        let mut target = None;
        if let Some(first) = lines.peek()
            && let [_, asked, version] = first.split(' ').collect::<Vec<_>>().as_slice()
            && version.starts_with("HTTP/")
        {
            target = Some((*asked).to_owned());
            lines.next();
        }
        let mut headers = Headers::new();
        for line in lines.filter(|line| !line.trim().is_empty() && *line != ">") {
            let (name, value) = line.split_once(':').ok_or_else(|| {
                format!(
                    "the line {:?} is no header line (name: value); a request has header lines, a blank line and the body",
                    line.chars().take(60).collect::<String>()
                )
            })?;
            headers.push(name.trim(), value.trim());
        }
        if headers.0.is_empty() && target.is_none() {
            return Err("it has no header line".to_owned());
        }
        Ok(Self {
            target,
            headers,
            body: body.to_vec(),
            remarks: Vec::new(),
        })
    }

    fn remark_on_length(&mut self) {
        let stated = self
            .headers
            .get("content-length")
            .and_then(|text| text.trim().parse::<usize>().ok());
        if let Some(stated) = stated
            && stated != self.body.len()
        {
            self.remarks.push(format!(
                "content-length says {stated} bytes and the body has {}: the capture has changed it, so what is checked is \
                 not what came",
                self.body.len()
            ));
        }
        if self.headers.get("transfer-encoding").is_some() {
            self.remarks
                .push("the body came in chunks; the capture has to hold it put together again".to_owned());
        }
        if self.headers.get("content-encoding").is_some() {
            self.remarks
                .push("the body is compressed; it is signed as it came".to_owned());
        }
    }
}

fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let at = |mark: &[u8]| {
        bytes
            .windows(mark.len())
            .position(|window| window == mark)
            .map(|at| (at, mark.len()))
    };
    let ends = [at(b"\r\n\r\n"), at(b"\n\n")];
    match ends.into_iter().flatten().min() {
        Some((at, length)) => (&bytes[..at], &bytes[at + length..]),
        None => (bytes, &[]),
    }
}

fn of_bundle(folder: &Path, number: u64) -> Result<Captured, CliError> {
    let transcript = folder.join(files::TRANSCRIPT);
    let mut reader = Reader::open(&transcript)?;
    while let Some(record) = reader.next_record()? {
        if record.number != number {
            continue;
        }
        let Event::Delivered(delivery) = record.event else {
            return Err(CliError::Usage(format!(
                "record {number} of {} is no delivery to the partner; name one that the report lists as sent",
                folder.display()
            )));
        };
        let body = delivery.sent.body.bytes().into_owned();
        let mut remarks = Vec::new();
        let masked = |text: &str| text.contains("‹masked:");
        if masked(&String::from_utf8_lossy(&body))
            || delivery.sent.headers.iter().any(|(_, value)| masked(value))
        {
            remarks.push(
                "something in this record is masked, so it cannot be checked to the last byte; send the message again with \
                 `send --save`"
                    .to_owned(),
            );
        }
        return Ok(Captured {
            target: None,
            headers: delivery.sent.headers,
            body,
            remarks,
        });
    }
    Err(CliError::Usage(format!(
        "{} has no record {number}",
        folder.display()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_of_every_kind_are_read_alike() {
        for text in [
            "POST /hooks HTTP/1.1\r\nWebhook-Id: evt_1\r\nhost: a\r\n\r\n{\"a\":\n\n1}",
            "webhook-id: evt_1\nhost:a\n\n{\"a\":\n\n1}",
            "> POST /hooks HTTP/1.1\n> webhook-id: evt_1\n> host: a\n>\n\n{\"a\":\n\n1}",
        ] {
            let captured = Captured::parse(text.as_bytes()).unwrap();
            assert_eq!(captured.headers.get("webhook-id"), Some("evt_1"), "{text}");
            assert_eq!(captured.body, b"{\"a\":\n\n1}", "{text}");
        }
    }

    #[test]
    fn what_is_no_request_says_what_one_is() {
        assert!(Captured::parse(b"").unwrap_err().contains("is empty"));
        assert!(Captured::parse(b"{\"a\":1}\n").is_err() || Captured::parse(b"hello\n").is_err());
        assert!(
            Captured::parse(b"no colon here\n\nbody")
                .unwrap_err()
                .contains("no header line")
        );
    }

    #[test]
    fn a_body_of_another_length_is_told() {
        let mut captured = Captured::parse(b"content-length: 2\n\n{}\n").unwrap();
        captured.remark_on_length();
        assert!(
            captured.remarks[0].contains("content-length says 2"),
            "{captured:?}"
        );
    }
}
