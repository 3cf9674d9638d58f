//! Generated names, files and queries.

use super::oracle::OwnedSymbol;

/// A small generator: the same numbers for the same seed.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    pub(super) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

const WORDS: [&str; 40] = [
    "get", "set", "is", "has", "user", "name", "index", "file", "path", "parse", "HTTP", "request", "token",
    "id", "list", "map", "of", "to", "string", "number", "create", "update", "remove", "event", "handler",
    "on", "error", "type", "node", "tree", "utf8", "v2", "x", "JSON", "data", "count", "max", "min", "state",
    "props",
];

/// Letters with every class, fold and width.
const STRANGE: [char; 24] = [
    'a', 'B', 'b', '1', '_', '$', 'é', 'É', 'e', 'E', 'ß', 'İ', 'i', 'ı', 'Ж', 'ж', '中', '文', '😀',
    '\u{301}', '\u{37E}', ';', 'Ⱥ', 'K',
];

/// How names are made.
#[derive(Clone, Copy, Debug)]
pub(super) enum Taste {
    /// As programmers write them.
    Camel,
    /// Few different letters: many ways.
    Repeated,
    /// All scripts.
    Strange,
    /// About as long as the longest short name, and longer.
    Long,
}

pub(super) const TASTES: [Taste; 4] = [Taste::Camel, Taste::Repeated, Taste::Strange, Taste::Long];

fn camel(random: &mut Random, words: usize) -> String {
    let mut name = String::new();
    for place in 0..words {
        let word = *random.pick(&WORDS);
        match random.below(12) {
            0 => name.push('_'),
            1 => name.push_str(&word.to_uppercase()),
            2 => name.push_str(word),
            _ if place == 0 => name.push_str(word),
            _ => {
                name.push_str(&word[..1].to_uppercase());
                name.push_str(&word[1..]);
            }
        }
    }
    if name.is_empty() { "x".into() } else { name }
}

pub(super) fn name(random: &mut Random, taste: Taste) -> String {
    match taste {
        Taste::Camel => {
            let words = 1 + random.below(4);
            camel(random, words)
        }
        Taste::Repeated => (0..1 + random.below(12))
            .map(|_| *random.pick(&['a', 'b', 'A', 'B', '_', '1']))
            .collect(),
        Taste::Strange => (0..1 + random.below(10))
            .map(|_| *random.pick(&STRANGE))
            .collect(),
        Taste::Long => {
            let words = 9 + random.below(12);
            let mut name = camel(random, words);
            if random.one_in(3) {
                let end = 62 + random.below(4);
                name.truncate(end);
            }
            name
        }
    }
}

/// Files with symbols, in the order of their paths.
pub(super) fn files(random: &mut Random, taste: Taste, symbols: usize) -> Vec<(String, Vec<OwnedSymbol>)> {
    let count = 1 + random.below(8);
    let mut files: Vec<(String, Vec<OwnedSymbol>)> = (0..count)
        .map(|number| (format!("src/{}{number}.ts", name(random, taste)), Vec::new()))
        .collect();
    let pool: Vec<String> = (0..symbols / 2 + 1).map(|_| name(random, taste)).collect();
    for _ in 0..symbols {
        let symbol = symbol(random, &pool);
        let file = random.below(count);
        files[file].1.push(symbol);
    }
    files
}

pub(super) fn symbol(random: &mut Random, pool: &[String]) -> OwnedSymbol {
    OwnedSymbol {
        name: random.pick(pool).clone(),
        kind: 1 + random.below(27) as u8,
        container: random.one_in(2).then(|| random.pick(pool).clone()),
        line: random.below(20) as u32,
        column: random.below(4) as u32,
    }
}

/// A query that some name may match: letters left out, exchanged, in another case, with white space between.
pub(super) fn query(random: &mut Random, from: &str) -> String {
    let keep = 1 + random.below(4);
    let mut letters: Vec<char> = from.chars().filter(|_| keep > random.below(4)).collect();
    if letters.len() > 1 && random.one_in(3) {
        let pair = random.below(letters.len() - 1);
        letters.swap(pair, pair + 1);
    }
    if random.one_in(8) && !letters.is_empty() {
        let at = random.below(letters.len());
        letters[at] = *random.pick(&['q', '7', ' ', '\u{A0}', '\u{300}', 'é', '#']);
    }
    let most = 1 + random.below(12);
    if !random.one_in(4) {
        letters.truncate(most);
    }
    let case = random.below(4);
    letters
        .into_iter()
        .map(|letter| match case {
            0 => letter.to_ascii_uppercase(),
            1 => letter.to_ascii_lowercase(),
            _ => letter,
        })
        .collect()
}
