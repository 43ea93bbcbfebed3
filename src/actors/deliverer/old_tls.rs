//! A greeting in TLS 1.1, which no library of today speaks: written by hand, never carried on.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::transcript::endpoint::{Handshake, ProbeEnd};

/// TLS 1.1 on the wire (RFC 4346, 6.2.1).
const VERSION: [u8; 2] = [3, 2];
/// The handshake ends before anything depends on it.
const RANDOM: [u8; 32] = [0x5e; 32];
/// What servers of that age spoke: ECDHE and RSA with AES-CBC.
const SUITES: [u16; 7] = [0xc009, 0xc00a, 0xc013, 0xc014, 0x002f, 0x0035, 0x000a];

/// Offers TLS 1.1 alone and reads the server's first word.
pub(super) async fn offer(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    name: Option<&str>,
) -> io::Result<ProbeEnd> {
    stream.write_all(&hello(name)).await?;
    stream.flush().await?;
    let mut answer = [0; 11];
    let mut length = 0;
    while length < answer.len() {
        match stream.read(&mut answer[length..]).await {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if length == 0 => return Err(error),
            Err(_) => break,
        }
        // An alert is 7 bytes long, and nothing need follow it.
        if length >= 7 && answer[0] == 21 {
            break;
        }
    }
    Ok(understood(&answer[..length]))
}

fn understood(answer: &[u8]) -> ProbeEnd {
    match answer {
        [] => ProbeEnd::Refused("the connection was closed without an answer".to_owned()),
        [21, _, _, _, _, _, description, ..] => {
            ProbeEnd::Refused(format!("the server answered with alert {description}"))
        }
        [22, _, _, _, _, 2, _, _, _, major, minor] => ProbeEnd::Agreed(Box::new(Handshake {
            version: match (major, minor) {
                (3, 1) => "TLS 1.0".to_owned(),
                (3, 2) => "TLS 1.1".to_owned(),
                _ => format!("TLS {major}.{minor}"),
            },
            chain: Vec::new(),
            trust: None,
        })),
        _ => ProbeEnd::Refused("the answer is not TLS".to_owned()),
    }
}

/// The record with the greeting (RFC 4346, 7.4.1.2; extensions as in RFC 4366 and 4492).
fn hello(name: Option<&str>) -> Vec<u8> {
    let mut extensions = Vec::new();
    if let Some(name) = name.filter(|name| name.len() < 256) {
        let entry = [&[0][..], &sized(name.as_bytes())].concat();
        extension(&mut extensions, 0, &sized(&entry));
    }
    extension(&mut extensions, 10, &sized(&[0, 23, 0, 24, 0, 25]));
    extension(&mut extensions, 11, &[1, 0]);
    let suites: Vec<u8> = SUITES.iter().flat_map(|suite| suite.to_be_bytes()).collect();
    let mut body = [&VERSION[..], &RANDOM, &[0]].concat();
    body.extend_from_slice(&sized(&suites));
    body.extend_from_slice(&[1, 0]);
    body.extend_from_slice(&sized(&extensions));
    let handshake = [&[1, 0][..], &sized(&body)].concat();
    [&[22, 3, 1][..], &sized(&handshake)].concat()
}

fn extension(to: &mut Vec<u8>, kind: u16, content: &[u8]) {
    to.extend_from_slice(&kind.to_be_bytes());
    to.extend_from_slice(&sized(content));
}

/// A vector with its length in two bytes before it. Everything here is far shorter than 64 KiB.
fn sized(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], content].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lengths_of_the_greeting_add_up() {
        for name in [None, Some("pay.example.my")] {
            let hello = hello(name);
            let record = usize::from(u16::from_be_bytes([hello[3], hello[4]]));
            let handshake = usize::from(u16::from_be_bytes([hello[7], hello[8]]));
            assert_eq!((record, handshake), (hello.len() - 5, hello.len() - 9));
            assert_eq!(hello[9..11], VERSION);
        }
    }

    #[test]
    fn a_cut_answer_is_no_agreement() {
        assert!(matches!(understood(&[22, 3, 2, 0]), ProbeEnd::Refused(_)));
        assert!(matches!(understood(b"HTTP/1.1 40"), ProbeEnd::Refused(_)));
    }
}
