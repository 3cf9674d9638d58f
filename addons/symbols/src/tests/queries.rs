//! Queries one after another: what the last one ruled out, kinds that go, and many symbols of one name.

use super::oracle::OwnedSymbol;
use super::ranking::{ALL_KINDS, hits, index_of};
use super::samples::{self, Random, TASTES};
use crate::SymbolIndex;

/// A copy that no query was asked of.
fn fresh(index: &mut SymbolIndex) -> SymbolIndex {
    SymbolIndex::decode(&index.encode()).expect("it was just written")
}

#[test]
fn a_growing_query_finds_what_a_fresh_one_finds() {
    for (seed, taste) in (1..=80).zip(TASTES.into_iter().cycle()) {
        let mut random = Random::new(1000 + seed);
        let files = samples::files(&mut random, taste, 400);
        let mut index = index_of(&files);
        let mut reference = fresh(&mut index);
        for _ in 0..8 {
            let (_, symbols) = random.pick(&files);
            if symbols.is_empty() {
                continue;
            }
            let from = random.pick(symbols).name.clone();
            let whole = samples::query(&mut random, &from);
            let mut typed = String::new();
            for letter in whole.chars() {
                typed.push(letter);
                if random.one_in(6) {
                    typed.push(' ');
                }
                let limit = [1, 3, 50][random.below(3)];
                let kinds = [ALL_KINDS, 2 << random.below(27)][random.below(2)];
                let found = hits(&mut index, &typed, limit, kinds);
                // Forgets what was ruled out.
                hits(&mut reference, "", 1, ALL_KINDS);
                reference.update("none", &[], None).expect("there is room");
                assert_eq!(
                    found,
                    hits(&mut reference, &typed, limit, kinds),
                    "seed {seed}, {typed:?}"
                );
                if random.one_in(10) {
                    index.update("none", &[], None).expect("there is room");
                }
            }
        }
    }
}

fn symbol(name: &str, kind: u8, line: u32) -> OwnedSymbol {
    OwnedSymbol {
        name: name.into(),
        kind,
        container: None,
        line,
        column: 0,
    }
}

#[test]
fn kinds_that_went_are_not_found() {
    let both = [
        symbol("alpha", 5, 0),
        symbol("alpha", 6, 1),
        symbol("alphabet", 5, 2),
    ];
    let mut index = index_of(&[
        ("a".into(), both.to_vec()),
        ("b".into(), vec![symbol("alpha", 12, 0)]),
    ]);
    let class = 1 << 5;
    let found = |index: &mut SymbolIndex| -> Vec<String> {
        hits(index, "alp", 1, class)
            .into_iter()
            .map(|hit| hit.name)
            .collect()
    };
    assert_eq!(found(&mut index), ["alpha"]);
    let methods = [symbol("alpha", 6, 1), symbol("alphabet", 5, 2)];
    let methods: Vec<_> = methods.iter().map(OwnedSymbol::as_new).collect();
    index.update("a", &methods, None).expect("there is room");
    for _ in 0..2 {
        assert_eq!(found(&mut index), ["alphabet"]);
    }
    assert_eq!(hits(&mut index, "alp", 9, 0), []);
    assert_eq!(hits(&mut index, "alp", 9, 1 << 6 | 1 << 12).len(), 2);
}

#[test]
fn the_first_of_many_symbols_of_one_name() {
    let mut random = Random::new(3);
    let files: Vec<(String, Vec<OwnedSymbol>)> = (0..50)
        .map(|file| {
            let symbols = (0..200).map(|_| symbol("constructor", 9, random.below(1000) as u32));
            (format!("{file:02}"), symbols.collect())
        })
        .collect();
    let mut index = index_of(&files);
    let found = hits(&mut index, "cons", 300, ALL_KINDS);
    let mut lines: Vec<(&str, u32)> = files
        .iter()
        .flat_map(|(path, symbols)| symbols.iter().map(|symbol| (path.as_str(), symbol.line)))
        .collect();
    lines.sort_unstable();
    lines.truncate(300);
    let found: Vec<(&str, u32)> = found.iter().map(|hit| (hit.file.as_str(), hit.line)).collect();
    assert_eq!(found, lines);
}

#[test]
fn an_empty_query_finds_every_symbol_and_no_container() {
    let inner = OwnedSymbol {
        container: Some("x".into()),
        ..symbol("inner", 8, 3)
    };
    let mut index = index_of(&[("a".into(), vec![inner, symbol("é", 5, 0), symbol("zz", 5, 0)])]);
    let found: Vec<String> = hits(&mut index, " ", 10, ALL_KINDS)
        .into_iter()
        .map(|hit| hit.name)
        .collect();
    assert_eq!(found, ["é", "zz", "inner"]);
    assert_eq!(hits(&mut index, "x", 10, ALL_KINDS), []);
}
