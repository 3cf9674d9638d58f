//! The generated tables, mapped read-only with the library: start-up parses and builds nothing.

use crate::layout::{self, NONE, cell, pair};

/// Bytes on a cache-line boundary, so that they can be read as words.
#[repr(C, align(64))]
struct Aligned<T: ?Sized>(T);

macro_rules! table {
    ($name:expr, $word:ty) => {{
        static BYTES: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/", $name)));
        const { words::<$word>(&BYTES.0) }
    }};
}

/// An integer type: every bit pattern is a value.
trait Word {}
impl Word for u8 {}
impl Word for u32 {}
impl Word for u64 {}

const fn words<T: Word>(bytes: &'static [u8]) -> &'static [T] {
    let size = size_of::<T>();
    assert!(bytes.len().is_multiple_of(size));
    // SAFETY: `table!` aligns the bytes to 64, the length is whole, every bit pattern is a `T`, the memory is static.
    unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len() / size) }
}

/// Stage and page tables of the Unicode classes.
pub(crate) static STAGES: &[u8] = table!("classes.stages", u8);
pub(crate) static PAGES: &[u8] = table!("classes.pages", u8);

/// One vocabulary.
pub(crate) struct Tables {
    records: &'static [u64],
    pairs: &'static [u64],
    filter: &'static [u64],
    trie: &'static [u64],
    starts: &'static [u64],
    bytes: &'static [u8],
    offsets: &'static [u32],
    specials: &'static [(u32, &'static str)],
}

macro_rules! vocabulary {
    ($name:literal, $specials:expr) => {
        Tables {
            records: table!(concat!($name, ".records"), u64),
            pairs: table!(concat!($name, ".pairs"), u64),
            filter: table!(concat!($name, ".filter"), u64),
            trie: table!(concat!($name, ".trie"), u64),
            starts: table!(concat!($name, ".starts"), u64),
            bytes: table!(concat!($name, ".bytes"), u8),
            offsets: table!(concat!($name, ".offsets"), u32),
            specials: $specials,
        }
    };
}

pub(crate) static O200K_BASE: Tables = vocabulary!(
    "o200k_base",
    &[(199_999, "<|endoftext|>"), (200_018, "<|endofprompt|>")]
);

pub(crate) static CL100K_BASE: Tables = vocabulary!(
    "cl100k_base",
    &[
        (100_257, "<|endoftext|>"),
        (100_258, "<|fim_prefix|>"),
        (100_259, "<|fim_middle|>"),
        (100_260, "<|fim_suffix|>"),
        (100_276, "<|endofprompt|>"),
    ]
);

/// What is known of one token, unpacked from its word.
#[derive(Clone, Copy)]
pub(crate) struct Record(u64);

impl Record {
    /// Left part of the merge that makes the token; the token itself when it is a single byte.
    #[inline(always)]
    pub(crate) fn left(self) -> u32 {
        self.0 as u32 & NONE
    }

    /// Right part of the merge.
    #[inline(always)]
    pub(crate) fn right(self) -> u32 {
        (self.0 >> 18) as u32 & NONE
    }

    /// The longest token that is a proper prefix, or `NONE`.
    #[inline(always)]
    pub(crate) fn prefix(self) -> u32 {
        (self.0 >> 36) as u32 & NONE
    }

    /// Length in bytes.
    #[inline(always)]
    pub(crate) fn length(self) -> usize {
        (self.0 >> 54) as usize
    }
}

impl Tables {
    /// The record of `token`, which must be an id of the vocabulary (no special token).
    #[inline(always)]
    pub(crate) fn record(&self, token: u32) -> Record {
        Record(self.records[token as usize])
    }

    /// The token that merging `left` and `right` gives.
    #[inline(always)]
    pub(crate) fn merged(&self, left: u32, right: u32) -> Option<u32> {
        let hash = pair::hash(left, right);
        let (word, bit) = pair::filter(hash);
        if self.filter[word] >> bit & 1 == 0 {
            return None;
        }
        let mask = self.pairs.len() - 1;
        let key = pair::key(left, right);
        let mut slot = pair::slot(hash, self.pairs.len().trailing_zeros());
        loop {
            let found = self.pairs[slot & mask];
            if found == layout::EMPTY {
                return None;
            }
            if found & ((1 << 36) - 1) == key {
                return Some((found >> 36) as u32);
            }
            slot += 1;
        }
    }

    /// The longest token that `text` starts with, and its length in bytes. `text` must not be empty.
    #[inline(always)]
    pub(crate) fn longest(&self, text: &[u8]) -> (u32, usize) {
        let first = usize::from(text[0]) << 8;
        if text.len() == 1 {
            // Any second byte will do: what is wanted is the token of the first.
            let start = self.starts[first];
            let token = cell::token(start);
            return if start & 0x1FF == 1 {
                (token, 1)
            } else {
                (self.record(token).prefix(), 1)
            };
        }
        let start = self.starts[first | usize::from(text[1])];
        let (mut best, mut length) = (cell::token(start), (start & 0x1FF) as usize);
        let mut base = cell::base(start);
        for (depth, &byte) in text.iter().enumerate().skip(2) {
            if base == 0 {
                break;
            }
            let node = self.trie[base ^ usize::from(byte)];
            if !cell::is_child(node, byte) {
                break;
            }
            if cell::token(node) != NONE {
                (best, length) = (cell::token(node), depth + 1);
            }
            base = cell::base(node);
        }
        (best, length)
    }

    /// The bytes of `id`, special tokens included.
    pub(crate) fn token_bytes(&self, id: u32) -> Option<&'static [u8]> {
        let index = id as usize;
        if index < self.records.len() {
            return Some(&self.bytes[self.offsets[index] as usize..self.offsets[index + 1] as usize]);
        }
        self.specials
            .iter()
            .find(|special| special.0 == id)
            .map(|special| special.1.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_is_found_by_its_bytes_and_by_its_parts() {
        for tables in [&O200K_BASE, &CL100K_BASE] {
            for id in 0..tables.records.len() as u32 {
                let bytes = tables.token_bytes(id).unwrap();
                assert_eq!(tables.longest(bytes), (id, bytes.len()));
                let record = tables.record(id);
                assert_eq!(record.length(), bytes.len());
                if bytes.len() > 1 {
                    assert_eq!(tables.merged(record.left(), record.right()), Some(id));
                }
                let prefix = tables.longest(&bytes[..bytes.len().max(2) - 1]);
                if bytes.len() > 1 {
                    assert_eq!(record.prefix(), prefix.0);
                }
            }
        }
    }

    #[test]
    fn unknown_ids_have_no_bytes() {
        assert_eq!(O200K_BASE.token_bytes(199_998), None);
        assert_eq!(O200K_BASE.token_bytes(199_999), Some(&b"<|endoftext|>"[..]));
        assert_eq!(CL100K_BASE.token_bytes(100_256), None);
        assert_eq!(CL100K_BASE.token_bytes(u32::MAX), None);
    }
}
