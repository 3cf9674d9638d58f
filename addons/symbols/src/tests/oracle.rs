//! The ranking as the README has it, with nothing left out to be fast: every name is scored by every way, all hits are sorted, then cut.

use std::cmp::Reverse;

use unicode_normalization::UnicodeNormalization;

use crate::{Container, Hit, NewSymbol};

/// A hit that owns its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OwnedHit {
    pub name: String,
    pub kind: u32,
    pub container: Option<String>,
    pub file: String,
    pub line: u32,
    pub column: u32,
    pub score: i32,
    pub positions: Vec<u32>,
}

impl From<&Hit<'_>> for OwnedHit {
    fn from(hit: &Hit<'_>) -> Self {
        Self {
            name: hit.name.to_owned(),
            kind: hit.kind,
            container: hit.container.map(str::to_owned),
            file: hit.file.to_owned(),
            line: hit.line,
            column: hit.column,
            score: hit.score,
            positions: hit.positions.to_vec(),
        }
    }
}

/// A symbol that owns its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OwnedSymbol {
    pub name: String,
    pub kind: u8,
    pub container: Option<String>,
    pub line: u32,
    pub column: u32,
}

impl OwnedSymbol {
    pub(super) fn as_new(&self) -> NewSymbol<'_> {
        NewSymbol {
            name: &self.name,
            kind: self.kind,
            container: self.container.as_deref().map_or(Container::None, Container::Name),
            line: self.line,
            column: self.column,
        }
    }
}

fn fold(letter: char) -> Option<char> {
    match u32::from(letter) {
        0..0x80 => Some(letter.to_ascii_lowercase()),
        0x300..=0x36F => None,
        0x80..0x2000 => {
            let first = std::iter::once(letter).nfd().next().unwrap();
            let lower: Vec<char> = first.to_lowercase().collect();
            match lower[..] {
                [lower] if u32::from(lower) < 0x2000 => Some(lower),
                _ => Some(first),
            }
        }
        _ => Some(letter),
    }
}

fn class(letter: char) -> &'static str {
    let lower: Vec<char> = letter.to_lowercase().collect();
    match letter {
        'A'..='Z' => "upper",
        '0'..='9' => "digit",
        'a'..='z' => "lower",
        _ if letter.is_ascii() => "other",
        _ if u32::from(letter) < 0x2000 && lower.len() == 1 && lower[0] != letter => "upper",
        _ => "lower",
    }
}

fn starts_word(name: &[char], at: usize) -> bool {
    if at == 0 {
        return true;
    }
    let after = name.get(at + 1).map_or("", |&letter| class(letter));
    match (class(name[at - 1]), class(name[at])) {
        ("other", "upper" | "lower" | "digit") => true,
        ("lower" | "digit", "upper") => true,
        ("upper", "upper") => after == "lower",
        ("upper" | "lower", "digit") => true,
        ("digit", "lower") => true,
        _ => false,
    }
}

/// A name's letters, with what is asked of them again and again.
struct Name {
    letters: Vec<char>,
    folds: Vec<Option<char>>,
    starts: Vec<bool>,
}

impl Name {
    fn new(name: &str) -> Self {
        let letters: Vec<char> = name.chars().collect();
        Self {
            folds: letters.iter().copied().map(fold).collect(),
            starts: (0..letters.len()).map(|at| starts_word(&letters, at)).collect(),
            letters,
        }
    }
}

/// What a letter of the query counts at a place of the name, behind the one before it.
fn points(query: char, name: &Name, at: usize, before: Option<usize>) -> i32 {
    let mut points = 16;
    if query == name.letters[at] {
        points += 1;
    }
    if at == 0 {
        points += 10;
    } else if name.starts[at] {
        points += 8;
    } else if before == Some(at - 1) {
        points += 6;
    }
    if let Some(before) = before {
        let gap = (at - before - 1) as i32;
        if gap > 0 {
            points -= 2 + gap.min(6);
        }
    }
    points
}

