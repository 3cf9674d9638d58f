//! Unicode classes for the splitting patterns, in a two-stage table.

use regex_syntax::hir::{Class, HirKind};

use crate::layout::class;

const CODE_POINTS: usize = 0x11_0000;

/// `stages[c >> 8]` is a page number, `pages[page << 8 | c & 255]` the class bits of the code point `c`.
pub fn two_stage() -> (Vec<u8>, Vec<u8>) {
    let mut bits = vec![0_u8; CODE_POINTS];
    mark(&mut bits, r"\p{L}", class::LETTER);
    mark(&mut bits, r"\p{N}", class::NUMBER);
    mark(&mut bits, r"\s", class::SPACE);
    mark(&mut bits, r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", class::UPPER);
    mark(&mut bits, r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]", class::LOWER);
    // Unicode 16.0 and no other: a Todhri letter is known (new in 16.0), a Beria Erfe letter is not (new in 17.0).
    assert_ne!(
        bits[0x1_05C0] & class::LETTER,
        0,
        "the tables are older than Unicode 16.0"
    );
    assert_eq!(
        bits[0x1_6EA0] & class::LETTER,
        0,
        "the tables are newer than Unicode 16.0"
    );

    let (mut stages, mut pages) = (Vec::new(), Vec::<u8>::new());
    for page in bits.chunks_exact(256) {
        let known = pages.chunks_exact(256).position(|have| have == page);
        let number = known.unwrap_or_else(|| {
            pages.extend_from_slice(page);
            pages.len() / 256 - 1
        });
        stages.push(u8::try_from(number).expect("fewer than 256 different pages"));
    }
    (stages, pages)
}

fn mark(bits: &mut [u8], pattern: &str, flag: u8) {
    let hir = regex_syntax::parse(pattern).expect("a valid class");
    let HirKind::Class(Class::Unicode(ranges)) = hir.kind() else {
        panic!("{pattern} is no Unicode class")
    };
    for range in ranges.ranges() {
        for code in range.start()..=range.end() {
            bits[code as usize] |= flag;
        }
    }
}
