-- The shop's books. What must happen once is a primary key here, not an `if` in the code.

CREATE TABLE IF NOT EXISTS events (          -- memory of deliveries; kept for as long as the platform may repeat one
    id          TEXT PRIMARY KEY,
    type        TEXT NOT NULL,
    received_at TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS orders (
    reference      TEXT PRIMARY KEY,
    amount         INTEGER NOT NULL,         -- in sen
    currency       TEXT NOT NULL,
    customer_name  TEXT,
    transaction_id TEXT,                     -- the payment that paid it
    paid_at        TEXT,
    failed_at      TEXT,                     -- last failed attempt, as long as nothing is paid
    flag           TEXT                      -- something that a person should look at
);

CREATE TABLE IF NOT EXISTS refunds (
    id              TEXT PRIMARY KEY,
    order_reference TEXT NOT NULL REFERENCES orders (reference),
    amount          INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS policies (
    reference       TEXT PRIMARY KEY,
    order_reference TEXT NOT NULL REFERENCES orders (reference),
    number          TEXT,
    issued_at       TEXT,
    cancelled_at    TEXT
);

CREATE TABLE IF NOT EXISTS claims (
    reference        TEXT PRIMARY KEY,
    policy_reference TEXT NOT NULL REFERENCES policies (reference),
    state            TEXT NOT NULL,
    decided_at       INTEGER NOT NULL        -- created_at of the event that said so, in microseconds
);

CREATE TABLE IF NOT EXISTS outbox (          -- work for a background worker, put here with the event that calls for it
    task       TEXT NOT NULL,                -- fulfil-order, send-policy, open-claim
    reference  TEXT NOT NULL,
    event_id   TEXT NOT NULL,
    PRIMARY KEY (task, reference)
);
