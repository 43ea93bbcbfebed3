//! An object that could not be made: whose fault that most likely is.

use crate::{
    config::{references::operation_for, subject::Subject},
    transcript::look::{Cause, Code, Finding},
};

/// Why no object of a kind could be made by its operation. `place` is what the finding is about, `what` the
/// beginning of its text.
pub fn unmade(place: String, what: &str, subject: Subject, why: &str) -> Finding {
    let section = format!("[start.{}]", operation_for(subject));
    let (cause, remedy) = match status(why) {
        Some(401 | 403) => (
            Cause::File,
            format!("give its credentials in {section} headers"),
        ),
        Some(404 | 405 | 410) => (
            Cause::File,
            format!("correct url and method of {section}; your system knows no such address"),
        ),
        Some(502..=504) => (
            Cause::Surroundings,
            format!("start the system behind {section}; what stands in front of it answers in its place"),
        ),
        Some(500..=599) => (
            Cause::Implementation,
            "your system breaks on it; look into its log of this moment".to_owned(),
        ),
        _ if why.contains("could not connect") || why.contains("no answer within") => (
            Cause::Surroundings,
            "start the system that it leads to, or correct the address".to_owned(),
        ),
        _ => (
            Cause::File,
            "let the address, the body and the headers fit what your system wants, and answer fit what it says; your \
             own log of this moment may say more"
                .to_owned(),
        ),
    };
    Finding::new(
        Code::ReferenceNotMade,
        cause,
        place,
        format!("no {subject} could be made{what}: {why}"),
        remedy,
    )
}

/// The status in the words of a failed request.
fn status(why: &str) -> Option<u16> {
    let (_, rest) = why.split_once(" answered ")?;
    let digits = rest.get(..3)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_tells_file_surroundings_and_implementation_apart() {
        for (answered, cause) in [
            ("404: <html>", Cause::File),
            ("401", Cause::File),
            ("422: no amount", Cause::File),
            ("500: Oops", Cause::Implementation),
            ("503", Cause::Surroundings),
        ] {
            let why =
                format!("the operation order made no order: it failed: POST http://a answered {answered}");
            let found = unmade("[start.order]".to_owned(), "", Subject::Order, &why);
            assert_eq!(found.cause, cause, "{found}");
            assert!(found.text.ends_with(&format!("answered {answered}")), "{found}");
        }
        let away = unmade(String::new(), "", Subject::Order, "could not connect: refused");
        assert_eq!(away.cause, Cause::Surroundings);
        assert_eq!(status("it answered ünd"), None);
    }
}
