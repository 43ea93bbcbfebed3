use super::*;
use crate::{
    actors::sandbox::{SandboxError, tls::Flaw},
    wire::{fault::ErrorStatus, header::Headers},
};

const PRODUCTS: &[u8] = b"GET /e/api-err-09-a-1/v1/products HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

async fn with_fault(fault: Fault) -> (Sandbox, super::super::Mount) {
    let sandbox = started(options()).await;
    let mount = sandbox
        .open(&scope("API-ERR-09/a"), script(None, Times::Always, fault))
        .unwrap();
    (sandbox, mount)
}

#[tokio::test]
async fn a_reset_is_a_reset_and_a_close_is_an_end() {
    for fault in [Fault::Reset, Fault::ResetAfterWork] {
        let (sandbox, mount) = with_fault(fault.clone()).await;
        let error = raw(&sandbox, PRODUCTS).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{fault:?}");
        mount.changed().await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        let seen = mount.requests();
        assert_eq!((seen[0].status, seen[0].fault.as_ref()), (None, Some(&fault)));
    }
    let (sandbox, _mount) = with_fault(Fault::Close).await;
    assert_eq!(raw(&sandbox, PRODUCTS).await.unwrap(), b"");
}

#[tokio::test]
async fn work_is_done_before_a_reset_that_says_so() {
    let sandbox = started(options()).await;
    let fault = script(Some(ApiCall::Customer), Times::First(1), Fault::ResetAfterWork);
    let mount = sandbox.open(&scope("API-RTY-05/a"), fault).unwrap();
    let partner = Partner::new(mount.base_url(), None).await;
    let body = json!({"name": "A", "id_number": "A12345", "email": "a@b.my", "phone": "0123456789",
        "birth_date": "2000-01-01", "address": "x"});
    let first = partner
        .send(Method::POST, "/v1/customers", Some(&body), Some("key"))
        .await;
    assert!(first.is_err());
    let again = partner.post("/v1/customers", &body, Some("key")).await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
}

#[tokio::test]
async fn work_is_done_before_an_error_that_hides_it() {
    let sandbox = started(options()).await;
    let fault = Fault::RefuseAfterWork {
        status: ErrorStatus::try_from(504).unwrap(),
    };
    let script = script(Some(ApiCall::Customer), Times::First(1), fault);
    let mount = sandbox.open(&scope("API-RTY-05/c"), script).unwrap();
    let partner = Partner::new(mount.base_url(), None).await;
    let body = json!({"name": "A", "id_number": "A12345", "email": "a@b.my", "phone": "0123456789",
        "birth_date": "2000-01-01", "address": "x"});
    let hidden = partner
        .send(Method::POST, "/v1/customers", Some(&body), Some("key"))
        .await
        .unwrap();
    assert_eq!(hidden.status, 504);
    let again = partner.post("/v1/customers", &body, Some("key")).await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
}

#[tokio::test]
async fn a_pause_by_date_fits_the_date_of_the_answer() {
    let fault = Fault::RefuseUntil {
        status: ErrorStatus::try_from(429).unwrap(),
        seconds: 5,
    };
    let (sandbox, _mount) = with_fault(fault).await;
    let answer = String::from_utf8(raw(&sandbox, PRODUCTS).await.unwrap()).unwrap();
    let moment = |name: &str| {
        let mut lines = answer.lines().filter_map(|line| line.split_once(": "));
        let (_, value) = lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).unwrap();
        jiff::fmt::rfc2822::parse(value).unwrap().timestamp().as_second()
    };
    assert_eq!(moment("retry-after") - moment("date"), 5, "{answer}");
    assert_eq!(answer.to_lowercase().matches("\r\ndate: ").count(), 1);
}

#[tokio::test]
async fn cut_drip_and_garbage_are_seen_as_such() {
    let (sandbox, mount) = with_fault(Fault::Cut { after: 5 }).await;
    let answer = String::from_utf8(raw(&sandbox, PRODUCTS).await.unwrap()).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 401"), "{head}");
    assert_eq!(body.len(), 5);
    mount.close().await;

    let (sandbox, _mount) = with_fault(Fault::Drip {
        bytes: 100,
        every_millis: 10,
    })
    .await;
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    stream.write_all(PRODUCTS).await.unwrap();
    let mut pieces = 0;
    let mut piece = [0; 4096];
    while stream.read(&mut piece).await.unwrap() > 0 {
        pieces += 1;
    }
    assert!(pieces >= 4, "{pieces}");

    let (sandbox, _mount) = with_fault(Fault::Garbage).await;
    let answer = raw(&sandbox, PRODUCTS).await.unwrap();
    assert!(!answer.is_empty() && !answer.starts_with(b"HTTP"));
}

