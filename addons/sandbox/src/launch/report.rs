//! Reads what the launcher reports.

use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use super::format::{report, step};
use super::{Error, Result};

/// One report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// The program runs.
    Started {
        /// Bits in the order of `LAYERS` in ts/contract.ts.
        layers: u32,
        /// 0 without.
        landlock_abi: u32,
    },
    /// It could not be started.
    Failed {
        /// What was being done.
        step: &'static str,
        /// The system's error number.
        errno: i32,
        /// Which item of the step.
        item: u32,
    },
    /// It has ended.
    Ended {
        /// As wait(2) gives it.
        status: u32,
    },
    /// A descriptor came with it.
    Listener,
    /// A stage is done.
    Timed {
        /// Which.
        step: &'static str,
        /// The monotonic clock then.
        nanoseconds: u64,
    },
}

impl Report {
    /// Bytes of every report.
    pub const BYTES: usize = report::BYTES;

    /// `None` for what no launcher says.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut numbers = [0_u32; 5];
        let (chunks, []) = bytes.as_chunks::<4>() else {
            return None;
        };
        if chunks.len() != numbers.len() {
            return None;
        }
        for (number, chunk) in numbers.iter_mut().zip(chunks) {
            *number = u32::from_le_bytes(*chunk);
        }
        let [kind, value, errno, detail, _] = numbers;
        Some(match kind {
            report::STARTED => Self::Started {
                layers: value,
                landlock_abi: detail,
            },
            report::FAILED => Self::Failed {
                step: name_of(value),
                errno: errno as i32,
                item: detail,
            },
            report::ENDED => Self::Ended { status: value },
            report::LISTENER => Self::Listener,
            report::TIMED => Self::Timed {
                step: name_of(value),
                nanoseconds: u64::from(detail) << 32 | u64::from(errno),
            },
            _ => return None,
        })
    }
}

fn name_of(number: u32) -> &'static str {
    match number {
        step::PLAN => "plan",
        step::PARENT => "parent",
        step::SIGNALS => "signals",
        step::NAMESPACES => "namespaces",
        step::ROOT => "root",
        step::MOUNT => "mount",
        step::PIVOT => "pivot",
        step::NETWORK => "network",
        step::USER_NAMESPACES => "user-namespaces",
        step::LANDLOCK => "landlock",
        step::CAPABILITIES => "capabilities",
        step::PROCESSES => "processes",
        step::CLONE => "clone",
        step::SESSION => "session",
        step::LIMITS => "limits",
        step::SECCOMP => "seccomp",
        step::CWD => "cwd",
        step::EXEC => "exec",
        step::SUPERVISOR => "supervisor",
        _ => "unknown",
    }
}

/// Waits for the bytes of the next report, which may bring a descriptor. For runs with a proxy: the listener comes before all else.
///
/// # Errors
/// Where the socket fails or the launcher says nothing in ten seconds.
pub fn receive_listener(control: BorrowedFd<'_>) -> Result<(Vec<u8>, Option<OwnedFd>)> {
    const WAIT_MS: i32 = 10_000;
    let mut poll = libc::pollfd {
        fd: control.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: one pollfd, which lives.
    if unsafe { libc::poll(&raw mut poll, 1, WAIT_MS) } != 1 {
        return Err(Error::last("waiting for the launcher"));
    }
    let mut bytes = [0_u8; Report::BYTES];
    let mut piece = libc::iovec {
        iov_base: bytes.as_mut_ptr().cast(),
        iov_len: bytes.len(),
    };
    // Aligned for a control header, and room for one descriptor.
    let mut control_bytes = [0_u64; 4];
    // SAFETY: all zeros are a valid msghdr.
    let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
    message.msg_iov = &raw mut piece;
    message.msg_iovlen = 1;
    message.msg_control = control_bytes.as_mut_ptr().cast();
    message.msg_controllen = size_of_val(&control_bytes) as _;
    // SAFETY: the message points to buffers that live.
    let got = unsafe { libc::recvmsg(control.as_raw_fd(), &raw mut message, libc::MSG_CMSG_CLOEXEC) };
    if got < 0 {
        return Err(Error::last("listening to the launcher"));
    }
    let mut descriptor = None;
    // SAFETY: the kernel has filled the control buffer; the macros stay inside of it.
    unsafe {
        let header = libc::CMSG_FIRSTHDR(&raw const message);
        if !header.is_null() && (*header).cmsg_type == libc::SCM_RIGHTS {
            let number = libc::CMSG_DATA(header).cast::<libc::c_int>().read_unaligned();
            descriptor = Some(OwnedFd::from_raw_fd(number));
        }
    }
    Ok((bytes[..got as usize].to_vec(), descriptor))
}
