//! The event log: byte strings in a row, on a journal.
//!
//! Appends either commit at once or wait in a queue that one commit empties (group commit). Numbers follow the order of the
//! calls, whichever way: a commit takes the queue first.

use std::io::IoSlice;
use std::path::Path;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Code, Error, Result};
use crate::format::{FrameKind, Kind};
use crate::journal::{Journal, Options, Recovery};
use crate::vfs::Vfs;

mod queue;
mod replay;

pub use queue::Settled;
use queue::{Queue, Taken};
pub use replay::{Chunk, Replay};

/// To a pool thread and back takes about 0.1 ms on a busy core; a commit is quick when it takes little more than that.
const QUICK: Duration = Duration::from_micros(300);
/// So many go to another thread after one that was not quick.
const SLOW_DRAINS: u32 = 32;
/// The most that is committed where the caller waits.
const QUICK_BYTES: usize = 256 << 10;

/// An event log. Every method takes `&self` and may be called from any thread.
pub struct EventLog {
    journal: Mutex<Journal>,
    /// Never held while something is written, so that an append to the queue never waits for the disk. Taken after `journal`.
    queue: Mutex<Queue>,
    process: u32,
    vfs: Arc<dyn Vfs>,
    options: Options,
    recovery: Recovery,
    first: AtomicU64,
    flushed: AtomicU64,
    /// Commits of the queue that are still to be made on another thread, because one was slow. Written under `journal` only.
    slow_drains: AtomicU32,
}

