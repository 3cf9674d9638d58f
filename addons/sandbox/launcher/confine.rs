//! The layers a process puts on itself: Landlock, no capability, no new privilege, limits.

use crate::plan::Reader;
use crate::sys::{AT_FDCWD, EINVAL, ENOENT, Errno, Fd, O_PATH, Result, openat, openat2, syscall, write_all};

const PR_CAPBSET_DROP: usize = 24;
const PR_SET_SECUREBITS: usize = 28;
const PR_SET_NO_NEW_PRIVS: usize = 38;
const PR_CAP_AMBIENT: usize = 47;

/// What Landlock is to handle, as the plan says it.
pub struct Landlock<'a> {
    /// 0: there is none.
    pub abi: u32,
    handled: [u64; 3],
    rules: Reader<'a>,
}

impl<'a> Landlock<'a> {
    /// Leaves the plan behind the section.
    pub fn read(plan: &mut Reader<'a>) -> Option<Self> {
        let abi = plan.u32()?;
        let handled = [plan.u64()?, plan.u64()?, plan.u64()?];
        let rules = *plan;
        for _ in 0..plan.u32()? {
            plan.u64()?;
            plan.text()?;
        }
        for _ in 0..plan.u32()? {
            plan.u64()?;
            plan.u64()?;
        }
        Some(Self { abi, handled, rules })
    }

    /// Makes the rules and puts them on this process. The paths are those of the new root.
    pub fn enforce(&self) -> core::result::Result<(), (Errno, u32)> {
        if self.abi == 0 {
            return Ok(());
        }
        const PATH_BENEATH: usize = 1;
        const NET_PORT: usize = 2;
        let ruleset = ruleset(self.abi, &self.handled).map_err(|errno| (errno, 0))?;
        let mut rules = self.rules;
        for index in 0..rules.u32().ok_or((EINVAL, 0))? {
            let access = rules.u64().ok_or((EINVAL, index))?;
            let path = rules.text().ok_or((EINVAL, index))?;
            let place = match openat2(AT_FDCWD, path, O_PATH, 0) {
                // Optional places that the mounts left out.
                Err(ENOENT) => continue,
                other => other.map_err(|errno| (errno, index))?,
            };
            // The struct is packed: eight bytes of access, then the descriptor.
            let mut rule = [0_u8; 12];
            rule[..8].copy_from_slice(&access.to_ne_bytes());
            rule[8..].copy_from_slice(&place.0.to_ne_bytes());
            syscall!(LANDLOCK_ADD_RULE, ruleset.0, PATH_BENEATH, rule.as_ptr(), 0).map_err(|errno| (errno, index))?;
        }
        for index in 0..rules.u32().ok_or((EINVAL, 0))? {
            let rule = [rules.u64().ok_or((EINVAL, index))?, rules.u64().ok_or((EINVAL, index))?];
            syscall!(LANDLOCK_ADD_RULE, ruleset.0, NET_PORT, rule.as_ptr(), 0)
                .map_err(|errno| (errno, 1000 + index))?;
        }
        syscall!(LANDLOCK_RESTRICT_SELF, ruleset.0, 0).map_err(|errno| (errno, 0))?;
        Ok(())
    }

    /// A second, narrower domain for the program alone: without it the program might signal the supervisor, with which it
    /// shares the first.
    pub fn scope(&self) -> Result<()> {
        if self.abi < 6 {
            return Ok(());
        }
        let ruleset = ruleset(self.abi, &[0, 0, self.handled[2]])?;
        syscall!(LANDLOCK_RESTRICT_SELF, ruleset.0, 0)?;
        Ok(())
    }
}

fn ruleset(abi: u32, handled: &[u64; 3]) -> Result<Fd> {
    // Kernels know as many fields of the struct as their ABI has.
    let bytes = match abi {
        ..=3 => 8,
        4 | 5 => 16,
        _ => 24,
    };
    syscall!(LANDLOCK_CREATE_RULESET, handled.as_ptr(), bytes, 0).map(|fd| Fd(fd as i32))
}

/// Never again a privilege by executing something.
pub fn no_new_privileges() -> Result<()> {
    syscall!(PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)?;
    Ok(())
}

/// Empties every set, and makes user 0 a user like any other.
pub fn drop_capabilities() -> Result<()> {
    const AMBIENT_CLEAR_ALL: usize = 4;
    // NOROOT, NO_SETUID_FIXUP and NO_CAP_AMBIENT_RAISE, each with its lock; KEEP_CAPS locked off.
    const SECUREBITS: usize = 0b1110_1111;
    for capability in 0..64 {
        // Beyond the last one the kernel knows.
        if syscall!(PRCTL, PR_CAPBSET_DROP, capability, 0, 0, 0) == Err(EINVAL) {
            break;
        }
    }
    syscall!(PRCTL, PR_CAP_AMBIENT, AMBIENT_CLEAR_ALL, 0, 0, 0)?;
    syscall!(PRCTL, PR_SET_SECUREBITS, SECUREBITS, 0, 0, 0)?;
    const VERSION_3: u32 = 0x2008_0522;
    let header = [VERSION_3, 0];
    let none = [0_u32; 6];
    syscall!(CAPSET, header.as_ptr(), none.as_ptr())?;
    Ok(())
}

/// What `setrlimit` takes.
pub struct Limits<'a> {
    list: Reader<'a>,
}

impl<'a> Limits<'a> {
    pub fn read(plan: &mut Reader<'a>) -> Option<Self> {
        let list = *plan;
        for _ in 0..plan.u32()? {
            plan.u32()?;
            plan.u64()?;
        }
        Some(Self { list })
    }

    pub fn enforce(&self) -> Result<()> {
        let mut list = self.list;
        for _ in 0..list.u32().ok_or(EINVAL)? {
            let resource = list.u32().ok_or(EINVAL)?;
            let value = list.u64().ok_or(EINVAL)?;
            let limit = [value, value];
            syscall!(PRLIMIT64, 0, resource, limit.as_ptr(), 0)?;
        }
        Ok(())
    }
}

/// Writes a setting of the kernel; the path is of the new root.
pub fn set(path: &[u8], value: &[u8]) -> Result<()> {
    const O_WRONLY: u64 = 1;
    write_all(openat(AT_FDCWD, path, O_WRONLY, 0)?.0, value)
}
