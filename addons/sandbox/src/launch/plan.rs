//! Writes the plan of a run: launcher/plan.rs says what it looks like.

use super::features::{FIRST_NUMBERS, Features};
use super::format::{VERSION, feature};
use super::landlock::Rule;
use super::view::View;
use super::{filter, landlock};

/// Bytes of a plan.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn u32(&mut self, number: u32) {
        self.bytes.extend(number.to_le_bytes());
    }

    pub(super) fn u64(&mut self, number: u64) {
        self.bytes.extend(number.to_le_bytes());
    }

    /// # Panics
    /// Beyond four thousand million: nothing here comes near.
    pub(super) fn count(&mut self, count: usize) {
        self.u32(u32::try_from(count).expect("a plan is small"));
    }

    pub(super) fn text(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.bytes.extend(bytes);
        self.bytes.push(0);
    }

    pub(super) fn texts(&mut self, list: &[Vec<u8>]) {
        self.count(list.len());
        for bytes in list {
            self.text(bytes);
        }
    }

    pub(super) fn append(&mut self, other: &Self) {
        self.bytes.extend(&other.bytes);
    }
}

/// One run.
#[derive(Clone, Debug)]
pub struct Request {
    /// Paths of the program to try, in order.
    pub candidates: Vec<Vec<u8>>,
    /// The program's name and its arguments.
    pub argv: Vec<Vec<u8>>,
    /// `NAME=value`.
    pub environment: Vec<Vec<u8>>,
    /// Absolute, in a root.
    pub cwd: Vec<u8>,
    /// Processes and threads at once.
    pub processes: u64,
    /// Bytes of data of each process.
    pub memory_bytes: u64,
    /// Bytes of the largest file.
    pub file_bytes: u64,
    /// Bytes in /tmp.
    pub temporary_bytes: u64,
    /// Open descriptors of each process.
    pub descriptors: u64,
    /// Port of the proxy on the loopback; none without a network.
    pub port: Option<u16>,
    /// Each stage is reported with its time.
    pub times: bool,
}

/// What of a plan is the same for every run of a policy.
pub struct Prepared {
    view: View,
    rules: Vec<Rule>,
    /// The names section.
    names: Writer,
    filter: Vec<u8>,
}

impl Prepared {
    /// Asks the file system which paths are directories. `network`: runs have a proxy.
    #[must_use]
    pub fn new(view: View, network: bool) -> Self {
        let mut names = Writer::default();
        view.write_names(&mut names);
        let hides = view.hides();
        Self {
            rules: view.rules(),
            names,
            filter: filter::filter(&filter::Filter { network, hides }),
            view,
        }
    }
}

/// The bytes that the launcher reads.
#[must_use]
pub fn plan(prepared: &Prepared, request: &Request, features: Features) -> Vec<u8> {
    let mut plan = Writer::default();
    plan.u32(VERSION);
    plan.u32(feature_bits(&prepared.view, request));
    plan.text(b"sandbox");
    prepared.view.write_mounts(&mut plan, request.temporary_bytes);
    plan.u32(request.port.map_or(0, u32::from));
    // User 0 of the host is exempt from RLIMIT_NPROC; numbers of processes are not.
    if features.superuser && !features.needs_group(request.processes) {
        plan.text((request.processes + FIRST_NUMBERS).to_string().as_bytes());
    } else {
        plan.text(b"");
    }
    landlock::write(&mut plan, features.landlock_abi, &prepared.rules, request.port);
    write_limits(&mut plan, request);
    plan.text(&prepared.filter);
    plan.append(&prepared.names);
    plan.text(&request.cwd);
    plan.texts(&request.candidates);
    plan.texts(&request.argv);
    plan.texts(&request.environment);
    plan.bytes
}

fn feature_bits(view: &View, request: &Request) -> u32 {
    let when = |holds: bool, bit: u32| if holds { bit } else { 0 };
    feature::NAMES
        | when(!view.hidden, feature::HIDDEN)
        | when(request.port.is_some(), feature::PROXY)
        | when(request.times, feature::TIMES)
}

fn write_limits(plan: &mut Writer, request: &Request) {
    // The launcher, being in the same tree and of the same user, is one of the processes.
    let wanted = [
        (libc::RLIMIT_NPROC, request.processes + 1),
        (libc::RLIMIT_DATA, request.memory_bytes),
        (libc::RLIMIT_FSIZE, request.file_bytes),
        (libc::RLIMIT_NOFILE, request.descriptors),
        (libc::RLIMIT_CORE, 0),
        (libc::RLIMIT_MSGQUEUE, 1 << 20),
        (libc::RLIMIT_MEMLOCK, 8 << 20),
        (libc::RLIMIT_RTPRIO, 0),
    ];
    plan.count(wanted.len());
    for (resource, value) in wanted {
        #[allow(clippy::unnecessary_cast)]
        plan.u32(resource as u32);
        plan.u64(value.min(hard_limit(resource)));
    }
}

#[cfg(target_env = "gnu")]
type Resource = libc::__rlimit_resource_t;
#[cfg(not(target_env = "gnu"))]
type Resource = libc::c_int;

/// A limit can only be lowered.
fn hard_limit(resource: Resource) -> u64 {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: it fills the struct.
    unsafe { libc::getrlimit(resource, &raw mut limit) };
    limit.rlim_max
}
