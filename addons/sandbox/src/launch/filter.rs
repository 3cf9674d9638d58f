//! Which system calls a confined process has. What is not named is allowed, what is newer than this list is not there.

use libc::c_long;

use super::assembler::{Assembler, Test, Verdict};

/// What differs between policies.
pub(super) struct Filter {
    /// Connections to the proxy.
    pub(super) network: bool,
    /// Reads are watched too.
    pub(super) hides: bool,
}

/// The last call that this list has looked at (file_setattr, Linux 6.17). Newer ones fail as on an older kernel.
const LAST_NUMBER: u32 = 469;

#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xc000_00b7;

const DENIED: Verdict = Verdict::Fail(libc::EPERM);
const ABSENT: Verdict = Verdict::Fail(libc::ENOSYS);

// Newer than the libc crate knows on every target.
const SYS_SETXATTRAT: c_long = 463;
const SYS_REMOVEXATTRAT: c_long = 466;
const SYS_OPEN_TREE_ATTR: c_long = 467;
const SYS_FCHMODAT2: c_long = 452;

/// Calls that change the machine, other processes or the view of the file system, or widen what can be attacked.
const NEVER: &[c_long] = &[
    // Other processes and their memory.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_kcmp,
    libc::SYS_pidfd_getfd,
    libc::SYS_move_pages,
    libc::SYS_migrate_pages,
    // Mounts, roots and namespaces.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    SYS_OPEN_TREE_ATTR,
    libc::SYS_setns,
    libc::SYS_unshare,
    // Files past their names.
    libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
    libc::SYS_fanotify_init,
    libc::SYS_fanotify_mark,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    libc::SYS_acct,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    // Rings whose operations no filter sees.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // Large surfaces that no build and no test needs.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_lookup_dcookie,
    libc::SYS_vmsplice,
    // The machine.
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_reboot,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_syslog,
    libc::SYS_vhangup,
    libc::SYS_nfsservctl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_kexec_file_load,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_modify_ldt,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_uselib,
    #[cfg(target_arch = "x86_64")]
    libc::SYS__sysctl,
    // Being reached: nothing outside is to reach in, nothing inside needs a server. `connect` follows below.
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
];

/// Calls whose absence programs know how to live with; each has an older form that the filter can look into.
const MISSING: &[c_long] = &[libc::SYS_clone3, libc::SYS_openat2];

/// Extended attributes: `security.*` carries file capabilities, and a filter cannot read the name.
const ATTRIBUTES: &[c_long] = &[
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    SYS_SETXATTRAT,
    SYS_REMOVEXATTRAT,
];

/// Calls that make, change or remove names.
const NAMES: &[c_long] = &[
    libc::SYS_mkdirat,
    libc::SYS_mknodat,
    libc::SYS_unlinkat,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_truncate,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_creat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_mkdir,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_mknod,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_rmdir,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_unlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_rename,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_link,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_symlink,
];

/// Opening calls, with the argument that holds their flags.
const OPENS: &[(c_long, u32)] = &[
    (libc::SYS_openat, 2),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_open, 1),
];

/// The program of the filter, as bytes.
pub(super) fn filter(filter: &Filter) -> Vec<u8> {
    let mut program = Assembler::default();
    NEVER.iter().for_each(|call| program.call(*call, DENIED));
    MISSING.iter().for_each(|call| program.call(*call, ABSENT));
    for call in ATTRIBUTES {
        program.call(*call, Verdict::Fail(libc::EOPNOTSUPP));
    }
    namespaces(&mut program);
    terminals(&mut program);
    subvolumes(&mut program);
    leases(&mut program);
    modes(&mut program);
    sockets(&mut program, filter.network);
    names(&mut program, filter.hides);
    // The x32 convention has numbers far above as well.
    program.bytes(ARCHITECTURE, LAST_NUMBER, ABSENT)
}

fn namespaces(program: &mut Assembler) {
    const NEW_ANY: u32 = 0x7e02_0080;
    program.call_when(libc::SYS_clone, &[Test::AnyOf(0, NEW_ANY)], DENIED);
}

/// Pushing characters into a terminal, as if somebody had typed them.
fn terminals(program: &mut Assembler) {
    const TIOCSTI: u32 = 0x5412;
    const TIOCLINUX: u32 = 0x541c;
    const TIOCSETD: u32 = 0x5423;
    const TIOCCONS: u32 = 0x541d;
    for request in [TIOCSTI, TIOCLINUX, TIOCSETD, TIOCCONS] {
        program.call_when(libc::SYS_ioctl, &[Test::Equal(1, u32::MAX, request)], DENIED);
    }
}

