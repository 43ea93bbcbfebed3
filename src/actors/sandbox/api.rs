//! The honest answers of the platform API.

use serde_json::{Map, Value, json};

use super::{
    document::{claim, payment, policy},
    ledger::{Fingerprint, Known},
    limiter::RateLimit,
    news::News,
    price::{Price, awkward},
    reply::{FieldError, Reply},
    route::Route,
    schema,
    state::{Claim, PRODUCTS, Payment, PaymentStatus, Policy, QUOTATION_MILLIS, Quotation, State},
    target::Target,
    token::LIFETIME_SECONDS,
};
use crate::{
    config::host::rfc3339,
    wire::{event::EventType, fault::ApiCall, header::Headers, money::Money},
};

/// Decisions of the platform that a mount can change, so that honest answers differ from example to
/// example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steering {
    /// How a new payment stands.
    pub payment: PaymentStatus,
    /// Whether customer data pass validation at once; otherwise validation stays pending.
    pub validates: bool,
    /// Items on a page of the transaction list; at least 1.
    pub page_size: usize,
    /// A rate limit on everything but the token request; none takes whatever comes.
    pub limit: Option<RateLimit>,
    /// What a quotation costs; none lets it follow from the request.
    pub price: Option<Price>,
    /// Whether products have names with characters that the partner's own descriptions must not have.
    pub awkward_names: bool,
}

impl Default for Steering {
    fn default() -> Self {
        Self {
            payment: PaymentStatus::Successful,
            validates: true,
            page_size: 20,
            limit: None,
            price: None,
            awkward_names: false,
        }
    }
}

/// A request that is authenticated and has the right shape.
#[derive(Debug)]
pub struct Asked<'a> {
    /// What it is after.
    pub route: &'a Route,
    /// Method.
    pub method: &'a str,
    /// Target without prefix.
    pub target: &'a Target,
    /// Header lines.
    pub headers: &'a Headers,
    /// Body as it arrived.
    pub body: &'a [u8],
    /// Members of the body.
    pub members: &'a Map<String, Value>,
    /// Number of the mount it came through.
    pub mount: Option<u64>,
    /// Decisions of that mount.
    pub steering: Steering,
    /// Whether ids are given out at their greatest length.
    pub long_ids: bool,
    /// Wall time in UNIX milliseconds.
    pub now_millis: i64,
}

/// What the work on a request gave.
#[derive(Debug)]
pub struct Worked {
    /// The answer.
    pub reply: Reply,
    /// A token that was issued by it, with its serial.
    pub token: Option<(String, u64)>,
}

impl From<Reply> for Worked {
    fn from(reply: Reply) -> Self {
        Self { reply, token: None }
    }
}

/// Does what is asked and says what came of it.
pub fn answer(state: &mut State, asked: &Asked<'_>) -> Worked {
    state.long_ids = asked.long_ids;
    let worked = answered(state, asked);
    state.long_ids = false;
    worked
}

fn answered(state: &mut State, asked: &Asked<'_>) -> Worked {
    let Route::Call(call, id) = asked.route else {
        return match asked.route {
            Route::WrongMethod(allowed) => Reply::problem(405, "the method is not allowed here", &[])
                .with("Allow", allowed)
                .into(),
            _ => not_found("there is nothing at this path").into(),
        };
    };
    let id = id.as_deref().unwrap_or_default();
    if *call == ApiCall::Token {
        return issue_token(state, asked);
    }
    let key = asked.headers.get("idempotency-key").filter(|_| call.writes());
    let Some(key) = key else {
        return perform(state, asked, *call, id).into();
    };
    let fingerprint = Fingerprint::of(asked.method, asked.target.path(), asked.body);
    match state.ledger.look_up(key, fingerprint) {
        Known::Same(reply) => reply.with("Idempotent-Replayed", "true").into(),
        Known::Other => Reply::problem(
            409,
            "the idempotency key stood on another request",
            &[FieldError::new("Idempotency-Key", "was used for another request")],
        )
        .into(),
        Known::New => {
            let reply = perform(state, asked, *call, id);
            state.ledger.keep(key, fingerprint, &reply);
            reply.into()
        }
    }
}

fn perform(state: &mut State, asked: &Asked<'_>, call: ApiCall, id: &str) -> Reply {
    if call.writes() && state.is_full() {
        return Reply::problem(503, "the sandbox holds as much as it can", &[]);
    }
    match call {
        ApiCall::Products => products(asked.steering),
        ApiCall::Quotation => quote(state, asked),
        ApiCall::Customer => add_customer(state, asked),
        ApiCall::Policy => add_policy(state, asked),
        ApiCall::Payment => pay(state, asked),
        ApiCall::PaymentStatus => state.payment(id).map_or_else(
            || not_found("no such payment"),
            |one| Reply::json(200, payment(one)),
        ),
        ApiCall::PolicyStatus => state.policies.get(id).map_or_else(
            || not_found("no such policy"),
            |one| Reply::json(200, policy(id, one)),
        ),
        ApiCall::ClaimStatus => state.claims.get(id).map_or_else(
            || not_found("no such claim"),
            |one| Reply::json(200, claim(id, one)),
        ),
        ApiCall::Refund => refund(state, asked, id),
        ApiCall::Cancellation => cancel(state, asked, id),
        ApiCall::Claim => add_claim(state, asked),
        ApiCall::Transactions => transactions(state, asked),
        ApiCall::Token | ApiCall::Unknown => not_found("there is nothing at this path"),
    }
}

