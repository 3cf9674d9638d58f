//! What is shared, what is written, and that the bytes come back.

use crate::checkpoints::cut::chunk_length;
use crate::checkpoints::testing::{contents, noise, open, small};
use crate::checkpoints::{Checkpoints, Info};
use crate::error::Code;
use crate::journal::Options;
use crate::vfs::sim::SimFs;

fn store() -> (SimFs, Checkpoints) {
    let fs = SimFs::new(1);
    let store = open(
        &fs,
        &Options {
            segment_bytes: 4 << 20,
            ..small()
        },
    )
    .unwrap();
    (fs, store)
}

/// Manifest, id, frame header and fill of a checkpoint of about so many bytes.
fn table_bytes(bytes: usize) -> u64 {
    (24 * (bytes / 8192 + 2) + 24 + 40 + 16 + 512) as u64
}

/// The cuts of what is stored are those of the rule, however it came there.
fn assert_cut_by_the_rule(store: &Checkpoints, id: &str, bytes: &[u8]) {
    let mut rest = bytes;
    for chunk in &store.index.get(id).unwrap().chunks {
        let length = chunk_length(rest);
        assert_eq!(chunk.length as usize, length);
        assert_eq!(chunk.crc, crc32fast::hash(&rest[..length]));
        rest = &rest[length..];
    }
    assert!(rest.is_empty());
}

#[test]
fn unchanged_bytes_are_not_written_again() {
    let (_fs, mut store) = store();
    let bytes = noise(1, 500_000);
    let first = store.save("a", &bytes).unwrap();
    assert!(first.written_bytes > 500_000 && first.written_bytes < 500_000 + table_bytes(500_000));
    let again = store.save("a", &bytes).unwrap();
    assert!(again.written_bytes < table_bytes(500_000), "{again:?}");
    let other = store.save("b", &bytes).unwrap();
    assert!(
        other.written_bytes < table_bytes(500_000),
        "another id shares too: {other:?}"
    );
    assert_eq!((first.seq, again.seq, other.seq), (0, 1, 2));
    assert_eq!(store.load("a").unwrap(), bytes);
    assert_eq!(store.load("b").unwrap(), bytes);
}

#[test]
fn an_edit_writes_the_chunks_it_touches() {
    let base = noise(2, 1_000_000);
    let mut inserted = base.clone();
    inserted.splice(400_000..400_000, noise(3, 2000));
    let mut changed = base.clone();
    changed[600_000..601_000].copy_from_slice(&noise(4, 1000));
    let edits = [
        ("appended", [base.clone(), noise(5, 2000)].concat()),
        ("inserted", inserted),
        ("changed", changed),
        ("deleted from the front", base[300_000..].to_vec()),
        (
            "deleted in the middle",
            [&base[..200_000], &base[500_000..]].concat(),
        ),
        ("cut off", base[..700_000].to_vec()),
        ("twice", [base.clone(), base.clone()].concat()),
    ];
    for (name, bytes) in edits {
        let (_fs, mut store) = store();
        store.save("a", &base).unwrap();
        let saved = store.save("a", &bytes).unwrap();
        assert!(
            saved.written_bytes < 3 * 65_536 + table_bytes(2_000_000),
            "{name}: {saved:?}"
        );
        assert_eq!(store.load("a").unwrap(), bytes, "{name}");
        assert_cut_by_the_rule(&store, "a", &bytes);
    }
}

#[test]
fn equal_chunks_of_one_checkpoint_are_written_once() {
    let (_fs, mut store) = store();
    let saved = store.save("zeros", &vec![0; 3 << 20]).unwrap();
    assert!(saved.written_bytes < 8192 + table_bytes(3 << 20), "{saved:?}");
    assert_eq!(store.load("zeros").unwrap(), vec![0; 3 << 20]);
}

#[test]
fn chunks_whose_checksums_are_equal_are_still_compared() {
    // Eight bytes that change a CRC and change it back: the two chunks have one checksum and one length.
    let one = noise(6, 8000);
    let mut other = one.clone();
    let target = crc32fast::hash(&one);
    other[0] ^= 1;
    force_crc(&mut other, target);
    assert_eq!(crc32fast::hash(&other), target);
    assert_ne!(one, other);
    let (_fs, mut store) = store();
    store.save("one", &one).unwrap();
    store.save("other", &other).unwrap();
    let both = [noise(7, 65_536), one.clone()].concat();
    store.save("both", &both).unwrap();
    assert_eq!(store.load("one").unwrap(), one);
    assert_eq!(store.load("other").unwrap(), other);
    assert_eq!(store.load("both").unwrap(), both);
}

