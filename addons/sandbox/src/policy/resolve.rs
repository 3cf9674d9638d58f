//! Follows a path as the kernel does, and notes what it meets. ts/policy/resolve.ts is the twin, step for step.

use std::borrow::Cow;
use std::fs;
use std::io::ErrorKind;

use super::identity::{Identity, WalkRoot, identity_of};
use super::paths::{NAME_LIMIT_BYTES, PATH_LIMIT_BYTES, is_ordinary, is_within};

/// As many links as Linux follows.
const LINK_LIMIT: usize = 40;

#[derive(Debug, Default)]
pub struct Resolution {
    /// The names joined; empty at the top.
    text: String,
    /// Of what exists on the way and was looked at: a way that begins with a root is looked at from there.
    pub identities: Vec<Identity>,
    /// A link met in a root or below it.
    pub is_over_link: bool,
    /// The letters of the path may say another place: a link or a `..` was met.
    pub is_moved: bool,
}

impl Resolution {
    pub fn components(&self) -> impl Iterator<Item = &str> {
        self.text.split('/').skip(1)
    }

    pub fn into_path(self) -> String {
        if self.text.is_empty() {
            "/".to_owned()
        } else {
            self.text
        }
    }
}

/// `Other` is all that has nothing below it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Directory,
    Other,
    Missing,
}

/// A path that is being walked: the given one, or a link's.
struct Waiting<'a> {
    text: Cow<'a, str>,
    /// Where its next name begins; past its end when there is none.
    at: usize,
}

struct Walk<'a> {
    roots: &'a [WalkRoot],
    found: Resolution,
    /// Beside the names of `found.text`; None where it was not looked at.
    identities: Vec<Option<Identity>>,
    kind: Kind,
    /// The one in hand last.
    waiting: Vec<Waiting<'a>>,
    links: usize,
}

/// None: the path cannot be followed. `roots` come with the longest first.
pub fn resolve(path: &str, roots: &[WalkRoot]) -> Option<Resolution> {
    if !path.starts_with('/') || path.contains('\0') || path.len() >= PATH_LIMIT_BYTES {
        return None;
    }
    let mut walk = Walk {
        roots,
        found: Resolution {
            text: String::with_capacity(path.len() + 64),
            ..Resolution::default()
        },
        identities: Vec::with_capacity(16),
        kind: Kind::Directory,
        waiting: Vec::with_capacity(4),
        links: 0,
    };
    walk.push(Cow::Borrowed(path));
    walk.run()?;
    walk.found.identities = walk.identities.into_iter().flatten().collect();
    Some(walk.found)
}

impl<'a> Walk<'a> {
    fn run(&mut self) -> Option<()> {
        while let Some(mut path) = self.waiting.pop() {
            let rest = &path.text[path.at..];
            let name = rest.split('/').next().unwrap_or_default();
            let length = name.len();
            let is_to_be_seen = self.prepare(name)?;
            path.at += length + 1;
            if path.at <= path.text.len() {
                self.waiting.push(path);
            }
            // After the rest went back: a link's path is walked before it.
            if is_to_be_seen {
                self.look()?;
            }
        }
        Some(())
    }

    /// Puts a path in front of what waits.
    fn push(&mut self, text: Cow<'a, str>) {
        let mut at = 0;
        if text.starts_with('/') {
            self.found.text.clear();
            self.identities.clear();
            self.kind = Kind::Directory;
            at = self.jump(&text);
        }
        if at <= text.len() {
            self.waiting.push(Waiting { text, at });
        }
    }

    /// A root is resolved already, and that it is still the same directory is asked once at the end: what leads to it
    /// needs no look. Returns where the names begin that are not done.
    fn jump(&mut self, text: &str) -> usize {
        let Some(root) = self.roots.iter().find(|root| is_within(text, &root.path)) else {
            return 0;
        };
        self.found.text.push_str(&root.path);
        let names = root.path.bytes().filter(|byte| *byte == b'/').count();
        self.identities.resize(names, None);
        root.path.len() + 1
    }

    /// One name. True: it was appended and is to be looked at.
    fn prepare(&mut self, name: &str) -> Option<bool> {
        if name == ".." {
            self.up()?;
            return Some(false);
        }
        if !is_ordinary(name) {
            return (self.kind != Kind::Other).then_some(false);
        }
        if self.kind == Kind::Other || name.len() > NAME_LIMIT_BYTES {
            return None;
        }
        self.found.text.push('/');
        self.found.text.push_str(name);
        self.identities.push(None);
        if self.found.text.len() >= PATH_LIMIT_BYTES {
            return None;
        }
        // The links of /proc are no paths: what lies there is taken as it is called, and is in no root.
        if self.found.text == "/proc" {
            self.kind = Kind::Missing;
        }
        Some(self.kind != Kind::Missing)
    }

    fn look(&mut self) -> Option<()> {
        let metadata = match fs::symlink_metadata(&self.found.text) {
            Ok(metadata) => metadata,
            Err(error) if is_missing(&error) => {
                self.kind = Kind::Missing;
                return Some(());
            }
            // No permission, a broken disk, ...: nobody knows where it leads.
            Err(_) => return None,
        };
        if metadata.is_symlink() {
            return self.follow();
        }
        if let Some(last) = self.identities.last_mut() {
            *last = identity_of(&metadata);
        }
        self.kind = if metadata.is_dir() {
            Kind::Directory
        } else {
            Kind::Other
        };
        Some(())
    }

    fn up(&mut self) -> Option<()> {
        if self.kind != Kind::Directory {
            return None;
        }
        self.found.is_moved = true;
        self.drop_last();
        Some(())
    }

    fn drop_last(&mut self) {
        self.identities.pop();
        let end = self.found.text.rfind('/').unwrap_or_default();
        self.found.text.truncate(end);
    }

    /// The last name is a link's.
    fn follow(&mut self) -> Option<()> {
        let target = fs::read_link(&self.found.text).ok()?;
        let target = target.into_os_string().into_string().ok()?;
        self.links += 1;
        if self.links > LINK_LIMIT || target.is_empty() {
            return None;
        }
        self.found.is_moved = true;
        self.drop_last();
        let directory = match self.found.text.as_str() {
            "" => "/",
            text => text,
        };
        self.found.is_over_link |= self.roots.iter().any(|root| is_within(directory, &root.path));
        self.push(Cow::Owned(target));
        Some(())
    }
}

fn is_missing(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}
