//! Stable words for what can be wrong with a bundle. Programs go by them; the sentences beside them may be
//! worded anew. `docs/verify.md` explains each.

macro_rules! codes {
    ($($(#[$about:meta])+ $variant:ident = $name:literal,)+) => {
        /// What is wrong with a bundle.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $($(#[$about])+ $variant,)+
        }

        impl Code {
            /// All of them, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

codes! {
    /// The folder cannot be read.
    FolderUnreadable = "folder-unreadable",
    /// The folder holds far too much.
    FolderCrowded = "folder-crowded",
    /// There is no manifest.
    ManifestMissing = "manifest-missing",
    /// The manifest cannot be understood.
    ManifestUnusable = "manifest-unusable",
    /// The manifest is not what its own digest stands for.
    ManifestChanged = "manifest-changed",
    /// The manifest lists something that cannot be a file of a bundle.
    ListUnusable = "list-unusable",
    /// The manifest does not list a file that every bundle has.
    ListIncomplete = "list-incomplete",
    /// A listed file is not there.
    FileMissing = "file-missing",
    /// A file is there that is not listed.
    FileNotListed = "file-not-listed",
    /// Something listed is no regular file.
    FileIrregular = "file-irregular",
    /// A file cannot be read.
    FileUnreadable = "file-unreadable",
    /// A file has another size or digest than listed.
    FileChanged = "file-changed",
    /// The transcript cannot be read.
    TranscriptUnreadable = "transcript-unreadable",
    /// The transcript has a format that this program does not know.
    TranscriptFormat = "transcript-format",
    /// A line does not follow from the one before it.
    ChainBroken = "chain-broken",
    /// The chain ends elsewhere than the manifest says.
    ChainHead = "chain-head",
    /// A line cannot be understood.
    RecordUnreadable = "record-unreadable",
    /// A recorded check says something else than the records before it.
    RecordDiffers = "record-differs",
    /// The run was made with another suite than this program has.
    SuiteDiffers = "suite-differs",
    /// The plan is not the one that the run was started with, or lacks examples of the suite.
    PlanDiffers = "plan-differs",
    /// The run has no end, and nothing was judged.
    RunUnfinished = "run-unfinished",
    /// The start of the run and the times that it signed do not go together.
    BackDated = "back-dated",
    /// An attempt is there that would never have been made after the one before it.
    AttemptsDiffer = "attempts-differ",
    /// A verdict, the outcome, or what is said about them does not follow from the transcript.
    VerdictDiffers = "verdict-differs",
    /// A report lacks an example.
    ExampleMissing = "example-missing",
    /// A report has an example too many.
    ExampleAdded = "example-added",
    /// A report has the right parts in another order.
    Reordered = "reordered",
    /// Numbers in a report are not those of the run.
    CountsDiffer = "counts-differ",
    /// The configuration or the profile, or a digest of them, is not the one of the run.
    ConfigurationDiffers = "configuration-differs",
    /// A report differs in some other way.
    ReportDiffers = "report-differs",
    /// The manifest differs in some other way.
    ManifestDiffers = "manifest-differs",
    /// A report differs, but another version of the program wrote it.
    VersionDiffers = "version-differs",
    /// A report cannot be made again.
    ReportUnmakeable = "report-unmakeable",
    /// A trusted key was given, but there is no attestation.
    NotAttested = "not-attested",
    /// The attestation cannot be understood.
    AttestationUnusable = "attestation-unusable",
    /// None of the trusted keys signed it.
    SignedByAnother = "signed-by-another",
    /// It names a trusted key, whose signature it is not.
    SignatureWrong = "signature-wrong",
    /// It is about another bundle.
    AttestsAnother = "attests-another",
    /// It is about this bundle, but says something else.
    AttestationDiffers = "attestation-differs",
    /// It says what it should, but was written again by somebody.
    AttestationChanged = "attestation-changed",
    /// The decision cannot be understood.
    DecisionUnusable = "decision-unusable",
    /// The decision names a trusted key that did not sign it.
    DecisionSignature = "decision-signature",
    /// The decision is about another bundle.
    DecidesAnother = "decides-another",
    /// The decision says of the run what does not follow from it.
    DecisionDiffers = "decision-differs",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_has_a_word_of_its_own_and_stands_in_the_documentation() {
        let names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        let plain = |name: &&str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(names.iter().all(plain));
        let document = include_str!("../../docs/verify.md");
        let (_, table) = document.split_once("## Codes").unwrap();
        let (table, _) = table.split_once("\n## ").unwrap();
        let documented: Vec<&str> = table
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        assert_eq!(documented, names, "the table of docs/verify.md");
    }
}
