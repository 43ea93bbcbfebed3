"""SQLite: one connection and one transaction for each piece of work."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock


class Store:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = Lock()  # threads queue here; SQLite itself would let them race for its lock
        with self._connection() as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript((Path(__file__).parent.parent / "schema.sql").read_text())

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """For looks at the books, which hold up no writer."""
        with self._connection() as db:
            yield db

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything in it is kept, or nothing is. Writers wait for one another."""
        with self._writing, self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._path, timeout=4, isolation_level=None)
        db.row_factory = sqlite3.Row
        try:
            yield db
        finally:
            db.close()
