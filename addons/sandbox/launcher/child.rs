//! The program: a child that shares our memory until it executes, so that nothing is copied for it.

use crate::confine::{Landlock, Limits};
use crate::plan::{Reader, step};
use crate::sys::{self, EACCES, EINVAL, ENOENT, Errno, Result, memory, syscall};

const STACK_BYTES: usize = 64 << 10;

/// What the child is to do, and what came of it.
pub struct Child<'a> {
    landlock: &'a Landlock<'a>,
    limits: &'a Limits<'a>,
    filter: &'a [u8],
    watch: bool,
    cwd: &'a [u8],
    /// Paths to try, in order.
    candidates: Reader<'a>,
    argv: *const usize,
    environment: *const usize,
    /// Step, error number and item of what failed.
    failed: (u32, Errno, u32),
    listener: i32,
}

pub struct Started {
    pub process: i32,
    /// Where the kernel asks about names; -1 without a watch.
    pub listener: i32,
}

impl<'a> Child<'a> {
    pub fn read(
        plan: &mut Reader<'a>,
        landlock: &'a Landlock<'a>,
        limits: &'a Limits<'a>,
        filter: &'a [u8],
        watch: bool,
    ) -> Result<Self> {
        let cwd = plan.text().ok_or(EINVAL)?;
        let candidates = *plan;
        for _ in 0..plan.u32().ok_or(EINVAL)? {
            plan.text().ok_or(EINVAL)?;
        }
        Ok(Self {
            landlock,
            limits,
            filter,
            watch,
            cwd,
            candidates,
            argv: pointers(plan)?,
            environment: pointers(plan)?,
            failed: (0, Errno(0), 0),
            listener: -1,
        })
    }

    /// Returns once the program runs, or why it does not.
    pub fn start(mut self) -> core::result::Result<Started, (u32, Errno, u32)> {
        const VM: usize = 0x100;
        const FILES: usize = 0x400;
        const VFORK: usize = 0x4000;
        const SIGCHLD: usize = 17;
        let stack = memory(STACK_BYTES).map_err(|errno| (step::CLONE, errno, 0))?;
        let top = stack.as_mut_ptr_range().end;
        // Descriptors are shared until then too: that is how the listener of the filter gets here.
        // SAFETY: the stack is the child's alone; `self` outlives it, since we wait until it executes or ends.
        let process = unsafe { clone(VM | FILES | VFORK | SIGCHLD, top, enter, (&raw mut self).cast()) }
            .map_err(|errno| (step::CLONE, errno, 0))?;
        // SAFETY: the child has written it before we were woken.
        let failed = unsafe { (&raw const self.failed).read_volatile() };
        if failed.0 != 0 {
            return Err(failed);
        }
        // SAFETY: as above.
        let listener = unsafe { (&raw const self.listener).read_volatile() };
        Ok(Started {
            process: process as i32,
            listener,
        })
    }

    /// In the child.
    fn become_program(&mut self) -> (u32, Errno, u32) {
        let steps = || {
            syscall!(SETSID).map_err(|errno| (step::SESSION, errno))?;
            self.limits.enforce().map_err(|errno| (step::LIMITS, errno))?;
            self.landlock.scope().map_err(|errno| (step::LANDLOCK, errno))?;
            syscall!(CHDIR, self.cwd.as_ptr()).map_err(|errno| (step::CWD, errno))?;
            unblock_signals().map_err(|errno| (step::SIGNALS, errno))?;
            // Whatever else may be open, it ends here.
            const CLOEXEC: usize = 4;
            syscall!(CLOSE_RANGE, 3, u32::MAX, CLOEXEC).map_err(|errno| (step::SESSION, errno))?;
            self.filter().map_err(|errno| (step::SECCOMP, errno))
        };
        match steps() {
            Err((step, errno)) => (step, errno, 0),
            Ok(listener) => {
                self.listener = listener;
                (step::EXEC, self.execute(), 0)
            }
        }
    }

