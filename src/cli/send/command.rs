//! From arguments to one message, its answer and an exit code.

use std::sync::Arc;

use rand::{SeedableRng as _, rngs::StdRng};

use super::{
    arguments::SendArguments,
    callback,
    case::{Cases, Used, listed},
    connection::Connection,
    curl::{self, Around},
    deliver::Post,
    document,
    endpoint::Endpoint,
    expected::{Expected, unanswered},
    fields,
    kind::{Kind, Style},
    letter::{Doubt, Letter},
    report, save,
    tamper::{For, Tamper},
    webhook::{self, Moments},
};
use crate::{
    checks::view::{Sent, View, Which},
    cli::{error::CliError, exit::Exit, output},
    config::host::{Host, rfc3339, unforeseen},
    evidence::json_text,
    transcript::{
        exchange::{Delivery, SentMessage},
        record::Record,
    },
    wire::tampering::Tampering,
};

/// One message with everything there is to say about it.
pub struct Sending<'a> {
    /// What it is.
    pub kind: Kind,
    /// What was done to it.
    pub tampers: Vec<Tamper>,
    /// What makes it the same again.
    pub seed: u64,
    /// Where it goes.
    pub endpoint: &'a Endpoint,
    /// The message.
    pub letter: Letter,
    /// The request as it leaves.
    pub sent: SentMessage,
    /// Its target on the request line.
    pub target: String,
    /// The endpoint, as it looks.
    pub connection: Option<Connection>,
    /// What came.
    pub records: Vec<Arc<Record>>,
    /// What should come.
    pub expected: Expected,
    /// The deadline, in milliseconds.
    pub within_millis: u64,
    /// Why it is not what came.
    pub missed: Option<String>,
    /// The case that uses such a message.
    pub used: Option<Used>,
    /// What to do next.
    pub hints: Vec<String>,
    /// The command that sends the same, or why there is none.
    pub curl: Result<String, String>,
}

impl Sending<'_> {
    /// The deliveries, in order.
    pub fn deliveries(&self) -> Vec<&Delivery> {
        let sent = View::new(&self.records).deliveries(Which::STIMULUS);
        sent.into_iter().map(|sent| sent.delivery).collect()
    }

    /// A text without the query that is a secret.
    pub fn masked(&self, text: &str) -> String {
        without(self.endpoint, text)
    }
}

fn without(endpoint: &Endpoint, text: &str) -> String {
    match &endpoint.query {
        Some(query) => text.replace(query.expose(), &format!("${{{}}}", query.variable())),
        None => text.to_owned(),
    }
}

/// The command.
///
/// # Errors
///
/// Wrong arguments, a partner's file that is wrong, a file that cannot be written.
pub async fn send(arguments: &SendArguments, host: &Host) -> Result<Exit, CliError> {
    if arguments.list_tamperings {
        output::print(&listed()?)?;
        return Ok(Exit::Success);
    }
    let kind = Kind::parse(arguments.kind.as_deref().unwrap_or_default())?;
    let endpoint = Endpoint::find(arguments, kind, host)?;
    let sending = sending(arguments, kind, &endpoint, host).await?;
    if arguments.json {
        let document = document::document(&sending);
        let line = json_text::line(&document).map_err(|error| CliError::Undetermined(error.to_string()))?;
        output::print(&(line + "\n"))?;
    } else {
        output::print(&report::text(&sending))?;
    }
    Ok(exit(&sending))
}

async fn sending<'a>(
    arguments: &SendArguments,
    kind: Kind,
    endpoint: &'a Endpoint,
    host: &Host,
) -> Result<Sending<'a>, CliError> {
    let seed = arguments.seed.unwrap_or_else(|| unforeseen(&host.clock));
    let tampers = tampers(arguments, kind)?;
    let letter = letter(arguments, kind, &tampers, endpoint, seed, host)?;
    let post = Post::open(endpoint, host)?;
    let (sent, target) = post.preview(&letter);
    if let Some(folder) = &arguments.save {
        save::keep(folder, &sent, &without(endpoint, &target))?;
    }
    let cases = Cases::read()?;
    let forged = |tamper: &&Tamper| matches!(tamper, Tamper::Webhook(_) | Tamper::Callback(_));
    let main = tampers.iter().find(forged).or(tampers.first());
    let used = match (letter.doubt, main) {
        (Some(Doubt::Past), _) => cases.using(Tamper::Webhook(Tampering::Stale)),
        (Some(Doubt::Future), _) => cases.using(Tamper::Webhook(Tampering::Future)),
        (Some(Doubt::Header), _) => cases.using(Tamper::Webhook(Tampering::RandomKey)),
        (None, Some(tamper)) => cases.using(*tamper),
        (None, None) => cases.right(kind),
    };
    let browser = kind == Kind::Callback(Style::Return);
    let taken = used.as_ref().is_some_and(|used| used.taken);
    let expected = match Expected::of(&tampers, browser, taken) {
        Expected::Nothing => Expected::Nothing,
        _ if letter.doubt.is_some() => Expected::Refused,
        // What values of one's own call for, nobody here knows.
        Expected::Acknowledged if arguments.body.is_some() || !arguments.set.is_empty() => Expected::Orderly,
        expected => expected,
    };
    let (mut connection, mut records) = (None, Vec::new());
    if !arguments.dry_run {
        connection = Some(post.look(&letter).await);
        records = post.send(&letter, arguments).await;
    }
    let profile = match kind {
        Kind::Webhook(_) => &endpoint.profiles.platform,
        Kind::Callback(_) => &endpoint.profiles.gateway,
    };
    let within_millis = u64::try_from(profile.ack_deadline().as_millis()).unwrap_or(u64::MAX);
    let view = View::new(&records);
    let missed = if arguments.dry_run {
        None
    } else {
        expected.missed(view, within_millis)
    };
    let around = Around {
        shape: letter.shape,
        query: endpoint.query.as_ref(),
        ca: arguments.ca.as_ref().map(|file| file.display().to_string()),
        body_file: arguments
            .save
            .as_ref()
            .map(|folder| folder.join(save::BODY).display().to_string()),
    };
    let curl = curl::command(&sent, &around);
    let hints = hints(arguments, endpoint, expected, view);
    Ok(Sending {
        kind,
        tampers,
        seed,
        endpoint,
        letter,
        sent,
        target,
        connection,
        records,
        expected,
        within_millis,
        missed,
        used,
        hints,
        curl,
    })
}

