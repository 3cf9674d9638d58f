//! Reaching somebody over a socket.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener, UnixStream};
use std::time::Duration;

use crate::os::{self, Outcome, call};
use crate::report::Report;

pub fn run(name: &str, arguments: &[&str], report: &mut Report) -> bool {
    match (name, arguments) {
        ("tcp", addresses) => addresses.iter().for_each(|address| {
            report.attempt(format!("connect {address}"), tcp(address));
        }),
        ("udp", addresses) => addresses.iter().for_each(|address| udp(address, report)),
        ("unix", paths) => paths.iter().for_each(|path| {
            let stream = UnixStream::connect(path).and_then(|mut stream| stream.write_all(b"hello"));
            report.attempt(format!("stream {path}"), done(stream));
            let datagram = UnixDatagram::unbound().and_then(|socket| socket.send_to(b"hello", path));
            report.attempt(format!("datagram {path}"), done(datagram));
        }),
        ("abstract", [name]) => {
            let address = SocketAddr::from_abstract_name(name.as_bytes());
            let connected = address.and_then(|address| UnixStream::connect_addr(&address));
            report.attempt("connect", done(connected.and_then(|mut s| s.write_all(b"hello"))));
        }
        ("families", []) => families(report),
        ("listen", [port, ms]) => listen(port, ms.parse().expect("milliseconds"), report),
        ("proxy", requests) => proxy(requests, report),
        _ => return false,
    }
    true
}

fn done<T>(result: std::io::Result<T>) -> Outcome {
    result
        .map(|_| 0)
        .map_err(|error| error.raw_os_error().unwrap_or(0))
}

/// A unix socket as a name in the file system.
pub fn bind_path(path: &str) -> Outcome {
    done(UnixListener::bind(path))
}

/// Connects without waiting: a full queue is an answer too.
pub fn connect_path(path: &str) -> Outcome {
    let kind = libc::SOCK_STREAM | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    let socket = call!(SYS_socket, libc::AF_UNIX, kind, 0)?;
    let mut address = vec![libc::AF_UNIX as u8, 0];
    address.extend_from_slice(path.as_bytes());
    address.push(0);
    let connected = call!(SYS_connect, socket, &address[..], address.len());
    os::close(socket);
    connected
}

fn tcp(address: &str) -> Outcome {
    let address = address.parse().map_err(|_| libc::EINVAL)?;
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))
        .map_err(|e| e.raw_os_error().unwrap_or(0))?;
    done(stream.write_all(b"hello"))
}

fn udp(address: &str, report: &mut Report) {
    let own = if address.starts_with('[') {
        "[::]:0"
    } else {
        "0.0.0.0:0"
    };
    let bound = UdpSocket::bind(own);
    report.attempt(
        format!("bind for {address}"),
        done(bound.as_ref().map_err(os_error)),
    );
    let Ok(socket) = bound else { return };
    report.attempt(
        format!("sendto {address}"),
        done(socket.send_to(b"hello", address)),
    );
    let connected = socket.connect(address).and_then(|()| socket.send(b"hello"));
    report.attempt(format!("send {address}"), done(connected));
}

fn os_error(error: &std::io::Error) -> std::io::Error {
    std::io::Error::from_raw_os_error(error.raw_os_error().unwrap_or(0))
}

