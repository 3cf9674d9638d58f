//! Power cuts, killed processes and failing calls.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::Spool;
use crate::checkpoints::testing::noise;
use crate::error::{Code, Result};
use crate::journal::Durability;
use crate::vfs::sim::{Cut, Fault, Plan, SimFs};

fn content(id: &str) -> Vec<u8> {
    match id {
        "a" => noise(1, 150_000),
        "b" => noise(2, 100),
        _ => Vec::new(),
    }
}

/// What was acknowledged, and whose fate is open.
#[derive(Clone, Default)]
struct Promised {
    finished: BTreeSet<&'static str>,
    open: BTreeSet<&'static str>,
}

fn open(fs: &SimFs) -> Result<Spool> {
    Spool::open(Arc::new(fs.clone()), Path::new("/spool"), Durability::Flushed)
}

fn write(spool: &Spool, id: &str) -> Result<()> {
    let mut writer = spool.create(Some(id))?;
    for part in content(id).chunks(40_000) {
        writer.write(part)?;
    }
    writer.finish().map(drop)
}

/// Outputs, an empty one among them, a removal, and the same id again.
fn run(fs: &SimFs, promised: &mut Promised) -> Result<()> {
    let spool = open(fs)?;
    for id in ["a", "c", "b"] {
        promised.open.insert(id);
        write(&spool, id)?;
        promised.open.remove(id);
        promised.finished.insert(id);
    }
    promised.finished.remove("b");
    promised.open.insert("b");
    spool.remove("b")?;
    // A removal that was acknowledged is one for good, until the id comes again.
    write(&spool, "b")?;
    promised.finished.insert("b");
    Ok(())
}

fn verify(fs: &SimFs, promised: &Promised, what: &str) {
    let spool = open(fs).unwrap_or_else(|error| panic!("{what}: {error}"));
    let list = spool.list().unwrap();
    let complete: BTreeMap<&str, ()> = list
        .iter()
        .filter(|entry| entry.complete)
        .map(|entry| (entry.id.as_str(), ()))
        .collect();
    for id in complete.keys() {
        assert!(
            promised.finished.contains(id) || promised.open.contains(id),
            "{what}: {id} is there"
        );
        let read = spool
            .read(id, 0, u64::MAX, false)
            .unwrap_or_else(|error| panic!("{what}: {id}: {error}"));
        assert!(read == content(id), "{what}: {id} has other bytes");
    }
    for id in &promised.finished {
        assert!(complete.contains_key(id), "{what}: {id} is gone");
    }
    for id in ["a", "b", "c"] {
        spool.remove(id).unwrap();
        write(&spool, id).unwrap_or_else(|error| panic!("{what}: {id} cannot be made again: {error}"));
    }
    let spool = open(&fs.power_cut(Cut::Nothing, 1)).unwrap();
    for id in ["a", "b", "c"] {
        assert!(
            spool.read(id, 0, u64::MAX, false).unwrap() == content(id),
            "{what}: {id} again"
        );
    }
}

#[test]
fn i01_i12_a_crash_at_any_call_keeps_what_was_finished_and_nothing_else() {
    let whole = SimFs::new(1);
    run(&whole, &mut Promised::default()).unwrap();
    let mut states = 0;
    for at in 0..=whole.calls() {
        let fs = SimFs::new(1);
        fs.plan(Some(Plan {
            at,
            fault: Fault::Death,
            from_then_on: false,
        }));
        let mut promised = Promised::default();
        let _ = run(&fs, &mut promised);
        fs.plan(None);
        fs.kill();
        let single = (0..fs.pending()).flat_map(|one| [Cut::DropOne(one), Cut::OnlyOne(one), Cut::Tear(one)]);
        let random = [Cut::Random; 8].into_iter();
        for (seed, cut) in [Cut::Nothing, Cut::Everything]
            .into_iter()
            .chain(single)
            .chain(random)
            .enumerate()
        {
            verify(
                &fs.power_cut(cut, seed as u64),
                &promised,
                &format!("call {at}, {cut:?}, seed {seed}"),
            );
            states += 1;
        }
        verify(&fs.another_process(), &promised, &format!("killed at call {at}"));
    }
    assert!(states > 700, "{states}");
}

#[test]
fn i10_i11_a_failure_at_any_call_is_an_error_and_loses_nothing() {
    let whole = SimFs::new(1);
    run(&whole, &mut Promised::default()).unwrap();
    for fault in [Fault::Io, Fault::NoSpace, Fault::Interrupted, Fault::Short] {
        for at in 0..whole.calls() {
            let fs = SimFs::new(1);
            fs.plan(Some(Plan {
                at,
                fault,
                from_then_on: false,
            }));
            let mut promised = Promised::default();
            if let Err(error) = run(&fs, &mut promised) {
                assert!(
                    matches!(error.code, Code::Io | Code::NoSpace),
                    "{fault:?} at {at}: {error}"
                );
            }
            fs.plan(None);
            verify(
                &fs.power_cut(Cut::Nothing, at),
                &promised,
                &format!("{fault:?} at {at}, nothing kept"),
            );
            verify(
                &fs.power_cut(Cut::Random, at),
                &promised,
                &format!("{fault:?} at {at}, some kept"),
            );
            verify(&fs, &promised, &format!("{fault:?} at {at}"));
        }
    }
}

#[test]
fn a_new_spool_outlives_a_power_cut_with_its_first_output() {
    let fs = SimFs::new(2);
    write(&open(&fs).unwrap(), "b").unwrap();
    let after = open(&fs.power_cut(Cut::Nothing, 1)).unwrap();
    assert_eq!(after.read("b", 0, u64::MAX, false).unwrap(), content("b"));
    assert!(after.remove("b").unwrap());
}

#[test]
fn a_removal_outlives_a_power_cut() {
    let fs = SimFs::new(3);
    let spool = open(&fs).unwrap();
    write(&spool, "b").unwrap();
    assert!(spool.remove("b").unwrap());
    let after = open(&fs.power_cut(Cut::Nothing, 1)).unwrap();
    assert_eq!(after.list().unwrap(), []);
}

#[test]
fn i10_after_a_failed_write_only_abort_works() {
    let fs = SimFs::new(4);
    let mut writer = open(&fs).unwrap().create(Some("a")).unwrap();
    fs.plan(Some(Plan {
        at: fs.calls(),
        fault: Fault::NoSpace,
        from_then_on: false,
    }));
    assert_eq!(writer.write(&content("a")).unwrap_err().code, Code::NoSpace);
    assert_eq!(writer.write(b"x").unwrap_err().code, Code::Poisoned);
    assert_eq!(writer.read(0, 1).unwrap_err().code, Code::Poisoned);
    assert_eq!(writer.finish().unwrap_err().code, Code::Poisoned);
    writer.abort().unwrap();
    assert_eq!(open(&fs).unwrap().list().unwrap(), []);
}
