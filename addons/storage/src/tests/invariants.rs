//! One test for each promise that needs a situation of its own.

use std::io::IoSlice;
use std::path::Path;
use std::sync::Arc;

use super::support::{DIR, open, read, reader, small};
use crate::error::Code;
use crate::format::{FrameKind, Kind, WRITER_NAME, WriterState, segment_name};
use crate::journal::{Durability, Journal, Options};
use crate::vfs::Vfs;
use crate::vfs::sim::{Cut, Fault, Plan, SimFs};

fn journal(fs: &SimFs) -> Journal {
    let vfs: Arc<dyn Vfs> = Arc::new(fs.clone());
    Journal::open(vfs, Path::new(DIR), Kind::Events, &small(), &mut |_, _| Ok(())).unwrap()
}

fn write(journal: &mut Journal, event: &[u8]) -> u64 {
    let length = (event.len() as u32).to_le_bytes();
    journal
        .write(
            FrameKind::Events,
            1,
            &[IoSlice::new(&length), IoSlice::new(event)],
        )
        .unwrap()
}

fn buffered() -> Options {
    Options {
        durability: Durability::Buffered,
        segment_bytes: 4096,
        ..small()
    }
}

#[test]
fn i05_recovering_twice_gives_the_same_bytes() {
    for seed in 0..200 {
        let fs = SimFs::new(seed);
        let log = open(&fs, &buffered()).unwrap();
        for index in 0..6_u8 {
            log.append(&[index; 700]).unwrap();
        }
        let fs = fs.power_cut(Cut::Random, seed);
        let events = || {
            let fs = fs.snapshot();
            let log = open(&fs, &small()).unwrap();
            read(&log, None).unwrap()
        };
        let first = events();
        assert_eq!(events(), first);
        let log = open(&fs, &small()).unwrap();
        assert_eq!(read(&log, None).unwrap(), first);
        drop(log);
        let again = open(&fs, &small()).unwrap();
        assert_eq!(read(&again, None).unwrap(), first);
        assert_eq!(again.recovery().cut_bytes, 0);
    }
}

/// A tail whose erasing failed must not come back behind later events, although the system shows zeros in its place.
#[test]
fn i08_a_tail_whose_erasing_failed_is_erased_by_the_next_writer() {
    for seed in 0..60 {
        let fs = SimFs::new(seed);
        let log = open(&fs, &buffered()).unwrap();
        for index in 0..3_u8 {
            log.append(&[index; 100]).unwrap();
        }
        // The first event is lost, those behind it are there: whole frames with a number too high.
        let fs = fs.power_cut(Cut::DropOne(first_write(&fs)), seed);
        assert!(
            fs.get(&Path::new(DIR).join(segment_name(0))).unwrap()[64..200]
                .iter()
                .all(|byte| *byte == 0)
        );
        let counted = fs.snapshot();
        drop(open(&counted, &small()).unwrap());
        for at in 0..counted.calls() - fs.calls() {
            let fs = fs.snapshot();
            fs.plan(Some(Plan {
                at: fs.calls() + at,
                fault: Fault::Io,
                from_then_on: false,
            }));
            drop(open(&fs, &small()));
            fs.plan(None);
            let log = open(&fs, &small()).unwrap();
            assert_eq!(log.append(&[9; 100]).unwrap(), 0);
            let fs = fs.power_cut(Cut::Nothing, seed);
            let log = open(&fs, &small()).unwrap();
            assert_eq!(
                read(&log, None).unwrap().1,
                [vec![9; 100]],
                "seed {seed}, call {at}"
            );
        }
    }
}

