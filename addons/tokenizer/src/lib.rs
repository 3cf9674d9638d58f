//! Counts tokens exactly as tiktoken's `encode_ordinary` does, for `o200k_base` and `cl100k_base`.
//!
//! Text goes through three stages: [`mod@split`] cuts it into pieces as the vocabulary's pattern says, a memo knows the
//! counts of short pieces seen before, and [`mod@merge`] encodes the others. The text of a special token is ordinary text.

// Unit tests have no Node to register with.
#[cfg(all(feature = "napi", not(test)))]
mod binding;
mod classes;
mod count;
mod cpu;
mod decode;
mod encode;
mod layout;
mod memo;
mod merge;
mod split;
mod tables;

use std::cell::RefCell;

pub use cpu::Path;
pub use pairbench_common::{Error, ErrorCode, Result};

use memo::Memo;
use split::{Cl100k, O200k};
use tables::{CL100K_BASE, O200K_BASE, Tables};

/// A vocabulary, by the name tiktoken gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// `o200k_base`
    O200kBase,
    /// `cl100k_base`
    Cl100kBase,
}

thread_local! {
    static O200K_MEMO: RefCell<Option<Memo>> = const { RefCell::new(None) };
    static CL100K_MEMO: RefCell<Option<Memo>> = const { RefCell::new(None) };
}

impl Encoding {
    /// Both vocabularies.
    pub const ALL: [Self; 2] = [Self::O200kBase, Self::Cl100kBase];

    /// The name tiktoken gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::O200kBase => "o200k_base",
            Self::Cl100kBase => "cl100k_base",
        }
    }

    fn tables(self) -> &'static Tables {
        match self {
            Self::O200kBase => &O200K_BASE,
            Self::Cl100kBase => &CL100K_BASE,
        }
    }
}

/// The tokens of `text`. Time O(bytes); memory O(1) but for single pieces of more than 512 bytes.
pub fn count(text: &str, encoding: Encoding) -> usize {
    count_on(Path::best(), text, encoding, usize::MAX)
}

/// The tokens of `text` when there are at most `limit`. Stops reading soon after the limit is passed.
pub fn count_up_to(text: &str, limit: usize, encoding: Encoding) -> Option<usize> {
    Some(count_on(Path::best(), text, encoding, limit)).filter(|&count| count <= limit)
}

/// As [`count`], on a given path: for tests and measurements. A count above `limit` is a lower bound.
pub fn count_on(path: Path, text: &str, encoding: Encoding, limit: usize) -> usize {
    match encoding {
        Encoding::O200kBase => {
            O200K_MEMO.with(|memo| count::count::<O200k>(&O200K_BASE, memo, path, text, limit))
        }
        Encoding::Cl100kBase => {
            CL100K_MEMO.with(|memo| count::count::<Cl100k>(&CL100K_BASE, memo, path, text, limit))
        }
    }
}

/// The ids of `text`. Time O(bytes).
pub fn encode(text: &str, encoding: Encoding) -> Vec<u32> {
    match encoding {
        Encoding::O200kBase => O200K_MEMO.with(|memo| encode::encode::<O200k>(&O200K_BASE, memo, text)),
        Encoding::Cl100kBase => CL100K_MEMO.with(|memo| encode::encode::<Cl100k>(&CL100K_BASE, memo, text)),
    }
}

/// The bytes of `ids`, one token after the other; a special token gives its text. Time O(ids).
///
/// # Errors
/// `ERR_INVALID_TOKEN` for an id that the vocabulary does not have.
pub fn decode(ids: &[u32], encoding: Encoding) -> Result<Vec<u8>> {
    decode::bytes(ids, encoding.tables(), encoding.name())
}
