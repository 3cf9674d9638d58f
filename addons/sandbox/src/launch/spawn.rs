//! The one fork of a run: a child that shares the host's memory until it has become the launcher.

use std::ffi::c_void;
use std::io::Write;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::sync::OnceLock;

use super::cgroup::Group;
use super::format::{CONTROL_FD, PLAN_FD};
use super::{Error, Result};

static LAUNCHER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/launcher"));

/// A run that has begun. Dropping the descriptors ends it.
#[derive(Debug)]
pub struct Started {
    /// The launcher's process.
    pub process: OwnedFd,
    /// Reports.
    pub control: OwnedFd,
    /// To the program's standard input.
    pub stdin: OwnedFd,
    /// From its standard output.
    pub stdout: OwnedFd,
    /// From its standard error.
    pub stderr: OwnedFd,
    /// Its processes, where they are counted by a group: to be dropped last.
    pub group: Option<Group>,
}

/// Starts the launcher on a plan, in a group where there is one. Blocks the calling thread until it executes: a few hundred microseconds.
///
/// # Errors
/// Where descriptors, namespaces or processes are not to be had.
pub fn spawn(plan: &[u8], group: Option<Group>) -> Result<Started> {
    let launcher = launcher_file()?;
    let plan = sealed_file(c"plan", plan, 0)?;
    let (child_stdin, stdin) = pipe()?;
    let (stdout, child_stdout) = pipe()?;
    let (stderr, child_stderr) = pipe()?;
    let (control, child_control) = socket_pair()?;
    // SAFETY: these take nothing and cannot fail.
    let (user, user_group) = unsafe { (libc::geteuid(), libc::getegid()) };
    let user_map = format!("{user} {user} 1");
    let group_map = format!("{user_group} {user_group} 1");
    let mut child = Child {
        // High numbers, so that none is in the way of 0 to 4.
        descriptors: [
            high(&child_stdin)?,
            high(&child_stdout)?,
            high(&child_stderr)?,
            high(&plan)?,
            high(&child_control)?,
        ],
        launcher: high_raw(launcher.as_raw_fd())?,
        group: group.as_ref().map_or(-1, |group| group.join().as_raw_fd()),
        user_map: user_map.as_bytes(),
        group_map: group_map.as_bytes(),
        failed: (0, 0),
    };
    let process = clone_child(&mut child)?;
    match child.failed {
        (0, _) => Ok(Started {
            process,
            control,
            stdin,
            stdout,
            stderr,
            group,
        }),
        (step, errno) => {
            let _ = kill(&process);
            // It has ended already; nothing waits.
            let _ = wait(&process, 0);
            Err(Error {
                step: STEPS[step],
                errno,
            })
        }
    }
}

/// What the child is told, and what it answers.
struct Child<'a> {
    descriptors: [OwnedFd; 5],
    launcher: OwnedFd,
    /// -1 for none.
    group: RawFd,
    user_map: &'a [u8],
    group_map: &'a [u8],
    /// Index into `STEPS` and the error number.
    failed: (usize, i32),
}

const STEPS: [&str; 6] = [
    "",
    "mapping the user into a namespace",
    "keeping capabilities in the namespace",
    "handing over descriptors",
    "executing the launcher",
    "joining the group of processes",
];

fn clone_child(child: &mut Child<'_>) -> Result<OwnedFd> {
    const STACK_BYTES: usize = 32 << 10;
    // Without CLONE_FS, so that the namespace of users is allowed; no signal at its end, so that nobody else's handler
    // of SIGCHLD buries it.
    const FLAGS: libc::c_int =
        libc::CLONE_VM | libc::CLONE_VFORK | libc::CLONE_PIDFD | libc::CLONE_NEWUSER | libc::CLONE_NEWPID;
    // 16 bytes a piece: the stack's alignment.
    let mut stack = vec![0_u128; STACK_BYTES / 16];
    let mut descriptor: libc::c_int = -1;
    let mut all = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
    let mut before = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: no handler of the host may run in the child, which shares its memory: all signals wait until it has
    // executed. The sets are filled before they are read; the stack and `child` live until then, for this thread waits.
    let process = unsafe {
        libc::sigfillset(all.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
        let process = libc::clone(
            become_launcher,
            stack.as_mut_ptr_range().end.cast(),
            FLAGS,
            std::ptr::from_mut(child).cast(),
            &raw mut descriptor,
        );
        let error = std::io::Error::last_os_error();
        libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), std::ptr::null_mut());
        if process < 0 {
            return Err(Error::with("making a process in namespaces of its own", &error));
        }
        process
    };
    debug_assert!(process > 0);
    // SAFETY: the kernel has just made it for us.
    Ok(unsafe { OwnedFd::from_raw_fd(descriptor) })
}

