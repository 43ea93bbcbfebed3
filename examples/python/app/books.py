"""What an event does to the books.

Nothing here looks at the order of arrival: a payment stays a payment when an older failure comes late, and what is
refunded or cancelled is never opened again.
"""

from datetime import UTC, datetime
from sqlite3 import Connection

from .event import STATUSES, Event, sen, text

# Results, as they stand in the log.
PROCESSED, DUPLICATE, IGNORED, UNMATCHED, HELD = "processed", "duplicate", "ignored", "unmatched", "held"


def take(db: Connection, event: Event) -> str:
    """Remembers the event and carries it out, in the caller's transaction. Returns the result."""
    if not event.known:
        return IGNORED
    if text(event.data, "status") not in STATUSES[event.type]:
        return IGNORED  # type and status disagree: this is never read as a success
    remembered = db.execute(
        "INSERT INTO events (id, type, received_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (event.id, event.type, datetime.now(UTC).isoformat()),
    )
    if remembered.rowcount == 0:
        return DUPLICATE
    result = EFFECTS[event.type](db, event)
    if result == UNMATCHED:
        # It may be about something that we are about to hear of: a repeat gets another chance.
        db.execute("DELETE FROM events WHERE id = ?", (event.id,))
    return result


def pay(db: Connection, event: Event) -> str:
    order_id, transaction = text(event.data, "order_id"), text(event.data, "transaction_id")
    amount, currency = sen(event.data), text(event.data, "currency")
    order = db.execute("SELECT * FROM orders WHERE reference = ?", (order_id,)).fetchone()
    if order is None:
        return pay_instalment(db, order_id, transaction, amount, currency)
    if (amount, currency) != (order["amount"], order["currency"]):
        return hold(db, order_id, f"paid {amount} sen in {currency}")
    if order["transaction_id"] not in (None, transaction):
        return hold(db, order_id, "paid twice")
    if order["transaction_id"] == transaction or refunded(db, order_id) >= order["amount"]:
        return DUPLICATE
    db.execute(
        "UPDATE orders SET transaction_id = ?, paid_at = ?, failed_at = NULL,"
        " customer_name = coalesce(?, customer_name) WHERE reference = ?",
        (transaction, event.at.isoformat(), customer_name(event), order_id),
    )
    return queue(db, "fulfil-order", order_id, event)


def pay_instalment(db: Connection, reference: str, transaction: str, amount: int, currency: str) -> str:
    subscription = db.execute("SELECT * FROM subscriptions WHERE reference = ?", (reference,)).fetchone()
    if subscription is None:
        return UNMATCHED
    if (amount, currency) != (subscription["amount"], subscription["currency"]):
        return HELD
    return book_instalment(db, reference, transaction)


def book_instalment(db: Connection, reference: str, transaction: str) -> str:
    """Books a payment of a subscription once, whether a webhook tells of it, a recurring callback, or both."""
    added = db.execute(
        "INSERT INTO instalments (transaction_id, subscription_reference) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (transaction, reference),
    )
    return PROCESSED if added.rowcount else DUPLICATE


def fail(db: Connection, event: Event) -> str:
    order_id = text(event.data, "order_id")
    order = db.execute("SELECT * FROM orders WHERE reference = ?", (order_id,)).fetchone()
    if order is None:
        return UNMATCHED
    if order["transaction_id"]:
        return IGNORED  # another attempt to pay succeeded, and that stands
    db.execute("UPDATE orders SET failed_at = ? WHERE reference = ?", (event.at.isoformat(), order_id))
    return PROCESSED


def refund(db: Connection, event: Event) -> str:
    order_id, refund_id = text(event.data, "order_id"), text(event.data, "refund_id")
    amount, currency = sen(event.data), text(event.data, "currency")
    order = db.execute("SELECT * FROM orders WHERE reference = ?", (order_id,)).fetchone()
    if order is None:
        return UNMATCHED
    if currency != order["currency"] or refunded(db, order_id) + amount > order["amount"]:
        if db.execute("SELECT 1 FROM refunds WHERE id = ?", (refund_id,)).fetchone() is None:
            return hold(db, order_id, f"refund of {amount} sen in {currency}")
    added = db.execute(
        "INSERT INTO refunds (id, order_reference, amount) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (refund_id, order_id, amount),
    )
    return PROCESSED if added.rowcount else DUPLICATE


def issue(db: Connection, event: Event) -> str:
    policy_id, number = text(event.data, "policy_id"), text(event.data, "policy_number")
    policy = db.execute("SELECT * FROM policies WHERE reference = ?", (policy_id,)).fetchone()
    if policy is None:
        return UNMATCHED
    if policy["issued_at"] or policy["cancelled_at"]:
        return DUPLICATE
    db.execute(
        "UPDATE policies SET number = ?, issued_at = ? WHERE reference = ?",
        (number, event.at.isoformat(), policy_id),
    )
    return queue(db, "send-policy", policy_id, event)


def cancel(db: Connection, event: Event) -> str:
    policy_id = text(event.data, "policy_id")
    policy = db.execute("SELECT * FROM policies WHERE reference = ?", (policy_id,)).fetchone()
    if policy is None:
        return UNMATCHED
    if policy["cancelled_at"]:
        return DUPLICATE
    db.execute("UPDATE policies SET cancelled_at = ? WHERE reference = ?", (event.at.isoformat(), policy_id))
    return PROCESSED


def claim(db: Connection, event: Event) -> str:
    claim_id, policy_id, state = (text(event.data, name) for name in ("claim_id", "policy_id", "status"))
    decided_at = int(event.at.timestamp() * 1_000_000)
    if db.execute("SELECT 1 FROM policies WHERE reference = ?", (policy_id,)).fetchone() is None:
        return UNMATCHED
    known = db.execute("SELECT * FROM claims WHERE reference = ?", (claim_id,)).fetchone()
    if known is None:  # an update may overtake the submission
        db.execute("INSERT INTO claims VALUES (?, ?, ?, ?)", (claim_id, policy_id, state, decided_at))
        return queue(db, "open-claim", claim_id, event)
    if known["policy_reference"] != policy_id:
        return HELD
    if (decided_at, state != "submitted") <= (known["decided_at"], known["state"] != "submitted"):
        return IGNORED  # an older state, come late
    db.execute("UPDATE claims SET state = ?, decided_at = ? WHERE reference = ?", (state, decided_at, claim_id))
    return PROCESSED


def queue(db: Connection, task: str, reference: str, event: Event) -> str:
    # The work itself (goods, letters, other systems) is done by a worker: the platform waits for no printer.
    added = db.execute(
        "INSERT INTO outbox (task, reference, event_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (task, reference, event.id),
    )
    return PROCESSED if added.rowcount else DUPLICATE


def hold(db: Connection, order_id: str, flag: str) -> str:
    db.execute("UPDATE orders SET flag = ? WHERE reference = ?", (flag, order_id))
    return HELD


def refunded(db: Connection, order_id: str) -> int:
    row = db.execute("SELECT coalesce(sum(amount), 0) FROM refunds WHERE order_reference = ?", (order_id,))
    return row.fetchone()[0]


def customer_name(event: Event) -> str | None:
    metadata = event.data.get("metadata")
    name = metadata.get("customer_name") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else None


EFFECTS = {
    "payment.success": pay,
    "payment.failed": fail,
    "policy.issued": issue,
    "policy.cancelled": cancel,
    "refund.processed": refund,
    "claim.submitted": claim,
    "claim.updated": claim,
}