fn tampers(arguments: &SendArguments, kind: Kind) -> Result<Vec<Tamper>, CliError> {
    let all = match kind {
        Kind::Webhook(_) => For::Webhooks,
        Kind::Callback(_) => For::Callbacks,
    };
    let tampers: Result<Vec<Tamper>, CliError> = arguments
        .tamper
        .iter()
        .map(|name| Tamper::parse(name, all))
        .collect();
    let tampers = tampers?;
    let broken = tampers
        .iter()
        .any(|tamper| matches!(tamper, Tamper::BrokenWithin | Tamper::BrokenAfter));
    if broken && arguments.at_once {
        return Err(CliError::Usage(
            "--at-once goes with whole messages only; leave it out, or the tampering that breaks the connection".to_owned(),
        ));
    }
    Ok(tampers)
}

fn letter(
    arguments: &SendArguments,
    kind: Kind,
    tampers: &[Tamper],
    endpoint: &Endpoint,
    seed: u64,
    host: &Host,
) -> Result<Letter, CliError> {
    let base = match &arguments.time {
        Some(time) => fields::moment("--time", time)?,
        None => host.clock.unix_millis(),
    };
    let shift =
        arguments.ahead.map_or(0, |span| span.as_secs()) - arguments.age.map_or(0, |span| span.as_secs());
    let moments = Moments {
        created: base,
        attempt: base / 1000 + shift,
        now: host.clock.unix_millis() / 1000,
    };
    let mut random = StdRng::seed_from_u64(seed);
    let drawn = (seed, &mut random);
    let mut letter = match kind {
        Kind::Webhook(event) => webhook::compose(event, tampers, arguments, endpoint, moments, drawn)?,
        Kind::Callback(style) => callback::compose(style, tampers, arguments, endpoint, moments, drawn)?,
    };
    if arguments.seed.is_none() {
        letter.remarks.push(format!(
            "--seed {seed} --time {} makes the same message again",
            rfc3339(base)
        ));
    }
    Ok(letter)
}

fn hints(arguments: &SendArguments, endpoint: &Endpoint, expected: Expected, view: View<'_>) -> Vec<String> {
    let deliveries = view.deliveries(Which::STIMULUS);
    if endpoint.order_first && arguments.reference.is_none() && expected == Expected::Acknowledged {
        return vec![
            "the order in it does not exist at your side: [references] says that your system has the order first; name \
             one of yours with --reference to see what the message does"
                .to_owned(),
        ];
    }
    let refused = |sent: &Sent<'_>| {
        sent.delivery
            .status()
            .is_some_and(|status| (400..500).contains(&status))
    };
    if expected != Expected::Nothing && unanswered(view) {
        return vec!["is it running, is the address right, and does it answer within its time?".to_owned()];
    }
    if expected != Expected::Acknowledged || !deliveries.iter().any(refused) {
        return Vec::new();
    }
    let secret = endpoint.secret.variable();
    vec![match &arguments.save {
        Some(folder) => format!(
            "if the signature was refused: `check-signature --request {} --secret-env {secret}`, with --computed and \
             the value that your code computed",
            folder.join(save::REQUEST).display()
        ),
        None => format!(
            "if the signature was refused: send it again with --save DIR, then `check-signature --request \
             DIR/{} --secret-env {secret} --computed VALUE`, with the value that your code computed",
            save::REQUEST
        ),
    }]
}

fn exit(sending: &Sending<'_>) -> Exit {
    let view = View::new(&sending.records);
    if sending.expected == Expected::Nothing {
        return match sending.missed {
            Some(_) => Exit::Undetermined,
            None => Exit::Success,
        };
    }
    if unanswered(view) {
        return Exit::Undetermined;
    }
    if sending.missed.is_some() {
        Exit::NonConformant
    } else {
        Exit::Success
    }
}
