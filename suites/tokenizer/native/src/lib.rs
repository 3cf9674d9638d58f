//! Rust peers of the tokenizer behind one function: count this text, say how long it took.

// Unit tests have no Node to register with.
#[cfg(all(feature = "napi", not(test)))]
mod binding;

use std::sync::LazyLock;
use std::time::Instant;

use pairbench_tokenizer::Encoding;

/// Who counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// This repository's own core.
    Own,
    /// The crate `toktok-rs`.
    Toktok,
    /// The crate `bpe-openai`.
    BpeOpenai,
}

impl Peer {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Own, Self::Toktok, Self::BpeOpenai];
}

static TOKTOK: LazyLock<[toktok::Tokenizer; 2]> = LazyLock::new(|| {
    Encoding::ALL
        .map(|encoding| toktok::Tokenizer::builtin(encoding.name()).expect("the crate has both vocabularies"))
});

/// The tokens of `text`, counted by `peer`. The first call of a peer loads its tables.
pub fn count(peer: Peer, text: &str, encoding: Encoding) -> usize {
    match peer {
        Peer::Own => pairbench_tokenizer::count(text, encoding),
        Peer::Toktok => TOKTOK[encoding as usize].count(text.as_bytes()),
        Peer::BpeOpenai => match encoding {
            Encoding::O200kBase => bpe_openai::o200k_base().count(text),
            Encoding::Cl100kBase => bpe_openai::cl100k_base().count(text),
        },
    }
}

/// As [`count`], with the nanoseconds it took.
pub fn time(peer: Peer, text: &str, encoding: Encoding) -> (usize, u64) {
    let start = Instant::now();
    let count = count(peer, text, encoding);
    (count, start.elapsed().as_nanos() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_agree() {
        for encoding in Encoding::ALL {
            for text in [
                "",
                "hello world",
                "Zażółć gęślą jaźń — 漢字かな交じり文 👩‍👩‍👧‍👦\r\n\r\n  it's 12345",
            ] {
                let counts = Peer::ALL.map(|peer| time(peer, text, encoding).0);
                assert_eq!(counts, [counts[0]; 3], "{encoding:?} {text:?}");
            }
        }
    }
}
