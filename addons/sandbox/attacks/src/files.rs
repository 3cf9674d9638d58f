//! Making, changing, reading and moving files by path.

use crate::os::{self, Outcome, call, text};
use crate::report::Report;

/// What every attack writes; the host looks for it.
pub const MARK: &[u8] = b"planted by an attack\n";

pub fn run(name: &str, arguments: &[&str], report: &mut Report) -> bool {
    match (name, arguments) {
        ("create", paths) => paths
            .iter()
            .for_each(|path| report.attempt(format!("create {path}"), create(path))),
        ("make", paths) => paths.iter().for_each(|path| make(path, report)),
        ("overwrite", paths) => paths.iter().for_each(|path| overwrite(path, report)),
        ("remove", paths) => paths.iter().for_each(|path| {
            report.attempt(
                format!("unlink {path}"),
                call!(SYS_unlinkat, libc::AT_FDCWD, &text(path), 0),
            );
        }),
        ("through-link", [file, directory]) => through_link(file, directory, report),
        ("hard-link", [file, link]) => hard_link(file, link, report),
        ("rename-across", [outside, second, inside]) => rename_across(outside, second, inside, report),
        ("read", paths) => paths.iter().for_each(|path| read(path, report)),
        ("read-moved", [directory, to, file]) => {
            report.attempt("rename the ancestor", rename(directory, to, 0));
            read(&format!("{to}/{file}"), report);
        }
        ("rebuild", [directory, aside, file]) => {
            // The directory goes away whole; a new one of its name holds what the attacker likes.
            report.attempt("rename aside", rename(directory, aside, 0));
            report.attempt("create in the new one", create(file));
        }
        ("into-place", [staged, file, place]) => {
            report.attempt("stage", create(&format!("{staged}/{file}")));
            report.attempt("rename into place", rename(staged, place, 0));
        }
        _ => return false,
    }
    true
}

/// Makes a file with the mark in it, and the directories on the way.
pub fn create(path: &str) -> Outcome {
    for (at, _) in path.match_indices('/').skip(1) {
        let _ = call!(SYS_mkdirat, libc::AT_FDCWD, &text(&path[..at]), 0o755);
    }
    let file = os::open(path, libc::O_WRONLY | libc::O_CREAT)?;
    let written = os::write(file, MARK);
    os::close(file);
    written
}

pub fn rename(from: &str, to: &str, flags: u32) -> Outcome {
    call!(
        SYS_renameat2,
        libc::AT_FDCWD,
        &text(from),
        libc::AT_FDCWD,
        &text(to),
        flags
    )
}

pub fn symlink(target: &str, link: &str) -> Outcome {
    call!(SYS_symlinkat, &text(target), libc::AT_FDCWD, &text(link))
}

pub fn link(from: &str, to: &str, flags: i32) -> Outcome {
    call!(
        SYS_linkat,
        libc::AT_FDCWD,
        &text(from),
        libc::AT_FDCWD,
        &text(to),
        flags
    )
}

/// Every way by which a name can come to be. What one way made is removed for the next; the last stays.
fn make(path: &str, report: &mut Report) {
    let here = libc::AT_FDCWD;
    let target = text(path);
    let clear = || {
        let _ = call!(SYS_unlinkat, here, &target, 0);
        let _ = call!(SYS_unlinkat, here, &target, libc::AT_REMOVEDIR);
    };
    let staged = ".staged";
    for (at, _) in path.match_indices('/').skip(1) {
        let _ = call!(SYS_mkdirat, here, &text(&path[..at]), 0o755);
    }
    report.attempt(format!("mkdir {path}"), call!(SYS_mkdirat, here, &target, 0o755));
    clear();
    report.attempt(format!("symlink {path}"), symlink("elsewhere", path));
    clear();
    report.attempt(
        format!("mkfifo {path}"),
        call!(SYS_mknodat, here, &target, libc::S_IFIFO | 0o644, 0),
    );
    clear();
    let _ = create(staged);
    report.attempt(format!("link {path}"), link(staged, path, 0));
    clear();
    report.attempt(format!("rename onto {path}"), rename(staged, path, 0));
    clear();
    let bound = crate::sockets::bind_path(path);
    report.attempt(format!("bind {path}"), bound);
    clear();
    report.attempt(format!("create {path}"), create(path));
    let _ = call!(SYS_unlinkat, here, &text(staged), 0);
}

