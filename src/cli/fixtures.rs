//! `fixtures`: the objects that a run needs, for partners who import them instead of writing code.

use std::{collections::BTreeSet, fmt::Write as _};

use serde_json::{Map, Value};

use super::{
    args::{ClockChoice, FixtureForm, FixturesArguments},
    error::CliError,
    exit::Exit,
    output, prepare,
    prepare::Profiles,
    supply::{Demand, demand},
};
use crate::{
    actors::fixtures::names,
    config::{host::Host, partner::Config, references::Origin, subject::Subject},
    runner::table::StepTable,
    wire::event::EventType,
};

/// Table that the SQL fills.
pub const TABLE: &str = "senang_fixtures";
const COLUMNS: [&str; 8] = [
    "kind",
    "reference",
    "order",
    "policy",
    "claim",
    "transaction",
    "amount",
    "currency",
];

/// One object, by the columns.
type Row = [String; 8];

/// Prints the objects.
pub fn fixtures(arguments: &FixturesArguments, host: &Host) -> Result<Exit, CliError> {
    let (suite, rulebook) = prepare::suite(&StepTable::default())?;
    let clock = arguments.clock.unwrap_or(ClockChoice::Real);
    let profiles = Profiles::load(&arguments.profile, clock)?;
    let config = match &arguments.partner {
        Some(path) => Some(Config::described(path, host)?),
        None => None,
    };
    let declared = config.as_ref().map_or_else(
        || prepare::everything(&profiles),
        |config| prepare::declared(config, &profiles),
    );
    let plan = prepare::plan(&suite, rulebook, &declared, &arguments.selection)?;
    let kinds = config
        .as_ref()
        .map_or(EventType::ALL.len(), |config| config.capabilities.webhooks.len());
    let mut demand = demand(&plan, &profiles, kinds)?;
    let wanted = wanted(config.as_ref());
    demand.retain(|(subject, _), _| wanted.contains(subject));
    let rows = rows(&demand, profiles.platform.currency(), arguments.seed);
    output::print(&match arguments.format {
        FixtureForm::Csv => csv(&rows),
        FixtureForm::Json => json(&rows),
        FixtureForm::Sql => sql(&rows),
    })?;
    Ok(Exit::Success)
}

/// The kinds to print: those that come from a list, or all where no list is declared yet.
fn wanted(config: Option<&Config>) -> BTreeSet<Subject> {
    let listed: BTreeSet<Subject> = config
        .into_iter()
        .flat_map(|config| &config.references)
        .filter(|(_, origin)| matches!(origin, Origin::Fixture { .. }))
        .map(|(subject, _)| *subject)
        .collect();
    if listed.is_empty() {
        Subject::ALL.into_iter().map(|(_, subject)| subject).collect()
    } else {
        listed
    }
}

fn rows(demand: &Demand, currency: &str, seed: u64) -> Vec<Row> {
    let mut rows = Vec::new();
    for ((subject, amount), count) in demand {
        for number in 0..*count {
            let all = names(seed, &format!("fixture {subject} {amount} {number}"));
            let own = match subject {
                Subject::Order | Subject::Subscription => &all.order,
                Subject::Policy => &all.policy,
                Subject::Claim => &all.claim,
            };
            rows.push([
                subject.name().to_owned(),
                own.clone(),
                all.order.clone(),
                all.policy.clone(),
                all.claim.clone(),
                all.transaction.clone(),
                amount.clone(),
                currency.to_owned(),
            ]);
        }
    }
    rows
}

/// RFC 4180. Names, amounts and currencies are made here and need no quotes; they would get them.
fn csv(rows: &[Row]) -> String {
    let field = |text: &str| {
        if text.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.to_owned()
        }
    };
    let line = |fields: &[String]| {
        fields
            .iter()
            .map(|text| field(text))
            .collect::<Vec<_>>()
            .join(",")
    };
    let head: Vec<String> = COLUMNS.iter().map(|name| (*name).to_owned()).collect();
    let mut text = line(&head);
    for row in rows {
        text.push('\n');
        text.push_str(&line(row));
    }
    text.push('\n');
    text
}

fn json(rows: &[Row]) -> String {
    let list: Vec<Value> = rows
        .iter()
        .map(|row| {
            let members: Map<String, Value> = COLUMNS
                .iter()
                .zip(row)
                .map(|(name, text)| ((*name).to_owned(), Value::String(text.clone())))
                .collect();
            Value::Object(members)
        })
        .collect();
    output::json(&list)
}

/// Standard SQL: names in double quotes, because `order` and `transaction` are key words.
fn sql(rows: &[Row]) -> String {
    let columns: Vec<String> = COLUMNS.iter().map(|name| format!("\"{name}\"")).collect();
    let columns = columns.join(", ");
    let mut text = format!("CREATE TABLE IF NOT EXISTS \"{TABLE}\" (\n");
    for name in COLUMNS {
        let form = match name {
            "amount" => "DECIMAL(15, 2)",
            "currency" => "CHAR(3)",
            "kind" => "VARCHAR(16)",
            _ => "VARCHAR(255)",
        };
        let _ = writeln!(text, "    \"{name}\" {form} NOT NULL,");
    }
    text += "    PRIMARY KEY (\"kind\", \"reference\")\n);\n";
    for row in rows {
        let values: Vec<String> = row
            .iter()
            .map(|value| format!("'{}'", value.replace('\'', "''")))
            .collect();
        let _ = writeln!(
            text,
            "INSERT INTO \"{TABLE}\" ({columns}) VALUES ({});",
            values.join(", ")
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(reference: &str) -> Row {
        ["order", reference, "O", "P", "C", "t", "24.50", "MYR"].map(str::to_owned)
    }

    #[test]
    fn quotes_in_a_value_stay_inside_it() {
        assert!(sql(&[row("a'); DROP TABLE x;--")]).contains("('order', 'a''); DROP TABLE x;--', 'O'"));
        assert!(csv(&[row("a,\"b\"")]).contains("order,\"a,\"\"b\"\"\",O"));
    }

    #[test]
    fn the_seed_decides_alone() {
        let demand: Demand = [((Subject::Order, "24.50".to_owned()), 2)].into();
        assert_eq!(rows(&demand, "MYR", 7), rows(&demand, "MYR", 7));
        assert_ne!(rows(&demand, "MYR", 7), rows(&demand, "MYR", 8));
        let both = rows(&demand, "MYR", 7);
        assert_ne!(both[0][1], both[1][1]);
    }
}
