//! Takes files in, each once and in the order of their numbers.

use rusqlite::Transaction;

use super::acknowledgement::Acknowledgement;
use super::file::{self, File};
use super::naive;
use super::row::{self, Fate};
use crate::reference::defect::{Defect, Defects};
use crate::reference::store::batches::{self, Held};
use crate::reference::store::books::Uniqueness;
use crate::reference::store::database::StoreError;

/// What is to be told about a file, by its name.
pub type Answers = Vec<(String, Acknowledgement)>;

/// Takes a file in, with whatever waited for it. Nothing of a broken one is kept.
pub fn import(
    books: &Transaction<'_>,
    name: &str,
    bytes: &[u8],
    defects: Defects,
) -> Result<Answers, StoreError> {
    let rows = if defects.has(Defect::NaiveSplit) {
        Ok(naive::split(bytes))
    } else {
        file::rows(bytes)
    };
    let rows = if defects.has(Defect::LastRowLost) {
        rows.map(|rows| naive::without_the_unfinished(bytes, rows))
    } else {
        rows
    };
    let file = match rows.clone().and_then(file::whole) {
        Ok(file) => file,
        Err(broken) => {
            let rows = rows.unwrap_or_default();
            let id = rows.first().and_then(|header| header.get(1)).cloned();
            let id = id.unwrap_or_default();
            if defects.has(Defect::PartialLoad) {
                load_what_there_is(books, &rows)?;
            }
            let refused = Acknowledgement::whole(&id, "refused", broken.to_string());
            return Ok(vec![(name.to_owned(), refused)]);
        }
    };
    if defects.has(Defect::FileReplay) {
        let answer = keep(books, &file, defects)?;
        return Ok(vec![(name.to_owned(), answer)]);
    }
    if batches::knows_file(books, &file.id)? {
        let reason = format!("{} was taken in before", file.id);
        let known = Acknowledgement::whole(&file.id, "duplicate", reason);
        return Ok(vec![(name.to_owned(), known)]);
    }
    let expected = batches::last_sequence(books)? + 1;
    if file.sequence > expected {
        let held = Held {
            name: name.to_owned(),
            content: bytes.to_vec(),
        };
        batches::hold(books, file.sequence, &held)?;
        let reason = format!("number {expected} is missing; the file waits for it");
        let waits = Acknowledgement::whole(&file.id, "held", reason);
        return Ok(vec![(name.to_owned(), waits)]);
    }
    if file.sequence < expected {
        let reason = format!("number {} was used before", file.sequence);
        let late = Acknowledgement::whole(&file.id, "refused", reason);
        return Ok(vec![(name.to_owned(), late)]);
    }
    batches::note_file(books, &file.id, file.sequence)?;
    let mut answers = vec![(name.to_owned(), keep(books, &file, defects)?)];
    if let Some(next) = batches::release(books, file.sequence + 1)? {
        answers.extend(import(books, &next.name, &next.content, defects)?);
    }
    Ok(answers)
}

/// Books every row of a whole file, once.
fn keep(books: &Transaction<'_>, file: &File, defects: Defects) -> Result<Acknowledgement, StoreError> {
    let replay = defects.has(Defect::FileReplay);
    let uniqueness = if replay {
        Uniqueness::Absent
    } else {
        Uniqueness::Enforced
    };
    let mut answer = Acknowledgement::whole(&file.id, "accepted", String::new());
    for cells in &file.rows {
        let row_id = cells.first().cloned().unwrap_or_default();
        if !replay && !batches::note_row(books, &row_id, &file.id)? {
            answer.known.push(row_id);
            continue;
        }
        match row::book(books, uniqueness, cells)? {
            Fate::Taken => answer.taken += 1,
            Fate::Known => answer.known.push(row_id),
            Fate::Refused(reason) => {
                // A row that was refused may come again, corrected.
                batches::forget_row(books, &row_id)?;
                if !defects.has(Defect::SkipSilently) {
                    answer.refused.push((row_id, reason.to_owned()));
                }
            }
        }
    }
    if !answer.refused.is_empty() {
        answer.outcome = "partial";
    }
    Ok(answer)
}

