//! Byte-pair encoding of one piece, by longest match with backtracking.
//!
//! The result is that of merging the lowest rank first, found without any merging: a sequence of tokens is the
//! encoding exactly when every two neighbours are the encoding of their joined bytes, so a walk from left to right
//! takes the longest token that is compatible with the one before and steps back where none is.
//! Time is linear in the piece: a position that led nowhere is marked and never entered again, and no token is
//! longer than 128 bytes. There is no recursion.

mod scratch;

use scratch::Marks;

use crate::layout::NONE;
use crate::memo::Verdicts;
use crate::tables::Tables;

/// Pieces up to this many bytes need no heap.
const STACK_BYTES: usize = 512;

/// The number of tokens of `piece`, which must not be empty. Time O(bytes); memory O(1) up to 512 bytes, then O(bytes).
pub(crate) fn count(tables: &Tables, verdicts: &mut Verdicts, piece: &[u8]) -> usize {
    with_tokens(tables, verdicts, piece, <[u32]>::len)
}

/// Appends the tokens of `piece`, which must not be empty, to `out`.
pub(crate) fn encode(tables: &Tables, verdicts: &mut Verdicts, piece: &[u8], out: &mut Vec<u32>) {
    with_tokens(tables, verdicts, piece, |tokens| out.extend_from_slice(tokens));
}

#[inline(always)]
fn with_tokens<R>(
    tables: &Tables,
    verdicts: &mut Verdicts,
    piece: &[u8],
    read: impl FnOnce(&[u32]) -> R,
) -> R {
    let first = tables.longest(piece);
    if first.1 == piece.len() {
        return read(&[first.0]);
    }
    let mut walk = Walk {
        tables,
        verdicts,
        piece,
        first,
    };
    if piece.len() < 64 {
        let mut stack = [0; 64];
        let used = walk.run(&mut stack, &mut scratch::Small::new());
        read(&stack[..used])
    } else if piece.len() < STACK_BYTES {
        let mut stack = [0; STACK_BYTES];
        let used = walk.run(&mut stack, &mut scratch::Medium::new());
        read(&stack[..used])
    } else {
        let mut stack = vec![0; piece.len()];
        let used = walk.run(&mut stack, &mut scratch::Large::new(piece.len()));
        read(&stack[..used])
    }
}

/// One piece on its way to tokens.
struct Walk<'a> {
    tables: &'a Tables,
    verdicts: &'a mut Verdicts,
    piece: &'a [u8],
    /// The longest first token and its length.
    first: (u32, usize),
}

impl Walk<'_> {
    /// Fills `stack` with the tokens and returns how many there are.
    #[inline(always)]
    fn run(&mut self, stack: &mut [u32], dead: &mut impl Marks) -> usize {
        let (tables, piece) = (self.tables, self.piece);
        let (mut used, mut position) = (0, 0);
        let (mut token, mut length) = self.first;
        loop {
            let end = position + length;
            if !dead.contains(end) && (used == 0 || self.may_follow(stack[used - 1], token)) {
                stack[used] = token;
                used += 1;
                position = end;
                if position == piece.len() {
                    return used;
                }
                (token, length) = tables.longest(&piece[position..]);
                continue;
            }
            let shorter = tables.record(token).prefix();
            if shorter == NONE {
                // No token leads on from here: mark the position, and replace the token before by a shorter one.
                dead.insert(position);
                used -= 1;
                token = stack[used];
                length = tables.record(token).length();
                position -= length;
            } else {
                token = shorter;
                length = tables.record(token).length();
            }
        }
    }

    #[inline(always)]
    fn may_follow(&mut self, left: u32, right: u32) -> bool {
        let tables = self.tables;
        self.verdicts
            .get_or(left, right, || compatible(tables, left, right))
    }
}

/// Whether `left` followed by `right` is how their joined bytes are encoded.
///
/// Undoes the merges that made both tokens, the latest (highest id) first, and looks at each step whether the two
/// parts that touch would have merged with each other before that.
#[inline(never)]
fn compatible(tables: &Tables, mut left: u32, mut right: u32) -> bool {
    let mut limit = u32::MAX;
    loop {
        if tables.merged(left, right).is_some_and(|merged| merged < limit) {
            return false;
        }
        // The parts that touch: the right part of the left token, the left part of the right one.
        let (inner_left, inner_right) = (tables.record(left).right(), tables.record(right).left());
        let (left_is_byte, right_is_byte) = (inner_left == left, inner_right == right);
        if left_is_byte && right_is_byte {
            return true;
        }
        if right_is_byte || (!left_is_byte && left > right) {
            // A merge of the same rank further left comes first, so the left token yields at its own rank.
            limit = left;
            left = inner_left;
        } else {
            limit = right + 1;
            right = inner_right;
        }
    }
}

#[cfg(test)]
mod tests;
