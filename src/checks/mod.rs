//! Pure predicates over what was recorded.
