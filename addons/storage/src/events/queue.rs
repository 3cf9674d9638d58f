//! Events that wait for a commit.

use std::io::IoSlice;

use crate::error::{Error, Result};
use crate::format::FrameKind;
use crate::journal::Journal;

/// A queue that was longer once gives its memory back.
const MOST_KEPT_BYTES: usize = 256 << 10;

/// What became of `count` queued events, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// How many.
    pub count: u64,
    /// Why they are not in the log; `None` when they are, and acknowledged.
    pub error: Option<Error>,
}

/// Events in the order of their calls.
pub(super) struct Queue {
    /// Number that the next event gets.
    pub(super) next: u64,
    taken: Taken,
    settled: Vec<Settled>,
    refusal: Option<Error>,
}

/// Events that a commit has taken on.
#[derive(Default)]
pub(super) struct Taken {
    /// Their lengths, 4 bytes each, as a frame has them.
    lengths: Vec<u8>,
    bytes: Vec<u8>,
    pub(super) count: u64,
}

impl Queue {
    pub(super) fn new(next: u64) -> Self {
        Self {
            next,
            taken: Taken::default(),
            settled: Vec::new(),
            refusal: None,
        }
    }

    /// Adds a copy of one event; returns its number.
    pub(super) fn push(&mut self, event: &[u8]) -> Result<u64> {
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone());
        }
        let seq = self.next;
        self.next += 1;
        let waiting = &mut self.taken;
        waiting
            .lengths
            .extend_from_slice(&(event.len() as u32).to_le_bytes());
        waiting.bytes.extend_from_slice(event);
        waiting.count += 1;
        Ok(seq)
    }

    /// As [`push`](Self::push) for events that stand one after the other in `bytes`; returns the number of the first.
    pub(super) fn push_all(&mut self, bytes: &[u8], lengths: &[u32]) -> Result<u64> {
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone());
        }
        let seq = self.next;
        self.next += lengths.len() as u64;
        let waiting = &mut self.taken;
        waiting
            .lengths
            .extend(lengths.iter().flat_map(|length| length.to_le_bytes()));
        waiting.bytes.extend_from_slice(bytes);
        waiting.count += lengths.len() as u64;
        Ok(seq)
    }

    /// Bytes that wait.
    pub(super) fn waiting_bytes(&self) -> usize {
        self.taken.bytes.len()
    }

    /// Takes the memory of a commit back for the next one.
    pub(super) fn recycle(&mut self, mut done: Taken) {
        if self.taken.is_empty() && done.bytes.capacity() <= MOST_KEPT_BYTES {
            done.lengths.clear();
            done.bytes.clear();
            done.count = 0;
            self.taken = done;
        }
    }

    /// Empties the queue, and sets `more` numbers aside behind what was in it.
    pub(super) fn take(&mut self, more: u64) -> Taken {
        self.next += more;
        if self.taken.is_empty() {
            return Taken::default();
        }
        std::mem::take(&mut self.taken)
    }

    /// Notes what became of the `count` events that were taken first and are not settled yet.
    pub(super) fn settle(&mut self, count: u64, error: Option<&Error>) {
        match self.settled.last_mut() {
            _ if count == 0 => {}
            Some(last) if last.error.as_ref() == error => last.count += count,
            _ => self.settled.push(Settled {
                count,
                error: error.cloned(),
            }),
        }
    }

    /// Gives up what came into the queue during a commit that failed: its numbers are not right any more.
    pub(super) fn fail(&mut self, error: &Error, next: u64) {
        let lost = std::mem::take(&mut self.taken);
        self.settle(lost.count, Some(error));
        self.next = next;
    }

    /// From now on nothing is taken into the queue.
    pub(super) fn refuse(&mut self, reason: Error) {
        self.refusal = Some(reason);
    }

    pub(super) fn next_settled(&mut self) -> Option<Settled> {
        (!self.settled.is_empty()).then(|| self.settled.remove(0))
    }

    pub(super) fn take_settled(&mut self) -> Vec<Settled> {
        std::mem::take(&mut self.settled)
    }
}

impl Taken {
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Writes frames of a limited number of bytes of events each; `written` counts the events that are in one.
    pub(super) fn write(&self, journal: &mut Journal, written: &mut u64) -> Result<()> {
        let most = journal.options().group_bytes;
        let (mut first, mut start) = (0, 0);
        while first < self.lengths.len() {
            let (mut last, mut end) = (first, start);
            while let Some(length) = self.lengths.get(last..last + 4) {
                let length = u32::from_le_bytes(length.try_into().expect("four bytes")) as usize;
                if last > first && end + length - start > most {
                    break;
                }
                last += 4;
                end += length;
            }
            let count = ((last - first) / 4) as u32;
            let body = [
                IoSlice::new(&self.lengths[first..last]),
                IoSlice::new(&self.bytes[start..end]),
            ];
            journal.write(FrameKind::Events, count, &body)?;
            *written += u64::from(count);
            (first, start) = (last, end);
        }
        Ok(())
    }
}
