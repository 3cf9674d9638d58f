//! Remembers the counts of long pieces: words of scripts that take three bytes a character, whole clauses of scripts
//! that write no spaces.
//!
//! Their bytes lie in a ring that never grows; a cell names a place in it. A cell whose bytes have been written over
//! knows so by its place, and bytes are compared before a count is believed: an entry is never wrong, only absent.

use super::fold;

/// Longest piece kept, in bytes.
pub(crate) const LONG_BYTES: usize = 512;

/// Shortest piece kept: two words of hash never overlap.
const LEAST_BYTES: usize = super::MIDDLE_BYTES + 1;

/// Bytes of the ring: 512 KiB.
const RING: usize = 1 << 19;

/// Cells: 256 KiB.
const CELL_BITS: u32 = 14;

/// Bits of a place in a cell: bytes written since the start. 16 TiB of long pieces; then cells read as written over.
const PLACE_BITS: u32 = 44;
const LENGTH_BITS: u32 = 10;

/// Where a piece lies and what it counts.
#[derive(Clone, Copy, Default)]
struct Cell {
    tag: u64,
    /// Place, length and count, from the low bits up; zero for an empty cell.
    packed: u64,
}

/// The table of long pieces.
pub(crate) struct LongMemo {
    cells: Box<[Cell]>,
    ring: Box<[u8]>,
    /// Bytes written since the start, those skipped at the end of the ring included.
    written: u64,
}

impl LongMemo {
    pub(crate) fn new() -> Self {
        Self {
            cells: vec![Cell::default(); 1 << CELL_BITS].into_boxed_slice(),
            ring: vec![0; RING].into_boxed_slice(),
            written: 0,
        }
    }

    /// The count kept for `piece`, or that of `find`, which is then kept. `piece` has 32 to [`LONG_BYTES`] bytes.
    #[inline]
    pub(crate) fn get_or(&mut self, piece: &[u8], find: impl FnOnce() -> usize) -> usize {
        debug_assert!((LEAST_BYTES..=LONG_BYTES).contains(&piece.len()));
        let tag = hash(piece);
        let index = (tag >> (64 - CELL_BITS)) as usize;
        let cell = self.cells[index];
        if cell.tag == tag && self.holds(cell, piece) {
            return (cell.packed >> (PLACE_BITS + LENGTH_BITS)) as usize;
        }
        let count = find();
        let place = self.write(piece);
        if place >> PLACE_BITS == 0 {
            let packed =
                place | (piece.len() as u64) << PLACE_BITS | (count as u64) << (PLACE_BITS + LENGTH_BITS);
            self.cells[index] = Cell { tag, packed };
        }
        count
    }

    /// Whether the cell's bytes are still in the ring and are those of `piece`.
    #[inline]
    fn holds(&self, cell: Cell, piece: &[u8]) -> bool {
        let place = cell.packed & ((1 << PLACE_BITS) - 1);
        let length = (cell.packed >> PLACE_BITS) as usize & ((1 << LENGTH_BITS) - 1);
        let start = place as usize % RING;
        length == piece.len()
            && place + RING as u64 >= self.written
            && self.ring.get(start..start + length) == Some(piece)
    }

    /// Puts the bytes into the ring, in one run, and returns their place.
    fn write(&mut self, piece: &[u8]) -> u64 {
        let room = RING - self.written as usize % RING;
        if piece.len() > room {
            self.written += room as u64;
        }
        let place = self.written;
        let start = place as usize % RING;
        self.ring[start..start + piece.len()].copy_from_slice(piece);
        self.written += piece.len() as u64;
        place
    }
}

/// Sixteen bytes a step, the last step over the last sixteen.
#[inline]
fn hash(piece: &[u8]) -> u64 {
    let word = |at: usize| u64::from_le_bytes(piece[at..at + 8].try_into().expect("eight bytes"));
    let mut state = piece.len() as u64 ^ 0x9E37_79B9_7F4A_7C15;
    let last = piece.len() - 16;
    let mut at = 0;
    while at < last {
        state = fold(state ^ word(at), word(at + 8) ^ 0xC2B2_AE3D_27D4_EB4F);
        at += 16;
    }
    fold(state ^ word(last), word(last + 8) ^ 0x1656_67B1_9E37_79F9)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A piece of its own for each number, 32 to 512 bytes long.
    fn piece(number: usize) -> Vec<u8> {
        let length = LEAST_BYTES + number * 7 % (LONG_BYTES - LEAST_BYTES + 1);
        number
            .to_le_bytes()
            .iter()
            .copied()
            .cycle()
            .take(length)
            .collect()
    }

    #[test]
    fn a_kept_count_is_that_of_its_piece_through_many_turns_of_the_ring() {
        let mut memo = LongMemo::new();
        let mut found = 0;
        for round in 0..3 {
            for number in 0..20_000 {
                let mut missed = false;
                let count = memo.get_or(&piece(number), || {
                    missed = true;
                    number % 500 + 1
                });
                assert_eq!(count, number % 500 + 1, "round {round}");
                // At once again: it is there.
                assert_eq!(memo.get_or(&piece(number), || unreachable!("just kept")), count);
                found += usize::from(!missed);
            }
        }
        assert!(memo.written > 4 * RING as u64);
        assert!(found < 60_000);
    }

    #[test]
    fn hot_pieces_stay() {
        let mut memo = LongMemo::new();
        for number in 0..800 {
            memo.get_or(&piece(number), || 1);
        }
        let kept = (0..800)
            .filter(|&number| memo.get_or(&piece(number), || 2) == 1)
            .count();
        assert!(kept > 700, "only {kept} of 800 kept");
    }

    #[test]
    fn bytes_written_over_are_not_believed() {
        let mut memo = LongMemo::new();
        let old = piece(1);
        memo.get_or(&old, || 7);
        for number in 2..4_000 {
            memo.get_or(&piece(number), || 1);
        }
        assert_eq!(memo.get_or(&old, || 9), 9);
    }
}
