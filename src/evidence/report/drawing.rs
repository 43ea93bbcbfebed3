//! The picture of an attempt: one bar for each exchange and wait on a common axis. All geometry is in whole
//! units, so that the same records give the same picture.

use serde::Serialize;

use super::{exchange, moments};
use crate::{
    evidence::text::HtmlText,
    transcript::{observation::WaitKind, record::Event},
    wire::moment::Micros,
};

/// Most bars of one picture; the list below it has the rest.
const MOST_BARS: usize = 40;
/// Most marks of the axis.
const MOST_TICKS: usize = 8;
/// Most characters of the name of a bar.
const LONGEST_NAME: usize = 36;
/// Where the axis begins and how long it is.
const LEFT: u64 = 232;
const LENGTH: u64 = 490;
/// Whole width: there is room for a text behind the last bar.
const WIDTH: u64 = 900;
/// Height of a bar with the room around it, and where the first one is.
const ROW: u64 = 22;
const TOP: u64 = 30;
/// Shortest bar.
const SHORTEST: u64 = 3;
/// Waits that are shorter say nothing in a picture.
const SHORTEST_WAIT: u64 = 50_000;
/// An exchange that takes longer is a delay.
const DELAY: u64 = 400_000;

/// Something that can be drawn.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    kind: Kind,
    name: String,
    /// The same text stands for the same thing tried again.
    thing: String,
    said: String,
    tone: &'static str,
    from: Micros,
    to: Micros,
    pause: Option<Micros>,
    fault: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sent,
    Seen,
    Silence,
    Gap,
}

impl Mark {
    /// The mark of a record, if it has one.
    pub(super) fn of(event: &Event) -> Option<Self> {
        match event {
            Event::Delivered(delivery) => Some(Self {
                kind: Kind::Sent,
                name: format!(
                    "→ {}: {}",
                    exchange::role(delivery.intent.role),
                    delivery.intent.subject
                ),
                thing: delivery.intent.id.clone(),
                said: delivery
                    .status()
                    .map_or_else(|| "no answer".to_owned(), |status| status.to_string()),
                tone: exchange::tone(delivery.status()),
                from: delivery.started,
                to: delivery.ended,
                pause: None,
                fault: false,
            }),
            Event::Seen(request) => Some(Self {
                kind: Kind::Seen,
                name: format!("← {} {}", request.method, request.target),
                thing: format!("{} {}", request.method, request.target),
                said: request
                    .status
                    .map_or_else(|| "no answer".to_owned(), |status| status.to_string()),
                tone: exchange::tone(request.status),
                from: request.started,
                to: request.answered,
                pause: exchange::pause(request),
                fault: request.fault.is_some(),
            }),
            Event::Waited(wait) if wait.to.0.saturating_sub(wait.from.0) >= SHORTEST_WAIT => {
                let (kind, name) = match wait.kind {
                    WaitKind::Negative => (Kind::Silence, "nothing is to happen"),
                    WaitKind::Gap => (Kind::Gap, "pause between deliveries"),
                    WaitKind::Settle if wait.satisfied => (Kind::Silence, "waited until it happened"),
                    WaitKind::Settle => (Kind::Silence, "waited, it did not happen"),
                };
                Some(Self {
                    kind,
                    name: name.to_owned(),
                    thing: String::new(),
                    said: String::new(),
                    tone: "wait",
                    from: wait.from,
                    to: wait.to,
                    pause: None,
                    fault: false,
                })
            }
            _ => None,
        }
    }

    fn is_exchange(&self) -> bool {
        matches!(self.kind, Kind::Sent | Kind::Seen)
    }
}

/// A picture.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Picture {
    /// What it shows, for who cannot see it.
    pub(super) title: String,
    /// The bars in words, likewise.
    pub(super) told: Vec<HtmlText>,
    /// Width of the drawing.
    pub(super) width: u64,
    /// Height of the drawing.
    pub(super) height: u64,
    /// Where the axis begins.
    pub(super) left: u64,
    /// Where the lines of the axis end.
    pub(super) bottom: u64,
    /// Marks of the axis.
    pub(super) ticks: Vec<Tick>,
    /// The bars.
    pub(super) bars: Vec<Bar>,
    /// Bars that are not drawn.
    pub(super) more: usize,
    /// Whether a pause that the platform asked for is in it.
    pub(super) pauses: bool,
}

