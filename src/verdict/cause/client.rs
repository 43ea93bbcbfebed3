//! A client of the partner's that the sandbox never knows.

use super::{
    among::{Among, Draft, Fit, asks_for_declaration, codes, fit},
    told::{Cause, Kind, Sure},
};

/// Every request came without a credential that the sandbox knows.
pub(super) fn unknown(among: &mut Among<'_>) -> Vec<Cause> {
    let sandbox = &among.all.sandbox;
    if sandbox.known > 0 || sandbox.wrong + sandbox.missing < 3 {
        return Vec::new();
    }
    let requests = sandbox.wrong + sandbox.missing;
    let draft = if sandbox.wrong > 0 {
        let names: Vec<&str> = [
            "/sandbox/authentication/client_secret",
            "/sandbox/authentication/api_key",
        ]
        .into_iter()
        .filter_map(|pointer| among.configured(pointer)?.strip_prefix("masked, from "))
        .collect();
        let variable = if names.is_empty() {
            "the credentials of [sandbox]".to_owned()
        } else {
            format!("the variable {}", names.join(" or "))
        };
        Draft {
            kind: Kind::Configuration,
            sure: Sure::Likely,
            title: format!("the sandbox knew the credentials of none of {requests} requests"),
            likely: format!(
                "your client logs in with other credentials than those of [sandbox] client_id and {variable}"
            ),
            next: "give your test system the same credentials as this program, and run again".to_owned(),
            sections: vec!["[sandbox]".to_owned()],
        }
    } else {
        Draft {
            kind: Kind::Implementation,
            sure: Sure::Likely,
            title: format!("none of {requests} requests to the sandbox carried a credential"),
            likely: "your client calls the API without asking for a token or sending its key".to_owned(),
            next: "send what [sandbox] authentication names with every call".to_owned(),
            sections: vec!["[sandbox]".to_owned()],
        }
    };
    among
        .claim(draft, |row, signs| {
            if signs.sandbox.wrong + signs.sandbox.missing == 0 {
                return None;
            }
            if codes(row).any(|code| code.starts_with("secret-") || code.starts_with("discloses-")) {
                return fit(row, |_| false, |reason| !asks_for_declaration(reason)).map(|_| Fit::Part);
            }
            fit(row, |_| true, |reason| !asks_for_declaration(reason))
        })
        .into_iter()
        .collect()
}
