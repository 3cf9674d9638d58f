//! Runs: descriptors go to Node, which reads them as streams; the process stays here.

use std::os::fd::{IntoRawFd, OwnedFd, RawFd};
use std::sync::{Mutex, PoisonError};

use napi::Env;
use napi::bindgen_prelude::{AsyncTask, Task};
use napi_derive::napi;

use super::failure::{Failure, Result};
use super::{NativeSandbox, grants_of, guard};
use crate::launch::{self, Features, Group, Prepared, Report, Request, View};
use crate::policy::{PathGrant, Policy};

/// The launcher is one of the processes that a group counts.
const LAUNCHER: u64 = 1;

/// What the launcher is told of one run.
#[napi(object)]
pub struct NativeRequest {
    /// Paths of the program to try, in order.
    pub candidates: Vec<String>,
    /// The program's name and its arguments.
    pub argv: Vec<String>,
    /// `NAME=value`.
    pub environment: Vec<String>,
    /// Absolute, in a root.
    pub cwd: String,
    /// Processes and threads at once.
    pub processes: f64,
    /// Bytes of data of each process.
    pub memory_bytes: f64,
    /// Bytes of the largest file.
    pub file_bytes: f64,
    /// Bytes in /tmp.
    pub temporary_bytes: f64,
    /// Open descriptors of each process.
    pub descriptors: f64,
    /// Port of the proxy on the loopback; 0 without a network.
    pub port: u32,
    /// A JSON array, or nothing.
    pub grants: String,
    /// Each stage is reported with its time.
    pub times: bool,
}

impl From<NativeRequest> for Request {
    // Floats become integers by saturation.
    fn from(given: NativeRequest) -> Self {
        let texts = |list: Vec<String>| list.into_iter().map(String::into_bytes).collect();
        Self {
            candidates: texts(given.candidates),
            argv: texts(given.argv),
            environment: texts(given.environment),
            cwd: given.cwd.into_bytes(),
            processes: given.processes as u64,
            memory_bytes: given.memory_bytes as u64,
            file_bytes: given.file_bytes as u64,
            temporary_bytes: given.temporary_bytes as u64,
            descriptors: given.descriptors as u64,
            port: u16::try_from(given.port).ok().filter(|port| *port != 0),
            times: given.times,
        }
    }
}

/// A run that has begun.
#[napi]
pub struct NativeRun {
    /// Until it is buried.
    process: Mutex<Option<(OwnedFd, Option<Group>)>>,
    descriptors: Vec<RawFd>,
}

/// What the runs of a policy have in common.
pub(super) fn prepared(policy: &Policy, grants: &[PathGrant]) -> Prepared {
    Prepared::new(View::of(policy, grants), !policy.domains.is_empty())
}

/// The group that counts a run's processes, where one is needed.
fn group(features: Features, processes: u64, required: bool) -> launch::Result<Option<Group>> {
    if !features.needs_group(processes) {
        return Ok(None);
    }
    match Group::new(processes + LAUNCHER) {
        Err(error) if required => Err(error),
        made => Ok(made.ok()),
    }
}

#[napi]
impl NativeSandbox {
    /// Starts a confined process. Blocks until the launcher executes.
    #[napi]
    pub fn launch(&self, env: Env, request: NativeRequest) -> napi::Result<NativeRun> {
        guard(&env, "launch", || {
            let grants = grants_of(&request.grants)?;
            let compiled = &self.compiled;
            // Grants change what is seen; most runs have none.
            let granted = (!grants.is_empty()).then(|| prepared(&compiled.policy, &grants));
            let prepared = granted.as_ref().unwrap_or(&compiled.prepared);
            let request = Request::from(request);
            let features = Features::of_this_host()?;
            let group = group(features, request.processes, self.compiled.policy.required)?;
            let started = launch::spawn(&launch::plan(prepared, &request, features), group)?;
            let streams = [started.control, started.stdin, started.stdout, started.stderr];
            Ok(NativeRun {
                process: Mutex::new(Some((started.process, started.group))),
                descriptors: streams.map(IntoRawFd::into_raw_fd).to_vec(),
            })
        })
    }
}

/// A worker that is terminated reaps nothing: its run is killed with the thread, and buried here.
impl Drop for NativeRun {
    fn drop(&mut self) {
        let process = self.process.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some((process, _)) = process.take() {
            let _ = launch::kill(&process);
            let _ = launch::bury(&process);
        }
    }
}

#[napi]
impl NativeRun {
    /// Control, stdin, stdout and stderr: the caller closes them.
    #[napi]
    pub fn descriptors(&self, env: Env) -> napi::Result<Vec<i32>> {
        guard(&env, "descriptors", || Ok(self.descriptors.clone()))
    }

