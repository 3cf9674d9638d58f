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

/// An open-addressed table of [`pair`] cells, at most half full so that most misses see an empty cell first.
pub fn table(splits: &[(u32, u32)]) -> Vec<u64> {
    let size = (splits.len() * 2).next_power_of_two();
    let mut cells = vec![layout::EMPTY; size];
    for (token, &(left, right)) in splits.iter().enumerate() {
        if left == token as u32 {
            continue;
        }
        let mut slot = pair::slot(left, right, size.trailing_zeros());
        while cells[slot] != layout::EMPTY {
            slot = (slot + 1) & (size - 1);
        }
        cells[slot] = pair::cell(left, right, token as u32);
    }
    cells
}
