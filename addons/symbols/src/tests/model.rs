//! Updates, removals, renames and saves in any order, against a simple model.

use std::collections::BTreeMap;

use super::oracle::{self, OwnedSymbol};
use super::ranking::{ALL_KINDS, hits};
use super::samples::{self, Random, TASTES};
use crate::SymbolIndex;

type Model = BTreeMap<String, (Vec<OwnedSymbol>, Option<String>)>;

fn as_files(model: &Model) -> Vec<(String, Vec<OwnedSymbol>)> {
    model
        .iter()
        .map(|(path, (symbols, _))| (path.clone(), symbols.clone()))
        .collect()
}

#[track_caller]
fn assert_same(index: &mut SymbolIndex, model: &Model, random: &mut Random) {
    let mut files = Vec::new();
    index.each_file(|path, symbols, stamp| {
        files.push((path.to_owned(), symbols, stamp.map(str::to_owned)));
    });
    let expected: Vec<_> = model
        .iter()
        .map(|(path, (symbols, stamp))| (path.clone(), symbols.len() as u32, stamp.clone()))
        .collect();
    assert_eq!(files, expected);
    let mut names: Vec<&str> = model
        .values()
        .flat_map(|(symbols, _)| symbols)
        .flat_map(|symbol| [Some(&symbol.name), symbol.container.as_ref()])
        .flatten()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names.dedup();
    let stats = index.stats();
    let symbols: usize = expected.iter().map(|(_, count, _)| *count as usize).sum();
    assert_eq!(
        (stats.files, stats.symbols, stats.names),
        (model.len(), symbols, names.len())
    );
    let files = as_files(model);
    let text = match names.is_empty() {
        true => String::new(),
        false => {
            let from = *random.pick(&names);
            samples::query(random, from)
        }
    };
    for (text, kinds) in [(text.as_str(), ALL_KINDS), ("", ALL_KINDS), (&text, 0x00AA_AAAA)] {
        let found = hits(index, text, 40, kinds);
        assert_eq!(found, oracle::query(&files, text, 40, kinds), "{text:?}");
    }
}

fn step(index: &mut SymbolIndex, model: &mut Model, random: &mut Random, pool: &[String]) {
    let path = |random: &mut Random| format!("{}.ts", random.below(30));
    let at = path(random);
    match random.below(10) {
        0..=5 => {
            let most = if random.one_in(10) { 300 } else { 25 };
            let mut count = random.below(most);
            if random.one_in(2)
                && let Some((symbols, _)) = model.get(&at)
            {
                count = symbols.len();
            }
            let symbols: Vec<OwnedSymbol> = (0..count).map(|_| samples::symbol(random, pool)).collect();
            let stamp = random.one_in(2).then(|| random.pick(pool).clone());
            let new: Vec<_> = symbols.iter().map(OwnedSymbol::as_new).collect();
            index.update(&at, &new, stamp.as_deref()).expect("there is room");
            assert_eq!(index.symbols_of(&at) as usize, symbols.len());
            model.insert(at, (symbols, stamp));
        }
        6 | 7 => {
            assert_eq!(index.remove(&at), model.remove(&at).is_some());
            assert_eq!(index.symbols_of(&at), 0);
        }
        8 => {
            let to = path(random);
            assert_eq!(index.rename(&at, &to), model.contains_key(&at));
            if let Some(file) = model.remove(&at) {
                model.insert(to, file);
            }
        }
        _ => *index = SymbolIndex::decode(&index.encode()).expect("it was just written"),
    }
}

#[test]
fn any_order_of_changes() {
    for (seed, taste) in (1..=40).zip(TASTES.into_iter().cycle()) {
        let mut random = Random::new(2000 + seed);
        let pool: Vec<String> = (0..120).map(|_| samples::name(&mut random, taste)).collect();
        let mut index = SymbolIndex::new();
        let mut model = Model::new();
        for round in 0..150 {
            step(&mut index, &mut model, &mut random, &pool);
            if round % 5 == 0 {
                assert_same(&mut index, &model, &mut random);
            }
        }
        for path in model.keys() {
            assert!(index.remove(path));
        }
        assert_eq!((index.stats().symbols, index.stats().names), (0, 0));
    }
}

/// Gaps are closed while files come and go, and the memory stays near what is needed.
#[test]
fn gaps_are_closed() {
    let mut random = Random::new(7);
    let pool: Vec<String> = (0..500)
        .map(|_| samples::name(&mut random, samples::Taste::Camel))
        .collect();
    let mut index = SymbolIndex::new();
    let mut model = Model::new();
    for round in 0..3000 {
        let path = format!("{:03}", random.below(200));
        let symbols: Vec<OwnedSymbol> = (0..random.below(150))
            .map(|_| samples::symbol(&mut random, &pool))
            .collect();
        let new: Vec<_> = symbols.iter().map(OwnedSymbol::as_new).collect();
        index.update(&path, &new, None).expect("there is room");
        model.insert(path, (symbols, None));
        if round % 300 == 299 {
            assert_same(&mut index, &model, &mut random);
            let stats = index.stats();
            assert!(stats.bytes < stats.symbols * 64, "{stats:?}");
        }
    }
    for (path, (symbols, _)) in model.iter_mut().skip(2) {
        symbols.clear();
        index.update(path, &[], None).expect("there is room");
    }
    assert_same(&mut index, &model, &mut random);
}
