//! What the sender is told about a file: one line for the file, one for each row that was not taken.

/// The answer to one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The file's id, as far as it could be read.
    pub file_id: String,
    /// `accepted`, `partial`, `duplicate`, `held` or `refused`.
    pub outcome: &'static str,
    /// Why the file as a whole was not taken.
    pub reason: String,
    /// Rows taken.
    pub taken: usize,
    /// Rows that were there already.
    pub known: Vec<String>,
    /// Rows that were refused, and why.
    pub refused: Vec<(String, String)>,
}

impl Acknowledgement {
    /// A file of which nothing is kept.
    pub fn whole(file_id: &str, outcome: &'static str, reason: String) -> Self {
        Self {
            file_id: file_id.to_owned(),
            outcome,
            reason,
            ..Self::default()
        }
    }

    /// The acknowledgement file.
    pub fn bytes(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        let (taken, refused) = (self.taken.to_string(), self.refused.len().to_string());
        writer.write_record(["A", &self.file_id, self.outcome, &taken, &refused, &self.reason])?;
        for row in &self.known {
            writer.write_record(["K", row, "already taken"])?;
        }
        for (row, reason) in &self.refused {
            writer.write_record(["R", row, reason])?;
        }
        writer.into_inner().map_err(|error| error.into_error().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refused_row_has_its_line() {
        let acknowledgement = Acknowledgement {
            file_id: "F1".into(),
            outcome: "partial",
            taken: 1,
            refused: vec![("0002".into(), "there is no such date".into())],
            ..Acknowledgement::default()
        };
        let text = String::from_utf8(acknowledgement.bytes().unwrap()).unwrap();
        assert_eq!(text, "A,F1,partial,1,1,\nR,0002,there is no such date\n");
    }
}
