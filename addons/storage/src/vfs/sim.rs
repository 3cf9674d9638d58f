//! A file system in memory that loses power, kills processes and fails calls, by seed.
//!
//! Per file: what is on the medium, what is visible, and the writes between, in order. Per directory the same of its
//! names. A flush of the file makes its bytes durable, one of the directory its names.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

mod calls;
mod directory;
mod file;
mod image;
mod random;

pub use image::Cut;
pub use random::Random;

use super::File;
use directory::Directory;
use file::Node;

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// EIO; a write may have been done in part, a flush too, and what it did not reach never will be.
    Io,
    /// ENOSPC.
    NoSpace,
    /// EINTR, once; calls that the standard library repeats by itself do not fail.
    Interrupted,
    /// Fewer bytes than asked for, once.
    Short,
    /// The process dies before the call, or in the middle of it when it is a write.
    Death,
}

/// Which call fails: the `at`-th, counted from 0 since the disk was made.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Number of the call.
    pub at: u64,
    /// How it fails.
    pub fault: Fault,
    /// Whether every later call of the same sort fails too.
    pub from_then_on: bool,
}

/// A process on a simulated machine.
#[derive(Clone)]
pub struct SimFs {
    disk: Arc<Mutex<Disk>>,
    process: u32,
}

struct Disk {
    random: Random,
    boot: u8,
    nodes: Vec<Node>,
    dirs: BTreeMap<PathBuf, Directory>,
    locks: HashMap<PathBuf, u32>,
    dead: HashSet<u32>,
    processes: u32,
    calls: u64,
    plan: Option<Plan>,
    /// Calls of a checker, not of the program under test: they neither fail nor count.
    uncounted: bool,
    /// Shared with every copy and every later state of the machine.
    trace: Option<Arc<Mutex<Vec<String>>>>,
}

/// What a call is to do besides succeed.
enum Verdict {
    Proceed,
    /// Read or write fewer bytes.
    Short,
    /// A write may be done up to a random byte, then the error.
    Fail(io::Error),
}

/// Sorts of calls, as far as faults tell them apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Call {
    Read,
    Write,
    Flush,
    /// Makes something new: may lack space.
    Make,
    Name,
    /// Neither fails by plan nor counts.
    Look,
}

impl SimFs {
    /// The first process of a new machine, whose file system has the directory `/` and nothing in it.
    pub fn new(seed: u64) -> Self {
        let disk = Disk {
            random: Random::new(seed),
            boot: 1,
            nodes: Vec::new(),
            dirs: BTreeMap::from([(PathBuf::from("/"), Directory::default())]),
            locks: HashMap::new(),
            dead: HashSet::new(),
            processes: 1,
            calls: 0,
            plan: None,
            uncounted: false,
            trace: None,
        };
        Self {
            disk: Arc::new(Mutex::new(disk)),
            process: 1,
        }
    }

    /// Another process on the same machine.
    pub fn another_process(&self) -> Self {
        let mut disk = self.disk();
        disk.processes += 1;
        Self {
            disk: Arc::clone(&self.disk),
            process: disk.processes,
        }
    }

    /// Kills this process: its locks are free, its calls fail, what it wrote stays visible and pending.
    pub fn kill(&self) {
        self.disk().kill(self.process);
    }

    /// Whether it was killed.
    pub fn is_dead(&self) -> bool {
        self.disk().dead.contains(&self.process)
    }

    /// The machine after a power cut, as the only process on it. This one is not changed.
    pub fn power_cut(&self, cut: Cut, seed: u64) -> Self {
        let image = image::after(&self.disk(), cut, seed);
        image.note(format!("power cut: {cut:?}"));
        Self {
            disk: Arc::new(Mutex::new(image)),
            process: 1,
        }
    }

    /// A copy of the machine as it is, pending writes and all.
    pub fn snapshot(&self) -> Self {
        let copy = self.disk().copy();
        copy.note("what follows up to the next snapshot or power cut may happen in a copy".to_owned());
        Self {
            disk: Arc::new(Mutex::new(copy)),
            process: self.process,
        }
    }

    /// How many writes and changes of names a power cut could lose.
    pub fn pending(&self) -> usize {
        image::pending(&self.disk())
    }

    /// Has one call fail, or none.
    pub fn plan(&self, plan: Option<Plan>) {
        self.disk().plan = plan;
    }

    /// Does something whose calls neither fail by plan nor count, in a process that lives.
    pub fn uncounted<T>(&self, check: impl FnOnce() -> T) -> T {
        self.disk().uncounted = true;
        let outcome = check();
        self.disk().uncounted = false;
        outcome
    }

    /// Calls so far.
    pub fn calls(&self) -> u64 {
        self.disk().calls
    }

