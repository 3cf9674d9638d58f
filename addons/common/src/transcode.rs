//! UTF-16, as JavaScript has it, to UTF-8.
//!
//! V8 can do this itself, but takes 2.5 ns a character as soon as one character of the string is beyond Latin-1.

use std::mem::MaybeUninit;

/// A UTF-16 code unit takes at most three bytes of UTF-8 (a pair takes four).
const BYTES_PER_UNIT: usize = 3;

/// A character is written as four bytes, of which only its own count.
const SLACK: usize = 4;

/// Units looked at together: the compiler turns the loops over them into vector instructions.
const CHUNK: usize = 32;

/// Bytes that [`to_utf8`] wants for so many units; none beyond the address space.
pub fn room_for(units: usize) -> Option<usize> {
    units.checked_mul(BYTES_PER_UNIT)?.checked_add(SLACK)
}

/// The UTF-8 form of `units`, written to the beginning of `out`; a lone surrogate becomes U+FFFD. Time O(units).
///
/// # Panics
/// When `out` has less than [`room_for`] them.
pub fn to_utf8<'a>(units: &[u16], out: &'a mut [MaybeUninit<u8>]) -> &'a str {
    assert!(
        room_for(units.len()).is_some_and(|room| room <= out.len()),
        "there is too little room"
    );
    let start = out.as_mut_ptr().cast::<u8>();
    let (mut at, mut to) = (0, 0);
    while at < units.len() {
        if let Some(chunk) = units[at..].first_chunk::<CHUNK>()
            && chunk.iter().fold(0, |all, &unit| all | unit) < 0x80
        {
            let bytes: [u8; CHUNK] = std::array::from_fn(|i| chunk[i] as u8);
            // SAFETY: at most three bytes a unit are written so far, and there is room for four more.
            unsafe { start.add(to).cast::<[u8; CHUNK]>().write(bytes) };
            (at, to) = (at + CHUNK, to + CHUNK);
            continue;
        }
        let end = units.len().min(at + CHUNK);
        while at < end {
            // SAFETY: as above.
            let (used, written) = unsafe { character(&units[at..], start.add(to)) };
            (at, to) = (at + used, to + written);
        }
    }
    // SAFETY: `to` bytes have been written, character by character, each of them whole.
    unsafe { std::str::from_utf8_unchecked(std::slice::from_raw_parts(start, to)) }
}

/// Writes the first character of `units` to `to`; returns the units read and the bytes written.
///
/// Without branches but for surrogates, because texts that mix scripts make them unpredictable.
///
/// # Safety
/// `units` is not empty, and `to` is writable for four bytes.
#[inline(always)]
unsafe fn character(units: &[u16], to: *mut u8) -> (usize, usize) {
    let mut code = u32::from(units[0]);
    if code & 0xF800 == 0xD800 {
        if code < 0xDC00
            && let Some(&low) = units.get(1)
            && low & 0xFC00 == 0xDC00
        {
            let code = 0x1_0000 + ((code & 0x3FF) << 10 | u32::from(low) & 0x3FF);
            let bytes = [
                0xF0 | (code >> 18) as u8,
                tail(code >> 12),
                tail(code >> 6),
                tail(code),
            ];
            // SAFETY: passed on.
            unsafe { to.cast::<[u8; 4]>().write(bytes) };
            return (2, 4);
        }
        code = 0xFFFD;
    }
    let one = [code as u8, 0, 0, 0];
    let two = [0xC0 | (code >> 6) as u8, tail(code), 0, 0];
    let three = [0xE0 | (code >> 12) as u8, tail(code >> 6), tail(code), 0];
    let (beyond_one, beyond_two) = (u32::from(code >= 0x80), u32::from(code >= 0x800));
    // All ones where the form applies.
    let (is_more, is_three) = (beyond_one.wrapping_neg(), beyond_two.wrapping_neg());
    let word = (u32::from_ne_bytes(one) & !is_more)
        | (u32::from_ne_bytes(two) & is_more & !is_three)
        | (u32::from_ne_bytes(three) & is_three);
    // SAFETY: passed on.
    unsafe { to.cast::<[u8; 4]>().write(word.to_ne_bytes()) };
    (1, (1 + beyond_one + beyond_two) as usize)
}

/// The lowest six bits as a byte that continues a character.
#[inline(always)]
fn tail(code: u32) -> u8 {
    code as u8 & 0x3F | 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(units: &[u16]) {
        let mut out = vec![MaybeUninit::new(7); room_for(units.len()).expect("there is room")];
        assert_eq!(to_utf8(units, &mut out), String::from_utf16_lossy(units));
    }

    #[test]
    fn every_unit_alone_and_in_ascii() {
        check(&[]);
        for unit in 0..=u16::MAX {
            check(&[unit]);
            check(&[unit, u16::from(b'a')]);
        }
        for position in 0..70 {
            for unit in [0x7F, 0x80, 0x7FF, 0x800, 0xD800, 0xDC00, 0xFFFF] {
                let mut units = [u16::from(b'x'); 70];
                units[position] = unit;
                check(&units);
            }
        }
    }

    #[test]
    fn surrogates_in_every_order() {
        let choices = [0x61, 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0x4E00];
        for mut number in 0..choices.len().pow(5) {
            let units: [u16; 5] = std::array::from_fn(|_| {
                let unit = choices[number % choices.len()];
                number /= choices.len();
                unit
            });
            check(&units);
            check(&units.iter().cycle().take(67).copied().collect::<Vec<_>>());
        }
    }
}
