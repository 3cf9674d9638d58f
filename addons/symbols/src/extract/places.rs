//! From bytes to lines and columns.

use memchr::{memchr, memchr_iter, memchr2_iter, memrchr};

use super::Extracted;
use super::walk::Entry;

/// Goes forward through a source.
struct Cursor<'s> {
    source: &'s str,
    /// Lines may end otherwise than with LF.
    has_returns: bool,
    offset: usize,
    line: u32,
    column: u32,
}

impl<'s> Cursor<'s> {
    fn new(source: &'s str) -> Self {
        Self {
            source,
            has_returns: memchr(b'\r', source.as_bytes()).is_some(),
            offset: 0,
            line: 0,
            column: 0,
        }
    }

    /// `to` is not before the present place.
    fn advance(&mut self, to: usize) {
        let mut to = to.min(self.source.len());
        while !self.source.is_char_boundary(to) {
            to -= 1;
        }
        let passed = &self.source[self.offset..to];
        let (lines, last_line) = self.lines_in(passed);
        if lines > 0 {
            self.line += lines;
            self.column = 0;
        }
        self.column += units(&passed[last_line..]);
        self.offset = to;
    }

    /// How many lines end in what follows, and where the line begins that it ends in.
    fn lines_in(&self, passed: &str) -> (u32, usize) {
        let bytes = passed.as_bytes();
        if !self.has_returns {
            let last_line = memrchr(b'\n', bytes).map_or(0, |at| at + 1);
            return (memchr_iter(b'\n', bytes).count() as u32, last_line);
        }
        let mut found = (0, 0);
        for at in memchr2_iter(b'\n', b'\r', bytes) {
            let after = self.source.as_bytes().get(self.offset + at + 1);
            // Of CRLF the line feed ends the line.
            if bytes[at] == b'\n' || after != Some(&b'\n') {
                found = (found.0 + 1, at + 1);
            }
        }
        found
    }
}

fn units(text: &str) -> u32 {
    if text.is_ascii() {
        text.len() as u32
    } else {
        text.chars().map(|letter| letter.len_utf16() as u32).sum()
    }
}

/// One pass over the source. `skipped` bytes at its start were not parsed.
pub fn placed<'s>(source: &'s str, skipped: u32, mut entries: Vec<Entry<'s>>) -> Vec<Extracted<'s>> {
    let mut order: Vec<u32> = (0..entries.len() as u32).collect();
    // Nearly in order already: a name in a container stands behind the container's.
    order.sort_by_key(|at| entries[*at as usize].offset);
    let mut cursor = Cursor::new(source);
    let mut lines = vec![(0, 0); entries.len()];
    for at in order {
        cursor.advance((entries[at as usize].offset + skipped) as usize);
        lines[at as usize] = (cursor.line, cursor.column);
    }
    entries
        .drain(..)
        .zip(lines)
        .map(|(entry, (line, column))| Extracted {
            name: entry.name,
            kind: entry.kind,
            container: entry.container,
            line,
            column,
        })
        .collect()
}

/// Line and column of one offset.
pub fn place_of(source: &str, offset: usize) -> (u32, u32) {
    let mut cursor = Cursor::new(source);
    cursor.advance(offset);
    (cursor.line, cursor.column)
}
