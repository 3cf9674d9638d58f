//! The ranking, against the oracle.

use proptest::prelude::*;

use super::oracle::{self, OwnedHit, OwnedSymbol};
use super::samples::{self, Random, TASTES, Taste};
use crate::SymbolIndex;

pub(super) const ALL_KINDS: u32 = !0;

pub(super) fn hits(index: &mut SymbolIndex, text: &str, limit: usize, kinds: u32) -> Vec<OwnedHit> {
    let mut hits = Vec::new();
    index
        .query(text, limit, kinds, |hit| hits.push(hit.into()))
        .expect("the query is short enough");
    hits
}

pub(super) fn index_of(files: &[(String, Vec<OwnedSymbol>)]) -> SymbolIndex {
    let mut index = SymbolIndex::new();
    for (path, symbols) in files {
        let symbols: Vec<_> = symbols.iter().map(OwnedSymbol::as_new).collect();
        index.update(path, &symbols, None).expect("there is room");
    }
    index
}

fn index_of_names(names: &[&str]) -> SymbolIndex {
    let symbols = names.iter().map(|name| OwnedSymbol {
        name: (*name).into(),
        kind: 12,
        container: None,
        line: 0,
        column: 0,
    });
    index_of(&[("a.ts".into(), symbols.collect())])
}

#[track_caller]
fn assert_score(query: &str, name: &str, expected: Option<(i32, &[u32])>) {
    let found = hits(&mut index_of_names(&[name]), query, 10, ALL_KINDS);
    let found = found.first().map(|hit| (hit.score, &hit.positions[..]));
    assert_eq!(found, expected, "{query} in {name}");
    let naive = oracle::score(query, name);
    let naive = naive.as_ref().map(|(score, positions)| (*score, &positions[..]));
    assert_eq!(naive, expected, "{query} in {name}, naively");
}

#[test]
fn scores_add_up_as_the_readme_says() {
    assert_score("a", "a", Some((16 + 1 + 10 + 8, &[0])));
    assert_score("A", "ab", Some((16 + 10, &[0])));
    assert_score("b", "ab", Some((16 + 1, &[1])));
    assert_score("gn", "getName", Some((16 + 1 + 10 + 16 + 8 - (2 + 2), &[0, 3])));
    assert_score("ge", "getName", Some((16 + 1 + 10 + 16 + 1 + 6, &[0, 1])));
    // Seven letters between count as six.
    assert_score("ab", "a1234567b", Some((27 + 16 + 1 + 8 - 8, &[0, 8])));
    assert_score("ab", "axxxxxxxb", Some((27 + 16 + 1 - 8, &[0, 8])));
    assert_score("ba", "ab", None);
    assert_score(
        "sue",
        "use",
        Some((17 + 10 + 17 + 6 + 17 + 6 + 8 - 9, &[0, 1, 2])),
    );
    assert_score("aab", "ab", None);
    assert_score(" \t\u{A0}a\u{301}b ", "ab", Some((27 + 23 + 8, &[0, 1])));
    assert_score("é", "É", Some((16 + 10 + 8, &[0])));
    assert_score("E", "é", Some((16 + 10 + 8, &[0])));
    assert_score("\u{301}", "x", Some((0, &[])));
    assert_score("b", "\u{301}b", Some((17, &[1])));
    assert_score("b", "😀b", Some((17, &[2])));
    assert_score("😀", "a😀b", Some((17, &[1, 2])));
}

#[test]
fn equal_ways_are_told_apart_by_their_last_positions() {
    assert_score("a", "xaxa", Some((17, &[1])));
    assert_score("ab", "x_ab_ab", Some((17 + 8 + 17 + 6, &[2, 3])));
    assert_score("aa", "xaxaxa", Some((17 + 17 - 3, &[1, 3])));
}

