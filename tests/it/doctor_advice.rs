//! What `doctor`, and the look before a run, advise about a shop that does one thing wrong: the advice must fit what
//! was seen, and must never turn a shop green that booked nothing.

use std::{
    fs::OpenOptions,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    thread,
    time::{Duration, SystemTime},
};

use crate::{
    partner::secrets,
    program::{Finished, Place, Program},
};

/// A status with a body.
type Answer = (u16, &'static str);

/// A shop that answers as it is told and writes one log line for each webhook that it takes.
#[derive(Clone, Copy)]
struct Shop {
    /// The word in its log.
    result: &'static str,
    /// What it answers to a webhook.
    hook: u16,
    /// How long that takes it.
    delay: Duration,
    /// Which timestamps it takes, by the difference from its clock in seconds; it verifies nothing else.
    timely: fn(i64, i64) -> bool,
    /// What it answers when somebody makes an order.
    make: Answer,
    /// What it answers when somebody asks for an order.
    order: Answer,
}

const SHOP: Shop = Shop {
    result: "processed",
    hook: 200,
    delay: Duration::ZERO,
    timely: |_, _| true,
    make: (201, "{}"),
    order: (404, "no such order"),
};

const EFFECTS: &str =
    "[effects.order]\nkind = \"http\"\nurl = \"BASE/orders/{reference}\"\ncount = \"/payments\"\n";
const START: &str = "[references]\norder = \"start\"\n[start.order]\nkind = \"http\"\nurl = \"BASE/tests/orders\"\n\
                     body = { reference = \"{order}\" }\n";
const LOG: &str = "[log]\nkind = \"file\"\npath = \"hooks.log\"\nformat = \"json\"\nevent_id = \"/id\"\n\
                   result = \"/result\"\n";

impl Shop {
    /// Opens it; its file has these sections beside the endpoint.
    fn open(self, sections: &[&str]) -> Place {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let place = declared(&base, sections);
        let log = place.path("hooks.log");
        thread::spawn(move || {
            for stream in listener.incoming() {
                let log = log.clone();
                thread::spawn(move || self.serve(stream.unwrap(), &log));
            }
        });
        place
    }

    #[expect(clippy::disallowed_methods, reason = "the shop has a clock of its own")]
    fn serve(self, mut stream: TcpStream, log: &Path) {
        let Some((path, id, timestamp)) = read(&stream) else {
            return;
        };
        let (status, body) = if path == "/hooks" {
            thread::sleep(self.delay);
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
            if (self.timely)(timestamp, i64::try_from(now.as_secs()).unwrap()) {
                if self.hook == 200 {
                    let mut log = OpenOptions::new().create(true).append(true).open(log).unwrap();
                    let result = self.result;
                    writeln!(log, "{{\"id\":\"{id}\",\"result\":\"{result}\"}}").unwrap();
                }
                (self.hook, "")
            } else {
                (401, "")
            }
        } else if path == "/tests/orders" {
            self.make
        } else {
            self.order
        };
        let length = body.len();
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
        let _ = stream.write_all((head + body).as_bytes());
    }
}

/// Path, event id and timestamp of a request.
fn read(stream: &TcpStream) -> Option<(String, String, i64)> {
    let mut request = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    request.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let (mut length, mut id, mut timestamp) = (0, String::new(), 0);
    line.clear();
    while request.read_line(&mut line).is_ok_and(|read| read > 2) {
        let (name, value) = line.split_once(':')?;
        let value = value.trim().to_owned();
        match name.to_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "webhook-id" => id = value,
            "webhook-timestamp" => timestamp = value.parse().ok()?,
            _ => {}
        }
        line.clear();
    }
    request.read_exact(&mut vec![0; length]).ok()?;
    Some((path, id, timestamp))
}

fn declared(base: &str, sections: &[&str]) -> Place {
    let text = format!(
        "[partner]\nid = \"acme\"\nname = \"Acme\"\nimplementation = \"shop\"\nversion = \"1\"\n\
         [capabilities]\nwebhooks = [\"payment.success\"]\n\
         [webhook]\nurl = \"BASE/hooks\"\nsecret_env = \"PARTNER_WEBHOOK_SECRET\"\n{}",
        sections.concat()
    );
    Place::new().with("partner.toml", &text.replace("BASE", base))
}

fn program(place: &Place, words: &str) -> Program {
    place.senang(words).with_environment(&secrets())
}

fn doctor(place: &Place) -> Finished {
    program(place, "doctor --partner partner.toml --clock compressed").run()
}

/// A run of one case, for what it says of its first look.
fn run(place: &Place) -> Finished {
    program(
        place,
        "run --partner partner.toml --out out --clock compressed --case WH-DEL-01",
    )
    .run()
}

fn never(finished: &Finished, texts: &[&str]) {
    let all = format!("{}\n{}", finished.out, finished.err);
    let flat = all.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in texts {
        assert!(!flat.contains(text), "{text:?} is in:\n{all}");
    }
}

#[test]
fn a_shop_that_knows_no_such_order_is_not_told_to_count_that_as_success() {
    let shop = Shop {
        result: "unknown_order",
        ..SHOP
    };
    let place = shop.open(&[
        LOG,
        "[effects.order]\nkind = \"log\"\nresults = [\"processed\"]\n",
    ]);
    let finished = doctor(&place).exits(2).says(&[
        "the log says \"unknown_order\" about it, which is the likely reason",
        "-> does your system need the order before the first message about it?",
        "order = \"start\" in [references] with a section [start.order]",
        "add \"unknown_order\" to results only if your system did carry the message out",
    ]);
    never(&finished, &["add the words", "although the log"]);
    // Without a count the line is all there is.
    let place = shop.open(&[LOG]);
    doctor(&place).says(&[
        "warning [log] result: says \"unknown_order\" about the good payment.success, and no count is read",
        "-> if it was not: does your system need the order before",
    ]);
}

