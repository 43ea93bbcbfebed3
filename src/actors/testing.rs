//! What the tests of this room share.

use crate::{
    config::{
        Config,
        host::{Clock, Host, Terminal},
    },
    transcript::record::Scope,
};

pub(super) fn config(more: &str) -> Config {
    let text = format!(
        "[partner]\nid = \"acme\"\nname = \"Acme\"\nimplementation = \"pay\"\nversion = \"1\"\n[capabilities]\n{more}"
    );
    let host = Host {
        clock: Clock::start(),
        environment: [
            ("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin".to_owned()),
            ("PROBE_KEY".to_owned(), "probe-key-1234".to_owned()),
            ("UNRELATED".to_owned(), "not for commands".to_owned()),
        ]
        .into(),
        terminal: Terminal::default(),
    };
    Config::from_str(&text, "partner.toml", &host).unwrap()
}

pub(super) fn scope() -> Scope {
    Scope {
        example: "WH-SIG-01/a".parse().unwrap(),
        attempt: 1,
    }
}
