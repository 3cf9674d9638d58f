//! Where words start in an ASCII name, by the classes of its letters.

use super::lanes::Lanes;

/// Letters of a word of bits, and of the lanes that make it.
pub(crate) const WORD: usize = 64;

/// Classes of the letters beside 64 others.
#[derive(Clone, Copy, Default)]
pub(crate) struct Edge {
    upper_before: bool,
    lower_before: bool,
    digit_before: bool,
    other_before: bool,
    lower_after: bool,
}

impl Edge {
    /// Beside the 64 letters from `start` on.
    pub(crate) fn of(name: &[u8], start: usize) -> Self {
        let before = if start > 0 { name[start - 1] } else { b'x' };
        Self {
            upper_before: before.is_ascii_uppercase(),
            lower_before: before.is_ascii_lowercase(),
            digit_before: before.is_ascii_digit(),
            other_before: !before.is_ascii_alphanumeric(),
            lower_after: name.get(start + WORD).is_some_and(u8::is_ascii_lowercase),
        }
    }
}

/// Letters in upper case, and letters that start words. The first letter of a name has to be marked apart.
#[inline(always)]
pub(crate) fn upper_and_starts<const CHUNKS: usize>(
    name: &Lanes<CHUNKS>,
    whole: u64,
    edge: Edge,
) -> (u64, u64) {
    let upper = name.between(b'A', b'Z') & whole;
    let lower = name.between(b'a', b'z') & whole;
    let digit = name.between(b'0', b'9') & whole;
    let other = !(upper | lower | digit);
    let behind = |class: u64, before: bool| class << 1 | u64::from(before);
    let behind_upper = behind(upper, edge.upper_before);
    let behind_lower = behind(lower, edge.lower_before);
    let behind_digit = behind(digit, edge.digit_before);
    let behind_other = behind(other, edge.other_before);
    let before_lower = lower >> 1 | u64::from(edge.lower_after) << 63;
    let starts = (upper | lower | digit) & behind_other
        | upper & (behind_lower | behind_digit | behind_upper & before_lower)
        | digit & (behind_upper | behind_lower)
        | lower & behind_digit;
    (upper, starts)
}
