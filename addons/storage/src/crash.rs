//! The crash checker: random workloads on the simulated file system, killed, failed and cut from power at random calls, and
//! compared with a model after every crash.
//!
//! One seed is one run; the same seed gives the same run.

use std::path::Path;
use std::sync::Arc;

use crate::error::{Code, Error, Result};
use crate::journal::{Durability, Options, SparePolicy};
use crate::vfs::Vfs;
use crate::vfs::sim::{Cut, Fault, Plan, Random, SimFs};
use crate::{EventLog, Replay};

mod exhaust;
mod model;
mod round;

pub use exhaust::{exhaust, fail_everywhere};
pub use round::Act;

use model::Model;

/// Crashes in one run.
const ROUNDS: u64 = 8;

/// What was promised and not kept.
#[derive(Debug)]
pub struct Violation {
    /// Seed of the run.
    pub seed: u64,
    /// What is wrong.
    pub message: String,
    /// Every call of the file system since the last power cut before it.
    pub calls: Vec<String>,
}

/// What a run went through.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// States after a crash that were opened and compared.
    pub states: u64,
    /// Crashes while a log was being opened.
    pub recoveries_cut: u64,
    /// States where a torn commit was cut off.
    pub tails_cut: u64,
}

impl Tally {
    /// Adds another run's.
    pub fn add(&mut self, other: &Self) {
        self.states += other.states;
        self.recoveries_cut += other.recoveries_cut;
        self.tails_cut += other.tails_cut;
    }
}

/// Runs one seed.
///
/// # Errors
/// The first thing that is wrong, with the calls that led to it.
pub fn run(seed: u64) -> std::result::Result<Tally, Box<Violation>> {
    let attempt = |traced| {
        let mut run = Run::new(seed, traced);
        let outcome = run.all();
        (outcome, run)
    };
    match attempt(false) {
        (Ok(()), run) => Ok(run.tally),
        (Err(first), _) => {
            // Once more, with every call written down.
            let (outcome, run) = attempt(true);
            Err(Box::new(Violation {
                seed,
                message: outcome.err().unwrap_or(first),
                calls: run.fs.traced(),
            }))
        }
    }
}

type Checked<T = ()> = std::result::Result<T, String>;

const DIR: &str = "/log";

/// Small, so that a queue of a few events makes several frames.
const GROUP_BYTES: usize = 300;

#[derive(Clone)]
struct Run {
    random: Random,
    fs: SimFs,
    model: Model,
    tally: Tally,
    /// Where the log must end whenever it is opened now: set by the first look at a disk after a power cut.
    settled_end: Option<u64>,
}

impl Run {
    fn new(seed: u64, traced: bool) -> Self {
        let mut random = Random::new(seed);
        let fs = SimFs::new(random.next());
        if traced {
            fs.trace();
        }
        Self {
            random,
            fs,
            model: Model::default(),
            tally: Tally::default(),
            settled_end: None,
        }
    }

    fn all(&mut self) -> Checked {
        for _ in 0..ROUNDS {
            self.round()?;
            self.crash()?;
        }
        Ok(())
    }

    /// The process dies, or the machine, or nobody; then a copy of the disk is opened and compared.
    fn crash(&mut self) -> Checked {
        let power_cut = !self.random.once_in(3);
        self.fs.plan(None);
        self.fs.kill();
        if power_cut {
            let cut = match self.random.below(4) {
                0 => {
                    let pending = self.fs.pending().max(1) as u64;
                    let index = self.random.below(pending) as usize;
                    [Cut::DropOne(index), Cut::OnlyOne(index), Cut::Tear(index)]
                        [self.random.below(3) as usize]
                }
                1 if self.random.once_in(2) => Cut::Nothing,
                1 => Cut::Everything,
                _ => Cut::Random,
            };
            self.fs = self.fs.power_cut(cut, self.random.next());
            self.model.power_cut();
        } else {
            self.fs = self.fs.another_process();
        }
        self.check(power_cut)
    }

