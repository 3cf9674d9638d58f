//! What a confined process sees of the file system, and what it may do there.

use std::collections::{BTreeSet, HashSet};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use super::format::{mount, mount_flag};
use super::landlock::{Access, Rule};
use super::plan::Writer;

const RDONLY: u64 = 1;
const NOSUID: u64 = 2;
const NODEV: u64 = 4;
const NOEXEC: u64 = 8;
const NOSYMFOLLOW: u64 = 0x20_0000;

/// Devices without a danger; each is there if the host has it.
const DEVICES: [&str; 5] = ["null", "zero", "full", "random", "urandom"];
const DEVICE_LINKS: [(&str, &str); 5] = [
    ("/proc/self/fd", "dev/fd"),
    ("/proc/self/fd/0", "dev/stdin"),
    ("/proc/self/fd/1", "dev/stdout"),
    ("/proc/self/fd/2", "dev/stderr"),
    // Shared memory lies in the same space as other temporary files: one limit holds for both.
    ("/tmp/.shm", "dev/shm"),
];

/// A directory of the host.
#[derive(Clone, Debug)]
pub struct Root {
    /// Absolute, no link on the way.
    pub path: Vec<u8>,
    /// It may be written.
    pub write: bool,
    /// As it was when the policy was read.
    pub device: u64,
    /// As above.
    pub inode: u64,
}

/// Consecutive components that are not written: see `ProtectedPattern` in ts/policy/compiled.ts.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// Folded.
    pub components: Vec<Vec<u8>>,
    /// All below it too.
    pub below: bool,
}

impl Pattern {
    /// At the top of a root, in its folded spelling.
    fn place_in(&self, root: &Root) -> Option<Vec<u8>> {
        if self.components.is_empty() {
            return None;
        }
        let mut place = root.path.clone();
        for component in &self.components {
            place.push(b'/');
            place.extend(component);
        }
        Some(place)
    }
}

/// A place with a rule of its own.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// Absolute.
    pub path: Vec<u8>,
    /// It is not written.
    pub not_written: bool,
    /// It is not read either.
    pub not_read: bool,
    /// Programs in it are not started.
    pub not_executed: bool,
}

/// All that a policy says of the file system.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// In any order.
    pub roots: Vec<Root>,
    /// Read and executed.
    pub system: Vec<Vec<u8>>,
    /// Path and target.
    pub links: Vec<(Vec<u8>, Vec<u8>)>,
    /// Names that are not written.
    pub patterns: Vec<Pattern>,
    /// Places that are not.
    pub fixed: Vec<Fixed>,
    /// Dot files may be used.
    pub hidden: bool,
    /// Links may be followed in the roots.
    pub symlinks: bool,
    /// Programs in the roots may be executed.
    pub execute_in_roots: bool,
}

impl View {
    /// Whether reading is watched as well. What covers an unreadable place is a mount: it is not there where the place is made
    /// later, and the kernel takes it off when the host renames another file over it.
    pub(super) fn hides(&self) -> bool {
        !self.hidden || self.fixed.iter().any(|place| place.not_read)
    }

    /// Roots from the outermost to the innermost: the order in which they are mounted.
    fn ordered_roots(&self) -> Vec<&Root> {
        let mut roots: Vec<_> = self.roots.iter().collect();
        roots.sort_by_key(|root| root.path.len());
        roots
    }

    /// The mounts section of a plan.
    pub(super) fn write_mounts(&self, plan: &mut Writer, temporary_bytes: u64) {
        let mut mounts = Mounts::default();
        for path in &self.system {
            mounts.bind(path, RDONLY | NOSUID | NODEV, None);
        }
        for (path, target) in &self.links {
            mounts.add(mount::LINK, 0, target, relative(path), 0, 0, None);
        }
        for device in DEVICES {
            let path = format!("/dev/{device}");
            mounts.add(
                mount::BIND,
                mount_flag::OPTIONAL,
                path.as_bytes(),
                &path.as_bytes()[1..],
                NOSUID | NOEXEC,
                0,
                None,
            );
        }
        for (target, path) in DEVICE_LINKS {
            mounts.add(mount::LINK, 0, target.as_bytes(), path.as_bytes(), 0, 0, None);
        }
        mounts.add(
            mount::TEMPORARY,
            0,
            b"",
            b"tmp",
            NOSUID | NODEV,
            temporary_bytes,
            None,
        );
        for directory in ["tmp/home", "tmp/.shm"] {
            mounts.add(mount::DIRECTORY, 0, b"", directory.as_bytes(), 0, 0, None);
        }
        mounts.add(mount::PROC, 0, b"", b"proc", 0, 0, None);
        for root in self.ordered_roots() {
            let mut attributes = NOSUID | NODEV;
            if !root.write {
                attributes |= RDONLY;
            }
            if !self.execute_in_roots {
                attributes |= NOEXEC;
            }
            if !self.symlinks {
                attributes |= NOSYMFOLLOW;
            }
            mounts.bind(&root.path, attributes, Some((root.device, root.inode)));
        }
        for root in self.ordered_roots().into_iter().filter(|root| root.write) {
            self.pins(root, &mut mounts);
        }
        for fixed in &self.fixed {
            let path = relative(&fixed.path);
            if fixed.not_read {
                mounts.add(mount::MASK, mount_flag::OPTIONAL, b"", path, 0, 0, None);
            } else {
                let write = if fixed.not_written { RDONLY } else { 0 };
                let execute = if fixed.not_executed { NOEXEC } else { 0 };
                mounts.add(
                    mount::PIN,
                    mount_flag::OPTIONAL,
                    b"",
                    path,
                    write | execute,
                    0,
                    None,
                );
            }
        }
        mounts.write(plan);
    }

