//! What this kernel has.

use super::{Error, Result};

/// Smallest number that the kernel takes as the end of process numbers.
const LEAST_PID_MAX: u64 = 301;
/// Number 0, and the launcher's.
pub(super) const FIRST_NUMBERS: u64 = 2;

/// Asked once for each sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    /// Version of Landlock's interface; 0 without.
    pub landlock_abi: u32,
    /// `major * 1000 + minor`.
    pub kernel: u32,
    /// User 0 of the host: limits of processes do not hold for it.
    pub superuser: bool,
}

impl Features {
    /// Of the running kernel.
    ///
    /// # Errors
    /// Where the kernel's version cannot be read.
    pub fn of_this_host() -> Result<Self> {
        // SAFETY: an all-zero utsname is valid, and uname fills it.
        let mut name: libc::utsname = unsafe { std::mem::zeroed() };
        // SAFETY: as above.
        if unsafe { libc::uname(&raw mut name) } != 0 {
            return Err(Error::last("asking for the kernel's version"));
        }
        let release: Vec<u8> = name.release.iter().map(|byte| *byte as u8).collect();
        let mut numbers = release
            .split(|byte| !byte.is_ascii_digit())
            .filter_map(|digits| std::str::from_utf8(digits).ok()?.parse::<u32>().ok());
        let (major, minor) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        Ok(Self {
            landlock_abi: landlock_abi(),
            kernel: major * 1000 + minor,
            // SAFETY: it takes nothing and cannot fail.
            superuser: unsafe { libc::geteuid() } == 0,
        })
    }

    /// Whether processes are to be counted by a group: user 0 has no limit of its own, and process numbers of a namespace
    /// can be limited only since Linux 6.14, and not so far.
    #[must_use]
    pub const fn needs_group(self, processes: u64) -> bool {
        self.superuser && (self.kernel < 6_014 || processes + FIRST_NUMBERS < LEAST_PID_MAX)
    }
}

fn landlock_abi() -> u32 {
    const CREATE_RULESET: libc::c_long = 444;
    const VERSION: libc::c_uint = 1;
    // SAFETY: with this flag the call takes no struct and gives a number.
    let abi = unsafe { libc::syscall(CREATE_RULESET, std::ptr::null::<u8>(), 0_usize, VERSION) };
    u32::try_from(abi).unwrap_or(0)
}
