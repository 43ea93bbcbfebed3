//! Names close to one that does not exist.

/// Up to three of `known` that resemble `name`, nearest first.
pub fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    const LONGEST: usize = 64;
    let name: String = name.chars().take(LONGEST).collect::<String>().to_uppercase();
    if name.trim().is_empty() {
        return Vec::new();
    }
    let mut scored: Vec<_> = known
        .filter_map(|candidate| {
            let upper = candidate.to_uppercase();
            let begins = !name.is_empty() && upper.starts_with(&name);
            let away = distance(&name, &upper);
            let away = if begins { away.min(1) } else { away };
            (away <= 3).then_some((away, candidate))
        })
        .collect();
    scored.sort_unstable();
    scored.dedup();
    scored
        .into_iter()
        .take(3)
        .map(|(_, candidate)| candidate)
        .collect()
}

/// Levenshtein distance in characters.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (row, from) in left.chars().enumerate() {
        let mut diagonal = row;
        let mut before = row + 1;
        let mut current = vec![before];
        for (to, above) in right.iter().zip(previous.iter().skip(1)) {
            before = (diagonal + usize::from(from != *to))
                .min(above + 1)
                .min(before + 1);
            diagonal = *above;
            current.push(before);
        }
        previous = current;
    }
    previous.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_come_nearest_first() {
        let known = ["WH-SIG-01", "WH-SIG-02", "WH-DUP-02", "LOG-01"];
        assert_eq!(near("wh-sig-02", known.into_iter())[0], "WH-SIG-02");
        assert_eq!(near("WH-SGI-01", known.into_iter())[0], "WH-SIG-01");
        assert_eq!(near("WH-S", known.into_iter()), ["WH-SIG-01", "WH-SIG-02"]);
        assert_eq!(near("", known.into_iter()), [""; 0]);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