#[test]
fn nothing_is_cut_before_it_is_ranked() {
    for (seed, taste) in (1..=160).zip(TASTES.into_iter().cycle()) {
        let mut random = Random::new(seed);
        let size = [5, 60, 300][random.below(3)];
        let files = samples::files(&mut random, taste, size);
        let mut index = index_of(&files);
        for _ in 0..60 {
            let (_, symbols) = random.pick(&files);
            let text = match random.below(8) {
                0 => samples::name(&mut random, taste),
                _ if symbols.is_empty() => String::new(),
                _ => {
                    let from = random.pick(symbols).name.clone();
                    samples::query(&mut random, &from)
                }
            };
            let limit = [1, 2, 5, 20, 1000][random.below(5)];
            let kinds = match random.below(3) {
                0 => random.below(1 << 27) as u32 * 2,
                1 => 2 << random.below(27),
                _ => ALL_KINDS,
            };
            let expected = oracle::query(&files, &text, limit, kinds);
            let found = hits(&mut index, &text, limit, kinds);
            assert_eq!(found, expected, "seed {seed}, {text:?}, {limit} of {kinds:x}");
        }
    }
}

#[test]
fn long_names_and_long_queries() {
    let mut random = Random::new(99);
    let long = |random: &mut Random, letters: usize| -> String {
        (0..letters)
            .map(|_| *random.pick(&['a', 'b', 'B', '_', '中']))
            .collect()
    };
    for _ in 0..6 {
        let names: Vec<String> = [200, 120, 62, 63, 64, 65]
            .map(|letters| long(&mut random, letters))
            .into();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut index = index_of_names(&names);
        for name in &names {
            for keep in [1, 2, 3] {
                let query: String = name.chars().filter(|_| random.below(3) < keep).take(30).collect();
                let found = hits(&mut index, &query, 10, ALL_KINDS);
                let mut expected: Vec<(i32, Vec<u32>, &str)> = names
                    .iter()
                    .filter_map(|name| oracle::score(&query, name).map(|(score, at)| (score, at, *name)))
                    .collect();
                expected.sort_by_key(|(score, _, name)| (-score, name.encode_utf16().count(), *name));
                let found: Vec<(i32, Vec<u32>, &str)> = found
                    .iter()
                    .map(|hit| (hit.score, hit.positions.clone(), &*hit.name))
                    .collect();
                assert_eq!(found, expected, "{query}");
            }
        }
    }
}

/// Hostile, and not wrong: as long as names and queries get.
#[test]
fn ten_thousand_letters() {
    let names = ["a".repeat(10_000), "ab".repeat(5_000), "é".repeat(10_000)];
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut index = index_of_names(&names);
    let found = hits(&mut index, &"a".repeat(256), 10, ALL_KINDS);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].score, 27 + 255 * 23);
    assert_eq!(found[0].positions, (0..256).collect::<Vec<u32>>());
    assert_eq!(found[1].score, 27 + 255 * (17 - 3));
    let found = hits(&mut index, &"ba".repeat(128), 10, ALL_KINDS);
    assert_eq!((found.len(), found[0].positions[0]), (1, 1));
    let found = hits(&mut index, "bé", 10, ALL_KINDS);
    assert_eq!(found, []);
    assert!(index.query(&"a".repeat(257), 10, ALL_KINDS, |_| ()).is_err());
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[abAB_1]{1,9}",
        "[a-cA-C]{1,4}[_1]?[a-cA-C]{1,4}",
        "[aéEß中😀\u{301}_1]{1,6}",
        "[ab]{60,66}",
    ]
}

fn any_query() -> impl Strategy<Value = String> {
    prop_oneof![
        "[abAB_1]{0,6}",
        "[a-cA-C]{1,5}",
        "[aéEß中😀\u{301}_1 ]{1,5}",
        "[ab]{58,66}"
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn any_names_and_queries(names in proptest::collection::vec(any_name(), 1..12), text in any_query(), limit in 1_usize..6) {
        let symbols = names.iter().map(|name| OwnedSymbol { name: name.clone(), kind: 5, container: None, line: 1, column: 2 });
        let files = vec![("f".to_owned(), symbols.collect::<Vec<_>>())];
        let found = hits(&mut index_of(&files), &text, limit, ALL_KINDS);
        prop_assert_eq!(found, oracle::query(&files, &text, limit, ALL_KINDS));
    }
}

#[test]
fn tastes_make_names_of_both_sorts() {
    let mut random = Random::new(5);
    let mut count = |taste| {
        (0..100)
            .filter(|_| {
                let name = samples::name(&mut random, taste);
                name.is_ascii() && name.len() < 64
            })
            .count()
    };
    assert_eq!(count(Taste::Camel), 100);
    assert!((1..100).contains(&count(Taste::Strange)));
    assert!((1..100).contains(&count(Taste::Long)));
}
