//! One process: opens the log, does things with it, and comes to its end.

use super::{Checked, GROUP_BYTES, Plan, Run, is_fault, open, read_only, some_fault, some_options};
use crate::error::{Code, Error, Result};
use crate::events::EventLog;
use crate::vfs::sim::Fault;

/// A call of the log.
#[derive(Clone, Debug)]
pub enum Act {
    /// One event.
    Append(Vec<u8>),
    /// Several, all or none.
    Batch(Vec<Vec<u8>>),
    /// Several queued, perhaps one appended behind them, one commit for all.
    Group(Vec<Vec<u8>>, Option<Vec<u8>>),
    /// A flush.
    Flush,
    /// Pruning up to this number.
    Prune(u64),
    /// A reader in another process compares.
    Read,
    /// An orderly close.
    Close,
}

/// Most calls in one round.
const MOST_ACTS: u64 = 24;

impl Run {
    pub(super) fn round(&mut self) -> Checked {
        if !self.random.once_in(6) {
            let fault = some_fault(&mut self.random);
            let calls = [12, 40, 120][self.random.below(3) as usize];
            self.fs.plan(Some(Plan {
                at: self.fs.calls() + self.random.below(calls),
                fault,
                from_then_on: fault == Fault::NoSpace && self.random.once_in(2),
            }));
        }
        let options = some_options(&mut self.random);
        let log = match open(&self.fs, &options) {
            Ok(log) => log,
            Err(error) if is_fault(&error) => {
                self.tally.recoveries_cut += 1;
                return Ok(());
            }
            Err(error) => return Err(format!("cannot open: {error}")),
        };
        if let Some(must) = self.settled_end.take()
            && must != log.next_seq()
        {
            let end = log.next_seq();
            return Err(format!(
                "a copy of the disk gave {must} events, the disk itself {end}"
            ));
        }
        let fs = self.fs.clone();
        fs.uncounted(|| self.model.recovered(&log))?;
        for _ in 0..self.random.below(MOST_ACTS) {
            let goes_on = self.act(&log)?;
            if !goes_on {
                break;
            }
        }
        Ok(())
    }

    /// One call by chance; whether the handle is still good.
    fn act(&mut self, log: &EventLog) -> Checked<bool> {
        let act = match self.random.below(16) {
            0..=5 => Act::Append(self.event()),
            6..=8 => Act::Batch((0..1 + self.random.below(5)).map(|_| self.event()).collect()),
            9..=11 => {
                let events = (0..1 + self.random.below(7)).map(|_| self.event()).collect();
                let own = self.random.once_in(3).then(|| self.event());
                Act::Group(events, own)
            }
            12 => Act::Flush,
            13 => Act::Prune(self.random.below(self.model.next() + 2)),
            14 => Act::Read,
            _ => Act::Close,
        };
        self.perform(log, &act)
    }

    /// One call, and what must hold after it; whether the handle is still good.
    pub(super) fn perform(&mut self, log: &EventLog, act: &Act) -> Checked<bool> {
        match act {
            Act::Append(event) => {
                self.model.sent(std::slice::from_ref(event));
                let appended = log.append(event);
                self.after_append(log, appended, 1)
            }
            Act::Batch(events) => {
                self.model.sent(events);
                let parts: Vec<&[u8]> = events.iter().map(Vec::as_slice).collect();
                let appended = log.append_batch(&parts);
                self.after_append(log, appended, events.len() as u64)
            }
            Act::Group(events, own) => self.group(log, events, own.as_deref()),
            Act::Flush => {
                let flushed = log.flush();
                if flushed.is_ok() && log.flushed_seq() != self.model.next() {
                    return Err(format!("flushed {} of {}", log.flushed_seq(), self.model.next()));
                }
                self.model.acknowledged(0, log.flushed_seq());
                self.after(log, flushed)
            }
            Act::Prune(before) => {
                self.model.may_prune(*before);
                let pruned = log.prune(*before);
                if let Ok(first) = pruned {
                    self.model.did_prune(first);
                }
                self.after(log, pruned.map(drop))
            }
            Act::Read => {
                let reader = self.fs.another_process();
                let fs = self.fs.clone();
                fs.uncounted(|| {
                    let reader = open(&reader, &read_only())
                        .map_err(|error| format!("a reader cannot open beside a writer: {error}"))?;
                    self.model.check_live_reader(&reader)
                })?;
                Ok(true)
            }
            Act::Close => {
                let closed = log.close();
                if closed.is_ok() {
                    self.model.acknowledged(0, self.model.next());
                }
                Ok(false)
            }
        }
    }

