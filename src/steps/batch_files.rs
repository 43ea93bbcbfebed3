//! Whole batch files: sound, repeated, out of order, broken.

use cucumber::{given, then, when};

use super::{
    batch::{Manner, SMALL},
    stop::Stop,
    world::Example,
};
use crate::{
    checks::check::Check,
    transcript::exchange::Role,
    wire::batch::{Flaw, Style},
};

#[given(regex = r"^pending orders for (a full batch file|small batch files)$")]
async fn pending(example: &mut Example, what: String) -> Result<(), Stop> {
    let full = usize::try_from(*example.context.profile.batch_rows()).unwrap_or(SMALL);
    let count = if what.contains("full") { full } else { SMALL };
    let orders = example.pending_orders(count).await?;
    example.batching.orders = orders;
    Ok(())
}

#[given("a batch file was taken in")]
async fn before(example: &mut Example) -> Result<(), Stop> {
    example.batching.before = example.sign_of_life(Role::ControlBefore).await?;
    Ok(())
}

#[when("a batch file with a row for each of them arrives, without a line break at its end")]
async fn full(example: &mut Example) -> Result<(), Stop> {
    let orders = std::mem::take(&mut example.batching.orders);
    let mut turn = example.turn().await?;
    let mut filed = example.filed(*turn, &orders, &[]);
    filed.file.style = Style::NoFinalBreak;
    let manner = Manner::stimulus("a good file without a line break at its end");
    example.give(&filed, manner, &mut turn).await?;
    example.batching.filed.push(filed);
    Ok(())
}

#[when(regex = r"^a batch file arrives (twice|again under another name)$")]
async fn again(example: &mut Example, how: String) -> Result<(), Stop> {
    let orders = example.pending_orders(SMALL).await?;
    let mut turn = example.turn().await?;
    let filed = example.filed(*turn, &orders, &[]);
    example
        .give(&filed, Manner::stimulus("a good file"), &mut turn)
        .await?;
    example.batching.before.clone_from(&filed.targets);
    let usual = filed.file.name(example.context.profile.batch_layout());
    let manner = if how == "twice" {
        Manner::stimulus("the same file again")
    } else {
        Manner {
            name: Some(format!("again-{usual}")),
            ..Manner::stimulus("the same content under another name")
        }
    };
    example.hand_over(&filed, manner).await?;
    example.batching.filed.push(filed);
    drop(turn);
    example.look_after_silence().await;
    Ok(())
}

#[when("a batch file arrives in which one row stands twice")]
async fn row_twice(example: &mut Example) -> Result<(), Stop> {
    let orders = example.pending_orders(SMALL).await?;
    if example.batching.before.is_empty() {
        example.batching.before = example.sign_of_life(Role::ControlBefore).await?;
    }
    let mut turn = example.turn().await?;
    let mut filed = example.filed(*turn, &orders, &[]);
    if let Some(first) = filed.file.rows.first().cloned() {
        filed.file.rows.push(first);
    }
    let manner = Manner::stimulus("a file whose last row is its first row once more");
    example.give(&filed, manner, &mut turn).await?;
    example.batching.filed.push(filed);
    drop(turn);
    example.look_after_silence().await;
    Ok(())
}

#[when("a batch file arrives before the one with the number before its")]
async fn early(example: &mut Example) -> Result<(), Stop> {
    let orders = example.pending_orders(2 * SMALL).await?;
    let (first, second) = orders.split_at(SMALL);
    example.batching.before = example.sign_of_life(Role::ControlBefore).await?;
    let mut turn = example.turn().await?;
    let earlier = example.filed(*turn, first, &[]);
    let later = example.filed(*turn + 1, second, &[]);
    example.read_before(&earlier).await;
    example.read_before(&later).await;
    let asked = "a good file before the one with the number before its";
    example.hand_over(&later, Manner::stimulus(asked)).await?;
    example.batching.filed.push(later.clone());
    example.look_after_silence().await;
    let asked = "the file that was missing";
    example.hand_over(&earlier, Manner::stimulus(asked)).await?;
    example.settle_file(&earlier).await;
    example.settle_file(&later).await;
    if !example.all_taken(&later) {
        // Who refused it, and did not hold it back, gets it once more in its turn.
        let asked = "the file that came too early, now in its turn";
        example.hand_over(&later, Manner::stimulus(asked)).await?;
        example.settle_file(&later).await;
    }
    example.count_on(&mut turn, &earlier);
    example.count_on(&mut turn, &later);
    example.batching.filed.push(earlier);
    Ok(())
}

#[when(
    regex = r"^a batch file arrives (cut off in the middle of a row|without its trailer|with a count that is one too high|with a total that is 0\.01 too high)$"
)]
async fn broken(example: &mut Example, how: String) -> Result<(), Stop> {
    let flaws = [Flaw::CutOff, Flaw::NoTrailer, Flaw::CountOff, Flaw::TotalOff];
    let flaw = flaws
        .into_iter()
        .find(|flaw| flaw.to_string() == how)
        .ok_or_else(|| Stop::Harness(format!("no flaw is called {how:?}")))?;
    example.give_broken(flaw).await
}

#[then("every row is taken in once and the amounts add up")]
fn taken(example: &mut Example) {
    for filed in example.batching.filed.clone() {
        example.check(Check::BatchTaken {
            file_id: filed.id(),
            total: filed.file.total().amount(),
            targets: filed.targets,
        });
    }
}

#[then("no row of it is taken in twice")]
fn once(example: &mut Example) {
    for filed in example.batching.filed.clone() {
        example.check(Check::BatchOnce {
            file_id: filed.id(),
            targets: filed.targets,
        });
    }
}

#[then("the gap is held back or reported and no row is lost")]
fn gap(example: &mut Example) -> Result<(), Stop> {
    let [later, earlier] = example.batching.filed.as_slice() else {
        return Err(Stop::Harness("the feature hands over no two files".to_owned()));
    };
    example.check(Check::BatchGapNoticed {
        file_id: later.id(),
        before: earlier.id(),
        targets: later.targets.clone(),
    });
    once(example);
    Ok(())
}

#[then("nothing of it is taken in")]
fn nothing(example: &mut Example) {
    for filed in example.batching.filed.clone() {
        for target in &filed.targets {
            example.recheck(target, "taken-in-part");
        }
        example.check(Check::BatchNothingTaken {
            file_id: filed.id(),
            targets: filed.targets,
        });
    }
}

#[then("the reason is reported")]
fn reason(example: &mut Example) {
    for filed in example.batching.filed.clone() {
        example.check(Check::BatchReasonGiven { file_id: filed.id() });
    }
}

#[then("the importer takes in another batch file")]
async fn alive(example: &mut Example) -> Result<(), Stop> {
    let after = example.sign_of_life(Role::ControlAfter).await?;
    let before = example.batching.before.clone();
    example.check(Check::BatchAlive { before, after });
    Ok(())
}