/// A mark of the axis.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Tick {
    x: u64,
    text: String,
}

/// A bar.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Bar {
    name: HtmlText,
    tone: &'static str,
    x: u64,
    y: u64,
    width: u64,
    text: HtmlText,
    text_x: u64,
    text_y: u64,
    /// Start and length of the pause that was asked for.
    pause: Option<(u64, u64)>,
}

/// Draws an attempt that is about time: tries of the same thing, pauses, faults, delays. Others are told well
/// enough by the list.
pub(super) fn picture(marks: &[Mark]) -> Option<Picture> {
    let mut marks: Vec<&Mark> = marks.iter().collect();
    marks.sort_by_key(|mark| mark.from);
    if !is_about_time(&marks) {
        return None;
    }
    let more = marks.len().saturating_sub(MOST_BARS);
    marks.truncate(MOST_BARS);
    let start = marks.iter().map(|mark| mark.from.0).min()?;
    let end = marks.iter().map(|mark| mark.to.0).max()?;
    let span = end.saturating_sub(start).max(1);
    let place = |moment: Micros| {
        let after = u128::from(moment.0.saturating_sub(start)) * u128::from(LENGTH) / u128::from(span);
        LEFT + u64::try_from(after).unwrap_or(LENGTH).min(LENGTH)
    };
    let rows = u64::try_from(marks.len()).unwrap_or_default();
    let bars: Vec<Bar> = marks
        .iter()
        .zip(0_u64..)
        .map(|(mark, row)| bar(mark, row, start, &place))
        .collect();
    Some(Picture {
        title: format!(
            "Timeline of {} exchanges and waits over {}",
            marks.len(),
            moments::span(span)
        ),
        told: marks.iter().map(|mark| told(mark, start)).collect(),
        width: WIDTH,
        height: TOP + rows * ROW + 6,
        left: LEFT,
        bottom: TOP + rows * ROW,
        ticks: ticks(span),
        pauses: bars.iter().any(|bar| bar.pause.is_some()),
        bars,
        more,
    })
}

fn is_about_time(marks: &[&Mark]) -> bool {
    let mut things: Vec<(&str, bool)> = marks
        .iter()
        .filter(|mark| mark.is_exchange())
        .map(|mark| (mark.thing.as_str(), mark.kind == Kind::Sent))
        .collect();
    let exchanges = things.len();
    things.sort_unstable();
    things.dedup();
    let again = things.len() < exchanges;
    let special = marks.iter().any(|mark| {
        mark.fault
            || mark.kind == Kind::Gap
            || (mark.is_exchange() && mark.to.0.saturating_sub(mark.from.0) >= DELAY)
    });
    exchanges >= 2 && (again || special)
}

fn bar(mark: &Mark, row: u64, start: u64, place: &dyn Fn(Micros) -> u64) -> Bar {
    let x = place(mark.from);
    let width = place(mark.to).saturating_sub(x).max(SHORTEST);
    let pause = mark.pause.map(|until| {
        let from = place(mark.to);
        (from, place(until).saturating_sub(from))
    });
    let y = TOP + row * ROW;
    let end = pause.map_or(x + width, |(from, length)| (from + length).max(x + width));
    let at = moments::offset(Micros(start), mark.from);
    let took = moments::between(mark.from, mark.to);
    let text = if mark.said.is_empty() {
        took
    } else {
        format!("{} at {at}, {took}", mark.said)
    };
    Bar {
        name: HtmlText::line(&shortened(&mark.name)),
        tone: mark.tone,
        x,
        y,
        width,
        text: HtmlText::line(&text),
        text_x: end + 6,
        text_y: y + 13,
        pause: pause.filter(|(_, length)| *length > 0),
    }
}

