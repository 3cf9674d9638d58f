//! Mode, owner, times and attributes; special files; setuid bits.

use crate::files;
use crate::os::{self, Outcome, call, text};
use crate::report::Report;

/// fchmodat2, since Linux 6.6: a filter made from an old list of calls does not know it.
const SYS_FCHMODAT2: libc::c_long = 452;

pub fn run(name: &str, arguments: &[&str], report: &mut Report) -> bool {
    match (name, arguments) {
        ("metadata", paths) => paths.iter().for_each(|path| change(path, report)),
        ("set-id", [file, made]) => set_id(file, made, report),
        ("file-capability", [file]) => {
            // Version 2, effective, CAP_DAC_OVERRIDE permitted.
            let value: [u8; 20] = [1, 0, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            report.attempt(
                "security.capability",
                set_attribute(file, "security.capability", &value),
            );
            report.attempt("security.anything", set_attribute(file, "security.corpus", b"x"));
            report.attempt("trusted.anything", set_attribute(file, "trusted.corpus", b"x"));
        }
        ("attribute", [file]) => {
            report.attempt("user.corpus", set_attribute(file, "user.corpus", b"x"));
        }
        ("nodes", directories) => directories.iter().for_each(|directory| nodes(directory, report)),
        ("whiteout", [file]) => {
            const RENAME_WHITEOUT: u32 = 4;
            let _ = files::create(file);
            report.attempt(
                "whiteout",
                files::rename(file, &format!("{file}-moved"), RENAME_WHITEOUT),
            );
        }
        ("open", paths) => paths.iter().for_each(|path| {
            report.attempt(
                format!("read {path}"),
                os::open(path, libc::O_RDONLY | libc::O_NONBLOCK),
            );
        }),
        ("open-to-write", paths) => paths.iter().for_each(|path| {
            // Opened, never written: what these files do on a write is done to the whole host.
            report.attempt(
                format!("open {path}"),
                os::open(path, libc::O_WRONLY | libc::O_NONBLOCK),
            );
        }),
        _ => return false,
    }
    true
}

fn set_attribute(path: &str, name: &str, value: &[u8]) -> Outcome {
    call!(SYS_setxattr, &text(path), &text(name), value, value.len(), 0)
}

fn change(path: &str, report: &mut Report) {
    let here = libc::AT_FDCWD;
    let name = text(path);
    // SAFETY: asks for two numbers.
    let (user, group) = unsafe { (libc::getuid(), libc::getgid()) };
    report.attempt("fchmodat", call!(SYS_fchmodat, here, &name, 0o777));
    let mode = os::system_call(
        SYS_FCHMODAT2,
        &mut [here.into(), (&name).into(), 0o770.into(), 0.into()],
    );
    report.attempt("fchmodat2", mode);
    report.attempt("fchownat", call!(SYS_fchownat, here, &name, user, group, 0));
    let times: [u64; 4] = [1, 0, 1, 0];
    report.attempt("utimensat", call!(SYS_utimensat, here, &name, &times[..], 0));
    report.attempt("setxattr", set_attribute(path, "user.corpus", b"x"));
    // Version 2; user::rw-, group::r--, other::rw-.
    let list: [u8; 28] = [
        2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 4, 0, 4, 0, 255, 255, 255, 255, 32, 0, 6, 0, 255, 255,
        255, 255,
    ];
    report.attempt(
        "access list",
        set_attribute(path, "system.posix_acl_access", &list),
    );
    let by_descriptor = os::open(path, libc::O_RDONLY).and_then(|file| call!(SYS_fchmod, file, 0o707));
    report.attempt("fchmod", by_descriptor);
    let held = os::open(path, libc::O_PATH)
        .and_then(|file| call!(SYS_fchmodat, here, &text(&format!("/proc/self/fd/{file}")), 0o717));
    report.attempt("chmod by descriptor", held);
}

/// Each way to a setuid or setgid bit; `made` is a name that does not exist yet.
fn set_id(file: &str, made: &str, report: &mut Report) {
    let here = libc::AT_FDCWD;
    report.attempt("chmod 4755", call!(SYS_fchmodat, here, &text(file), 0o4755));
    report.attempt("chmod 2755", call!(SYS_fchmodat, here, &text(file), 0o2755));
    let held = os::open(file, libc::O_RDONLY);
    report.attempt(
        "fchmod 6755",
        held.and_then(|held| call!(SYS_fchmod, held, 0o6755)),
    );
    let newer = os::system_call(
        SYS_FCHMODAT2,
        &mut [here.into(), (&text(file)).into(), 0o6755.into(), 0.into()],
    );
    report.attempt("fchmodat2 6755", newer);
    let flags = libc::O_CREAT | libc::O_WRONLY;
    report.attempt(
        "open with 6755",
        call!(SYS_openat, here, &text(made), flags, 0o6755),
    );
    let node = text(&format!("{made}.node"));
    report.attempt(
        "mknod with 6755",
        call!(SYS_mknodat, here, &node, libc::S_IFREG | 0o6755, 0),
    );
    let how: [u64; 3] = [flags as u64, 0o6755, 0];
    let newest = call!(SYS_openat2, here, &text(&format!("{made}.how")), &how[..], 24);
    report.attempt("openat2 with 6755", newest);
}

fn nodes(directory: &str, report: &mut Report) {
    for (what, kind, device) in [
        ("block device of the disk", libc::S_IFBLK, libc::makedev(254, 0)),
        ("kernel memory", libc::S_IFCHR, libc::makedev(1, 1)),
        ("kernel log", libc::S_IFCHR, libc::makedev(1, 11)),
    ] {
        let path = format!("{directory}/node");
        let made = call!(SYS_mknodat, libc::AT_FDCWD, &text(&path), kind | 0o666, device);
        report.attempt(format!("{what} in {directory}"), made);
        let _ = files::rename(&path, &format!("{path}-{}", device), 0);
    }
}