fn overwrite(path: &str, report: &mut Report) {
    let with = |flags: i32| -> Outcome {
        let file = os::open(path, flags)?;
        let written = os::write(file, MARK);
        os::close(file);
        written
    };
    report.attempt(format!("append {path}"), with(libc::O_WRONLY | libc::O_APPEND));
    report.attempt(format!("truncate(2) {path}"), call!(SYS_truncate, &text(path), 3));
    let shortened = os::open(path, libc::O_RDWR).and_then(|file| call!(SYS_ftruncate, file, 2));
    report.attempt(format!("ftruncate {path}"), shortened);
    report.attempt(format!("mapped {path}"), write_mapped(path));
    report.attempt(format!("O_TRUNC {path}"), with(libc::O_WRONLY | libc::O_TRUNC));
    let fresh = format!("{path}.new");
    report.attempt(
        format!("replace {path}"),
        create(&fresh).and_then(|_| rename(&fresh, path, 0)),
    );
}

fn write_mapped(path: &str) -> Outcome {
    let file = os::open(path, libc::O_RDWR)?;
    let address = call!(
        SYS_mmap,
        0,
        4096,
        libc::PROT_READ | libc::PROT_WRITE,
        libc::MAP_SHARED,
        file,
        0_i64
    )?;
    // SAFETY: a fresh mapping of one page of a file that is not empty.
    unsafe { *(address as *mut u8) = b'X' };
    Ok(0)
}

/// `directory` is writable: links in it lead to `file` and to the directory around it.
fn through_link(file: &str, directory: &str, report: &mut Report) {
    let (parent, _) = file.rsplit_once('/').expect("an absolute path");
    for (at, target) in [file, &format!("{parent}/dangling"), parent]
        .into_iter()
        .enumerate()
    {
        let link = format!("{directory}/link{at}");
        report.attempt(format!("link to {target}"), symlink(target, &link));
        let path = if target == parent {
            format!("{link}/through")
        } else {
            link
        };
        report.attempt(format!("write through {path}"), create(&path));
    }
}

fn hard_link(file: &str, to: &str, report: &mut Report) {
    report.attempt("link", link(file, to, 0));
    let by_descriptor = os::open(file, libc::O_PATH)
        .and_then(|held| link(&format!("/proc/self/fd/{held}"), to, libc::AT_SYMLINK_FOLLOW));
    report.attempt("link by descriptor", by_descriptor);
    let written = os::open(to, libc::O_WRONLY | libc::O_APPEND).and_then(|file| os::write(file, MARK));
    report.attempt("write to the link", written);
}

fn rename_across(outside: &str, second: &str, inside: &str, report: &mut Report) {
    report.attempt("make", create(inside));
    report.attempt("exchange", rename(inside, outside, libc::RENAME_EXCHANGE));
    report.attempt("rename out", rename(inside, &format!("{outside}.moved"), 0));
    report.attempt("rename in", rename(second, &format!("{inside}.stolen"), 0));
}

/// Every way to the bytes of a file, or the names in a directory.
fn read(path: &str, report: &mut Report) {
    let mut take = |what: &str, found: Result<Vec<u8>, i32>| {
        report.attempt(
            format!("{what} {path}"),
            found.as_ref().map(|b| b.len() as i64).map_err(|e| *e),
        );
        if let Ok(bytes) = found {
            report.got(&bytes);
        }
    };
    let plain = |path: &str| os::open(path, libc::O_RDONLY).and_then(os::read);
    take("open", plain(path));
    let held = || os::open(path, libc::O_PATH);
    take(
        "reopen O_PATH",
        held().and_then(|file| plain(&format!("/proc/self/fd/{file}"))),
    );
    take("by /proc/self/root", plain(&format!("/proc/self/root{path}")));
    let mapped = os::open(path, libc::O_RDONLY).and_then(|file| {
        let address = call!(SYS_mmap, 0, 4096, libc::PROT_READ, libc::MAP_PRIVATE, file, 0_i64)?;
        // SAFETY: one page of a file that is not empty; bytes after its end read as zero.
        Ok(unsafe { std::slice::from_raw_parts(address as *const u8, 128) }.to_vec())
    });
    take("map", mapped);
    for (at, moved) in [rename as fn(&str, &str, u32) -> Outcome, |from, to, _| {
        link(from, to, 0)
    }]
    .into_iter()
    .enumerate()
    .rev()
    {
        let to = format!("plain-name-{at}");
        take(
            if at == 0 { "rename" } else { "link" },
            moved(path, &to, 0).and_then(|_| plain(&to)),
        );
        if at == 0 {
            let _ = rename(&to, path, 0);
        }
    }
    let through = "plain-link";
    take("symlink", symlink(path, through).and_then(|_| plain(through)));
    let names = std::fs::read_dir(path).map_err(|error| error.raw_os_error().unwrap_or(0));
    take(
        "list",
        names.map(|entries| {
            entries
                .flatten()
                .flat_map(|e| e.file_name().into_encoded_bytes())
                .collect()
        }),
    );
    let source = std::process::Command::new("/bin/cat").arg(path).output();
    take(
        "cat",
        source
            .map(|o| o.stdout)
            .map_err(|e| e.raw_os_error().unwrap_or(0)),
    );
}
