//! What a handle says after a failure.

use crate::checkpoints::testing::{contents, noise, open, small};
use crate::error::{Code, Error};
use crate::journal::{Durability, Options, SparePolicy};
use crate::vfs::sim::{Cut, Fault, Plan, SimFs};

#[test]
fn i10_a_failed_flush_poisons_the_store() {
    let fs = SimFs::new(1);
    let mut store = open(&fs, &small()).unwrap();
    store.save("a", b"one").unwrap();
    // The write succeeds, the flush behind it fails.
    fs.plan(Some(Plan {
        at: fs.calls() + 1,
        fault: Fault::Io,
        from_then_on: false,
    }));
    assert_eq!(store.save("a", b"two").unwrap_err().code, Code::Io);
    let error = store.save("a", b"three").unwrap_err();
    assert_eq!(
        (error.code, error.cause.unwrap().code),
        (Code::Poisoned, Code::Io)
    );
    assert_eq!(store.load("a").unwrap_err().code, Code::Poisoned);
    assert_eq!(store.list().unwrap_err().code, Code::Poisoned);
    store.close().unwrap();
    let mut store = open(&fs, &small()).unwrap();
    assert!([b"one", b"two"].contains(&store.load("a").unwrap().as_slice().try_into().unwrap()));
}

#[test]
fn i11_a_full_disk_leaves_what_was_there_and_does_not_grow() {
    let fs = SimFs::new(2);
    // Without a segment made ahead, which a full disk would not keep from being used.
    let options = Options {
        spare: SparePolicy::Never,
        ..small()
    };
    let mut store = open(&fs, &options).unwrap();
    store.save("a", &noise(1, 20_000)).unwrap();
    let before = contents(&mut store).unwrap();
    let segments = store.journal.segments().len();
    fs.plan(Some(Plan {
        at: fs.calls(),
        fault: Fault::NoSpace,
        from_then_on: true,
    }));
    for round in 0..5 {
        // A new segment would be needed, so nothing of the frame has been written and the store goes on.
        let error = store.save("a", &noise(10 + round, 30_000)).unwrap_err();
        assert_eq!(error.code, Code::NoSpace);
        assert_eq!(contents(&mut store).unwrap(), before);
    }
    fs.plan(None);
    assert_eq!(store.journal.segments().len(), segments);
    store.save("a", &noise(20, 30_000)).unwrap();
    assert_eq!(store.load("a").unwrap(), noise(20, 30_000));
}

#[test]
fn the_buffered_level_is_safe_after_flush_and_close() {
    let options = Options {
        durability: Durability::Buffered,
        ..small()
    };
    let fs = SimFs::new(3);
    let mut store = open(&fs, &options).unwrap();
    store.save("a", b"one").unwrap();
    store.flush().unwrap();
    store.save("a", b"two").unwrap();
    let cut = fs.power_cut(Cut::Nothing, 1);
    assert_eq!(open(&cut, &options).unwrap().load("a").unwrap(), b"one");
    store.close().unwrap();
    let cut = fs.power_cut(Cut::Nothing, 1);
    assert_eq!(open(&cut, &options).unwrap().load("a").unwrap(), b"two");
}

#[test]
fn a_poisoned_store_can_be_closed() {
    let fs = SimFs::new(4);
    let mut store = open(&fs, &small()).unwrap();
    store.poison(Error::new(Code::Internal, "a panic"));
    assert_eq!(store.save("a", b"").unwrap_err().code, Code::Poisoned);
    store.close().unwrap();
    assert_eq!(store.save("a", b"").unwrap_err().code, Code::Closed);
}
