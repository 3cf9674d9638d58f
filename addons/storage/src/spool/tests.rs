use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::checkpoints::testing::noise;
use crate::vfs::sim::SimFs;

const BLOCK: usize = BLOCK_BYTES;

fn dir() -> &'static Path {
    Path::new("/spool")
}

fn open(fs: &SimFs) -> Spool {
    Spool::open(Arc::new(fs.clone()), dir(), Durability::Flushed).unwrap()
}

fn finished(fs: &SimFs, id: &str, bytes: &[u8]) -> Spool {
    let spool = open(fs);
    let mut writer = spool.create(Some(id)).unwrap();
    writer.write(bytes).unwrap();
    writer.finish().unwrap();
    spool
}

#[test]
fn an_output_is_the_bytes_that_were_written_in_any_pieces() {
    let bytes = noise(1, 3 * BLOCK + 100);
    for piece in [999, BLOCK - 1, BLOCK, BLOCK + 1, bytes.len()] {
        let fs = SimFs::new(1);
        let spool = open(&fs);
        let mut writer = spool.create(Some("a")).unwrap();
        for part in bytes.chunks(piece) {
            writer.write(part).unwrap();
        }
        assert_eq!(writer.bytes(), bytes.len() as u64);
        assert_eq!(writer.read(0, u64::MAX).unwrap(), bytes);
        let middle = BLOCK - 10..3 * BLOCK + 50;
        assert_eq!(
            writer.read(middle.start as u64, middle.end as u64).unwrap(),
            bytes[middle]
        );
        assert!(!spool.stat("a").unwrap().complete);
        assert_eq!(spool.read("a", 0, 1, false).unwrap_err().code, Code::Incomplete);
        let entry = writer.finish().unwrap();
        assert_eq!(
            entry,
            Entry {
                id: "a".to_owned(),
                bytes: bytes.len() as u64,
                complete: true
            }
        );
        assert_eq!(spool.read("a", 0, u64::MAX, false).unwrap(), bytes);
        assert_eq!(spool.list().unwrap(), [entry]);
        assert_eq!(fs.get(&dir().join("a.out")).unwrap(), bytes);
        assert_eq!(writer.write(b"x").unwrap_err().code, Code::Closed);
        writer.abort().unwrap();
        assert_eq!(spool.list().unwrap().len(), 1);
    }
}

#[test]
fn ranges_are_clipped_and_only_touched_blocks_are_checked() {
    let bytes = noise(2, 3 * BLOCK);
    let fs = SimFs::new(2);
    let spool = finished(&fs, "a", &bytes);
    for (start, end) in [
        (0, 0),
        (5, 3),
        (0, 1),
        (BLOCK - 1, BLOCK + 1),
        (BLOCK, 2 * BLOCK),
        (2 * BLOCK, usize::MAX),
    ] {
        let expected = bytes.get(start..end.min(bytes.len())).unwrap_or_default();
        assert_eq!(
            spool.read("a", start as u64, end as u64, false).unwrap(),
            expected
        );
    }
    let file = fs.open(&dir().join("a.out"), true).unwrap();
    file.write_at(&[bytes[BLOCK] ^ 1], BLOCK as u64).unwrap();
    assert!(spool.read("a", 0, BLOCK as u64, false).is_ok());
    assert!(spool.read("a", 2 * BLOCK as u64, u64::MAX, false).is_ok());
    let error = spool
        .read("a", BLOCK as u64 + 7, BLOCK as u64 + 8, false)
        .unwrap_err();
    assert_eq!((error.code, error.offset), (Code::Corrupt, Some(BLOCK as u64)));
}