    /// Several events queued, perhaps one behind them that is not, and one commit for all.
    fn group(&mut self, log: &EventLog, events: &[Vec<u8>], own: Option<&[u8]>) -> Checked<bool> {
        // As the queue cuts them: whoever reads the frames back finds these ends and no others.
        let mut frames: Vec<Vec<Vec<u8>>> = Vec::new();
        for event in events {
            let full = frames
                .last()
                .is_none_or(|frame| frame.iter().map(Vec::len).sum::<usize>() + event.len() > GROUP_BYTES);
            if full {
                frames.push(Vec::new());
            }
            frames.last_mut().expect("one was pushed").push(event.clone());
        }
        for frame in &frames {
            self.model.sent(frame);
        }
        for (index, event) in events.iter().enumerate() {
            let seq = log
                .enqueue(event)
                .map_err(|error| format!("cannot queue: {error}"))?;
            if seq != self.model.next() + index as u64 {
                return Err(format!("queued event {index} got number {seq}"));
            }
        }
        let own = own.map(|event| {
            self.model.sent(&[event.to_vec()]);
            log.append(event)
        });
        if own.is_none() {
            log.drain();
        }
        let settled = log.take_settled();
        let total: u64 = settled.iter().map(|settled| settled.count).sum();
        if total != events.len() as u64 {
            return Err(format!("{total} of {} queued events are settled", events.len()));
        }
        let mut outcome = Ok(());
        for settled in settled {
            match settled.error {
                None if outcome.is_ok() => self.model.acknowledged(settled.count, log.flushed_seq()),
                None => return Err("a queued event succeeded behind one that failed".to_owned()),
                Some(error) => outcome = Err(error),
            }
        }
        match own {
            Some(Ok(seq)) if outcome.is_ok() => self.after_append(log, Ok(seq), 1),
            Some(Ok(_)) => Err("an append succeeded behind one that failed".to_owned()),
            Some(Err(error)) => self.after(log, Err(error)),
            None => self.after(log, outcome),
        }
    }

    fn after_append(&mut self, log: &EventLog, appended: Result<u64>, count: u64) -> Checked<bool> {
        if let Ok(seq) = appended {
            if seq != self.model.next() {
                return Err(format!("an append got number {seq}, not {}", self.model.next()));
            }
            self.model.acknowledged(count, log.flushed_seq());
        }
        self.after(log, appended.map(drop))
    }

    /// What must hold after a call that may have failed; whether the handle is still good.
    fn after(&mut self, log: &EventLog, outcome: Result<()>) -> Checked<bool> {
        let Err(error) = outcome else {
            return Ok(true);
        };
        if !is_fault(&error) {
            return Err(format!("an unexpected error: {error}"));
        }
        if self.fs.is_dead() {
            return Ok(false);
        }
        // I10: once poisoned, always poisoned, and nothing is acknowledged.
        self.fs.plan(None);
        match log.append(b"after a failure") {
            Err(Error {
                code: Code::Poisoned, ..
            }) => match log.append(b"again") {
                Err(error) if error.code == Code::Poisoned => Ok(false),
                other => Err(format!("a poisoned log answered {other:?}")),
            },
            Err(error) => Err(format!("after a failure: {error}")),
            // Not poisoned: then nothing of the failed call is there.
            Ok(seq) if seq == self.model.next() => {
                self.model.refused();
                self.model.sent(&[b"after a failure".to_vec()]);
                self.model.acknowledged(1, log.flushed_seq());
                Ok(true)
            }
            Ok(seq) => Err(format!(
                "after a failure an append got number {seq}, not {}",
                self.model.next()
            )),
        }
    }

    fn event(&mut self) -> Vec<u8> {
        let most = [8, 60, 300, 2000][self.random.below(4) as usize];
        let length = self.random.below(most) as usize;
        self.random.bytes(length)
    }
}
