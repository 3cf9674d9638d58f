//! The bit layout of the generated tables. The build script includes this file, so writer and reader agree.

#![allow(dead_code)] // each side uses its half

/// No token: larger than every id.
pub const NONE: u32 = 0x3_FFFF;

/// An empty cell of the pair table. No pair of tokens has all bits set.
pub const EMPTY: u64 = u64::MAX;

/// Class bits of a code point.
pub mod class {
    /// `\p{L}`
    pub const LETTER: u8 = 1;
    /// `\p{N}`
    pub const NUMBER: u8 = 2;
    /// `\s`: Unicode White_Space
    pub const SPACE: u8 = 4;
    /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
    pub const UPPER: u8 = 8;
    /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
    pub const LOWER: u8 = 16;
}

/// All that counting needs of a token in one word: left part (18 bits), right part (18), longest proper prefix
/// token (18), length in bytes (8).
pub const fn record(left: u32, right: u32, prefix: u32, length: u32) -> u64 {
    left as u64 | (right as u64) << 18 | (prefix as u64) << 36 | (length as u64) << 54
}

/// Cells of the pair table: left (18 bits), right (18), merged token (18).
pub mod pair {
    /// A filled cell.
    pub const fn cell(left: u32, right: u32, token: u32) -> u64 {
        key(left, right) | (token as u64) << 36
    }

    /// The part of a cell that says which pair it holds.
    pub const fn key(left: u32, right: u32) -> u64 {
        left as u64 | (right as u64) << 18
    }

    /// Mixes a pair; the highest bits are the best.
    pub const fn hash(left: u32, right: u32) -> u64 {
        key(left, right).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    /// Where the search for a pair starts in a table of `1 << bits` cells.
    pub const fn slot(hash: u64, bits: u32) -> usize {
        (hash >> (64 - bits)) as usize
    }

    /// Bits of the filter before the table: 512 KiB. Of the pairs that do not merge, 19 in 20 end there.
    pub const FILTER_BITS: u32 = 22;

    /// The word of the filter and the bit in it.
    pub const fn filter(hash: u64) -> (usize, u32) {
        let bit = slot(hash, FILTER_BITS);
        (bit / 64, bit as u32 % 64)
    }
}

/// Cells of the trie: label (9 bits), token (18, or `NONE`), base (24, 0 without children).
pub mod cell {
    use super::NONE;

    /// A cell of no node: its label is no byte.
    pub const FREE: u64 = 0x100;

    /// A node reached by `label`.
    pub const fn node(label: u8, base: u32, token: Option<u32>) -> u64 {
        let token = match token {
            Some(token) => token,
            None => NONE,
        };
        label as u64 | (token as u64) << 9 | (base as u64) << 27
    }

    /// An entry of the table of first two bytes: base, and the longest token of at most two bytes with its length.
    pub const fn start(base: u32, token: u32, length: u32) -> u64 {
        length as u64 | (token as u64) << 9 | (base as u64) << 27
    }

    /// Whether the cell is the child that `byte` leads to.
    pub const fn is_child(cell: u64, byte: u8) -> bool {
        cell & 0x1FF == byte as u64
    }

    /// The token that ends in this node, or `NONE`.
    pub const fn token(cell: u64) -> u32 {
        (cell >> 9) as u32 & NONE
    }

    /// Where the children are; 0 when there are none.
    pub const fn base(cell: u64) -> usize {
        (cell >> 27) as usize
    }
}
