//! Tags of feature files, read into what they mean.

use crate::contract::{
    capability::Capability,
    id::{CaseId, Clause},
    lane::Lane,
    mode::Mode,
    severity::Severity,
};

/// Prefix of the tag that carries the id of a planned example.
pub(super) const EXAMPLE: &str = "example:";

/// The meaning of all tags of one scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tags {
    pub(super) cases: Vec<CaseId>,
    pub(super) severities: Vec<Severity>,
    pub(super) clauses: Vec<Clause>,
    pub(super) defects: Vec<String>,
    pub(super) lanes: Vec<Lane>,
    pub(super) modes: Vec<Mode>,
    pub(super) timing: bool,
    pub(super) needs: Vec<Capability>,
}

impl Tags {
    /// Reads tags, given without the at sign. What cannot be read comes back as texts.
    pub(super) fn read<'a>(tags: impl IntoIterator<Item = &'a String>) -> (Self, Vec<String>) {
        let mut read = Self::default();
        let mut problems = Vec::new();
        for tag in tags {
            if let Err(problem) = read.take(tag) {
                problems.push(format!("@{tag}: {problem}"));
            }
        }
        (read, problems)
    }

    fn take(&mut self, tag: &str) -> Result<(), String> {
        if tag.starts_with("retry") {
            return Err(
                "tags that begin with retry make the engine run a scenario twice; use another word"
                    .to_owned(),
            );
        }
        if tag == "timing" {
            self.timing = true;
            return Ok(());
        }
        let unknown = || {
            "unknown tag; known are case, severity, clause, defect, lane, mode and needs (each with a colon and a \
             value), and timing"
                .to_owned()
        };
        let (key, value) = tag.split_once(':').ok_or_else(unknown)?;
        match key {
            "case" => put(&mut self.cases, value.parse().map_err(text_of)?),
            "severity" => put(&mut self.severities, value.parse().map_err(text_of)?),
            "clause" => put(&mut self.clauses, value.parse().map_err(text_of)?),
            "lane" => put(&mut self.lanes, value.parse().map_err(text_of)?),
            "mode" if value == Mode::Long.name() => put(&mut self.modes, Mode::Long),
            "mode" => {
                return Err(
                    "only mode:long says anything; whatever does not carry it is part of every certify run"
                        .to_owned(),
                );
            }
            "needs" => put(&mut self.needs, value.parse().map_err(text_of)?),
            "defect" if !value.is_empty() => put(&mut self.defects, value.to_owned()),
            "defect" => return Err("a defect needs a name".to_owned()),
            _ => return Err(unknown()),
        }
        Ok(())
    }
}

fn put<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn text_of(error: impl ToString) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tags: &[&str]) -> (Tags, Vec<String>) {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        Tags::read(&tags)
    }

    #[test]
    fn known_tags_are_read() {
        let (tags, problems) = read(&[
            "case:WH-SIG-02",
            "severity:required",
            "clause:001:4.2",
            "defect:sig-ignored",
            "lane:quiet",
            "timing",
            "mode:long",
            "needs:payment.success",
        ]);
        assert_eq!(problems, [""; 0]);
        assert_eq!(tags.clauses[0].as_str(), "001:4.2");
        assert_eq!(tags.lanes, [Lane::Quiet]);
        assert_eq!(tags.modes, [Mode::Long]);
        assert!(tags.timing);
    }

    #[test]
    fn every_unreadable_tag_is_named() {
        let (_, problems) = read(&[
            "retry(3)",
            "retryable",
            "serial",
            "case:WH-SIG",
            "lane:fast",
            "wip:yes",
            "mode:certify",
        ]);
        assert_eq!(problems.len(), 7);
        assert!(problems[0].starts_with("@retry(3): tags that begin with retry"));
        assert!(problems[2].starts_with("@serial: unknown tag"));
    }
}
