//! The patterns, character by character. Exact for every text; the reference for the faster path.

use super::Pattern;
use crate::classes::{LETTER, LOWER, NUMBER, SPACE, UPPER, at as class_at};

/// Where the piece that starts at `text[start]` ends.
///
/// `text` is UTF-8 and `start` a piece start before its end. Time O(bytes looked at), at most one character more
/// than the piece, or the white space after it.
#[inline(never)]
pub(crate) fn piece_end<P: Pattern>(text: &[u8], start: usize) -> usize {
    let (class, length) = class_at(text, start);
    if !P::O200K && text[start] == b'\'' {
        let contraction = contraction_length(&text[start..]);
        if contraction > 0 {
            return start + contraction;
        }
    }
    let word = if P::O200K {
        cased_word(text, start, class, length)
    } else {
        word(text, start, class, length)
    };
    if let Some(end) = word {
        return end;
    }
    if class & NUMBER != 0 {
        return digits(text, start + length);
    }
    if let Some(end) = symbols::<P>(text, start) {
        return end;
    }
    space(text, start)
}

/// Length of the contraction that `text` starts with: `'s 't 're 've 'm 'll 'd` under Unicode case folding, where the
/// long s (U+017F) is an s. 0 when there is none.
#[inline]
pub(crate) fn contraction_length(text: &[u8]) -> usize {
    match text {
        [b'\'', b's' | b'S' | b't' | b'T' | b'm' | b'M' | b'd' | b'D', ..] => 2,
        [b'\'', b'r' | b'R' | b'v' | b'V', b'e' | b'E', ..] | [b'\'', b'l' | b'L', b'l' | b'L', ..] => 3,
        [b'\'', 0xC5, 0xBF, ..] => 3,
        _ => 0,
    }
}

/// Whether a character of this class, found at `text[start]`, may stand before the letters of a word.
#[inline(always)]
fn may_lead(text: &[u8], start: usize, class: u8) -> bool {
    class & (LETTER | NUMBER) == 0 && !matches!(text[start], b'\r' | b'\n')
}

/// The end of the run of characters that have one of the class bits `wanted`.
#[inline(always)]
fn run(text: &[u8], mut at: usize, wanted: u8) -> usize {
    while at < text.len() {
        let (class, length) = class_at(text, at);
        if class & wanted == 0 {
            break;
        }
        at += length;
    }
    at
}

/// `[^\r\n\p{L}\p{N}]?\p{L}+`
#[inline(always)]
fn word(text: &[u8], start: usize, class: u8, length: usize) -> Option<usize> {
    if class & LETTER == 0 && !may_lead(text, start, class) {
        return None;
    }
    let end = run(text, start + length, LETTER);
    (class & LETTER != 0 || end > start + length).then_some(end)
}

/// Both word alternatives of `o200k_base`, with the contraction that follows.
#[inline(always)]
fn cased_word(text: &[u8], start: usize, class: u8, length: usize) -> Option<usize> {
    // Alternatives in the order a backtracking matcher tries them: mixed case with and without a leading character,
    // then upper case with and without. A leading character that is a mark counts as a letter of both cases too.
    let led = may_lead(text, start, class).then(|| cased_run(text, start + length));
    let bare = || cased_run(text, start);
    let end = match led {
        Some(Cased::Mixed(end)) => end,
        Some(Cased::Upper(end)) if class & (UPPER | LOWER) == 0 => end,
        Some(Cased::None) if class & (UPPER | LOWER) == 0 => return None,
        Some(Cased::Upper(end)) => match bare() {
            Cased::Mixed(bare) => bare,
            _ => end,
        },
        _ => match bare() {
            Cased::Mixed(end) | Cased::Upper(end) => end,
            Cased::None => return None,
        },
    };
    Some(end + contraction_length(&text[end..]))
}

enum Cased {
    /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+` ends here.
    Mixed(usize),
    /// Only `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*` matches, and ends here.
    Upper(usize),
    None,
}

#[inline(always)]
fn cased_run(text: &[u8], start: usize) -> Cased {
    let (mut at, mut after_both) = (start, start);
    while at < text.len() {
        let (class, length) = class_at(text, at);
        if class & UPPER == 0 {
            if class & LOWER != 0 {
                return Cased::Mixed(run(text, at + length, LOWER));
            }
            break;
        }
        at += length;
        if class & LOWER != 0 {
            after_both = at;
        }
    }
    // No lower-case letter follows, so the upper-case run gives back down to its last caseless character.
    if after_both > start {
        Cased::Mixed(after_both)
    } else if at > start {
        Cased::Upper(at)
    } else {
        Cased::None
    }
}

/// `\p{N}{1,3}`, of which the first is read.
#[inline(always)]
fn digits(text: &[u8], mut at: usize) -> usize {
    for _ in 0..2 {
        if at == text.len() {
            break;
        }
        let (class, length) = class_at(text, at);
        if class & NUMBER == 0 {
            break;
        }
        at += length;
    }
    at
}

/// ` ?[^\s\p{L}\p{N}]+[\r\n]*`, in `o200k_base` with a tail of `[\r\n/]*`
#[inline(always)]
fn symbols<P: Pattern>(text: &[u8], start: usize) -> Option<usize> {
    let from = start + usize::from(text[start] == b' ');
    let mut at = from;
    while at < text.len() {
        let (class, length) = class_at(text, at);
        if class & (SPACE | LETTER | NUMBER) != 0 {
            break;
        }
        at += length;
    }
    if at == from {
        return None;
    }
    while at < text.len() && (matches!(text[at], b'\r' | b'\n') || (P::O200K && text[at] == b'/')) {
        at += 1;
    }
    Some(at)
}

/// `\s*[\r\n]+|\s+(?!\S)|\s+`
#[inline(always)]
fn space(text: &[u8], start: usize) -> usize {
    let (mut at, mut last, mut after_newline) = (start, start, start);
    while at < text.len() {
        let (class, length) = class_at(text, at);
        if class & SPACE == 0 {
            break;
        }
        last = at;
        at += length;
        if matches!(text[last], b'\r' | b'\n') {
            after_newline = at;
        }
    }
    if after_newline > start {
        after_newline
    } else if at < text.len() && last > start {
        last
    } else {
        at
    }
}
