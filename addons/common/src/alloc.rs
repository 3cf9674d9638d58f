//! The counting allocator: how many bytes native code holds, and how often it asked for some.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static ALLOCATED: AtomicU64 = AtomicU64::new(0);

/// The system allocator with a count of the bytes in use, of the bytes ever allocated and of the allocations.
///
/// An addon makes it its `#[global_allocator]`. An allocation pays three relaxed atomic additions and one load (and
/// an exchange where it makes a new peak), a release pays one: about ten nanoseconds for the pair, without
/// contention. Hot paths that reuse their memory pay nothing. The numbers are exact once the threads are at rest; a
/// reading taken while others allocate may see one counter before its neighbour.
pub struct CountingAllocator;

/// Bytes allocated and not yet freed through [`CountingAllocator`].
pub fn live_bytes() -> usize {
    LIVE.load(Ordering::Relaxed)
}

/// The highest [`live_bytes`] since the start or the last [`reset_peak`].
pub fn peak_bytes() -> usize {
    PEAK.load(Ordering::Relaxed)
}

/// Starts a new peak at the present level.
pub fn reset_peak() {
    PEAK.store(live_bytes(), Ordering::Relaxed);
}

/// Allocations since the start: one for each new block, zeroed or not, and one for each change of a block's size.
pub fn allocations() -> u64 {
    ALLOCATIONS.load(Ordering::Relaxed)
}

/// Bytes of all [`allocations`] since the start, freed or not; a block that changes its size counts with the new one.
pub fn allocated_bytes() -> u64 {
    ALLOCATED.load(Ordering::Relaxed)
}

fn grew(bytes: usize) {
    ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
    ALLOCATED.fetch_add(bytes as u64, Ordering::Relaxed);
    let live = LIVE.fetch_add(bytes, Ordering::Relaxed) + bytes;
    // Most allocations make no new peak, and a load is cheaper than an exchange.
    if live > PEAK.load(Ordering::Relaxed) {
        PEAK.fetch_max(live, Ordering::Relaxed);
    }
}

fn shrank(bytes: usize) {
    LIVE.fetch_sub(bytes, Ordering::Relaxed);
}

// SAFETY: every call goes to the system allocator unchanged; the counters never touch the memory.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise about `layout` is passed on.
        let pointer = unsafe { System.alloc(layout) };
        if !pointer.is_null() {
            grew(layout.size());
        }
        pointer
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above. Passed on as zeroed, so that untouched pages stay unmapped.
        let pointer = unsafe { System.alloc_zeroed(layout) };
        if !pointer.is_null() {
            grew(layout.size());
        }
        pointer
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `System` with this layout.
        unsafe { System.dealloc(pointer, layout) };
        shrank(layout.size());
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: `pointer` came from `System` with this layout, and the caller vouches for `new_size`.
        let moved = unsafe { System.realloc(pointer, layout, new_size) };
        if !moved.is_null() {
            grew(new_size);
            shrank(layout.size());
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One test, since the counters are the process's: a second one would count in the first.
    #[test]
    fn counts_what_is_held_and_what_was_asked_for() {
        let layout = Layout::array::<u64>(1000).unwrap();
        let bytes = layout.size();
        let twice = Layout::from_size_align(bytes * 2, layout.align()).unwrap();
        let before = live_bytes();
        let (calls, total) = (allocations(), allocated_bytes());
        let since = || (allocations() - calls, allocated_bytes() - total);
        // SAFETY: the layouts have a size, and each block is freed with the layout it has then.
        unsafe {
            let first = CountingAllocator.alloc(layout);
            assert_eq!(live_bytes(), before + bytes);
            assert_eq!(since(), (1, bytes as u64));
            let second = CountingAllocator.realloc(first, layout, bytes * 2);
            assert_eq!(live_bytes(), before + bytes * 2);
            assert_eq!(since(), (2, bytes as u64 * 3));
            let zeroed = CountingAllocator.alloc_zeroed(layout);
            assert_eq!(since(), (3, bytes as u64 * 4));
            CountingAllocator.dealloc(zeroed, layout);
            CountingAllocator.dealloc(second, twice);
        }
        assert_eq!(live_bytes(), before);
        assert!(peak_bytes() >= before + bytes * 3);
        reset_peak();
        assert_eq!(peak_bytes(), before);
        // What is freed was allocated all the same.
        assert_eq!(since(), (3, bytes as u64 * 4));
    }
}