impl EventLog {
    /// Opens or makes the log in `dir`, whose parent must exist.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn open(vfs: Arc<dyn Vfs>, dir: &Path, options: &Options) -> Result<Self> {
        let journal = Journal::open(Arc::clone(&vfs), dir, Kind::Events, options, &mut |_, _| Ok(()))?;
        Ok(Self {
            process: vfs.process_id(),
            vfs,
            options: options.clone(),
            recovery: journal.recovery(),
            slow_drains: AtomicU32::new(1),
            first: AtomicU64::new(journal.first_seq()),
            flushed: AtomicU64::new(journal.flushed_seq()),
            queue: Mutex::new(Queue::new(journal.next_seq())),
            journal: Mutex::new(journal),
        })
    }

    /// Adds one event and returns its number. What is queued comes before it, in the same commit.
    ///
    /// # Errors
    /// `ERR_TOO_LARGE`, `ERR_NO_SPACE`, `ERR_POISONED`, `ERR_READ_ONLY`, `ERR_CLOSED`, `ERR_IO`.
    pub fn append(&self, event: &[u8]) -> Result<u64> {
        self.check_size(event.len(), "an event")?;
        let length = (event.len() as u32).to_le_bytes();
        self.append_frame(1, &[IoSlice::new(&length), IoSlice::new(event)])
    }

    /// Adds all events or none; returns the number of the first. No events: changes nothing, returns [`next_seq`](Self::next_seq).
    ///
    /// # Errors
    /// As [`append`](Self::append).
    pub fn append_batch(&self, events: &[&[u8]]) -> Result<u64> {
        let bytes = events.iter().map(|event| event.len()).sum();
        self.check_size(bytes, "a batch")?;
        if events.is_empty() {
            self.lock_journal()?.check_writable()?;
            return Ok(self.next_seq());
        }
        let count = u32::try_from(events.len())
            .map_err(|_| Error::new(Code::TooLarge, "a batch has at most 4294967295 events"))?;
        let lengths: Vec<u8> = events
            .iter()
            .flat_map(|event| (event.len() as u32).to_le_bytes())
            .collect();
        let mut body = Vec::with_capacity(events.len() + 1);
        body.push(IoSlice::new(&lengths));
        body.extend(events.iter().map(|event| IoSlice::new(event)));
        self.append_frame(count, &body)
    }

    /// Puts a copy of one event into the queue; returns the number it gets if the next [`drain`](Self::drain) succeeds.
    ///
    /// # Errors
    /// As [`append`](Self::append), as far as they are known without the disk.
    pub fn enqueue(&self, event: &[u8]) -> Result<u64> {
        self.check_process()?;
        self.check_size(event.len(), "an event")?;
        if self.options.read_only {
            self.lock_journal()?.check_writable()?;
        }
        self.lock_queue().push(event)
    }

    /// As [`enqueue`](Self::enqueue) for several events, which stand one after the other in `bytes`; returns the number of the
    /// first.
    ///
    /// # Errors
    /// As [`append`](Self::append), as far as they are known without the disk; then none is queued. `ERR_INVALID_ARG_TYPE` when the lengths
    /// are not those of `bytes`.
    pub fn enqueue_all(&self, bytes: &[u8], lengths: &[u32]) -> Result<u64> {
        self.check_process()?;
        for length in lengths {
            self.check_size(*length as usize, "an event")?;
        }
        if lengths.iter().map(|length| *length as usize).sum::<usize>() != bytes.len() {
            return Err(Error::new(Code::InvalidArgType, "lengths do not add up to bytes"));
        }
        if self.options.read_only {
            self.lock_journal()?.check_writable()?;
        }
        self.lock_queue().push_all(bytes, lengths)
    }

    /// Commits what is queued on this thread when that is likely to take less than going to another and back: when the
    /// last commits of the queue were quick and there is little in it. Whether it did.
    pub fn drain_if_quick(&self) -> bool {
        if self.slow_drains.load(Ordering::Relaxed) > 0 || self.lock_queue().waiting_bytes() > QUICK_BYTES {
            return false;
        }
        self.drain();
        true
    }

    /// Commits what is queued: one flush for all of it. What became of each is in
    /// [`take_settled`](Self::take_settled). Whether there was anything.
    pub fn drain(&self) -> bool {
        let Ok(mut journal) = self.lock_journal() else {
            return false;
        };
        let taken = self.lock_queue().take(0);
        if taken.is_empty() {
            return false;
        }
        let started = Instant::now();
        // The error is in what is settled.
        let _ = self.commit(&mut journal, &taken, |_| Ok(()));
        if started.elapsed() > QUICK {
            self.slow_drains.store(SLOW_DRAINS, Ordering::Relaxed);
        } else {
            let left = self.slow_drains.load(Ordering::Relaxed);
            self.slow_drains.store(left.saturating_sub(1), Ordering::Relaxed);
        }
        self.lock_queue().recycle(taken);
        true
    }

    /// What became of queued events since the last call, in the order they were queued.
    pub fn take_settled(&self) -> Vec<Settled> {
        self.lock_queue().take_settled()
    }

    /// The first of [`take_settled`](Self::take_settled); the others stay for the next call.
    pub fn next_settled(&self) -> Option<Settled> {
        self.lock_queue().next_settled()
    }

    /// Makes everything acknowledged so far survive a power cut. The queue is committed first.
    ///
    /// # Errors
    /// As [`append`](Self::append).
    pub fn flush(&self) -> Result<()> {
        let mut journal = self.lock_journal()?;
        journal.check_writable()?;
        let taken = self.lock_queue().take(0);
        self.commit(&mut journal, &taken, Journal::flush)
    }

    /// The events from number `from` (`None`: the oldest) up to what is acknowledged now.
    ///
    /// # Errors
    /// `ERR_PRUNED`, `ERR_POISONED`, `ERR_CLOSED`; a reader's, which looks again, also those of opening.
    pub fn replay(&self, from: Option<u64>) -> Result<Replay> {
        let mut journal = self.lock_journal()?;
        journal.check_usable()?;
        if self.options.read_only {
            let dir = journal.dir().to_owned();
            let vfs = Arc::clone(&self.vfs);
            *journal = Journal::open(vfs, &dir, Kind::Events, &self.options, &mut |_, _| Ok(()))?;
            self.lock_queue().next = journal.next_seq();
            self.publish(&journal);
        }
        Replay::new(&journal, from)
    }

    /// Deletes the segments whose events are all older than `before`; returns the number of the oldest event left.
    ///
    /// # Errors
    /// `ERR_IO`, `ERR_POISONED`, `ERR_READ_ONLY`, `ERR_CLOSED`.
    pub fn prune(&self, before: u64) -> Result<u64> {
        let mut journal = self.lock_journal()?;
        journal.check_writable()?;
        while journal
            .segments()
            .nth(1)
            .is_some_and(|second| second.first_seq <= before)
        {
            let dropped = journal.drop_oldest();
            self.publish(&journal);
            dropped?;
        }
        Ok(journal.first_seq())
    }

    /// Commits what is queued, marks the log as closed in order, lets go of the lock. A second call does nothing.
    ///
    /// # Errors
    /// What the commit gives; the log is closed all the same.
    pub fn close(&self) -> Result<()> {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = self.lock_queue().take(0);
        let committed = if taken.is_empty() {
            Ok(())
        } else {
            self.commit(&mut journal, &taken, |_| Ok(()))
        };
        let closed = journal.close();
        self.publish(&journal);
        self.lock_queue().refuse(crate::journal::closed());
        match committed.and(closed) {
            // What poisoned the log was told where it happened.
            Err(error) if error.code == Code::Poisoned => Ok(()),
            outcome => outcome,
        }
    }

    /// Number that the next event gets, the queued ones counted; a reader's is what was acknowledged when it last looked.
    pub fn next_seq(&self) -> u64 {
        self.lock_queue().next
    }

    /// Number of the oldest event that is still there.
    pub fn first_seq(&self) -> u64 {
        self.first.load(Ordering::Acquire)
    }

    /// Every event with a lower number survives a power cut.
    pub fn flushed_seq(&self) -> u64 {
        self.flushed.load(Ordering::Acquire)
    }

    /// What opening found and did.
    pub fn recovery(&self) -> Recovery {
        self.recovery
    }

    /// Makes every later call fail: for a caller that caught a panic and cannot know how far it got.
    pub fn poison(&self, cause: Error) {
        self.lock_queue().refuse(Error::poisoned(&cause));
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.poison(cause);
    }

    fn append_frame(&self, count: u32, body: &[IoSlice<'_>]) -> Result<u64> {
        let mut journal = self.lock_journal()?;
        journal.check_writable()?;
        let taken = self.lock_queue().take(u64::from(count));
        self.commit(&mut journal, &taken, |journal| {
            journal.write(FrameKind::Events, count, body)
        })
    }

    /// Writes what was taken from the queue, then what `own` writes, and acknowledges both at once.
    fn commit<T>(
        &self,
        journal: &mut Journal,
        taken: &Taken,
        own: impl FnOnce(&mut Journal) -> Result<T>,
    ) -> Result<T> {
        let mut written = 0;
        let outcome = taken
            .write(journal, &mut written)
            .and_then(|()| own(journal))
            .and_then(|value| journal.acknowledge().map(|()| value));
        let outcome = match outcome {
            Ok(value) => {
                if taken.count > 0 {
                    self.lock_queue().settle(taken.count, None);
                }
                Ok(value)
            }
            Err(error) => {
                // A segment that cannot be made does not undo the frames before it.
                if journal.acknowledge().is_err() {
                    written = 0;
                }
                let mut queue = self.lock_queue();
                queue.settle(written, None);
                queue.settle(taken.count - written, Some(&error));
                queue.fail(&error, journal.next_seq());
                if let Err(reason) = journal.check_usable() {
                    queue.refuse(reason);
                }
                Err(error)
            }
        };
        self.publish(journal);
        outcome
    }

    fn publish(&self, journal: &Journal) {
        self.first.store(journal.first_seq(), Ordering::Release);
        self.flushed.store(journal.flushed_seq(), Ordering::Release);
    }

    fn check_size(&self, bytes: usize, what: &str) -> Result<()> {
        let most = self.options.max_bytes;
        if bytes <= most {
            return Ok(());
        }
        Err(Error::new(
            Code::TooLarge,
            format!(
                "{what} of {bytes} bytes is more than maxBytes, {most}; open the directory with a larger one"
            ),
        ))
    }

    /// Before any lock: in a process that came about by `fork` somebody may hold it who is not there.
    fn check_process(&self) -> Result<()> {
        if self.vfs.process_id() == self.process {
            return Ok(());
        }
        Err(crate::journal::forked())
    }

    fn lock_journal(&self) -> Result<MutexGuard<'_, Journal>> {
        self.check_process()?;
        Ok(self.journal.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn lock_queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
