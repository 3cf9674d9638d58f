//! Damaged and hostile stores: an error with its place, or the right bytes.

use std::io::IoSlice;
use std::path::Path;
use std::sync::Arc;

use crate::checkpoints::manifest::{Chunk, Manifest, encoded_bytes};
use crate::checkpoints::testing::{Contents, contents, dir, noise, open, small};
use crate::checkpoints::{Checkpoints, salvage};
use crate::error::{Code, Error};
use crate::format::{FrameKind, Kind, segment_name};
use crate::journal::{Journal, Options};
use crate::vfs::Vfs;
use crate::vfs::sim::SimFs;

fn tiny() -> Options {
    Options {
        segment_bytes: 4096,
        ..small()
    }
}

/// A store of three checkpoints, small enough to damage each byte of it; what it holds, and its segments.
fn small_store() -> (SimFs, Contents, Vec<String>) {
    let fs = SimFs::new(1);
    let mut store = open(&fs, &tiny()).unwrap();
    store.save("a", &noise(1, 1000)).unwrap();
    store.save("b", &noise(2, 2500)).unwrap();
    store.save("a", &noise(3, 900)).unwrap();
    store.save("d", b"gone").unwrap();
    store.remove("d").unwrap();
    store.save("c", b"").unwrap();
    let found = contents(&mut store).unwrap();
    let names = store
        .journal
        .segments()
        .map(|segment| segment_name(segment.number))
        .collect();
    store.close().unwrap();
    (fs, found, names)
}

fn copy_with(fs: &SimFs, names: &[String], changed: &str, change: impl Fn(&mut Vec<u8>)) -> SimFs {
    let copy = SimFs::new(2);
    for name in names.iter().map(String::as_str).chain(["WRITER"]) {
        let path = dir().join(name);
        let mut bytes = fs.get(&path).unwrap();
        if name == changed {
            change(&mut bytes);
        }
        copy.put(&path, &bytes);
    }
    copy
}

/// Everything, or an error.
fn look(fs: &SimFs) -> Result<Contents, Error> {
    contents(&mut open(fs, &tiny())?)
}

#[test]
fn i06_i07_a_changed_byte_is_an_error_or_changes_nothing() {
    let (fs, expected, names) = small_store();
    assert!(names.len() >= 2, "{names:?}");
    let mut errors = 0;
    for name in &names {
        let length = fs.get(&dir().join(name)).unwrap().len();
        for at in 0..length {
            let copy = copy_with(&fs, &names, name, |bytes| bytes[at] ^= 1 << (at % 8));
            match look(&copy) {
                Ok(found) => assert_eq!(found, expected, "byte {at} of {name}"),
                Err(error) => {
                    assert_eq!(error.code, Code::Corrupt, "byte {at} of {name}: {error}");
                    assert!(error.segment.is_some() && error.offset.is_some());
                    errors += 1;
                }
            }
        }
    }
    assert!(errors > 4500, "{errors}");
}

#[test]
fn i06_every_truncation_is_an_error() {
    let (fs, _, names) = small_store();
    for name in &names {
        let length = fs.get(&dir().join(name)).unwrap().len();
        for keep in 0..length {
            let error = look(&copy_with(&fs, &names, name, |bytes| bytes.truncate(keep))).unwrap_err();
            assert_eq!(error.code, Code::Corrupt, "{keep} of {name}: {error}");
        }
    }
}

#[test]
fn i06_a_chunk_damaged_after_opening_is_an_error_with_its_place() {
    let fs = SimFs::new(3);
    let mut store = open(&fs, &small()).unwrap();
    store.save("a", &noise(1, 100_000)).unwrap();
    let chunks = store.index.get("a").unwrap().chunks.clone();
    for chunk in &chunks {
        let file = fs.open(&dir().join(segment_name(chunk.segment)), true).unwrap();
        let mut byte = [0];
        file.read_at(&mut byte, chunk.offset + 3).unwrap();
        file.write_at(&[byte[0] ^ 4], chunk.offset + 3).unwrap();
        let error = store.load("a").unwrap_err();
        assert_eq!(
            (error.code, error.segment, error.offset),
            (Code::Corrupt, Some(chunk.segment), Some(chunk.offset))
        );
        file.write_at(&byte, chunk.offset + 3).unwrap();
    }
    assert_eq!(store.load("a").unwrap(), noise(1, 100_000));
}

/// A store whose last frame has a body made by `make` from where it stands.
fn hostile(kind: FrameKind, make: impl Fn(u64, u64) -> Vec<u8>) -> SimFs {
    let fs = SimFs::new(4);
    let mut store = open(&fs, &small()).unwrap();
    store.save("good", &noise(1, 9000)).unwrap();
    store.close().unwrap();
    let vfs: Arc<dyn Vfs> = Arc::new(fs.clone());
    let mut journal = Journal::open(vfs, dir(), Kind::Checkpoints, &small(), &mut |_, _| Ok(())).unwrap();
    let place = journal.place(4000).unwrap();
    let body = make(place.segment, place.body_offset);
    journal.commit(kind, 1, &[IoSlice::new(&body)]).unwrap();
    journal.close().unwrap();
    fs
}

