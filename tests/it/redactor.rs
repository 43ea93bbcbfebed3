//! What differs from run to run is taken out of snapshots here, and nowhere else.

/// What is recognised, and what stands in its place.
const CHANGING: [(&str, &str); 9] = [
    (r"\d{8}T\d{6}-[0-9a-f]{8}", "[run]"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "[time]"),
    (r"\b[0-9a-f]{64}\b", "[digest]"),
    (r"(127\.0\.0\.1|localhost):\d+", "$1:[port]"),
    (r"(/[\w.-]+)*/\.tmp\w+", "[folder]"),
    (
        r"(^|[^-])\b(ORD|POL|CLM|SUB|REC|TXN|REF)-[A-Za-z0-9]+",
        "${1}${2}-[id]",
    ),
    (r"\b(evt|msg|cor)_[A-Za-z0-9]+", "${1}_[id]"),
    (r"\b\d+(\.\d+)? (ms|s)\b", "[duration]"),
    (r"\b(records +)\d+(, \d+)*", "$1[numbers]"),
];

/// Runs assertions on snapshots of the folder `snapshots`, with everything taken out that changes.
pub(crate) fn redacted(assertions: impl FnOnce()) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (changing, instead) in CHANGING {
        settings.add_filter(changing, instead);
    }
    settings.bind(assertions);
}