    /// What is protected at the top of a root becomes read-only by its mount as well, and what leads to it cannot be
    /// renamed. The supervisor watches names at every depth; this holds without it.
    fn pins(&self, root: &Root, mounts: &mut Mounts) {
        let mut there: Vec<_> = self
            .patterns
            .iter()
            .filter_map(|pattern| Some((pattern, pattern.place_in(root)?)))
            .collect();
        let names = names_in(&root.path);
        there.retain(|(pattern, place)| {
            names.as_ref().is_none_or(|names| names.contains(&pattern.components[0]))
                // What is not there, or is a link, the supervisor guards alone.
                && fs::symlink_metadata(OsStr::from_bytes(place)).is_ok_and(|metadata| !metadata.is_symlink())
        });
        there.sort_by_key(|(pattern, _)| pattern.components.len());
        for (pattern, place) in there {
            let attributes = if pattern.below { RDONLY } else { 0 };
            mounts.add(
                mount::PIN,
                mount_flag::OPTIONAL,
                b"",
                relative(&place),
                attributes,
                0,
                None,
            );
        }
    }

    /// The rules of Landlock.
    pub(super) fn rules(&self) -> Vec<Rule> {
        let mut rules = Vec::new();
        for path in &self.system {
            rules.push(Rule::of(path, Access::READ.and(Access::EXECUTE)));
        }
        let in_roots = if self.execute_in_roots {
            Access::READ.and(Access::EXECUTE)
        } else {
            Access::READ
        };
        for root in &self.roots {
            let access = if root.write {
                in_roots.and(Access::WRITE)
            } else {
                in_roots
            };
            rules.push(Rule::of(&root.path, access));
        }
        rules.push(Rule::directory(
            b"/tmp",
            Access::READ.and(Access::EXECUTE).and(Access::WRITE),
        ));
        rules.push(Rule::directory(b"/dev", Access::READ.and(Access::WRITE_FILE)));
        rules.push(Rule::directory(b"/proc", Access::READ));
        rules
    }

    /// The names section of a plan.
    pub(super) fn write_names(&self, plan: &mut Writer) {
        plan.u32(u32::from(!self.hidden));
        plan.count(self.roots.len());
        for root in &self.roots {
            plan.text(&root.path);
        }
        plan.count(self.patterns.len());
        for pattern in &self.patterns {
            plan.u32(u32::from(pattern.below));
            plan.count(pattern.components.len());
            for component in &pattern.components {
                plan.text(component);
            }
        }
        plan.count(self.fixed.len());
        for fixed in &self.fixed {
            plan.u32(u32::from(fixed.not_written) | u32::from(fixed.not_read) << 1);
            plan.text(&fixed.path);
        }
    }
}

/// The names at the top of a root, of which there are few: asking for each of a hundred protected ones takes longer than
/// reading them. `None` where there are many, or they cannot be read.
fn names_in(root: &[u8]) -> Option<HashSet<Vec<u8>>> {
    /// Bytes of a directory with a few hundred entries, on most file systems.
    const SMALL_BYTES: u64 = 16 << 10;
    let path = OsStr::from_bytes(root);
    if fs::metadata(path).ok()?.len() > SMALL_BYTES {
        return None;
    }
    let entries = fs::read_dir(path).ok()?;
    entries
        .map(|entry| Some(entry.ok()?.file_name().into_vec()))
        .collect()
}

/// Without the slash at its start: relative to the new root.
fn relative(path: &[u8]) -> &[u8] {
    path.strip_prefix(b"/").unwrap_or(path)
}

/// Lines of the mounts section.
#[derive(Default)]
struct Mounts {
    lines: Writer,
    count: usize,
    /// Paths that are bound already.
    bound: BTreeSet<Vec<u8>>,
}

impl Mounts {
    fn bind(&mut self, path: &[u8], attributes: u64, identity: Option<(u64, u64)>) {
        if !self.bound.insert(path.to_vec()) {
            return;
        }
        let flags = if identity.is_some() {
            mount_flag::IDENTITY
        } else {
            mount_flag::OPTIONAL | mount_flag::COPY
        };
        self.add(mount::BIND, flags, path, relative(path), attributes, 0, identity);
    }

    #[allow(clippy::too_many_arguments)]
    fn add(
        &mut self,
        kind: u32,
        flags: u32,
        source: &[u8],
        target: &[u8],
        attributes: u64,
        size: u64,
        identity: Option<(u64, u64)>,
    ) {
        let (device, inode) = identity.unwrap_or_default();
        self.count += 1;
        self.lines.u32(kind);
        self.lines.u32(flags);
        self.lines.text(source);
        self.lines.text(target);
        for number in [attributes, size, device, inode] {
            self.lines.u64(number);
        }
    }

    fn write(self, plan: &mut Writer) {
        plan.count(self.count);
        plan.append(&self.lines);
    }
}
