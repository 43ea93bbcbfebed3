//! A partner that answers with everything that could attack whoever reads the bundle: whatever it says stays text,
//! in every file, on the terminal, and in a real browser.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::Command,
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use html5gum::{DefaultEmitter, Token, Tokenizer};
use quick_xml::{Reader, events::Event};

use crate::{
    bundle::Bundle,
    hostile,
    program::{Finished, Place},
};

/// What runs where text becomes a page.
const SCRIPT: &str = "</pre></title></script><script>document.title='owned';document.documentElement.id='owned'</script>\
                      <img src=x onerror=\"document.title='owned'\"><svg onload=\"document.title='owned'\">\
                      <style>*{display:none}</style><a href=\"javascript:document.title='owned'\">x</a>";
/// Length of the longest answers.
const LONG: usize = 10 << 20;

/// The answers to webhooks, one after the other.
static ANSWERS: LazyLock<[Vec<u8>; 4]> = LazyLock::new(|| {
    let text = format!("{}{SCRIPT}\u{200f}\u{2066}\u{85}\u{2028}", hostile::TEXT);
    let mut broken = b"\xff\xfe\xc0\xaf\x80".to_vec();
    broken.extend_from_slice(text.as_bytes());
    broken.extend_from_slice(b"\xed\xa0\x80");
    [
        text.clone().into_bytes(),
        broken,
        SCRIPT.as_bytes().iter().copied().cycle().take(LONG).collect(),
        vec![b'\x1b'; LONG],
    ]
});

fn partner() -> SocketAddr {
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
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let mut reader = BufReader::new(connection);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).ok()?;
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
    reader.read_exact(&mut vec![0; length]).ok()?;
    let told = format!("{}{SCRIPT}", hostile::TEXT);
    let probed = serde_json::json!({"count": 0, "state": told, "name": told}).to_string();
    let body = if first.starts_with("GET ") {
        probed.as_bytes()
    } else {
        &ANSWERS[ASKED.fetch_add(1, Ordering::Relaxed) % ANSWERS.len()]
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nx-note: {SCRIPT}]]>\r\nx-bytes: ",
        body.len()
    );
    let mut connection = reader.into_inner();
    connection.write_all(head.as_bytes()).ok()?;
    connection
        .write_all(b"\xff\xe9\r\nconnection: close\r\n\r\n")
        .ok()?;
    connection.write_all(body).ok()
}

struct Attacked {
    said: Finished,
    bundle: Bundle,
    _place: Place,
}

/// One run against that partner; its own file is hostile too.
static ATTACKED: LazyLock<Attacked> = LazyLock::new(|| {
    let base = format!("http://{}", partner());
    let place = Place::new().with(
        "partner.toml",
        &format!(
            "[partner]\nid = \"mallory\"\nname = '''{SCRIPT}'''\nimplementation = '''{SCRIPT}'''\nversion = \"1\"\n\
             [capabilities]\nwebhooks = [\"payment.success\"]\n\
             [webhook]\nurl = \"{base}/hooks\"\nsecret_env = \"MALLORY_SECRET\"\n\
             [effects.order]\nkind = \"http\"\nurl = \"{base}/orders/{{reference}}\"\ncount = \"/count\"\n\
             state = \"/state\"\nname = \"/name\"\n"
        ),
    );
    let secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZkdISUpLTE1OT1BRUlNUVVY=".to_owned();
    let said = place
        .senang("run --partner partner.toml --clock compressed --out out --case WH-DEL-01 --case WH-SIG-02")
        .with_environment(&[("MALLORY_SECRET", secret)])
        .run()
        .exits(1);
    Attacked {
        said,
        bundle: place.bundle(),
        _place: place,
    }
});

/// Control characters and marks that change the direction of reading.
fn controls(letter: char) -> bool {
    (letter.is_control() && letter != '\n')
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}')
}

#[test]
fn the_terminal_gets_only_text() {
    for shown in [&ATTACKED.said.out, &ATTACKED.said.err] {
        assert_eq!(shown.chars().find(|letter| controls(*letter)), None, "{shown:?}");
    }
    assert!(
        ATTACKED.said.out.contains(r"\u{1b}[2J"),
        "the text is not shown at all"
    );
}

#[test]
fn every_file_is_whole_and_holds() {
    for name in ATTACKED.bundle.files() {
        let text = String::from_utf8(ATTACKED.bundle.bytes(&name)).unwrap();
        assert!(
            !text.is_empty() && text.len() < LONG,
            "{name} has {} bytes",
            text.len()
        );
        match Path::new(&name).extension().and_then(|ending| ending.to_str()) {
            Some("xml") => well_formed(&name, &text),
            Some("json" | "har") => {
                serde_json::from_str::<serde_json::Value>(&text).unwrap();
            }
            Some("ndjson") => {
                for line in text.lines() {
                    serde_json::from_str::<serde_json::Value>(line).unwrap();
                }
            }
            Some("html") => {}
            other => panic!("{name}: nobody looks at {other:?}"),
        }
        // What JSON lets stand as it is, the page and the XML do not; they are looked at by themselves.
        let control = text
            .chars()
            .find(|letter| letter.is_ascii_control() && *letter != '\n');
        assert_eq!(control, None, "{name}");
    }
    ATTACKED.bundle.verify().exits(0);
}

