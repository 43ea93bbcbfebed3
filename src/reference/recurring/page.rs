//! The return page as HTML. All text from outside is escaped.

use crate::reference::html::escaped;
use crate::reference::store::view::View;

/// What the page may show.
#[derive(Debug)]
pub enum Shown<'a> {
    /// Nothing about any order: the visitor has proven nothing.
    Stranger,
    /// How the payer's own order stands in our books.
    Payer {
        /// State word of the books.
        state: &'a str,
        /// The order.
        order: &'a str,
        /// The gateway's message, underscores for spaces.
        message: &'a str,
        /// Print the message as it came; only a defect does.
        raw: bool,
    },
    /// The whole order; only a defect shows it.
    Everything(&'a View),
}

/// The page.
pub fn render(shown: &Shown<'_>) -> String {
    let (title, lines) = match shown {
        Shown::Stranger => (heading("pending"), Vec::new()),
        Shown::Payer {
            state,
            order,
            message,
            raw,
        } => {
            let message = message.replace('_', " ");
            let message = if *raw { message } else { escaped(&message) };
            (heading(state), vec![format!("Order {}", escaped(order)), message])
        }
        Shown::Everything(order) => {
            let line = |name: &str, value: &Option<String>| {
                let value = value.as_deref().unwrap_or_default();
                format!("{name}: {}", escaped(value))
            };
            let lines = vec![
                line("Order", &Some(order.reference.clone())),
                line("Amount", &order.amount),
                line("Transaction", &order.transaction_id),
                line("Name", &order.name),
                line("Policy", &order.policy),
            ];
            (heading("pending"), lines)
        }
    };
    let hint = match title {
        "Payment pending" => "We are waiting for the payment service. Please do not pay again.",
        _ => "You can close this page.",
    };
    let lines = lines
        .iter()
        .fold(String::new(), |text, line| text + "<p>" + line + "</p>\n");
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body>\n<h1>{title}</h1>\n{lines}<p>{hint}</p>\n</body>\n</html>\n"
    )
}

/// What the books' state word means to a payer.
fn heading(state: &str) -> &'static str {
    match state {
        "paid" | "fulfilled" => "Payment received",
        "failed" => "Payment failed",
        _ => "Payment pending",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_text_and_a_stranger_learns_nothing() {
        let shown = |raw| Shown::Payer {
            state: "paid",
            order: "ORD-1",
            message: "all_<b>good</b>",
            raw,
        };
        let page = render(&shown(false));
        assert!(
            page.contains("Payment received") && page.contains("all &lt;b&gt;good&lt;/b&gt;"),
            "{page}"
        );
        assert!(render(&shown(true)).contains("<b>good</b>"));
        let page = render(&Shown::Stranger);
        assert!(
            page.contains("Payment pending") && !page.contains("Order"),
            "{page}"
        );
    }
}
