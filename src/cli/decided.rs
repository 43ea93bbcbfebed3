//! How a decision beside a bundle is told: what was decided, and what it is worth today.

use std::fmt::Write as _;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use crate::{
    config::host::Host,
    evidence::{decision::Word, text::TerminalText},
    verify::decided::Decided,
};

/// The day by UTC; none where the clock shows no time that there is.
pub fn today(host: &Host) -> Option<Date> {
    let now = Timestamp::from_millisecond(host.clock.unix_millis()).ok()?;
    Some(now.to_zoned(TimeZone::UTC).date())
}

/// Whether it is an approval whose last day is over. A day that cannot be read, or compared, is over.
pub fn is_over(decided: &Decided, today: Option<Date>) -> bool {
    let last = decided.decision.expires.as_deref();
    let last = last.and_then(|day| day.parse::<Date>().ok());
    decided.decision.decision == Word::Approved && last.zip(today).is_none_or(|(last, today)| today > last)
}

/// In lines.
pub fn told(decided: &Decided, today: Option<Date>) -> String {
    let Decided {
        decision,
        signed_by,
        unchecked,
    } = decided;
    let clean = |text: &str| TerminalText::line(text).to_string();
    let until = decision
        .expires
        .as_deref()
        .map_or_else(String::new, |day| format!(", until {}", clean(day)));
    let mut text = format!(
        "  {} by {} at {}{until}: {}\n",
        decision.decision.name(),
        clean(&decision.reviewer),
        clean(&decision.decided_at),
        clean(&decision.reason)
    );
    if is_over(decided, today) {
        text.push_str("    this approval is over: its last day has passed\n");
    }
    for key in signed_by {
        let _ = writeln!(text, "    signed by the trusted key {key}");
    }
    for key in unchecked {
        let _ = writeln!(text, "    signed by key {key}, which nobody vouched for");
    }
    if signed_by.is_empty() {
        text.push_str(
            "    no trusted key signed it, so it may be anybody's: give the reviewer's with --trusted-key\n",
        );
    }
    text
}

/// For programs.
pub fn document(decided: &Decided, today: Option<Date>) -> Value {
    let unchecked: Vec<&str> = decided.unchecked.iter().map(TerminalText::as_str).collect();
    json!({"decision": decided.decision, "over": is_over(decided, today), "signed_by": decided.signed_by,
        "unchecked": unchecked})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{
        decision::{About, Decision},
        sample,
    };

    fn decided(word: Word, expires: Option<&str>, signed_by: &[&str]) -> Decided {
        let (started, assessment) = sample::run();
        Decided {
            decision: Decision {
                format: 1,
                decision: word,
                reviewer: "Siti\u{1b}[2J".to_owned(),
                reason: "complete".to_owned(),
                decided_at: "2026-11-21T09:00:00Z".to_owned(),
                expires: expires.map(str::to_owned),
                about: About::of(&started, &assessment, "00".repeat(32)),
            },
            signed_by: signed_by.iter().map(|key| (*key).to_owned()).collect(),
            unchecked: Vec::new(),
        }
    }

    #[test]
    fn an_approval_counts_to_its_last_day() {
        let over = |expires, today: &str| is_over(&decided(Word::Approved, expires, &[]), today.parse().ok());
        assert!(!over(Some("2027-01-31"), "2027-01-30"));
        assert!(!over(Some("2027-01-31"), "2027-01-31"));
        assert!(over(Some("2027-01-31"), "2027-02-01"));
        assert!(over(Some("2027-01-31"), "no clock"));
        assert!(over(Some("next year"), "2027-01-30"));
        assert!(over(None, "2027-01-30"));
        assert!(!is_over(&decided(Word::Declined, None, &[]), None));
    }

    #[test]
    fn what_nobody_trusted_signed_says_so_and_partner_text_is_cleaned() {
        let today = "2027-01-30".parse().ok();
        let text = told(&decided(Word::Approved, Some("2027-01-31"), &[]), today);
        assert!(
            text.contains("may be anybody's") && !text.contains('\u{1b}'),
            "{text}"
        );
        let text = told(&decided(Word::Approved, Some("2027-01-29"), &["k1"]), today);
        assert!(
            text.contains("trusted key k1") && text.contains("is over"),
            "{text}"
        );
        assert!(!text.contains("anybody"), "{text}");
    }
}