/// Only made, never bound or connected: behind some of them sits the machine below this one.
fn families(report: &mut Report) {
    let (stream, datagram, raw, packets) = (
        libc::SOCK_STREAM,
        libc::SOCK_DGRAM,
        libc::SOCK_RAW,
        libc::SOCK_SEQPACKET,
    );
    for (what, family, kind, protocol) in [
        ("packet", libc::AF_PACKET, raw, 0x0300),
        ("raw ICMP", libc::AF_INET, raw, libc::IPPROTO_ICMP),
        ("raw ICMPv6", libc::AF_INET6, raw, libc::IPPROTO_ICMPV6),
        ("netlink audit", libc::AF_NETLINK, raw, libc::NETLINK_AUDIT),
        (
            "netlink uevent",
            libc::AF_NETLINK,
            raw,
            libc::NETLINK_KOBJECT_UEVENT,
        ),
        (
            "netlink netfilter",
            libc::AF_NETLINK,
            raw,
            libc::NETLINK_NETFILTER,
        ),
        ("netlink xfrm", libc::AF_NETLINK, raw, libc::NETLINK_XFRM),
        ("netlink generic", libc::AF_NETLINK, raw, libc::NETLINK_GENERIC),
        ("alg", libc::AF_ALG, packets, 0),
        ("vsock", libc::AF_VSOCK, stream, 0),
        ("vsock datagram", libc::AF_VSOCK, datagram, 0),
        ("bluetooth", libc::AF_BLUETOOTH, raw, 1),
        ("SCTP", libc::AF_INET, stream, libc::IPPROTO_SCTP),
        ("MPTCP", libc::AF_INET, stream, libc::IPPROTO_MPTCP),
        ("UDP-Lite", libc::AF_INET, datagram, libc::IPPROTO_UDPLITE),
        ("SMC", 43, stream, 0),
        ("XDP", libc::AF_XDP, raw, 0),
        ("TIPC", libc::AF_TIPC, stream, 0),
        ("key", libc::AF_KEY, raw, 2),
        ("CAN", libc::AF_CAN, raw, 1),
        ("RDS", libc::AF_RDS, packets, 0),
        ("KCM", 41, datagram, 0),
    ] {
        report.attempt(
            what,
            call!(SYS_socket, family, kind | libc::SOCK_CLOEXEC, protocol),
        );
    }
}

/// Waits for somebody of the host to come in.
fn listen(port: &str, ms: u64, report: &mut Report) {
    let listener = TcpListener::bind(format!("0.0.0.0:{port}"));
    report.attempt("listen", done(listener.as_ref().map_err(os_error)));
    let Ok(listener) = listener else { return };
    let _ = listener.set_nonblocking(true);
    for _ in 0..ms / 10 {
        if let Ok((mut stream, _)) = listener.accept() {
            report.attempt("accepted", Ok(0));
            let _ = stream.write_all(b"from inside\n");
        }
        os::pause(10);
    }
}

/// Each request, with `\xHH` for a byte, goes to the proxy that the environment names; the first line of the answer
/// is the value.
fn proxy(requests: &[&str], report: &mut Report) {
    let named = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"]
        .iter()
        .find_map(|name| std::env::var(name).ok())
        .unwrap_or_default();
    let address = named.trim_start_matches("http://").trim_end_matches('/');
    let (credentials, address) = address.rsplit_once('@').unwrap_or(("", address));
    report.attempt(
        format!("proxy {address}"),
        if address.is_empty() {
            Err(libc::ENOENT)
        } else {
            Ok(credentials.len() as i64)
        },
    );
    for request in requests {
        let answer = TcpStream::connect(address).and_then(|mut stream| {
            stream.set_read_timeout(Some(Duration::from_millis(1500)))?;
            stream.write_all(&bytes_of(request))?;
            let mut answer = [0; 512];
            let length = stream.read(&mut answer)?;
            Ok(answer[..length].to_vec())
        });
        let status = answer
            .map_err(|e| e.raw_os_error().unwrap_or(0))
            .and_then(|answer| {
                let line = String::from_utf8_lossy(&answer).into_owned();
                let status = line.split(' ').nth(1).and_then(|word| word.parse::<i64>().ok());
                report.got(line.lines().next().unwrap_or_default().as_bytes());
                // A refusal is not what was attempted.
                match status {
                    Some(200..=299) => Ok(status.unwrap_or(0)),
                    Some(status) => Err(status as i32),
                    None => Err(0),
                }
            });
        report.attempt(*request, status);
    }
}

fn bytes_of(request: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = request;
    while let Some((before, after)) = rest.split_once("\\x") {
        bytes.extend_from_slice(before.as_bytes());
        bytes.push(u8::from_str_radix(&after[..2], 16).unwrap_or(b'?'));
        rest = &after[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes.extend_from_slice(b"\r\n\r\n");
    bytes
}
