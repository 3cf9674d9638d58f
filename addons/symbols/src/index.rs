//! The index: files, their symbols, and the names of these.

use crate::error::{Code, Error, Result};
use crate::extract::{self, Extracted, Language, Problem};
use crate::files::{File, Files};
use crate::names::{NONE, Names};
use crate::query::{Hit, Searcher};
use crate::symbols::{KINDS, MOST_FILES, Symbol, Symbols};

/// What a symbol is a member of.
#[derive(Clone, Copy, Debug)]
pub enum Container<'a> {
    /// Nothing.
    None,
    /// What has this name.
    Name(&'a str),
    /// The symbol with this place among those given, before it.
    Earlier(u32),
}

/// A symbol as it is put in.
#[derive(Clone, Copy, Debug)]
pub struct NewSymbol<'a> {
    /// Not empty.
    pub name: &'a str,
    /// 1 to 27, as `SYMBOL_KINDS` in contract.ts counts them.
    pub kind: u8,
    /// What it is a member of.
    pub container: Container<'a>,
    /// From 0.
    pub line: u32,
    /// From 0, UTF-16 code units.
    pub column: u32,
}

/// What an update did.
#[derive(Clone, Debug)]
pub struct Update {
    /// Symbols that the file now has in the index.
    pub symbols: u32,
    /// The source did not parse: nothing was changed.
    pub problem: Option<Problem>,
}

/// How much an index holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Files.
    pub files: usize,
    /// Symbols.
    pub symbols: usize,
    /// Different names, those of containers among them.
    pub names: usize,
    /// Bytes held, buffers that are kept for reuse among them.
    pub bytes: usize,
}

/// Symbols of many files, found by a few letters of their names.
pub struct SymbolIndex {
    pub(crate) names: Names,
    pub(crate) symbols: Symbols,
    pub(crate) files: Files,
    searcher: Searcher,
    /// Names and containers that an update replaces.
    replaced: Vec<u32>,
}

impl Default for SymbolIndex {
    fn default() -> Self {
        Self::new()
    }
}

impl SymbolIndex {
    /// An empty index.
    pub fn new() -> Self {
        Self::from_parts(Names::new(), Symbols::new(), Files::new())
    }

    pub(crate) fn from_parts(names: Names, symbols: Symbols, files: Files) -> Self {
        Self {
            names,
            symbols,
            files,
            searcher: Searcher::default(),
            replaced: Vec::new(),
        }
    }

    /// Parses a source and takes its symbols in place of those that the file had, unless it does not parse: then nothing is
    /// changed.
    ///
    /// # Errors
    /// As [`SymbolIndex::update`].
    pub fn update_source(
        &mut self,
        path: &str,
        source: &str,
        language: Language,
        stamp: Option<&str>,
    ) -> Result<Update> {
        match extract::extract(source, language) {
            Ok(extracted) => Ok(Update {
                symbols: self.replace(path, stamp, extracted.len(), || {
                    extracted.iter().map(from_extracted)
                })?,
                problem: None,
            }),
            Err(problem) => Ok(Update {
                symbols: self.symbols_of(path),
                problem: Some(problem),
            }),
        }
    }

    /// Takes these symbols in place of those that the file had. A few hundred nanoseconds a symbol.
    ///
    /// # Errors
    /// `ERR_TOO_LARGE` where the index would outgrow its numbers: 2^32 - 1 symbols, 2^27 files, 2^26 names of one length, 4 GB
    /// of names that are long or beyond ASCII. Nothing is changed then.
    pub fn update(&mut self, path: &str, symbols: &[NewSymbol<'_>], stamp: Option<&str>) -> Result<()> {
        self.replace(path, stamp, symbols.len(), || symbols.iter().copied())
            .map(|_| ())
    }

    /// `symbols` gives `count` of them, every time it is called.
    fn replace<'a, I>(
        &mut self,
        path: &str,
        stamp: Option<&str>,
        count: usize,
        symbols: impl Fn() -> I,
    ) -> Result<u32>
    where
        I: Iterator<Item = NewSymbol<'a>>,
    {
        self.check_room(count, symbols())?;
        self.searcher.forget();
        let count = count as u32;
        let number = match self.files.find(path) {
            Some(number) => {
                self.files.set_stamp(number, stamp);
                number
            }
            None => self.files.insert(File::new(path, stamp, 0, 0)),
        };
        let (old_start, old_count) = (self.files.get(number).start, self.files.get(number).count);
        self.unlink(old_start, old_count);
        let start = if count == old_count {
            old_start
        } else {
            self.symbols.free_range(old_start, old_count);
            self.symbols.take_range(count)
        };
        let file = self.files.get_mut(number);
        (file.start, file.count) = (start, count);
        for (place, symbol) in (start..).zip(symbols()) {
            let name = self.names.intern(symbol.name);
            let container = match symbol.container {
                Container::None => NONE,
                Container::Name(text) => self.names.intern(text),
                Container::Earlier(earlier) if earlier < place - start => {
                    let container = self.symbols.get(start + earlier).name;
                    self.names.retain(container);
                    container
                }
                Container::Earlier(_) => NONE,
            };
            let kind = symbol.kind.clamp(1, KINDS as u8);
            let symbol = Symbol::new(name, container, symbol.line, symbol.column, number, kind);
            self.symbols.put(&mut self.names, place, symbol);
            self.names.reveal(name);
        }
        self.release_replaced();
        let budget = 4 * (count as usize + old_count as usize) + 256;
        self.symbols.compact(&mut self.names, &mut self.files, budget);
        Ok(count)
    }

