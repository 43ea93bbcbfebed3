// The log: one JSON object a line, with ids, types and results. Never bodies, headers, keys or personal data.

import { appendFileSync, closeSync, openSync, readFileSync } from "node:fs";

export class Log {
  constructor(path) {
    this.path = path;
    closeSync(openSync(path, "a"));
  }

  write(level, { id, type }, result, message = "") {
    const line = {
      time: new Date().toISOString(),
      level,
      event_id: id?.slice(0, 255) ?? null,
      type: type?.slice(0, 255) ?? null,
      result,
      message,
    };
    appendFileSync(this.path, `${JSON.stringify(line)}\n`); // line breaks are escaped: nobody forges a line
  }

  about(eventId) {
    const lines = readFileSync(this.path, "utf8").trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line)).filter((line) => line.event_id === eventId);
  }
}