/// The best way of the letters in this order: the score, and the positions in letters.
fn best_way(query: &[char], name: &Name) -> Option<(i32, Vec<usize>)> {
    // By letter of the query and place in the name: the best score of a way that ends there, and the place before.
    let mut ways: Vec<Vec<Option<(i32, usize)>>> = Vec::new();
    for &letter in query {
        let wanted = fold(letter);
        let way_to = |at: usize| {
            if name.folds[at] != wanted {
                return None;
            }
            let Some(ways) = ways.last() else {
                return Some((points(letter, name, at, None), at));
            };
            let mut best: Option<(i32, usize)> = None;
            for (before, way) in ways.iter().enumerate().take(at) {
                let Some((score, _)) = *way else {
                    continue;
                };
                let score = score + points(letter, name, at, Some(before));
                if best.is_none_or(|(other, _)| score > other) {
                    best = Some((score, before));
                }
            }
            best
        };
        let row: Vec<_> = (0..name.letters.len()).map(way_to).collect();
        if row.iter().all(Option::is_none) {
            return None;
        }
        ways.push(row);
    }
    let mut best: Option<(i32, usize)> = None;
    for (at, way) in ways.last()?.iter().enumerate() {
        if let Some((score, _)) = way
            && best.is_none_or(|(other, _)| *score > other)
        {
            best = Some((*score, at));
        }
    }
    let (score, mut at) = best?;
    let mut positions = Vec::new();
    for row in ways.iter().rev() {
        positions.insert(0, at);
        at = row[at].expect("a way leads here").1;
    }
    Some((score, positions))
}

/// The score of a name, and the positions in UTF-16 code units.
pub(super) fn score(query: &str, name: &str) -> Option<(i32, Vec<u32>)> {
    let is_space = |letter: char| matches!(u32::from(letter), 0x20 | 9..=13 | 0xA0);
    let query: Vec<char> = query
        .chars()
        .filter(|&letter| !is_space(letter) && fold(letter).is_some())
        .collect();
    let name = Name::new(name);
    if query.is_empty() {
        return Some((0, Vec::new()));
    }
    let whole = if query.len() == name.letters.len() { 8 } else { 0 };
    let mut best = best_way(&query, &name);
    if best.is_none() && query.len() >= 3 {
        for pair in 0..query.len() - 1 {
            let mut exchanged = query.clone();
            exchanged.swap(pair, pair + 1);
            if fold(query[pair]) == fold(query[pair + 1]) {
                continue;
            }
            if let Some((score, positions)) = best_way(&exchanged, &name)
                && best.as_ref().is_none_or(|(other, _)| score - 9 > *other)
            {
                best = Some((score - 9, positions));
            }
        }
    }
    let (score, letters) = best?;
    let mut positions = Vec::new();
    let mut unit = 0;
    for (at, letter) in name.letters.iter().enumerate() {
        for _ in 0..letter.len_utf16() {
            if letters.contains(&at) {
                positions.push(unit);
            }
            unit += 1;
        }
    }
    Some((score + whole, positions))
}

/// The hits of a query over files with their symbols.
pub(super) fn query(
    files: &[(String, Vec<OwnedSymbol>)],
    text: &str,
    limit: usize,
    kinds: u32,
) -> Vec<OwnedHit> {
    let mut hits = Vec::new();
    for (file, symbols) in files {
        for (order, symbol) in symbols.iter().enumerate() {
            if kinds & 1 << symbol.kind == 0 {
                continue;
            }
            if let Some((score, positions)) = score(text, &symbol.name) {
                let hit = OwnedHit {
                    name: symbol.name.clone(),
                    kind: u32::from(symbol.kind),
                    container: symbol.container.clone(),
                    file: file.clone(),
                    line: symbol.line,
                    column: symbol.column,
                    score,
                    positions,
                };
                hits.push((order, hit));
            }
        }
    }
    let letters = |text: &str| text.chars().collect::<Vec<char>>();
    hits.sort_by_cached_key(|(order, hit)| {
        (
            Reverse(hit.score),
            hit.name.encode_utf16().count(),
            letters(&hit.name),
            letters(&hit.file),
            (hit.line, hit.column, *order),
        )
    });
    hits.into_iter().map(|(_, hit)| hit).take(limit).collect()
}
