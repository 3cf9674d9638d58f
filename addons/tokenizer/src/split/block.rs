//! Splits ASCII 64 bytes at a time, with class masks instead of a loop over bytes.

use super::masks::{Level, Masks};
use super::scalar::{contraction_length, piece_end};
use super::{PIECE_READABLE, Pattern, Sink};

/// Bytes in a block.
const BLOCK: usize = 64;
/// Bytes that must be readable behind a block start: the block, and what a sink may read at a piece.
const READABLE: usize = BLOCK + PIECE_READABLE;

/// A block is tried again when this many bytes are ASCII: fewer are split faster one by one.
const LOOK_AHEAD: usize = 6;

/// The piece starts that a block could decide.
struct Starts {
    /// Bit `i`: a piece starts at byte `i`. Bit 0 is always set.
    mask: u64,
    /// The length of the text left, when all of it is decided; the last piece ends there. Otherwise the end of the last
    /// piece is unknown, and the next block starts with it.
    end: Option<usize>,
}

/// A text on its way into a sink. Exists so that each level's entry point stays one call.
pub(crate) struct Drive<'a, S> {
    pub(crate) text: &'a [u8],
    pub(crate) sink: &'a mut S,
}

/// Gives all pieces of the text to the sink, or as many as it takes. Time O(bytes).
///
/// # Safety
/// The processor has the instructions of `L`, and the text is UTF-8.
#[inline(always)]
pub(crate) unsafe fn drive<P: Pattern, L: Level, S: Sink>(drive: Drive<'_, S>) {
    let Drive { text, sink } = drive;
    // The last bytes are copied, so that reading a whole block never leaves the memory of the text.
    let mut tail = [0_u8; READABLE * 2];
    let mut base = text.as_ptr();
    let mut in_tail = false;
    let mut at = 0;
    while at < text.len() && !sink.is_full() {
        let left = text.len() - at;
        if left < READABLE && !in_tail {
            tail[..left].copy_from_slice(&text[at..]);
            base = tail.as_ptr().wrapping_sub(at);
            in_tail = true;
        }
        let from = base.wrapping_add(at);
        // SAFETY: `from` is readable for `READABLE` bytes: they lie in the text, or in the padded copy of its end.
        let starts = unsafe { starts::<P, L>(from, left) };
        let mut piece = 0;
        let mut rest = starts.mask & (starts.mask - 1);
        while rest != 0 {
            let next = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            // SAFETY: the piece starts within the block, so `PIECE_READABLE` bytes are readable.
            unsafe { sink.piece(from.wrapping_add(piece), next - piece) };
            piece = next;
        }
        if let Some(end) = starts.end {
            // SAFETY: as above.
            unsafe { sink.piece(from.wrapping_add(piece), end - piece) };
            return;
        }
        at += piece;
        if piece == 0 {
            at = slow_pieces::<P, S>(text, at, sink);
        }
    }
}

/// Gives the piece at `at` to the sink, and those after it until ASCII lies ahead. Returns where they end.
// Inlined, so that the sink keeps the instructions of the level.
#[inline(always)]
fn slow_pieces<P: Pattern, S: Sink>(text: &[u8], mut at: usize, sink: &mut S) -> usize {
    loop {
        let end = piece_end::<P>(text, at);
        if text.len() - at >= PIECE_READABLE {
            // SAFETY: so many bytes are readable from `at` on.
            unsafe { sink.piece(text.as_ptr().add(at), end - at) };
        } else {
            let mut copy = [0_u8; PIECE_READABLE];
            copy[..end - at].copy_from_slice(&text[at..end]);
            // SAFETY: the copy is long enough.
            unsafe { sink.piece(copy.as_ptr(), end - at) };
        }
        at = end;
        let near = &text[at..text.len().min(at + LOOK_AHEAD)];
        if near.iter().all(u8::is_ascii) || sink.is_full() {
            return at;
        }
    }
}

/// Finds the piece starts in the block at `bytes`, of a text of which `left` bytes are left.
///
/// # Safety
/// As [`drive`], and `bytes` is readable for [`READABLE`] bytes, with zeros behind the text.
#[inline(always)]
unsafe fn starts<P: Pattern, L: Level>(bytes: *const u8, left: usize) -> Starts {
    // SAFETY: passed on.
    let masks = unsafe { L::masks(bytes) };
    let mut known = left.min(BLOCK);
    let mut is_end = left <= BLOCK;
    let high = masks.high & low_bits(known);
    if high != 0 {
        known = high.trailing_zeros() as usize;
        is_end = false;
        if known == 0 {
            return Starts { mask: 1, end: None };
        }
    }
    let valid = low_bits(known);
    // SAFETY: passed on.
    let (mut mask, cut) = unsafe { decide::<P>(&masks, valid, known, is_end, bytes) };
    let mut end = is_end.then_some(left);
    if cut < known {
        mask &= low_bits(cut);
        end = None;
    }
    Starts { mask: mask | 1, end }
}

