//! Rows of batch files: one that is bad, and text that takes care.

use cucumber::{then, when};

use super::{
    batch::{Manner, PLAIN_NAME, SMALL},
    stop::Stop,
    world::Example,
};
use crate::{
    checks::{check::Check, effect::Target},
    config::batch::Reject,
    transcript::{
        exchange::Role,
        observation::{EffectKind, Moment},
    },
    wire::batch::Style,
};

/// A day that no calendar has.
const NO_DAY: &str = "2026-02-30";

#[when(
    regex = r"^a batch file arrives whose last row has a (date that no calendar has|policy that was never heard of)$"
)]
async fn bad_row(example: &mut Example, what: String) -> Result<(), Stop> {
    let reject = example.reject()?;
    let orders = std::mem::take(&mut example.batching.orders);
    let mut turn = example.turn().await?;
    let mut filed = example.filed(*turn, &orders, &[]);
    let unknown = format!("POL-{}", example.letters(16));
    let reads_policies = example.context.effects.has_channel(EffectKind::Policy);
    let (Some(row), Some(mut target)) = (filed.file.rows.last_mut(), filed.targets.pop()) else {
        return Err(Stop::Harness(
            "the feature prepares no orders for a batch file".to_owned(),
        ));
    };
    let asked = if what.starts_with("date") {
        NO_DAY.clone_into(&mut row.date);
        format!("a file with one bad row: its date is {NO_DAY}")
    } else {
        // Where no policies can be read, an order that was never heard of does as well.
        target.reference.clone_from(&unknown);
        if reads_policies {
            row.words = example.context.profile.batch_layout().policy.clone();
            target.kind = EffectKind::Policy;
        }
        row.reference.clone_from(&unknown);
        format!("a file with one bad row: nobody has heard of {unknown}")
    };
    let bad = (row.row_id.clone(), target);
    let manner = Manner::stimulus(&asked);
    example.look(&bad.1, Moment::Before).await;
    example.context.remember(&bad.0, &bad.1.reference);
    example.batching.bad = Some(bad);
    if reject == Reject::File {
        example.read_before(&filed).await;
        return example.give_refused(&filed, manner, &mut turn).await;
    }
    example.give(&filed, manner, &mut turn).await?;
    drop(turn);
    example.batching.filed.push(filed);
    example.look_after_silence().await;
    Ok(())
}

#[then("the declared policy for bad rows is followed")]
fn policy(example: &mut Example) -> Result<(), Stop> {
    let reject = example.reject()?;
    let (filed, (_, bad)) = of_bad_row(example)?;
    example.check(Check::BatchPolicyFollowed {
        file_id: filed.id(),
        good: filed.targets,
        bad,
        reject,
    });
    Ok(())
}

#[then("the bad row is named")]
async fn named(example: &mut Example) -> Result<(), Stop> {
    let reject = example.reject()?;
    let (filed, (row_id, _)) = of_bad_row(example)?;
    if example.desk()?.declared().report.is_none()
        && let Some(log) = example.context.log.clone()
    {
        let (scope, id) = (example.scope.clone(), row_id.clone());
        let window = example.context.profile.log_window();
        example
            .idle(async move { log.lines_with(&scope, &id, window).await })
            .await;
    }
    example.check(Check::BatchRowNamed {
        file_id: filed.id(),
        row_id,
        reject,
    });
    Ok(())
}

fn of_bad_row(example: &Example) -> Result<(super::batch::Filed, (String, Target)), Stop> {
    let filed = example.batching.filed.last().cloned();
    filed
        .zip(example.batching.bad.clone())
        .ok_or_else(|| Stop::Harness("the feature hands over no bad row".to_owned()))
}

/// Names in the spelling that is called for, and how the file is written.
fn detailed(example: &mut Example, detail: &str) -> (Vec<String>, Style) {
    let plain = || vec![PLAIN_NAME.to_owned(); SMALL];
    match detail {
        "a byte order mark" => (plain(), Style::ByteOrderMark),
        "carriage returns and line feeds" => (plain(), Style::CrLf),
        "commas and line breaks in quotes" => (
            vec!["Tan, \"Ah\" Kow\nJunior".to_owned(), "Lim, Siew".to_owned()],
            Style::Plain,
        ),
        "names that are numbers with zeros first" => {
            (vec!["00712".to_owned(), "0000".to_owned()], Style::Plain)
        }
        "a name that begins like a formula" => {
            let mark = example.letters(12);
            let name = format!(
                "=HYPERLINK(\"https://{}.invalid/\",\"{mark}\")",
                mark.to_lowercase()
            );
            example.batching.mark = mark;
            (vec![name, PLAIN_NAME.to_owned()], Style::Plain)
        }
        _ => (
            vec![
                "Nur A\u{ef}syah \u{9673}\u{7f8e}\u{73b2}".to_owned(),
                "\u{623}\u{62d}\u{645}\u{62f}".to_owned(),
            ],
            Style::Plain,
        ),
    }
}

#[when(
    regex = r"^a batch file arrives with (a byte order mark|carriage returns and line feeds|commas and line breaks in quotes|names that are numbers with zeros first|names in Malay, Chinese and Arabic|a name that begins like a formula)$"
)]
async fn with_detail(example: &mut Example, detail: String) -> Result<(), Stop> {
    let orders = example.pending_orders(SMALL).await?;
    let (names, style) = detailed(example, &detail);
    let mut turn = example.turn().await?;
    let mut filed = example.filed(*turn, &orders, &names);
    filed.file.style = style;
    let asked = format!("a good file with {detail}");
    let manner = Manner {
        role: Role::Stimulus,
        asked: &asked,
        name: None,
    };
    example.give(&filed, manner, &mut turn).await?;
    example.batching.filed.push(filed);
    Ok(())
}

#[then("its names are stored as they were written")]
fn kept(example: &mut Example) {
    for filed in example.batching.filed.clone() {
        for (row, target) in filed.file.rows.iter().zip(&filed.targets) {
            example.check(Check::BatchTextKept {
                file_id: filed.id(),
                target: target.clone(),
                text: row.name.clone(),
            });
        }
    }
}

#[then("its names are stored as they were written and exported as text")]
async fn exported(example: &mut Example) -> Result<(), Stop> {
    kept(example);
    let filed = example.batching.filed.last().cloned();
    let Some((id, target)) = filed.and_then(|filed| Some((filed.id(), filed.targets.first()?.clone())))
    else {
        return Err(Stop::Harness("the feature hands over no batch file".to_owned()));
    };
    let (context, scope) = (std::sync::Arc::clone(&example.context), example.scope.clone());
    let reference = target.reference.clone();
    let there = example
        .idle(async move {
            match &context.batch {
                Some(desk) => desk.export(&scope, &reference).await,
                None => false,
            }
        })
        .await;
    if !there {
        example.note(
            "no [batch.export] is declared: whether formulas are inert in exports was not looked at; declare it \
             if stored text is ever exported",
        );
        return Ok(());
    }
    let mark = example.batching.mark.clone();
    example.check(Check::BatchExportInert {
        file_id: id,
        reference: target.reference,
        mark,
    });
    Ok(())
}
