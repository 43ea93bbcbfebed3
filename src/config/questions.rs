//! The questions of the declaration: what is asked, and what an answer must hold.

/// One question. Its table in the file is `[section.key]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// The section of the file.
    pub section: &'static str,
    /// The question's own key.
    pub key: &'static str,
    /// The example that it belongs to.
    pub example: &'static str,
    /// What is asked.
    pub asked: &'static str,
    /// What an answer must hold.
    pub fields: &'static [Field],
}

/// One part of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its key.
    pub key: &'static str,
    /// How it is written.
    pub form: Form,
    /// What belongs there.
    pub about: &'static str,
}

/// How a part of an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A text.
    Text,
    /// A list of texts.
    List,
    /// A whole number.
    Number,
}

const fn text(key: &'static str, about: &'static str) -> Field {
    let form = Form::Text;
    Field { key, form, about }
}

const fn list(key: &'static str, about: &'static str) -> Field {
    let form = Form::List;
    Field { key, form, about }
}

const fn question(
    place: (&'static str, &'static str),
    example: &'static str,
    asked: &'static str,
    fields: &'static [Field],
) -> Question {
    Question {
        section: place.0,
        key: place.1,
        example,
        asked,
        fields,
    }
}

/// Topics of which the team must know.
pub const TOPICS: [&str; 4] = ["authentication", "data formats", "security", "errors"];
/// Words that say how it stands with the agreement.
pub const AGREEMENT: [&str; 2] = ["signed", "not required"];

const BEFORE: &str = "prerequisites";
const DATA: &str = "data_protection";
const SECRETS: &str = "secrets";
const RUNNING: &str = "operation";

/// Every question, in the order of the file. One line is one question.
#[rustfmt::skip]
pub const QUESTIONS: [Question; 18] = [
    question((BEFORE, "sandbox_access"), "ATT-01/a", "Who holds sandbox access and credentials, and since when?", &[text("answer", "account and holder, never a key")]),
    question((BEFORE, "documentation"), "ATT-01/b", "Which edition of the API documentation, guides and policies was read and accepted?", &[text("answer", "titles, editions or dates")]),
    question((BEFORE, "scope"), "ATT-01/c", "What is in scope?", &[
        text("use_case", "what your integration is for"),
        list("methods", "such as \"REST API\", \"webhooks\", \"hosted checkout\", \"batch files\""),
        list("event_types", "webhook event types, the same as in [capabilities]; [] without webhooks"),
    ]),
    question((BEFORE, "technical_contact"), "ATT-01/d", "Whom does the platform ask about technical matters?", &[text("contact", "a person"), text("reach", "e-mail address or telephone number")]),
    question((BEFORE, "team"), "ATT-01/e", "How was the team briefed, and on what?", &[text("answer", "when, how and by whom"), list("topics", "at least \"authentication\", \"data formats\", \"security\", \"errors\"")]),
    question((BEFORE, "agreement"), "ATT-01/f", "How does it stand with the commercial agreement?", &[text("answer", "\"signed\" or \"not required\"")]),
    question((DATA, "lawful_basis"), "ATT-02/a", "On what basis is customer data processed, and how are customers told?", &[text("basis", "consent, contract, …"), text("notice", "where the notice stands")]),
    question((DATA, "retention"), "ATT-02/b", "How long is customer data kept, and how does it end?", &[text("answer", "periods, and deletion")]),
    question((DATA, "access"), "ATT-02/c", "Who can see logs and payloads?", &[text("answer", "roles, and how access is given and taken")]),
    question((SECRETS, "storage"), "ATT-03/a", "Where do keys and secrets live?", &[text("answer", "vault, secret store, …")]),
    question((SECRETS, "readers"), "ATT-03/b", "Who can read them?", &[text("answer", "roles and systems")]),
    question((SECRETS, "production_keys"), "ATT-03/c", "How are production keys kept out of development and test?", &[text("answer", "separation, checks")]),
    question((SECRETS, "constant_time"), "ATT-03/d", "Where in the code are signatures compared in constant time?", &[
        text("file", "path of the source file, from the folder of this file"),
        Field { key: "line", form: Form::Number, about: "the line of the comparison, from 1" },
    ]),
    question((RUNNING, "monitoring"), "ATT-04/a", "How are webhook failures noticed, and who is on call?", &[text("answer", "what is watched, and the alarm"), text("on_call", "who is called, and when")]),
    question((RUNNING, "escalation"), "ATT-04/b", "How is a failure escalated?", &[text("answer", "steps, people, times")]),
    question((RUNNING, "api_versions"), "ATT-04/c", "How are API changes and retirements followed?", &[text("answer", "who reads the notices, and the plan")]),
    question((RUNNING, "corrective_action"), "ATT-04/d", "Who owns corrective action after a suspension?", &[text("answer", "a person or role, and what they do")]),
    question((RUNNING, "log_retention"), "ATT-04/e", "How long are webhook logs kept?", &[text("answer", "period and place")]),
];

impl Question {
    /// Its name: section and key.
    pub fn name(&self) -> String {
        format!("{}.{}", self.section, self.key)
    }

    /// The question of an example.
    pub fn of(example: &str) -> Option<&'static Self> {
        QUESTIONS.iter().find(|question| question.example == example)
    }
}
