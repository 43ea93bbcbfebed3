//! The list of parameters, declared once: the file format, the accessors and the record follow.

/// Declares the parameters of a profile: periods (read as [`std::time::Duration`], may be
/// compressed), schedules of several periods (likewise), and values of any other type (read by reference).
macro_rules! parameters {
    (
        periods { $($(#[doc = $period_doc:literal])+ $period:ident,)+ }
        schedules { $($(#[doc = $schedule_doc:literal])+ $schedule:ident,)+ }
        values { $($(#[doc = $value_doc:literal])+ $value:ident: $type:ty,)+ }
    ) => {
        /// The `[parameter]` tables of a profile file.
        #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Parameters {
            $($period: Parameter<Period>,)+
            $($schedule: Parameter<Vec<Period>>,)+
            $($value: Parameter<$type>,)+
        }

        /// The `[compressed]` table: periods and schedules that are shorter when the clock is compressed.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Compressed {
            $(#[serde(default)] $period: Option<Period>,)+
            $(#[serde(default)] $schedule: Option<Vec<Period>>,)+
        }

        impl Parameters {
            fn compress(&mut self, shorter: &Compressed) {
                $(if let Some(period) = shorter.$period { self.$period.compress(period); })+
                $(if let Some(schedule) = &shorter.$schedule { self.$schedule.compress(schedule.clone()); })+
            }

            fn record(&self) -> Map<String, Value> {
                let mut entries = Map::new();
                $(entries.insert(stringify!($period).to_owned(), self.$period.record());)+
                $(entries.insert(stringify!($schedule).to_owned(), self.$schedule.record());)+
                $(entries.insert(stringify!($value).to_owned(), self.$value.record());)+
                entries
            }

            /// Names of the parameters that say nothing about where they come from.
            fn without_source(&self) -> Vec<&'static str> {
                let mut names = Vec::new();
                $(if self.$period.source.trim().is_empty() { names.push(stringify!($period)); })+
                $(if self.$schedule.source.trim().is_empty() { names.push(stringify!($schedule)); })+
                $(if self.$value.source.trim().is_empty() { names.push(stringify!($value)); })+
                names
            }
        }

        impl Profile {
            /// Every parameter by name with what it means, in a sentence.
            pub const MEANINGS: &'static [(&'static str, &'static str)] = &[
                $((stringify!($period), concat!($($period_doc),+).trim_ascii()),)+
                $((stringify!($schedule), concat!($($schedule_doc),+).trim_ascii()),)+
                $((stringify!($value), concat!($($value_doc),+).trim_ascii()),)+
            ];

            $($(#[doc = $period_doc])+ pub fn $period(&self) -> Duration { self.parameter.$period.value.duration() })+
            $($(#[doc = $schedule_doc])+ pub fn $schedule(&self) -> &[Period] { &self.parameter.$schedule.value })+
            $($(#[doc = $value_doc])+ pub fn $value(&self) -> &$type { &self.parameter.$value.value })+
        }
    };
}

pub(super) use parameters;