/// Books row after row until one cannot be read: the mistake of an importer without a transaction.
fn load_what_there_is(books: &Transaction<'_>, rows: &[Vec<String>]) -> Result<(), StoreError> {
    for row in rows {
        if let [marker, cells @ ..] = row.as_slice()
            && marker == "D"
        {
            row::book(books, Uniqueness::Enforced, cells)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::reference::money::Sen;
    use crate::reference::store::books::{self, Kind};
    use crate::reference::store::orders::{self, NewOrder};
    use crate::reference::store::schema;

    struct Importer {
        connection: Connection,
        defects: Defects,
    }

    impl Importer {
        fn new(defects: &[Defect]) -> Self {
            let mut connection = Connection::open_in_memory().unwrap();
            schema::prepare(&connection).unwrap();
            let books = connection.transaction().unwrap();
            for number in 1..=9 {
                let order = NewOrder {
                    reference: format!("ORD-{number}"),
                    recurring_id: None,
                    amount: Some(Sen(100)),
                    currency: Some("MYR".into()),
                    name: None,
                    policy: None,
                };
                orders::create(&books, &order).unwrap();
            }
            books.commit().unwrap();
            Self {
                connection,
                defects: defects.iter().copied().collect(),
            }
        }

        /// Outcomes of what is answered.
        fn take(&mut self, text: &str) -> Vec<&'static str> {
            let books = self.connection.transaction().unwrap();
            let answers = import(&books, "f.csv", text.as_bytes(), self.defects).unwrap();
            books.commit().unwrap();
            answers.iter().map(|(_, answer)| answer.outcome).collect()
        }

        fn paid(&mut self, order: u32) -> i64 {
            let books = self.connection.transaction().unwrap();
            books::count(&books, Kind::Payment, &format!("ORD-{order}")).unwrap()
        }
    }

    fn file(sequence: u32, orders: &[u32]) -> String {
        let row = |order: &u32| {
            format!("D,R{sequence}-{order},payment,ORD-{order},1.00,MYR,success,2026-11-20,Aina\n")
        };
        let rows: String = orders.iter().map(row).collect();
        let count = orders.len();
        format!("H,F{sequence},{sequence},2026-11-20T10:00:00Z\n{rows}T,{count},{count}.00\n")
    }

    #[test]
    fn files_are_taken_once_and_in_order() {
        let mut importer = Importer::new(&[]);
        assert_eq!(importer.take(&file(1, &[1, 2])), ["accepted"]);
        assert_eq!(importer.take(&file(1, &[1, 2])), ["duplicate"]);
        assert_eq!(importer.take(&file(3, &[4])), ["held"]);
        assert_eq!(importer.paid(4), 0);
        assert_eq!(importer.take(&file(2, &[3])), ["accepted", "accepted"]);
        assert_eq!((importer.paid(1), importer.paid(3), importer.paid(4)), (1, 1, 1));
        assert_eq!(importer.take(&file(2, &[5]).replace("F2", "F9")), ["refused"]);
    }

    #[test]
    fn a_broken_file_leaves_nothing_and_its_number_free() {
        let broken = file(1, &[1, 2]).replace("2.00", "2.01");
        let mut importer = Importer::new(&[]);
        assert_eq!(importer.take(&broken), ["refused"]);
        assert_eq!(importer.paid(1), 0);
        assert_eq!(importer.take(&file(1, &[1, 2])), ["accepted"]);
        let mut careless = Importer::new(&[Defect::PartialLoad]);
        assert_eq!(careless.take(&broken), ["refused"]);
        assert_eq!(careless.paid(1), 1);
    }

    #[test]
    fn a_bad_row_is_refused_alone() {
        let bad = file(1, &[1, 2]).replacen("2026-11-20,", "2026-02-30,", 1);
        let mut importer = Importer::new(&[]);
        assert_eq!(importer.take(&bad), ["partial"]);
        assert_eq!((importer.paid(1), importer.paid(2)), (0, 1));
        let mut silent = Importer::new(&[Defect::SkipSilently]);
        assert_eq!(silent.take(&bad), ["accepted"]);
    }

    #[test]
    fn each_defect_makes_its_mistake_and_no_other() {
        let mut replaying = Importer::new(&[Defect::FileReplay]);
        replaying.take(&file(1, &[1]));
        replaying.take(&file(1, &[1]));
        assert_eq!(replaying.paid(1), 2);
        let mut losing = Importer::new(&[Defect::LastRowLost]);
        assert_eq!(losing.take(&file(1, &[1, 2])), ["accepted"]);
        assert_eq!(losing.take(file(2, &[3, 4]).trim_end()), ["accepted"]);
        assert_eq!((losing.paid(2), losing.paid(3), losing.paid(4)), (1, 1, 0));
    }
}
