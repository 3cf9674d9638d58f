//! From names to hits: the symbols of each in their order.

use super::best::Found;
use super::ground::Ground;
use crate::files::Files;

/// Order of symbols that have the same name: file, line, column, and place in the file.
type Key = (u32, u32, u32, u32);

/// Replaces `out` by the symbols of a name that are wanted, the first `limit` in their order; the last number of each is the symbol's.
/// O(symbols of the name), and O(limit log limit).
pub(super) fn symbols_of(ground: Ground<'_>, files: &Files, found: Found, limit: usize, out: &mut Vec<Key>) {
    out.clear();
    for number in ground.symbols.of_name(ground.names, found.name) {
        let symbol = ground.symbols.get(number);
        if ground.kinds >> symbol.kind() & 1 != 0 {
            out.push((files.rank(symbol.file()), symbol.line, symbol.column, number));
        }
    }
    if out.len() > limit {
        out.select_nth_unstable(limit);
        out.truncate(limit);
    }
    out.sort_unstable();
}
