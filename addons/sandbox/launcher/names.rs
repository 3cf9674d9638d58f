//! When two names are one: the comparison of protected names. Shared with the policy reader; no allocation.
//!
//! File systems differ in what they call the same name: case, ligatures, and characters that some ignore. A protected
//! name is meant however it is spelled, so it is compared folded. ts/policy/names.ts is the twin.

/// The bytes of a name, folded: ASCII in lower case, U+212A as `k`, U+017F as `s`, the ligatures U+FB00 to U+FB06
/// spelled out, and U+200C to U+200F, U+202A to U+202E, U+206A to U+206F and U+FEFF left out. All else is as it was.
struct Folded<'a> {
    rest: &'a [u8],
    /// Letters of a ligature that wait.
    waiting: &'static [u8],
}

impl Iterator for Folded<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        loop {
            if let [first, rest @ ..] = self.waiting {
                self.waiting = rest;
                return Some(*first);
            }
            match *self.rest {
                [] => return None,
                [0xe2, 0x84, 0xaa, ..] => self.spell(3, b"k"),
                [0xc5, 0xbf, ..] => self.spell(2, b"s"),
                [0xef, 0xac, last @ 0x80..=0x86, ..] => self.spell(3, ligature(last)),
                [0xe2, 0x80, 0x8c..=0x8f | 0xaa..=0xae, ..]
                | [0xe2, 0x81, 0xaa..=0xaf, ..]
                | [0xef, 0xbb, 0xbf, ..] => self.spell(3, b""),
                [first, ..] => {
                    self.rest = &self.rest[1..];
                    return Some(first.to_ascii_lowercase());
                }
            }
        }
    }
}

impl Folded<'_> {
    fn spell(&mut self, length: usize, letters: &'static [u8]) {
        self.rest = &self.rest[length..];
        self.waiting = letters;
    }
}

/// U+FB00 to U+FB06, by its last byte.
const fn ligature(last: u8) -> &'static [u8] {
    match last {
        0x80 => b"ff",
        0x81 => b"fi",
        0x82 => b"fl",
        0x83 => b"ffi",
        0x84 => b"ffl",
        _ => b"st",
    }
}

const fn folded(name: &[u8]) -> Folded<'_> {
    Folded {
        rest: name,
        waiting: b"",
    }
}

/// Whether `name` is the protected name `pattern`, which is folded. Dots and blanks at its end do not tell it apart: some
/// systems drop them.
pub fn folds_to(name: &[u8], pattern: &[u8]) -> bool {
    let mut name = folded(name);
    pattern.iter().all(|byte| name.next() == Some(*byte)) && name.all(|byte| matches!(byte, b'.' | b' '))
}

/// Whether `name` is a dot file's.
pub fn is_hidden(name: &[u8]) -> bool {
    folded(name).next() == Some(b'.')
}
