//! Power cuts, killed processes and failing calls, on the simulated file system.

use crate::crash::{self, Act, Tally};
use crate::journal::{Durability, Options, SparePolicy};
use crate::vfs::sim::Fault;

/// At least so many states in one run of the tests; the example `crash` goes on for as long as one likes.
const STATES: u64 = 20_000;

#[test]
fn i01_i02_random_crash_states_keep_every_promise() {
    let mut tally = Tally::default();
    for seed in 0.. {
        match crash::run(seed) {
            Ok(run) => tally.add(&run),
            Err(violation) => panic!(
                "seed {}: {}\n{}",
                violation.seed,
                violation.message,
                violation.calls.join("\n")
            ),
        }
        if tally.states >= STATES {
            break;
        }
    }
    // The workloads must get to where it hurts.
    assert!(
        tally.recoveries_cut > 1000,
        "{} recoveries cut",
        tally.recoveries_cut
    );
    assert!(tally.tails_cut > 300, "{} tails cut", tally.tails_cut);
}

fn event(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 7 + length) as u8).collect()
}

fn events(lengths: &[usize]) -> Vec<Vec<u8>> {
    lengths.iter().map(|length| event(*length)).collect()
}

fn append(length: usize) -> Act {
    Act::Append(event(length))
}

/// The workloads of the plan that concern an event log.
fn workloads() -> Vec<(&'static str, Vec<Act>)> {
    let rotate = || vec![append(100), append(150), append(120), append(90)];
    vec![
        ("append", vec![append(10), append(0), append(700), append(33)]),
        (
            "batch",
            vec![Act::Batch(events(&[1, 2, 3])), Act::Batch(events(&[400, 0, 90]))],
        ),
        (
            "group",
            vec![
                Act::Group(events(&[200, 150, 90, 350]), None),
                Act::Group(events(&[120, 10]), Some(event(80))),
            ],
        ),
        ("rotate", rotate()),
        (
            "flush",
            vec![append(40), Act::Flush, append(120), append(200), Act::Flush],
        ),
        (
            "prune",
            [
                rotate(),
                vec![Act::Prune(2), append(50), Act::Prune(4), append(5)],
            ]
            .concat(),
        ),
        (
            "reopen",
            vec![
                append(30),
                Act::Close,
                append(60),
                Act::Close,
                Act::Read,
                append(1),
            ],
        ),
        ("big value", vec![append(5), append(5000), append(6)]),
        ("empty", vec![Act::Close, Act::Read]),
    ]
}

fn options() -> [Options; 3] {
    let options = |durability, segment_bytes, spare| Options {
        durability,
        segment_bytes,
        group_bytes: 300,
        spare,
        ..Options::default()
    };
    [
        options(Durability::Flushed, 512, SparePolicy::Never),
        options(Durability::Flushed, 256, SparePolicy::Inline),
        options(Durability::Buffered, 512, SparePolicy::Never),
    ]
}

#[test]
fn i03_i04_i05_i12_every_call_of_every_workload_may_be_the_last() {
    for (name, acts) in workloads() {
        for options in options() {
            let tally = crash::exhaust(&options, &acts)
                .unwrap_or_else(|message| panic!("{name}, {options:?}: {message}"));
            assert!(tally.states > 100, "{name}: {} states", tally.states);
        }
    }
}

#[test]
fn i10_i11_every_call_of_every_workload_may_fail() {
    let faults = [
        (Fault::Io, false),
        (Fault::Io, true),
        (Fault::NoSpace, false),
        (Fault::NoSpace, true),
        (Fault::Interrupted, false),
        (Fault::Short, false),
        (Fault::Short, true),
    ];
    for (name, acts) in workloads() {
        for options in options() {
            for (fault, from_then_on) in faults {
                crash::fail_everywhere(&options, &acts, fault, from_then_on)
                    .unwrap_or_else(|message| panic!("{name}, {options:?}: {message}"));
            }
        }
    }
}
