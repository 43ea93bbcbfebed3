"""A small importer of batch files: it watches a folder, refuses a file as a whole for one bad row, tells what it did
in its log only, and shows what it knows about an order at /orders/REFERENCE.

importer.py FOLDER     prints its port, and watches until standard input ends
"""

import csv
import datetime
import http.server
import io
import json
import os
import pathlib
import sys
import threading
import time

LOG = pathlib.Path("importer.log")
STATE = {"next": 1, "files": [], "rows": [], "orders": {}, "waiting": {}}
NAIVE = os.environ.get("IMPORTER_KEEPS_GOOD_ROWS") == "1"
SILENT = os.environ.get("IMPORTER_NAMES_NO_ROW") == "1"


def log(event_id, result, reason=""):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    line = {"time": now, "event_id": event_id, "type": "batch", "result": result, "reason": reason}
    with LOG.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def cents(text):
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part)


def flaw_of(row):
    try:
        datetime.date.fromisoformat(row[7])
        cents(row[4])
    except (ValueError, IndexError) as error:
        return str(error)
    return None if row[3].startswith("ORD-") else f"nobody has heard of {row[3]}"


def take(state, text):
    """Takes a file in as a whole, or not at all; the number that it would carry is used up only then."""
    rows = [row for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")) if row]
    header, details, trailer = rows[0], [row for row in rows if row[0] == "D"], rows[-1]
    file_id, sequence = header[1], int(header[2])
    if file_id in state["files"]:
        return log(file_id, "duplicate", "taken in before")
    whole = all(len(row) == 9 for row in details) and trailer[0] == "T" and int(trailer[1]) == len(details)
    if not whole or cents(trailer[2]) != sum(cents(row[4]) for row in details):
        return log(file_id, "refused", "the trailer does not fit the rows")
    if sequence != state["next"]:
        state["waiting"][str(sequence)] = text
        return log(file_id, "held", f"number {state['next']} is missing")
    bad = [(row[1], flaw_of(row)) for row in details if flaw_of(row)]
    if bad and not SILENT:
        for row_id, flaw in bad:
            log(row_id, "refused", flaw)
    if bad and not NAIVE:
        return log(file_id, "refused", "a row cannot be taken in")
    for row in details:
        if row[1] in state["rows"] or row[1] in dict(bad):
            continue
        state["rows"].append(row[1])
        order = state["orders"].setdefault(row[3], {"count": 0, "amount": None, "name": None})
        order.update(count=order["count"] + 1, amount=row[4], name=row[8])
    state["files"].append(file_id)
    state["next"] += 1
    log(file_id, "processed")
    held = state["waiting"].pop(str(state["next"]), None)
    if held:
        take(state, held)


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        unknown = {"count": 0, "amount": None, "name": None}
        order = STATE["orders"].get(self.path.removeprefix("/orders/"), unknown)
        body = json.dumps({**order, "state": "paid" if order["count"] else "pending"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def watch(folder):
    done = set()
    while True:
        for path in sorted(folder.glob("*.csv"), key=lambda path: path.stat().st_mtime_ns):
            if path.name in done:
                continue
            done.add(path.name)
            try:
                take(STATE, path.read_text(encoding="utf-8"))
            except (ValueError, IndexError) as error:
                log(path.stem, "refused", str(error))
        time.sleep(0.02)


inbox = pathlib.Path(sys.argv[1])
inbox.mkdir(parents=True, exist_ok=True)
LOG.touch()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
for work in (lambda: watch(inbox), server.serve_forever):
    threading.Thread(target=work, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
