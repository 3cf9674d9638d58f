//! Which object a path leads to, whatever it is called.

use std::fs::{self, Metadata};

/// Device and inode: which object it is, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    pub device: u64,
    pub inode: u64,
}

#[derive(Debug)]
pub struct WalkRoot {
    pub path: String,
    pub identity: Identity,
}

/// Whether the directory that was handed over is still the one at its path.
pub fn is_same_object(root: &WalkRoot) -> bool {
    fs::symlink_metadata(&root.path)
        .is_ok_and(|metadata| !metadata.is_symlink() && identity_of(&metadata) == Some(root.identity))
}

/// None for what does not exist, cannot be asked, or is a link.
pub fn identity_at(path: &str) -> Option<Identity> {
    let metadata = fs::symlink_metadata(path).ok()?;
    if metadata.is_symlink() {
        return None;
    }
    identity_of(&metadata)
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "other systems have none")]
pub fn identity_of(metadata: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    Some(Identity {
        device: metadata.dev(),
        inode: metadata.ino(),
    })
}

/// Stable Rust says no identity here: every root is then `unresolvable`, which denies.
#[cfg(not(unix))]
pub const fn identity_of(_: &Metadata) -> Option<Identity> {
    None
}
