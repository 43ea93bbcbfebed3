"""Recurring callbacks of the gateway: JSON, with a hash over four fields that nothing separates.

A good hash says little: amounts, dates and lists stand outside it. What is owed stands in our own books.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection
from typing import Any
from zoneinfo import ZoneInfo

from .books import HELD, IGNORED, PROCESSED, UNMATCHED, book_instalment
from .event import Malformed
from .verify import NotAuthentic

LONGEST_PERIOD = timedelta(days=31 + 7)
MALAYSIA = ZoneInfo("Asia/Kuala_Lumpur")
PAYMENT_FIELDS = ("status_id", "order_id", "transaction_id", "msg")
NOTICE_FIELDS = ("recurring_id", "type", "customer_email")


def read(body: bytes, secret: str) -> dict[str, Any]:
    """The callback, if its hash is right."""
    try:
        members = json.loads(body.decode())
        json.dumps(members, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Malformed("no JSON") from None
    if not isinstance(members, dict):
        raise Malformed("no JSON object")
    fields = NOTICE_FIELDS if "action" in members else PAYMENT_FIELDS
    hashed = secret + "".join(text(members, name) for name in fields)
    expected = hashlib.sha256(hashed.encode()).hexdigest()
    given = members.get("hash")
    if not isinstance(given, str) or not hmac.compare_digest(expected.encode(), given.encode()):
        raise NotAuthentic("hash does not fit")
    return members


def text(members: dict[str, Any], name: str) -> str:
    """A text exactly as it came, or the digits of a number."""
    value = members.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise Malformed(f"{name} is neither text nor a whole number")


def take(db: Connection, callback: dict[str, Any]) -> str:
    if "action" in callback:
        return IGNORED  # a hint to look at the schedule; it reports no payment
    status, order_id, transaction, _ = fields = [text(callback, name) for name in PAYMENT_FIELDS]
    subscription = db.execute("SELECT * FROM subscriptions WHERE reference = ?", (order_id,)).fetchone()
    if subscription is None:
        return UNMATCHED
    reading = json.dumps(fields)
    db.execute("INSERT INTO callbacks VALUES (?, ?) ON CONFLICT DO NOTHING", (callback["hash"], reading))
    first = db.execute("SELECT fields FROM callbacks WHERE hash = ?", (callback["hash"],)).fetchone()
    if first["fields"] != reading:
        return HELD  # somebody moved digits from one field to the next
    if status == "1":
        return paid(db, order_id, transaction, next_day(callback))
    if status == "0":
        db.execute("UPDATE subscriptions SET failed = failed + 1 WHERE reference = ?", (order_id,))
        return PROCESSED
    return IGNORED  # pending, or a word that we do not know: no payment


def paid(db: Connection, order_id: str, transaction: str, day: str | None) -> str:
    if not transaction:
        return HELD
    result = book_instalment(db, order_id, transaction)
    if result == PROCESSED:
        db.execute("UPDATE subscriptions SET next_day = ? WHERE reference = ?", (day, order_id))
    return result


def next_day(callback: dict[str, Any]) -> str | None:
    """The day of the next instalment, unless it is none that a monthly plan can have."""
    seconds = str(callback.get("next_payment_date"))
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 10):
        return None
    at, now = datetime.fromtimestamp(int(seconds), UTC), datetime.now(UTC)
    return at.astimezone(MALAYSIA).date().isoformat() if now < at < now + LONGEST_PERIOD else None
