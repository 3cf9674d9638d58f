//! Reads arbitrary text as a source of each language: symbols or a problem, never a panic and never the end of the stack. What was found
//! is found again by its name.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pairbench_symbols::{Language, SymbolIndex};

const LANGUAGES: [Language; 5] = [Language::Ts, Language::Tsx, Language::Js, Language::Jsx, Language::Dts];

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let source = String::from_utf8_lossy(rest);
    let mut index = SymbolIndex::new();
    let update = index
        .update_source("a", &source, LANGUAGES[usize::from(*first) % LANGUAGES.len()], None)
        .expect("there is room");
    assert!(update.problem.is_none() || update.symbols == 0);
    let mut hits = 0;
    index.query("", 10_000, u32::MAX, |_| hits += 1).expect("the query is short");
    assert_eq!(hits, update.symbols.min(10_000));
});
