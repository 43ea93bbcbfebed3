"""Reads an authentic body: strict where it matters, and blind to members that it does not know."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

STATUSES = {
    "payment.success": {"success"},
    "payment.failed": {"failed"},
    "policy.issued": {"issued"},
    "policy.cancelled": {"cancelled"},
    "refund.processed": {"processed"},
    "claim.submitted": {"submitted"},
    "claim.updated": {"under_review", "more_information_needed", "approved", "rejected", "paid"},
}


class Malformed(Exception):
    pass


@dataclass(frozen=True)
class Event:
    id: str
    type: str
    members: dict[str, Any]

    @property
    def known(self) -> bool:
        return self.type in STATUSES

    @property
    def at(self) -> datetime:
        """When the fact happened. Instants are compared, never texts, and never the order of arrival."""
        try:
            at = datetime.fromisoformat(text(self.members, "created_at"))
        except ValueError:
            raise Malformed("created_at is no time") from None
        if at.tzinfo is None:
            raise Malformed("created_at has no zone")
        return at.astimezone(UTC)

    @property
    def data(self) -> dict[str, Any]:
        data = self.members.get("data")
        if not isinstance(data, dict):
            raise Malformed("data is missing")
        return data


def read(body: bytes) -> Event:
    try:
        members = json.loads(body.decode())
        json.dumps(members, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except (ValueError, RecursionError):
        raise Malformed("no JSON") from None
    if not isinstance(members, dict):
        raise Malformed("no JSON object")
    return Event(text(members, "id"), text(members, "type"), members)


def text(members: dict[str, Any], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= 255:
        raise Malformed(f"{name} is missing or no text")
    return value


def sen(members: dict[str, Any]) -> int:
    """The amount in sen: money is never a float."""
    match = re.fullmatch(r"([0-9]{1,15})\.([0-9]{2})", text(members, "amount"))
    if match is None:
        raise Malformed("amount is no sum with two decimals")
    return int(match[1] + match[2])
