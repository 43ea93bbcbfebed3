"""The log: one JSON object a line, with ids, types and results. Never bodies, headers, keys or personal data."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path


class Log:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        path.touch()

    def write(self, level: str, event_id: str | None, event_type: str | None, result: str, message: str = "") -> None:
        line = json.dumps(  # escapes line breaks: nobody writes a line of their own into this file
            {
                "time": datetime.now(UTC).isoformat(),
                "level": level,
                "event_id": event_id and event_id[:255],
                "type": event_type and event_type[:255],
                "result": result,
                "message": message,
            }
        )
        with self._lock, self._path.open("a") as file:
            file.write(line + "\n")

    def about(self, event_id: str) -> list[dict]:
        lines = (json.loads(line) for line in self._path.read_text().splitlines())
        return [line for line in lines if line["event_id"] == event_id]
