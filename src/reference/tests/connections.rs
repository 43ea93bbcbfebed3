//! Below HTTP: kept-alive connections, odd framing, senders that hang up, and TLS towards the API.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::rig::{Letter, Rig, options, paid};
use crate::reference::Authentication;

async fn connect(rig: &Rig) -> TcpStream {
    TcpStream::connect(rig.ready.base_url.trim_start_matches("http://"))
        .await
        .unwrap()
}

fn head(letter: &Letter, method: &str, framing: &str) -> Vec<u8> {
    let mut head = format!("{method} /webhooks HTTP/1.1\r\nhost: partner\r\n{framing}\r\n");
    for (name, value) in &letter.headers {
        head.extend([name, ": ", &String::from_utf8_lossy(value), "\r\n"]);
    }
    (head + "\r\n").into_bytes()
}

fn length(letter: &Letter) -> String {
    format!("content-length: {}", letter.body.len())
}

/// Reads one answer and returns its status.
async fn status(stream: &mut TcpStream) -> u16 {
    let mut text = String::new();
    loop {
        let mut piece = [0_u8; 2048];
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut piece))
            .await
            .unwrap()
            .unwrap();
        assert!(read > 0, "closed after {text:?}");
        text += std::str::from_utf8(&piece[..read]).unwrap();
        if text.contains("\r\n\r\n") {
            return text[9..12].parse().unwrap();
        }
    }
}

#[tokio::test]
async fn one_connection_carries_refusals_and_good_deliveries() {
    let rig = Rig::start(&[]).await;
    let mut stream = connect(&rig).await;
    for (forged, expected) in [(false, 200), (true, 401), (false, 200), (true, 401), (false, 200)] {
        let (order, _) = rig.order().await;
        let mut letter = Letter::signed(paid(&order).to_string());
        if forged {
            letter = letter.resigned(b"x");
        }
        stream
            .write_all(&head(&letter, "POST", &length(&letter)))
            .await
            .unwrap();
        stream.write_all(&letter.body).await.unwrap();
        assert_eq!(status(&mut stream).await, expected);
        assert_eq!(rig.count("order", &order).await, i64::from(!forged));
    }
}

#[tokio::test]
async fn chunks_and_expectations_are_understood_and_other_methods_are_not() {
    let rig = Rig::start(&[]).await;
    let (order, _) = rig.order().await;
    let letter = Letter::signed(paid(&order).to_string());
    for method in ["GET", "PUT", "DELETE", "HEAD"] {
        let mut stream = connect(&rig).await;
        stream
            .write_all(&head(&letter, method, &length(&letter)))
            .await
            .unwrap();
        stream.write_all(&letter.body).await.unwrap();
        assert_eq!(status(&mut stream).await, 405, "{method}");
    }
    assert_eq!(rig.count("order", &order).await, 0);

    let mut stream = connect(&rig).await;
    stream
        .write_all(&head(&letter, "POST", "transfer-encoding: chunked"))
        .await
        .unwrap();
    for piece in letter.body.chunks(50) {
        stream
            .write_all(format!("{:x}\r\n", piece.len()).as_bytes())
            .await
            .unwrap();
        stream.write_all(piece).await.unwrap();
        stream.write_all(b"\r\n").await.unwrap();
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    assert_eq!(status(&mut stream).await, 200);
    assert_eq!(rig.count("order", &order).await, 1);

    let framing = format!("{}\r\nexpect: 100-continue", length(&letter));
    stream.write_all(&head(&letter, "POST", &framing)).await.unwrap();
    assert_eq!(status(&mut stream).await, 100);
    stream.write_all(&letter.body).await.unwrap();
    assert_eq!(status(&mut stream).await, 200);
}

#[tokio::test]
async fn broken_off_deliveries_leave_nothing_half_done() {
    let rig = Rig::start(&[]).await;
    let (order, _) = rig.order().await;
    let letter = Letter::signed(paid(&order).to_string());
    for _ in 0..5 {
        let mut stream = connect(&rig).await;
        stream
            .write_all(&head(&letter, "POST", &length(&letter)))
            .await
            .unwrap();
        stream
            .write_all(&letter.body[..letter.body.len() / 2])
            .await
            .unwrap();
    }
    assert_eq!(rig.count("order", &order).await, 0);
    for _ in 0..5 {
        let mut stream = connect(&rig).await;
        stream
            .write_all(&head(&letter, "POST", &length(&letter)))
            .await
            .unwrap();
        stream.write_all(&letter.body).await.unwrap();
    }
    assert_eq!(rig.deliver(&letter).await.0, 200);
    assert_eq!(rig.count("order", &order).await, 1);
}

#[tokio::test]
async fn only_the_given_ca_is_trusted_towards_the_api() {
    let mut server = options(&[]);
    server.tls = true;
    let server = Rig::start_with(server).await;
    let mut client = options(&[]);
    client.authentication = Authentication::ApiKey;
    client.api_base_url = Some(server.ready.base_url.clone());
    client.api_ca.clone_from(&server.ready.ca);
    let trusting = Rig::start_with(client.clone()).await;
    let answer = trusting.post_start("quote", &json!({})).await;
    assert_eq!(
        (&answer["outcome"], &answer["category"]),
        (&json!("failed"), &json!("validation")),
        "its 404 arrived"
    );
    client.api_ca = None;
    let wary = Rig::start_with(client).await;
    assert_eq!(wary.post_start("quote", &json!({})).await["category"], "network");
}
