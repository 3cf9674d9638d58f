//! Makes a protected name, a private path or a rule comparable: what `names::folds_to` takes as its pattern.

use super::names;

/// `name` folded, without the dots and blanks at its end; `names.rs` says what folding is.
pub fn pattern_of(name: &str) -> Vec<u8> {
    let mut folded = Vec::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            '\u{212a}' => folded.push(b'k'),
            '\u{17f}' => folded.push(b's'),
            '\u{fb00}' => folded.extend(b"ff"),
            '\u{fb01}' => folded.extend(b"fi"),
            '\u{fb02}' => folded.extend(b"fl"),
            '\u{fb03}' => folded.extend(b"ffi"),
            '\u{fb04}' => folded.extend(b"ffl"),
            '\u{fb05}' | '\u{fb06}' => folded.extend(b"st"),
            '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}' => {}
            other => {
                let mut bytes = [0; 4];
                let text = other.to_ascii_lowercase().encode_utf8(&mut bytes).len();
                folded.extend(&bytes[..text]);
            }
        }
    }
    while matches!(folded.last(), Some(b'.' | b' ')) {
        folded.pop();
    }
    folded
}

/// Whether the components begin with the patterns, however they are spelled.
pub fn starts_with(components: &[&str], patterns: &[Vec<u8>]) -> bool {
    components.len() >= patterns.len()
        && patterns
            .iter()
            .zip(components)
            .rev()
            .all(|(pattern, name)| names::folds_to(name.as_bytes(), pattern))
}