/// The piece starts among the `known` first bytes, and the position from which on they are not to be trusted.
#[inline(always)]
unsafe fn decide<P: Pattern>(
    masks: &Masks,
    valid: u64,
    known: usize,
    is_end: bool,
    bytes: *const u8,
) -> (u64, usize) {
    let mut cut = known;
    let letter = (masks.upper | masks.lower) & valid;
    let digit = masks.digit & valid;
    let space = masks.space & valid;
    let newline = masks.newline & valid;
    let symbol = !(letter | digit | space) & valid;
    let after = |mask: u64| mask << 1;
    let before = |mask: u64| mask >> 1;

    // A run of symbols takes the line ends behind it along.
    let tail_start = newline & after(symbol);
    let tail = newline & !newline.wrapping_add(tail_start);
    if P::O200K {
        // ... and the slashes behind those, and so on: rare, left to the scalar path.
        let slash = masks.slash & valid & after(tail);
        if slash != 0 {
            cut = cut.min(slash.trailing_zeros() as usize);
        }
    }

    // White space: up to the last line end in one piece, then all but the last character in one, and the last
    // character with what follows, or alone.
    let open = space & !tail;
    let line_end = newline & !tail;
    let inner = space & !newline;
    let resumed = inner & after(line_end);
    let overrun = inner.wrapping_add(resumed) & !inner & line_end;
    if overrun != 0 {
        // Another line end after `resumed`: not the last one after all.
        let position = overrun.trailing_zeros();
        let run_start = 64 - (!inner & low_bits(position as usize)).leading_zeros() as usize;
        cut = cut.min(run_start);
    }
    let mut last = inner & !before(space);
    if is_end {
        // White space at the end of the text stays together.
        last &= !(1_u64 << (known - 1));
    } else {
        // White space at the end of the block may go on.
        let outside = !open & valid;
        let run_start = 64 - outside.leading_zeros() as usize;
        cut = cut.min(run_start + 1);
    }

    // Symbols: a run with the blank before it. A single symbol that follows no blank joins the letters behind it.
    let symbol_start = symbol & !after(symbol) & !after(masks.blank);
    let lead = symbol_start & before(letter);
    let letter_start = letter & !after(letter | inner | lead);
    let mut mask = (open & !after(open)) | resumed | last | symbol_start | letter_start;

    // Digits in threes.
    let mut group = digit & !after(digit);
    let third = digit & after(digit) & after(after(digit));
    while group != 0 {
        mask |= group;
        group = (group << 3) & third;
    }

    if P::O200K {
        mask |= masks.upper & valid & after(masks.lower);
    }
    let quote = masks.apostrophe
        & if P::O200K {
            after(letter) & valid
        } else {
            symbol_start
        };
    if quote != 0 {
        // SAFETY: passed on.
        unsafe { contractions::<P>(bytes, quote, letter, known, is_end, &mut mask, &mut cut) };
    }
    (mask, cut)
}

/// Corrects `mask` for contractions at the apostrophes `quote`.
///
/// # Safety
/// `bytes` is readable for [`READABLE`] bytes.
#[inline(always)]
unsafe fn contractions<P: Pattern>(
    bytes: *const u8,
    mut quote: u64,
    letter: u64,
    known: usize,
    is_end: bool,
    mask: &mut u64,
    cut: &mut usize,
) {
    let mut previous_end = 0;
    while quote != 0 {
        let at = quote.trailing_zeros() as usize;
        quote &= quote - 1;
        if at + 3 > known && !is_end {
            // What follows is not known. The piece before it may end here or not.
            *cut = (*cut).min(if P::O200K { at } else { at + 1 });
            return;
        }
        if P::O200K && previous_end == at {
            // A word takes one contraction; this apostrophe starts the next piece.
            continue;
        }
        // SAFETY: three bytes behind a position in the block are readable.
        let near = unsafe { &*bytes.wrapping_add(at).cast::<[u8; 3]>() };
        let length = contraction_length(near);
        if length == 0 {
            continue;
        }
        let end = at + length;
        if P::O200K {
            *mask &= !(low_bits(end) & !low_bits(at));
            previous_end = end;
        }
        if end < BLOCK {
            *mask |= letter & 1 << end;
        }
    }
}

/// The `count` lowest bits.
#[inline(always)]
fn low_bits(count: usize) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}
