//! The counting allocator: how many bytes native code holds.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// The system allocator with a count of the bytes in use.
///
/// An addon makes it its `#[global_allocator]`. Each allocation pays two relaxed atomic operations, so hot
/// paths that reuse their memory pay nothing.
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

fn grew(bytes: usize) {
    let live = LIVE.fetch_add(bytes, Ordering::Relaxed) + bytes;
    PEAK.fetch_max(live, Ordering::Relaxed);
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

    #[test]
    fn counts_what_is_held() {
        let layout = Layout::array::<u64>(1000).unwrap();
        let bytes = layout.size();
        let before = live_bytes();
        // SAFETY: the layout has a size, and each block is freed with the layout it has then.
        unsafe {
            let first = CountingAllocator.alloc(layout);
            assert_eq!(live_bytes(), before + bytes);
            let second = CountingAllocator.realloc(first, layout, bytes * 2);
            assert_eq!(live_bytes(), before + bytes * 2);
            CountingAllocator.dealloc(
                second,
                Layout::from_size_align(bytes * 2, layout.align()).unwrap(),
            );
        }
        assert_eq!(live_bytes(), before);
        assert!(peak_bytes() >= before + bytes * 2);
        reset_peak();
        assert_eq!(peak_bytes(), before);
    }
}
