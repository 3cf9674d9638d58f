//! The letters of names: of one length without offsets, of any length with them.

use crate::grow::reserve;

/// Readable bytes behind the last name of one length, so that 64 bytes can be read from the start of each.
pub(crate) const PADDING: usize = 64;

/// The names of one bucket by their slots.
pub(crate) trait Texts {
    fn get(&self, slot: u32) -> &[u8];

    /// Puts a name into a free slot, or into the one behind the last.
    fn set(&mut self, slot: u32, name: &[u8]);

    /// The name in a slot is not needed any more.
    fn clear(&mut self, slot: u32);

    fn held_bytes(&self) -> usize;
}

/// Names of one length, one behind the other.
pub(crate) struct Fixed {
    length: usize,
    /// The names, and [`PADDING`].
    bytes: Vec<u8>,
}

impl Fixed {
    pub(crate) fn new(length: usize) -> Self {
        Self::from_bytes(length, &[])
    }

    /// `names` is a multiple of `length` long.
    pub(crate) fn from_bytes(length: usize, names: &[u8]) -> Self {
        let mut bytes = Vec::new();
        if !names.is_empty() {
            bytes.reserve_exact(names.len() + PADDING);
            bytes.extend_from_slice(names);
            bytes.resize(names.len() + PADDING, 0);
        }
        Self { length, bytes }
    }

    /// Names from the first to the last, [`PADDING`] bytes behind them. Empty when there is none.
    #[inline]
    pub(crate) fn padded(&self) -> &[u8] {
        &self.bytes
    }
}

impl Texts for Fixed {
    #[inline]
    fn get(&self, slot: u32) -> &[u8] {
        &self.bytes[slot as usize * self.length..][..self.length]
    }

    fn set(&mut self, slot: u32, name: &[u8]) {
        let start = slot as usize * self.length;
        let needed = start + self.length + PADDING;
        if self.bytes.len() < needed {
            let more = needed - self.bytes.len();
            reserve(&mut self.bytes, more);
            self.bytes.resize(needed, 0);
        }
        self.bytes[start..][..self.length].copy_from_slice(name);
    }

    fn clear(&mut self, _slot: u32) {}

    fn held_bytes(&self) -> usize {
        self.bytes.capacity()
    }
}

/// Where a name of [`Spans`] lies, in bytes, and how long it is.
#[derive(Clone, Copy, Default)]
struct Span {
    start: u32,
    length: u32,
    letters: u32,
    units: u32,
}

impl Span {
    fn new(start: u32, name: &[u8]) -> Self {
        // Every letter has one byte that continues none; those of four bytes have two UTF-16 code units.
        let letters = name.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        let beyond = name.iter().filter(|&&byte| byte >= 0xF0).count();
        Self {
            start,
            length: name.len() as u32,
            letters: letters as u32,
            units: (letters + beyond) as u32,
        }
    }
}

/// Names of any length.
#[derive(Default)]
pub(crate) struct Spans {
    spans: Vec<Span>,
    text: Vec<u8>,
    /// Bytes of the text that no span has.
    wasted: usize,
}

/// Fewer bytes than this are not worth a new text.
const WASTE: usize = 4096;

impl Spans {
    /// `ends` ascend, the last one is the text's length, which is below 4 GB.
    pub(crate) fn from_ends(ends: impl Iterator<Item = u32>, text: &[u8]) -> Self {
        let mut start = 0;
        let spans = ends.map(|end| {
            let span = Span::new(start, &text[start as usize..end as usize]);
            start = end;
            span
        });
        Self {
            spans: spans.collect(),
            text: text.to_vec(),
            wasted: 0,
        }
    }

    /// The length of a name in letters, and in UTF-16 code units.
    #[inline]
    pub(crate) fn size(&self, slot: u32) -> (usize, usize) {
        let span = self.spans[slot as usize];
        (span.letters as usize, span.units as usize)
    }

    /// Whether offsets reach `bytes` further.
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        self.text.len() + bytes < u32::MAX as usize
    }

    fn drop_waste(&mut self) {
        let mut text = Vec::with_capacity(self.text.len() - self.wasted);
        for span in &mut self.spans {
            let start = text.len() as u32;
            text.extend_from_slice(&self.text[span.start as usize..][..span.length as usize]);
            span.start = start;
        }
        self.text = text;
        self.wasted = 0;
    }
}

impl Texts for Spans {
    #[inline]
    fn get(&self, slot: u32) -> &[u8] {
        let span = self.spans[slot as usize];
        &self.text[span.start as usize..][..span.length as usize]
    }

    fn set(&mut self, slot: u32, name: &[u8]) {
        let span = Span::new(self.text.len() as u32, name);
        reserve(&mut self.text, name.len());
        self.text.extend_from_slice(name);
        if slot as usize == self.spans.len() {
            reserve(&mut self.spans, 1);
            self.spans.push(span);
        } else {
            self.spans[slot as usize] = span;
        }
    }

    fn clear(&mut self, slot: u32) {
        self.wasted += self.spans[slot as usize].length as usize;
        self.spans[slot as usize] = Span::default();
        if self.wasted > WASTE.max(self.text.len() / 4) {
            self.drop_waste();
        }
    }

    fn held_bytes(&self) -> usize {
        self.text.capacity() + self.spans.capacity() * size_of::<Span>()
    }
}