fn told(mark: &Mark, start: u64) -> HtmlText {
    let at = moments::offset(Micros(start), mark.from);
    let took = moments::between(mark.from, mark.to);
    let said = if mark.said.is_empty() {
        String::new()
    } else {
        format!(": {}", mark.said)
    };
    let pause = mark.pause.map_or_else(String::new, |until| {
        format!(", asked to wait {}", moments::between(mark.to, until))
    });
    HtmlText::line(&format!("{at} {}{said}, took {took}{pause}", mark.name))
}

fn shortened(name: &str) -> String {
    match name.char_indices().nth(LONGEST_NAME) {
        Some((cut, _)) => format!("{}…", name.get(..cut).unwrap_or_default()),
        None => name.to_owned(),
    }
}

/// Round marks, from the start on.
fn ticks(span: u64) -> Vec<Tick> {
    let mut step = 1_000_u64;
    for factor in [2_u64, 5, 10].into_iter().cycle() {
        if span / step <= 6 || step > u64::MAX / 100 {
            break;
        }
        let decade = decade(step);
        step = decade.saturating_mul(factor);
    }
    (0..=span / step)
        .take(MOST_TICKS)
        .map(|count| {
            let micros = count * step;
            let x = LEFT
                + u64::try_from(u128::from(micros) * u128::from(LENGTH) / u128::from(span)).unwrap_or(LENGTH);
            Tick {
                x,
                text: label(micros, step),
            }
        })
        .collect()
}

fn decade(step: u64) -> u64 {
    let mut decade = 1;
    while decade <= step / 10 {
        decade *= 10;
    }
    decade
}

fn label(micros: u64, step: u64) -> String {
    if step < 1_000_000 {
        format!("{} ms", micros / 1_000)
    } else {
        format!("{} s", micros / 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(thing: &str, from: u64, to: u64) -> Mark {
        Mark {
            kind: Kind::Seen,
            name: format!("← POST {thing}"),
            thing: thing.to_owned(),
            said: "503".to_owned(),
            tone: "refused",
            from: Micros(from),
            to: Micros(to),
            pause: None,
            fault: false,
        }
    }

    #[test]
    fn tries_of_one_thing_are_drawn_and_single_ones_are_not() {
        assert!(picture(&[mark("/a", 0, 1_000), mark("/b", 5_000, 6_000)]).is_none());
        let picture = picture(&[mark("/a", 0, 1_000), mark("/a", 2_000_000, 2_001_000)]).unwrap();
        assert_eq!(picture.bars.len(), 2);
        assert_eq!(picture.bars[0].x, LEFT);
        assert!(picture.bars[1].x > LEFT + LENGTH - 5);
        assert_eq!(picture.ticks.last().unwrap().text, "2000 ms");
    }

    #[test]
    fn a_pause_that_was_asked_for_is_drawn_up_to_the_end_of_the_axis() {
        let mut first = mark("/a", 0, 1_000_000);
        first.pause = Some(Micros(50_000_000));
        let picture = picture(&[first, mark("/a", 2_000_000, 3_000_000)]).unwrap();
        let (from, length) = picture.bars[0].pause.unwrap();
        assert_eq!(from + length, LEFT + LENGTH);
        assert!(picture.told[0].as_str().ends_with("asked to wait 49.00 s"));
    }

    #[test]
    fn any_times_give_a_bounded_picture() {
        let mut marks: Vec<Mark> = (0..100).map(|n| mark("/a", n * 7_919, u64::MAX - n)).collect();
        marks.push(mark("/a", u64::MAX, 0));
        let picture = picture(&marks).unwrap();
        assert_eq!((picture.bars.len(), picture.more), (MOST_BARS, 61));
        for bar in &picture.bars {
            assert!(bar.x + bar.width <= LEFT + LENGTH + SHORTEST);
        }
        assert!(picture.ticks.len() <= MOST_TICKS);
    }
}
