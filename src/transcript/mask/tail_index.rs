//! Finds any of many short strings in one pass, and learns new ones without being rebuilt.

use std::collections::HashMap;

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Looks strings up by their last `width` bytes. A bit filter that fits the processor's cache answers
/// for nearly every position of a text; only what passes it is looked up.
pub(super) struct TailIndex {
    width: usize,
    filter: Vec<u64>,
    bits: u32,
    strings: usize,
    buckets: HashMap<u64, Vec<u32>>,
}

impl TailIndex {
    /// An empty index over the last `width` bytes, 1 to 8.
    pub(super) fn new(width: usize) -> Self {
        let bits = 16;
        Self {
            width,
            filter: vec![0; 1 << (bits - 6)],
            bits,
            strings: 0,
            buckets: HashMap::new(),
        }
    }

    /// Adds a string under a number of the caller's. Strings shorter than the width are left out.
    pub(super) fn insert(&mut self, string: &[u8], id: u32) {
        let Some(tail) = string
            .len()
            .checked_sub(self.width)
            .and_then(|from| string.get(from..))
        else {
            return;
        };
        let key = tail.iter().fold(0, |key, byte| (key << 8) | u64::from(*byte));
        self.buckets.entry(key).or_default().push(id);
        self.strings += 1;
        // At sixty-four bits a string, one position in sixty-four is looked up in vain.
        if self.strings * 64 > 1 << self.bits && self.bits < 26 {
            self.bits += 1;
            self.filter = vec![0; 1 << (self.bits - 6)];
            let keys: Vec<u64> = self.buckets.keys().copied().collect();
            for key in keys {
                self.set(key);
            }
        } else {
            self.set(key);
        }
    }

    /// Calls back with the end of every place where the tail of a string stands, and its numbers.
    pub(super) fn scan(&self, text: &[u8], mut hit: impl FnMut(usize, &[u32])) {
        if self.strings == 0 {
            return;
        }
        let mask = u64::MAX >> (64 - 8 * self.width);
        let mut key = 0;
        for (index, byte) in text.iter().enumerate() {
            key = ((key << 8) | u64::from(*byte)) & mask;
            if self.may_hold(key)
                && index + 1 >= self.width
                && let Some(ids) = self.buckets.get(&key)
            {
                hit(index + 1, ids);
            }
        }
    }

    fn place(&self, key: u64) -> (usize, u64) {
        let bit = key.wrapping_mul(GOLDEN) >> (64 - self.bits);
        (usize::try_from(bit >> 6).unwrap_or(usize::MAX), 1 << (bit & 63))
    }

    fn set(&mut self, key: u64) {
        let (word, bit) = self.place(key);
        if let Some(word) = self.filter.get_mut(word) {
            *word |= bit;
        }
    }

    fn may_hold(&self, key: u64) -> bool {
        let (word, bit) = self.place(key);
        self.filter.get(word).is_some_and(|word| word & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_string_is_found_after_the_filter_has_grown() {
        let mut index = TailIndex::new(6);
        for id in 0..20_000_u32 {
            index.insert(format!("value-{id:08}").as_bytes(), id);
        }
        for id in [0_u32, 1, 9_999, 19_999] {
            let mut found = Vec::new();
            index.scan(format!("xx value-{id:08} yy").as_bytes(), |end, ids| {
                found.extend(ids.iter().map(|id| (end, *id)));
            });
            assert!(found.contains(&(17, id)), "{id} in {found:?}");
        }
    }
}
