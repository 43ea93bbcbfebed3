//! Tables and connection settings.

use rusqlite::Connection;

/// `fulfilments` is the list of business effects performed: what a customer would notice. Its unique
/// constraint is what makes a second announcement of the same fact harmless.
const TABLES: &str = "
CREATE TABLE IF NOT EXISTS orders (
    reference TEXT PRIMARY KEY,
    subscription INTEGER NOT NULL DEFAULT 0,
    recurring_id TEXT,
    amount INTEGER,
    currency TEXT,
    name TEXT,
    policy TEXT,
    state TEXT NOT NULL,
    transaction_id TEXT,
    decided_at INTEGER,
    refunded INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    flag TEXT,
    next_payment_date TEXT
);
CREATE INDEX IF NOT EXISTS orders_recurring ON orders (recurring_id) WHERE recurring_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS policies (
    reference TEXT PRIMARY KEY,
    order_reference TEXT,
    state TEXT NOT NULL,
    number TEXT
);
CREATE TABLE IF NOT EXISTS policyholders (
    policy TEXT PRIMARY KEY,
    customer TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS policyholders_customer ON policyholders (customer);
CREATE TABLE IF NOT EXISTS claims (
    reference TEXT PRIMARY KEY,
    policy TEXT NOT NULL,
    state TEXT NOT NULL,
    decided_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS fulfilments (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    fact TEXT NOT NULL,
    transaction_id TEXT,
    UNIQUE (kind, reference, fact)
);
CREATE TABLE IF NOT EXISTS refunds (
    reference TEXT PRIMARY KEY,
    order_reference TEXT NOT NULL,
    amount INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
    key TEXT PRIMARY KEY,
    content TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS sightings (
    key TEXT PRIMARY KEY,
    at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS callbacks (
    transaction_id TEXT NOT NULL,
    order_reference TEXT NOT NULL,
    status TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (transaction_id, order_reference, status)
);
CREATE INDEX IF NOT EXISTS callbacks_hash ON callbacks (hash);
CREATE TABLE IF NOT EXISTS instalments (
    order_reference TEXT NOT NULL,
    transaction_id TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (order_reference, transaction_id)
);
CREATE TABLE IF NOT EXISTS plans (
    order_reference TEXT NOT NULL,
    day TEXT,
    amount TEXT,
    state TEXT
);
CREATE INDEX IF NOT EXISTS plans_order ON plans (order_reference);
CREATE TABLE IF NOT EXISTS notices (
    recurring_id TEXT NOT NULL,
    action TEXT NOT NULL,
    PRIMARY KEY (recurring_id, action)
);
CREATE TABLE IF NOT EXISTS checkout_attempts (
    reference TEXT PRIMARY KEY,
    order_reference TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS checkout_attempts_order ON checkout_attempts (order_reference);
CREATE TABLE IF NOT EXISTS batch_files (
    id TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS batch_rows (
    id TEXT PRIMARY KEY,
    file TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS batch_held (
    sequence INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    content BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS steps (
    operation TEXT NOT NULL,
    step TEXT NOT NULL,
    key TEXT NOT NULL,
    answer TEXT,
    PRIMARY KEY (operation, step)
);
CREATE TABLE IF NOT EXISTS online_orders (
    order_reference TEXT PRIMARY KEY,
    api TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS jobs (
    order_reference TEXT NOT NULL,
    transaction_id TEXT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    due INTEGER NOT NULL,
    PRIMARY KEY (order_reference, transaction_id)
);
CREATE INDEX IF NOT EXISTS jobs_due ON jobs (due) WHERE state = 'waiting';
";

/// Sets the connection up and makes missing tables.
pub fn prepare(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // This is the only connection that writes. Whoever else holds the file is an outage, and the sender is
    // better told so at once than kept waiting.
    connection.busy_timeout(std::time::Duration::from_millis(200))?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.execute_batch(TABLES)
}
