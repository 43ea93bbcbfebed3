// Turns a stream of Cucumber Messages into a JUnit report with the official formatter, which follows all ids.
import { createReadStream } from "node:fs";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { tool } from "./tools.mjs";

const { NdjsonToMessageStream } = await tool("@cucumber/message-streams");
const formatter = (await tool("@cucumber/junit-xml-formatter")).default;
let take;
formatter.formatter({
  options: {},
  on: (_, handler) => (take = handler),
  write: (text) => process.stdout.write(text),
});
await pipeline(
  createReadStream(process.argv[2], { encoding: "utf8" }),
  new NdjsonToMessageStream(),
  new Writable({
    objectMode: true,
    write(message, _, done) {
      take(message);
      done();
    },
  }),
);
