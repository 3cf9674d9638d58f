use std::cell::Cell;

use super::*;
use crate::tables::{CL100K_BASE, O200K_BASE};

/// Dead positions with a count of the questions asked: one for each step of the walk.
struct Counted<'a>(scratch::Large, &'a Cell<usize>);

impl Marks for Counted<'_> {
    fn contains(&self, position: usize) -> bool {
        self.1.set(self.1.get() + 1);
        self.0.contains(position)
    }

    fn insert(&mut self, position: usize) {
        self.0.insert(position);
    }
}

/// Steps that the walk over `piece` takes.
fn steps(tables: &Tables, piece: &[u8]) -> usize {
    let count = Cell::new(0);
    let mut verdicts = Verdicts::new();
    let first = tables.longest(piece);
    let mut walk = Walk {
        tables,
        verdicts: &mut verdicts,
        piece,
        first,
    };
    walk.run(
        &mut vec![0; piece.len()],
        &mut Counted(scratch::Large::new(piece.len()), &count),
    );
    count.get()
}

#[test]
fn work_grows_with_the_length() {
    let random: Vec<u8> = (0..40_000_u32)
        .map(|i| b'a' + (i.wrapping_mul(2_654_435_761) >> 27) as u8 % 26)
        .collect();
    let units: [&[u8]; 9] = [
        b"a",
        b"aA",
        b"^",
        b"_",
        b" ",
        b"\n",
        "\u{6F22}".as_bytes(),
        "\u{1F469}\u{200D}".as_bytes(),
        &random,
    ];
    for tables in [&O200K_BASE, &CL100K_BASE] {
        for unit in units {
            let piece = |bytes: usize| unit.iter().copied().cycle().take(bytes).collect::<Vec<u8>>();
            let (half, whole) = (steps(tables, &piece(20_000)), steps(tables, &piece(40_000)));
            assert!(
                whole * 10 <= half * 23,
                "{half} steps, then {whole} for {:?}",
                &unit[..unit.len().min(8)]
            );
            assert!(
                whole <= 40_000 * 4,
                "{whole} steps for {:?}",
                &unit[..unit.len().min(8)]
            );
        }
    }
}

#[test]
fn every_scratch_size_gives_the_same() {
    let text: Vec<u8> = (0..1_200_u32)
        .map(|i| b'a' + (i.wrapping_mul(2_654_435_761) >> 27) as u8 % 26)
        .collect();
    for length in [1, 2, 62, 63, 64, 65, 510, 511, 512, 513, 1_200] {
        let piece = &text[..length];
        let mut verdicts = Verdicts::new();
        let mut ids = Vec::new();
        encode(&O200K_BASE, &mut verdicts, piece, &mut ids);
        assert_eq!(ids, bpe_openai::o200k_base().bpe.encode_via_backtracking(piece));
        assert_eq!(count(&O200K_BASE, &mut verdicts, piece), ids.len());
    }
}
