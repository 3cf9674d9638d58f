//! What a log may hold after a crash.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Checked, DIR, read_all};
use crate::EventLog;
use crate::vfs::Vfs;
use crate::vfs::sim::SimFs;

/// Everything that was ever handed to the log, and how much of it is promised.
#[derive(Clone, Default)]
pub(super) struct Model {
    /// By number; beyond `kept` in flight.
    events: Vec<Vec<u8>>,
    /// Numbers at which a commit ends.
    ends: BTreeSet<u64>,
    /// Acknowledged: survives the process.
    kept: u64,
    /// Flushed: survives a power cut.
    firm: u64,
    /// Events below are surely pruned.
    pruned: u64,
    /// Events below may be.
    may_be_pruned: u64,
    /// Whether the log was ever open, so that a reader must find it.
    made: bool,
}

impl Model {
    /// One commit is on its way.
    pub(super) fn sent(&mut self, events: &[Vec<u8>]) {
        self.events.extend_from_slice(events);
        self.ends.insert(self.events.len() as u64);
    }

    /// So many of the events in flight are acknowledged; `flushed` is what the log says.
    pub(super) fn acknowledged(&mut self, count: u64, flushed: u64) {
        self.kept += count;
        self.firm = self.firm.max(flushed);
    }

    /// The log says that what is in flight is not there.
    pub(super) fn refused(&mut self) {
        self.events.truncate(self.kept as usize);
        self.ends.split_off(&(self.kept + 1));
    }

    pub(super) fn next(&self) -> u64 {
        self.kept
    }

    pub(super) fn may_prune(&mut self, before: u64) {
        self.may_be_pruned = self.may_be_pruned.max(before.min(self.kept));
    }

    pub(super) fn did_prune(&mut self, first: u64) {
        self.pruned = first;
        self.may_be_pruned = first;
    }

    pub(super) fn power_cut(&mut self) {
        self.kept = self.kept.min(self.firm);
    }

    pub(super) fn may_be_read(&self, fs: &SimFs) -> bool {
        self.made
            && fs
                .list(Path::new(DIR))
                .is_ok_and(|names| names.iter().any(|name| name.to_string_lossy().ends_with(".seg")))
    }

    /// A reader, after a crash or beside a writer, has what was promised, and nothing but what was sent.
    pub(super) fn check_reader(&self, log: &EventLog) -> Checked {
        let end = log.next_seq();
        if end < self.firm {
            return Err(format!(
                "a reader sees {end} events of {} that were flushed",
                self.firm
            ));
        }
        self.compare(log)
    }

    /// A reader beside a live writer has exactly what was acknowledged.
    pub(super) fn check_live_reader(&self, log: &EventLog) -> Checked {
        let end = log.next_seq();
        if end != self.kept {
            return Err(format!(
                "a reader sees {end} events when {} are acknowledged",
                self.kept
            ));
        }
        self.compare(log)
    }

    /// An opened log has what was promised; from now on that is exactly what it has.
    pub(super) fn recovered(&mut self, log: &EventLog) -> Checked {
        self.made = true;
        let end = log.next_seq();
        if end < self.kept {
            return Err(format!("{} events were promised, {end} are there", self.kept));
        }
        if end != self.kept && !self.ends.contains(&end) {
            return Err(format!("the log ends at {end}, in the middle of a commit"));
        }
        self.compare(log)?;
        self.events.truncate(end as usize);
        self.ends.split_off(&(end + 1));
        self.kept = end;
        if log.flushed_seq() != end {
            return Err(format!("opened with {end} events, {} flushed", log.flushed_seq()));
        }
        self.firm = end;
        (self.pruned, self.may_be_pruned) = (log.first_seq(), log.first_seq());
        Ok(())
    }

    fn compare(&self, log: &EventLog) -> Checked {
        let (first, end) = (log.first_seq(), log.next_seq());
        if first < self.pruned || first > self.may_be_pruned {
            return Err(format!(
                "the oldest event is {first}, it must be between {} and {}",
                self.pruned, self.may_be_pruned
            ));
        }
        let replay = log
            .replay(None)
            .map_err(|error| format!("cannot replay: {error}"))?;
        let (read_first, events) = read_all(replay).map_err(|error| format!("cannot replay: {error}"))?;
        let sent = self
            .events
            .get(first as usize..end as usize)
            .ok_or_else(|| format!("{end} events are there, {} were sent", self.events.len()))?;
        if !events.is_empty() && read_first != first {
            return Err(format!("replay begins at {read_first}, not {first}"));
        }
        if let Some(index) = (0..sent.len().max(events.len())).find(|&i| sent.get(i) != events.get(i)) {
            return Err(format!(
                "event {} is wrong: sent {:?}, read {:?}",
                first + index as u64,
                sent.get(index),
                events.get(index)
            ));
        }
        Ok(())
    }
}
