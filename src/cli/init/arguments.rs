//! What can be typed behind `init`. Everything that is asked has a flag.

use std::path::PathBuf;

use clap::Args;

/// What the integration does. What no flag says is asked on a terminal; anywhere else it takes its usual value, or is
/// named as missing.
#[derive(Debug, Default, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub struct InitArguments {
    /// Where to write the file; an existing file is left alone.
    #[arg(long, value_name = "FILE", default_value = "partner.toml")]
    pub out: PathBuf,
    /// Replace an existing file.
    #[arg(long)]
    pub replace: bool,
    /// Ask nothing, also on a terminal.
    #[arg(long)]
    pub no_questions: bool,
    /// Connect to nothing: write what is said, and look at no endpoint.
    #[arg(long, conflicts_with = "try_endpoint")]
    pub offline: bool,

    /// Name of your company or product, for people.
    #[arg(long, value_name = "TEXT", help_heading = "Who you are")]
    pub name: Option<String>,
    /// Short stable id; made from the name unless given.
    #[arg(long, value_name = "ID", help_heading = "Who you are")]
    pub id: Option<String>,
    /// Name of the implementation that is tested; the id unless given.
    #[arg(long, value_name = "TEXT", help_heading = "Who you are")]
    pub implementation: Option<String>,
    /// Its version.
    #[arg(long, value_name = "VERSION", help_heading = "Who you are")]
    pub implementation_version: Option<String>,
    /// Who answers questions about a run.
    #[arg(long, value_name = "TEXT", help_heading = "Who you are")]
    pub contact: Option<String>,

    /// Webhook types, separated by commas; or all, or none.
    #[arg(long, value_name = "LIST", help_heading = "What you receive")]
    pub webhooks: Option<String>,
    /// Your endpoint for webhooks.
    #[arg(long, value_name = "URL", help_heading = "What you receive")]
    pub webhook_url: Option<String>,
    /// Environment variable with the webhook secret [usual: `SENANG_WEBHOOK_SECRET`].
    #[arg(long, value_name = "NAME", help_heading = "What you receive")]
    pub webhook_secret_env: Option<String>,
    /// Environment variable with the second webhook secret of a rotation.
    #[arg(long, value_name = "NAME", help_heading = "What you receive")]
    pub webhook_next_secret_env: Option<String>,
    /// Recurring callbacks: json, form, both separated by a comma, or none.
    #[arg(long, value_name = "LIST", help_heading = "What you receive")]
    pub recurring: Option<String>,
    /// Your endpoint for recurring callbacks.
    #[arg(long, value_name = "URL", help_heading = "What you receive")]
    pub recurring_url: Option<String>,
    /// Environment variable with the secret key of recurring callbacks [usual: `SENANG_RECURRING_SECRET`].
    #[arg(long, value_name = "NAME", help_heading = "What you receive")]
    pub recurring_secret_env: Option<String>,
    /// Hash of recurring callbacks: sha256, hmac-sha256 or md5 [usual: sha256].
    #[arg(long, value_name = "HASH", help_heading = "What you receive")]
    pub recurring_hash: Option<String>,
    /// PEM file with certificates that your endpoints are trusted by, beside the public ones.
    #[arg(long, value_name = "FILE", help_heading = "What you receive")]
    pub trust: Option<String>,
    /// Batch files: the folder that your importer reads.
    #[arg(long, value_name = "DIR", help_heading = "What you receive")]
    pub batch: Option<String>,
    /// What a bad row of a batch file costs: row or file [usual: row].
    #[arg(long, value_name = "WHAT", help_heading = "What you receive")]
    pub batch_reject: Option<String>,

    /// Operations that call the platform's API, separated by commas: quote, buy, pay, claim, `claim_status`, status,
    /// reconcile, refund, cancel, report; or none.
    #[arg(long, value_name = "LIST", help_heading = "What you do")]
    pub api: Option<String>,
    /// How you authenticate at the API: oauth or api-key [usual: oauth].
    #[arg(long, value_name = "WAY", help_heading = "What you do")]
    pub authentication: Option<String>,
    /// Client id, for oauth.
    #[arg(long, value_name = "ID", help_heading = "What you do")]
    pub client_id: Option<String>,
    /// Environment variable with the client secret or API key [usual: `SENANG_CLIENT_SECRET` or `SENANG_API_KEY`].
    #[arg(long, value_name = "NAME", help_heading = "What you do")]
    pub api_secret_env: Option<String>,
    /// You use the hosted checkout.
    #[arg(long, help_heading = "What you do")]
    pub checkout: bool,

    /// How an order comes to exist at your side: created (by the first message), start, or fixture [usual: created].
    #[arg(long, value_name = "HOW", help_heading = "What can be seen")]
    pub references: Option<String>,
    /// The list of prepared objects, for fixture.
    #[arg(long, value_name = "FILE", help_heading = "What can be seen")]
    pub fixture: Option<String>,
    /// How an operation is begun, as OPERATION=HOW (repeatable): an address, a command with its arguments, or manual.
    #[arg(long, value_name = "OPERATION=HOW", help_heading = "What can be seen")]
    pub start: Vec<String>,
    /// How it is read what happened, as KIND=HOW (repeatable): an address or a command with {reference} in it, log, or
    /// manual. Kinds are order, policy, claim, subscription.
    #[arg(long, value_name = "KIND=HOW", help_heading = "What can be seen")]
    pub effects: Vec<String>,
    /// Where a value stands in the answer, as KIND.KEY=PLACE (repeatable), such as order.count=/payments; keys are count,
    /// state and amount.
    #[arg(long, value_name = "KIND.KEY=PLACE", help_heading = "What can be seen")]
    pub place: Vec<String>,
    /// Environment variable with a token that these addresses of yours ask for, as `Authorization: Bearer`.
    #[arg(long, value_name = "NAME", help_heading = "What can be seen")]
    pub bearer_env: Option<String>,
    /// Your log; its form and fields are read from its last lines.
    #[arg(long, value_name = "FILE", help_heading = "What can be seen")]
    pub log: Option<String>,
    /// Where the event id stands in a line: a JSON pointer. With it nothing is guessed.
    #[arg(
        long,
        value_name = "POINTER",
        help_heading = "What can be seen",
        conflicts_with = "log_pattern"
    )]
    pub log_event_id: Option<String>,
    /// Where the time stands.
    #[arg(
        long,
        value_name = "POINTER",
        help_heading = "What can be seen",
        requires = "log_event_id"
    )]
    pub log_time: Option<String>,
    /// Where the type stands.
    #[arg(
        long,
        value_name = "POINTER",
        help_heading = "What can be seen",
        requires = "log_event_id"
    )]
    pub log_type: Option<String>,
    /// Where the processing result stands.
    #[arg(
        long,
        value_name = "POINTER",
        help_heading = "What can be seen",
        requires = "log_event_id"
    )]
    pub log_result: Option<String>,
    /// Regular expression with the groups `event_id`, time, type, result for lines that are not JSON.
    #[arg(long, value_name = "REGEX", help_heading = "What can be seen")]
    pub log_pattern: Option<String>,
    /// Zone of times in the log that name none.
    #[arg(long, value_name = "ZONE", help_heading = "What can be seen")]
    pub log_time_zone: Option<String>,

    /// Send your endpoint correctly signed and forged messages about an object that exists nowhere, to see which
    /// signatures it verifies. The secret must be in its variable.
    #[arg(long, help_heading = "Detection")]
    pub try_endpoint: bool,
    /// A captured message (header lines, an empty line, the body): say which signature format it has.
    #[arg(long, value_name = "FILE", help_heading = "Detection")]
    pub sample: Option<PathBuf>,
}
