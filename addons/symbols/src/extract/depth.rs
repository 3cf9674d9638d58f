//! What is nested in a source. The parser descends once for each level, without a limit of its own, and takes the square of the time
//! for some sources that are nested and broken; a source may be anybody's. So one that is nested beyond what people write is refused by an
//! estimate, and since an estimate can be tricked, the stack is deep enough for any source.

/// As in ts/extract/depth.ts: what a level of each kind takes at most, in units of 128 bytes.
const BRACKET: u8 = 25;
const CHOICE: u8 = 7;
const SIGN: u8 = 1;
/// 1.5 MiB: a few hundred brackets.
const LIMIT: usize = 12_000;
/// Bits of `KINDS` beside the cost.
const CLOSES: u8 = 64;
const ENDS: u8 = 128;

static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let table: [(&[u8], u8); 5] = [
        (b"([{", BRACKET),
        (b"=?:<", CHOICE),
        (b"!~+-", SIGN),
        (b")]}", CLOSES | ENDS),
        (b";,", ENDS),
    ];
    let mut row = 0;
    while row < table.len() {
        let mut at = 0;
        while at < table[row].0.len() {
            kinds[table[row].0[at] as usize] = table[row].1;
            at += 1;
        }
        row += 1;
    }
    kinds
};

/// Whether the source is nested too deeply, by the same estimate as in TypeScript: brackets in strings and comments count too. A third
/// of a nanosecond a byte; where it comes near the limit, two.
pub fn is_too_deep(source: &str) -> bool {
    may_be_too_deep(source.as_bytes()) && is_too_deep_exactly(source.as_bytes())
}

fn may_be_too_deep(source: &[u8]) -> bool {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the CPU has it.
        return unsafe { may_be_too_deep_avx2(source) };
    }
    may_be_too_deep_by_blocks(source)
}

/// The same code, 32 bytes at a time.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn may_be_too_deep_avx2(source: &[u8]) -> bool {
    may_be_too_deep_by_blocks(source)
}

/// False where no order of the bytes within each block could make it too deep. Counts alone, which the compiler makes a few instructions
/// for 16 or 32 bytes.
#[inline]
fn may_be_too_deep_by_blocks(source: &[u8]) -> bool {
    const BLOCK: usize = 128;
    let mut depth = 0;
    let mut run = 0;
    for block in source.chunks(BLOCK) {
        let count = |signs: fn(u8) -> bool| {
            let count = block
                .iter()
                .fold(0_u8, |count, &byte| count + u8::from(signs(byte)));
            usize::from(count)
        };
        let opened = usize::from(BRACKET) * count(|byte| matches!(byte, b'(' | b'[' | b'{'));
        let closed = usize::from(BRACKET) * count(|byte| matches!(byte, b')' | b']' | b'}'));
        let ends = count(|byte| matches!(byte, b';' | b','));
        let cost = usize::from(CHOICE) * count(|byte| matches!(byte, b'=' | b'?' | b':' | b'<'))
            + usize::from(SIGN) * count(|byte| matches!(byte, b'!' | b'~' | b'+' | b'-'));
        if depth + opened + run + cost > LIMIT {
            return true;
        }
        // Whatever was closed before something was opened, no more is open than this.
        depth = (depth + opened).saturating_sub(closed).max(opened);
        run = if closed + ends > 0 { cost } else { run + cost };
    }
    false
}

fn is_too_deep_exactly(source: &[u8]) -> bool {
    let mut depth = 0_usize;
    let mut run = 0;
    for &byte in source {
        let kind = KINDS[byte as usize];
        if kind == 0 {
            continue;
        }
        if kind & ENDS != 0 {
            run = 0;
            if kind & CLOSES != 0 {
                depth = depth.saturating_sub(BRACKET as usize);
            }
        } else {
            if kind == BRACKET {
                depth += BRACKET as usize;
            } else {
                run += kind as usize;
            }
            if depth + run > LIMIT {
                return true;
            }
        }
    }
    false
}

/// What one level costs the parser at most, bytes. Measured were 2.1 KiB for a byte that may open one, over brackets, objects, functions,
/// classes, templates, JSX, types and chains of operators.
const LEVEL: usize = if cfg!(debug_assertions) { 24 << 10 } else { 4 << 10 };
/// What a parse needs beside.
const BASE: usize = 256 << 10;
/// Up to here a coarse bound is good enough: address space costs nothing, only pages that are touched do.
const COARSE: usize = 2 << 30;

/// Runs `parse` with a stack for as many levels as the source can have.
pub fn with_stack_for<R>(source: &str, parse: impl FnOnce() -> R) -> R {
    let mut bytes = BASE + LEVEL * separators(source);
    if bytes > COARSE {
        bytes = BASE + LEVEL * levels(source);
    }
    stacker::maybe_grow(bytes, bytes, parse)
}

/// Bytes that belong to no word. A level begins with a sign or with a word that something follows, so there are no more levels than these,
/// whatever quotes and comments hide.
fn separators(source: &str) -> usize {
    // Counted in parts that a byte can hold: the compiler makes it a few instructions for 16 bytes.
    source
        .as_bytes()
        .chunks(255)
        .map(|part| {
            let words = part
                .iter()
                .fold(0_u8, |count, byte| count + u8::from(is_word(*byte)));
            part.len() - usize::from(words)
        })
        .sum()
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() | (byte == b'_') | (byte == b'$') | (byte >= 0x80)
}

/// A closer bound: signs that can open a level, and ends of words. A nanosecond or two a byte.
fn levels(source: &str) -> usize {
    let mut count = 0;
    let mut before = b' ';
    for byte in source.bytes() {
        let ends_word = is_word(before) & !is_word(byte);
        count += usize::from(OPENS[byte as usize] | ends_word);
        before = byte;
    }
    count
}

static OPENS: [bool; 256] = {
    let mut opens = [false; 256];
    let signs = b"([{<?:=!~+-*|&@.";
    let mut at = 0;
    while at < signs.len() {
        opens[signs[at] as usize] = true;
        at += 1;
    }
    opens
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counts_never_miss_what_is_too_deep(parts in proptest::collection::vec(("[(){};,=?:<!+ax]{0,3}", 1_usize..400), 0..24)) {
            let source: String = parts.iter().map(|(part, times)| part.repeat(*times)).collect();
            prop_assert_eq!(is_too_deep(&source), is_too_deep_exactly(source.as_bytes()));
        }
    }

    #[test]
    fn ordinary_sources_are_counted_alone() {
        assert!(!may_be_too_deep(
            "f({ a: [1, 2], b: c ? d : -e }, g => { h(); });\n"
                .repeat(1000)
                .as_bytes()
        ));
    }
}