/// In the child, which shares the memory of the host: nothing is allocated, nothing is locked, nothing panics.
extern "C" fn become_launcher(child: *mut c_void) -> libc::c_int {
    // SAFETY: `clone_child` passes its own, and waits.
    let child = unsafe { &mut *child.cast::<Child<'_>>() };
    child.failed = run_steps(child);
    127
}

fn run_steps(child: &Child<'_>) -> (usize, i32) {
    let maps = [
        (c"/proc/self/setgroups", b"deny".as_slice()),
        (c"/proc/self/uid_map", child.user_map),
        (c"/proc/self/gid_map", child.group_map),
    ];
    for (path, text) in maps {
        // SAFETY: the path ends with NUL, the text lives.
        unsafe {
            let file = libc::open(path.as_ptr(), libc::O_WRONLY | libc::O_CLOEXEC);
            if file < 0 || libc::write(file, text.as_ptr().cast(), text.len()) != text.len() as isize {
                return (1, *libc::__errno_location());
            }
            libc::close(file);
        }
    }
    // SAFETY: one byte that lives.
    if child.group >= 0 && unsafe { libc::write(child.group, c"0".as_ptr().cast(), 1) } != 1 {
        // SAFETY: the thread's own error number.
        return (5, unsafe { *libc::__errno_location() });
    }
    if let Err(errno) = keep_capabilities() {
        return (2, errno);
    }
    for (to, from) in (0..).zip(&child.descriptors) {
        debug_assert!(to <= CONTROL_FD && PLAN_FD + 1 == CONTROL_FD);
        // SAFETY: numbers only. The copy has no close-on-exec flag.
        if unsafe { libc::dup2(from.as_raw_fd(), to) } < 0 {
            // SAFETY: the thread's own error number.
            return (3, unsafe { *libc::__errno_location() });
        }
    }
    let arguments = [c"sandbox".as_ptr(), std::ptr::null()];
    // No environment: the host's holds secrets, and every process can look at the first one's.
    let environment: [*const libc::c_char; 1] = [std::ptr::null()];
    // SAFETY: both lists end with null; everything from 5 on is closed when the launcher is executed.
    unsafe {
        const CLOSE_ON_EXEC: libc::c_uint = 4;
        if libc::syscall(
            libc::SYS_close_range,
            CONTROL_FD + 1,
            libc::c_uint::MAX,
            CLOSE_ON_EXEC,
        ) != 0
        {
            return (3, *libc::__errno_location());
        }
        libc::syscall(
            libc::SYS_execveat,
            child.launcher.as_raw_fd(),
            c"".as_ptr(),
            arguments.as_ptr(),
            environment.as_ptr(),
            libc::AT_EMPTY_PATH,
        );
        (4, *libc::__errno_location())
    }
}

/// Executing takes the capabilities in the new namespace from every user but 0; as ambient ones they stay. The launcher
/// gives them up before the program starts.
fn keep_capabilities() -> std::result::Result<(), i32> {
    const VERSION_3: u32 = 0x2008_0522;
    let header = [VERSION_3, 0];
    let mut sets = [0_u32; 6];
    // SAFETY: the header and the sets are as large as this version wants them.
    unsafe {
        if libc::syscall(libc::SYS_capget, header.as_ptr(), sets.as_mut_ptr()) != 0 {
            return Err(*libc::__errno_location());
        }
        // Effective, permitted, inheritable; first the low halves, then the high ones.
        sets[2] = sets[1];
        sets[5] = sets[4];
        if libc::syscall(libc::SYS_capset, header.as_ptr(), sets.as_ptr()) != 0 {
            return Err(*libc::__errno_location());
        }
        let permitted = u64::from(sets[4]) << 32 | u64::from(sets[1]);
        for capability in (0..64).filter(|bit| permitted >> bit & 1 == 1) {
            libc::prctl(libc::PR_CAP_AMBIENT, libc::PR_CAP_AMBIENT_RAISE, capability, 0, 0);
        }
    }
    Ok(())
}

/// Kills the launcher, and by it, through the kernel, every process of the run.
///
/// # Errors
/// Where the process has been buried.
pub fn kill(process: &OwnedFd) -> Result<()> {
    // SAFETY: numbers only.
    let sent = unsafe {
        libc::syscall(
            libc::SYS_pidfd_send_signal,
            process.as_raw_fd(),
            libc::SIGKILL,
            std::ptr::null::<c_void>(),
            0,
        )
    };
    if sent == 0 {
        Ok(())
    } else {
        Err(Error::last("killing the run"))
    }
}

/// Buries the launcher when it has ended; it ends after every other process of the run. `false`: not yet.
///
/// # Errors
/// Where it is not ours, or buried before.
pub fn reap(process: &OwnedFd) -> Result<bool> {
    wait(process, libc::WNOHANG)
}

/// Waits until the launcher has ended, and buries it.
///
/// # Errors
/// As [`reap`].
pub fn bury(process: &OwnedFd) -> Result<()> {
    wait(process, 0).map(drop)
}

fn wait(process: &OwnedFd, flags: libc::c_int) -> Result<bool> {
    // SAFETY: all zeros are a valid siginfo, which waitid fills.
    unsafe {
        let mut information: libc::siginfo_t = std::mem::zeroed();
        let number = process.as_raw_fd() as libc::id_t;
        let options = libc::WEXITED | libc::__WALL | flags;
        if libc::waitid(libc::P_PIDFD, number, &raw mut information, options) != 0 {
            return Err(Error::last("waiting for the run's end"));
        }
        Ok(information.si_pid() != 0)
    }
}

/// The launcher as a file without a name, made once, sealed.
fn launcher_file() -> Result<BorrowedFd<'static>> {
    static FILE: OnceLock<OwnedFd> = OnceLock::new();
    if FILE.get().is_none() {
        const EXECUTABLE: libc::c_uint = 0x10;
        let file = match sealed_file(c"sandbox", LAUNCHER, EXECUTABLE) {
            // Before Linux 6.3 there is no such flag, and every such file is executable.
            Err(error) if error.errno == libc::EINVAL => sealed_file(c"sandbox", LAUNCHER, 0)?,
            other => other?,
        };
        let _ = FILE.set(file);
    }
    let file = FILE.get().expect("just set");
    // SAFETY: the descriptor is never closed.
    Ok(unsafe { BorrowedFd::borrow_raw(file.as_raw_fd()) })
}

