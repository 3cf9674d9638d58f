//! A new directory with roots in it, and a judge that resolves as the system does.

use std::ffi::{CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::files::{Decision, Files, Intent, Judge, Judgement, Refusal, RootSpec};

/// `root` (writable), `fixed` (a root for reading), `system` and `outside`, in a directory that goes with it.
pub(super) struct Place {
    pub(super) base: PathBuf,
}

impl Place {
    pub(super) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("pairbench-files-{}-{number}", std::process::id());
        let base = std::env::temp_dir().join(name);
        for dir in ["root", "fixed", "system", "outside"] {
            std::fs::create_dir_all(base.join(dir)).unwrap();
        }
        Self {
            base: base.canonicalize().unwrap(),
        }
    }

    pub(super) fn bytes(&self, path: &str) -> Vec<u8> {
        self.base.join(path).as_os_str().as_bytes().to_vec()
    }

    pub(super) fn files(&self) -> Files {
        let root = |name: &str, writable| {
            let found = self.base.join(name).metadata().unwrap();
            RootSpec {
                path: self.bytes(name),
                device: found.dev(),
                inode: found.ino(),
                writable,
            }
        };
        Files::open(
            &[root("root", true), root("fixed", false)],
            &[self.bytes("system")],
        )
        .unwrap()
    }

    pub(super) fn fifo(&self, path: &str) {
        let path = CString::new(self.bytes(path)).unwrap();
        // SAFETY: the path ends with a zero byte and lives for the call.
        assert_eq!(unsafe { libc::mkfifo(path.as_ptr(), 0o600) }, 0);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.base);
    }
}

impl Judge for Place {
    fn judge(&self, path: &[u8], intent: Intent) -> Judgement {
        let refused = |decision, reason, rule: Option<&str>, resolved: Option<&Path>| {
            Judgement::Refused(Refusal {
                decision,
                reason,
                rule: rule.map(str::to_owned),
                resolved: resolved.map(|path| path.as_os_str().as_bytes().to_vec()),
            })
        };
        let Some(resolved) = resolve(Path::new(OsStr::from_bytes(path)), 0) else {
            return refused(Decision::Deny, "unresolvable", None, None);
        };
        let deny = |reason| refused(Decision::Deny, reason, None, Some(&resolved));
        let is_in = |name: &str| resolved.starts_with(self.base.join(name));
        let has = |name: &str| resolved.components().any(|part| part.as_os_str() == name);
        if !is_in("root") && !is_in("fixed") && !is_in("system") {
            return deny("outside");
        }
        if intent == Intent::Write && !is_in("root") {
            return deny("read-only");
        }
        if has("secret") {
            return deny("private");
        }
        if intent == Intent::Write && has(".git") {
            return deny("protected");
        }
        if has("asked") {
            return refused(Decision::Confirm, "rule", Some("r"), Some(&resolved));
        }
        Judgement::Allowed {
            resolved: resolved.as_os_str().as_bytes().to_vec(),
        }
    }
}

/// As far as it exists by the system, link for link where it does not; `None`: a loop.
fn resolve(path: &Path, links: u32) -> Option<PathBuf> {
    match path.canonicalize() {
        Ok(resolved) => Some(resolved),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound && !is_too_long(&error) => None,
        Err(_) if links > 40 => None,
        Err(_) => {
            let parent = resolve(path.parent()?, links + 1)?;
            let Component::Normal(name) = path.components().next_back()? else {
                return None;
            };
            match std::fs::read_link(parent.join(name)) {
                Ok(target) => resolve(&parent.join(target), links + 1),
                Err(_) => Some(parent.join(name)),
            }
        }
    }
}

fn is_too_long(error: &std::io::Error) -> bool {
    error.raw_os_error() == Some(libc::ENAMETOOLONG)
}
