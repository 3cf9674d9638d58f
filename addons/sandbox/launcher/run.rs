//! A run from its plan to the program's first instruction, step by step.

use crate::checks::Names;
use crate::child::{Child, Started};
use crate::confine::{self, Landlock, Limits};
use crate::init;
use crate::plan::{CONTROL_FD, PLAN_FD, Reader, VERSION, feature, report, step};
use crate::report::{fail, tell, time};
use crate::supervise::Supervisor;
use crate::sys::{EINVAL, Errno, Result, syscall};
use crate::{mounts, network, sys};

/// Namespaces beside those of users and processes, in which the addon has put us.
const NAMESPACES: usize = 0x0002_0000 | 0x0200_0000 | 0x0400_0000 | 0x0800_0000 | 0x4000_0000;

/// Unwraps what a step needs, or ends with a report.
macro_rules! must {
    ($step:ident, $result:expr) => {
        match $result {
            Ok(value) => value,
            Err(errno) => fail(step::$step, errno, 0),
        }
    };
}
macro_rules! must_at {
    ($step:ident, $result:expr) => {
        match $result {
            Ok(value) => value,
            Err((errno, index)) => fail(step::$step, errno, index),
        }
    };
}

pub fn run() -> ! {
    let mut plan = must!(PLAN, read_plan());
    let plan = &mut plan;
    let features = must!(PLAN, plan.u32().ok_or(EINVAL));
    let timed = |stage| {
        if features & feature::TIMES != 0 {
            time(stage);
        }
    };
    timed(step::PLAN);
    must!(PARENT, init::end_with_host());
    must!(SIGNALS, init::default_signals());
    must!(NAMESPACES, syscall!(UNSHARE, NAMESPACES));
    let name = must!(PLAN, plan.bytes().ok_or(EINVAL));
    must!(NAMESPACES, syscall!(SETHOSTNAME, name.as_ptr(), name.len()));
    timed(step::NAMESPACES);

    let root = must!(ROOT, mounts::make_root());
    must_at!(MOUNT, mounts::fill(&root, plan));
    must!(PIVOT, mounts::enter(root));
    timed(step::PIVOT);

    let port = must!(PLAN, plan.u32().ok_or(EINVAL));
    if features & feature::PROXY != 0 {
        must!(NETWORK, network::offer(port as u16));
    }
    must!(
        USER_NAMESPACES,
        confine::set(b"/proc/sys/user/max_user_namespaces\0", b"0")
    );
    let pid_max = must!(PLAN, plan.bytes().ok_or(EINVAL));
    if !pid_max.is_empty() {
        must!(PROCESSES, confine::set(b"/proc/sys/kernel/pid_max\0", pid_max));
    }
    must!(CAPABILITIES, confine::drop_capabilities());
    must!(CAPABILITIES, confine::no_new_privileges());
    timed(step::CAPABILITIES);
    let landlock = must!(PLAN, Landlock::read(plan).ok_or(EINVAL));
    must_at!(LANDLOCK, landlock.enforce());
    timed(step::LANDLOCK);

    let limits = must!(PLAN, Limits::read(plan).ok_or(EINVAL));
    let filter = must!(PLAN, plan.bytes().ok_or(EINVAL));
    let names = must!(PLAN, Names::read(plan).ok_or(EINVAL));
    let watch = features & (feature::NAMES | feature::HIDDEN) != 0;
    must!(SIGNALS, hide());
    let child = must!(PLAN, Child::read(plan, &landlock, &limits, filter, watch));
    let events = must!(SIGNALS, init::child_events());
    let Started { process, listener } = match child.start() {
        Ok(started) => started,
        Err((step, errno, detail)) => fail(step, errno, detail),
    };
    timed(step::EXEC);
    // What the program does not hold, nobody holds: the host sees the end of its output when the program closes it.
    must!(SESSION, close_standard());
    let mut supervisor = must!(SUPERVISOR, Supervisor::new(listener, names));
    tell(report::STARTED, layers(features, landlock.abi), 0, landlock.abi);
    init::wait(process, &events, &mut supervisor)
}

fn read_plan() -> Result<Reader<'static>> {
    let file = sys::Fd(PLAN_FD);
    let mut stat = [0_u64; 18];
    syscall!(
        NEWFSTATAT,
        file.0,
        c"".as_ptr(),
        stat.as_mut_ptr(),
        sys::AT_EMPTY_PATH
    )?;
    // st_size.
    let mut plan = Reader::new(sys::mapped(file.0, stat[6] as usize)?);
    match plan.u32() {
        Some(VERSION) => Ok(plan),
        _ => Err(EINVAL),
    }
}

/// The memory of this process is nobody's business: the plan in it holds the program's whole environment.
fn hide() -> core::result::Result<(), Errno> {
    const PR_SET_DUMPABLE: usize = 4;
    syscall!(PRCTL, PR_SET_DUMPABLE, 0, 0, 0, 0)?;
    Ok(())
}

fn close_standard() -> Result<()> {
    syscall!(CLOSE_RANGE, 0, 2, 0)?;
    debug_assert!(CONTROL_FD > 2);
    Ok(())
}

/// Layers in force, as bits in the order of LAYERS in ts/contract.ts.
const fn layers(features: u32, landlock_abi: u32) -> u32 {
    const ALL: u32 = 0b1111_1111_1111;
    const LANDLOCK: u32 = 1 << 1;
    const NAMES: u32 = 1 << 3;
    let mut layers = ALL;
    if landlock_abi == 0 {
        layers &= !LANDLOCK;
    }
    if features & (feature::NAMES | feature::HIDDEN) == 0 {
        layers &= !NAMES;
    }
    layers
}