#[tokio::test]
async fn silence_lasts_until_someone_gives_up() {
    let (sandbox, mount) = with_fault(Fault::Silent).await;
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    stream.write_all(PRODUCTS).await.unwrap();
    mount.changed().await;
    assert_eq!((mount.arrived(), mount.count()), (1, 0));
    drop(stream);
    mount.changed().await;
    assert_eq!((mount.arrived(), mount.count()), (1, 1));

    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    stream.write_all(PRODUCTS).await.unwrap();
    mount.changed().await;
    timeout(Duration::from_secs(2), mount.close()).await.unwrap();
    let mut rest = Vec::new();
    timeout(Duration::from_secs(2), stream.read_to_end(&mut rest))
        .await
        .unwrap()
        .unwrap();
    assert!(rest.is_empty());
    timeout(Duration::from_secs(5), sandbox.stop()).await.unwrap();
}

#[tokio::test]
async fn a_held_answer_is_honest_and_late() {
    let (sandbox, mount) = with_fault(Fault::Hold { millis: 150 }).await;
    assert_eq!(status_of(&raw(&sandbox, PRODUCTS).await.unwrap()), "HTTP/1.1 401");
    let seen = mount.requests().remove(0);
    assert!(seen.answered.millis_since(seen.received) >= 150);
    assert_eq!(seen.status, Some(401));
}

#[tokio::test]
async fn held_answers_are_let_go_and_the_script_is_dropped() {
    let (sandbox, mount) = with_fault(Fault::Hold { millis: 60_000 }).await;
    let held = mount.held_answers();
    let (answer, ()) = tokio::join!(raw(&sandbox, PRODUCTS), async {
        while mount.arrived() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(mount.count(), 0);
        held.release();
    });
    assert_eq!(status_of(&answer.unwrap()), "HTTP/1.1 401");
    assert_eq!(status_of(&raw(&sandbox, PRODUCTS).await.unwrap()), "HTTP/1.1 401");
    mount.settled().await;
    let held: Vec<_> = mount.requests().iter().map(|one| one.fault.is_some()).collect();
    assert_eq!(held, [true, false]);
    mount.rescript(script(None, Times::Always, Fault::Close));
    assert_eq!(raw(&sandbox, PRODUCTS).await.unwrap(), b"");
}

#[tokio::test]
async fn a_script_is_used_up_and_its_headers_go_out() {
    let sandbox = started(options()).await;
    let refuse = Fault::Refuse {
        status: ErrorStatus::try_from(429).unwrap(),
        headers: Headers::new().with("Retry-After", "5"),
        body: None,
    };
    let mount = sandbox
        .open(&scope("API-RL-01/a"), script(None, Times::First(2), refuse))
        .unwrap();
    let partner = Partner::new(mount.base_url(), None).await;
    for _ in 0..2 {
        let refused = partner.get("/v1/products").await;
        assert_eq!(
            (refused.status, &refused.body["category"]),
            (429, &json!("rate_limit"))
        );
        assert_eq!(refused.headers["retry-after"], "5");
        assert!(refused.headers.contains_key("x-request-id"));
    }
    assert_eq!(partner.get("/v1/products").await.status, 200);
    let faults: Vec<_> = mount.requests().iter().map(|one| one.fault.is_some()).collect();
    assert_eq!(faults, [false, true, true, false]);
}

#[tokio::test]
async fn bytes_are_recorded_as_they_came() {
    let sandbox = started(options()).await;
    let mount = sandbox.open(&scope("API-VAL-01/a"), Script::default()).unwrap();
    let wire = b"POST /e/api-val-01-a-1/v1/customers?A=%41 HTTP/1.1\r\nhOST: x\r\nX-One: 1\r\nAUTHORIZATION: Bearer z\r\n\
        x-one: 2\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n3\r\n:1}\r\n0\r\n\r\n\
        GET /e/api-val-01-a-1/v1/products HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answer = String::from_utf8(raw(&sandbox, wire).await.unwrap()).unwrap();
    assert_eq!(answer.matches("HTTP/1.1 401").count(), 2, "{answer}");
    let seen = mount.requests();
    let names: Vec<_> = seen[0].headers.iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["hOST", "X-One", "AUTHORIZATION", "x-one", "Transfer-Encoding"]
    );
    assert_eq!(seen[0].body.text(), Some("{\"a\":1}"));
    assert_eq!(seen[0].target, "/v1/customers?A=%41");
    assert_eq!((seen[0].connection, seen[1].connection), (1, 1));
}

#[tokio::test]
async fn slow_requests_show_first_and_last_byte() {
    let sandbox = started(options()).await;
    let mount = sandbox.open(&scope("API-ERR-09/a"), Script::default()).unwrap();
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    let (first, last) = PRODUCTS.split_at(10);
    tokio::time::sleep(Duration::from_millis(30)).await;
    stream.write_all(first).await.unwrap();
    tokio::time::sleep(Duration::from_millis(120)).await;
    stream.write_all(last).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let seen = mount.requests().remove(0);
    assert!(seen.received.millis_since(seen.started) >= 100);
}