#[test]
fn an_order_that_was_made_and_reads_as_absent_is_a_matter_of_the_address() {
    let place = SHOP.open(&[START, EFFECTS, LOG]);
    let finished = doctor(&place).exits(2).says(&[
        "[effects.order]: the order that [start.order] made reads as absent (status 404) after a good payment.success",
        "-> the address or the lookup of [effects.order] is wrong, not count",
    ]);
    never(&finished, &["let count point"]);
    run(&place).complains(&[
        "remark: [effects.order]: the order that [start.order] made reads as absent (status 404)",
    ]);
    let bundle = place.bundle();
    bundle.verify().exits(0);
    let absent = |record: &serde_json::Value| record["what"]["read"]["got"]["absent_status"] == 404;
    assert!(bundle.records().iter().any(absent));
    let place = SHOP.open(&[EFFECTS, LOG]);
    doctor(&place).exits(2).says(&[
        "[effects.order]: the order still reads as absent (status 404) after",
        "-> either nothing was created, or the address or the lookup of [effects.order] is wrong",
    ]);
}

#[test]
fn a_log_that_says_why_nothing_happened_is_believed() {
    let shop = Shop {
        result: "amount_mismatch",
        order: (200, "{\"payments\":0}"),
        ..SHOP
    };
    let place = shop.open(&[START, EFFECTS, LOG]);
    let told = "the log says \"amount_mismatch\" about it, which is the likely reason";
    let finished = doctor(&place).exits(2).says(&[
        told,
        "-> let [start.order] make the order as your system needs it",
    ]);
    never(&finished, &["although the log says"]);
    never(&run(&place).complains(&[told]), &["although the log says"]);
}

#[test]
fn an_answer_after_the_deadline_is_the_implementation() {
    let shop = Shop {
        delay: Duration::from_millis(5_500),
        ..SHOP
    };
    doctor(&shop.open(&[])).exits(1).says(&[
        "PROBLEM [webhook]: the good payment.success was answered 200 after 5",
        "ms; due within 5000 ms",
        "-> answer as soon as the message is stored",
    ]);
}

#[test]
fn a_shop_that_breaks_is_not_sought_in_the_file() {
    let shop = Shop {
        hook: 500,
        make: (500, "<h1>Oops</h1>"),
        order: (500, ""),
        ..SHOP
    };
    let place = shop.open(&[START, EFFECTS]);
    let finished = doctor(&place).exits(1).says(&[
        "which nobody made, was answered 500; it should give 0",
        "-> your system breaks on it; look into its log of this moment",
        "/tests/orders answered 500: <h1>Oops</h1>",
        "what is wrong is the implementation",
    ]);
    never(&finished, &["absent_status", "Mend the file"]);
    never(&run(&place), &["absent_status"]);
}

#[test]
fn an_operation_that_failed_says_what_was_asked_and_answered() {
    let shop = Shop {
        make: (404, "no\tsuch\r\npage"),
        ..SHOP
    };
    let place = shop.open(&[START]);
    doctor(&place).exits(2).says(&[
        "[start.order]: no order could be made: the operation order made no order: it failed: POST http://",
        "/tests/orders answered 404: no such page",
        "-> correct url and method of [start.order]",
    ]);
    run(&place).complains(&["/tests/orders answered 404: no such page"]);
    let bundle = place.bundle();
    bundle.verify().exits(0);
    let answered = |record: &serde_json::Value| {
        let line = record["what"]["answered"].as_str().unwrap_or_default();
        record["kind"] == "operated" && line.ends_with("/tests/orders answered 404: no such page")
    };
    assert!(bundle.records().iter().any(answered));
}

#[test]
fn a_timestamp_that_is_read_wrongly_is_told_from_a_wrong_secret() {
    for (timely, says) in [
        (
            (|sent, now| (sent - now * 1000).abs() < 300_000) as fn(i64, i64) -> bool,
            [
                "and one signed with the right secret and its timestamp in milliseconds was accepted",
                "-> the secret is right: the timestamp is UNIX time in seconds",
            ],
        ),
        (
            |sent, now| (sent - now - 600).abs() < 300,
            [
                "and one signed with the right secret and dated 10 min ahead was accepted",
                "-> the secret is right: set the clock of your endpoint by NTP",
            ],
        ),
        (
            |sent, now| (sent - now + 8 * 3600).abs() < 300,
            [
                "and one signed with the right secret and dated 8 h back was accepted",
                "which is the same in every zone",
            ],
        ),
    ] {
        doctor(&Shop { timely, ..SHOP }.open(&[])).exits(1).says(&says);
    }
}

#[test]
fn one_address_that_is_down_is_one_problem() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let place = declared(&format!("http://{free}"), &[START, EFFECTS, LOG]);
    let finished = doctor(&place).exits(3).says(&[
        "not checked [effects.order]: the same address as that of [webhook] is down",
        "not checked [start.order]: the same address as that of [webhook] is down",
        "not checked [log] path: hooks.log is not there yet; it may come with the first line",
        "is told here once the addresses of section 3 can be reached",
        "1 problem,",
    ]);
    never(&finished, &["127.0.0.1 is 127.0.0.1", "examples apply"]);
}

#[test]
fn a_file_that_cannot_be_read_is_all_that_is_told() {
    let place = Place::new().with("partner.toml", "[partner\n");
    let finished = doctor(&place)
        .exits(2)
        .says(&["nothing that follows from it was looked at"]);
    never(&finished, &["nothing to say", "reachability", "clock"]);
}
