"""The rest of the shop, as far as it matters here: how an order begins, and what the back office sees."""

from enum import StrEnum
from sqlite3 import Connection
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from . import books

Reference = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Amount = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}\.[0-9]{2}$")]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]


class NewOrder(BaseModel):
    reference: Reference
    policy: Reference | None = None
    amount: Amount
    currency: Currency


class NewSubscription(BaseModel):
    reference: Reference
    amount: Amount
    currency: Currency


class Kind(StrEnum):
    ORDERS = "orders"
    POLICIES = "policies"
    CLAIMS = "claims"
    SUBSCRIPTIONS = "subscriptions"


def create(db: Connection, order: NewOrder) -> None:
    db.execute(
        "INSERT INTO orders (reference, amount, currency) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (order.reference, int(order.amount.replace(".", "")), order.currency),
    )
    if order.policy:
        db.execute(
            "INSERT INTO policies (reference, order_reference) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (order.policy, order.reference),
        )


def subscribe(db: Connection, subscription: NewSubscription) -> None:
    db.execute(
        "INSERT INTO subscriptions (reference, amount, currency) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (subscription.reference, int(subscription.amount.replace(".", "")), subscription.currency),
    )


def view_order(db: Connection, reference: str) -> dict | None:
    order = db.execute("SELECT * FROM orders WHERE reference = ?", (reference,)).fetchone()
    if order is None:
        return None
    refunded = books.refunded(db, reference)
    if refunded >= order["amount"]:
        state = "refunded"
    elif order["transaction_id"]:
        state = "partially_refunded" if refunded else "paid"
    else:
        state = "failed" if order["failed_at"] else "pending"
    return {
        "state": state,
        "fulfilments": done(db, "fulfil-order", reference),
        "amount": money(order["amount"]),
        "refunded": money(refunded),
        "transaction_id": order["transaction_id"],
        "customer_name": order["customer_name"],
        "flag": order["flag"],
    }


def view_policy(db: Connection, reference: str) -> dict | None:
    policy = db.execute("SELECT * FROM policies WHERE reference = ?", (reference,)).fetchone()
    if policy is None:
        return None
    state = "cancelled" if policy["cancelled_at"] else "issued" if policy["issued_at"] else "pending"
    return {"state": state, "issued": done(db, "send-policy", reference), "number": policy["number"]}


def view_claim(db: Connection, reference: str) -> dict | None:
    claim = db.execute("SELECT * FROM claims WHERE reference = ?", (reference,)).fetchone()
    return claim and {"state": claim["state"], "opened": done(db, "open-claim", reference)}


def view_subscription(db: Connection, reference: str) -> dict | None:
    subscription = db.execute("SELECT * FROM subscriptions WHERE reference = ?", (reference,)).fetchone()
    if subscription is None:
        return None
    rows = db.execute(
        "SELECT transaction_id FROM instalments WHERE subscription_reference = ? ORDER BY rowid", (reference,)
    )
    paid = [row["transaction_id"] for row in rows]
    return {
        "state": "paid" if paid else "failed" if subscription["failed"] else "pending",
        "instalments": paid,
        "amount": money(subscription["amount"]),
        "transaction_id": paid[-1] if paid else None,
        "next_day": subscription["next_day"],
    }


def done(db: Connection, task: str, reference: str) -> int:
    row = db.execute("SELECT count(*) FROM outbox WHERE task = ? AND reference = ?", (task, reference))
    return row.fetchone()[0]


def money(sen: int) -> str:
    return f"{sen // 100}.{sen % 100:02}"


VIEWS = {
    Kind.ORDERS: view_order,
    Kind.POLICIES: view_policy,
    Kind.CLAIMS: view_claim,
    Kind.SUBSCRIPTIONS: view_subscription,
}
