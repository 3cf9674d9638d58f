use proptest::prelude::*;

use super::*;

const POSITION: Position = Position {
    segment: 3,
    body_offset: 1000,
    seq: 9,
};

/// A manifest of one shared chunk and two new ones, and its body.
fn example() -> (Manifest, Vec<u8>) {
    let start = 1000 + encoded_bytes(4, "id") as u64;
    let new = |offset: u64, length: u32| Chunk {
        segment: 3,
        offset: start + offset,
        length,
        crc: 1,
    };
    let shared = Chunk {
        segment: 2,
        offset: 64,
        length: 10,
        crc: 7,
    };
    let chunks = vec![new(0, 5), shared, new(5, 6), new(0, 5)];
    let manifest = Manifest {
        seq: 9,
        bytes: 26,
        home: 3,
        chunks,
    };
    let mut body = manifest.encode("id");
    body.extend_from_slice(b"new chunks!");
    (manifest, body)
}

#[test]
fn a_body_is_read_back() {
    let (manifest, body) = example();
    assert_eq!(
        Manifest::decode(&body, POSITION).unwrap(),
        ("id".to_owned(), manifest)
    );
    let empty = Manifest {
        seq: 2,
        bytes: 0,
        home: 3,
        chunks: Vec::new(),
    };
    let body = empty.encode("é");
    assert_eq!(body.len(), 24 + 2);
    assert_eq!(
        Manifest::decode(&body, POSITION).unwrap(),
        ("é".to_owned(), empty)
    );
}

#[test]
fn i17_a_body_cut_anywhere_is_refused() {
    let (_, body) = example();
    for length in 0..body.len() {
        assert!(Manifest::decode(&body[..length], POSITION).is_err(), "{length}");
    }
    assert!(Manifest::decode(&[body, vec![0]].concat(), POSITION).is_err());
}

#[test]
fn i17_hostile_fields_are_refused() {
    let refuse = |what: &str, at: usize, bytes: &[u8]| {
        let (_, mut body) = example();
        body[at..at + bytes.len()].copy_from_slice(bytes);
        assert!(Manifest::decode(&body, POSITION).is_err(), "{what}");
    };
    refuse("no id", 0, &0_u16.to_le_bytes());
    refuse("a long id", 0, &513_u16.to_le_bytes());
    refuse("a reserved field", 2, &[1]);
    refuse("four billion chunks", 4, &u32::MAX.to_le_bytes());
    refuse("another length", 8, &27_u64.to_le_bytes());
    refuse("a huge length", 8, &u64::MAX.to_le_bytes());
    refuse("a later save", 16, &10_u64.to_le_bytes());
    // The second row is the shared chunk.
    let row = HEADER_BYTES + CHUNK_BYTES;
    refuse("a later segment", row, &4_u64.to_le_bytes());
    refuse("the segment's header", row + 8, &63_u64.to_le_bytes());
    refuse("an offset that runs over", row + 8, &(u64::MAX - 5).to_le_bytes());
    refuse("an empty chunk", row + 16, &0_u32.to_le_bytes());
    refuse("a long chunk", row + 16, &65_537_u32.to_le_bytes());
    refuse(
        "bytes behind the new ones",
        row,
        &3_u64
            .to_le_bytes()
            .into_iter()
            .chain(2000_u64.to_le_bytes())
            .collect::<Vec<_>>(),
    );
    refuse("an id that is not UTF-8", encoded_bytes(4, ""), &[0xFF]);
    refuse(
        "new chunks in another order",
        HEADER_BYTES + 8,
        &0_u64.to_le_bytes(),
    );
}

#[test]
fn i17_a_manifest_of_one_chunk_ten_thousand_times_is_refused_past_the_largest_checkpoint() {
    let chunk = Chunk {
        segment: 2,
        offset: 64,
        length: 65_536,
        crc: 0,
    };
    let body_of = |count: usize| {
        let bytes = count as u64 * 65_536;
        Manifest {
            seq: 0,
            bytes,
            home: 3,
            chunks: vec![chunk; count],
        }
        .encode("a")
    };
    assert!(Manifest::decode(&body_of(8192), POSITION).is_ok());
    assert!(Manifest::decode(&body_of(8193), POSITION).is_err());
}

proptest! {
    #[test]
    fn i17_no_bytes_make_it_panic(mut body in prop::collection::vec(any::<u8>(), 0..400), count in 0_u32..20) {
        if body.len() >= 8 && count < 16 {
            body[0..4].copy_from_slice(&[1, 0, 0, 0]);
            body[4..8].copy_from_slice(&count.to_le_bytes());
        }
        let _ = Manifest::decode(&body, POSITION);
    }
}