fn issue_token(state: &mut State, asked: &Asked<'_>) -> Worked {
    if text(asked.members, "grant_type") != "client_credentials" {
        return invalid("grant_type", "must be client_credentials").into();
    }
    let letters = state.letters(super::token::Tokens::letters());
    let Some((token, serial)) = state.tokens.issue(&letters, asked.now_millis) else {
        return Reply::problem(503, "the sandbox holds as many tokens as it can", &[]).into();
    };
    let document = json!({"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_SECONDS});
    let reply = Reply::json(200, document).with("Cache-Control", "no-store");
    Worked {
        reply,
        token: Some((token, serial)),
    }
}

fn products(steering: Steering) -> Reply {
    let called = |name: &str| {
        if steering.awkward_names {
            awkward(name)
        } else {
            name.to_owned()
        }
    };
    let products: Vec<Value> = PRODUCTS
        .iter()
        .map(|(code, name, variants, _)| json!({"code": code, "name": called(name), "variants": variants}))
        .collect();
    Reply::json(200, json!({"products": products}))
}

fn quote(state: &mut State, asked: &Asked<'_>) -> Reply {
    let Some(premium) = state.premium(text(asked.members, "product_code"), asked.members) else {
        return invalid("product_code", "is no product");
    };
    let price = asked.steering.price;
    let premium = price.map_or(premium, Price::total);
    let id = state.fresh_id("quo_");
    let expires_millis = asked.now_millis.saturating_add(QUOTATION_MILLIS);
    let mut document = json!({"quotation_id": id, "premium": premium.amount(), "currency": premium.currency.code(),
        "expires_at": rfc3339(expires_millis)});
    if let Some(price) = price {
        document["parts"] = price.parts();
    }
    state.quotations.insert(
        id,
        Quotation {
            premium,
            expires_millis,
        },
    );
    Reply::json(201, document)
}

fn add_customer(state: &mut State, asked: &Asked<'_>) -> Reply {
    let id = state.fresh_id("cus_");
    let passed = asked.steering.validates;
    let validation = if passed { "passed" } else { "pending" };
    let document = json!({"customer_id": id, "validation": validation});
    state.customers.insert(id, passed);
    Reply::json(201, document)
}

fn add_policy(state: &mut State, asked: &Asked<'_>) -> Reply {
    let Some(quotation) = state.quotations.get(text(asked.members, "quotation_id")).cloned() else {
        return conflict("quotation_id", "is no quotation");
    };
    if quotation.expires_millis <= asked.now_millis {
        return conflict("quotation_id", "has expired");
    }
    match state.customers.get(text(asked.members, "customer_id")) {
        None => return conflict("customer_id", "is no customer"),
        Some(false) => return conflict("customer_id", "is not validated yet"),
        Some(true) => {}
    }
    let premium = text(asked.members, "premium");
    if !premium.is_empty() && premium != quotation.premium.amount() {
        return conflict("premium", "is not the premium of the quotation");
    }
    let id = state.fresh_id("POL-");
    let made = Policy {
        order_id: text(asked.members, "order_id").to_owned(),
        premium: quotation.premium,
        status: "pending_payment",
        paid: 0,
        issued: None,
    };
    let document = policy(&id, &made);
    state.policies.insert(id, made);
    Reply::json(201, document)
}

fn pay(state: &mut State, asked: &Asked<'_>) -> Reply {
    let policy_id = text(asked.members, "policy_id");
    let Some(known) = state.policies.get(policy_id) else {
        return conflict("policy_id", "is no policy");
    };
    if known.status == "cancelled" {
        return conflict("policy_id", "is cancelled");
    }
    let order_id = text(asked.members, "order_id");
    let Ok(amount) = Money::parse(text(asked.members, "amount"), text(asked.members, "currency")) else {
        return invalid("amount", "is no amount");
    };
    let made = Payment {
        id: state.fresh_id("txn_"),
        policy_id: Some(policy_id.to_owned()),
        order_id: order_id.to_owned(),
        amount,
        status: asked.steering.payment,
        refunded: 0,
        created_millis: asked.now_millis,
        mount: asked.mount,
    };
    let document = payment(&made);
    if made.status == PaymentStatus::Successful {
        state
            .news
            .add(about_payment(EventType::PaymentSuccess, &made, &made.amount));
        state.book(policy_id, &made.amount, asked.now_millis);
    }
    state.put_payment(made);
    Reply::json(201, document)
}

/// News about a payment, or about money of it.
fn about_payment(kind: EventType, payment: &Payment, amount: &Money) -> News {
    let mut news = News::of(kind);
    news.references.transaction.clone_from(&payment.id);
    news.references.order.clone_from(&payment.order_id);
    news.references.policy = payment.policy_id.clone().unwrap_or_default();
    news.amount = amount.clone();
    news
}

fn refund(state: &mut State, asked: &Asked<'_>, id: &str) -> Reply {
    let refund_id = state.fresh_id("rfd_");
    let Some(paid) = state.payment_mut(id) else {
        return not_found("no such payment");
    };
    if paid.status != PaymentStatus::Successful {
        return conflict("transaction_id", "is not paid");
    }
    let currency = asked
        .members
        .get("currency")
        .and_then(Value::as_str)
        .unwrap_or(paid.amount.currency.code());
    let amount = match Money::parse(text(asked.members, "amount"), currency) {
        Ok(amount) if amount.currency == paid.amount.currency => amount,
        _ => return conflict("currency", "is not the currency of the payment"),
    };
    if amount.minor > paid.amount.minor.saturating_sub(paid.refunded) {
        return conflict("amount", "is more than is left of the payment");
    }
    paid.refunded = paid.refunded.saturating_add(amount.minor);
    let document = json!({"refund_id": refund_id, "transaction_id": id, "order_id": paid.order_id,
        "amount": amount.amount(), "currency": amount.currency.code(), "status": "accepted"});
    let mut news = about_payment(EventType::RefundProcessed, paid, &amount);
    news.references.refund = refund_id;
    state.news.add(news);
    Reply::json(202, document)
}

fn cancel(state: &mut State, asked: &Asked<'_>, id: &str) -> Reply {
    let Some(known) = state.policies.get_mut(id) else {
        return not_found("no such policy");
    };
    if known.status == "cancelled" {
        return conflict("policy_id", "is cancelled already");
    }
    known.status = "cancelled";
    let mut news = News::of(EventType::PolicyCancelled).with("reason", text(asked.members, "reason"));
    id.clone_into(&mut news.references.policy);
    known.order_id.clone_into(&mut news.references.order);
    state.news.add(news);
    Reply::json(
        202,
        json!({"policy_id": id, "order_id": known.order_id, "status": "accepted"}),
    )
}

fn add_claim(state: &mut State, asked: &Asked<'_>) -> Reply {
    let policy_id = text(asked.members, "policy_id");
    match state.policies.get(policy_id) {
        None => return conflict("policy_id", "is no policy"),
        Some(known) if known.status != "issued" => return conflict("policy_id", "is not in force"),
        Some(_) => {}
    }
    let id = state.fresh_id("CLM-");
    let made = Claim {
        policy_id: policy_id.to_owned(),
        status: "submitted".to_owned(),
    };
    let document = claim(&id, &made);
    let mut news = News::of(EventType::ClaimSubmitted);
    id.clone_into(&mut news.references.claim);
    policy_id.clone_into(&mut news.references.policy);
    state.news.add(news);
    state.claims.insert(id, made);
    Reply::json(201, document)
}

fn transactions(state: &State, asked: &Asked<'_>) -> Reply {
    let parameters = asked.target.parameters();
    let parameter = |wanted: &str| {
        parameters
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.as_str())
    };
    let from = parameter("from").and_then(schema::moment).unwrap_or(i64::MIN);
    // A day as the end of a period means the whole day.
    let to = parameter("to").and_then(|text| {
        let whole_day = if schema::day(text).is_some() {
            86_400_000 - 1
        } else {
            0
        };
        schema::moment(text).map(|moment| moment.saturating_add(whole_day))
    });
    let to = to.unwrap_or(i64::MAX);
    let start = match parameter("cursor").filter(|cursor| !cursor.is_empty()) {
        None => 0,
        Some(cursor) => match cursor
            .strip_prefix("cur")
            .and_then(|digits| usize::from_str_radix(digits, 36).ok())
        {
            Some(start) => start,
            None => return invalid("cursor", "is no cursor of this list"),
        },
    };
    let mut matching = state
        .payments
        .iter()
        .filter(|one| asked.mount.is_none() || one.mount == asked.mount)
        .filter(|one| (from..=to).contains(&one.created_millis))
        .skip(start);
    let size = asked.steering.page_size.max(1);
    let items: Vec<Value> = matching.by_ref().take(size).map(payment).collect();
    let next_cursor = matching
        .next()
        .map(|_| format!("cur{}", base36(start.saturating_add(size))));
    Reply::json(200, json!({"items": items, "next_cursor": next_cursor}))
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> &'a str {
    members.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn base36(mut number: usize) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit(u32::try_from(number % 36).unwrap_or_default(), 36).unwrap_or('0'));
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

fn not_found(detail: &str) -> Reply {
    Reply::problem(404, detail, &[])
}

fn invalid(field: &str, message: &str) -> Reply {
    Reply::problem(
        422,
        &format!("{field} {message}"),
        &[FieldError::new(field, message)],
    )
}

fn conflict(field: &str, message: &str) -> Reply {
    Reply::problem(
        409,
        &format!("{field} {message}"),
        &[FieldError::new(field, message)],
    )
}
