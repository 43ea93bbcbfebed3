// Validates every line of a stream of Cucumber Messages against the schema that @cucumber/messages carries.
import { readFileSync } from "node:fs";
import { require } from "./tools.mjs";

const Ajv = require("ajv/dist/2020").default;
const ajv = new Ajv({ allErrors: true, strict: false });
require("ajv-formats").default(ajv);
const valid = ajv.compile(require("@cucumber/messages/schema"));
const kinds = {};
readFileSync(process.argv[2], "utf8")
  .trimEnd()
  .split("\n")
  .forEach((line, index) => {
    const message = JSON.parse(line);
    if (!valid(message)) {
      console.error(`line ${index + 1}: ${ajv.errorsText(valid.errors)}`);
      process.exitCode = 1;
    }
    for (const kind of Object.keys(message)) kinds[kind] = (kinds[kind] ?? 0) + 1;
  });
console.log(JSON.stringify(kinds));
