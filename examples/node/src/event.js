// Reads an authentic body: strict where it matters, and blind to members that it does not know.

export const STATUSES = {
  "payment.success": ["success"],
  "payment.failed": ["failed"],
  "policy.issued": ["issued"],
  "policy.cancelled": ["cancelled"],
  "refund.processed": ["processed"],
  "claim.submitted": ["submitted"],
  "claim.updated": ["under_review", "more_information_needed", "approved", "rejected", "paid"],
};

// RFC 3339, with its zone: a time without one is no instant.
const TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

export class Malformed extends Error {}

export function read(body) {
  let members;
  try {
    members = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new Malformed("no JSON");
  }
  if (!isObject(members)) throw new Malformed("no JSON object");
  const [id, type] = [text(members, "id"), text(members, "type")];
  if (!Object.hasOwn(STATUSES, type)) return { id, type, known: false };
  const data = members.data;
  if (!isObject(data)) throw new Malformed("data is missing");
  return { id, type, known: true, at: time(members), data, status: text(data, "status") };
}

export function text(members, name) {
  const value = members[name];
  if (typeof value !== "string" || value.length < 1 || value.length > 255 || !storable(value)) {
    throw new Malformed(`${name} is missing or no text`);
  }
  return value;
}

/** The amount in sen, a whole number: money is never a fraction. */
export function sen(members) {
  const match = /^([0-9]{1,15})\.([0-9]{2})$/.exec(text(members, "amount"));
  const amount = match && Number(match[1] + match[2]);
  if (!Number.isSafeInteger(amount)) throw new Malformed("amount is no sum with two decimals");
  return amount;
}

export function customerName(data) {
  const name = isObject(data.metadata) ? data.metadata.customer_name : undefined;
  if (typeof name !== "string") return null;
  if (!storable(name)) throw new Malformed("customer_name is no text");
  return name;
}

// Milliseconds. Instants are compared, never texts, and never the order of arrival.
function time(members) {
  const written = text(members, "created_at");
  const at = TIME.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(at)) throw new Malformed("created_at is no time with a zone");
  return at;
}

// Half of a surrogate pair cannot be written as UTF-8, and libsql cuts a text at a NUL: refused, not changed.
function storable(text) {
  return text.isWellFormed() && !text.includes("\0");
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