#[test]
fn i06_every_changed_byte_and_every_truncation_is_an_error() {
    let bytes = noise(3, 700);
    let fs = SimFs::new(3);
    finished(&fs, "a", &bytes);
    let files: Vec<_> = ["a.out", "a.sum"]
        .map(|name| (name, fs.get(&dir().join(name)).unwrap()))
        .to_vec();
    let broken = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let copy = SimFs::new(4);
        for (file, content) in &files {
            let mut content = content.clone();
            if *file == name {
                change(&mut content);
            }
            copy.put(&dir().join(file), &content);
        }
        open(&copy)
            .read("a", 0, u64::MAX, false)
            .err()
            .map(|error| error.code)
    };
    for (name, content) in &files {
        for at in 0..content.len() {
            assert_eq!(
                broken(name, &|bytes| bytes[at] ^= 1 << (at % 8)),
                Some(Code::Corrupt),
                "byte {at} of {name}"
            );
            assert_eq!(
                broken(name, &|bytes| bytes.truncate(at)),
                Some(Code::Corrupt),
                "{name} cut to {at}"
            );
        }
        assert_eq!(
            broken(name, &|bytes| bytes.push(0)),
            Some(Code::Corrupt),
            "{name} longer"
        );
    }
}

#[test]
fn i17_sums_that_claim_a_huge_output_are_refused() {
    let fs = SimFs::new(5);
    fs.put(&dir().join("a.out"), b"little");
    let mut sums = sums::encode(&[0], u64::MAX);
    fs.put(&dir().join("a.sum"), &sums);
    assert_eq!(
        open(&fs).read("a", 0, u64::MAX, false).unwrap_err().code,
        Code::Corrupt
    );
    sums.truncate(3);
    fs.put(&dir().join("b.out"), b"");
    fs.put(&dir().join("b.sum"), &sums);
    assert_eq!(
        open(&fs).read("b", 0, u64::MAX, false).unwrap_err().code,
        Code::Corrupt
    );
}

#[test]
fn an_id_is_taken_once_and_orphans_are_no_outputs() {
    let fs = SimFs::new(6);
    for (name, content) in [
        ("a.sum", "old"),
        ("b-00000000000000ff.tmp", "half"),
        ("d.out", "no sums"),
    ] {
        fs.put(&dir().join(name), content.as_bytes());
    }
    let spool = open(&fs);
    let ids: Vec<(String, bool)> = spool
        .list()
        .unwrap()
        .into_iter()
        .map(|entry| (entry.id, entry.complete))
        .collect();
    assert_eq!(ids, [("d".to_owned(), false)]);
    let mut writer = spool.create(Some("a")).unwrap();
    assert_eq!(
        fs.get(&dir().join("a.sum")),
        None,
        "the sums of another output are gone before"
    );
    assert_eq!(spool.create(Some("a")).err().unwrap().code, Code::Exists);
    writer.write(b"new").unwrap();
    writer.finish().unwrap();
    assert_eq!(spool.create(Some("a")).err().unwrap().code, Code::Exists);
    assert_eq!(spool.create(Some("d")).err().unwrap().code, Code::Exists);
    assert!(!spool.remove("b").unwrap());
    assert!(spool.remove("a").unwrap());
    assert!(!spool.remove("a").unwrap());
    assert_eq!(spool.stat("a").unwrap_err().code, Code::NotFound);
    let random = spool.create(None).unwrap();
    assert_eq!(random.id().len(), 16);
}

#[test]
fn what_a_dead_writer_left_is_incomplete_and_can_be_read_unverified() {
    let fs = SimFs::new(7);
    let bytes = noise(7, 2 * BLOCK + 9);
    let mut writer = open(&fs).create(Some("a")).unwrap();
    writer.write(&bytes).unwrap();
    fs.kill();
    drop(writer);
    let spool = open(&fs.another_process());
    assert_eq!(
        spool.list().unwrap(),
        [Entry {
            id: "a".to_owned(),
            bytes: 2 * BLOCK as u64,
            complete: false
        }]
    );
    assert_eq!(spool.read("a", 0, u64::MAX, true).unwrap(), bytes[..2 * BLOCK]);
    assert!(spool.remove("a").unwrap());
    assert_eq!(spool.list().unwrap(), []);
}
