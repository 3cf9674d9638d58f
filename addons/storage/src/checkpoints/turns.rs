//! Turns in the order of the calls: a lock whose place is taken when a call is made, and which is held when its work runs on
//! some other thread.

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Whose turn it is.
#[derive(Default)]
pub struct Turns {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Number of the next turn that is given out.
    next: u64,
    /// The turn that runs.
    current: u64,
    /// Turns that ended before they came.
    ended: BTreeSet<u64>,
}

/// A place in the order. It ends when it is dropped, also when its work never ran.
pub struct Turn {
    turns: Arc<Turns>,
    number: u64,
    has_ended: bool,
}

impl Turns {
    /// The last place so far.
    pub fn take(self: &Arc<Self>) -> Turn {
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        Turn {
            turns: Arc::clone(self),
            number,
            has_ended: false,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Waits until every earlier turn has ended. The work of earlier turns is on the thread pool, which begins it in the same order,
    /// so that it never waits for a later one.
    pub fn wait(&self) {
        let mut state = self.turns.state();
        while state.current != self.number {
            state = self
                .turns
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Lets the next one go.
    pub fn end(&mut self) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        let mut state = self.turns.state();
        state.ended.insert(self.number);
        while {
            let current = state.current;
            state.ended.remove(&current)
        } {
            state.current += 1;
        }
        self.turns.changed.notify_all();
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn work_runs_in_the_order_of_the_calls_and_past_what_never_ran() {
        let turns = Arc::new(Turns::default());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut taken: Vec<Turn> = (0..6).map(|_| turns.take()).collect();
        drop(taken.remove(2));
        let threads: Vec<_> = taken
            .into_iter()
            .rev()
            .map(|turn| {
                let seen = Arc::clone(&seen);
                thread::spawn(move || {
                    turn.wait();
                    seen.lock().unwrap().push(turn.number);
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(*seen.lock().unwrap(), [0, 1, 3, 4, 5]);
    }
}
