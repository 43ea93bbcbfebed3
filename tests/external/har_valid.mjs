// Validates an HTTP archive with har-validator.
import { readFileSync } from "node:fs";
import { require } from "./tools.mjs";

const archive = JSON.parse(readFileSync(process.argv[2], "utf8"));
try {
  await require("har-validator").har(archive);
} catch (error) {
  console.error(JSON.stringify(error.errors ?? String(error), null, 1));
  process.exit(1);
}
console.log(`${archive.log.entries.length} entries are valid`);