    fn filter(&self) -> Result<i32> {
        const SET_MODE_FILTER: usize = 1;
        const NEW_LISTENER: usize = 8;
        /// Once the question is asked, only death interrupts the program that waits for the answer.
        const WAIT_KILLABLE: usize = 32;
        #[repr(C)]
        struct Program {
            instructions: u16,
            filter: *const u8,
        }
        let program = Program {
            instructions: (self.filter.len() / 8) as u16,
            filter: self.filter.as_ptr(),
        };
        if !self.watch {
            syscall!(SECCOMP, SET_MODE_FILTER, 0, &raw const program)?;
            return Ok(-1);
        }
        let flags = NEW_LISTENER | WAIT_KILLABLE;
        let listener = match syscall!(SECCOMP, SET_MODE_FILTER, flags, &raw const program) {
            // Before Linux 5.19.
            Err(EINVAL) => syscall!(SECCOMP, SET_MODE_FILTER, NEW_LISTENER, &raw const program)?,
            other => other?,
        };
        Ok(listener as i32)
    }

    /// Tries each candidate as a shell would: what may not be executed is remembered, and the search goes on.
    fn execute(&self) -> Errno {
        let mut candidates = self.candidates;
        let mut answer = ENOENT;
        for _ in 0..candidates.u32().unwrap_or(0) {
            let Some(path) = candidates.text() else { break };
            match syscall!(EXECVE, path.as_ptr(), self.argv, self.environment) {
                Ok(_) => {}
                Err(ENOENT) => {}
                Err(EACCES) => answer = EACCES,
                Err(errno) => return errno,
            }
        }
        answer
    }
}

extern "C" fn enter(child: *mut u8) -> ! {
    // SAFETY: `start` passes its own `Child` and waits.
    let child = unsafe { &mut *child.cast::<Child<'_>>() };
    let failed = child.become_program();
    // SAFETY: as above; volatile, since the parent reads it from memory.
    unsafe { (&raw mut child.failed).write_volatile(failed) };
    sys::exit(127)
}

fn unblock_signals() -> Result<()> {
    const SIG_SETMASK: usize = 2;
    let none = 0_u64;
    syscall!(RT_SIGPROCMASK, SIG_SETMASK, &raw const none, 0, 8)?;
    Ok(())
}

/// The addresses of the texts that follow, zero at the end, as execve wants them.
fn pointers(plan: &mut Reader<'_>) -> Result<*const usize> {
    let count = plan.u32().ok_or(EINVAL)? as usize;
    let bytes = memory((count + 1) * size_of::<usize>())?;
    for place in bytes.chunks_exact_mut(size_of::<usize>()).take(count) {
        let text = plan.text().ok_or(EINVAL)?;
        place.copy_from_slice(&(text.as_ptr() as usize).to_ne_bytes());
    }
    Ok(bytes.as_ptr().cast())
}

/// A child that shares our memory and runs `entry` on a stack of its own.
///
/// # Safety
/// `stack` is the end of a stack; `argument` is what `entry` expects.
unsafe fn clone(flags: usize, stack: *mut u8, entry: extern "C" fn(*mut u8) -> !, argument: *mut u8) -> Result<usize> {
    let answer: isize;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the child never comes back from `entry`; the parent continues behind the call with its own registers.
    unsafe {
        core::arch::asm!(
            "syscall",
            "test rax, rax",
            "jnz 2f",
            "xor ebp, ebp",
            "mov rdi, r12",
            "call r13",
            "ud2",
            "2:",
            inlateout("rax") sys::nr::CLONE as isize => answer,
            in("rdi") flags, in("rsi") stack, in("rdx") 0, in("r10") 0, in("r8") 0,
            in("r12") argument, in("r13") entry,
            lateout("rcx") _, lateout("r11") _,
        );
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: as above.
    unsafe {
        core::arch::asm!(
            "svc 0",
            "cbnz x0, 2f",
            "mov x29, xzr",
            "mov x0, x20",
            "blr x21",
            "brk 1",
            "2:",
            in("x8") sys::nr::CLONE,
            inlateout("x0") flags as isize => answer,
            in("x1") stack, in("x2") 0, in("x3") 0, in("x4") 0,
            in("x20") argument, in("x21") entry,
        );
    }
    if answer < 0 {
        return Err(Errno(-answer as i32));
    }
    Ok(answer as usize)
}
