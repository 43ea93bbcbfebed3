// The rest of the shop, as far as it matters here: how an order begins, and what the back office sees.

import { Malformed, sen, text } from "./event.js";

export function createOrder(db, order) {
  const [reference, amount, currency] = [text(order, "reference"), sen(order), text(order, "currency")];
  const policy = order.policy === undefined ? null : text(order, "policy");
  if (!/^[A-Z]{3}$/.test(currency)) throw new Malformed("currency is no code of three letters");
  const create = db.transaction(() => {
    db.prepare("INSERT INTO orders (reference, amount, currency) VALUES (?, ?, ?) ON CONFLICT DO NOTHING").run(
      reference,
      amount,
      currency,
    );
    if (policy !== null) {
      db.prepare("INSERT INTO policies (reference, order_reference) VALUES (?, ?) ON CONFLICT DO NOTHING").run(
        policy,
        reference,
      );
    }
  });
  create.immediate();
  return { reference };
}

export const views = {
  orders(books, reference) {
    const order = books.order(reference);
    if (!order) return undefined;
    const refunded = books.refunded(reference);
    const paid = order.transaction_id !== null;
    let state = order.failed_at === null ? "pending" : "failed";
    if (paid) state = refunded > 0 ? "partially_refunded" : "paid";
    if (refunded >= order.amount) state = "refunded";
    return {
      state,
      fulfilments: books.queued("fulfil-order", reference),
      amount: money(order.amount),
      refunded: money(refunded),
      transaction_id: order.transaction_id,
      customer_name: order.customer_name,
      flag: order.flag,
    };
  },

  policies(books, reference) {
    const policy = books.policy(reference);
    if (!policy) return undefined;
    const issued = policy.issued_at === null ? "pending" : "issued";
    const state = policy.cancelled_at === null ? issued : "cancelled";
    return { state, issued: books.queued("send-policy", reference), number: policy.number };
  },

  claims(books, reference) {
    const claim = books.claim(reference);
    return claim && { state: claim.state, opened: books.queued("open-claim", reference) };
  },
};

function money(sen) {
  const digits = String(sen).padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
