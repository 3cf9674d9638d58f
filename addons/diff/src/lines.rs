//! Texts cut into tokens, and tokens made numbers.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::{Settings, feeds};

const FEED: u16 = b'\n' as u16;
const RETURN: u16 = b'\r' as u16;

/// One text in UTF-16 code units; token `i` is `units[ends[i - 1]..ends[i]]`, the first one from 0.
pub(crate) struct Cut<'a> {
    pub(crate) units: &'a [u16],
    pub(crate) ends: Vec<u32>,
}

impl<'a> Cut<'a> {
    /// Cuts behind each line feed; with `newline_is_token` before each line break too. Time O(units).
    pub(crate) fn new(units: &'a [u16], newline_is_token: bool) -> Self {
        let mut ends = Vec::with_capacity(units.len() / 32 + 8);
        let mut start = 0;
        feeds::for_each(units, |feed| {
            if newline_is_token {
                let has_return = feed > start && units[feed - 1] == RETURN;
                let line_end = feed - usize::from(has_return);
                if line_end > start {
                    ends.push(line_end as u32);
                }
            }
            ends.push(feed as u32 + 1);
            start = feed + 1;
        });
        if start < units.len() {
            ends.push(units.len() as u32);
        }
        Self { units, ends }
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    #[inline]
    pub(crate) fn start(&self, token: usize) -> usize {
        if token == 0 {
            0
        } else {
            self.ends[token - 1] as usize
        }
    }

    #[inline]
    pub(crate) fn token(&self, token: usize) -> &'a [u16] {
        &self.units[self.start(token)..self.ends[token] as usize]
    }
}

/// What is compared of a token: two are equal when these are.
fn key<'a>(token: &'a [u16], settings: &Settings) -> &'a [u16] {
    let is_break = token.last() == Some(&FEED);
    if settings.ignore_whitespace {
        if settings.newline_is_token && is_break {
            token
        } else {
            trim(token)
        }
    } else if settings.ignore_newline_at_eof && !settings.newline_is_token && is_break {
        &token[..token.len() - 1]
    } else {
        token
    }
}

/// As `String.prototype.trim` of JavaScript does.
pub(crate) fn trim(mut units: &[u16]) -> &[u16] {
    while let [first, rest @ ..] = units
        && is_white(*first)
    {
        units = rest;
    }
    while let [rest @ .., last] = units
        && is_white(*last)
    {
        units = rest;
    }
    units
}

/// White space and line terminators of ECMAScript.
fn is_white(unit: u16) -> bool {
    matches!(
        unit,
        0x09..=0x0d | 0x20 | 0xa0 | 0x1680 | 0x2000..=0x200a | 0x2028 | 0x2029 | 0x202f | 0x205f | 0x3000 | 0xfeff
    )
}

/// A number for each token, equal for equal tokens.
pub(crate) struct Interned {
    pub(crate) old: Vec<u32>,
    pub(crate) new: Vec<u32>,
    /// Numbers given, from 0.
    pub(crate) count: usize,
}

/// Makes numbers of the tokens from `from` on. Time: one hash and one look-up a token; the hash is seeded, so that no text
/// can be made to collide.
pub(crate) fn intern(old: &Cut<'_>, new: &Cut<'_>, from: usize, settings: &Settings) -> Interned {
    let most = old.len().max(new.len()) - from;
    let mut numbers = Numbers {
        hasher: RandomState::default(),
        table: HashTable::with_capacity(most),
        keys: Vec::with_capacity(most),
    };
    let old = numbers.of_all(old, from, settings);
    let new = numbers.of_all(new, from, settings);
    Interned {
        old,
        new,
        count: numbers.keys.len(),
    }
}

struct Numbers<'a> {
    hasher: RandomState,
    table: HashTable<u32>,
    /// By number: hash and key.
    keys: Vec<(u64, &'a [u16])>,
}

impl<'a> Numbers<'a> {
    fn of_all(&mut self, side: &Cut<'a>, from: usize, settings: &Settings) -> Vec<u32> {
        (from..side.len())
            .map(|token| self.of(key(side.token(token), settings)))
            .collect()
    }

    fn of(&mut self, key: &'a [u16]) -> u32 {
        let hash = self.hasher.hash_one(key);
        let keys = &mut self.keys;
        let is_it = |&number: &u32| {
            let (known_hash, known) = keys[number as usize];
            known_hash == hash && known == key
        };
        match self.table.entry(hash, is_it, |&number| keys[number as usize].0) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                let number = keys.len() as u32;
                entry.insert(number);
                keys.push((hash, key));
                number
            }
        }
    }
}
