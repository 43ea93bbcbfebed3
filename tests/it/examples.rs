//! The example partners in `examples/`: each is started as its own README says, on a free port, and must pass the
//! cases of the webhook areas. One that holds another secret must not. Where a language or its packages cannot be
//! had, the test says so; with `SENANG_EXTERNAL_TOOLS=required` it fails instead.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, BufRead as _, BufReader, Read},
    os::unix::{fs::symlink, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{LazyLock, Mutex, PoisonError},
    thread,
};

use crate::program::{Finished, Place};

/// What the platform signs with.
const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZkdISUpLTE1OT1BRUlNUVVY=";
/// What a partner holds that copied the wrong one.
const ANOTHER: &str = "whsec_VlVUU1JRUE9OTUxLSklIR2ZlZGNiYTk4NzY1NDMyMTA=";
const TOKEN: &str = "st-7Hq2VbN8xWmZ4tRc";
const API_KEY: &str = "ak_5GdXk7MzRb2PhNc9";
const RECURRING: &str = "rs-4Qm9ZtKp2VxL7cWd";

/// The areas that a receiver of webhooks is judged by, without those that take long or need TLS, and those that
/// look at the sections which every partner fills in.
const AREAS: [&str; 8] = ["WH-SIG", "WH-DEL", "WH-PAY", "WH-DUP", "FWD", "LOG", "ATT", "SEC"];
/// What cannot be tried, because nothing in the file of an example stops its server, breaks its database or changes
/// its secret. None of it is required.
const NOT_TRIED: [&str; 5] = ["LOG-08/b", "SEC-05/a", "SEC-05/b", "SEC-05/c", "WH-DUP-05/a"];

/// An example with all that it needs.
struct Example {
    language: &'static str,
    /// The address in its `partner.toml`.
    address: &'static str,
    /// Areas of what it takes beside webhooks.
    more: &'static [&'static str],
    /// The program that serves it, in its folder.
    program: PathBuf,
    args: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
    /// What stands before the address or the port in the line by which it says that it is ready.
    ready: &'static str,
    /// Packages that must lie in its folder.
    packages: Option<PathBuf>,
    /// What is run before the first start.
    setup: Option<&'static [&'static str]>,
}

static PYTHON: LazyLock<Result<Example, String>> = LazyLock::new(|| {
    let folder = installed("python", "requirements.txt", |source, folder| {
        let pip = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
        ];
        succeeds(
            Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(folder.join("venv")),
        )?;
        succeeds(
            Command::new(folder.join("venv/bin/python"))
                .args(pip)
                .arg(source.join("requirements.txt")),
        )
    })?;
    Ok(Example {
        language: "python",
        address: "127.0.0.1:8001",
        more: &["RC-JSON"],
        program: folder.join("venv/bin/uvicorn"),
        args: &["app.main:app", "--port", "0", "--no-access-log"],
        variables: &[],
        ready: "Uvicorn running on http://127.0.0.1:",
        packages: None,
        setup: None,
    })
});

static NODE: LazyLock<Result<Example, String>> = LazyLock::new(|| {
    let folder = installed("node", "package-lock.json", |source, folder| {
        for name in ["package.json", "package-lock.json"] {
            fs::copy(source.join(name), folder.join(name)).map_err(|error| error.to_string())?;
        }
        let quietly = [
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ];
        succeeds(Command::new("npm").args(quietly).current_dir(folder))
    })?;
    Ok(Example {
        language: "node",
        address: "127.0.0.1:8002",
        more: &[],
        program: PathBuf::from("node"),
        args: &["src/server.js"],
        variables: &[("PORT", "0")],
        ready: "listening on ",
        packages: Some(folder.join("node_modules")),
        setup: None,
    })
});

static PHP: LazyLock<Result<Example, String>> = LazyLock::new(|| {
    let has_sqlite = "exit(extension_loaded('pdo_sqlite') ? 0 : 1);";
    succeeds(Command::new("php").args(["-r", has_sqlite]))?;
    Ok(Example {
        language: "php",
        address: "127.0.0.1:8003",
        more: &[],
        program: PathBuf::from("php"),
        args: &["-S", "127.0.0.1:0", "public/index.php"],
        variables: &[("PHP_CLI_SERVER_WORKERS", "8")],
        ready: "Development Server (http://127.0.0.1:",
        packages: None,
        setup: Some(&["setup.php"]),
    })
});

/// The folder with the packages of an example, made unless they are those of its list already.
fn installed(
    language: &str,
    list: &str,
    install: impl FnOnce(&Path, &Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let source = source(language);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/examples")
        .join(language);
    let said = |error: io::Error| error.to_string();
    let wanted = fs::read_to_string(source.join(list)).map_err(said)?;
    let mark = folder.join("installed");
    if !fs::read_to_string(&mark).is_ok_and(|there| there == wanted) {
        fs::create_dir_all(&folder).map_err(said)?;
        install(&source, &folder)?;
        fs::write(mark, wanted).map_err(said)?;
    }
    Ok(folder)
}

fn source(language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(language)
}

fn succeeds(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    ))
}

