"""Reads an HTTP archive with haralyzer and prints what it finds as JSON."""

import json
import sys

from haralyzer import HarParser

archive = HarParser.from_file(sys.argv[1])
pages = {page.page_id: page for page in archive.pages}
entries = [entry for page in pages.values() for entry in page.entries]
for entry in entries:
    if entry.startTime is None or not entry.request.url.startswith("http"):
        sys.exit(f"an entry without time or address: {entry}")
print(
    json.dumps(
        {
            "creator": archive.creator["name"],
            "pages": {name: [entry.response.status for entry in page.entries] for name, page in pages.items()},
            "entries": len(entries),
            "without_page": sum("pageref" not in entry for entry in archive.har_data["entries"]),
        }
    )
)