/// btrfs and bcachefs make and remove subvolumes, with files in them and under any name, by an `ioctl` on a directory that is
/// open for reading: neither Landlock nor the supervisor sees that name. Of their requests what `cp` needs is left.
fn subvolumes(program: &mut Assembler) {
    const FICLONE: u32 = 0x4004_9409;
    const FICLONERANGE: u32 = 0x4020_940d;
    const FIDEDUPERANGE: u32 = 0xc018_9436;
    for request in [FICLONE, FICLONERANGE, FIDEDUPERANGE] {
        program.call_when(
            libc::SYS_ioctl,
            &[Test::Equal(1, u32::MAX, request)],
            Verdict::Allow,
        );
    }
    const FAMILY: u32 = 0xff00;
    for family in [0x9400, 0xbc00] {
        let tests = [Test::Equal(1, FAMILY, family)];
        program.call_when(libc::SYS_ioctl, &tests, Verdict::Fail(libc::ENOTTY));
    }
}

/// Who holds a lease makes others wait 45 seconds for a file: the supervisor too, and with it every process that asks.
fn leases(program: &mut Assembler) {
    const F_SETLEASE: u32 = 1024;
    // As on a file system that has none.
    program.call_when(
        libc::SYS_fcntl,
        &[Test::Equal(1, u32::MAX, F_SETLEASE)],
        Verdict::Fail(libc::EINVAL),
    );
}

/// No file gets a set-user or set-group bit, and no device is made.
fn modes(program: &mut Assembler) {
    const SET_ID: u32 = 0o6000;
    const O_CREAT: u32 = 0o100;
    program.call_when(libc::SYS_fchmod, &[Test::AnyOf(1, SET_ID)], DENIED);
    program.call_when(libc::SYS_fchmodat, &[Test::AnyOf(2, SET_ID)], DENIED);
    program.call_when(SYS_FCHMODAT2, &[Test::AnyOf(2, SET_ID)], DENIED);
    program.call_when(
        libc::SYS_openat,
        &[Test::AnyOf(2, O_CREAT), Test::AnyOf(3, SET_ID)],
        DENIED,
    );
    nodes(program, libc::SYS_mknodat, 2);
    #[cfg(target_arch = "x86_64")]
    {
        program.call_when(libc::SYS_chmod, &[Test::AnyOf(1, SET_ID)], DENIED);
        program.call_when(
            libc::SYS_open,
            &[Test::AnyOf(1, O_CREAT), Test::AnyOf(2, SET_ID)],
            DENIED,
        );
        program.call_when(libc::SYS_creat, &[Test::AnyOf(1, SET_ID)], DENIED);
        nodes(program, libc::SYS_mknod, 1);
    }
}

fn nodes(program: &mut Assembler, call: c_long, mode: u32) {
    const KIND: u32 = 0o170000;
    const SET_ID: u32 = 0o6000;
    program.call_when(call, &[Test::Equal(mode, KIND, 0o020000)], DENIED);
    program.call_when(call, &[Test::Equal(mode, KIND, 0o060000)], DENIED);
    program.call_when(call, &[Test::AnyOf(mode, SET_ID)], DENIED);
}

/// Pairs of connected sockets are pipes with two ends; any other socket is a way out. Datagram pairs are none: they can
/// be sent elsewhere. Streams of the internet are let through where there is a proxy; Landlock leaves its port alone.
fn sockets(program: &mut Assembler, network: bool) {
    const KIND: u32 = 0xf;
    const UNIX: u32 = 1;
    const STREAM: u32 = 1;
    const SEQUENCED: u32 = 5;
    for kind in [STREAM, SEQUENCED] {
        let tests = [Test::Equal(0, u32::MAX, UNIX), Test::Equal(1, KIND, kind)];
        program.call_when(libc::SYS_socketpair, &tests, Verdict::Allow);
    }
    program.call(libc::SYS_socketpair, DENIED);
    if network {
        const TCP: u32 = 6;
        for family in [2, 10] {
            for protocol in [0, TCP] {
                let tests = [
                    Test::Equal(0, u32::MAX, family),
                    Test::Equal(1, KIND, STREAM),
                    Test::Equal(2, u32::MAX, protocol),
                ];
                program.call_when(libc::SYS_socket, &tests, Verdict::Allow);
            }
        }
    } else {
        program.call(libc::SYS_connect, DENIED);
    }
    program.call(libc::SYS_socket, DENIED);
}

fn names(program: &mut Assembler, hides: bool) {
    const WRITES: u32 = 0o1 | 0o2 | 0o100 | 0o1000 | 0o20000000;
    NAMES.iter().for_each(|call| program.call(*call, Verdict::Ask));
    for (call, flags) in OPENS {
        if hides {
            program.call(*call, Verdict::Ask);
        } else {
            program.call_when(*call, &[Test::AnyOf(*flags, WRITES)], Verdict::Ask);
        }
    }
}
