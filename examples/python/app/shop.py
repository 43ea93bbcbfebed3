"""The rest of the shop, as far as it matters here: how an order begins, and what the back office sees."""

from enum import StrEnum
from sqlite3 import Connection
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from . import books

Reference = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class NewOrder(BaseModel):
    reference: Reference
    policy: Reference | None = None
    amount: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}\.[0-9]{2}$")]
    currency: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]


class Kind(StrEnum):
    ORDERS = "orders"
    POLICIES = "policies"
    CLAIMS = "claims"


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


def done(db: Connection, task: str, reference: str) -> int:
    row = db.execute("SELECT count(*) FROM outbox WHERE task = ? AND reference = ?", (task, reference))
    return row.fetchone()[0]


def money(sen: int) -> str:
    return f"{sen // 100}.{sen % 100:02}"


VIEWS = {Kind.ORDERS: view_order, Kind.POLICIES: view_policy, Kind.CLAIMS: view_claim}