    /// Keeps a line for each call from now on.
    pub fn trace(&self) {
        self.disk().trace = Some(Arc::default());
    }

    /// The lines kept so far.
    pub fn traced(&self) -> Vec<String> {
        let disk = self.disk();
        let trace = disk
            .trace
            .as_ref()
            .map(|trace| trace.lock().unwrap_or_else(PoisonError::into_inner));
        trace.map_or_else(Vec::new, |trace| trace.clone())
    }

    /// Makes a file with these bytes, durably: for tests that begin with a damaged or hostile directory.
    pub fn put(&self, path: &Path, bytes: &[u8]) {
        let mut disk = self.disk();
        let (parent, name) = split(path);
        if !disk.dirs.contains_key(&parent) {
            let (above, own) = split(&parent);
            disk.dirs
                .get_mut(&above)
                .expect("the directory above")
                .put_directory(own);
            disk.dirs.insert(parent.clone(), Directory::default());
        }
        disk.nodes.push(Node::durable(bytes));
        let node = disk.nodes.len() - 1;
        disk.dirs
            .get_mut(&parent)
            .expect("the directory")
            .put_file(name, node);
    }

    /// The visible bytes of a file.
    pub fn get(&self, path: &Path) -> Option<Vec<u8>> {
        let disk = self.disk();
        let node = disk.find(path).ok()?;
        Some(disk.nodes[node].live.clone())
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disk {
    fn note(&self, line: String) {
        if let Some(trace) = &self.trace {
            trace.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    }

    fn kill(&mut self, process: u32) {
        self.dead.insert(process);
        self.locks.retain(|_, holder| *holder != process);
    }

    fn copy(&self) -> Self {
        Self {
            random: self.random.clone(),
            boot: self.boot,
            nodes: self.nodes.clone(),
            dirs: self.dirs.clone(),
            locks: self.locks.clone(),
            dead: self.dead.clone(),
            processes: self.processes,
            calls: self.calls,
            plan: self.plan,
            uncounted: self.uncounted,
            trace: self.trace.clone(),
        }
    }

    /// Counts a call and says how it goes.
    fn begin(&mut self, process: u32, call: Call, describe: impl FnOnce() -> String) -> io::Result<Verdict> {
        if self.dead.contains(&process) {
            return Err(dead());
        }
        if call == Call::Look || self.uncounted {
            return Ok(Verdict::Proceed);
        }
        let number = self.calls;
        self.calls += 1;
        if self.trace.is_some() {
            self.note(format!("{number}: process {process}: {}", describe()));
        }
        let Some(plan) = self.plan else {
            return Ok(Verdict::Proceed);
        };
        if number != plan.at && !(plan.from_then_on && number > plan.at) {
            return Ok(Verdict::Proceed);
        }
        let verdict = match plan.fault {
            Fault::Death => {
                self.kill(process);
                Verdict::Fail(dead())
            }
            Fault::Io => Verdict::Fail(os_error(5)),
            // In place too: some file systems never write where something stands.
            Fault::NoSpace if matches!(call, Call::Write | Call::Make | Call::Flush) => {
                Verdict::Fail(os_error(28))
            }
            Fault::Interrupted if matches!(call, Call::Read | Call::Write) => {
                Verdict::Fail(io::ErrorKind::Interrupted.into())
            }
            Fault::Short => Verdict::Short,
            _ => Verdict::Proceed,
        };
        if let Verdict::Fail(error) = &verdict {
            self.note(format!("{number}: fails: {error}"));
        }
        Ok(verdict)
    }

    /// As [`begin`](Self::begin) for calls that are done wholly or not at all.
    fn begin_whole(&mut self, process: u32, call: Call, describe: impl FnOnce() -> String) -> io::Result<()> {
        match self.begin(process, call, describe)? {
            Verdict::Fail(error) => Err(error),
            _ => Ok(()),
        }
    }

    fn dir(&mut self, path: &Path) -> io::Result<&mut Directory> {
        self.dirs
            .get_mut(path)
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn find(&self, path: &Path) -> io::Result<usize> {
        let (parent, name) = split(path);
        let dir = self.dirs.get(&parent).ok_or(io::ErrorKind::NotFound)?;
        dir.file(&name).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

fn split(path: &Path) -> (PathBuf, OsString) {
    let parent = path.parent().unwrap_or(Path::new("/")).to_owned();
    (parent, path.file_name().unwrap_or_default().to_owned())
}

/// EIO is 5 and ENOSPC 28 on every Unix.
fn os_error(number: i32) -> io::Error {
    io::Error::from_raw_os_error(number)
}

fn dead() -> io::Error {
    io::Error::other("this process was killed")
}
