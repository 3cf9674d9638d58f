//! What the walk over a tree collects.

use std::borrow::Cow;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use oxc_span::Span;

/// Numbers of `SYMBOL_KINDS` in ts/contract.ts.
pub mod kind {
    pub const MODULE: u8 = 2;
    pub const NAMESPACE: u8 = 3;
    pub const CLASS: u8 = 5;
    pub const METHOD: u8 = 6;
    pub const PROPERTY: u8 = 7;
    pub const CONSTRUCTOR: u8 = 9;
    pub const ENUM: u8 = 10;
    pub const INTERFACE: u8 = 11;
    pub const FUNCTION: u8 = 12;
    pub const VARIABLE: u8 = 13;
    pub const CONSTANT: u8 = 14;
    pub const ENUM_MEMBER: u8 = 22;
    pub const TYPE: u8 = 27;
}

/// As `MAX_NAME_LENGTH` in ts/contract.ts, UTF-16 code units.
const MAX_NAME_LENGTH: usize = 65_535;

/// Index of an entry that contains others.
pub type Container = Option<u32>;

/// A symbol whose line is not known yet.
pub struct Entry<'s> {
    pub name: Cow<'s, str>,
    pub kind: u8,
    pub container: Container,
    /// Bytes.
    pub offset: u32,
}

/// What a list of statements stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// A file.
    Top,
    /// A namespace or an ambient module.
    Namespace,
    /// A function, a block: its variables are no symbols.
    Local,
}

/// A signature without a body: what follows under the same name is no symbol of its own.
#[derive(Clone, PartialEq, Eq)]
pub struct Overload<'s> {
    pub name: Cow<'s, str>,
    pub is_static: bool,
}

pub struct Walk<'s> {
    pub source: &'s str,
    /// Where that begins in the whole source, bytes.
    base: u32,
    pub entries: Vec<Entry<'s>>,
    /// What the last statement of the top may go on with.
    pub overload: Option<Overload<'s>>,
    /// Entries without a container, by name, as far as they have been looked at.
    tops: HashMap<Cow<'s, str>, u32, RandomState>,
    looked_at: usize,
}

impl<'s> Walk<'s> {
    pub fn new(source: &'s str) -> Self {
        Self {
            source,
            base: 0,
            entries: Vec::new(),
            overload: None,
            tops: HashMap::default(),
            looked_at: 0,
        }
    }

    /// Goes on in the rest of the source, the next tree's.
    pub fn go_on(&mut self, source: &'s str, base: u32) {
        self.source = source;
        self.base = base;
    }

    /// The text of the tree, from the source where it stands there unescaped.
    pub fn text(&self, span: Span, name: &str) -> Cow<'s, str> {
        match self
            .source
            .get(span.start as usize..span.start as usize + name.len())
        {
            Some(written) if written == name => Cow::Borrowed(written),
            _ => Cow::Owned(name.to_owned()),
        }
    }

    /// Adds a symbol, unless an index refuses its name; what it would contain then has no container.
    pub fn add(&mut self, name: Cow<'s, str>, kind: u8, container: Container, offset: u32) -> Container {
        let is_long = name.len() > MAX_NAME_LENGTH && name.encode_utf16().count() > MAX_NAME_LENGTH;
        if name.is_empty() || is_long {
            return None;
        }
        self.entries.push(Entry {
            name,
            kind,
            container,
            offset: self.base + offset,
        });
        Some(self.entries.len() as u32 - 1)
    }

    /// The first entry of the file's top with this name.
    pub fn top_named(&mut self, name: &str) -> Container {
        for (at, entry) in self.entries.iter().enumerate().skip(self.looked_at) {
            if entry.container.is_none() && !self.tops.contains_key(&entry.name) {
                self.tops.insert(entry.name.clone(), at as u32);
            }
        }
        self.looked_at = self.entries.len();
        self.tops.get(name).copied()
    }
}
