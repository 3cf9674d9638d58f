//! Giving space back.

use crate::checkpoints::testing::{contents, noise, open, small};
use crate::vfs::sim::SimFs;

#[test]
fn i13_space_comes_back_and_nothing_live_is_lost() {
    let fs = SimFs::new(1);
    let mut store = open(&fs, &small()).unwrap();
    let keeper = noise(1, 50_000);
    store.save("keeper", &keeper).unwrap();
    store.save("nothing", b"").unwrap();
    for round in 0..100 {
        store.save("busy", &noise(100 + round, 30_000)).unwrap();
        let total: u64 = store.journal.segments().map(|segment| segment.capacity).sum();
        // Half dead, a segment apart, what one save adds on top: see `give_back`.
        assert!(
            total < 5 * store.index.live_bytes() + 6 * (32 << 10),
            "round {round}: {total}"
        );
    }
    assert!(store.journal.segments().next().unwrap().number > 20);
    let list = store.list().unwrap();
    let order: Vec<(&str, u64)> = list.iter().map(|info| (info.id.as_str(), info.seq)).collect();
    assert_eq!(
        order[..2],
        [("keeper", 0), ("nothing", 1)],
        "moved, with the number they had"
    );
    assert_eq!(store.load("keeper").unwrap(), keeper);
    assert_eq!(store.load("nothing").unwrap(), b"");
    let before = contents(&mut store).unwrap();
    store.close().unwrap();
    let mut store = open(&fs, &small()).unwrap();
    assert_eq!(contents(&mut store).unwrap(), before);
    assert_eq!(store.list().unwrap(), list);
}

#[test]
fn shared_chunks_move_once() {
    let fs = SimFs::new(2);
    let mut store = open(&fs, &small()).unwrap();
    let shared = noise(5, 24_000);
    for id in ["a", "b", "c"] {
        store.save(id, &shared).unwrap();
    }
    for round in 0..12 {
        store.save("busy", &noise(10 + round, 30_000)).unwrap();
    }
    assert!(store.journal.segments().next().unwrap().number > 0);
    let places = |id: &str| store.index.get(id).unwrap().chunks.clone();
    assert_eq!(places("a"), places("b"));
    assert_eq!(places("a"), places("c"));
    assert_eq!(store.load("c").unwrap(), shared);
}

#[test]
fn damage_is_not_moved_and_does_not_fail_the_save() {
    let fs = SimFs::new(3);
    let mut store = open(&fs, &small()).unwrap();
    store.save("victim", &noise(1, 20_000)).unwrap();
    let chunk = store.index.get("victim").unwrap().chunks[0];
    let path = super::super::testing::dir().join(crate::format::segment_name(chunk.segment));
    for round in 0..12 {
        if round == 2 {
            use crate::vfs::Vfs;
            let file = fs.open(&path, true).unwrap();
            file.write_at(&[0xAA; 8], chunk.offset + 5).unwrap();
        }
        store.save("busy", &noise(10 + round, 30_000)).unwrap();
    }
    let error = store.load("victim").unwrap_err();
    assert_eq!(
        (error.segment, error.offset),
        (Some(chunk.segment), Some(chunk.offset))
    );
    assert_eq!(
        store.journal.segments().next().unwrap().number,
        0,
        "what is damaged stays for salvage"
    );
    // The same bytes again heal it: what does not hold is not shared.
    store.save("victim", &noise(1, 20_000)).unwrap();
    assert_eq!(store.load("victim").unwrap(), noise(1, 20_000));
}