    /// Opens a copy of the disk and compares.
    fn check_opening(&self) -> Checked {
        let copy = self.fs.snapshot();
        let log = open(&copy, &plain()).map_err(|error| format!("cannot open after a crash: {error}"))?;
        self.model.clone().recovered(&log)
    }

    /// Opens a copy of the disk, compares, goes on in it, closes, opens again.
    fn check(&mut self, power_cut: bool) -> Checked {
        self.tally.states += 1;
        let copy = self.fs.snapshot();
        let mut model = self.model.clone();
        if model.may_be_read(&copy) {
            let reader = open(&copy.another_process(), &read_only())
                .map_err(|error| format!("a reader cannot open after a crash: {error}"))?;
            model.check_reader(&reader)?;
        }
        // A copy goes its own way: what is opened here must not change what happens next.
        let mut random = self.random.clone();
        let options = some_options(&mut random);
        let log = open(&copy, &options).map_err(|error| format!("cannot open after a crash: {error}"))?;
        if log.recovery().cut_bytes > 0 {
            self.tally.tails_cut += 1;
        }
        model.recovered(&log)?;
        let end = log.next_seq();
        if let Some(must) = self.settled_end
            && must != end
        {
            return Err(format!(
                "recovery gave {must} events, and {end} when it was repeated"
            ));
        }
        // Without a power cut, what is visible may still be lost by a later one.
        if power_cut {
            self.settled_end = Some(end);
        }
        for length in [3, 150, 0] {
            let event = random.bytes(length);
            model.sent(std::slice::from_ref(&event));
            log.append(&event)
                .map_err(|error| format!("cannot append after recovery: {error}"))?;
            model.acknowledged(1, log.flushed_seq());
        }
        log.close()
            .map_err(|error| format!("cannot close after recovery: {error}"))?;
        let log =
            open(&copy, &options).map_err(|error| format!("cannot open after an orderly close: {error}"))?;
        if log.recovery().cut_bytes > 0 || !log.recovery().was_closed {
            return Err(format!("an orderly close is reported as {:?}", log.recovery()));
        }
        model.recovered(&log)
    }
}

fn some_options(random: &mut Random) -> Options {
    let durability = if random.once_in(3) {
        Durability::Buffered
    } else {
        Durability::Flushed
    };
    let spare = if random.once_in(2) {
        SparePolicy::Inline
    } else {
        SparePolicy::Never
    };
    let segment_bytes = [128, 256, 512, 1024, 4096][random.below(5) as usize];
    options(durability, segment_bytes, spare)
}

fn options(durability: Durability, segment_bytes: u64, spare: SparePolicy) -> Options {
    Options {
        durability,
        segment_bytes,
        group_bytes: GROUP_BYTES,
        spare,
        ..Options::default()
    }
}

/// For a look at a disk: the segment it may have to make is short.
fn plain() -> Options {
    options(Durability::Flushed, 512, SparePolicy::Never)
}

fn open(fs: &SimFs, options: &Options) -> Result<EventLog> {
    let vfs: Arc<dyn Vfs> = Arc::new(fs.clone());
    EventLog::open(vfs, Path::new(DIR), options)
}

fn read_only() -> Options {
    Options {
        read_only: true,
        ..Options::default()
    }
}

fn read_all(mut replay: Replay) -> Result<(u64, Vec<Vec<u8>>)> {
    let (mut buffer, mut ranges, mut events) = (Vec::new(), Vec::new(), Vec::new());
    let mut first = None;
    while let Some(chunk) = replay.next_chunk(&mut buffer, &mut ranges)? {
        first.get_or_insert(chunk.first_seq);
        for range in ranges.chunks_exact(2) {
            let (start, length) = (range[0] as usize, range[1] as usize);
            events.push(buffer[start..start + length].to_vec());
        }
    }
    Ok((first.unwrap_or(0), events))
}

fn is_fault(error: &Error) -> bool {
    matches!(error.code, Code::Io | Code::NoSpace | Code::Poisoned)
}

fn some_fault(random: &mut Random) -> Fault {
    match random.below(8) {
        0 => Fault::Io,
        1 => Fault::NoSpace,
        2 => Fault::Interrupted,
        3 => Fault::Short,
        _ => Fault::Death,
    }
}
