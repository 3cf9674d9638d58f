//! Large memory that is filled at once: most of its time can be the system's, which hands out pages one by one.

use std::alloc::{Layout, alloc, dealloc};
use std::mem::MaybeUninit;
use std::ops::{Deref, Range};
use std::ptr::NonNull;

/// Bytes of a large page on x86-64, and of the most usual one on aarch64.
const LARGE_PAGE: usize = 2 << 20;

/// Asks for large pages where these addresses hold whole ones. A hint that changes nothing of the memory; on Linux alone, and where the
/// system allows it (`/sys/kernel/mm/transparent_hugepage/enabled`). One system call. What is not written to takes no memory.
pub fn prefer_large(addresses: Range<usize>) {
    let start = addresses.start.next_multiple_of(LARGE_PAGE);
    let end = addresses.end / LARGE_PAGE * LARGE_PAGE;
    if start < end {
        advise(start, end - start);
    }
}

#[cfg(target_os = "linux")]
fn advise(start: usize, bytes: usize) {
    // SAFETY: the advice changes no memory, whoever's it is; where there is none, the call fails.
    unsafe {
        libc::madvise(
            std::ptr::with_exposed_provenance_mut(start),
            bytes,
            libc::MADV_HUGEPAGE,
        );
    }
}

#[cfg(not(target_os = "linux"))]
fn advise(_start: usize, _bytes: usize) {}

/// Memory for a while, in large pages where it is worth it.
pub struct LargeMemory {
    start: NonNull<u8>,
    layout: Layout,
}

impl LargeMemory {
    /// At least one byte, uninitialised, aligned for all types; none where there is no memory.
    pub fn new(bytes: usize) -> Option<Self> {
        let (size, alignment) = if bytes < LARGE_PAGE / 2 {
            (bytes.max(1), 64)
        } else {
            (bytes.checked_next_multiple_of(LARGE_PAGE)?, LARGE_PAGE)
        };
        let layout = Layout::from_size_align(size, alignment).ok()?;
        // SAFETY: the layout has bytes.
        let start = NonNull::new(unsafe { alloc(layout) })?;
        let address = start.as_ptr().expose_provenance();
        prefer_large(address..address + size);
        Some(Self { start, layout })
    }
}

impl AsMut<[MaybeUninit<u8>]> for LargeMemory {
    fn as_mut(&mut self) -> &mut [MaybeUninit<u8>] {
        // SAFETY: the memory is ours, and nothing else refers to it.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr().cast(), self.layout.size()) }
    }
}

impl Drop for LargeMemory {
    fn drop(&mut self) {
        // SAFETY: allocated with this layout.
        unsafe { dealloc(self.start.as_ptr(), self.layout) };
    }
}

/// Large memory that is filled from its beginning on.
pub struct Filled {
    memory: LargeMemory,
    length: usize,
}

impl Filled {
    /// None where there is no memory.
    pub fn with_room_for(bytes: usize) -> Option<Self> {
        Some(Self {
            memory: LargeMemory::new(bytes)?,
            length: 0,
        })
    }

    /// # Panics
    /// When there is no room for them.
    pub fn append(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        self.memory.as_mut()[self.length..end].write_copy_of_slice(bytes);
        self.length = end;
    }
}

impl Deref for Filled {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: so many bytes have been written.
        unsafe { std::slice::from_raw_parts(self.memory.start.as_ptr(), self.length) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_keeps_what_it_holds() {
        for len in [0, 1, 4096, LARGE_PAGE - 1, 3 * LARGE_PAGE + 17] {
            let bytes: Vec<u8> = (0..len).map(|at| at as u8).collect();
            let start = bytes.as_ptr().expose_provenance();
            prefer_large(start..start + len);
            assert!(bytes.iter().enumerate().all(|(at, byte)| *byte == at as u8));
        }
    }

    #[test]
    fn large_memory_is_all_there() {
        for bytes in [0, 1, 100, LARGE_PAGE / 2, 2 * LARGE_PAGE + 5] {
            let mut memory = LargeMemory::new(bytes).expect("there is memory");
            assert!(memory.as_mut().len() >= bytes);
            assert_eq!(memory.as_mut().as_ptr().addr() % 64, 0);
            memory.as_mut().fill(MaybeUninit::new(1));
        }
        assert!(LargeMemory::new(usize::MAX / 2).is_none());
    }

    #[test]
    fn what_was_appended_is_there() {
        let mut filled = Filled::with_room_for(5).expect("there is memory");
        assert!(filled.is_empty());
        filled.append(b"abc");
        filled.append(b"");
        filled.append(b"de");
        assert_eq!(&*filled, b"abcde");
    }
}