#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "CI says through the environment that nothing may be missing, and what is missing must be seen"
)]
fn there(example: &'static Result<Example, String>) -> Option<&'static Example> {
    let why = match example {
        Ok(example) => return Some(example),
        Err(why) => why,
    };
    let required = std::env::var_os("SENANG_EXTERNAL_TOOLS").is_some_and(|value| value == "required");
    assert!(
        !required,
        "SENANG_EXTERNAL_TOOLS=required, and an example cannot be started: {why}"
    );
    eprintln!("NOT CHECKED: an example cannot be started on this machine: {why}");
    None
}

/// A running example in a folder of its own.
struct Shop {
    place: Place,
    child: Child,
}

impl Shop {
    fn start(example: &Example, secret: &str) -> Self {
        let place = Place::new();
        let folder = place.path("shop");
        copy(&source(example.language), &folder);
        if let Some(packages) = &example.packages {
            symlink(packages, folder.join("node_modules")).unwrap();
        }
        if let Some(setup) = example.setup {
            succeeds(Command::new(&example.program).args(setup).current_dir(&folder)).unwrap();
        }
        let mut child = Command::new(&example.program)
            .args(example.args)
            .current_dir(&folder)
            .envs(example.variables.iter().copied())
            .env("SENANG_WEBHOOK_SECRET", secret)
            .env("SENANG_RECURRING_SECRET", RECURRING)
            .env("SHOP_TOKEN", TOKEN)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Workers end with it.
            .process_group(0)
            .spawn()
            .unwrap();
        let port = port(&mut child, example.ready);
        let file = folder.join("partner.toml");
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            text.contains(example.address),
            "{} is not in {text}",
            example.address
        );
        fs::write(&file, text.replace(example.address, &format!("127.0.0.1:{port}"))).unwrap();
        Self { place, child }
    }

    fn run(&self, more: &str) -> Finished {
        let words = format!("run --partner shop/partner.toml --out out --clock compressed --seed 5 {more}");
        let secrets = [
            ("SENANG_WEBHOOK_SECRET", SECRET.to_owned()),
            ("SHOP_TOKEN", TOKEN.to_owned()),
            ("SENANG_API_KEY", API_KEY.to_owned()),
            ("SENANG_RECURRING_SECRET", RECURRING.to_owned()),
        ];
        self.place.senang(&words).with_environment(&secrets).run()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.child.wait();
    }
}

/// The port that the server says it listens on, on standard output or standard error.
fn port(child: &mut Child, ready: &str) -> u16 {
    let (says, said) = std::sync::mpsc::channel();
    let streams: [Box<dyn Read + Send>; 2] = [
        Box::new(child.stdout.take().unwrap()),
        Box::new(child.stderr.take().unwrap()),
    ];
    for stream in streams {
        let says = says.clone();
        // Reads on to the end: a server must not wait for somebody to read what it prints.
        thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let _ = says.send(line);
            }
        });
    }
    drop(says);
    let mut lines = Vec::new();
    for line in said {
        if let Some((_, rest)) = line.split_once(ready) {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            return digits.parse().unwrap();
        }
        lines.push(line);
    }
    panic!("the server ended before it was ready:\n{}", lines.join("\n"));
}

/// Copies a folder, without what a person's own try left there.
fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let name = entry.file_name();
        if ["var", "reports", ".venv", "node_modules", "__pycache__"]
            .iter()
            .any(|left| name == *left)
        {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(name));
        } else {
            fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}

/// One suite at a time: three shops that write to one disk at once are slower than any of them may be.
static TURN: Mutex<()> = Mutex::new(());

fn is_conformant(example: &'static Result<Example, String>) {
    let Some(example) = there(example) else {
        return;
    };
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let shop = Shop::start(example, SECRET);
    let areas = AREAS.iter().chain(example.more);
    let filter: Vec<String> = areas.clone().map(|area| format!("--area {area}")).collect();
    shop.run(&filter.join(" ")).exits(0).says(&["CONFORMANT"]);
    let bundle = shop.place.bundle();
    bundle.verify().exits(0);
    let verdicts = bundle.verdicts();
    let others: Vec<&str> = verdicts
        .iter()
        .filter(|(_, verdict)| *verdict != "pass")
        .map(|(example, _)| example.as_str())
        .collect();
    assert_eq!(others, NOT_TRIED, "{}", example.language);
    let results = bundle.results();
    let mut required = BTreeMap::<String, usize>::new();
    for line in results["examples"].as_array().unwrap() {
        if line["severity"] == "required" && line["selection"] == "selected" {
            let (area, _) = line["example"].as_str().unwrap().rsplit_once('-').unwrap();
            *required.entry(area.to_owned()).or_insert(0) += 1;
        }
    }
    // SEC asks nothing of a receiver that must be so.
    for area in areas.filter(|area| **area != "SEC") {
        assert!(
            required.contains_key(*area),
            "nothing of {area} was required: {required:?}"
        );
    }
}

fn is_noticed_with_another_secret(example: &'static Result<Example, String>) {
    let Some(example) = there(example) else {
        return;
    };
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let shop = Shop::start(example, ANOTHER);
    shop.run("--case WH-DEL-01 --case WH-SIG-01 --case WH-SIG-03")
        .exits(1);
    let verdicts = shop.place.bundle().verdicts();
    for example in ["WH-DEL-01/a", "WH-SIG-01/a"] {
        assert_eq!(verdicts[example], "fail", "{verdicts:?}");
    }
}

#[test]
fn the_example_in_python_is_conformant() {
    is_conformant(&PYTHON);
}

#[test]
fn the_example_in_node_is_conformant() {
    is_conformant(&NODE);
}

#[test]
fn the_example_in_php_is_conformant() {
    is_conformant(&PHP);
}

#[test]
fn the_example_in_python_fails_with_another_secret() {
    is_noticed_with_another_secret(&PYTHON);
}

#[test]
fn the_example_in_node_fails_with_another_secret() {
    is_noticed_with_another_secret(&NODE);
}

#[test]
fn the_example_in_php_fails_with_another_secret() {
    is_noticed_with_another_secret(&PHP);
}
