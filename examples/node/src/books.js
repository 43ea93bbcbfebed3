// What an event does to the books. Nothing here looks at the order of arrival: a payment stays a payment when an older
// failure comes late, and what is refunded or cancelled is never opened again.

import { customerName, sen, STATUSES, text } from "./event.js";

export class Books {
  constructor(db) {
    this.db = db;
    // Memory of the event and its effect: everything is kept, or nothing is.
    this.take = (event) => db.transaction(() => this.#take(event)).immediate();
  }

  #take(event) {
    if (!event.known) return "ignored";
    if (!STATUSES[event.type].includes(event.status)) return "ignored"; // never read as a success
    const remembered = this.#run(
      "INSERT INTO events (id, type, received_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      event.id,
      event.type,
      new Date().toISOString(),
    );
    if (!remembered) return "duplicate";
    const result = this.#effect(event);
    // It may be about something that we are about to hear of: a repeat gets another chance.
    if (result === "unmatched") this.#run("DELETE FROM events WHERE id = ?", event.id);
    return result;
  }

  #effect(event) {
    switch (event.type) {
      case "payment.success":
        return this.#pay(event);
      case "payment.failed":
        return this.#fail(event);
      case "refund.processed":
        return this.#refund(event);
      case "policy.issued":
        return this.#issue(event);
      case "policy.cancelled":
        return this.#cancel(event);
      case "claim.submitted":
      case "claim.updated":
        return this.#claim(event);
    }
  }

  #pay({ id, data, at }) {
    const [reference, transaction] = [text(data, "order_id"), text(data, "transaction_id")];
    const [amount, currency, name] = [sen(data), text(data, "currency"), customerName(data)];
    const order = this.order(reference);
    if (!order) return "unmatched";
    if (amount !== order.amount || currency !== order.currency) {
      return this.#hold(reference, `paid ${amount} sen in ${currency}`);
    }
    if (order.transaction_id === transaction) return "duplicate";
    if (order.transaction_id !== null) return this.#hold(reference, "paid twice");
    if (this.refunded(reference) >= order.amount) return "duplicate";
    this.#run(
      `UPDATE orders SET transaction_id = ?, paid_at = ?, failed_at = NULL, customer_name = coalesce(?, customer_name)
       WHERE reference = ?`,
      transaction,
      iso(at),
      name,
      reference,
    );
    return this.#queue("fulfil-order", reference, id);
  }

  #fail({ data, at }) {
    const reference = text(data, "order_id");
    const order = this.order(reference);
    if (!order) return "unmatched";
    if (order.transaction_id !== null) return "ignored"; // another attempt to pay succeeded, and that stands
    this.#run("UPDATE orders SET failed_at = ? WHERE reference = ?", iso(at), reference);
    return "processed";
  }

  #refund({ data }) {
    const [reference, refund] = [text(data, "order_id"), text(data, "refund_id")];
    const [amount, currency] = [sen(data), text(data, "currency")];
    const order = this.order(reference);
    if (!order) return "unmatched";
    if (this.#get("SELECT 1 FROM refunds WHERE id = ?", refund)) return "duplicate";
    if (currency !== order.currency || this.refunded(reference) + amount > order.amount) {
      return this.#hold(reference, `refund of ${amount} sen in ${currency}`);
    }
    this.#run("INSERT INTO refunds (id, order_reference, amount) VALUES (?, ?, ?)", refund, reference, amount);
    return "processed";
  }

  #issue({ id, data, at }) {
    const [reference, number] = [text(data, "policy_id"), text(data, "policy_number")];
    const policy = this.policy(reference);
    if (!policy) return "unmatched";
    if (policy.issued_at !== null || policy.cancelled_at !== null) return "duplicate";
    this.#run("UPDATE policies SET number = ?, issued_at = ? WHERE reference = ?", number, iso(at), reference);
    return this.#queue("send-policy", reference, id);
  }

  #cancel({ data, at }) {
    const reference = text(data, "policy_id");
    const policy = this.policy(reference);
    if (!policy) return "unmatched";
    if (policy.cancelled_at !== null) return "duplicate";
    this.#run("UPDATE policies SET cancelled_at = ? WHERE reference = ?", iso(at), reference);
    return "processed";
  }

  #claim({ id, data, at, status }) {
    const [reference, policy] = [text(data, "claim_id"), text(data, "policy_id")];
    if (!this.policy(policy)) return "unmatched";
    const claim = this.claim(reference);
    if (!claim) {
      // An update may overtake the submission.
      this.#run("INSERT INTO claims VALUES (?, ?, ?, ?)", reference, policy, status, at);
      return this.#queue("open-claim", reference, id);
    }
    if (claim.policy_reference !== policy) return "held";
    const newer = at > claim.decided_at || (at === claim.decided_at && claim.state === "submitted");
    if (!newer) return "ignored"; // an older state, come late
    this.#run("UPDATE claims SET state = ?, decided_at = ? WHERE reference = ?", status, at, reference);
    return "processed";
  }

  // The work itself (goods, letters, other systems) is done by a worker: the platform waits for no printer.
  #queue(task, reference, eventId) {
    const added = this.#run(
      "INSERT INTO outbox (task, reference, event_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      task,
      reference,
      eventId,
    );
    return added ? "processed" : "duplicate";
  }

  #hold(reference, flag) {
    this.#run("UPDATE orders SET flag = ? WHERE reference = ?", flag, reference);
    return "held";
  }

  order = (reference) => this.#get("SELECT * FROM orders WHERE reference = ?", reference);
  policy = (reference) => this.#get("SELECT * FROM policies WHERE reference = ?", reference);
  claim = (reference) => this.#get("SELECT * FROM claims WHERE reference = ?", reference);

  refunded(reference) {
    return this.#get("SELECT coalesce(sum(amount), 0) AS sum FROM refunds WHERE order_reference = ?", reference).sum;
  }

  queued(task, reference) {
    return this.#get("SELECT count(*) AS n FROM outbox WHERE task = ? AND reference = ?", task, reference).n;
  }

  #get(sql, ...values) {
    return this.db.prepare(sql).get(...values);
  }

  #run(sql, ...values) {
    return this.db.prepare(sql).run(...values).changes;
  }
}

const iso = (milliseconds) => new Date(milliseconds).toISOString();
