// Is this delivery authentic? Decided before anything in the body is believed.

import { Webhook, WebhookVerificationError } from "standardwebhooks";

const SECURITY_HEADERS = ["webhook-id", "webhook-timestamp", "webhook-signature"];

export class NotAuthentic extends Error {}

/** Returns a function that throws NotAuthentic unless one of the active secrets signed exactly these bytes. */
export function verifier(secrets) {
  const keys = secrets.map((secret) => new Webhook(secret));
  if (keys.length === 0) throw new Error("no webhook secret");

  return function verify(body, headers) {
    const security = Object.fromEntries(SECURITY_HEADERS.map((name) => [name, only(headers, name)]));
    // The library takes everything that begins with digits; the platform writes whole seconds.
    if (!/^[0-9]{1,12}$/.test(security["webhook-timestamp"])) throw new NotAuthentic("timestamp is no number of seconds");
    const signed = keys.some((key) => {
      try {
        key.verify(body, security, { jsonParse: false }); // compares in constant time, and times within five minutes
        return true;
      } catch (error) {
        if (error instanceof WebhookVerificationError) return false;
        throw error;
      }
    });
    if (!signed) throw new NotAuthentic("no signature fits");
  };
}

// `headers` is request.headersDistinct: of two copies, one could be verified and the other one used.
function only(headers, name) {
  const values = headers[name] ?? [];
  if (values.length !== 1) throw new NotAuthentic(`${name} is missing or stands twice`);
  return values[0];
}
