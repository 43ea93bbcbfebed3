// A shop that sells insurance and takes the platform's webhooks.

import { createHash, timingSafeEqual } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import express from "express";
import { Books } from "./books.js";
import { Malformed, read } from "./event.js";
import { Log } from "./log.js";
import { createOrder, views } from "./shop.js";
import { open } from "./store.js";
import { NotAuthentic, verifier } from "./verify.js";

const { SENANG_WEBHOOK_SECRET: secret, SENANG_WEBHOOK_SECRET_NEXT: nextSecret, SHOP_TOKEN: token } = env;
if (!secret || !token) throw new Error("set SENANG_WEBHOOK_SECRET and SHOP_TOKEN");

const data = env.DATA_DIR ?? "var";
mkdirSync(data, { recursive: true });
const db = open(join(data, "shop.sqlite"));
const books = new Books(db);
const log = new Log(join(data, "webhooks.log"));
const verify = verifier([secret, nextSecret].filter(Boolean)); // two while the secret is replaced

const app = express();
app.disable("x-powered-by");

// The bytes as they arrived, because these are what was signed: no JSON parser comes before the signature.
const rawBody = express.raw({ type: () => true, limit: "1mb", inflate: false });

app.post("/webhooks/senang", rawBody, (request, response) => {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  let event = { id: request.get("webhook-id") };
  try {
    verify(body, request.headersDistinct);
    event = read(body);
    const result = books.take(event);
    log.write(["held", "unmatched"].includes(result) ? "warn" : "info", event, result);
    response.json({ message: "ok" });
  } catch (error) {
    if (error instanceof NotAuthentic) {
      log.write("warn", event, "refused", error.message);
      response.status(401).json({ message: "not authentic" });
    } else if (error instanceof Malformed) {
      log.write("warn", event, "malformed", error.message);
      response.status(400).json({ message: error.message });
    } else {
      // Nothing was kept. The platform is told so, and sends the event again.
      log.write("error", event, "failed", error.name);
      response.status(500).json({ message: "try again later" });
    }
  }
});

const backOffice = express.Router();
backOffice.use((request, response, next) => {
  const digest = (text) => createHash("sha256").update(text).digest();
  if (timingSafeEqual(digest(request.get("authorization") ?? ""), digest(`Bearer ${token}`))) return next();
  response.status(401).json({ message: "staff only" });
});

backOffice.post("/orders", express.json(), (request, response) => {
  response.status(201).json(createOrder(db, request.body ?? {}));
});

// What we would send to the platform's support: ids and log lines, no payload and no key.
backOffice.get("/support-requests/for/:eventId", (request, response) => {
  response.json({
    partner_id: "example-node",
    api_key_reference: `…${secret.slice(-4)}`,
    event_id: request.params.eventId,
    time: new Date().toISOString(),
    description: "Our record of this delivery differs from yours, please compare.",
    log: log.about(request.params.eventId),
  });
});

backOffice.get("/:kind/:reference", (request, response) => {
  const { kind, reference } = request.params;
  const found = Object.hasOwn(views, kind) ? views[kind](books, reference) : undefined;
  if (!found) return response.status(404).json({ message: "unknown" });
  response.json(found);
});

app.use(backOffice);

app.use((error, request, response, next) => {
  if (response.headersSent) return next(error);
  const status = error instanceof Malformed ? 400 : (error.status ?? 500);
  if (request.path === "/webhooks/senang") {
    log.write("warn", { id: request.get("webhook-id") }, "refused", error.type ?? error.name); // too large, broken off
  }
  response.status(status).json({ message: status < 500 ? "bad request" : "try again later" });
});

const server = app.listen(Number(env.PORT ?? 8002), "127.0.0.1", (error) => {
  if (error) throw error;
  console.log(`listening on ${server.address().port}`);
});
