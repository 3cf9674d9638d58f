//! What the host is told.

use crate::plan::{CONTROL_FD, report};
use crate::sys::{Errno, exit, syscall, write_all};

fn bytes(numbers: [u32; 5]) -> [u8; report::BYTES] {
    let mut bytes = [0; report::BYTES];
    for (place, number) in bytes.chunks_exact_mut(4).zip(numbers) {
        place.copy_from_slice(&number.to_le_bytes());
    }
    bytes
}

/// A host that is gone hears nothing; the launcher ends by the socket's end then.
pub fn tell(kind: u32, value: u32, errno: u32, detail: u32) {
    let _ = write_all(CONTROL_FD, &bytes([kind, value, errno, detail, 0]));
}

/// A stage of the start is done.
pub fn time(stage: u32) {
    const CLOCK_MONOTONIC: usize = 1;
    let mut now = [0_u64; 2];
    let _ = syscall!(CLOCK_GETTIME, CLOCK_MONOTONIC, now.as_mut_ptr());
    let nanoseconds = now[0] * 1_000_000_000 + now[1];
    tell(report::TIMED, stage, nanoseconds as u32, (nanoseconds >> 32) as u32);
}

/// The run cannot be set up.
pub fn fail(step: u32, errno: Errno, detail: u32) -> ! {
    tell(report::FAILED, step, errno.0 as u32, detail);
    exit(125)
}

/// A report with a descriptor.
pub fn hand_over(kind: u32, descriptor: i32) -> crate::sys::Result<()> {
    #[repr(C)]
    struct Message {
        name: usize,
        name_bytes: usize,
        pieces: *const [usize; 2],
        piece_count: usize,
        control: *const Control,
        control_bytes: usize,
        flags: usize,
    }
    #[repr(C)]
    struct Control {
        bytes: usize,
        level: i32,
        kind: i32,
        descriptor: i32,
        padding: i32,
    }
    const SOL_SOCKET: i32 = 1;
    const SCM_RIGHTS: i32 = 1;
    let text = bytes([kind, 0, 0, 0, 0]);
    let piece = [text.as_ptr() as usize, text.len()];
    let control = Control {
        bytes: 20,
        level: SOL_SOCKET,
        kind: SCM_RIGHTS,
        descriptor,
        padding: 0,
    };
    let message = Message {
        name: 0,
        name_bytes: 0,
        pieces: &piece,
        piece_count: 1,
        control: &control,
        control_bytes: size_of::<Control>(),
        flags: 0,
    };
    syscall!(SENDMSG, CONTROL_FD, &raw const message, 0)?;
    Ok(())
}