fn well_formed(name: &str, text: &str) {
    let mut reader = Reader::from_str(text);
    reader.config_mut().enable_all_checks(true);
    let mut elements = BTreeSet::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    attribute.unwrap();
                }
                elements.insert(String::from_utf8(tag.name().as_ref().to_vec()).unwrap());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    for foreign in ["script", "img", "svg", "style", "a", "pre"] {
        assert!(!elements.contains(foreign), "<{foreign}> in {name}");
    }
    assert_eq!(text.chars().find(|letter| controls(*letter)), None, "{name}");
}

#[test]
fn no_element_of_the_page_came_from_the_partner() {
    let page = ATTACKED.bundle.text("report.html");
    assert!(
        page.contains("&lt;script&gt;document.title"),
        "the text is not shown at all"
    );
    assert!(page.contains(r"\xff\xfe"), "bytes that are no text are not shown");
    assert!(page.contains("more bytes in the transcript"));
    assert_eq!(page.chars().find(|letter| controls(*letter)), None);
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let (mut scripts, mut styles) = (0, 0);
    for token in Tokenizer::new_with_emitter(page.as_str(), emitter) {
        let Ok(Token::StartTag(tag)) = token else { continue };
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        scripts += usize::from(name == "script");
        styles += usize::from(name == "style");
        assert!(
            !matches!(name.as_str(), "img" | "iframe" | "object" | "embed" | "base"),
            "<{name}>"
        );
        for (attribute, value) in &tag.attributes {
            let attribute = String::from_utf8_lossy(attribute);
            let value = String::from_utf8_lossy(value);
            assert!(
                !attribute.starts_with("on") && attribute != "style",
                "<{name} {attribute}>"
            );
            assert!(
                attribute != "href" || value.starts_with('#') || value == "data:,",
                "{value}"
            );
            assert!(attribute != "id" || value != "owned");
        }
    }
    assert_eq!((scripts, styles), (1, 1));
}

#[test]
fn in_a_browser_only_the_page_s_own_script_runs() {
    let folder = tempfile::tempdir().unwrap();
    let page = ATTACKED.bundle.path("report.html");
    let Some(shown) = browsed(&page, folder.path()) else {
        return;
    };
    // The page's own script writes how many examples there are.
    let own = regex::Regex::new(r#"id="count"[^>]*>\d+ examples?<"#).unwrap();
    assert!(own.is_match(&shown), "the script of the page did not run");
    let title = regex::Regex::new("<title>([^<]*)</title>").unwrap();
    assert!(
        title.captures(&shown).unwrap()[1].starts_with("Not conformant: "),
        "{shown:.2000}"
    );
    assert!(!shown.contains("id=\"owned\""));
    assert_eq!(shown.matches("<script").count(), 1);

    // What is asserted here can fail: the same text in a page without these precautions runs.
    let careless = folder.path().join("careless.html");
    std::fs::write(&careless, format!("<title>calm</title><pre>{SCRIPT}")).unwrap();
    let shown = browsed(&careless, folder.path()).unwrap();
    assert!(shown.contains("<title>owned</title>"), "{shown}");
}

#[test]
fn even_unescaped_text_runs_nothing_under_the_page_s_policy() {
    let folder = tempfile::tempdir().unwrap();
    let page = ATTACKED.bundle.text("report.html");
    let (head, rest) = page.split_once("</h1>").unwrap();
    let spoilt = folder.path().join("spoilt.html");
    std::fs::write(&spoilt, format!("{head}</h1>{SCRIPT}{rest}")).unwrap();
    let Some(shown) = browsed(&spoilt, folder.path()) else {
        return;
    };
    assert!(!shown.contains("<title>owned</title>") && !shown.contains("id=\"owned\""));
}

/// The page as Chromium has it after its scripts ran; none where there is no Chromium, which is said.
#[expect(clippy::print_stderr, reason = "what a test could not do must be seen")]
fn browsed(page: &Path, folder: &Path) -> Option<String> {
    let names = [
        "chromium",
        "chromium-browser",
        "google-chrome-stable",
        "google-chrome",
    ];
    for name in names {
        let ended = Command::new(name)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--dump-dom",
            ])
            .arg(format!("--user-data-dir={}", folder.join("browser").display()))
            .arg(format!("file://{}", page.display()))
            .output();
        match ended {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            ended => {
                let ended = ended.unwrap();
                assert!(
                    ended.status.success(),
                    "{}",
                    String::from_utf8_lossy(&ended.stderr)
                );
                return Some(String::from_utf8(ended.stdout).unwrap());
            }
        }
    }
    let missing = "Chromium is not installed: what the page does in a browser was not looked at";
    assert!(option_env!("CI").is_none(), "{missing}");
    eprintln!("{missing}");
    None
}