    /// SIGKILL to the launcher, by which the kernel ends every process of the run. Nothing where it has been buried.
    #[napi]
    pub fn kill(&self, env: Env) -> napi::Result<()> {
        guard(&env, "kill", || {
            if let Some((process, _)) = &*self.process.lock().unwrap_or_else(PoisonError::into_inner) {
                launch::kill(process)?;
            }
            Ok(())
        })
    }

    /// Whether every process of the run has ended and is buried.
    #[napi]
    pub fn reap(&self, env: Env) -> napi::Result<bool> {
        guard(&env, "reap", || {
            let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
            let ended = match &*process {
                None => true,
                Some((process, _)) => launch::reap(process)?,
            };
            if ended {
                *process = None;
            }
            Ok(ended)
        })
    }

    /// Waits for the listener that the launcher hands over, as a descriptor; else -1, and behind it the bytes of
    /// the report that came in its place.
    #[napi(ts_return_type = "Promise<number[]>")]
    pub fn listener(&self, env: Env) -> napi::Result<AsyncTask<Listener>> {
        guard(&env, "listener", || {
            Ok(AsyncTask::new(Listener {
                control: self.descriptors[0],
            }))
        })
    }
}

/// Waiting for a listener on the thread pool.
pub struct Listener {
    control: RawFd,
}

impl Task for Listener {
    type Output = Result<Vec<i32>>;
    type JsValue = Vec<i32>;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(pairbench_common::guard_with("listener.compute", || {
            // SAFETY: the caller closes the socket only after this has settled.
            let control = unsafe { std::os::fd::BorrowedFd::borrow_raw(self.control) };
            let (bytes, descriptor) = launch::receive_listener(control)?;
            let report = Report::read(&bytes);
            Ok(match (report, descriptor) {
                (Some(Report::Listener), Some(descriptor)) => vec![descriptor.into_raw_fd()],
                _ => [-1].into_iter().chain(bytes.into_iter().map(i32::from)).collect(),
            })
        }))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        output.map_err(|failure| failure.to_js(&env))
    }
}

/// One report of the launcher.
#[napi(object, object_from_js = false)]
pub struct NativeReport {
    /// `started`, `failed`, `ended` or `timed`.
    #[napi(ts_type = "'started' | 'failed' | 'ended' | 'timed'")]
    pub kind: &'static str,
    /// Layers in force, as bits in the order of `LAYERS`; or the wait status.
    pub value: u32,
    /// Landlock's version.
    pub landlock_abi: u32,
    /// Where it failed.
    pub step: &'static str,
    /// The system's error number.
    pub errno: i32,
    /// Which item of the step.
    pub item: u32,
    /// The monotonic clock, of what is timed.
    pub nanoseconds: f64,
}

/// Reads one report of `reportBytes` bytes.
#[napi]
pub fn read_report(env: Env, bytes: &[u8]) -> napi::Result<NativeReport> {
    guard(&env, "readReport", || {
        let report = Report::read(bytes)
            .ok_or_else(|| Failure::new("ERR_INTERNAL", "the launcher said something else".to_owned()))?;
        let mut made = NativeReport {
            kind: "started",
            value: 0,
            landlock_abi: 0,
            step: "",
            errno: 0,
            item: 0,
            nanoseconds: 0.0,
        };
        match report {
            Report::Started { layers, landlock_abi } => {
                made.value = layers;
                made.landlock_abi = landlock_abi;
            }
            Report::Failed { step, errno, item } => {
                made.kind = "failed";
                made.step = step;
                made.errno = errno;
                made.item = item;
            }
            Report::Ended { status } => {
                made.kind = "ended";
                made.value = status;
            }
            Report::Timed { step, nanoseconds } => {
                made.kind = "timed";
                made.step = step;
                made.nanoseconds = nanoseconds as f64;
            }
            Report::Listener => {}
        }
        Ok(made)
    })
}

/// Bytes of a report.
#[napi]
pub const REPORT_BYTES: u32 = Report::BYTES as u32;

/// What this kernel has.
#[napi(object)]
pub struct NativeFeatures {
    /// 0 without Landlock.
    pub landlock_abi: u32,
    /// `major * 1000 + minor`.
    pub kernel: u32,
    /// User 0 of the host.
    pub superuser: bool,
    /// Groups of processes can be made.
    pub groups: bool,
}

/// Asks the kernel.
#[napi]
pub fn features(env: Env) -> napi::Result<NativeFeatures> {
    guard(&env, "features", || {
        let features = Features::of_this_host()?;
        Ok(NativeFeatures {
            landlock_abi: features.landlock_abi,
            kernel: features.kernel,
            superuser: features.superuser,
            groups: Group::available(),
        })
    })
}
