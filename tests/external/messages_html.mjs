// Turns a stream of Cucumber Messages into a page with the official formatter.
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { tool } from "./tools.mjs";

const { NdjsonToMessageStream } = await tool("@cucumber/message-streams");
const { CucumberHtmlStream } = await tool("@cucumber/html-formatter");
const [from, to] = process.argv.slice(2);
await pipeline(
  createReadStream(from, { encoding: "utf8" }),
  new NdjsonToMessageStream(),
  new CucumberHtmlStream(),
  createWriteStream(to),
);
