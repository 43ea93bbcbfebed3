//! What a payment is described as: letters, digits and a little punctuation, in one short line.

use crate::reference::defect::Defect;
use crate::reference::partner::Partner;

/// Longest description, in characters.
const LONGEST: usize = 100;

/// The description of a payment for a product.
pub fn described(partner: &Partner, product: &str) -> String {
    if partner.has(Defect::UnescapedDetail) {
        return product.to_owned();
    }
    let plain = plain(product);
    if plain.is_empty() {
        "Insurance".to_owned()
    } else {
        plain
    }
}

fn plain(text: &str) -> String {
    let kept: String = text
        .chars()
        .map(|one| {
            if one.is_ascii_alphanumeric() || ".,-_".contains(one) {
                one
            } else {
                ' '
            }
        })
        .collect();
    let words: Vec<&str> = kept.split_whitespace().collect();
    words
        .join(" ")
        .chars()
        .take(LONGEST)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_characters_are_left() {
        assert_eq!(plain("“Travel” & <b>100%</b> 家庭\nplan;"), "Travel b 100 b plan");
        assert_eq!(plain(&"long ".repeat(50)).len(), 99);
        assert_eq!(plain("家庭"), "");
    }
}
