//! Which of its two neighbours each diagonal of each layer came from.

use pairbench_common::{Error, ErrorCode, Result};

/// One bit a diagonal: an insertion or a removal.
pub(crate) struct Trace {
    max_bytes: usize,
    /// What else the search holds.
    other_bytes: usize,
    bits: Vec<u64>,
    layers: Vec<Layer>,
}

struct Layer {
    first_word: usize,
    lowest: i32,
}

impl Trace {
    /// # Errors
    /// `ERR_MEMORY_LIMIT` when `other_bytes` alone are more than `max_bytes`.
    pub(crate) fn new(max_bytes: usize, other_bytes: usize) -> Result<Self> {
        let trace = Self {
            max_bytes,
            other_bytes,
            bits: Vec::new(),
            layers: Vec::new(),
        };
        trace.check(0)?;
        Ok(trace)
    }

    pub(crate) fn clear(&mut self) {
        self.bits.clear();
        self.layers.clear();
    }

    /// Begins the layer of the diagonals `lowest`, `lowest + 2` ... `highest` and gives its bits, all 0: bit `i` is that of
    /// `lowest + 2 * i`.
    ///
    /// # Errors
    /// `ERR_MEMORY_LIMIT`.
    pub(crate) fn begin(&mut self, lowest: i32, highest: i32) -> Result<&mut [u64]> {
        let first_word = self.bits.len();
        let words = ((highest - lowest).max(0) as usize >> 7) + 1;
        if first_word + words > self.bits.capacity() {
            let capacity = (first_word + words).max(2 * self.bits.capacity()).max(64);
            self.check(capacity)?;
            self.bits
                .try_reserve_exact(capacity - first_word)
                .map_err(|_| limit(self.max_bytes))?;
        }
        self.layers.push(Layer { first_word, lowest });
        self.bits.resize(first_word + words, 0);
        Ok(&mut self.bits[first_word..])
    }

    /// The edits of the path that ends on `diagonal` in the last layer: `true` for an insertion.
    pub(crate) fn edits(&self, mut diagonal: i32) -> Vec<bool> {
        let mut edits = vec![false; self.layers.len()];
        for (edit, layer) in edits.iter_mut().zip(&self.layers).rev() {
            let index = ((diagonal - layer.lowest) >> 1) as usize;
            *edit = self.bits[layer.first_word + index / 64] >> (index % 64) & 1 == 1;
            diagonal += if *edit { 1 } else { -1 };
        }
        edits
    }

    fn check(&self, words: usize) -> Result<()> {
        let bytes = self.other_bytes + words * size_of::<u64>() + self.layers.len() * size_of::<Layer>();
        if bytes > self.max_bytes {
            Err(limit(self.max_bytes))
        } else {
            Ok(())
        }
    }
}

/// As `memoryLimit` in ts/arguments.ts says it.
fn limit(max_bytes: usize) -> Error {
    Error::new(
        ErrorCode::MemoryLimit,
        format!(
            "the search for a shortest edit script needs more than {max_bytes} bytes: raise maxMemoryBytes, give up early \
             with maxEditLength, or use the algorithm histogram"
        ),
    )
}
