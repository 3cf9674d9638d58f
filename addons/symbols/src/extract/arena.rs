//! Memory for a parse. Fresh pages can cost as much as parsing into them.

use std::cell::RefCell;

use oxc_allocator::Allocator;
use pairbench_common::pages;

/// From here on sources have an arena of their own, in large pages, bytes. Smaller ones share a warm one.
const LARGE: usize = 256 << 10;
/// An arena that has grown beyond this is not kept, bytes.
const KEPT: usize = 4 << 20;
/// What the tree takes for a byte of a source with few comments, bytes. Where it takes more, the arena grows.
const BYTES_A_BYTE: usize = 12;

thread_local! {
    static WARM: RefCell<Allocator> = RefCell::new(Allocator::default());
}

/// Gives `parse` an arena that is empty.
pub fn with_arena_for<R>(source: &str, parse: impl FnOnce(&Allocator) -> R) -> R {
    if source.len() >= LARGE {
        return parse(&in_large_pages(source.len() * BYTES_A_BYTE));
    }
    WARM.with_borrow_mut(|arena| {
        let parsed = parse(arena);
        if arena.capacity() > KEPT {
            *arena = Allocator::default();
        } else {
            arena.reset();
        }
        parsed
    })
}

fn in_large_pages(bytes: usize) -> Allocator {
    let arena = Allocator::with_capacity(bytes);
    let end = arena.data_end_ptr().addr().get();
    pages::prefer_large(end - arena.capacity()..end);
    arena
}
