use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn chunk(segment: u64, offset: u64, crc: u32) -> Chunk {
    Chunk {
        segment,
        offset,
        length: 10,
        crc,
    }
}

fn manifest(seq: u64, chunks: &[Chunk]) -> Manifest {
    Manifest {
        seq,
        bytes: chunks.len() as u64 * 10,
        home: 0,
        chunks: chunks.to_vec(),
    }
}

#[test]
fn i13_a_chunk_stays_known_as_long_as_a_checkpoint_has_it() {
    let shared = chunk(1, 100, 5);
    let mut index = Index::default();
    index.insert("a", manifest(0, &[shared, shared, chunk(1, 110, 6)]));
    index.insert("b", manifest(1, &[shared]));
    assert_eq!(index.candidates(5, 10).collect::<Vec<_>>(), [shared]);
    index.insert("a", manifest(2, &[chunk(1, 120, 7)]));
    assert_eq!(index.candidates(5, 10).count(), 1, "b has it");
    assert_eq!(index.candidates(6, 10).count(), 0);
    assert!(index.remove("b"));
    assert!(!index.remove("b"));
    assert_eq!(index.candidates(5, 10).count(), 0);
}

#[test]
fn places_of_one_content_come_latest_first_and_are_few() {
    let mut index = Index::default();
    let places: Vec<Chunk> = (0..9).map(|segment| chunk(segment, 64, 5)).collect();
    index.insert("a", manifest(0, &places));
    let found: Vec<u64> = index.candidates(5, 10).map(|chunk| chunk.segment).collect();
    assert_eq!(found, [3, 2, 1, 0]);
    assert_eq!(index.candidates(5, 11).count(), 0, "another length");
}

#[test]
fn i17_a_million_places_of_one_content_take_no_time() {
    // With a search through all places of a key this would take hours.
    let places: Vec<Chunk> = (0..1_000_000).map(|offset| chunk(0, 64 + offset, 5)).collect();
    let mut index = Index::default();
    index.insert("a", manifest(0, &places));
    assert!(index.remove("a"));
    assert_eq!(index.live_bytes(), 0);
}

proptest! {
    #[test]
    fn live_bytes_are_those_of_all_distinct_chunks(
        steps in prop::collection::vec((0_u8..4, prop::collection::vec((0_u64..3, 0_u64..6, 0_u32..3), 0..6)), 1..40),
    ) {
        let mut index = Index::default();
        let mut model: BTreeMap<String, Manifest> = BTreeMap::new();
        for (seq, (id, chunks)) in steps.into_iter().enumerate() {
            let id = format!("{id}");
            if chunks.is_empty() {
                prop_assert_eq!(index.remove(&id), model.remove(&id).is_some());
            } else {
                let chunks: Vec<Chunk> = chunks.into_iter().map(|(s, o, c)| chunk(s, o, c)).collect();
                index.insert(&id, manifest(seq as u64, &chunks));
                model.insert(id, manifest(seq as u64, &chunks));
            }
            let mut live: Vec<(u64, u64, u32)> =
                model.values().flat_map(|m| m.chunks.iter().map(|c| (c.segment, c.offset, c.crc))).collect();
            live.sort_unstable();
            live.dedup();
            let tables: u64 = model.iter().map(|(id, manifest)| overhead(id, manifest)).sum();
            prop_assert_eq!(index.live_bytes(), tables + live.len() as u64 * 10);
            for crc in 0..3 {
                for found in index.candidates(crc, 10) {
                    prop_assert!(live.contains(&(found.segment, found.offset, found.crc)));
                }
            }
            prop_assert_eq!(index.newest().map(|m| m.seq), model.values().map(|m| m.seq).max());
        }
    }
}
