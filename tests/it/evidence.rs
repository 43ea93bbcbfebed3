//! What CI servers and people see of a run that is not green.

use crate::{bundle::Colour, hostile, program::Place, shared::SIGNATURE_IGNORED};

#[test]
fn ci_is_red_exactly_where_the_certificate_is_blocked() {
    let bundle = &SIGNATURE_IGNORED.bundle;
    let (mut failures, mut warnings) = (0, 0);
    for name in ["junit.xml", "junit-strict.xml"] {
        let cases = bundle.cases(name);
        for line in bundle.results()["examples"].as_array().unwrap() {
            let example = line["example"].as_str().unwrap();
            if line["selection"] == "excluded" {
                assert!(!cases.contains_key(example), "{name}, {example}");
                continue;
            }
            let colour = Colour::of(&cases[example]);
            let verdict = line["result"]["verdict"].as_str();
            match (verdict, line["severity"].as_str().unwrap()) {
                (None, _) => assert!(
                    matches!(&colour, Colour::Skipped(why) if why.starts_with("not applicable:")),
                    "{name}, {example}: {colour:?}"
                ),
                (Some("pass"), _) => assert_eq!(colour, Colour::Green, "{name}, {example}"),
                (Some("fail"), "required") => {
                    failures += 1;
                    let code = line["result"]["findings"][0]["code"].as_str().unwrap();
                    assert_eq!(colour, Colour::Failure(code.to_owned()), "{name}, {example}");
                }
                (Some("fail"), _) => {
                    warnings += 1;
                    assert!(
                        matches!(&colour, Colour::Skipped(why) if why.starts_with("warning:")),
                        "{name}, {example}: {colour:?}"
                    );
                }
                (Some("inconclusive"), "required") => {
                    assert_eq!(
                        colour,
                        Colour::Error("inconclusive".to_owned()),
                        "{name}, {example}"
                    );
                }
                // Without Chromium nobody can look at the embedding page; see `checkout.rs`.
                (Some("inconclusive"), _) if example.starts_with("EMB-05/") => assert!(
                    matches!(&colour, Colour::Skipped(why) if why.starts_with("inconclusive:")),
                    "{name}, {example}: {colour:?}"
                ),
                (other, severity) => panic!("{name}, {example}: {other:?} ({severity}) is not expected here"),
            }
        }
        let report = bundle.junit(name);
        let red: usize = report.test_suites.iter().map(|suite| suite.failures).sum();
        let coloured = cases
            .values()
            .filter(|case| matches!(Colour::of(case), Colour::Failure(_)));
        assert_eq!(red, coloured.count(), "{name}");
    }
    assert!(
        failures > 0 && warnings > 0,
        "{failures} failures, {warnings} warnings"
    );
}

#[test]
fn text_of_a_hostile_partner_attacks_nobody() {
    let base = format!("http://{}", hostile::partner());
    let place = Place::new().with(
        "partner.toml",
        &format!(
            "[partner]\nid = \"mallory\"\nname = \"Mallory\"\nimplementation = \"mallory\"\nversion = \"1\"\n\
             [capabilities]\nwebhooks = [\"payment.success\"]\n\
             [webhook]\nurl = \"{base}/hooks\"\nsecret_env = \"MALLORY_SECRET\"\n\
             [effects.order]\nkind = \"http\"\nurl = \"{base}/orders/{{reference}}\"\ncount = \"/count\"\n\
             state = \"/state\"\nname = \"/name\"\n"
        ),
    );
    let run = place
        .senang("run --partner partner.toml --clock compressed --out out --case WH-DEL-01 --case WH-SIG-02");
    let secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZkdISUpLTE1OT1BRUlNUVVY=".to_owned();
    let said = run.with_environment(&[("MALLORY_SECRET", secret)]).run().exits(1);
    for shown in [&said.out, &said.err] {
        let control = shown
            .chars()
            .find(|letter| letter.is_control() && *letter != '\n');
        assert_eq!(control, None, "{shown:?}");
        assert!(!shown.contains('\u{202e}'), "{shown:?}");
    }
    assert!(
        said.out.contains(r"\u{1b}[2J"),
        "the text is not shown at all:\n{}",
        said.out
    );

    let bundle = place.bundle();
    for name in ["junit.xml", "junit-strict.xml"] {
        let text = bundle.text(name);
        assert!(text.contains(r"\u{1b}[2J"), "the text is not in {name}");
        for letter in ['\u{1b}', '\u{7}', '\u{0}', '\u{202e}', '\u{fffe}'] {
            assert!(!text.contains(letter), "{letter:?} is in {name}");
        }
        for attachment in text.lines().filter(|line| line.contains("[[ATTACHMENT|")) {
            assert!(!attachment.contains("/etc/"), "{attachment}");
        }
        let cases = bundle.cases(name);
        let applicable = cases
            .iter()
            .filter(|(_, case)| !matches!(Colour::of(case), Colour::Skipped(_)));
        let applicable: Vec<&String> = applicable.map(|(example, _)| example).collect();
        assert_eq!(applicable, bundle.verdicts().keys().collect::<Vec<_>>(), "{name}");
        assert_eq!(
            Colour::of(&cases["WH-DEL-01/a"]),
            Colour::Failure("no-effect".to_owned())
        );
    }
    bundle.verify().exits(0);
}
