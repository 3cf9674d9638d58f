//! Landlock's words: which rights there are, by the version of its interface.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::plan::Writer;

/// Rights on files and directories, as bits of the kernel's interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Access(u64);

impl Access {
    pub(super) const EXECUTE: Self = Self(1);
    pub(super) const WRITE_FILE: Self = Self(1 << 1);
    /// Files and directories.
    pub(super) const READ: Self = Self(1 << 2 | 1 << 3);
    /// All that changes something, but for making devices and sockets.
    pub(super) const WRITE: Self =
        Self(1 << 1 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 10 | 1 << 12 | 1 << 13 | 1 << 14);
    /// Execute, write, read, truncate, control of devices: what a single file can have.
    const OF_FILES: Self = Self(1 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15);

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn within(self, mask: Self) -> Self {
        Self(self.0 & mask.0)
    }
}

/// What is allowed below a path.
pub(super) struct Rule {
    path: Vec<u8>,
    access: Access,
}

impl Rule {
    /// For what lies there in the host; a file has fewer rights than a directory.
    pub(super) fn of(path: &[u8], access: Access) -> Self {
        let place = Path::new(std::ffi::OsStr::from_bytes(path));
        let access = if place.is_dir() {
            access
        } else {
            access.within(Access::OF_FILES)
        };
        Self {
            path: path.to_vec(),
            access,
        }
    }

    pub(super) fn directory(path: &[u8], access: Access) -> Self {
        Self {
            path: path.to_vec(),
            access,
        }
    }
}

/// Rights on files that a version of the interface knows.
const fn file_rights(abi: u32) -> Access {
    Access(match abi {
        0 => 0,
        1 => 0x1fff,
        2 => 0x3fff,
        3 | 4 => 0x7fff,
        _ => 0xffff,
    })
}

/// The Landlock section of a plan. `port`: the only one that may be connected to.
pub(super) fn write(plan: &mut Writer, abi: u32, rules: &[Rule], port: Option<u16>) {
    const BIND_AND_CONNECT: u64 = 3;
    const CONNECT: u64 = 2;
    const ABSTRACT_SOCKETS_AND_SIGNALS: u64 = 3;
    let known = file_rights(abi);
    plan.u32(abi);
    plan.u64(known.0);
    plan.u64(if abi >= 4 { BIND_AND_CONNECT } else { 0 });
    plan.u64(if abi >= 6 { ABSTRACT_SOCKETS_AND_SIGNALS } else { 0 });
    plan.count(rules.len());
    for rule in rules {
        plan.u64(rule.access.within(known).0);
        plan.text(&rule.path);
    }
    let port = port.filter(|_| abi >= 4);
    plan.count(usize::from(port.is_some()));
    if let Some(port) = port {
        plan.u64(CONNECT);
        plan.u64(u64::from(port));
    }
}
