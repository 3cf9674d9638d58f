//! Equal to an outside oracle, on every path of this machine: edges, fuzz and properties.

#[path = "exact/texts.rs"]
mod texts;

use pairbench_tokenizer::{Encoding, Path, count, count_on, count_up_to, decode, encode};
use proptest::prelude::*;
use texts::Texts;

fn oracle(encoding: Encoding) -> &'static bpe_openai::Tokenizer {
    match encoding {
        Encoding::O200kBase => bpe_openai::o200k_base(),
        Encoding::Cl100kBase => bpe_openai::cl100k_base(),
    }
}

#[track_caller]
fn check(text: &str) {
    for encoding in Encoding::ALL {
        let expected = oracle(encoding).encode(text);
        let ids = encode(text, encoding);
        assert_eq!(ids, expected, "{encoding:?} ids of {text:?}");
        for &path in Path::available() {
            let counted = count_on(path, text, encoding, usize::MAX);
            assert_eq!(counted, expected.len(), "{encoding:?} {path:?} count of {text:?}");
        }
        assert_eq!(decode(&ids, encoding).unwrap(), text.as_bytes());
    }
}

#[test]
fn edges() {
    for text in texts::EDGES {
        check(text);
        for before in ["", "a", " ", "\n", "1", "!", "é"] {
            for after in ["", "b", " ", "\n", "2", "?", "漢"] {
                check(&format!("{before}{text}{after}"));
            }
        }
    }
}

#[test]
fn every_position_in_a_block() {
    for text in texts::EDGES {
        for fill in ["x", " ", "1", "!", "\n", "xY "] {
            for length in 50..70 {
                let filling: String = fill.chars().cycle().take(length).collect();
                check(&format!("{filling}{text} tail of the text"));
            }
        }
    }
}

#[test]
fn every_truncation() {
    let text = texts::EDGES.concat();
    for (end, _) in text.char_indices() {
        check(&text[..end]);
        check(&text[end..]);
    }
}

#[test]
fn every_character_in_its_contexts() {
    for group in ('\0'..=char::MAX).collect::<Vec<_>>().chunks(64) {
        let mut text = String::new();
        for character in group {
            text.extend(
                ["x", "'re ", "Ab", "cD", "!", "\n", "12", "  "].map(|near| format!("{character}{near}")),
            );
        }
        check(&text);
    }
}

#[test]
fn seeded_fuzz() {
    let rounds = std::env::var("PAIRBENCH_FUZZ").map_or(60_000, |rounds| rounds.parse().expect("a number"));
    let seed = std::env::var("PAIRBENCH_FUZZ_SEED").map_or(1, |seed| seed.parse().expect("a number"));
    let mut texts = Texts::new(seed);
    for _ in 0..rounds {
        check(&texts.next_text());
    }
}

#[test]
fn long_runs() {
    for unit in [
        "a",
        "A",
        "^",
        "_",
        " ",
        "\n",
        "é",
        "漢",
        "👩‍👩‍👧‍👦",
        "aA",
        "0",
        "\r\n",
        "/",
        "'s",
        "\u{301}",
        "ab ",
    ] {
        check(&unit.repeat(3_000));
    }
}

#[test]
fn limits() {
    let mut texts = Texts::new(7);
    for _ in 0..300 {
        let text = texts.next_text();
        for encoding in Encoding::ALL {
            let total = count(&text, encoding);
            assert_eq!(count_up_to(&text, total, encoding), Some(total));
            assert_eq!(count_up_to(&text, usize::MAX, encoding), Some(total));
            assert_eq!(count_up_to(&text, total + 1, encoding), Some(total));
            if total > 0 {
                assert_eq!(count_up_to(&text, total - 1, encoding), None);
            }
        }
    }
}

proptest! {
    #[test]
    fn any_string(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_pattern_salad(text in "([a-zA-Z]{1,9}|[0-9]{1,5}|[ \t\r\n/]{1,4}|'(s|LL|Re|\u{17F})|[!-/]{1,3}|\\p{L}{1,3}|\\p{M}|\\p{N}){0,60}") {
        check(&text);
    }
}
