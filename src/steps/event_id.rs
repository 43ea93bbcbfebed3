//! Event ids, the key by which a partner recognises repeats.

use rand::{Rng as _, distr::Alphanumeric, rngs::StdRng};

use super::world::Example;

impl Example {
    /// A new event id.
    pub(super) fn event_id(&mut self) -> String {
        event_id(&mut self.random)
    }
}

/// An event id of 119 random bits, so that no two events of a run share one (001:7.2).
pub fn event_id(random: &mut StdRng) -> String {
    let letters = random.sample_iter(Alphanumeric).take(20);
    format!("evt_{}", letters.map(char::from).collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use rand::SeedableRng as _;

    use super::event_id;
    use crate::{steps::context::stream, suite::read::Suite, transcript::record::Scope};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn no_two_events_of_a_run_share_an_id(seed: u64) {
            let suite = Suite::embedded().unwrap();
            let mut ids = BTreeSet::new();
            let mut made = 0_usize;
            for example in suite.cases.iter().flat_map(|case| &case.examples) {
                for attempt in 1..=3 {
                    let scope = Scope { example: example.id().clone(), attempt };
                    let mut random = stream(seed, &scope);
                    for _ in 0..60 {
                        ids.insert(event_id(&mut random));
                        made += 1;
                    }
                }
            }
            prop_assert_eq!(ids.len(), made);
        }
    }

    #[test]
    fn an_event_id_is_opaque_and_short() {
        let id = event_id(&mut rand::rngs::StdRng::from_seed([7; 32]));
        assert!(id.starts_with("evt_") && id.len() == 24, "{id}");
        assert!(
            id.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
            "{id}"
        );
    }
}
