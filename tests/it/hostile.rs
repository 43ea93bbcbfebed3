//! A partner that answers with text that attacks its reader.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
};

/// What is hostile to terminals, XML, CI servers, people and logs.
pub(crate) const TEXT: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}]]></failure><testcase name=\"x\"/>&lt;\
                               [[ATTACHMENT|/etc/passwd]]\u{202e}evil\u{0}\u{fffe}\r\n<script>alert(1)</script>";

/// A partner that answers every webhook with 200 and the text, and every question about an effect with it.
/// It serves until the test process ends.
pub(crate) fn partner() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            thread::spawn(move || answer(connection));
        }
    });
    address
}

fn answer(connection: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(connection);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = if first.starts_with("GET ") {
        serde_json::json!({"count": 0, "state": TEXT, "name": TEXT}).to_string()
    } else {
        TEXT.to_owned()
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nx-note: ]]>[[ATTACHMENT|/etc/shadow]]\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut connection = reader.into_inner();
    connection.write_all(head.as_bytes()).ok()?;
    connection.write_all(body.as_bytes()).ok()
}
