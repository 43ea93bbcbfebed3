//! The acknowledgement that the gateway looks for in the body.

use super::{
    outcome::Outcome,
    view::{View, Which},
    words::{answer, failed, nothing_to_judge},
};
use crate::transcript::exchange::Ending;

/// Most characters of a body that a finding repeats.
const SHOWN: usize = 80;

/// Every callback is answered with status 200 and nothing but `OK`, blanks around it aside.
pub fn plain_ok(view: View<'_>) -> Outcome {
    let deliveries = view.deliveries(Which::STIMULUS);
    if deliveries.is_empty() {
        return nothing_to_judge("the callback");
    }
    let expected = "status 200 and the bare text OK";
    for sent in deliveries {
        let Ending::Answered(reply) = &sent.delivery.ending else {
            return failed("not-acknowledged", sent, expected, answer(sent.delivery));
        };
        if reply.status != 200 {
            return failed("not-acknowledged", sent, expected, answer(sent.delivery));
        }
        let bytes = reply.body.bytes();
        if bytes.trim_ascii() != b"OK" {
            let shown: String = String::from_utf8_lossy(&bytes).chars().take(SHOWN).collect();
            return failed(
                "not-plain-ok",
                sent,
                expected,
                format!("status 200 and the body {shown:?}"),
            );
        }
    }
    Outcome::Passed { grade: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::samples,
        transcript::{
            exchange::{Form, Role},
            record::Event,
        },
        wire::body::Body,
    };

    fn judged(status: u16, body: &[u8]) -> String {
        let mut delivery = samples::delivery(Role::Stimulus, 0, Form::Callback, Some(status), 1);
        if let Ending::Answered(reply) = &mut delivery.ending {
            reply.body = Body::from_bytes(body);
        }
        let records = [samples::record(0, Event::Delivered(Box::new(delivery)))];
        match plain_ok(View::new(&records)) {
            Outcome::Passed { .. } => "passed".to_owned(),
            Outcome::Failed(finding) => finding.code,
            Outcome::Inconclusive { .. } | Outcome::NotApplicable { .. } => "unjudged".to_owned(),
        }
    }

    #[test]
    fn only_the_two_letters_count() {
        assert_eq!(judged(200, b"OK"), "passed");
        assert_eq!(judged(200, b" OK\r\n"), "passed");
        for body in [&b"ok"[..], b"\"OK\"", b"<p>OK</p>", b"", b"OK OK", b"\xffOK"] {
            assert_eq!(judged(200, body), "not-plain-ok", "{body:?}");
        }
        assert_eq!(judged(204, b""), "not-acknowledged");
    }
}
