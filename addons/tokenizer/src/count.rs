//! Counting: pieces through the memo, the rest through the merges.

use std::cell::RefCell;

use crate::cpu::Path;
use crate::memo::{LONG_BYTES, MIDDLE_BYTES, Memo, Opened, SHORT_BYTES};
use crate::merge;
use crate::split::{Drive, Level, Pattern, Portable, Sink, drive};
use crate::tables::Tables;

#[cfg(target_arch = "x86_64")]
use crate::split::Avx2;
#[cfg(target_arch = "aarch64")]
use crate::split::Neon;

/// The tokens of `text`, or more than `limit` as soon as that is sure.
pub(crate) fn count<P: Pattern>(
    tables: &'static Tables,
    memo: &RefCell<Option<Memo>>,
    path: Path,
    text: &str,
    limit: usize,
) -> usize {
    let mut memo = memo.borrow_mut();
    let memo = memo.get_or_insert_with(Memo::new).open();
    match path {
        // SAFETY: `Path` values are made only for instructions that the processor has.
        #[cfg(target_arch = "x86_64")]
        Path::Avx2 => unsafe { count_avx2::<P>(tables, memo, text, limit) },
        // SAFETY: as above.
        #[cfg(target_arch = "aarch64")]
        Path::Neon => unsafe { count_at::<P, Neon>(tables, memo, text, limit) },
        // SAFETY: needs no special instructions.
        Path::Portable => unsafe { count_at::<P, Portable>(tables, memo, text, limit) },
    }
}

/// # Safety
/// Needs the instructions named.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
unsafe fn count_avx2<P: Pattern>(
    tables: &'static Tables,
    memo: Opened<'_>,
    text: &str,
    limit: usize,
) -> usize {
    // SAFETY: passed on.
    unsafe { count_at::<P, Avx2>(tables, memo, text, limit) }
}

/// # Safety
/// The processor has the instructions of `L`.
#[inline(always)]
unsafe fn count_at<P: Pattern, L: Level>(
    tables: &'static Tables,
    memo: Opened<'_>,
    text: &str,
    limit: usize,
) -> usize {
    let mut sink = Counter::<L> {
        tables,
        memo,
        limit,
        total: 0,
        level: std::marker::PhantomData,
    };
    // SAFETY: passed on; a `str` is UTF-8.
    unsafe {
        drive::<P, L, _>(Drive {
            text: text.as_bytes(),
            sink: &mut sink,
        })
    };
    sink.total
}

struct Counter<'a, L> {
    tables: &'static Tables,
    memo: Opened<'a>,
    limit: usize,
    total: usize,
    level: std::marker::PhantomData<L>,
}

impl<L: Level> Sink for Counter<'_, L> {
    #[inline(always)]
    unsafe fn piece(&mut self, piece: *const u8, length: usize) {
        if length > SHORT_BYTES {
            // SAFETY: passed on.
            self.total += unsafe { longer::<L>(self.tables, &mut self.memo, piece, length) };
            return;
        }
        // SAFETY: 16 bytes are readable; whoever made the counter vouches for the instructions.
        let (key, known) = unsafe {
            let key = L::key(piece, length);
            (key, self.memo.short::<L>(key))
        };
        if known != 0 {
            self.total += known as usize;
        } else {
            // SAFETY: `length` bytes are readable.
            let piece = unsafe { std::slice::from_raw_parts(piece, length) };
            self.total += learn_short(self.tables, &mut self.memo, key, piece);
        }
    }

    #[inline(always)]
    fn is_full(&self) -> bool {
        self.total > self.limit
    }
}

#[inline(never)]
fn learn_short(tables: &Tables, memo: &mut Opened<'_>, key: [u64; 2], piece: &[u8]) -> usize {
    let count = merge::count(tables, memo.verdicts, piece);
    memo.keep_short(key, count);
    count
}

/// Counts a piece of more than [`SHORT_BYTES`].
///
/// # Safety
/// `piece` is readable for `length` bytes and for [`PIECE_READABLE`].
#[inline(always)]
unsafe fn longer<L: Level>(tables: &Tables, memo: &mut Opened<'_>, piece: *const u8, length: usize) -> usize {
    // SAFETY: `length` bytes are readable.
    let bytes = unsafe { std::slice::from_raw_parts(piece, length) };
    if length > MIDDLE_BYTES {
        return long(tables, memo, bytes);
    }
    // SAFETY: 32 bytes are readable, and `length - 16` is at most 15.
    let key = unsafe {
        let (low, high) = (
            L::whole_key(piece),
            L::key(piece.wrapping_add(SHORT_BYTES + 1), length - SHORT_BYTES - 1),
        );
        [low[0], low[1], high[0], high[1]]
    };
    match memo.middle(key) {
        0 => learn_middle(tables, memo, key, bytes),
        known => known as usize,
    }
}

#[inline(never)]
fn long(tables: &Tables, memo: &mut Opened<'_>, piece: &[u8]) -> usize {
    let verdicts = &mut *memo.verdicts;
    if piece.len() > LONG_BYTES {
        return merge::count(tables, verdicts, piece);
    }
    memo.long.get_or(piece, || merge::count(tables, verdicts, piece))
}

#[inline(never)]
fn learn_middle(tables: &Tables, memo: &mut Opened<'_>, key: [u64; 4], piece: &[u8]) -> usize {
    let count = merge::count(tables, memo.verdicts, piece);
    memo.keep_middle(key, count);
    count
}
