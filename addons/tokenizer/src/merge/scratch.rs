//! Sets of dead positions, sized to the piece.

/// A set of byte positions in a piece.
pub(super) trait Marks {
    /// Whether `position` is in the set.
    fn contains(&self, position: usize) -> bool;
    /// Adds `position`.
    fn insert(&mut self, position: usize);
}

/// Positions below 64, in a register.
pub(super) struct Small(u64);

impl Small {
    pub(super) fn new() -> Self {
        Self(0)
    }
}

impl Marks for Small {
    #[inline(always)]
    fn contains(&self, position: usize) -> bool {
        self.0 >> position & 1 != 0
    }

    #[inline(always)]
    fn insert(&mut self, position: usize) {
        self.0 |= 1 << position;
    }
}

/// Positions below [`super::STACK_BYTES`], on the stack.
pub(super) struct Medium([u64; super::STACK_BYTES / 64]);

impl Medium {
    pub(super) fn new() -> Self {
        Self([0; super::STACK_BYTES / 64])
    }
}

impl Marks for Medium {
    #[inline(always)]
    fn contains(&self, position: usize) -> bool {
        self.0[position / 64] >> (position % 64) & 1 != 0
    }

    #[inline(always)]
    fn insert(&mut self, position: usize) {
        self.0[position / 64] |= 1 << (position % 64);
    }
}

/// Positions up to any length, on the heap.
pub(super) struct Large(Vec<u64>);

impl Large {
    pub(super) fn new(length: usize) -> Self {
        Self(vec![0; length / 64 + 1])
    }
}

impl Marks for Large {
    #[inline(always)]
    fn contains(&self, position: usize) -> bool {
        self.0[position / 64] >> (position % 64) & 1 != 0
    }

    #[inline(always)]
    fn insert(&mut self, position: usize) {
        self.0[position / 64] |= 1 << (position % 64);
    }
}
