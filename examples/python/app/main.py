"""A shop that sells insurance and takes the platform's webhooks."""

import hmac
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from . import books, recurring, shop
from .event import Malformed, read
from .log import Log
from .store import Store
from .verify import NotAuthentic, Verifier

LARGEST_BODY = 1024 * 1024

data = Path(os.environ.get("DATA_DIR", "var"))
data.mkdir(parents=True, exist_ok=True)
store = Store(data / "shop.sqlite")
log = Log(data / "webhooks.log")
secret = os.environ["SENANG_WEBHOOK_SECRET"]
next_secret = os.environ.get("SENANG_WEBHOOK_SECRET_NEXT")  # set while the secret is replaced
verifier = Verifier(*filter(None, (secret, next_secret)))
gateway_secret = os.environ["SENANG_RECURRING_SECRET"]
token = os.environ["SHOP_TOKEN"]

app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)


@app.post("/webhooks/senang")
async def webhook(request: Request) -> JSONResponse:
    body = await raw_body(request)
    claimed_id = request.headers.get("webhook-id")
    if body is None:
        log.write("warn", claimed_id, None, "refused", "body is too large")
        return answer(413, "body is too large")
    return await run_in_threadpool(handle, body, request)


def handle(body: bytes, request: Request) -> JSONResponse:
    event_id, event_type = request.headers.get("webhook-id"), None
    try:
        verifier.verify(body, request.headers)
        event = read(body)
        event_id, event_type = event.id, event.type
        with store.transaction() as db:
            result = books.take(db, event)
    except NotAuthentic as reason:
        log.write("warn", event_id, None, "refused", str(reason))
        return answer(401, "not authentic")
    except Malformed as reason:
        log.write("warn", event_id, event_type, "malformed", str(reason))
        return answer(400, str(reason))
    except Exception as error:
        # Nothing was kept. The platform is told so, and sends the event again.
        log.write("error", event_id, event_type, "failed", type(error).__name__)
        return answer(500, "try again later")
    log.write("warn" if result in (books.HELD, books.UNMATCHED) else "info", event_id, event_type, result)
    return answer(200, "ok")


@app.post("/recurring")
async def callback(request: Request) -> Response:
    body = await raw_body(request)
    if body is None:
        log.write("warn", None, "recurring", "refused", "body is too large")
        return answer(413, "body is too large")
    return await run_in_threadpool(handle_callback, body)


def handle_callback(body: bytes) -> Response:
    transaction = None
    try:
        members = recurring.read(body, gateway_secret)
        transaction = recurring.text(members, "transaction_id")
        with store.transaction() as db:
            result = recurring.take(db, members)
    except NotAuthentic as reason:
        log.write("warn", None, "recurring", "refused", str(reason))
        return answer(401, "not authentic")
    except Malformed as reason:
        log.write("warn", None, "recurring", "malformed", str(reason))
        return answer(400, str(reason))
    except Exception as error:
        log.write("error", transaction, "recurring", "failed", type(error).__name__)
        return answer(500, "try again later")
    log.write("warn" if result in (books.HELD, books.UNMATCHED) else "info", transaction, "recurring", result)
    return PlainTextResponse("OK")  # the gateway asks for exactly this


async def raw_body(request: Request) -> bytes | None:
    """The bytes as they arrived, because these are what was signed; None if there are too many."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def answer(status: int, message: str) -> JSONResponse:
    return JSONResponse({"message": message}, status)


def staff(authorization: Annotated[str, Header()] = "") -> None:
    if not hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
        raise HTTPException(401)


back_office = APIRouter(dependencies=[Depends(staff)])


@back_office.post("/orders", status_code=201)
def create_order(order: shop.NewOrder) -> dict:
    with store.transaction() as db:
        shop.create(db, order)
    return {"reference": order.reference}


@back_office.post("/subscriptions", status_code=201)
def create_subscription(subscription: shop.NewSubscription) -> dict:
    with store.transaction() as db:
        shop.subscribe(db, subscription)
    return {"reference": subscription.reference}


@back_office.get("/{kind}/{reference}")
def look(kind: shop.Kind, reference: str) -> dict:
    with store.reading() as db:
        found = shop.VIEWS[kind](db, reference)
    if found is None:
        raise HTTPException(404)
    return found


@back_office.get("/support-requests/for/{event_id}")
def support_request(event_id: str) -> dict:
    """What we would send to the platform's support: ids and log lines, no payload and no key."""
    return {
        "partner_id": "example-python",
        "api_key_reference": f"…{secret[-4:]}",
        "event_id": event_id,
        "time": datetime.now(UTC).isoformat(),
        "description": "Our record of this delivery differs from yours, please compare.",
        "log": log.about(event_id),
    }


app.include_router(back_office)
