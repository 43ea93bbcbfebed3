// SQLite. libsql has the interface of better-sqlite3, and comes as a package without a compiler.

import { readFileSync } from "node:fs";
import Database from "libsql";

export function open(path) {
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.pragma("busy_timeout = 4000");
  db.exec(readFileSync(new URL("../schema.sql", import.meta.url), "utf8"));
  return db;
}
