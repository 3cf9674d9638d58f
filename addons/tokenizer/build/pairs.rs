//! How each token comes about: the two tokens of its last merge, and the table from such a pair to its token.

use std::collections::HashMap;

use crate::layout::{self, pair};

/// For each token the pair whose merge makes it; a single byte is a pair of itself with itself.
///
/// Panics when a token cannot be reached by merges of lower rank: the counting algorithm relies on that.
pub fn splits(tokens: &[Vec<u8>]) -> Vec<(u32, u32)> {
    let ranks: HashMap<&[u8], u32> = tokens
        .iter()
        .enumerate()
        .map(|(rank, token)| (token.as_slice(), rank as u32))
        .collect();
    tokens
        .iter()
        .enumerate()
        .map(|(rank, token)| split(token, rank as u32, &ranks))
        .collect()
}

fn split(token: &[u8], rank: u32, ranks: &HashMap<&[u8], u32>) -> (u32, u32) {
    if token.len() == 1 {
        return (rank, rank);
    }
    let mut cuts: Vec<usize> = (0..=token.len()).collect();
    while cuts.len() > 3 {
        let lowest = (0..cuts.len() - 2)
            .filter_map(|i| ranks.get(&token[cuts[i]..cuts[i + 2]]).map(|&merged| (merged, i)))
            .min()
            .filter(|&(merged, _)| merged < rank)
            .unwrap_or_else(|| panic!("token {rank} is not made by merges of lower rank"));
        cuts.remove(lowest.1 + 1);
    }
    (ranks[&token[..cuts[1]]], ranks[&token[cuts[1]..]])
}

/// The table from a pair to its token.
pub struct Table {
    /// [`pair`] cells, open-addressed.
    pub cells: Vec<u64>,
    /// One bit for each hash that occurs.
    pub filter: Vec<u64>,
}

/// Fills the table up to about three quarters: the filter keeps most searches for absent pairs away from it.
pub fn table(splits: &[(u32, u32)]) -> Table {
    let size = (splits.len() * 5 / 4).next_power_of_two();
    let mut cells = vec![layout::EMPTY; size];
    let mut filter = vec![0_u64; 1 << pair::FILTER_BITS >> 6];
    for (token, &(left, right)) in splits.iter().enumerate() {
        if left == token as u32 {
            continue;
        }
        let hash = pair::hash(left, right);
        let (word, bit) = pair::filter(hash);
        filter[word] |= 1 << bit;
        let mut slot = pair::slot(hash, size.trailing_zeros());
        while cells[slot] != layout::EMPTY {
            slot = (slot + 1) & (size - 1);
        }
        cells[slot] = pair::cell(left, right, token as u32);
    }
    Table { cells, filter }
}