/// As above, when the writer that erased the tail was killed before its flush, and the next one does not flush for a while.
#[test]
fn i04_i08_what_a_killed_recovery_erased_is_flushed_before_anything_is_built_on_it() {
    let fs = SimFs::new(5);
    let log = open(&fs, &buffered()).unwrap();
    for index in 0..3_u8 {
        log.append(&[index; 100]).unwrap();
    }
    let torn = fs.power_cut(Cut::DropOne(first_write(&fs)), 1);
    let counted = torn.snapshot();
    drop(open(&counted, &buffered()).unwrap());
    let mut died = 0;
    for at in 0..counted.calls() {
        let fs = torn.snapshot();
        fs.plan(Some(Plan {
            at,
            fault: Fault::Death,
            from_then_on: false,
        }));
        died += u32::from(open(&fs, &buffered()).is_err());
        fs.plan(None);
        fs.kill();
        let fs = fs.another_process();
        let log = open(&fs, &buffered()).unwrap();
        assert_eq!(log.append(&[9; 100]).unwrap(), 0);
        for lost in 0..fs.pending() {
            let fs = fs.power_cut(Cut::DropOne(lost), 1);
            let log = open(&fs, &small()).unwrap();
            let events = read(&log, None).unwrap().1;
            assert!(
                events.is_empty() || events == [vec![9; 100]],
                "call {at}, without {lost}: {events:?}"
            );
        }
    }
    assert!(died > 5, "{died}");
}

/// Index, among what is pending, of the write of the first frame.
fn first_write(fs: &SimFs) -> usize {
    (0..fs.pending())
        .find(|index| {
            let cut = fs.power_cut(Cut::DropOne(*index), 0);
            let segment = cut.get(&Path::new(DIR).join(segment_name(0))).unwrap();
            segment[64..100].iter().all(|byte| *byte == 0) && segment[300..].iter().any(|byte| *byte != 0)
        })
        .expect("the first event is pending")
}

#[test]
fn i10_after_a_failed_flush_what_is_seen_is_made_firm_before_anything_is_built_on_it() {
    for seed in 0..50 {
        let fs = SimFs::new(seed);
        let log = open(&fs, &small()).unwrap();
        log.append(b"acknowledged").unwrap();
        // The second call of an append is its flush.
        fs.plan(Some(Plan {
            at: fs.calls() + 1,
            fault: Fault::Io,
            from_then_on: false,
        }));
        assert_eq!(log.append(b"in flight").unwrap_err().code, Code::Io);
        let poisoned = log.append(b"refused").unwrap_err();
        assert_eq!(poisoned.code, Code::Poisoned);
        assert_eq!(poisoned.cause.unwrap().code, Code::Io);
        assert_eq!(log.replay(None).err().unwrap().code, Code::Poisoned);
        assert_eq!(log.flush().unwrap_err().code, Code::Poisoned);
        assert_eq!(log.enqueue(b"refused").unwrap_err().code, Code::Poisoned);
        log.close().unwrap();
        let log = open(&fs, &small()).unwrap();
        assert_eq!(log.next_seq(), 2);
        assert_eq!(log.append(b"built on it").unwrap(), 2);
        let fs = fs.power_cut(Cut::Nothing, seed);
        let log = open(&fs, &small()).unwrap();
        assert_eq!(log.next_seq(), 3, "seed {seed}");
    }
}

#[test]
fn i11_a_full_disk_changes_nothing_and_retries_do_not_pile_up() {
    let fs = SimFs::new(1);
    let log = open(&fs, &small()).unwrap();
    log.append(&[1; 250]).unwrap();
    let names = fs.list(Path::new(DIR)).unwrap();
    fs.plan(Some(Plan {
        at: fs.calls(),
        fault: Fault::NoSpace,
        from_then_on: true,
    }));
    for _ in 0..20 {
        assert_eq!(log.append(&[2; 250]).unwrap_err().code, Code::NoSpace);
        assert_eq!(log.next_seq(), 1);
    }
    assert_eq!(read(&log, None).unwrap().1, [vec![1; 250]]);
    assert_eq!(fs.list(Path::new(DIR)).unwrap(), names);
    fs.plan(None);
    assert_eq!(log.append(&[3; 250]).unwrap(), 1);
    let fs = fs.power_cut(Cut::Nothing, 1);
    let log = open(&fs, &small()).unwrap();
    assert_eq!(read(&log, None).unwrap().1, [vec![1; 250], vec![3; 250]]);
}

