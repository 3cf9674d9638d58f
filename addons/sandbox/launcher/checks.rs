//! What the supervisor refuses. Paths here are absolute and real: links are followed, nothing is left of `..`.

use crate::names::{folds_to, is_hidden};
use crate::plan::Reader;

/// What is done with a name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Opened for reading.
    Read,
    /// Opened for writing, made.
    Write,
    /// Removed: nothing is left below, but what comes to its place may be another.
    Remove,
    /// Renamed, or made a link of: takes what is below along.
    Move,
}

/// The names section of a plan.
pub struct Names<'a> {
    roots: Reader<'a>,
    patterns: Reader<'a>,
    fixed: Reader<'a>,
    hidden: bool,
}

/// Bits of a fixed path.
const NOT_WRITTEN: u32 = 1;
const NOT_READ: u32 = 2;

impl<'a> Names<'a> {
    /// Leaves the plan behind the section.
    pub fn read(plan: &mut Reader<'a>) -> Option<Self> {
        let hidden = plan.u32()? != 0;
        let roots = *plan;
        for _ in 0..plan.u32()? {
            plan.text()?;
        }
        let patterns = *plan;
        for _ in 0..plan.u32()? {
            plan.u32()?;
            for _ in 0..plan.u32()? {
                plan.text()?;
            }
        }
        let fixed = *plan;
        for _ in 0..plan.u32()? {
            plan.u32()?;
            plan.text()?;
        }
        Some(Self {
            roots,
            patterns,
            fixed,
            hidden,
        })
    }

    /// Whether the act is refused. Outside of the roots nothing is: mounts and Landlock speak there.
    pub fn refuse(&self, path: &[u8], act: Act) -> bool {
        let Some(below) = self.below_root(path) else {
            return false;
        };
        (self.hidden && components(below).any(is_hidden))
            || (act != Act::Read && self.protects(below, act))
            || self.fixes(path, act)
    }

    /// The part of a path below the deepest root it lies in.
    fn below_root<'p>(&self, path: &'p [u8]) -> Option<&'p [u8]> {
        let mut roots = self.roots;
        let mut found = None;
        for _ in 0..roots.u32()? {
            let root = roots.bytes()?;
            if let Some(below) = strip(path, root) {
                if found.is_none_or(|other: &[u8]| below.len() < other.len()) {
                    found = Some(below);
                }
            }
        }
        found
    }

    /// Whether consecutive components of `below` are a protected pattern. What is moved must not be its beginning either: a
    /// directory that is made elsewhere, and then renamed to `.cargo`, would bring its `config.toml` along.
    fn protects(&self, below: &[u8], act: Act) -> bool {
        let mut patterns = self.patterns;
        for _ in 0..patterns.u32().unwrap_or(0) {
            let all_below = patterns.u32() != Some(0);
            let length = patterns.u32().unwrap_or(0);
            let first = patterns;
            for _ in 0..length {
                patterns.text();
            }
            let mut start = components(below);
            loop {
                let mut rest = start.clone();
                let mut pattern = first;
                let mut found = 0;
                let matches = (0..length).all(|_| {
                    let wanted = pattern.bytes();
                    let Some(name) = rest.next() else { return act == Act::Move && found > 0 };
                    found += 1;
                    wanted.is_some_and(|wanted| folds_to(name, wanted))
                });
                if matches && (all_below || rest.next().is_none()) {
                    return true;
                }
                if start.next().is_none() {
                    break;
                }
            }
        }
        false
    }

    fn fixes(&self, path: &[u8], act: Act) -> bool {
        let mut fixed = self.fixed;
        (0..fixed.u32().unwrap_or(0)).any(|_| {
            let kinds = fixed.u32().unwrap_or(0);
            let Some(place) = fixed.bytes() else { return false };
            let wanted = if act == Act::Read { NOT_READ } else { NOT_WRITTEN };
            let inside = kinds & wanted != 0 && strip(path, place).is_some();
            // A directory that is moved takes the place along, and another one may then stand there.
            inside || (matches!(act, Act::Move | Act::Remove) && strip(place, path).is_some())
        })
    }
}

/// What of `path` lies below `root`, by components.
fn strip<'p>(path: &'p [u8], root: &[u8]) -> Option<&'p [u8]> {
    match path.strip_prefix(root)? {
        [] => Some(&[]),
        [b'/', below @ ..] => Some(below),
        _ => None,
    }
}

fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    path.split(|byte| *byte == b'/').filter(|name| !name.is_empty())
}
