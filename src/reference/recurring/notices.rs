//! Notices about the schedule of a recurring payment: set up, removed, terminated. They report no payment.
//! Their hash leaves out what they say has happened, so they are filed for a person and nothing more.

use super::apply::Booked;
use super::fields::Notice;
use crate::reference::defect::Defect;
use crate::reference::partner::Partner;
use crate::reference::store::books::Uniqueness;
use crate::reference::store::database::StoreError;
use crate::reference::store::instalments;
use crate::reference::store::orders::{self, Money};

/// Files a notice whose hash is right.
pub async fn file(partner: &Partner, notice: Notice) -> Result<Booked, StoreError> {
    let counted = partner.has(Defect::ScheduleAsPayment) && notice.action == "new_schedule";
    partner
        .database
        .transaction(move |books| {
            instalments::file_notice(books, &notice.recurring_id, &notice.action)?;
            if counted {
                for order in instalments::orders_of(books, &notice.recurring_id)? {
                    let money = Money {
                        transaction_id: format!("schedule of {order}"),
                        order,
                        sum: None,
                        at: None,
                        name: None,
                    };
                    orders::pay(books, Uniqueness::Enforced, &money)?;
                }
            }
            Ok(Booked::Filed)
        })
        .await
}