    fn check_room<'a>(&self, count: usize, symbols: impl Iterator<Item = NewSymbol<'a>>) -> Result<()> {
        let bytes = symbols.map(|symbol| match symbol.container {
            Container::Name(container) => symbol.name.len() + container.len(),
            _ => symbol.name.len(),
        });
        if self.symbols.has_room(count)
            && self.files.slots() < MOST_FILES
            && self.names.has_room(2 * count, bytes.sum())
        {
            return Ok(());
        }
        Err(Error::new(
            Code::TooLarge,
            "the index has no room for these symbols",
        ))
    }

    /// Takes symbols out of the lists of their names, which are kept until [`SymbolIndex::release_replaced`]: most come again.
    fn unlink(&mut self, start: u32, count: u32) {
        self.replaced.clear();
        for symbol in self.symbols.range(start, count) {
            self.replaced.push(symbol.name);
            if symbol.container != NONE {
                self.replaced.push(symbol.container);
            }
        }
        self.symbols.unlink_range(&mut self.names, start, count);
    }

    fn release_replaced(&mut self) {
        for &name in &self.replaced {
            self.names.release(name);
        }
        self.replaced.clear();
        self.replaced.shrink_to(4096);
    }

    /// Symbols of a file, 0 where it is not there.
    pub fn symbols_of(&mut self, path: &str) -> u32 {
        self.files
            .find(path)
            .map_or(0, |number| self.files.get(number).count)
    }

    /// Takes a file and its symbols out; whether it was there. O(symbols of the file).
    pub fn remove(&mut self, path: &str) -> bool {
        let Some(number) = self.files.find(path) else {
            return false;
        };
        self.searcher.forget();
        let (start, count) = (self.files.get(number).start, self.files.get(number).count);
        self.unlink(start, count);
        self.symbols.free_range(start, count);
        self.release_replaced();
        self.files.remove(number);
        if self.files.count() == 0 {
            *self = Self::new();
            return true;
        }
        let budget = 4 * count as usize + 256;
        self.symbols.compact(&mut self.names, &mut self.files, budget);
        true
    }

    /// Gives a file another path, in place of what lay there; whether it was there.
    pub fn rename(&mut self, from: &str, to: &str) -> bool {
        let Some(number) = self.files.find(from) else {
            return false;
        };
        if from != to {
            self.remove(to);
            self.files.rename(number, to);
        }
        true
    }

    /// Gives the best `limit` hits in their order to `visit`. Bit k of `kinds`: symbols of kind k are wanted.
    ///
    /// # Errors
    /// `ERR_TOO_LARGE` for more than 256 letters.
    pub fn query(&mut self, text: &str, limit: usize, kinds: u32, visit: impl FnMut(&Hit<'_>)) -> Result<()> {
        let Self {
            names,
            symbols,
            files,
            searcher,
            ..
        } = self;
        searcher.query(names, symbols, files, (text, limit, kinds), visit)
    }

    /// Gives the path, the symbols and the stamp of every file to `visit`, by path.
    pub fn each_file(&mut self, mut visit: impl FnMut(&str, u32, Option<&str>)) {
        self.files.sort();
        for number in self.files.in_order() {
            let file = self.files.get(number);
            visit(file.path(), file.count, file.stamp());
        }
    }

    /// How much it holds.
    pub fn stats(&self) -> Stats {
        Stats {
            files: self.files.count(),
            symbols: self.symbols.live(),
            names: self.names.count(),
            bytes: size_of::<Self>()
                + self.names.held_bytes()
                + self.symbols.held_bytes()
                + self.files.held_bytes()
                + self.searcher.held_bytes()
                + self.replaced.capacity() * size_of::<u32>(),
        }
    }
}

fn from_extracted<'a>(symbol: &'a Extracted<'_>) -> NewSymbol<'a> {
    NewSymbol {
        name: &symbol.name,
        kind: symbol.kind,
        container: symbol.container.map_or(Container::None, Container::Earlier),
        line: symbol.line,
        column: symbol.column,
    }
}
