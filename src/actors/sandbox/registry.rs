//! Who owns a request: mounts by their prefix, watches by what they look for.

use std::{collections::HashMap, sync::Arc};

use super::{
    options::{Base, SandboxError},
    reader::Arrival,
    station::Station,
    target::{Target, decoded, owner_of},
};

/// Whose a request is.
#[derive(Debug, Default)]
pub struct Owners {
    /// The stations it belongs to; the first one's script applies.
    pub stations: Vec<Arc<Station>>,
    /// Whether the first station is a mount.
    pub mounted: bool,
    /// Whether it names an owner that is not there (any more).
    pub gone: bool,
}

#[derive(Debug)]
struct Lookout {
    mention: String,
    station: Arc<Station>,
}

/// All open mounts and watches.
#[derive(Debug)]
pub struct Registry {
    base: Base,
    mounts: HashMap<String, Arc<Station>>,
    fixed: Option<Arc<Station>>,
    lookouts: Vec<Lookout>,
}

impl Registry {
    /// A registry with nothing open.
    pub fn new(base: Base) -> Self {
        Self {
            base,
            mounts: HashMap::new(),
            fixed: None,
            lookouts: Vec::new(),
        }
    }

    /// How examples are told apart.
    pub fn base(&self) -> Base {
        self.base
    }

    /// Opens a mount. Gives the name in its URL; none when it has the fixed address.
    pub fn open(&mut self, station: &Arc<Station>) -> Result<Option<String>, SandboxError> {
        let name = owner_of(&station.scope);
        match self.base {
            Base::Fixed => {
                if let Some(current) = &self.fixed {
                    return Err(SandboxError::Occupied(owner_of(&current.scope)));
                }
                self.fixed = Some(Arc::clone(station));
                Ok(None)
            }
            Base::PerExample => {
                if self.mounts.contains_key(&name) {
                    return Err(SandboxError::AlreadyOpen(name));
                }
                self.mounts.insert(name.clone(), Arc::clone(station));
                Ok(Some(name))
            }
        }
    }

    /// Closes a mount; harmless when it is closed already.
    pub fn close(&mut self, owner: Option<&str>, station: &Arc<Station>) {
        match owner {
            Some(name) => {
                if self
                    .mounts
                    .get(name)
                    .is_some_and(|open| Arc::ptr_eq(open, station))
                {
                    self.mounts.remove(name);
                }
            }
            None => {
                if self.fixed.as_ref().is_some_and(|open| Arc::ptr_eq(open, station)) {
                    self.fixed = None;
                }
            }
        }
    }

    /// Looks out for a text.
    pub fn look_out(&mut self, mention: &str, station: &Arc<Station>) {
        if mention.is_empty() {
            return;
        }
        self.lookouts.push(Lookout {
            mention: mention.to_owned(),
            station: Arc::clone(station),
        });
    }

    /// No longer looks out for a station.
    pub fn look_away(&mut self, station: &Arc<Station>) {
        self.lookouts
            .retain(|lookout| !Arc::ptr_eq(&lookout.station, station));
    }

    /// Whose a request is. A mention is more precise than the fixed address, so it goes first.
    pub fn owners(&self, target: &Target, arrival: &Arrival) -> Owners {
        if let Some(name) = &target.owner {
            return match self.mounts.get(name) {
                Some(station) => Owners {
                    stations: vec![Arc::clone(station)],
                    mounted: true,
                    gone: false,
                },
                None => Owners {
                    gone: true,
                    ..Owners::default()
                },
            };
        }
        let mut stations = Vec::new();
        if !self.lookouts.is_empty() {
            let haystack = haystack(arrival);
            let mentioned = self
                .lookouts
                .iter()
                .filter(|one| haystack.iter().any(|text| text.contains(&one.mention)));
            for one in mentioned {
                // Several mentions of one station are still one request.
                if !stations.iter().any(|known| Arc::ptr_eq(known, &one.station)) {
                    stations.push(Arc::clone(&one.station));
                }
            }
        }
        let Some(fixed) = &self.fixed else {
            return Owners {
                stations,
                ..Owners::default()
            };
        };
        let claimed = stations.iter().any(|one| one.scope != fixed.scope);
        if claimed {
            return Owners {
                stations,
                ..Owners::default()
            };
        }
        stations.insert(0, Arc::clone(fixed));
        Owners {
            stations,
            mounted: true,
            gone: false,
        }
    }
}

fn haystack(arrival: &Arrival) -> Vec<String> {
    let target = &arrival.head.target;
    let mut texts = vec![
        target.clone(),
        decoded(target),
        String::from_utf8_lossy(&arrival.body).into_owned(),
    ];
    texts.extend(arrival.head.headers.iter().map(|(_, value)| value.to_owned()));
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        transcript::record::Scope,
        wire::{
            fault::Script,
            header::{Header, Headers},
            moment::Micros,
        },
    };

    fn station(example: &str) -> Arc<Station> {
        let scope = Scope {
            example: example.parse().unwrap(),
            attempt: 1,
        };
        Station::new(1, &scope, Script::default())
    }

    fn owners(registry: &Registry, target: &str, body: &str, header: &str) -> Vec<String> {
        let mut arrival = Arrival {
            head: super::super::head::Head::default(),
            body: body.as_bytes().to_vec(),
            started: Micros(0),
            received: Micros(0),
        };
        target.clone_into(&mut arrival.head.target);
        arrival.head.headers = Headers(vec![Header("X".to_owned(), header.to_owned())]);
        let owners = registry.owners(&Target::parse(target), &arrival);
        owners
            .stations
            .iter()
            .map(|one| one.scope.example.to_string())
            .collect()
    }

    #[test]
    fn mentions_are_found_in_target_header_and_body() {
        let mut registry = Registry::new(Base::PerExample);
        let watch = station("WH-SIG-17/a");
        registry.look_out("txn_1/x", &watch);
        assert_eq!(
            owners(&registry, "/v1/payments/txn_1%2Fx", "", ""),
            ["WH-SIG-17/a"]
        );
        assert_eq!(
            owners(&registry, "/v1/a", "{\"id\":\"txn_1/x\"}", ""),
            ["WH-SIG-17/a"]
        );
        assert_eq!(owners(&registry, "/v1/a", "", "of txn_1/x"), ["WH-SIG-17/a"]);
        assert!(owners(&registry, "/e/other/v1/payments/txn_1/x", "", "").is_empty());
        registry.look_out("ORD-1", &watch);
        assert_eq!(
            owners(&registry, "/v1/payments/txn_1%2Fx", "ORD-1", ""),
            ["WH-SIG-17/a"]
        );
        registry.look_away(&watch);
        assert!(owners(&registry, "/v1/payments/txn_1/x", "", "").is_empty());
    }

    #[test]
    fn the_fixed_address_has_one_owner() {
        let mut registry = Registry::new(Base::Fixed);
        let (one, other) = (station("API-FLW-01/a"), station("API-FLW-02/a"));
        assert!(matches!(registry.open(&one), Ok(None)));
        assert!(
            matches!(registry.open(&other), Err(SandboxError::Occupied(name)) if name == "api-flw-01-a-1")
        );
        let watch = station("WH-SIG-17/a");
        registry.look_out("txn_1", &watch);
        assert_eq!(owners(&registry, "/v1/products", "", ""), ["API-FLW-01/a"]);
        assert_eq!(owners(&registry, "/v1/payments/txn_1", "", ""), ["WH-SIG-17/a"]);
        registry.close(None, &one);
        assert!(matches!(registry.open(&other), Ok(None)));
    }
}
