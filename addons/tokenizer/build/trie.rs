//! The trie over all tokens, as a double array: the child of a node for a byte is the cell `base ^ byte`.

use std::collections::HashMap;

use crate::layout::{NONE, cell};

/// Tokens in sorted order that share a prefix, with their ids.
type Group<'a> = [(&'a [u8], u32)];

/// The two tables of a trie.
pub struct Trie {
    /// All nodes below the second byte.
    pub cells: Vec<u64>,
    /// What the first two bytes lead to, so that a walk starts two steps deep.
    pub starts: Vec<u64>,
}

/// For each token the longest token that is a proper prefix of it, or `NONE`.
pub fn prefixes(tokens: &[Vec<u8>]) -> Vec<u32> {
    let ranks: HashMap<&[u8], u32> = tokens
        .iter()
        .enumerate()
        .map(|(rank, token)| (token.as_slice(), rank as u32))
        .collect();
    let longest = |token: &Vec<u8>| {
        (1..token.len())
            .rev()
            .find_map(|end| ranks.get(&token[..end]).copied())
            .unwrap_or(NONE)
    };
    tokens.iter().map(longest).collect()
}

/// Builds both tables. The tokens are placed in sorted order, depth first, so that a subtree shares cache lines.
pub fn build(tokens: &[Vec<u8>]) -> Trie {
    let mut sorted: Vec<(&[u8], u32)> = tokens
        .iter()
        .enumerate()
        .map(|(rank, token)| (token.as_slice(), rank as u32))
        .collect();
    sorted.sort_unstable();
    let singles: Vec<u32> = (0..=255_u8)
        .map(|byte| {
            sorted
                .iter()
                .find(|(token, _)| *token == [byte])
                .expect("every byte is a token")
                .1
        })
        .collect();
    let mut array = DoubleArray {
        cells: Vec::new(),
        used: Vec::new(),
        bases: Vec::new(),
        first_open_block: 0,
    };
    let mut starts: Vec<u64> = (0..0x1_0000)
        .map(|two| cell::start(0, singles[two >> 8], 1))
        .collect();
    let mut rest = &sorted[..];
    while let Some((token, _)) = rest.first() {
        let Some(&second) = token.get(1) else {
            rest = &rest[1..];
            continue;
        };
        let two = [token[0], second];
        let group = &rest[..rest
            .iter()
            .take_while(|(other, _)| other.starts_with(&two))
            .count()];
        rest = &rest[group.len()..];
        let own = group
            .first()
            .filter(|(token, _)| token.len() == 2)
            .map(|&(_, rank)| rank);
        let base = array.place(&group[usize::from(own.is_some())..], 2);
        let best = own.map_or((singles[usize::from(two[0])], 1), |rank| (rank, 2));
        starts[usize::from(two[0]) << 8 | usize::from(two[1])] = cell::start(base, best.0, best.1);
    }
    array
        .cells
        .resize(array.cells.len().next_multiple_of(256), cell::FREE);
    Trie {
        cells: array.cells,
        starts,
    }
}

/// How many of the last blocks are searched for free cells: more would fill the array better, but take seconds, and
/// tear subtrees apart.
const RECENT_BLOCKS: usize = 3;

struct DoubleArray {
    cells: Vec<u64>,
    used: Vec<bool>,
    bases: Vec<bool>,
    first_open_block: usize,
}

impl DoubleArray {
    /// Places the children of the node whose subtree is `group` (its own token left out); returns the node's base.
    fn place(&mut self, group: &Group<'_>, depth: usize) -> u32 {
        if group.is_empty() {
            return 0;
        }
        let mut children: Vec<(u8, &Group<'_>)> = Vec::new();
        let mut rest = group;
        while let Some((token, _)) = rest.first() {
            let byte = token[depth];
            let count = rest.iter().take_while(|(other, _)| other[depth] == byte).count();
            children.push((byte, &rest[..count]));
            rest = &rest[count..];
        }
        let base = self.reserve(&children.iter().map(|child| child.0).collect::<Vec<u8>>());
        for (byte, group) in children {
            let own = group
                .first()
                .filter(|(token, _)| token.len() == depth + 1)
                .map(|&(_, rank)| rank);
            let below = self.place(&group[usize::from(own.is_some())..], depth + 1);
            self.cells[base as usize ^ usize::from(byte)] = cell::node(byte, below, own);
        }
        base
    }

    /// Finds a base at which all `bytes` fall on free cells, and takes those cells.
    fn reserve(&mut self, bytes: &[u8]) -> u32 {
        let blocks = self.cells.len() / 256;
        let mut block = self.first_open_block.max(blocks.saturating_sub(RECENT_BLOCKS));
        loop {
            if (block + 1) * 256 > self.cells.len() {
                self.cells.resize((block + 1) * 256, cell::FREE);
                self.used.resize(self.cells.len(), false);
                self.bases.resize(self.cells.len(), false);
                // Base 0 means "no children".
                self.bases[0] = true;
            }
            // A cell is checked by its label alone, so no two nodes may share a base.
            let free = |base: usize| {
                !self.bases[base] && bytes.iter().all(|&byte| !self.used[base ^ usize::from(byte)])
            };
            if let Some(base) = (block * 256..(block + 1) * 256).find(|&base| free(base)) {
                self.bases[base] = true;
                for &byte in bytes {
                    self.used[base ^ usize::from(byte)] = true;
                }
                while self
                    .used
                    .get(self.first_open_block * 256..(self.first_open_block + 1) * 256)
                    .is_some_and(|block| block.iter().filter(|used| !**used).count() < 8)
                {
                    self.first_open_block += 1;
                }
                return base as u32;
            }
            block += 1;
        }
    }
}
