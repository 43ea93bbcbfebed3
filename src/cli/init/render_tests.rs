//! The file says what was answered, whatever that was, and its examples are right.

use std::path::{Path, PathBuf};

use proptest::{prelude::*, sample::subsequence};

use super::{
    accept,
    answers::{Answers, Api, Authentication, Batch, Effect, How, Log, LogForm, Origin, Recurring, Webhooks},
    finish::with_stand_ins,
    page::Page,
    render::page,
};
use crate::{
    config::{
        declaration::CallbackStyle,
        effects::Effect as ReadEffect,
        extract::Extract,
        host::Host,
        log::{LogFormat, LogSource},
        partner::Config,
        references::Origin as ReadOrigin,
        sandbox::Authentication as ReadAuthentication,
        secret::Secret,
        start::Way,
        subject::Subject,
    },
    wire::{event::EventType, recurring::RecurringHash},
};

fn least() -> Answers {
    Answers {
        id: "acme".to_owned(),
        name: "Acme".to_owned(),
        implementation: "shop".to_owned(),
        version: "1".to_owned(),
        webhooks: Some(Webhooks {
            types: vec![EventType::PaymentSuccess],
            url: "http://127.0.0.1:8000/hooks".to_owned(),
            secret_env: "SENANG_WEBHOOK_SECRET".to_owned(),
            next_secret_env: None,
        }),
        ..Answers::default()
    }
}

fn only(change: impl FnOnce(&mut Answers)) -> Answers {
    let mut answers = Answers {
        webhooks: None,
        ..least()
    };
    change(&mut answers);
    answers
}

fn log(is_guess: bool) -> Log {
    Log {
        path: "x.log".to_owned(),
        form: LogForm::Pattern("(?<event_id>evt_\\S+)".to_owned()),
        time_zone: None,
        time_format: None,
        processed: vec!["ok".to_owned()],
        is_guess,
    }
}

/// Shapes of answers that make other examples appear.
fn shapes() -> Vec<Answers> {
    let mut full = least();
    full.webhooks.as_mut().unwrap().types = EventType::ALL.to_vec();
    full.log = Some(log(false));
    full.references = Origin::Start;
    full.start.insert(
        "order".to_owned(),
        How::Http("http://127.0.0.1/orders".to_owned()),
    );
    full.bearer_env = Some("TOKEN".to_owned());
    vec![
        least(),
        full,
        Answers {
            log: Some(log(true)),
            ..least()
        },
        only(|answers| {
            answers.recurring = Some(Recurring {
                styles: vec![CallbackStyle::Json],
                url: "https://shop.example/rc".to_owned(),
                secret_env: "A".to_owned(),
                hash: None,
            });
        }),
        only(|answers| {
            answers.checkout = true;
            answers.start.insert("checkout".to_owned(), How::Manual);
        }),
        only(|answers| {
            answers.batch = Some(Batch {
                folder: "in".to_owned(),
                rejects_file: true,
            });
        }),
    ]
}

