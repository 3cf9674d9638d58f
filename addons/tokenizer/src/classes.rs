//! Character classes of the splitting patterns, frozen to Unicode 16.0.

pub(crate) use crate::layout::class::{LETTER, LOWER, NUMBER, SPACE, UPPER};
use crate::tables::{PAGES, STAGES};

/// Class bits of the character that starts at `text[at]`, and its length in bytes.
///
/// `text` is UTF-8 and `at` a character boundary before its end.
#[inline(always)]
pub(crate) fn at(text: &[u8], at: usize) -> (u8, usize) {
    let lead = text[at];
    if lead < 0x80 {
        return (PAGES[usize::from(lead)], 1);
    }
    let tail = |offset: usize| u32::from(text[at + offset] & 0x3F);
    let (code, length) = match lead {
        0x80..0xE0 => (u32::from(lead & 0x1F) << 6 | tail(1), 2),
        0xE0..0xF0 => (u32::from(lead & 0x0F) << 12 | tail(1) << 6 | tail(2), 3),
        _ => (
            u32::from(lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3),
            4,
        ),
    };
    (
        PAGES[usize::from(STAGES[(code >> 8) as usize]) << 8 | (code & 0xFF) as usize],
        length,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(character: char) -> u8 {
        at(character.to_string().as_bytes(), 0).0
    }

    #[test]
    fn white_space_is_unicode_white_space() {
        let spaces: Vec<char> = ('\0'..=char::MAX).filter(|c| of(*c) & SPACE != 0).collect();
        let expected: Vec<char> = ('\0'..=char::MAX).filter(|c| c.is_whitespace()).collect();
        assert_eq!(spaces, expected);
        assert_eq!(of('\u{85}'), SPACE);
        assert_eq!(of('\u{FEFF}'), 0);
    }

    #[test]
    fn letters_numbers_and_marks() {
        assert_eq!(of('A'), LETTER | UPPER);
        assert_eq!(of('a'), LETTER | LOWER);
        assert_eq!(of('\u{1C5}'), LETTER | UPPER);
        assert_eq!(of('\u{4E00}'), LETTER | UPPER | LOWER);
        assert_eq!(of('\u{301}'), UPPER | LOWER);
        assert_eq!(of('\u{2160}'), NUMBER);
        assert_eq!(of('\u{1F600}'), 0);
    }
}
