//! Letters of names: what they fold to, their classes, and where words start (README, Ranking).

use std::sync::LazyLock;

use unicode_normalization::char::decompose_canonical;

/// What a combining mark folds to: equal to no letter of a query.
pub(crate) const NO_FOLD: u32 = u32::MAX;

/// The first letter that is its own fold, and of the class [`Class::Lower`], whatever it is.
const FIRST_PLAIN: u32 = 0x2000;

/// Letters from U+0080 to U+1FFF: the fold, and [`UPPER`]. 16 KB, made when first needed.
static TABLE: LazyLock<Box<[u16]>> = LazyLock::new(|| (0x80..FIRST_PLAIN).map(entry).collect());

/// Marks an upper-case letter in [`TABLE`]; folds are below it.
const UPPER: u16 = 0x8000;
/// Marks a combining mark in [`TABLE`].
const COMBINING: u16 = 0x4000;

fn entry(code: u32) -> u16 {
    let Some(letter) = char::from_u32(code) else {
        return code as u16;
    };
    if is_combining(code) {
        return COMBINING;
    }
    let mut first = None;
    decompose_canonical(letter, |part| {
        first.get_or_insert(part);
    });
    let first = first.unwrap_or(letter);
    let fold = only_lower(first)
        .filter(|&lower| u32::from(lower) < FIRST_PLAIN)
        .unwrap_or(first);
    let is_upper = only_lower(letter).is_some_and(|lower| lower != letter);
    u32::from(fold) as u16 | if is_upper { UPPER } else { 0 }
}

/// The lower case, where that is one letter.
fn only_lower(letter: char) -> Option<char> {
    let mut lower = letter.to_lowercase();
    let first = lower.next()?;
    lower.next().is_none().then_some(first)
}

/// Whether it is one of U+0300 to U+036F.
pub(crate) fn is_combining(code: u32) -> bool {
    (0x300..0x370).contains(&code)
}

/// Two letters are the same when their folds are. [`NO_FOLD`] for a combining mark.
#[inline]
pub(crate) fn fold(letter: char) -> u32 {
    let code = u32::from(letter);
    if code < 0x80 {
        u32::from((code as u8).to_ascii_lowercase())
    } else if code < FIRST_PLAIN {
        match TABLE[code as usize - 0x80] & !UPPER {
            COMBINING => NO_FOLD,
            fold => u32::from(fold),
        }
    } else {
        code
    }
}

/// What decides where words start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Upper,
    Digit,
    /// ASCII that is neither a letter nor a digit.
    Other,
    /// All else.
    Lower,
}

/// The class of a letter.
#[inline]
pub(crate) fn class(letter: char) -> Class {
    match letter {
        'a'..='z' => Class::Lower,
        'A'..='Z' => Class::Upper,
        '0'..='9' => Class::Digit,
        '\0'..='\x7F' => Class::Other,
        '\u{80}'..'\u{2000}' if TABLE[letter as usize - 0x80] & UPPER != 0 => Class::Upper,
        _ => Class::Lower,
    }
}

/// Whether a letter that is not the first of its name starts a word.
#[inline]
fn starts_word(before: Class, own: Class, after: Option<Class>) -> bool {
    match (before, own) {
        (Class::Other, _) => own != Class::Other,
        (Class::Lower | Class::Digit, Class::Upper) => true,
        (Class::Upper, Class::Upper) => after == Some(Class::Lower),
        (Class::Upper | Class::Lower, Class::Digit) => true,
        (Class::Digit, Class::Lower) => true,
        _ => false,
    }
}

/// A letter of a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Letter {
    pub raw: char,
    pub fold: u32,
    /// Whether a word starts here.
    pub starts: bool,
}

/// Gives the letters of a name in their order.
#[inline]
pub(crate) fn spell(name: &str, mut visit: impl FnMut(Letter)) {
    let mut letters = name.chars();
    let Some(mut raw) = letters.next() else {
        return;
    };
    let mut own = class(raw);
    let mut before = None;
    loop {
        let next = letters.next();
        let after = next.map(class);
        visit(Letter {
            raw,
            fold: fold(raw),
            starts: before.is_none_or(|before| starts_word(before, own, after)),
        });
        let (Some(next), Some(after)) = (next, after) else {
            return;
        };
        (before, own, raw) = (Some(own), after, next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_words(name: &str, expected: &str) {
        let mut marks = String::new();
        spell(name, |letter| marks.push(if letter.starts { '^' } else { '.' }));
        assert_eq!(marks, expected, "{name}");
    }

    #[test]
    fn words_start_where_the_readme_says() {
        assert_words("parseHTTPRequest", "^....^...^......");
        assert_words("__proto__", "^.^......");
        assert_words("utf8ToUTF16le", "^..^^.^..^.^.");
        assert_words("$a1-B2", "^^^.^^");
        assert_words("ABC", "^..");
        assert_words("ÉcoleÉté", "^....^..");
        assert_words("a中B", "^.^");
        assert_words("", "");
    }

    #[test]
    fn folds() {
        for (letter, expected) in [
            ('A', 'a'),
            ('z', 'z'),
            ('[', '['),
            ('É', 'e'),
            ('é', 'e'),
            ('Ж', 'ж'),
            ('İ', 'i'),
            ('ı', 'ı'),
            ('ß', 'ß'),
            ('ẞ', 'ß'),
            ('Ⱥ', 'Ⱥ'),
            ('\u{37E}', ';'),
            ('\u{212A}', '\u{212A}'),
            ('Ａ', 'Ａ'),
            ('😀', '😀'),
        ] {
            assert_eq!(fold(letter), u32::from(expected), "{letter}");
        }
        assert_eq!(fold('\u{300}'), NO_FOLD);
        assert_eq!(fold('\u{36F}'), NO_FOLD);
        assert_eq!(fold('\u{370}'), 0x371);
    }
}