#[track_caller]
fn loads(text: &str, host: &Host) -> Config {
    Config::from_text_in(text, "partner.toml", Path::new(""), host)
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A host in which every variable that a text may name is set.
fn host(answers: &Answers) -> Host {
    let mut host = with_stand_ins(answers, &Host::read());
    for name in [
        "SENANG_WEBHOOK_SECRET",
        "SENANG_WEBHOOK_SECRET_NEXT",
        "SENANG_RECURRING_SECRET",
        "SENANG_API_KEY",
    ] {
        host.environment.insert(name.to_owned(), "stands-in".to_owned());
    }
    host
}

#[test]
fn every_example_counts_when_its_mark_is_taken_away() {
    for answers in shapes() {
        let page: Page = page(&answers);
        let host = host(&answers);
        let bare = loads(&page.text(), &host).masked();
        assert!(page.groups().len() > 8);
        for group in page.groups() {
            let with = loads(&page.with(|name| name == group), &host).masked();
            // The limits and the list of keys are the only examples that may say what holds anyway.
            assert!(with != bare || group == "limits", "{group} changes nothing");
        }
        loads(&page.with(|_| true), &host);
    }
}

#[test]
fn examples_are_told_from_prose_by_the_blank_behind_the_mark() {
    for answers in shapes() {
        let text = page(&answers).text();
        let uncommented: String = text
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(rest) if !rest.is_empty() && !rest.starts_with(' ') => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        loads(&uncommented, &host(&answers));
    }
}

#[test]
fn the_usual_file_is_as_it_was_looked_at() {
    let mut answers = least();
    answers.log = Some(Log {
        form: LogForm::Json {
            event_id: "/event_id".to_owned(),
            time: Some("/time".to_owned()),
            kind: Some("/type".to_owned()),
            result: Some("/result".to_owned()),
            reference: None,
        },
        ..log(false)
    });
    insta::with_settings!({snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"), prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("init-partner-toml", page(&answers).text());
    });
}

fn text() -> impl Strategy<Value = String> {
    let hostile = prop_oneof![
        Just("\"\n[capabilities]\nwebhooks = []\n".to_owned()),
        Just("'''\"\"\" # \\u0041 \u{202e}\u{7f}\u{0}".to_owned()),
        any::<String>(),
        "[ -~]{1,40}",
    ];
    hostile.prop_filter("says something", |text| !text.trim().is_empty())
}

fn name() -> impl Strategy<Value = String> {
    "[A-Z][A-Z0-9_]{0,12}"
}

fn pointer() -> impl Strategy<Value = String> {
    text().prop_map(|text| format!("/{}", text.replace('~', "~0")))
}

fn how(placeholder: &'static str) -> impl Strategy<Value = How> {
    let braced = |text: String| text.replace('{', "{{").replace('}', "}}");
    prop_oneof![
        Just(How::Http(format!("https://shop.example/x/{placeholder}"))),
        (text(), text()).prop_map(move |(program, word)| {
            How::Command(vec![program, braced(word), placeholder.to_owned()])
        }),
        Just(How::Manual),
    ]
}

fn any_log() -> impl Strategy<Value = Log> {
    let json = (pointer(), proptest::option::of(pointer())).prop_map(|(event_id, time)| LogForm::Json {
        event_id,
        time,
        kind: None,
        result: Some("/r".to_owned()),
        reference: None,
    });
    let regex =
        text().prop_map(|text| LogForm::Pattern(format!("{}(?<event_id>'\\S+)", regex::escape(&text))));
    (text(), prop_oneof![json, regex], text()).prop_map(|(path, form, word)| Log {
        path,
        form,
        time_zone: Some("Asia/Kuala_Lumpur".to_owned()),
        time_format: None,
        processed: vec![word],
        is_guess: false,
    })
}

prop_compose! {
    fn answers()(
        names in [text(), text(), text(), text()],
        types in subsequence(EventType::ALL.to_vec(), 1..=7),
        secrets in [name(), name(), name()],
        recurring in any::<bool>(),
        api in any::<bool>(),
        log in proptest::option::of(any_log()),
        begin in how("{reference}{api_base_url}"),
        effect in how("{reference}"),
        places in [pointer(), pointer()],
        fixture in proptest::option::of(text()),
        folder in text(),
        client in text(),
    ) -> Answers {
        let [name, implementation, version, contact] = names;
        let [first, second, third] = secrets;
        let [count, state] = places;
        let operations = vec!["buy".to_owned()];
        Answers {
            id: "acme.1".to_owned(),
            name,
            contact: Some(contact),
            implementation,
            version,
            webhooks: Some(Webhooks {
                types,
                url: "https://shop.example/hooks?a='\"".to_owned(),
                secret_env: first.clone(),
                next_secret_env: Some(third),
            }),
            recurring: recurring.then(|| Recurring {
                styles: vec![CallbackStyle::Form, CallbackStyle::Json],
                url: "https://shop.example/rc".to_owned(),
                secret_env: first.clone(),
                hash: Some(RecurringHash::HmacSha256),
            }),
            api: api.then(|| Api {
                operations: operations.clone(),
                authentication: Authentication::Oauth { client_id: client, secret_env: second.clone() },
            }),
            batch: Some(Batch { folder, rejects_file: false }),
            references: fixture.map_or(Origin::Created, Origin::Fixture),
            start: if api { [("buy".to_owned(), begin)].into() } else { [].into() },
            effects: [(Subject::Policy, Effect { how: effect, count, state: Some(state), amount: Some("/a".to_owned()) })].into(),
            bearer_env: Some(second),
            log,
            ..Answers::default()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_is_accepted_is_read_back(answers in answers()) {
        let host = with_stand_ins(&answers, &Host::read());
        for (key, said) in [("name", &answers.name), ("version", &answers.version)] {
            prop_assert_eq!(&accept::of_partner(key, said, &host).unwrap(), said);
        }
        let config = loads(&page(&answers).text(), &host);
        prop_assert_eq!(&config.partner.id, &answers.id);
        prop_assert_eq!(&config.partner.name, &answers.name);
        prop_assert_eq!(&config.partner.contact, &answers.contact);
        prop_assert_eq!(&config.partner.implementation, &answers.implementation);
        prop_assert_eq!(&config.partner.version, &answers.version);
        let (read, said) = (config.webhook.as_ref().unwrap(), answers.webhooks.as_ref().unwrap());
        prop_assert_eq!(read.secret.variable(), &said.secret_env);
        prop_assert_eq!(read.next_secret.as_ref().map(Secret::variable), said.next_secret_env.as_deref());
        prop_assert_eq!(&config.capabilities.webhooks, &said.types);
        prop_assert_eq!(config.recurring.as_ref().and_then(|read| read.hash), answers.recurring.as_ref().and_then(|said| said.hash));
        let client = config.sandbox.as_ref().map(|read| match &read.authentication {
            ReadAuthentication::Oauth { client_id, .. } => client_id.as_str(),
            ReadAuthentication::ApiKey { .. } => "",
        });
        let said = answers.api.as_ref().map(|said| match &said.authentication {
            Authentication::Oauth { client_id, .. } => client_id.as_str(),
            Authentication::ApiKey { .. } => "",
        });
        prop_assert_eq!(client, said);
        prop_assert_eq!(&config.batch.as_ref().unwrap().folder, &PathBuf::from(&answers.batch.as_ref().unwrap().folder));
        match (&config.references[&Subject::Order], &answers.references) {
            (ReadOrigin::Fixture { file }, Origin::Fixture(said)) => prop_assert_eq!(file, &PathBuf::from(said)),
            (read, said) => prop_assert_eq!((read, said), (&ReadOrigin::FirstSight, &Origin::Created)),
        }
        if let (Some(How::Command(words)), Way::Command(call)) = (
            answers.start.get("buy"),
            config.start.get("buy").map_or(&Way::Manual { prompt: crate::config::template::Template::parse("", &[]).unwrap() }, |start| &start.way),
        ) {
            prop_assert_eq!(&call.program, &words[0]);
            prop_assert_eq!(call.args.len(), words.len() - 1);
        }
        let effect = &answers.effects[&Subject::Policy];
        match (&config.effects[&Subject::Policy], &effect.how) {
            (ReadEffect::Http { values, .. }, How::Http(_)) | (ReadEffect::Command { values, .. }, How::Command(_)) => {
                prop_assert_eq!(&values.count, &Extract::Pointer(effect.count.clone()));
                prop_assert_eq!(values.state.clone(), effect.state.clone().map(Extract::Pointer));
            }
            (ReadEffect::Manual { .. }, How::Manual) => {}
            (read, said) => prop_assert!(false, "{:?} for {:?}", read, said),
        }
        prop_assert_eq!(config.log.is_some(), answers.log.is_some());
        if let (Some(read), Some(said)) = (&config.log, &answers.log) {
            prop_assert_eq!(&read.source, &LogSource::File(PathBuf::from(&said.path)));
            match (&read.format, &said.form) {
                (LogFormat::Json { event_id: read, .. }, LogForm::Json { event_id, .. }) => prop_assert_eq!(read, event_id),
                (LogFormat::Regex(read), LogForm::Pattern(pattern)) => prop_assert_eq!(read.as_str(), pattern),
                (read, said) => prop_assert!(false, "{:?} for {:?}", read, said),
            }
        }
    }
}