#[tokio::test]
async fn malformed_requests_are_refused_and_recorded() {
    let sandbox = started(options()).await;
    let mount = sandbox.open(&scope("API-VAL-01/a"), Script::default()).unwrap();
    let huge = [
        b"GET /e/api-val-01-a-1/v1/products HTTP/1.1\r\nHost: x\r\nX: ".as_slice(),
        &vec![b'a'; 70_000],
    ]
    .concat();
    for (wire, status) in [
        (b"nonsense\r\n\r\n".as_slice(), "HTTP/1.1 400"),
        (b"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 400"),
        (
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n",
            "HTTP/1.1 413",
        ),
        (&huge, "HTTP/1.1 431"),
    ] {
        assert_eq!(status_of(&raw(&sandbox, wire).await.unwrap()), status);
    }
    let seen = mount.requests();
    assert_eq!(seen.len(), 1);
    assert_eq!(
        seen[0].violations,
        ["request: head is larger than 64 KiB or 512 lines"]
    );
}

#[tokio::test]
async fn a_client_that_waits_for_a_go_ahead_gets_it() {
    let sandbox = started(options()).await;
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    let head = b"POST /v1/claims HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
    stream.write_all(head).await.unwrap();
    let mut go_ahead = [0; 25];
    stream.read_exact(&mut go_ahead).await.unwrap();
    assert_eq!(&go_ahead, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"{}").await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert_eq!(status_of(&answer), "HTTP/1.1 401");
}

#[tokio::test]
async fn tls_is_trusted_through_the_authority_only() {
    let sandbox = started(SandboxOptions {
        tls: true,
        ..options()
    })
    .await;
    let scope = scope("API-ERR-09/a");
    let mount = sandbox
        .open(
            &scope,
            script(Some(ApiCall::Products), Times::First(1), Fault::Reset),
        )
        .unwrap();
    assert!(mount.base_url().starts_with("https://127.0.0.1:"));
    let partner = Partner::new(mount.base_url(), sandbox.ca_pem()).await;
    assert!(
        partner
            .send(Method::GET, "/v1/products", None, None)
            .await
            .is_err()
    );
    assert_eq!(partner.get("/v1/products").await.status, 200);
    let stranger = client(None)
        .get(format!("{}/v1/products", mount.base_url()))
        .send()
        .await;
    assert!(stranger.unwrap_err().is_connect());
    for flaw in [
        Flaw::Expired,
        Flaw::SelfSigned,
        Flaw::UnknownAuthority,
        Flaw::WrongHost,
    ] {
        let flawed = sandbox.listen_flawed(flaw).await.unwrap();
        let refused = client(sandbox.ca_pem())
            .get(format!("{}/v1/products", flawed.origin()))
            .send()
            .await;
        assert!(refused.unwrap_err().is_connect(), "{flaw:?}");
        assert_eq!(flawed.attempts(), 1);
        assert!(flawed.base_url(&mount).ends_with("/e/api-err-09-a-1"));
    }
    let plain = started(options()).await;
    assert!(matches!(
        plain.listen_flawed(Flaw::Expired).await,
        Err(SandboxError::NoTls)
    ));
}

#[tokio::test]
async fn too_many_connections_are_closed_at_once() {
    let sandbox = started(options()).await;
    let mut open = Vec::new();
    for _ in 0..super::super::gate::CONNECTIONS {
        open.push(TcpStream::connect(sandbox.address()).await.unwrap());
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut one_more = TcpStream::connect(sandbox.address()).await.unwrap();
    let mut byte = [0];
    let read = timeout(Duration::from_secs(2), one_more.read(&mut byte))
        .await
        .unwrap();
    assert!(matches!(read, Ok(0) | Err(_)));
}

#[tokio::test]
async fn broken_answers_are_broken_as_described() {
    let (sandbox, mount) = with_fault(Fault::Overlong { by: 7 }).await;
    let answer = String::from_utf8(raw(&sandbox, PRODUCTS).await.unwrap()).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let promised = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: "))
        .unwrap();
    assert_eq!(promised, (body.len() + 7).to_string());
    mount.close().await;

    let (sandbox, mount) = with_fault(Fault::ResetMidBody).await;
    let error = raw(&sandbox, PRODUCTS).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    mount.close().await;

    let (sandbox, mount) = with_fault(Fault::Flood { mebibytes: 2 }).await;
    let answer = raw(&sandbox, PRODUCTS).await.unwrap();
    assert!(answer.len() > 2 * 1024 * 1024);
    mount.changed().await;
    mount.settled().await;
    let seen = mount.requests();
    assert_eq!((seen[0].status, &seen[0].answer), (Some(200), &None));
}
