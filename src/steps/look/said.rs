//! What the log says became of a delivery that was answered with 2xx.

use super::{super::context::Context, trial::Sent};
use crate::transcript::observation::LogObserved;

/// The result in the line of a delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Said {
    /// No line with a result was found, or no log is declared.
    #[default]
    Nothing,
    /// One that means that the message was carried out.
    Processed,
    /// Another one.
    Otherwise(String),
}

impl Said {
    /// Reads it off the lines that were found for a delivery.
    pub fn of(context: &Context, sent: &Sent, observed: &LogObserved) -> Self {
        Self::among(&context.processed_words, &sent.id, observed)
    }

    fn among(processed: &[String], id: &str, observed: &LogObserved) -> Self {
        let mut said = Self::Nothing;
        let lines = observed.lines.iter();
        let results = lines
            .filter(|line| line.event_id.as_deref() == Some(id))
            .filter_map(|line| line.result.as_ref());
        for result in results {
            if processed.iter().any(|word| word.eq_ignore_ascii_case(result)) {
                return Self::Processed;
            }
            said = Self::Otherwise(result.clone());
        }
        said
    }

    /// The same after a sentence about what did not happen.
    pub fn clause(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Processed => ", although the log says that it was processed".to_owned(),
            Self::Otherwise(result) => {
                format!("; the log says {result:?} about it, which is the likely reason")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{transcript::observation::LogLine, wire::moment::Micros};

    fn said(results: &[Option<&str>]) -> Said {
        let line = |result: Option<&str>| LogLine {
            text: String::new(),
            event_id: Some("evt_1".to_owned()),
            event_type: None,
            time: None,
            unix_millis: None,
            result: result.map(str::to_owned),
        };
        let observed = LogObserved {
            id: "evt_1".to_owned(),
            lines: results.iter().copied().map(line).collect(),
            unreadable: None,
            at: Micros(0),
            unix_millis: 0,
        };
        Said::among(&["processed".to_owned()], "evt_1", &observed)
    }

    #[test]
    fn only_a_word_for_carried_out_means_that_it_was() {
        assert_eq!(said(&[]), Said::Nothing);
        assert_eq!(said(&[None]), Said::Nothing);
        assert_eq!(said(&[Some("received"), Some("Processed")]), Said::Processed);
        let refused = said(&[None, Some("amount_mismatch")]);
        assert_eq!(refused, Said::Otherwise("amount_mismatch".to_owned()));
        assert!(refused.clause().contains("says \"amount_mismatch\" about it"));
    }
}