#[test]
fn i11_queued_events_behind_a_full_disk_are_told_one_by_one() {
    let fs = SimFs::new(1);
    let options = Options {
        group_bytes: 100,
        ..small()
    };
    let log = open(&fs, &options).unwrap();
    for index in 0..8_u8 {
        assert_eq!(log.enqueue(&[index; 90]).unwrap(), u64::from(index));
    }
    // Three frames fit; then the segment is flushed, and a file for the next one made.
    fs.plan(Some(Plan {
        at: fs.calls() + 4,
        fault: Fault::NoSpace,
        from_then_on: false,
    }));
    assert!(log.drain());
    let settled = log.take_settled();
    fs.plan(None);
    assert_eq!(settled.len(), 2, "{settled:?}");
    assert_eq!((settled[0].count, settled[0].error.is_none()), (3, true));
    assert_eq!(settled[1].count, 5);
    assert_eq!(settled[1].error.as_ref().unwrap().code, Code::NoSpace);
    assert_eq!(log.append(b"goes on").unwrap(), 3);
}

#[test]
fn i15_a_reader_never_sees_what_is_in_flight() {
    let fs = SimFs::new(1);
    let mut journal = journal(&fs);
    write(&mut journal, b"one");
    journal.acknowledge().unwrap();
    let log = open(&fs.another_process(), &reader()).unwrap();
    assert_eq!(log.next_seq(), 1);
    write(&mut journal, b"two");
    assert_eq!(open(&fs.another_process(), &reader()).unwrap().next_seq(), 1);
    assert_eq!(read(&log, None).unwrap().1, [b"one".to_vec()]);
    journal.acknowledge().unwrap();
    assert_eq!(read(&log, None).unwrap().1, [b"one".to_vec(), b"two".to_vec()]);
    assert_eq!(log.append(b"no").unwrap_err().code, Code::ReadOnly);
    assert_eq!(log.enqueue(b"no").unwrap_err().code, Code::ReadOnly);
    assert_eq!(log.prune(1).unwrap_err().code, Code::ReadOnly);
    assert_eq!(log.flush().unwrap_err().code, Code::ReadOnly);
}

#[test]
fn i15_a_reader_takes_the_limit_of_a_killed_writer_but_not_of_an_earlier_boot() {
    let fs = SimFs::new(1);
    let mut journal = journal(&fs);
    write(&mut journal, b"one");
    journal.acknowledge().unwrap();
    write(&mut journal, b"in flight");
    fs.kill();
    let fs = fs.another_process();
    assert_eq!(open(&fs, &reader()).unwrap().next_seq(), 1);
    let rebooted = fs.power_cut(Cut::Everything, 1);
    assert_eq!(open(&rebooted, &reader()).unwrap().next_seq(), 2);
}

#[test]
fn i15_without_a_boot_id_the_last_frame_counts_too() {
    let fs = SimFs::new(1);
    let log = open(&fs, &small()).unwrap();
    for index in 0..3_u8 {
        log.append(&[index]).unwrap();
    }
    for (acknowledged, seen) in [(0, 2), (1, 2), (3, 3)] {
        let said = WriterState {
            pid: 9,
            boot_id: [0; 16],
            acknowledged,
            flushed: acknowledged,
        };
        fs.put(&Path::new(DIR).join(WRITER_NAME), &said.encode());
        assert_eq!(open(&fs, &reader()).unwrap().next_seq(), seen, "{acknowledged}");
    }
}

#[test]
fn i15_a_replay_goes_on_in_a_segment_that_was_pruned_and_says_when_one_is_gone() {
    let fs = SimFs::new(1);
    let log = open(&fs, &small()).unwrap();
    for index in 0..8_u8 {
        log.append(&[index; 200]).unwrap();
    }
    let mut replay = log.replay(None).unwrap();
    let (mut buffer, mut ranges) = (Vec::new(), Vec::new());
    assert_eq!(replay.next_bytes().unwrap().map(|bytes| bytes > 200), Some(true));
    log.prune(8).unwrap();
    assert!(replay.next_chunk(&mut buffer, &mut ranges).unwrap().is_some());
    assert_eq!(
        replay.next_chunk(&mut buffer, &mut ranges).unwrap_err().code,
        Code::Pruned
    );
    assert_eq!(log.replay(Some(0)).err().unwrap().code, Code::Pruned);
}

