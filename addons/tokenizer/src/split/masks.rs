//! One bit for each of 64 bytes and each class.

#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(target_arch = "aarch64")]
pub(crate) use neon::Neon;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86::Avx2;

/// The classes of 64 bytes; bit `i` is byte `i`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Masks {
    /// `A-Z`
    pub(crate) upper: u64,
    /// `a-z`
    pub(crate) lower: u64,
    /// `0-9`
    pub(crate) digit: u64,
    /// Tab, line feed, vertical tab, form feed, carriage return, blank
    pub(crate) space: u64,
    /// Line feed, carriage return
    pub(crate) newline: u64,
    /// The blank alone
    pub(crate) blank: u64,
    /// `'`
    pub(crate) apostrophe: u64,
    /// `/`
    pub(crate) slash: u64,
    /// Bytes of other characters
    pub(crate) high: u64,
}

/// A set of instructions. All levels give the same answers.
pub(crate) trait Level: Copy {
    /// Reads 64 bytes.
    ///
    /// # Safety
    /// The processor has the level's instructions and `bytes` is readable for 64 bytes.
    unsafe fn masks(bytes: *const u8) -> Masks;

    /// The first `length` bytes complemented, zero behind.
    ///
    /// # Safety
    /// As above, with 16 readable bytes and `length <= 15`.
    #[inline(always)]
    unsafe fn key(bytes: *const u8, length: usize) -> [u64; 2] {
        // SAFETY: 16 bytes are readable.
        let word = u128::from_le_bytes(unsafe { bytes.cast::<[u8; 16]>().read() });
        let key = !word & !(u128::MAX << (length * 8));
        [key as u64, (key >> 64) as u64]
    }

    /// The first 16 bytes complemented.
    ///
    /// # Safety
    /// 16 bytes are readable.
    #[inline(always)]
    unsafe fn whole_key(bytes: *const u8) -> [u64; 2] {
        // SAFETY: 16 bytes are readable.
        let key = !u128::from_le_bytes(unsafe { bytes.cast::<[u8; 16]>().read() });
        [key as u64, (key >> 64) as u64]
    }

    /// The count beside `key` in the four entries of `line`, or 0 when it is in none.
    ///
    /// # Safety
    /// The processor has the level's instructions.
    #[inline(always)]
    unsafe fn probe(line: &[[u64; 2]; 4], key: [u64; 2]) -> u64 {
        let mut count = 0;
        for entry in line {
            let differs = (entry[0] ^ key[0]) | ((entry[1] ^ key[1]) << 8);
            count |= if differs == 0 { entry[1] >> 56 } else { 0 };
        }
        count
    }
}

/// Works on every machine.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

impl Level for Portable {
    #[inline(always)]
    unsafe fn masks(bytes: *const u8) -> Masks {
        // SAFETY: the caller vouches for 64 readable bytes.
        let bytes = unsafe { &*bytes.cast::<[u8; 64]>() };
        // Eight bytes as one word each; the comparisons below set the top bit of each byte.
        let words: [u64; 8] = std::array::from_fn(|i| {
            u64::from_le_bytes(bytes[i * 8..i * 8 + 8].try_into().expect("eight bytes"))
        });
        let gather = |test: &dyn Fn(u64) -> u64| {
            words
                .iter()
                .enumerate()
                .fold(0, |mask, (i, &word)| mask | top_bits(test(word)) << (i * 8))
        };
        let digit = gather(&|word| within(word, b'0', b'9'));
        let blank = gather(&|word| within(word, b' ', b' '));
        let feed = gather(&|word| within(word, b'\n', b'\n'));
        let carriage = gather(&|word| within(word, b'\r', b'\r'));
        Masks {
            upper: gather(&|word| within(word, b'A', b'Z')),
            lower: gather(&|word| within(word, b'a', b'z')),
            digit,
            space: blank | gather(&|word| within(word, b'\t', b'\r')),
            newline: feed | carriage,
            blank,
            apostrophe: gather(&|word| within(word, b'\'', b'\'')),
            slash: gather(&|word| within(word, b'/', b'/')),
            high: gather(&|word| word),
        }
    }
}

const EACH: u64 = 0x0101_0101_0101_0101;
const TOP: u64 = 0x80 * EACH;

/// Sets the top bit of each byte of `word` that lies in `low..=high` (both ASCII).
#[inline(always)]
fn within(word: u64, low: u8, high: u8) -> u64 {
    let seven = word & !TOP;
    // Neither sum carries into the next byte: both parts are at most 0x7F and 0x80.
    let at_least = seven + EACH * u64::from(0x80 - low);
    let above = seven + EACH * u64::from(0x7F - high);
    at_least & !above & !word & TOP
}

/// The top bits of eight bytes as one byte.
#[inline(always)]
fn top_bits(word: u64) -> u64 {
    ((word & TOP) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests;
