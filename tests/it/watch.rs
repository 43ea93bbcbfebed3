//! `run --watch`: the same run again when a file changes or the partner comes back.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use crate::{
    bundle::Bundle,
    partner::{Declared, Partner, secrets},
    program::{Finished, folders},
};

/// Longest wait for a line; far more than a run of one case takes.
const LONGEST: Duration = Duration::from_secs(120);

const WAITING: &str = "waiting for the endpoint to come back or a file to change";

fn partner() -> Partner {
    Partner::start(Declared {
        tls: false,
        effects: true,
        log: true,
    })
}

/// A watching program with the lines that it complains.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(partner: &Partner, more: &str) -> Self {
        let words = format!("run --watch --partner partner.toml --out out --clock compressed {more}");
        let mut child = partner
            .place()
            .senang(&words)
            .with_environment(&secrets())
            .spawn();
        let (sender, lines) = mpsc::channel();
        let errors = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// Waits for a line with this text.
    fn waits_for(&self, text: &str) {
        loop {
            let line = self.lines.recv_timeout(LONGEST);
            if line
                .unwrap_or_else(|_| panic!("{text:?} did not come"))
                .contains(text)
            {
                return;
            }
        }
    }

    /// Ends it as a keyboard does.
    fn interrupted(self) -> Finished {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status().unwrap();
        assert!(sent.success());
        Finished::of(self.child)
    }
}

#[test]
fn a_changed_file_begins_the_same_run_again() {
    let partner = partner();
    fs::create_dir(partner.place().path("src")).unwrap();
    let watching = Watching::start(&partner, "--watch-path src --case WH-DEL-01");
    watching.waits_for(WAITING);
    fs::write(partner.place().path("src/handler.txt"), "1").unwrap();
    watching.waits_for("handler.txt changed; running again");
    watching.waits_for(WAITING);
    // A mistake in the file is told, and mending it is a change.
    partner.edit(|text| text.replacen("[webhook]", "[webhok]", 1));
    watching.waits_for("partner.toml changed; running again");
    watching.waits_for(WAITING);
    partner.edit(|text| text.replacen("[webhok]", "[webhook]", 1));
    watching.waits_for("partner.toml changed; running again");
    watching.waits_for(WAITING);
    let said = watching.interrupted().exits(0);
    assert_eq!(
        said.out.matches("CONFORMANT (not certifiable:").count(),
        3,
        "{}",
        said.out
    );
    said.says(&[
        "filtered, watched",
        "Nothing became different from the run before",
    ]);
    let runs = folders(&partner.place().path("out"));
    assert_eq!(runs.len(), 3, "{runs:?}");
    for run in runs {
        let bundle = Bundle::at(&run);
        bundle.verify().exits(0);
        assert_eq!(bundle.results()["certifiable"], false);
    }
}

#[test]
fn an_endpoint_that_comes_back_is_tried_again_and_what_changed_is_told() {
    let partner = partner();
    let address = partner.base().trim_start_matches("http://").to_owned();
    // Stands before the partner, so that it can go and come back under the same address.
    let front = Front::before(&address);
    partner.edit(|text| {
        text.replacen(
            &format!("url = \"http://{address}/webhooks\""),
            &format!("url = \"http://{}/webhooks\"", front.address),
            1,
        )
    });
    let watching = Watching::start(&partner, "--case WH-DEL-01");
    watching.waits_for(WAITING);
    front.leaves_for(Duration::from_secs(2));
    watching.waits_for("the endpoint is back; running again");
    watching.waits_for(WAITING);
    watching
        .interrupted()
        .exits(0)
        .says(&["Nothing became different"]);
}

#[test]
fn what_cannot_be_watched_is_refused_at_once() {
    let partner = partner();
    partner.run("--watch --case WH-NO-99").exits(2);
    partner
        .run("--watch --watch-path nowhere --case WH-DEL-01")
        .exits(2)
        .complains(&["nowhere"]);
    partner
        .run("--watch --shard 1/2")
        .exits(2)
        .complains(&["cannot be used with"]);
    partner.run("--watch-path src").exits(2).complains(&["--watch"]);
}

/// A door that passes connections on.
struct Front {
    address: String,
    away: std::sync::Arc<std::sync::atomic::AtomicBool>,
    wake: mpsc::Sender<Duration>,
}

impl Front {
    fn before(partner: &str) -> Self {
        use std::{
            net::{TcpListener, TcpStream},
            sync::{
                Arc,
                atomic::{AtomicBool, Ordering},
            },
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let away = Arc::new(AtomicBool::new(false));
        let (wake, woken) = mpsc::channel::<Duration>();
        let (partner, own, gone) = (partner.to_owned(), address.clone(), Arc::clone(&away));
        thread::spawn(move || {
            let mut listener = Some(listener);
            loop {
                let open = listener
                    .take()
                    .unwrap_or_else(|| TcpListener::bind(&own).unwrap());
                for stream in open.incoming().map_while(Result::ok) {
                    if gone.load(Ordering::SeqCst) {
                        break;
                    }
                    let Ok(other) = TcpStream::connect(&partner) else {
                        continue;
                    };
                    let (mut a, mut b) = (stream.try_clone().unwrap(), other.try_clone().unwrap());
                    let (mut c, mut d) = (other, stream);
                    thread::spawn(move || {
                        let _ = std::io::copy(&mut a, &mut b);
                        let _ = b.shutdown(std::net::Shutdown::Write);
                    });
                    thread::spawn(move || {
                        let _ = std::io::copy(&mut c, &mut d);
                        let _ = d.shutdown(std::net::Shutdown::Write);
                    });
                }
                drop(open);
                let Ok(pause) = woken.recv() else { return };
                // Nobody sends anything more: it is only waited out.
                let _ = woken.recv_timeout(pause);
                gone.store(false, Ordering::SeqCst);
            }
        });
        Self { address, away, wake }
    }

    fn leaves_for(&self, pause: Duration) {
        self.away.store(true, std::sync::atomic::Ordering::SeqCst);
        self.wake.send(pause).unwrap();
        // The one that waits for a connection sees that it is to go.
        let _ = std::net::TcpStream::connect(&self.address);
    }
}
