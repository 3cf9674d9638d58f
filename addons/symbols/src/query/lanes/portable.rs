//! In words of eight letters. Letters are below 0x80, so that no sum reaches the next lane.

/// The highest bit of each lane.
const HIGH: u64 = 0x8080_8080_8080_8080;
/// One in each lane.
const ONES: u64 = 0x0101_0101_0101_0101;

/// A letter in every lane.
#[derive(Clone, Copy)]
pub(crate) struct Splat(u64);

impl Splat {
    #[inline(always)]
    pub(crate) fn of(letter: u8) -> Self {
        Self(u64::from(letter) * ONES)
    }
}

/// `CHUNKS` times 16 letters, ASCII.
#[derive(Clone, Copy)]
pub(crate) struct Lanes<const CHUNKS: usize>([[u64; 2]; CHUNKS]);

impl<const CHUNKS: usize> Lanes<CHUNKS> {
    /// `bytes` has `CHUNKS` times 16, or more.
    #[inline(always)]
    pub(crate) fn load(bytes: &[u8]) -> Self {
        let (words, _) = bytes.as_chunks::<8>();
        let word = |index: usize| u64::from_le_bytes(words[index]);
        Self(std::array::from_fn(|chunk| {
            [word(chunk * 2), word(chunk * 2 + 1)]
        }))
    }

    /// Upper case becomes lower case.
    #[inline(always)]
    pub(crate) fn folded(&self) -> Self {
        let fold = |word| word | within(word, b'A', b'Z') >> 2;
        Self(self.0.map(|words| words.map(fold)))
    }

    /// Bit i: letter i is this one.
    #[inline(always)]
    pub(crate) fn equal(&self, letter: Splat) -> u64 {
        self.bits(|word| HIGH - (word ^ letter.0))
    }

    /// Bit i: letter i is from `low` to `high`.
    #[inline(always)]
    pub(crate) fn between(&self, low: u8, high: u8) -> u64 {
        self.bits(|word| within(word, low, high))
    }

    /// The highest bits of the lanes that `test` gives.
    #[inline(always)]
    fn bits(&self, test: impl Fn(u64) -> u64) -> u64 {
        let mut bits = 0;
        for (place, &word) in self.0.as_flattened().iter().enumerate() {
            // Moves the lowest bit of lane i to bit 56 + i.
            let gathered = ((test(word) & HIGH) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
            bits |= gathered << (place * 8);
        }
        bits
    }
}

/// The highest bit of each lane from `low` to `high`; the others are 0.
#[inline(always)]
fn within(word: u64, low: u8, high: u8) -> u64 {
    let from_low = word + u64::from(0x80 - low) * ONES;
    let above_high = word + u64::from(0x7F - high) * ONES;
    from_low & !above_high & HIGH
}
