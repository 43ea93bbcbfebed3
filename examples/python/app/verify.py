"""Is this delivery authentic? Decided before anything in the body is believed."""

import re

from standardwebhooks import Webhook, WebhookVerificationError
from starlette.datastructures import Headers

SECURITY_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


class NotAuthentic(Exception):
    pass


class Verifier:
    """Holds the active secrets: one, or two while a secret is replaced."""

    def __init__(self, *secrets: str) -> None:
        self._keys = [Webhook(secret) for secret in secrets]
        if not self._keys:
            raise ValueError("no webhook secret")

    def verify(self, body: bytes, headers: Headers) -> None:
        """Raises NotAuthentic unless a key signed exactly these bytes, within five minutes of now."""
        security = {name: _only(headers, name) for name in SECURITY_HEADERS}
        # The library takes everything that float() takes; the platform writes whole seconds.
        if not re.fullmatch("[0-9]{1,12}", security["webhook-timestamp"]):
            raise NotAuthentic("timestamp is no number of seconds")
        for key in self._keys:
            try:
                key.verify(body, security, json_parse=False)  # compares with hmac.compare_digest
                return
            except (WebhookVerificationError, ValueError):  # ValueError: no base64, or a body that is no UTF-8
                continue
        raise NotAuthentic("no signature fits")


def _only(headers: Headers, name: str) -> str:
    # With two copies, one could be verified and the other one used.
    values = headers.getlist(name)
    if len(values) != 1:
        raise NotAuthentic(f"{name} is missing or stands twice")
    return values[0]
