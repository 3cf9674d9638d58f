//! The plan of a run: what the launcher does, in order, as the addon wrote it. One memory file, read once.
//!
//! Numbers are little-endian; a text is its length (u32), its bytes and a NUL that the length leaves out. The writer is
//! src/launch/plan.rs; `VERSION` keeps both honest.

/// Changes with the format.
pub const VERSION: u32 = 0x5042_0001;

/// Descriptors that the launcher finds open, beside 0, 1 and 2.
pub const PLAN_FD: i32 = 3;
/// A stream socket to the host: reports go out, and its end tells that the host is gone.
pub const CONTROL_FD: i32 = 4;

/// Kinds of `Mount`.
pub mod mount {
    /// A directory of the root.
    pub const DIRECTORY: u32 = 0;
    /// Symbolic link `target` -> `source`.
    pub const LINK: u32 = 1;
    /// What lies at `source`, with all below.
    pub const BIND: u32 = 2;
    /// A `proc` of the own process tree.
    pub const PROC: u32 = 3;
    /// A `tmpfs` of `size` bytes.
    pub const TEMPORARY: u32 = 4;
    /// Nothing to see: an empty read-only directory, or an empty file, over what is there.
    pub const MASK: u32 = 5;
    /// What is there already, bound onto itself with `attributes`: it can no longer be renamed or removed.
    pub const PIN: u32 = 6;
}

/// Bits of `flags` of a mount.
pub mod mount_flag {
    /// What is not there is left out.
    pub const OPTIONAL: u32 = 1;
    /// Device and inode are checked.
    pub const IDENTITY: u32 = 2;
    /// A small file may be copied, as it is now: cheaper than a mount of its own.
    pub const COPY: u32 = 4;
}

/// Bits of the plan's `features`.
pub mod feature {
    /// Names are supervised.
    pub const NAMES: u32 = 1;
    /// Reads too: dot files are hidden.
    pub const HIDDEN: u32 = 2;
    /// The loopback is brought up, and a listener on it handed to the host.
    pub const PROXY: u32 = 4;
    /// Each stage of the start is reported with its time. For measurements.
    pub const TIMES: u32 = 8;
}

/// Where the launcher was when something failed, as it says in its report. The addon has a name for each.
pub mod step {
    pub const PLAN: u32 = 1;
    pub const PARENT: u32 = 2;
    pub const SIGNALS: u32 = 3;
    pub const NAMESPACES: u32 = 4;
    pub const ROOT: u32 = 5;
    pub const MOUNT: u32 = 6;
    pub const PIVOT: u32 = 7;
    pub const NETWORK: u32 = 8;
    pub const USER_NAMESPACES: u32 = 9;
    pub const LANDLOCK: u32 = 10;
    pub const CAPABILITIES: u32 = 11;
    pub const PROCESSES: u32 = 12;
    pub const CLONE: u32 = 13;
    pub const SESSION: u32 = 14;
    pub const LIMITS: u32 = 15;
    pub const SECCOMP: u32 = 16;
    pub const CWD: u32 = 17;
    pub const EXEC: u32 = 18;
    pub const SUPERVISOR: u32 = 19;
}

/// Kinds of reports: five numbers (u32) each, `kind value errno detail extra`.
pub mod report {
    /// The program runs. `value`: the layers in force, as bits in the order of `LAYERS`. `detail`: Landlock's ABI.
    pub const STARTED: u32 = 1;
    /// It does not. `value`: the step, `detail`: which of the step's items.
    pub const FAILED: u32 = 2;
    /// It ended. `value`: the wait status.
    pub const ENDED: u32 = 3;
    /// A descriptor comes with this one: the listener.
    pub const LISTENER: u32 = 4;
    /// A stage is done. `value`: its step; `errno` and `detail`: low and high half of the monotonic clock, nanoseconds.
    pub const TIMED: u32 = 5;
    /// Bytes of a report.
    pub const BYTES: usize = 20;
}

/// Reads a plan. What is not there ends the reading with `None`: a plan is ours, so that is a fault.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub fn u32(&mut self) -> Option<u32> {
        let (bytes, rest) = self.rest.split_first_chunk::<4>()?;
        self.rest = rest;
        Some(u32::from_le_bytes(*bytes))
    }

    pub fn u64(&mut self) -> Option<u64> {
        let (bytes, rest) = self.rest.split_first_chunk::<8>()?;
        self.rest = rest;
        Some(u64::from_le_bytes(*bytes))
    }

    /// With its NUL, as the kernel wants paths.
    pub fn text(&mut self) -> Option<&'a [u8]> {
        let length = self.u32()? as usize;
        let (bytes, rest) = self.rest.split_at_checked(length.checked_add(1)?)?;
        if bytes.last() != Some(&0) {
            return None;
        }
        self.rest = rest;
        Some(bytes)
    }

    /// Without its NUL.
    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        self.text().map(|text| &text[..text.len() - 1])
    }
}
