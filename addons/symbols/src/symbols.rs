//! Symbols by number: those of a file stand together, those of a name are a list.

mod compact;
mod free;

use crate::grow;
use crate::names::{Entry, NONE, Names};
use free::FreeRanges;

/// Kinds are 1 to 27.
pub(crate) const KINDS: u32 = 27;
const KIND_BITS: u32 = 5;

/// Files that an index holds at most: a symbol has its kind and its file in one number.
pub(crate) const MOST_FILES: usize = 1 << (32 - KIND_BITS);
/// Symbols that an index holds at most.
pub(crate) const MOST_SYMBOLS: usize = NONE as usize;

/// A symbol: 28 bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Symbol {
    /// Its name's number.
    pub name: u32,
    /// Its container's, or [`NONE`].
    pub container: u32,
    pub line: u32,
    pub column: u32,
    file_and_kind: u32,
    /// The next symbol of the name, or [`NONE`].
    pub next: u32,
    previous: u32,
}

impl Symbol {
    /// A symbol that is in no list yet.
    pub(crate) fn new(name: u32, container: u32, line: u32, column: u32, file: u32, kind: u8) -> Self {
        Self {
            name,
            container,
            line,
            column,
            file_and_kind: file << KIND_BITS | u32::from(kind),
            next: NONE,
            previous: NONE,
        }
    }

    #[inline]
    pub(crate) fn kind(&self) -> u32 {
        self.file_and_kind & ((1 << KIND_BITS) - 1)
    }

    #[inline]
    pub(crate) fn file(&self) -> u32 {
        self.file_and_kind >> KIND_BITS
    }
}

/// All symbols of an index.
pub(crate) struct Symbols {
    /// By number; what lies in a free range means nothing.
    all: Vec<Symbol>,
    free: FreeRanges,
}

impl Symbols {
    pub(crate) fn new() -> Self {
        Self {
            all: Vec::new(),
            free: FreeRanges::default(),
        }
    }

    /// Room for exactly `count` symbols, to be pushed.
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self {
            all: Vec::with_capacity(count),
            free: FreeRanges::default(),
        }
    }

    #[inline]
    pub(crate) fn get(&self, number: u32) -> &Symbol {
        &self.all[number as usize]
    }

    /// Symbols of a range; an empty one may lie anywhere.
    pub(crate) fn range(&self, start: u32, count: u32) -> &[Symbol] {
        if count == 0 {
            return &[];
        }
        &self.all[start as usize..][..count as usize]
    }

    /// Symbols, those of free ranges left out.
    pub(crate) fn live(&self) -> usize {
        self.all.len() - self.free.total()
    }

    /// Whether `count` more can be numbered.
    pub(crate) fn has_room(&self, count: usize) -> bool {
        self.all.len() + count < MOST_SYMBOLS
    }

    /// Puts a symbol behind the last one, and into the list of its name, whose entry this is.
    #[inline]
    pub(crate) fn push(&mut self, entry: &mut Entry, symbol: Symbol) {
        self.all.push(symbol);
        self.link(entry, self.all.len() as u32 - 1);
    }

    /// A range of `count` symbols, to be filled by [`Symbols::put`]: a free one, or one behind the last.
    pub(crate) fn take_range(&mut self, count: u32) -> u32 {
        if count == 0 {
            return 0;
        }
        if let Some(start) = self.free.take(count) {
            return start;
        }
        let start = self.all.len();
        grow::reserve(&mut self.all, count as usize);
        self.all
            .resize(start + count as usize, Symbol::new(NONE, NONE, 0, 0, 0, 0));
        start as u32
    }

    /// Puts a symbol into a range that was taken, and into the list of its name.
    pub(crate) fn put(&mut self, names: &mut Names, number: u32, symbol: Symbol) {
        self.all[number as usize] = symbol;
        self.link(names.entry_mut(symbol.name), number);
    }

    /// Takes the symbols of a range out of the lists of their names.
    pub(crate) fn unlink_range(&mut self, names: &mut Names, start: u32, count: u32) {
        for number in start..start + count {
            let Symbol {
                name, next, previous, ..
            } = *self.get(number);
            if next != NONE {
                self.all[next as usize].previous = previous;
            }
            if previous != NONE {
                self.all[previous as usize].next = next;
            } else {
                names.entry_mut(name).head = next;
            }
        }
    }

    /// Gives back a range whose symbols are in no list.
    pub(crate) fn free_range(&mut self, start: u32, count: u32) {
        if count == 0 {
            return;
        }
        let end = self.free.put(start, count, self.all.len() as u32);
        self.all.truncate(end as usize);
        grow::shrink(&mut self.all);
    }

    #[inline]
    fn link(&mut self, entry: &mut Entry, number: u32) {
        let symbol = &mut self.all[number as usize];
        let next = entry.head;
        entry.head = number;
        let others = if next == NONE { 0 } else { entry.kinds.get() };
        entry.kinds.set(others | 1 << symbol.kind());
        (symbol.next, symbol.previous) = (next, NONE);
        if next != NONE {
            self.all[next as usize].previous = number;
        }
    }

    /// The symbols of a name, the one put in last first.
    #[inline]
    pub(crate) fn of_name(&self, names: &Names, name: u32) -> impl Iterator<Item = u32> {
        let mut next = names.entry(name).head;
        std::iter::from_fn(move || {
            let number = next;
            (number != NONE).then(|| {
                next = self.get(number).next;
                number
            })
        })
    }

    /// Bytes held.
    pub(crate) fn held_bytes(&self) -> usize {
        self.all.capacity() * size_of::<Symbol>() + self.free.held_bytes()
    }
}
