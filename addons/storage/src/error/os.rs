//! The names that systems give their errors.

use std::io;

/// `EIO`, `EACCES`, ...; without a name the system's own words.
pub(super) fn name_of(error: &io::Error) -> String {
    error
        .raw_os_error()
        .and_then(name)
        .map_or_else(|| error.to_string(), str::to_owned)
}

#[cfg(unix)]
fn name(number: i32) -> Option<&'static str> {
    Some(match number {
        libc::EACCES => "EACCES",
        libc::EBADF => "EBADF",
        libc::EDQUOT => "EDQUOT",
        libc::EEXIST => "EEXIST",
        libc::EFBIG => "EFBIG",
        libc::EINTR => "EINTR",
        libc::EINVAL => "EINVAL",
        libc::EIO => "EIO",
        libc::EISDIR => "EISDIR",
        libc::ELOOP => "ELOOP",
        libc::EMFILE => "EMFILE",
        libc::ENAMETOOLONG => "ENAMETOOLONG",
        libc::ENFILE => "ENFILE",
        libc::ENODEV => "ENODEV",
        libc::ENOENT => "ENOENT",
        libc::ENOLCK => "ENOLCK",
        libc::ENOMEM => "ENOMEM",
        libc::ENOSPC => "ENOSPC",
        libc::ENOTDIR => "ENOTDIR",
        libc::ENXIO => "ENXIO",
        libc::EPERM => "EPERM",
        libc::EROFS => "EROFS",
        libc::ESTALE => "ESTALE",
        libc::ETIMEDOUT => "ETIMEDOUT",
        libc::EXDEV => "EXDEV",
        _ => return None,
    })
}

/// As Node names them.
#[cfg(windows)]
fn name(number: i32) -> Option<&'static str> {
    Some(match number {
        2 | 3 => "ENOENT",
        4 => "EMFILE",
        5 | 32 | 33 => "EACCES",
        39 | 112 => "ENOSPC",
        80 | 183 => "EEXIST",
        1117 => "EIO",
        _ => return None,
    })
}
