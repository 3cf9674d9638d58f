//! Fuzzy queries: the best symbols by a few letters of their names. The README has the ranking.

mod best;
mod bounds;
mod columns;
mod expand;
mod ground;
mod lanes;
mod long;
mod look;
mod masks;
mod placed;
mod points;
mod ranker;
mod rows;
mod runs;
mod search;
mod set;
mod short;
mod starts;
mod survivors;
mod text;
mod ways;
mod wide;

use crate::error::Result;
use crate::files::Files;
use crate::names::{self, NONE, Names};
use crate::symbols::{KINDS, Symbols};
use best::{Best, Found};
use bounds::Bounds;
use ground::Ground;
use long::Long;
use masks::Compare;
use search::Search;
use short::Short;
use survivors::Survivors;
use text::QueryLetter;
use wide::{LONGEST_WIDE, Wide};

const ALL_KINDS: u32 = (1 << (KINDS + 1)) - 2;

/// All that is needed to show a symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit<'a> {
    /// Its name.
    pub name: &'a str,
    /// 1 to 27.
    pub kind: u32,
    /// What it is a member of.
    pub container: Option<&'a str>,
    /// The path of its file.
    pub file: &'a str,
    /// From 0.
    pub line: u32,
    /// From 0, UTF-16 code units.
    pub column: u32,
    /// Higher is better.
    pub score: i32,
    /// Where the query's letters were found in the name, UTF-16 code units, ascending.
    pub positions: &'a [u32],
}

/// What queries keep from one to the next: buffers, and what the last one ruled out.
#[derive(Default)]
pub(crate) struct Searcher {
    letters: Vec<QueryLetter>,
    best: Best,
    short: Short,
    wide: Wide,
    long: Long,
    survivors: Survivors,
    compare: Option<Compare>,
    found: Vec<Found>,
    symbols: Vec<(u32, u32, u32, u32)>,
    positions: Vec<u32>,
}

/// Symbols of one name that are kept room for.
const KEPT_SYMBOLS: usize = 1024;

impl Searcher {
    /// The index has changed.
    pub(crate) fn forget(&mut self) {
        self.survivors.forget();
    }

    /// Gives the best `limit` hits to `visit`, in their order.
    pub(crate) fn query(
        &mut self,
        names: &Names,
        symbols: &Symbols,
        files: &mut Files,
        (text, limit, kinds): (&str, usize, u32),
        mut visit: impl FnMut(&Hit<'_>),
    ) -> Result<()> {
        text::read(text, &mut self.letters)?;
        let ground = Ground {
            names,
            symbols,
            kinds: kinds & ALL_KINDS,
            is_filtered: kinds & ALL_KINDS != ALL_KINDS,
        };
        if limit == 0 || ground.kinds == 0 {
            return Ok(());
        }
        self.search(ground, limit);
        files.sort();
        let mut left = limit;
        for index in 0..self.found.len() {
            if left == 0 {
                break;
            }
            let found = self.found[index];
            expand::symbols_of(ground, files, found, left, &mut self.symbols);
            self.trace(ground, found);
            left -= self.symbols.len();
            for &(.., number) in &self.symbols {
                let symbol = symbols.get(number);
                visit(&Hit {
                    name: names.text(found.name),
                    kind: symbol.kind(),
                    container: (symbol.container != NONE).then(|| names.text(symbol.container)),
                    file: files.get(symbol.file()).path(),
                    line: symbol.line,
                    column: symbol.column,
                    score: found.score(),
                    positions: &self.positions,
                });
            }
        }
        self.symbols.clear();
        self.symbols.shrink_to(KEPT_SYMBOLS);
        self.long.shrink();
        Ok(())
    }

    /// Finds the best names.
    fn search(&mut self, ground: Ground<'_>, limit: usize) {
        self.best.begin(limit);
        if self.letters.is_empty() {
            ground.shortest(&mut self.best);
        } else {
            let mut search = Search {
                ground,
                query: &self.letters,
                bounds: Bounds::of(&self.letters),
                best: &mut self.best,
                survivors: &mut self.survivors,
                compare: *self.compare.get_or_insert_with(masks::compare),
            };
            search.run(&mut self.short, &mut self.wide, &mut self.long);
        }
        self.found.clear();
        self.found.shrink_to(KEPT_SYMBOLS);
        self.found.extend_from_slice(self.best.sorted(ground.names));
    }

    /// Finds where the letters of the query stand in a name.
    fn trace(&mut self, ground: Ground<'_>, found: Found) {
        self.positions.clear();
        if self.letters.is_empty() {
            return;
        }
        let name = ground.names.text(found.name);
        if names::bucket_of(found.name) > 0 {
            self.short.trace(name.as_bytes(), &mut self.positions);
            return;
        }
        let (letters, _) = ground.names.wide().texts.size(names::slot_of(found.name));
        if letters <= LONGEST_WIDE {
            self.wide.trace(name, letters, &mut self.positions);
        } else {
            self.long.trace(name, &mut self.positions);
        }
    }

    /// Bytes held.
    pub(crate) fn held_bytes(&self) -> usize {
        self.letters.capacity() * size_of::<QueryLetter>()
            + self.best.held_bytes()
            + self.short.held_bytes()
            + self.wide.held_bytes()
            + self.survivors.held_bytes()
            + self.found.capacity() * size_of::<Found>()
            + self.symbols.capacity() * size_of::<(u32, u32, u32, u32)>()
            + self.positions.capacity() * size_of::<u32>()
    }
}
