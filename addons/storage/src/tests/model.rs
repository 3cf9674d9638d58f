//! The log against a list, on random calls of its interface.

use proptest::collection::vec;
use proptest::prelude::*;

use super::support::{open, read, small};
use crate::error::Code;
use crate::journal::{Durability, Options, SparePolicy};
use crate::vfs::sim::SimFs;

#[derive(Clone, Debug)]
enum Call {
    Append(Vec<u8>),
    Batch(Vec<Vec<u8>>),
    Enqueue(Vec<u8>),
    Drain,
    Flush,
    Prune(f64),
    Replay(f64),
    Reopen,
}

fn event() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..40), vec(any::<u8>(), 0..900)]
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        4 => event().prop_map(Call::Append),
        2 => vec(event(), 0..5).prop_map(Call::Batch),
        4 => event().prop_map(Call::Enqueue),
        2 => Just(Call::Drain),
        1 => Just(Call::Flush),
        1 => (0.0..1.2).prop_map(Call::Prune),
        2 => (0.0..1.2).prop_map(Call::Replay),
        1 => Just(Call::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn i09_behaves_as_a_list(
        calls in vec(call(), 1..40),
        segment_bytes in 100_u64..3000,
        buffered in any::<bool>(),
        inline in any::<bool>(),
    ) {
        let fs = SimFs::new(1);
        let options = Options {
            segment_bytes,
            group_bytes: 200,
            durability: if buffered { Durability::Buffered } else { Durability::Flushed },
            spare: if inline { SparePolicy::Inline } else { SparePolicy::Never },
            ..small()
        };
        let mut log = open(&fs, &options).unwrap();
        let mut list: Vec<Vec<u8>> = Vec::new();
        let mut queued: Vec<Vec<u8>> = Vec::new();
        let mut settled = 0;
        for call in calls {
            match call {
                Call::Append(event) => {
                    list.append(&mut queued);
                    prop_assert_eq!(log.append(&event).unwrap(), list.len() as u64);
                    list.push(event);
                }
                Call::Batch(events) => {
                    let parts: Vec<&[u8]> = events.iter().map(Vec::as_slice).collect();
                    let expected = list.len() + queued.len();
                    prop_assert_eq!(log.append_batch(&parts).unwrap(), expected as u64);
                    if !events.is_empty() {
                        list.append(&mut queued);
                        list.extend(events);
                    }
                }
                Call::Enqueue(event) => {
                    prop_assert_eq!(log.enqueue(&event).unwrap(), (list.len() + queued.len()) as u64);
                    queued.push(event);
                }
                Call::Drain => {
                    prop_assert_eq!(log.drain(), !queued.is_empty());
                    list.append(&mut queued);
                }
                Call::Flush => {
                    log.flush().unwrap();
                    list.append(&mut queued);
                    prop_assert_eq!(log.flushed_seq(), list.len() as u64);
                }
                Call::Prune(share) => {
                    let before = (share * list.len() as f64) as u64;
                    let old = log.first_seq();
                    let first = log.prune(before).unwrap();
                    prop_assert!(first >= old && (first == old || first <= before));
                }
                Call::Replay(share) => {
                    let from = (share * list.len() as f64) as u64;
                    let first = log.first_seq();
                    match read(&log, Some(from)) {
                        Err(error) => prop_assert!(error.code == Code::Pruned && from < first),
                        Ok((start, events)) => {
                            prop_assert!(from >= first);
                            let expected = &list[list.len().min(from as usize)..];
                            prop_assert_eq!(&events[..], expected);
                            prop_assert!(events.is_empty() || start == from);
                        }
                    }
                }
                Call::Reopen => {
                    log.close().unwrap();
                    list.append(&mut queued);
                    settled = check_settled(&log, settled, list.len())?;
                    log = open(&fs, &options).unwrap();
                    prop_assert!(log.recovery().was_closed);
                    prop_assert_eq!(log.recovery().cut_bytes, 0);
                }
            }
            prop_assert_eq!(log.next_seq(), (list.len() + queued.len()) as u64);
        }
        let (_, events) = read(&log, None).unwrap();
        prop_assert_eq!(&events[..], &list[log.first_seq() as usize..]);
    }
}

fn check_settled(log: &crate::EventLog, before: usize, most: usize) -> Result<usize, TestCaseError> {
    let mut settled = before;
    for part in log.take_settled() {
        prop_assert_eq!(part.error, None);
        settled += part.count as usize;
    }
    prop_assert!(settled <= most);
    Ok(settled)
}
