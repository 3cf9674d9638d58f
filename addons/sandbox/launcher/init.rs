//! The first process as such: it ends with the host, buries what dies, and answers the supervisor's questions meanwhile.

use crate::plan::{CONTROL_FD, report};
use crate::report::tell;
use crate::supervise::Supervisor;
use crate::sys::{EINTR, EINVAL, Errno, Fd, Result, exit, syscall};

const SIGKILL: usize = 9;
const SIGCHLD: u32 = 17;

const POLLIN: i16 = 1;
const POLLERR_HUP: i16 = 8 | 16;

#[repr(C)]
struct Poll {
    fd: i32,
    events: i16,
    got: i16,
}

/// Dies with the thread that started us, and ends when the host's end of the socket is closed: a host that is gone
/// before the first is in force is noticed by the second.
pub fn end_with_host() -> Result<()> {
    const PR_SET_PDEATHSIG: usize = 1;
    syscall!(PRCTL, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)?;
    let mut control = [Poll {
        fd: CONTROL_FD,
        events: 0,
        got: 0,
    }];
    let now = [0_u64; 2];
    syscall!(PPOLL, control.as_mut_ptr(), 1, now.as_ptr(), 0, 0)?;
    if control[0].got & POLLERR_HUP != 0 {
        exit(0);
    }
    Ok(())
}

/// Nothing that the host ignores or catches is inherited.
pub fn default_signals() -> Result<()> {
    let default = [0_u64; 4];
    for signal in 1..=64 {
        match syscall!(RT_SIGACTION, signal, default.as_ptr(), 0, 8) {
            // SIGKILL and SIGSTOP are nobody's.
            Ok(_) | Err(EINVAL) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

/// A descriptor that tells when a child has ended.
pub fn child_events() -> Result<Fd> {
    const SIG_BLOCK: usize = 0;
    const NONBLOCK_CLOEXEC: usize = 0o4000 | 0o2000000;
    let mask = 1_u64 << (SIGCHLD - 1);
    syscall!(RT_SIGPROCMASK, SIG_BLOCK, &raw const mask, 0, 8)?;
    syscall!(SIGNALFD4, -1_isize, &raw const mask, 8, NONBLOCK_CLOEXEC).map(|fd| Fd(fd as i32))
}

/// Until the program has ended. Then this process ends, and with it, by the kernel, every other one in the tree.
pub fn wait(program: i32, events: &Fd, supervisor: &mut Supervisor<'_>) -> ! {
    loop {
        let mut polls = [
            Poll { fd: CONTROL_FD, events: 0, got: 0 },
            Poll { fd: events.0, events: POLLIN, got: 0 },
            // A negative one is passed over.
            Poll { fd: supervisor.listener(), events: POLLIN, got: 0 },
        ];
        match syscall!(PPOLL, polls.as_mut_ptr(), polls.len(), 0, 0, 0) {
            Ok(_) | Err(EINTR) => {}
            Err(_) => exit(124),
        }
        if polls[0].got & POLLERR_HUP != 0 {
            exit(0);
        }
        if polls[1].got & POLLIN != 0 {
            let mut information = [0_u8; 128];
            let _ = syscall!(READ, events.0, information.as_mut_ptr(), information.len());
            bury(program, supervisor);
            supervisor.end_idle();
        }
        if polls[2].got & POLLIN != 0 {
            supervisor.answer();
        }
        if polls[2].got & POLLERR_HUP != 0 {
            supervisor.nobody_asks();
        }
    }
}

fn bury(program: i32, supervisor: &Supervisor<'_>) {
    const WNOHANG: usize = 1;
    /// Children made without SIGCHLD too.
    const WALL: usize = 0x4000_0000;
    loop {
        let mut status = 0_u32;
        match syscall!(WAIT4, -1_isize, &raw mut status, WNOHANG | WALL, 0) {
            Ok(0) | Err(Errno(_)) => return,
            Ok(process) if process as i32 == program => {
                tell(report::ENDED, status, 0, 0);
                exit(0);
            }
            Ok(process) => supervisor.forget(process as i32),
        }
    }
}
