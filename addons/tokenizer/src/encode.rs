//! From text to ids.

use std::cell::RefCell;

use crate::memo::{Memo, Verdicts};
use crate::merge;
use crate::split::{Drive, Pattern, Portable, Sink, drive};
use crate::tables::Tables;

/// Appends the ids of each piece.
struct Collector<'a> {
    tables: &'static Tables,
    verdicts: &'a mut Verdicts,
    ids: &'a mut Vec<u32>,
}

impl Sink for Collector<'_> {
    #[inline(always)]
    unsafe fn piece(&mut self, piece: *const u8, length: usize) {
        // SAFETY: `length` bytes are readable.
        let piece = unsafe { std::slice::from_raw_parts(piece, length) };
        merge::encode(self.tables, self.verdicts, piece, self.ids);
    }

    #[inline(always)]
    fn is_full(&self) -> bool {
        false
    }
}

/// The ids of `text`. The merges take most of the time, so the splitting needs no special instructions.
pub(crate) fn encode<P: Pattern>(
    tables: &'static Tables,
    memo: &RefCell<Option<Memo>>,
    text: &str,
) -> Vec<u32> {
    let mut ids = Vec::with_capacity(text.len() / 4 + 8);
    let mut memo = memo.borrow_mut();
    let verdicts = memo.get_or_insert_with(Memo::new).open().verdicts;
    let mut sink = Collector {
        tables,
        verdicts,
        ids: &mut ids,
    };
    // SAFETY: a `str` is UTF-8, and the portable path needs no special instructions.
    unsafe {
        drive::<P, Portable, _>(Drive {
            text: text.as_bytes(),
            sink: &mut sink,
        })
    };
    ids
}
