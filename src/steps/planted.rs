//! Made-up card and personal data, unique to a run, planted to see where it comes out.

use rand::{Rng as _, rngs::StdRng};

/// A planted value with the spellings that a log may give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Canary {
    /// The field of the profile's list, also its name in payloads.
    pub(super) field: &'static str,
    /// As it is sent.
    pub(super) value: String,
    /// Other ways of writing it.
    pub(super) spellings: Vec<String>,
}

fn digits(random: &mut StdRng, count: usize) -> String {
    (0..count)
        .map(|_| char::from(b'0' + random.random_range(0..10_u8)))
        .collect()
}

fn grouped(number: &str, sizes: &[usize], with: &str) -> String {
    let mut rest = number;
    let mut parts = Vec::new();
    for size in sizes {
        let (part, behind) = rest.split_at((*size).min(rest.len()));
        parts.push(part);
        rest = behind;
    }
    parts.join(with)
}

/// A card number from a range that test systems use, with a right check digit.
pub(super) fn card(random: &mut StdRng) -> Canary {
    let head = format!("400000{}", digits(random, 9));
    let value = format!("{head}{}", check_digit(&head));
    Canary {
        field: "card",
        spellings: vec![grouped(&value, &[4; 4], " "), grouped(&value, &[4; 4], "-")],
        value,
    }
}

/// The digit that makes a number right (ISO/IEC 7812-1, annex B).
fn check_digit(head: &str) -> u32 {
    let sum: u32 = head
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            match place % 2 {
                0 if digit > 4 => digit * 2 - 9,
                0 => digit * 2,
                _ => digit,
            }
        })
        .sum();
    (10 - sum % 10) % 10
}

/// A card code. Four digits, because three cannot be told from ordinary numbers.
pub(super) fn card_code(random: &mut StdRng) -> Canary {
    Canary {
        field: "card_code",
        value: format!("9{}", digits(random, 3)),
        spellings: Vec::new(),
    }
}

/// Personal data of one made-up person: identity number with a place code that is not given out, e-mail
/// under `.invalid`, phone, birth date, bank account and address.
pub(super) fn person(random: &mut StdRng) -> Vec<Canary> {
    let (year, month, day) = (
        random.random_range(1951..=1999_u32),
        random.random_range(1..=12_u32),
        random.random_range(2..=28_u32),
    );
    let serial = digits(random, 4);
    let id = format!("{:02}{month:02}{day:02}-17-{serial}", year % 100);
    let phone = format!("11{}", digits(random, 8));
    let account = digits(random, 12);
    let mut letters = |count: usize| -> String {
        (0..count)
            .map(|_| char::from(b'a' + random.random_range(0..26_u8)))
            .collect()
    };
    let canary = |field, value: String, spellings: Vec<String>| Canary {
        field,
        value,
        spellings,
    };
    vec![
        canary("id_number", id.clone(), vec![id.replace('-', "")]),
        canary("email", format!("k{}.4@canary.invalid", letters(11)), Vec::new()),
        canary(
            "phone",
            format!("+60{phone}"),
            vec![
                phone.clone(),
                format!("11-{}", grouped(&phone[2..], &[4, 4], " ")),
                format!("11-{}", &phone[2..]),
            ],
        ),
        canary(
            "birth_date",
            format!("{year}-{month:02}-{day:02}"),
            vec![
                format!("{day:02}/{month:02}/{year}"),
                format!("{day:02}-{month:02}-{year}"),
            ],
        ),
        canary(
            "account",
            account.clone(),
            vec![grouped(&account, &[4; 3], "-"), grouped(&account, &[4; 3], " ")],
        ),
        canary(
            "address",
            format!(
                "17 Jalan {} {}, 50000 Kuala Lumpur",
                letters(9),
                digits_in(&serial)
            ),
            Vec::new(),
        ),
    ]
}

/// A house number that is as unique as the serial it is made from.
fn digits_in(serial: &str) -> String {
    format!("A{serial}")
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn a_planted_card_is_right_by_its_check_digit() {
        assert_eq!(check_digit("411111111111111"), 1);
        assert_eq!(check_digit("400000000000000"), 2);
        let card = card(&mut StdRng::seed_from_u64(1));
        assert!(card.value.len() == 16 && card.value.starts_with("400000"));
        assert_eq!(card.spellings[0].split(' ').count(), 4);
    }

    #[test]
    fn every_person_is_another() {
        let mut random = StdRng::seed_from_u64(2);
        let (first, second) = (person(&mut random), person(&mut random));
        for (one, other) in first.iter().zip(&second) {
            assert_ne!(one.value, other.value, "{}", one.field);
        }
    }
}
