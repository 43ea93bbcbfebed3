//! The list of parameters, declared once: the file format, the accessors and the record follow.

/// Declares the parameters of a profile: periods (read as [`std::time::Duration`], may be
/// compressed), and values of any other type (read by reference).
macro_rules! parameters {
    (
        periods { $($(#[$period_doc:meta])* $period:ident,)+ }
        values { $($(#[$value_doc:meta])* $value:ident: $type:ty,)+ }
    ) => {
        /// The `[parameter]` tables of a profile file.
        #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Parameters {
            $($period: Parameter<Period>,)+
            $($value: Parameter<$type>,)+
        }

        /// The `[compressed]` table: periods that are shorter when the clock is compressed.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Compressed {
            $(#[serde(default)] $period: Option<Period>,)+
        }

        impl Parameters {
            fn compress(&mut self, shorter: &Compressed) {
                $(if let Some(period) = shorter.$period { self.$period.compress(period); })+
            }

            fn record(&self) -> Map<String, Value> {
                let mut entries = Map::new();
                $(entries.insert(stringify!($period).to_owned(), self.$period.record());)+
                $(entries.insert(stringify!($value).to_owned(), self.$value.record());)+
                entries
            }

            /// Names of the parameters that say nothing about where they come from.
            fn without_source(&self) -> Vec<&'static str> {
                let mut names = Vec::new();
                $(if self.$period.source.trim().is_empty() { names.push(stringify!($period)); })+
                $(if self.$value.source.trim().is_empty() { names.push(stringify!($value)); })+
                names
            }
        }

        impl Profile {
            $($(#[$period_doc])* pub fn $period(&self) -> Duration { self.parameter.$period.value.duration() })+
            $($(#[$value_doc])* pub fn $value(&self) -> &$type { &self.parameter.$value.value })+
        }
    };
}

pub(super) use parameters;