#[test]
fn i17_hostile_frames_are_refused() {
    let manifest = |bytes: u64, chunks: Vec<Chunk>| {
        Manifest {
            seq: 1,
            bytes,
            home: 0,
            chunks,
        }
        .encode("x")
    };
    let chunk = |segment, offset, length| Chunk {
        segment,
        offset,
        length,
        crc: 0,
    };
    type Make = Box<dyn Fn(u64, u64) -> Vec<u8>>;
    let cases: Vec<(&str, FrameKind, Make)> = vec![
        ("nothing", FrameKind::Checkpoint, Box::new(|_, _| Vec::new())),
        (
            "four billion chunks",
            FrameKind::Checkpoint,
            Box::new(move |_, _| {
                let mut body = manifest(0, Vec::new());
                body[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
                body
            }),
        ),
        (
            "itself",
            FrameKind::Checkpoint,
            Box::new(move |segment, at| manifest(24, vec![chunk(segment, at, 24)])),
        ),
        (
            "a later segment",
            FrameKind::Checkpoint,
            Box::new(move |segment, _| manifest(9, vec![chunk(segment + 1, 64, 9)])),
        ),
        (
            "behind the end",
            FrameKind::Checkpoint,
            Box::new(move |segment, _| manifest(9, vec![chunk(segment, u64::MAX, 9)])),
        ),
        (
            "more than there is",
            FrameKind::Checkpoint,
            Box::new(move |segment, at| {
                manifest(
                    65_536,
                    vec![chunk(segment, at + encoded_bytes(1, "x") as u64, 65_536)],
                )
            }),
        ),
        (
            "ids that are not there",
            FrameKind::Removal,
            Box::new(|_, _| u32::MAX.to_le_bytes().to_vec()),
        ),
        ("events", FrameKind::Events, Box::new(|_, _| vec![0; 8])),
    ];
    for (name, kind, make) in cases {
        let fs = hostile(kind, make);
        let error = open(&fs, &small())
            .err()
            .unwrap_or_else(|| panic!("{name} was accepted"));
        assert_eq!(error.code, Code::Corrupt, "{name}: {error}");
    }
}

#[test]
fn i06_a_segment_that_is_missing_in_front_is_noticed() {
    let fs = SimFs::new(5);
    let mut store = open(&fs, &small()).unwrap();
    store.save("a", &noise(1, 20_000)).unwrap();
    store.save("b", &noise(2, 20_000)).unwrap();
    store.save("c", &noise(1, 20_000)).unwrap();
    store.close().unwrap();
    fs.unlink(&dir().join(segment_name(0))).unwrap();
    let error = open(&fs, &small()).err().unwrap();
    assert_eq!((error.code, error.segment), (Code::Corrupt, Some(0)));
}

#[test]
fn salvage_copies_the_latest_whole_save_of_each_id() {
    let fs = SimFs::new(6);
    let mut store = open(&fs, &small()).unwrap();
    store.save("whole", &noise(1, 9000)).unwrap();
    store.save("older", &noise(2, 9000)).unwrap();
    store.save("older", &noise(3, 9000)).unwrap();
    store.save("lost", &noise(4, 9000)).unwrap();
    store.save("gone", b"gone").unwrap();
    store.remove("gone").unwrap();
    let damaged: Vec<Chunk> = ["older", "lost"]
        .map(|id| store.index.get(id).unwrap().chunks[0])
        .to_vec();
    store.close().unwrap();
    for chunk in damaged {
        let file = fs.open(&dir().join(segment_name(chunk.segment)), true).unwrap();
        file.write_at(b"damage", chunk.offset + 100).unwrap();
    }
    assert_eq!(open(&fs, &small()).err().unwrap().code, Code::Corrupt);
    let vfs: Arc<dyn Vfs> = Arc::new(fs.clone());
    let target = Path::new("/saved");
    let report = salvage(Arc::clone(&vfs), dir(), target, &small()).unwrap();
    let ids = |infos: &[super::super::Info]| infos.iter().map(|info| info.id.clone()).collect::<Vec<_>>();
    // The frames of the damaged saves do not hold, so nothing is known of them but that something is gone.
    assert_eq!(ids(&report.whole), ["whole", "older"]);
    assert_eq!(report.damage.len(), 2, "{report:?}");
    let mut copy = Checkpoints::open(Arc::clone(&vfs), target, &small()).unwrap();
    let (found, order) = contents(&mut copy).unwrap();
    assert_eq!(order, ["whole", "older"]);
    assert_eq!(found["whole"], noise(1, 9000));
    assert_eq!(found["older"], noise(2, 9000));
    copy.close().unwrap();
    assert_eq!(
        salvage(Arc::clone(&vfs), dir(), target, &small())
            .unwrap_err()
            .code,
        Code::Exists
    );
    let nothing = salvage(vfs, Path::new("/"), Path::new("/other"), &small()).unwrap_err();
    assert_eq!(nothing.code, Code::NotFound);
}

#[test]
fn salvage_knows_a_save_whose_chunks_are_damaged_elsewhere() {
    let fs = SimFs::new(7);
    let mut store = open(&fs, &small()).unwrap();
    let base = noise(1, 30_000);
    store.save("a", &base).unwrap();
    let shared = store.index.get("a").unwrap().chunks[0];
    store.save("b", &base).unwrap();
    store.save("b", &[noise(2, 3), base.clone()].concat()).unwrap();
    store.close().unwrap();
    let file = fs.open(&dir().join(segment_name(shared.segment)), true).unwrap();
    file.write_at(b"damage", shared.offset + 100).unwrap();
    let vfs: Arc<dyn Vfs> = Arc::new(fs.clone());
    let report = salvage(vfs, dir(), Path::new("/saved"), &small()).unwrap();
    assert_eq!(
        report.whole.len() + report.older.len() + report.lost.len(),
        1,
        "{report:?}"
    );
    assert_eq!(report.damage.len(), 1, "{report:?}");
}