/// Changes the last 4 bytes so that the whole has this CRC: the CRC is linear, so each of the 32 bits is found by itself.
fn force_crc(bytes: &mut [u8], target: u32) {
    let end = bytes.len() - 4;
    let crc_with = |bytes: &mut [u8], last: u32| {
        bytes[end..].copy_from_slice(&last.to_le_bytes());
        crc32fast::hash(bytes)
    };
    let zero = crc_with(bytes, 0);
    let mut rows: Vec<(u32, u32)> = (0..32)
        .map(|bit| (crc_with(bytes, 1 << bit) ^ zero, 1 << bit))
        .collect();
    let (mut wanted, mut last) = (zero ^ target, 0);
    for bit in 0..32 {
        let Some(at) = rows.iter().position(|(effect, _)| effect >> bit & 1 == 1) else {
            continue;
        };
        let (effect, input) = rows.swap_remove(at);
        for row in rows.iter_mut().filter(|row| row.0 >> bit & 1 == 1) {
            *row = (row.0 ^ effect, row.1 ^ input);
        }
        if wanted >> bit & 1 == 1 {
            (wanted, last) = (wanted ^ effect, last ^ input);
        }
    }
    crc_with(bytes, last);
}

#[test]
fn list_is_in_the_order_of_saves_and_survives_reopening() {
    let fs = SimFs::new(3);
    let mut store = open(&fs, &small()).unwrap();
    for (id, seed) in [("b", 1), ("a", 2), ("é", 3), ("b", 4)] {
        store.save(id, &noise(seed, 20_000)).unwrap();
    }
    store.save("empty", b"").unwrap();
    let expected = [
        ("a", 1, 20_000),
        ("é", 2, 20_000),
        ("b", 3, 20_000),
        ("empty", 4, 0),
    ]
    .map(|(id, seq, bytes)| Info {
        id: id.to_owned(),
        seq,
        bytes,
    });
    assert_eq!(store.list().unwrap(), expected);
    let before = contents(&mut store).unwrap();
    store.close().unwrap();
    let mut store = open(&fs, &small()).unwrap();
    assert!(store.recovery().was_closed);
    assert_eq!(store.list().unwrap(), expected);
    assert_eq!(contents(&mut store).unwrap(), before);
    assert_eq!(store.load("empty").unwrap(), b"");
}

#[test]
fn remove_and_prune() {
    let fs = SimFs::new(4);
    let mut store = open(&fs, &small()).unwrap();
    for id in ["a", "b", "c", "d"] {
        store.save(id, id.as_bytes()).unwrap();
    }
    assert!(store.remove("b").unwrap());
    assert!(!store.remove("b").unwrap());
    assert_eq!(store.load("b").unwrap_err().code, Code::NotFound);
    assert_eq!(store.prune(2).unwrap(), ["a"]);
    assert_eq!(store.prune(2).unwrap(), [""; 0]);
    store.close().unwrap();
    let mut store = open(&fs, &small()).unwrap();
    let (_, order) = contents(&mut store).unwrap();
    assert_eq!(order, ["c", "d"]);
    assert_eq!(store.prune(0).unwrap(), ["c", "d"]);
    assert_eq!(store.list().unwrap(), []);
}

#[test]
fn a_reader_sees_what_was_saved_since() {
    let fs = SimFs::new(5);
    let mut writer = open(&fs, &small()).unwrap();
    writer.save("a", b"one").unwrap();
    let reading = Options {
        read_only: true,
        ..small()
    };
    let mut reader = open(&fs.another_process(), &reading).unwrap();
    assert_eq!(reader.load("a").unwrap(), b"one");
    assert_eq!(reader.save("a", b"no").unwrap_err().code, Code::ReadOnly);
    assert_eq!(reader.remove("a").unwrap_err().code, Code::ReadOnly);
    assert_eq!(reader.prune(0).unwrap_err().code, Code::ReadOnly);
    writer.save("a", b"two").unwrap();
    writer.save("b", b"three").unwrap();
    assert_eq!(reader.load("a").unwrap(), b"two");
    assert_eq!(reader.list().unwrap().len(), 2);
    // Far enough for segments to be dropped under the reader.
    for round in 0..60 {
        writer.save("b", &noise(round, 20_000)).unwrap();
        assert_eq!(reader.load("b").unwrap(), noise(round, 20_000));
    }
    assert_eq!(reader.load("a").unwrap(), b"two");
}

#[test]
fn arguments_are_checked() {
    let (_fs, mut store) = store();
    for id in ["", &"x".repeat(513)] {
        assert_eq!(store.save(id, b"").unwrap_err().code, Code::InvalidArgType);
        assert_eq!(store.load(id).unwrap_err().code, Code::InvalidArgType);
        assert_eq!(store.remove(id).unwrap_err().code, Code::InvalidArgType);
    }
    store.save(&"x".repeat(512), b"1").unwrap();
    assert_eq!(store.load(&"x".repeat(512)).unwrap(), b"1");
    let fs = SimFs::new(8);
    let mut store = open(
        &fs,
        &Options {
            max_bytes: 10,
            ..small()
        },
    )
    .unwrap();
    let error = store.save("a", &[0; 11]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "ERR_TOO_LARGE: checkpoint has 11 bytes, more than the 10 that maxBytes allows"
    );
    store.save("a", &[0; 10]).unwrap();
    store.close().unwrap();
    store.close().unwrap();
    assert_eq!(store.load("a").unwrap_err().code, Code::Closed);
    assert_eq!(store.save("a", &[]).unwrap_err().code, Code::Closed);
    assert_eq!(store.list().unwrap_err().code, Code::Closed);
}
