//! The order of files by path: ranks that are mended, not made anew, when a few files come or go.

use crate::names::NONE;

/// Numbers of files by path, and the place of each.
pub(super) struct Order {
    /// By path; [`NONE`] where a file went.
    sorted: Vec<u32>,
    /// Came since: to be put in. Some may have gone again, or stand here twice.
    added: Vec<u32>,
    /// By number: the place in `sorted`, or [`NONE`].
    ranks: Vec<u32>,
    /// Whether a place in `sorted` is empty.
    has_gaps: bool,
}

impl Order {
    /// Numbers from 0 whose paths ascend.
    pub(super) fn of_sorted(count: u32) -> Self {
        Self {
            sorted: (0..count).collect(),
            added: Vec::new(),
            ranks: (0..count).collect(),
            has_gaps: false,
        }
    }

    pub(super) fn added(&mut self, number: u32) {
        self.added.push(number);
    }

    pub(super) fn removed(&mut self, number: u32) {
        if let Some(rank) = self.ranks.get_mut(number as usize)
            && *rank != NONE
        {
            self.sorted[*rank as usize] = NONE;
            *rank = NONE;
            self.has_gaps = true;
        }
    }

    #[inline]
    pub(super) fn rank(&self, number: u32) -> u32 {
        self.ranks[number as usize]
    }

    /// By path, when sorted.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.sorted.iter().copied()
    }

    /// Puts in what was added. `path_of` gives None for a number below `count` that no file has. O(files), and a search among
    /// the sorted paths for each that was added.
    pub(super) fn sort<'a>(&mut self, count: usize, path_of: impl Fn(u32) -> Option<&'a str>) {
        if self.added.is_empty() && !self.has_gaps {
            return;
        }
        let Self {
            sorted, added, ranks, ..
        } = self;
        ranks.resize(count, NONE);
        sorted.retain(|&number| number != NONE);
        added.retain(|&number| path_of(number).is_some());
        added.sort_unstable_by_key(|&number| (path_of(number), number));
        added.dedup();
        if added.len() > sorted.len() / 8 {
            sorted.append(added);
            // Finds the two sorted runs.
            sorted.sort_by_key(|&number| path_of(number));
        } else {
            merge(sorted, added, path_of);
        }
        added.clear();
        added.shrink_to(1024);
        for (rank, &number) in (0..).zip(&*sorted) {
            ranks[number as usize] = rank;
        }
        self.has_gaps = false;
    }

    pub(super) fn held_bytes(&self) -> usize {
        (self.sorted.capacity() + self.added.capacity() + self.ranks.capacity()) * size_of::<u32>()
    }
}

/// Puts the few of `added` into `sorted`, from the last to the first, with one move of each number at most.
fn merge<'a>(sorted: &mut Vec<u32>, added: &[u32], path_of: impl Fn(u32) -> Option<&'a str>) {
    let mut end = sorted.len();
    sorted.resize(end + added.len(), NONE);
    for (earlier, &number) in added.iter().enumerate().rev() {
        let path = path_of(number);
        let place = sorted[..end].partition_point(|&other| path_of(other) < path);
        sorted.copy_within(place..end, place + earlier + 1);
        sorted[place + earlier] = number;
        end = place;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_come_and_go_stay_in_order() {
        let mut paths: Vec<Option<String>> = (0..100).map(|n| Some(format!("{n:03}"))).collect();
        let mut order = Order::of_sorted(100);
        let mut state = 7_u32;
        let mut random = |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % below
        };
        for round in 0..500 {
            for _ in 0..=random(if round % 50 == 0 { 90 } else { 4 }) {
                let number = random(paths.len());
                if paths[number].take().is_some() {
                    order.removed(number as u32);
                }
                if random(3) > 0 {
                    paths[number] = Some(format!("{:05}", random(100_000)));
                    order.added(number as u32);
                }
            }
            if random(4) == 0 {
                paths.push(Some(format!("{:05}", random(100_000))));
                order.added(paths.len() as u32 - 1);
            }
            order.sort(paths.len(), |number| paths[number as usize].as_deref());
            let mut expected: Vec<u32> = (0..paths.len() as u32)
                .filter(|&number| paths[number as usize].is_some())
                .collect();
            let found: Vec<u32> = order.numbers().collect();
            let path = |&number: &u32| paths[number as usize].clone();
            assert!(found.is_sorted_by_key(path));
            assert!(
                (0..)
                    .zip(&found)
                    .all(|(rank, &number)| order.rank(number) == rank)
            );
            let mut numbers = found.clone();
            numbers.sort_unstable();
            expected.sort_unstable();
            assert_eq!(numbers, expected);
        }
    }
}
