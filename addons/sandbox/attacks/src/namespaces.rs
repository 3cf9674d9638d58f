//! Mounts and namespaces: making a world in which what is protected is not.

use crate::files::{self, MARK};
use crate::os::{self, Outcome, call, text};
use crate::report::Report;

const NAMESPACES: [(&str, i32); 7] = [
    ("user", libc::CLONE_NEWUSER),
    ("mount", libc::CLONE_NEWNS),
    ("pid", libc::CLONE_NEWPID),
    ("network", libc::CLONE_NEWNET),
    ("ipc", libc::CLONE_NEWIPC),
    ("host name", libc::CLONE_NEWUTS),
    ("cgroup", libc::CLONE_NEWCGROUP),
];

pub fn run(name: &str, arguments: &[&str], report: &mut Report) -> bool {
    match (name, arguments) {
        ("mount", [directory]) => mounts(directory, report),
        ("unshare", []) => unshare(report),
        ("nested", [directory, file]) => {
            report.attempt("nested chain", os::in_child(|| nested(directory, file)));
        }
        ("enter", [pid]) => {
            for kind in ["user", "mnt", "net", "ipc", "uts", "pid", "cgroup"] {
                for pid in [pid, "1"] {
                    let entered = os::in_child(|| {
                        let held = os::open(&format!("/proc/{pid}/ns/{kind}"), libc::O_RDONLY)?;
                        call!(SYS_setns, held, 0)
                    });
                    report.attempt(format!("setns {kind} of {pid}"), entered);
                }
            }
        }
        ("chroot", [inside, outside]) => {
            report.attempt("chroot", os::in_child(|| change_root(inside, outside)));
        }
        _ => return false,
    }
    true
}

/// All calls of both mount interfaces, each in a child where a success would change the view of the next.
fn mounts(directory: &str, report: &mut Report) {
    let place = text(directory);
    let (root, none, tmpfs) = (text("/"), text("none"), text("tmpfs"));
    let here = libc::AT_FDCWD;
    let mount = |from: &std::ffi::CString, flags: u64| call!(SYS_mount, from, &place, &tmpfs, flags, 0);
    let mut attempt = |what: &str, body: &dyn Fn() -> Outcome| {
        report.attempt(what, os::in_child(body));
    };
    attempt("mount tmpfs", &|| mount(&none, 0));
    attempt("bind /", &|| mount(&root, libc::MS_BIND | libc::MS_REC));
    attempt("remount writable", &|| {
        call!(
            SYS_mount,
            &none,
            &text("/usr"),
            0,
            libc::MS_REMOUNT | libc::MS_BIND,
            0
        )
    });
    attempt("propagation", &|| {
        call!(SYS_mount, &none, &root, 0, libc::MS_PRIVATE | libc::MS_REC, 0)
    });
    attempt("umount2 /proc", &|| {
        call!(SYS_umount2, &text("/proc"), libc::MNT_DETACH)
    });
    attempt("pivot_root", &|| {
        let _ = mount(&none, 0);
        os::outcome(std::env::set_current_dir(directory).map_or(-1, |()| 0))?;
        call!(SYS_pivot_root, &text("."), &text("."))
    });
    let tree = || {
        call!(
            SYS_open_tree,
            here,
            &root,
            libc::OPEN_TREE_CLONE | libc::AT_RECURSIVE as u32
        )
    };
    attempt("open_tree", &tree);
    attempt("move_mount", &|| {
        call!(SYS_move_mount, tree()?, &text(""), here, &place, 4)
    });
    attempt("fsopen", &|| call!(SYS_fsopen, &tmpfs, 0));
    attempt("fspick", &|| call!(SYS_fspick, here, &root, 0));
    attempt("mount_setattr", &|| {
        let attributes: [u64; 4] = [0, 1, 0, 0];
        call!(SYS_mount_setattr, here, &text("/usr"), 0, &attributes[..], 32)
    });
}

fn unshare(report: &mut Report) {
    for (what, flag) in NAMESPACES {
        report.attempt(
            format!("unshare {what}"),
            os::in_child(|| call!(SYS_unshare, flag)),
        );
        let both = flag | libc::CLONE_NEWUSER;
        report.attempt(
            format!("unshare user and {what}"),
            os::in_child(|| call!(SYS_unshare, both)),
        );
        let cloned = cloned(call!(SYS_clone, both | libc::SIGCHLD, 0, 0, 0, 0));
        report.attempt(format!("clone user and {what}"), cloned);
        // Flags above 32 bits go along: a filter that looks at the low half alone misses them.
        let arguments: [u64; 11] = [
            both as u64 | 1 << 32,
            0,
            0,
            0,
            libc::SIGCHLD as u64,
            0,
            0,
            0,
            0,
            0,
            0,
        ];
        let cloned = self::cloned(call!(SYS_clone3, &arguments[..], 88));
        report.attempt(format!("clone3 user and {what}"), cloned);
    }
}

/// The child of a raw clone leaves at once; the parent reaps it.
fn cloned(outcome: Outcome) -> Outcome {
    match outcome {
        Ok(0) => {
            // SAFETY: ends the child at once.
            unsafe { libc::_exit(0) }
        }
        Ok(child) => os::wait(child as libc::pid_t).map(|_| 0),
        error => error,
    }
}

/// A descriptor opened before survives into a user namespace whose view of the file system is empty; there no mount
/// covers the protected file any more, and the descriptor leads to its directory.
fn nested(directory: &str, file: &str) -> Outcome {
    let held = os::open(directory, libc::O_PATH | libc::O_DIRECTORY)?;
    // SAFETY: asks for two numbers.
    let (user, group) = unsafe { (libc::getuid(), libc::getgid()) };
    call!(SYS_unshare, libc::CLONE_NEWUSER | libc::CLONE_NEWNS)?;
    let tell =
        |path: &str, line: String| os::open(path, libc::O_WRONLY).and_then(|f| os::write(f, line.as_bytes()));
    tell("/proc/self/setgroups", "deny".into())?;
    tell("/proc/self/uid_map", format!("0 {user} 1"))?;
    tell("/proc/self/gid_map", format!("0 {group} 1"))?;
    let (none, root, tmpfs) = (text("none"), text("/"), text("tmpfs"));
    call!(SYS_mount, &none, &root, 0, libc::MS_PRIVATE | libc::MS_REC, 0)?;
    let place = text("/tmp");
    call!(SYS_mount, &none, &place, &tmpfs, 0, 0)?;
    call!(SYS_chdir, &place)?;
    call!(SYS_mkdirat, libc::AT_FDCWD, &text("old"), 0o755)?;
    call!(SYS_pivot_root, &text("."), &text("old"))?;
    call!(SYS_chdir, &root)?;
    call!(SYS_umount2, &text("old"), libc::MNT_DETACH)?;
    let _ = call!(SYS_renameat2, held, &text(file), held, &text("replaced"), 0);
    let made = call!(
        SYS_openat,
        held,
        &text(file),
        libc::O_CREAT | libc::O_WRONLY,
        0o644
    )?;
    os::write(made, MARK)
}

/// The old way out of a changed root: hold a directory outside of it, change the root, walk up from what is held.
fn change_root(inside: &str, outside: &str) -> Outcome {
    let held = os::open("/", libc::O_RDONLY | libc::O_DIRECTORY)?;
    call!(SYS_chroot, &text(inside))?;
    call!(SYS_fchdir, held)?;
    call!(SYS_chroot, &text("."))?;
    files::create(outside)
}
