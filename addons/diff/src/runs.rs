//! Paths of edits as runs.

use crate::lines::Cut;

/// What a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Kind {
    /// Both texts have it.
    Common = 0,
    /// Only the new text has it.
    Added = 1,
    /// Only the old text has it.
    Removed = 2,
}

/// Tokens in a row of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Which of the texts have it.
    pub kind: Kind,
    /// Tokens.
    pub count: u32,
    /// Where it ends in the old text, in UTF-16 code units.
    pub old_end: u32,
    /// Where it ends in the new text.
    pub new_end: u32,
}

/// Collects runs; neighbours of one kind become one.
pub(crate) struct RunList<'a> {
    old: &'a Cut<'a>,
    new: &'a Cut<'a>,
    old_at: usize,
    new_at: usize,
    runs: Vec<Run>,
}

impl<'a> RunList<'a> {
    pub(crate) fn new(old: &'a Cut<'a>, new: &'a Cut<'a>) -> Self {
        Self {
            old,
            new,
            old_at: 0,
            new_at: 0,
            runs: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, kind: Kind, count: usize) {
        if count == 0 {
            return;
        }
        if kind != Kind::Added {
            self.old_at += count;
        }
        if kind != Kind::Removed {
            self.new_at += count;
        }
        let old_end = self.old.start(self.old_at) as u32;
        let new_end = self.new.start(self.new_at) as u32;
        match self.runs.last_mut() {
            Some(last) if last.kind == kind => {
                *last = Run {
                    kind,
                    count: last.count + count as u32,
                    old_end,
                    new_end,
                };
            }
            _ => self.runs.push(Run {
                kind,
                count: count as u32,
                old_end,
                new_end,
            }),
        }
    }

    pub(crate) fn old_at(&self) -> usize {
        self.old_at
    }

    pub(crate) fn finish(self) -> Vec<Run> {
        self.runs
    }
}

/// One edit of a path and the tokens that are common behind it.
pub(crate) struct Step {
    pub(crate) is_addition: bool,
    pub(crate) common: usize,
}

/// Walks a path from the start: `prefix` common tokens, then each edit and what is common behind it.
pub(crate) fn from_steps(
    old: &Cut<'_>,
    new: &Cut<'_>,
    prefix: usize,
    steps: impl IntoIterator<Item = Step>,
) -> Vec<Run> {
    let mut runs = RunList::new(old, new);
    runs.add(Kind::Common, prefix);
    for Step { is_addition, common } in steps {
        runs.add(if is_addition { Kind::Added } else { Kind::Removed }, 1);
        runs.add(Kind::Common, common);
    }
    runs.finish()
}
