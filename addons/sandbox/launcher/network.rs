//! The loopback of the run's own network, and the one socket on it that leads out: the host's proxy accepts there.

use crate::plan::report;
use crate::report::hand_over;
use crate::sys::{Fd, Result, syscall};

const AF_INET: usize = 2;
const SOCK_STREAM_CLOEXEC: usize = 1 | 0o2000000;

/// Brings the loopback up, listens on 127.0.0.1:`port`, and gives the listener to the host.
pub fn offer(port: u16) -> Result<()> {
    let socket = Fd(syscall!(SOCKET, AF_INET, SOCK_STREAM_CLOEXEC, 0)? as i32);
    loopback_up(&socket)?;
    let mut address = [0_u8; 16];
    address[..2].copy_from_slice(&(AF_INET as u16).to_ne_bytes());
    address[2..4].copy_from_slice(&port.to_be_bytes());
    address[4..8].copy_from_slice(&[127, 0, 0, 1]);
    syscall!(BIND, socket.0, address.as_ptr(), address.len())?;
    syscall!(LISTEN, socket.0, 128)?;
    hand_over(report::LISTENER, socket.0)
}

fn loopback_up(socket: &Fd) -> Result<()> {
    const SIOCSIFFLAGS: usize = 0x8914;
    const IFF_UP_RUNNING: u16 = 0x1 | 0x40;
    // struct ifreq: sixteen bytes of name, then the flags.
    let mut request = [0_u8; 40];
    request[..2].copy_from_slice(b"lo");
    request[16..18].copy_from_slice(&IFF_UP_RUNNING.to_ne_bytes());
    syscall!(IOCTL, socket.0, SIOCSIFFLAGS, request.as_ptr())?;
    Ok(())
}
