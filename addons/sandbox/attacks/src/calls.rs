//! Calls that no program under a policy needs: each is made in its harmless form. A call that fails for its arguments
//! (not for want of permission) was let through: the kernel looked at them.

use crate::os::{self, Outcome, call, text};
use crate::report::Report;

pub fn run(name: &str, arguments: &[&str], report: &mut Report) -> bool {
    match (name, arguments) {
        ("ordinary-calls", [file]) => ordinary(file, report),
        ("privileged-calls", []) => privileged(report),
        ("by-handle", [mount, file]) => by_handle(mount, file, report),
        ("ring", []) => {
            let mut parameters = [0_u8; 120];
            report.attempt(
                "io_uring_setup",
                call!(SYS_io_uring_setup, 4, &mut parameters[..]),
            );
            report.attempt(
                "io_uring_enter",
                reached(call!(SYS_io_uring_enter, -1, 0, 0, 0, 0, 0)),
            );
            report.attempt(
                "io_uring_register",
                reached(call!(SYS_io_uring_register, -1, 0, 0, 0)),
            );
        }
        ("foreign-calls", [path]) => foreign(path, report),
        ("second-filter", []) => {
            // No new privileges, then a filter that lets everything pass: what browsers and containers do.
            let one = call!(SYS_prctl, libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
            let allow: [u64; 1] = [0x0006 | 0x7fff_0000 << 32];
            let program: [u64; 2] = [1, allow.as_ptr() as u64];
            let filter = one.and_then(|_| call!(SYS_seccomp, 1, 0, &program[..]));
            report.attempt("second filter", filter);
        }
        ("terminal", []) => terminal(report),
        _ => return false,
    }
    true
}

/// `Ok` when the call was not refused as such.
fn reached(outcome: Outcome) -> Outcome {
    match outcome {
        Err(errno @ (libc::EPERM | libc::EACCES | libc::ENOSYS)) => Err(errno),
        Err(errno) => Ok(i64::from(-errno)),
        done => done,
    }
}

/// What an unprivileged user may call on a usual host.
fn ordinary(file: &str, report: &mut Report) {
    let (user, name, payload) = (text("user"), text("pairbench-corpus"), text("x"));
    // Process keyring: goes away with the process.
    let key = call!(SYS_add_key, &user, &name, &payload, 1, -2);
    report.attempt("add_key", key);
    report.attempt("keyctl", call!(SYS_keyctl, 0, -2, 1));
    report.attempt("request_key", reached(call!(SYS_request_key, &user, &name, 0, 0)));
    let mut event = [0_u64; 16];
    // Software clock of this process, user space only.
    event[0] = 1 | 128 << 32;
    event[5] = 1 << 5 | 1 << 6;
    report.attempt(
        "perf_event_open",
        call!(SYS_perf_event_open, &event[..], 0, -1, -1, 0),
    );
    report.attempt("userfaultfd", call!(SYS_userfaultfd, 1));
    let mut handle = [0_u8; 136];
    handle[0] = 128;
    let mut mount = [0_u8; 4];
    let named = call!(
        SYS_name_to_handle_at,
        libc::AT_FDCWD,
        &text(file),
        &mut handle[..],
        &mut mount[..],
        0
    );
    report.attempt("name_to_handle_at", named);
    // FAN_REPORT_FID: the form for everybody.
    report.attempt("fanotify_init", call!(SYS_fanotify_init, 0x200, 0));
    report.attempt(
        "process_madvise",
        reached(call!(SYS_process_madvise, -1, 0, 0, 0, 0)),
    );
    report.attempt("move_pages", reached(call!(SYS_move_pages, 0, 0, 0, 0, 0, 0)));
    // Q_SYNC of everything: flushes, changes nothing.
    report.attempt("quotactl", reached(call!(SYS_quotactl, 0x8000_0100_u32, 0, 0, 0)));
    report.attempt("migrate_pages", reached(call!(SYS_migrate_pages, 0, 0, 0, 0)));
    report.attempt(
        "kcmp",
        reached(call!(SYS_kcmp, std::process::id(), std::process::id(), 1, 0, 0)),
    );
}

/// What only the superuser may call; in forms that change nothing even then.
fn privileged(report: &mut Report) {
    let nothing = text("/nonexistent");
    let mut attempt = |what: &str, outcome: Outcome| {
        report.attempt(what, reached(outcome));
    };
    // An array of one number; it goes away with its descriptor.
    let map: [u64; 9] = [2 | 4 << 32, 4 | 1 << 32, 0, 0, 0, 0, 0, 0, 0];
    attempt("bpf", call!(SYS_bpf, 0, &map[..], 72));
    // Sizes and magics that are never valid: the permission is checked before them.
    attempt("init_module", call!(SYS_init_module, 0, 0, 0));
    attempt("finit_module", call!(SYS_finit_module, -1, 0, 0));
    attempt(
        "delete_module",
        call!(SYS_delete_module, &text("pairbench-none"), libc::O_NONBLOCK),
    );
    attempt("kexec_load", call!(SYS_kexec_load, 0, 99, 0, 0));
    attempt("acct", call!(SYS_acct, &nothing));
    attempt("swapon", call!(SYS_swapon, &nothing, 0));
    attempt("swapoff", call!(SYS_swapoff, &nothing));
    attempt("reboot", call!(SYS_reboot, 0, 0, 0, 0));
    attempt("settimeofday", call!(SYS_settimeofday, 0, 0));
    attempt("sethostname", call!(SYS_sethostname, 0, -1));
    attempt("setdomainname", call!(SYS_setdomainname, 0, -1));
    attempt("fanotify_init", call!(SYS_fanotify_init, 0, 0));
    attempt("lookup_dcookie", call!(SYS_lookup_dcookie, 0_u64, 0, 0));
    attempt("syslog", call!(SYS_syslog, 10, 0, 0));
    #[cfg(target_arch = "x86_64")]
    attempt("ioperm", call!(SYS_ioperm, 0x80, 1, 0));
}

/// A file is opened by its number in the file system, past all paths.
fn by_handle(mount: &str, file: &str, report: &mut Report) {
    let mut handle = [0_u8; 136];
    handle[0] = 128;
    let mut id = [0_u8; 4];
    let named = call!(
        SYS_name_to_handle_at,
        libc::AT_FDCWD,
        &text(file),
        &mut handle[..],
        &mut id[..],
        0
    );
    let opened = named
        .and_then(|_| os::open(mount, libc::O_RDONLY))
        .and_then(|held| call!(SYS_open_by_handle_at, held, &handle[..], libc::O_RDONLY));
    if let Ok(bytes) = opened.and_then(os::read) {
        report.got(&bytes);
    }
    report.attempt("open_by_handle_at", opened);
}

/// The same kernel by its other doors: 32-bit calls and the x32 numbers, which a filter of 64-bit numbers may not see.
#[cfg(target_arch = "x86_64")]
fn foreign(path: &str, report: &mut Report) {
    report.attempt("int 0x80 getpid", os::in_child(|| old_call(20, 0, 0, 0)));
    let made = os::in_child(|| {
        // The old door takes 32-bit pointers.
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_32BIT;
        let low = call!(
            SYS_mmap,
            0,
            4096,
            libc::PROT_READ | libc::PROT_WRITE,
            flags,
            -1,
            0
        )?;
        let name = text(path);
        let bytes = name.as_bytes_with_nul();
        // SAFETY: a fresh page of 4096 bytes; paths of the corpus are shorter.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), low as *mut u8, bytes.len()) };
        old_call(8, low as u32, 0o644, 0)
    });
    report.attempt("int 0x80 creat", made);
    report.attempt(
        "int 0x80 socket",
        os::in_child(|| old_call(359, libc::AF_UNIX as u32, 1, 0)),
    );
    let wide = os::in_child(|| os::system_call(0x4000_0000 | 39, &mut []));
    report.attempt("x32 getpid", wide);
}

#[cfg(target_arch = "x86_64")]
fn old_call(number: u32, first: u32, second: u32, third: u32) -> Outcome {
    let result: i32;
    // SAFETY: a call of the 32-bit table; it reads at most the path whose address is given. rbx belongs to the
    // compiler and is put back.
    unsafe {
        std::arch::asm!(
            "xchg {first:r}, rbx",
            "int 0x80",
            "xchg {first:r}, rbx",
            first = inout(reg) u64::from(first) => _,
            inout("eax") number as i32 => result,
            in("ecx") second,
            in("edx") third,
            out("r8") _, out("r9") _, out("r10") _, out("r11") _,
        );
    }
    if result < 0 {
        Err(-result)
    } else {
        Ok(i64::from(result))
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn foreign(_: &str, _: &mut Report) {}

/// Puts a character into the input queue of the terminal that the host sits at: typed by nobody, read by its shell.
fn terminal(report: &mut Report) {
    let mut found = vec![("descriptor 0".to_owned(), 0), ("descriptor 2".to_owned(), 2)];
    match os::open("/dev/tty", libc::O_RDWR | libc::O_NOCTTY) {
        Ok(tty) => found.push(("/dev/tty".into(), tty)),
        Err(errno) => {
            report.attempt("open /dev/tty", Err(errno));
        }
    }
    for (what, tty) in found {
        let pushed = call!(SYS_ioctl, tty, libc::TIOCSTI, &b"#"[..]);
        report.attempt(format!("TIOCSTI on {what}"), pushed);
        // The upper half must not hide the request from a filter.
        let pushed = call!(SYS_ioctl, tty, libc::TIOCSTI | 1 << 32, &b"#"[..]);
        report.attempt(format!("TIOCSTI with high bits on {what}"), pushed);
        let pasted = call!(SYS_ioctl, tty, libc::TIOCLINUX, &[3_u8][..]);
        report.attempt(format!("TIOCLINUX on {what}"), pasted);
        let size: [u64; 1] = [0x0018_0050];
        report.attempt(
            format!("resize on {what}"),
            call!(SYS_ioctl, tty, libc::TIOCSWINSZ, &size[..]),
        );
    }
}
