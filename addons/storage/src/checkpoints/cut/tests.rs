use proptest::prelude::*;

use super::*;
use crate::checkpoints::testing::noise;

/// The sentence of FORMAT.md, word for word.
fn naive(bytes: &[u8]) -> usize {
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    for length in 8192..=bytes.len().min(65_536) {
        let mixed = number(length - 8)
            .wrapping_mul(0x9E37_79B1)
            .wrapping_add(number(length - 4).wrapping_mul(0x85EB_CA77));
        if mixed < 1 << 19 {
            return length;
        }
    }
    bytes.len().min(65_536)
}

fn lengths_by(bytes: &[u8], cut: impl Fn(&[u8]) -> usize) -> Vec<usize> {
    let mut rest = bytes;
    let mut lengths = Vec::new();
    while !rest.is_empty() {
        let length = cut(rest);
        lengths.push(length);
        rest = &rest[length..];
    }
    lengths
}

#[test]
fn every_path_follows_the_rule() {
    for seed in 0..4 {
        let bytes = noise(seed, 700_000);
        let expected = lengths_by(&bytes, naive);
        assert!(expected.len() > 20);
        for (name, search) in searches() {
            assert_eq!(
                lengths_by(&bytes, |rest| chunk_length_by(rest, search)),
                expected,
                "{name}"
            );
        }
    }
}

#[test]
fn every_path_finds_a_cut_at_every_offset_of_a_step() {
    // Eight zeros end a chunk; the bytes around them never do.
    for (name, search) in searches() {
        for position in 0..200 {
            let mut bytes = vec![0xFF; 240];
            bytes[position..position + 8].fill(0);
            assert_eq!(search(&bytes), Some(position), "{name}");
            assert_eq!(
                search(&bytes[..position + 8]),
                Some(position),
                "{name}, at the end"
            );
            assert_eq!(search(&bytes[..position + 7]), None, "{name}, one byte short");
        }
    }
}

#[test]
fn short_and_even_data_have_known_cuts() {
    assert_eq!(chunk_length(&[]), 0);
    assert_eq!(chunk_length(&[1]), 1);
    assert_eq!(chunk_length(&[0; 8191]), 8191);
    assert_eq!(
        chunk_length(&[0; 8192]),
        8192,
        "zeros end a chunk as soon as one may end"
    );
    assert_eq!(chunk_length(&[0; 9000]), 8192);
    assert_eq!(chunk_length(&[0xFF; 65_535]), 65_535);
    assert_eq!(chunk_length(&[0xFF; 70_000]), 65_536);
}

#[test]
fn chunks_are_about_16_kib() {
    let bytes = noise(11, 16 << 20);
    let average = bytes.len() / lengths_by(&bytes, chunk_length).len();
    assert!((15_000..18_000).contains(&average), "{average}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_path_agrees_on_any_bytes(
        seed in any::<u64>(),
        length in 0_usize..200_000,
        alphabet in prop::sample::select(vec![1_u8, 2, 3, 64, 255]),
    ) {
        let mut bytes = noise(seed, length);
        for byte in &mut bytes {
            *byte %= alphabet;
        }
        let expected = lengths_by(&bytes, naive);
        for (name, search) in searches() {
            prop_assert_eq!(&lengths_by(&bytes, |rest| chunk_length_by(rest, search)), &expected, "{}", name);
        }
    }
}