fn sealed_file(name: &std::ffi::CStr, bytes: &[u8], flags: libc::c_uint) -> Result<OwnedFd> {
    let flags = libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING | flags;
    // SAFETY: the name ends with NUL; the descriptor is new.
    let mut file = unsafe {
        let number = libc::memfd_create(name.as_ptr(), flags);
        if number < 0 {
            return Err(Error::last("making a file in memory"));
        }
        std::fs::File::from_raw_fd(number)
    };
    file.write_all(bytes)
        .map_err(|error| Error::with("filling a file in memory", &error))?;
    const SEALS: libc::c_int =
        libc::F_SEAL_WRITE | libc::F_SEAL_GROW | libc::F_SEAL_SHRINK | libc::F_SEAL_SEAL;
    // SAFETY: numbers only.
    if unsafe { libc::fcntl(file.as_raw_fd(), libc::F_ADD_SEALS, SEALS) } != 0 {
        return Err(Error::last("sealing a file in memory"));
    }
    Ok(file.into())
}

/// The end to read from, then the one to write to.
fn pipe() -> Result<(OwnedFd, OwnedFd)> {
    let mut ends = [-1; 2];
    // SAFETY: room for two.
    if unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) } != 0 {
        return Err(Error::last("making a pipe"));
    }
    Ok(owned(ends))
}

fn socket_pair() -> Result<(OwnedFd, OwnedFd)> {
    let mut ends = [-1; 2];
    let kind = libc::SOCK_STREAM | libc::SOCK_CLOEXEC;
    // SAFETY: room for two.
    if unsafe { libc::socketpair(libc::AF_UNIX, kind, 0, ends.as_mut_ptr()) } != 0 {
        return Err(Error::last("making a pair of sockets"));
    }
    Ok(owned(ends))
}

fn owned([first, second]: [RawFd; 2]) -> (OwnedFd, OwnedFd) {
    // SAFETY: both are new.
    unsafe { (OwnedFd::from_raw_fd(first), OwnedFd::from_raw_fd(second)) }
}

fn high(descriptor: &OwnedFd) -> Result<OwnedFd> {
    high_raw(descriptor.as_raw_fd())
}

fn high_raw(descriptor: RawFd) -> Result<OwnedFd> {
    // SAFETY: numbers only; what comes back is new.
    unsafe {
        let copy = libc::fcntl(descriptor, libc::F_DUPFD_CLOEXEC, CONTROL_FD + 1);
        if copy < 0 {
            return Err(Error::last("copying a descriptor"));
        }
        Ok(OwnedFd::from_raw_fd(copy))
    }
}
