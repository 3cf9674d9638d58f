//! The best names so far, in a heap with the worst of them at its root.

use std::cmp::Ordering;

use crate::names::Names;

/// A name that matches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// Ascends as the order does: the score in reverse, then the name's length.
    key: u64,
    /// The name's number.
    pub name: u32,
}

impl Found {
    /// Scores are not negative. `units`: the name's length in UTF-16 code units.
    #[inline]
    pub(crate) fn new(score: i32, units: usize, name: u32) -> Self {
        Self {
            key: u64::from(!score as u32) << 32 | units as u64,
            name,
        }
    }

    #[inline]
    pub(crate) fn score(&self) -> i32 {
        !((self.key >> 32) as i32)
    }

    #[inline]
    fn units(&self) -> usize {
        self.key as u32 as usize
    }

    /// Less is better. UTF-8 compares as code points do.
    #[inline]
    fn compare(&self, other: &Self, names: &Names) -> Ordering {
        self.key
            .cmp(&other.key)
            .then_with(|| names.bytes(self.name).cmp(names.bytes(other.name)))
    }
}

/// At most as many names as hits are wanted: each has one symbol or more.
#[derive(Default)]
pub(crate) struct Best {
    heap: Vec<Found>,
    limit: usize,
}

/// Names kept between queries: more than the default limit, so that most queries allocate nothing.
const KEPT: usize = 1024;

impl Best {
    /// Begins a search for at most `limit` names, 1 or more.
    pub(crate) fn begin(&mut self, limit: usize) {
        self.heap.clear();
        self.heap.shrink_to(KEPT);
        self.limit = limit;
    }

    /// The lowest score with which a name of this length may still enter.
    #[inline]
    pub(crate) fn needed(&self, units: usize) -> i32 {
        match self.heap.first() {
            Some(worst) if self.heap.len() == self.limit => {
                worst.score() + if units > worst.units() { 1 } else { 0 }
            }
            _ => 0,
        }
    }

    /// Whether a name would enter.
    #[inline]
    pub(crate) fn takes(&self, found: &Found, names: &Names) -> bool {
        self.heap.len() < self.limit || found.compare(&self.heap[0], names) == Ordering::Less
    }

    /// Puts in a name that would enter. O(log limit).
    pub(crate) fn put(&mut self, found: Found, names: &Names) {
        if self.heap.len() < self.limit {
            self.heap.push(found);
            self.sift_up(names);
        } else {
            self.heap[0] = found;
            self.sift_down(names);
        }
    }

    fn sift_up(&mut self, names: &Names) {
        let mut at = self.heap.len() - 1;
        while at > 0 {
            let parent = (at - 1) / 2;
            if self.heap[at].compare(&self.heap[parent], names) != Ordering::Greater {
                return;
            }
            self.heap.swap(at, parent);
            at = parent;
        }
    }

    fn sift_down(&mut self, names: &Names) {
        let mut at = 0;
        loop {
            let left = 2 * at + 1;
            let right = left + 1;
            if left >= self.heap.len() {
                return;
            }
            let is_right_worse = right < self.heap.len()
                && self.heap[right].compare(&self.heap[left], names) == Ordering::Greater;
            let worse = if is_right_worse { right } else { left };
            if self.heap[worse].compare(&self.heap[at], names) != Ordering::Greater {
                return;
            }
            self.heap.swap(at, worse);
            at = worse;
        }
    }

    /// The names that were put in, the best first.
    pub(crate) fn sorted(&mut self, names: &Names) -> &[Found] {
        self.heap.sort_unstable_by(|one, other| one.compare(other, names));
        &self.heap
    }

    pub(crate) fn held_bytes(&self) -> usize {
        self.heap.capacity() * size_of::<Found>()
    }
}
