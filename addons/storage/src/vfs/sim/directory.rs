//! A directory: the names on the medium, the visible ones, and the changes between.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// The file of this number.
    File(usize),
    /// A directory, found by its path.
    Directory,
}

/// A change of names that a power cut may lose.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Make(OsString, Entry),
    Rename(OsString, OsString, Entry),
    Unlink(OsString),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Directory {
    pub(super) durable: BTreeMap<OsString, Entry>,
    live: BTreeMap<OsString, Entry>,
    pub(super) pending: Vec<Change>,
}

impl Directory {
    /// One whose names are all on the medium.
    pub(super) fn durable(names: BTreeMap<OsString, Entry>) -> Self {
        Self {
            live: names.clone(),
            durable: names,
            pending: Vec::new(),
        }
    }

    pub(super) fn names(&self) -> Vec<OsString> {
        self.live.keys().cloned().collect()
    }

    pub(super) fn file(&self, name: &OsString) -> Option<usize> {
        match self.live.get(name) {
            Some(Entry::File(node)) => Some(*node),
            _ => None,
        }
    }

    pub(super) fn put_file(&mut self, name: OsString, node: usize) {
        self.durable.insert(name.clone(), Entry::File(node));
        self.live.insert(name, Entry::File(node));
    }

    pub(super) fn put_directory(&mut self, name: OsString) {
        self.durable.insert(name.clone(), Entry::Directory);
        self.live.insert(name, Entry::Directory);
    }

    pub(super) fn make_file(&mut self, name: OsString, node: usize) {
        self.change(Change::Make(name, Entry::File(node)));
    }

    pub(super) fn make_directory(&mut self, name: OsString) {
        self.change(Change::Make(name, Entry::Directory));
    }

    pub(super) fn rename(&mut self, from: OsString, to: OsString) -> io::Result<()> {
        let entry = *self.live.get(&from).ok_or(io::ErrorKind::NotFound)?;
        self.change(Change::Rename(from, to, entry));
        Ok(())
    }

    pub(super) fn unlink(&mut self, name: OsString) -> io::Result<()> {
        if !self.live.contains_key(&name) {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.change(Change::Unlink(name));
        Ok(())
    }

    pub(super) fn flush(&mut self) {
        for change in std::mem::take(&mut self.pending) {
            apply(&mut self.durable, &change);
        }
    }

    fn change(&mut self, change: Change) {
        apply(&mut self.live, &change);
        self.pending.push(change);
    }
}

/// What a change makes of the names; changes before it may have been lost.
pub(super) fn apply(names: &mut BTreeMap<OsString, Entry>, change: &Change) {
    match change {
        Change::Make(name, entry) => {
            names.insert(name.clone(), *entry);
        }
        Change::Rename(from, to, entry) => {
            names.remove(from);
            names.insert(to.clone(), *entry);
        }
        Change::Unlink(name) => {
            names.remove(name);
        }
    }
}
