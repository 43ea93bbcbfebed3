//! The attempts of an example as a line of text, for those who read why it failed.

use super::{
    arrivals::{Arrival, asked_pause, calls, most_within, since_disturbed},
    view::View,
};
use crate::{transcript::exchange::SeenRequest, wire::fault::Fault};

/// Attempts that are drawn one by one. Of more, the first and the last are drawn, or they are counted by the
/// second where they come close together.
const ONE_BY_ONE: usize = 8;
/// So many attempts within a second are close together.
const CLOSE: usize = 4;
/// Most seconds of a count.
const SECONDS: usize = 40;
/// Longest text of a `Retry-After` that is drawn.
const LONGEST_PAUSE: usize = 20;

/// The attempts of an example: times from the first on, what became of each, and the pauses that the answers
/// asked for. None where nothing arrived.
pub fn timeline(view: View<'_>) -> Option<String> {
    let mut drawn = since_disturbed(view);
    if drawn.is_empty() {
        drawn = calls(view);
    }
    let (_, first) = drawn.first().copied()?;
    if drawn.len() > ONE_BY_ONE && most_within(&drawn, 1_000) >= CLOSE {
        return Some(by_the_second(&drawn));
    }
    let left_out = drawn.len().saturating_sub(ONE_BY_ONE);
    let mut last = String::new();
    let steps = drawn.iter().enumerate().filter_map(|(place, (_, request))| {
        if left_out > 0 && (ONE_BY_ONE - 1..drawn.len() - 1).contains(&place) {
            return (place == ONE_BY_ONE - 1).then(|| format!("{left_out} more"));
        }
        let millis = request.started.millis_since(first.started);
        let name = format!("{} {}", request.method, path(&request.target));
        // Said once for as long as it stays the same.
        let named = if name == last {
            String::new()
        } else {
            format!("{name} ")
        };
        last = name;
        let asked = asked_pause(request).map_or_else(String::new, |asked| {
            let start: String = asked.chars().take(LONGEST_PAUSE).collect();
            format!(" (wait {start})")
        });
        Some(format!(
            "{named}{}.{:02} s {}{asked}",
            millis / 1000,
            millis % 1000 / 10,
            fate(request)
        ))
    });
    Some(steps.collect::<Vec<_>>().join(" | "))
}

fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

fn fate(request: &SeenRequest) -> String {
    match (request.status, &request.fault) {
        (Some(status), _) => status.to_string(),
        (None, Some(Fault::Reset | Fault::ResetAfterWork)) => "reset".to_owned(),
        (None, Some(Fault::Close)) => "closed".to_owned(),
        (None, _) => "no answer".to_owned(),
    }
}

/// Requests in each second from the first one on, and how many of them failed.
fn by_the_second(arrivals: &[Arrival<'_>]) -> String {
    let Some((_, first)) = arrivals.first() else {
        return String::new();
    };
    let mut counts: Vec<(usize, usize)> = Vec::new();
    for (_, request) in arrivals {
        let second = usize::try_from(request.started.millis_since(first.started) / 1000).unwrap_or(SECONDS);
        let place = second.min(SECONDS - 1);
        if counts.len() <= place {
            counts.resize(place + 1, (0, 0));
        }
        if let Some((all, failed)) = counts.get_mut(place) {
            *all += 1;
            *failed += usize::from(!matches!(request.status, Some(200..=299)));
        }
    }
    let shown: Vec<String> = counts
        .iter()
        .map(|(all, failed)| match (all, failed) {
            (0, _) => "·".to_owned(),
            (all, 0) => all.to_string(),
            (all, failed) => format!("{all}({failed})"),
        })
        .collect();
    format!("requests a second, failed ones in brackets: {}", shown.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::samples::{disturbed, request, seen};

    #[test]
    fn few_attempts_are_drawn_one_by_one() {
        let mut refused = disturbed(1_000, 5, 429);
        refused.fault = Some(Fault::Refuse {
            status: 429.try_into().unwrap(),
            headers: crate::wire::header::Headers::new().with("Retry-After", "5"),
            body: None,
        });
        let mut reset = disturbed(1_110, 5, 503);
        (reset.status, reset.fault) = (None, Some(Fault::Reset));
        let records = [
            seen(0, request(500, 1, Some(200))),
            seen(1, refused),
            seen(2, reset),
            seen(3, request(6_340, 5, Some(201))),
        ];
        assert_eq!(
            timeline(View::new(&records)).unwrap(),
            "GET /v1/products 0.00 s 429 (wait 5 s) | 0.11 s reset | 5.34 s 201"
        );
        assert_eq!(timeline(View::new(&[])), None);
    }

    #[test]
    fn of_many_that_come_slowly_the_first_and_the_last_are_drawn() {
        let records: Vec<_> = (0..20).map(|n| seen(n, disturbed(n * 1_100, 1, 503))).collect();
        let drawn = timeline(View::new(&records)).unwrap();
        assert!(
            drawn.starts_with("GET /v1/products 0.00 s 503 | 1.10 s 503 | 2.20 s 503 |"),
            "{drawn}"
        );
        assert!(drawn.ends_with("| 6.60 s 503 | 12 more | 20.90 s 503"), "{drawn}");
    }

    #[test]
    fn many_are_counted() {
        let records: Vec<_> = (0..30_u64)
            .map(|n| {
                seen(
                    n,
                    request(
                        n * 100 + n / 20 * 1_000,
                        1,
                        Some(if n % 2 == 0 { 200 } else { 429 }),
                    ),
                )
            })
            .collect();
        assert_eq!(
            timeline(View::new(&records)).unwrap(),
            "requests a second, failed ones in brackets: 10(5) 10(5) · 10(5)"
        );
    }
}
