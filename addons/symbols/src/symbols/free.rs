//! Ranges of symbols that no file has.

use std::collections::BTreeMap;

/// Free ranges: no two touch, and none touches the end.
#[derive(Default)]
pub(super) struct FreeRanges {
    /// Lengths by start.
    ranges: BTreeMap<u32, u32>,
    total: usize,
}

impl FreeRanges {
    /// Symbols in all of them.
    pub(super) fn total(&self) -> usize {
        self.total
    }

    /// Takes the smallest one that is long enough. O(ranges).
    pub(super) fn take(&mut self, count: u32) -> Option<u32> {
        if self.total < count as usize {
            return None;
        }
        let (&start, &length) = self
            .ranges
            .iter()
            .filter(|&(_, &length)| length >= count)
            .min_by_key(|&(_, &length)| length)?;
        self.ranges.remove(&start);
        if length > count {
            self.ranges.insert(start + count, length - count);
        }
        self.total -= count as usize;
        Some(start)
    }

    /// Adds a range of symbols below `end`; returns the end that is left when what is free there is cut off.
    pub(super) fn put(&mut self, mut start: u32, mut count: u32, end: u32) -> u32 {
        self.total += count as usize;
        if let Some((&before, &length)) = self.ranges.range(..start).next_back()
            && before + length == start
        {
            self.ranges.remove(&before);
            (start, count) = (before, length + count);
        }
        if let Some(length) = self.ranges.remove(&(start + count)) {
            count += length;
        }
        if start + count == end {
            self.total -= count as usize;
            return start;
        }
        self.ranges.insert(start, count);
        end
    }

    /// Start and length of the lowest one.
    pub(super) fn first(&self) -> Option<(u32, u32)> {
        self.ranges
            .first_key_value()
            .map(|(&start, &count)| (start, count))
    }

    /// Takes out the range that starts at `start`.
    pub(super) fn remove(&mut self, start: u32) {
        if let Some(count) = self.ranges.remove(&start) {
            self.total -= count as usize;
        }
    }

    pub(super) fn held_bytes(&self) -> usize {
        // A node of the tree has room for 11 pairs, and is at least half full.
        self.ranges.len() * 2 * size_of::<(u32, u32)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(free: &FreeRanges) -> Vec<(u32, u32)> {
        free.ranges
            .iter()
            .map(|(&start, &count)| (start, count))
            .collect()
    }

    #[test]
    fn neighbours_become_one_and_the_end_is_cut_off() {
        let mut free = FreeRanges::default();
        assert_eq!(free.put(10, 5, 100), 100);
        assert_eq!(free.put(20, 5, 100), 100);
        assert_eq!(free.put(15, 5, 100), 100);
        assert_eq!(all(&free), [(10, 15)]);
        assert_eq!(free.put(40, 60, 100), 40);
        assert_eq!(free.put(25, 15, 40), 10);
        assert_eq!((all(&free), free.total()), (vec![], 0));
    }

    #[test]
    fn the_smallest_that_is_long_enough_is_taken() {
        let mut free = FreeRanges::default();
        for (start, count) in [(0, 8), (10, 4), (20, 6)] {
            free.put(start, count, 100);
        }
        assert_eq!(free.take(5), Some(20));
        assert_eq!(all(&free), [(0, 8), (10, 4), (25, 1)]);
        assert_eq!(free.take(4), Some(10));
        assert_eq!(free.take(9), None);
        assert_eq!((free.take(8), free.total()), (Some(0), 1));
    }
}
