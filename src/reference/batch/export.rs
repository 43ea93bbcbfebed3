//! Orders written out for a spreadsheet.

use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};

use crate::reference::defect::Defect;
use crate::reference::partner::Partner;
use crate::reference::reply::{self, Reply};
use crate::reference::store::view;

/// One order as a CSV file.
pub async fn handle(partner: &Partner, reference: &str) -> Reply {
    let own = reference.to_owned();
    let found = partner
        .database
        .transaction(move |books| view::order(books, &own))
        .await;
    let Ok(found) = found else {
        return reply::text(StatusCode::SERVICE_UNAVAILABLE, "try again later");
    };
    let name = found.name.unwrap_or_default();
    let name = if partner.has(Defect::CsvInjection) {
        name
    } else {
        inert(&name)
    };
    let written = || {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["reference", "state", "amount", "name"])?;
        let amount = found.amount.unwrap_or_default();
        writer.write_record([
            inert(reference).as_str(),
            found.state.as_str(),
            amount.as_str(),
            name.as_str(),
        ])?;
        writer
            .into_inner()
            .map_err(|error| csv::Error::from(error.into_error()))
    };
    match written() {
        Ok(bytes) => {
            let mut reply = reply::text(StatusCode::OK, bytes);
            reply
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
            reply
        }
        Err(_) => reply::text(StatusCode::INTERNAL_SERVER_ERROR, "cannot be exported"),
    }
}

/// Text that no spreadsheet takes for a formula.
fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text_and_names_stay_names() {
        assert_eq!(inert("=1+1"), "'=1+1");
        assert_eq!(inert("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(inert("Aina"), "Aina");
    }
}