#[test]
fn i14_a_second_writer_is_refused_with_the_process_of_the_first() {
    let fs = SimFs::new(1);
    let log = open(&fs, &small()).unwrap();
    let refused = open(&fs.another_process(), &small()).err().unwrap();
    assert_eq!((refused.code, refused.pid), (Code::Locked, Some(1)));
    log.close().unwrap();
    open(&fs.another_process(), &small()).unwrap();
}

#[test]
fn i09_a_number_is_not_given_twice_after_a_crash() {
    let fs = SimFs::new(1);
    let log = open(&fs, &small()).unwrap();
    for expected in 0..5 {
        assert_eq!(log.append(b"x").unwrap(), expected);
    }
    let fs = fs.power_cut(Cut::Nothing, 1);
    assert_eq!(open(&fs, &small()).unwrap().append(b"y").unwrap(), 5);
}

#[test]
fn a_closed_log_answers_closed_and_closes_again() {
    let fs = SimFs::new(1);
    let log = open(&fs, &small()).unwrap();
    log.append(b"x").unwrap();
    log.enqueue(b"queued").unwrap();
    log.close().unwrap();
    assert_eq!(log.take_settled()[0].error, None);
    log.close().unwrap();
    for error in [
        log.append(b"y").unwrap_err(),
        log.enqueue(b"y").unwrap_err(),
        log.append_batch(&[]).unwrap_err(),
        log.flush().unwrap_err(),
        log.prune(0).unwrap_err(),
        log.replay(None).err().unwrap(),
    ] {
        assert_eq!(error.code, Code::Closed);
    }
    assert_eq!(open(&fs, &reader()).unwrap().next_seq(), 2);
}

#[test]
fn i10_a_log_that_was_poisoned_with_events_in_its_queue_tells_them_and_closes() {
    let fs = SimFs::new(1);
    let log = open(&fs, &small()).unwrap();
    log.enqueue(b"queued").unwrap();
    log.poison(crate::Error::new(Code::Internal, "a panic"));
    assert_eq!(log.append(b"no").unwrap_err().code, Code::Poisoned);
    log.close().unwrap();
    let settled = log.take_settled();
    assert_eq!(settled[0].error.as_ref().unwrap().code, Code::Poisoned);
    assert_eq!(open(&fs, &small()).unwrap().next_seq(), 0);
}

#[test]
fn sizes_above_the_limit_are_refused_before_anything_is_written() {
    let fs = SimFs::new(1);
    let options = Options {
        max_bytes: 100,
        ..small()
    };
    let log = open(&fs, &options).unwrap();
    let calls = fs.calls();
    assert_eq!(log.append(&[0; 101]).unwrap_err().code, Code::TooLarge);
    assert_eq!(log.enqueue(&[0; 101]).unwrap_err().code, Code::TooLarge);
    assert_eq!(
        log.append_batch(&[&[0; 51], &[0; 50]]).unwrap_err().code,
        Code::TooLarge
    );
    assert_eq!(fs.calls(), calls);
    assert_eq!(log.append(&[0; 100]).unwrap(), 0);
}

#[test]
fn a_commit_is_one_write_one_flush_and_one_word() {
    let fs = SimFs::new(1);
    let log = open(&fs, &small()).unwrap();
    fs.trace();
    log.append(b"counted").unwrap();
    log.append_batch(&[b"a", b"b"]).unwrap();
    let calls = fs.traced();
    assert_eq!(calls.len(), 6, "{calls:?}");
    assert!(calls[0].contains("write") && calls[1].contains("flush") && calls[2].contains("WRITER"));
}
