//! The search on numbers. It finds the path that npm `diff` finds while looking at far fewer diagonals: what it leaves out
//! cannot be on that path, and only ever makes the paths beside it worse (ARCHITECTURE.md says why that is enough).
//!
//! - A block of changes removes first and inserts then: whoever has inserted removes nothing before the next common line.
//! - A line of the old text that does not occur in what is left of the new one must be removed: nothing is inserted before.
//! - Lines that one text has more often than the other must be edited whatever the path: a diagonal that cannot reach the end
//!   within the edits that are allowed is dropped. The allowance starts small and grows fourfold.

use pairbench_common::Result;

use crate::lines::Interned;
use crate::runs::Step;
use crate::trace::Trace;

/// Edits allowed at first beyond those that are certain.
const FIRST_SLACK: i32 = 32;
const NEVER: i32 = 1 << 30;
/// Stand behind the last token of each text and differ from all others.
const OLD_END: u32 = u32::MAX;
const NEW_END: u32 = u32::MAX - 1;

/// How a search ended.
pub(crate) enum Ended {
    /// `true` for an insertion.
    Path(Vec<bool>),
    /// There is none within the edit length, or the time is over.
    GivenUp,
}

pub(crate) struct Search {
    old: Vec<u32>,
    new: Vec<u32>,
    /// For each position in the old text, the last place of its token in the new one; -1 for none.
    last_place: Vec<i32>,
    old_surplus: Vec<Surplus>,
    new_surplus: Vec<Surplus>,
    /// By diagonal: where an insertion and where a removal from it leads to.
    states: Vec<Moves>,
    trace: Trace,
    max_edits: i32,
}

/// Places in the old text behind each move; `NOWHERE` where it cannot be or pays in no case.
#[derive(Clone, Copy)]
struct Moves {
    added: i32,
    removed: i32,
}

const NOWHERE: i32 = -1;
const NO_MOVES: Moves = Moves {
    added: NOWHERE,
    removed: NOWHERE,
};

/// Of the tokens from a position on: how many are such as the old text has more often as a whole, and the new one.
///
/// Of the first kind at least those must be removed that the rest of the new text has too few of to match them; of the
/// second kind so many must be inserted.
#[derive(Clone, Copy, Default)]
struct Surplus {
    in_old: i32,
    in_new: i32,
}

/// Edits that are certain between two places: `rest` is how many more removals than insertions they are.
#[inline]
fn certain(old: Surplus, new: Surplus, rest: i32) -> i32 {
    let removals = old.in_old - new.in_old;
    let insertions = new.in_new - old.in_new;
    (2 * removals - rest).max(2 * insertions + rest).max(rest.abs())
}

/// The diagonals of a layer that are worth going on from, and the edits that are allowed now.
struct Front {
    lowest: i32,
    highest: i32,
    allowed: i32,
}

enum Layer {
    Goal,
    Front(Front),
}

impl Search {
    /// # Errors
    /// `ERR_MEMORY_LIMIT`.
    pub(crate) fn new(tokens: Interned, max_edits: usize, max_memory_bytes: usize) -> Result<Self> {
        let Interned {
            mut old,
            mut new,
            count,
        } = tokens;
        let (old_count, new_count) = (old.len(), new.len());
        let diagonals = old_count + new_count + 7;
        let bytes = 8 * diagonals + 16 * old_count + 12 * new_count + 8 * count;
        let trace = Trace::new(max_memory_bytes, bytes)?;
        let mut places_in_new = vec![-1; count];
        // How much more often the old text has it.
        let mut balance = vec![0; count];
        for (place, &token) in new.iter().enumerate() {
            places_in_new[token as usize] = place as i32;
            balance[token as usize] -= 1;
        }
        for &token in &old {
            balance[token as usize] += 1;
        }
        let surplus = |tokens: &[u32]| {
            let mut from = vec![Surplus::default(); tokens.len() + 1];
            for (place, &token) in tokens.iter().enumerate().rev() {
                let (Surplus { in_old, in_new }, balance) = (from[place + 1], balance[token as usize]);
                from[place] = Surplus {
                    in_old: in_old + i32::from(balance > 0),
                    in_new: in_new + i32::from(balance < 0),
                };
            }
            from
        };
        let old_surplus = surplus(&old);
        let new_surplus = surplus(&new);
        let mut last_place: Vec<i32> = old.iter().map(|&token| places_in_new[token as usize]).collect();
        last_place.push(NEVER);
        old.push(OLD_END);
        new.push(NEW_END);
        Ok(Self {
            old,
            new,
            last_place,
            old_surplus,
            new_surplus,
            states: vec![NO_MOVES; diagonals],
            trace,
            max_edits: max_edits.min(old_count + new_count) as i32,
        })
    }

    /// Asks `is_over` once a layer. Time O(edits²) at worst; near the edits times those that are not certain in general.
    ///
    /// # Errors
    /// `ERR_MEMORY_LIMIT`.
    pub(crate) fn run(&mut self, mut is_over: impl FnMut() -> bool) -> Result<Ended> {
        let goal = self.old.len() as i32 - self.new.len() as i32;
        let mut slack = FIRST_SLACK;
        loop {
            let at = self.common(0, 0);
            if at + 1 == self.old.len() && at + 1 == self.new.len() {
                return Ok(Ended::Path(Vec::new()));
            }
            let certain = certain(self.old_surplus[at], self.new_surplus[at], goal);
            if certain > self.max_edits {
                return Ok(Ended::GivenUp);
            }
            let mut front = self.start(at, certain.saturating_add(slack).min(self.max_edits));
            let mut edits = 0;
            // Nothing left within the allowance: allow more, or there is no path.
            while front.lowest <= front.highest {
                if is_over() {
                    return Ok(Ended::GivenUp);
                }
                edits += 1;
                match self.layer(edits, &front)? {
                    Layer::Goal => return Ok(Ended::Path(self.trace.edits(goal))),
                    Layer::Front(next) => front = next,
                }
            }
            if front.allowed >= self.max_edits || slack >= NEVER {
                return Ok(Ended::GivenUp);
            }
            slack = slack.saturating_mul(4).min(NEVER);
        }
    }

    /// The common tokens at the start, and each edit of a path with those behind it.
    pub(crate) fn steps(&self, edits: &[bool]) -> (usize, Vec<Step>) {
        let first = self.common(0, 0);
        let (mut old_at, mut new_at) = (first, first);
        let steps = edits.iter().map(|&is_addition| {
            old_at += usize::from(!is_addition);
            new_at += usize::from(is_addition);
            let common = self.common(old_at, new_at);
            old_at += common;
            new_at += common;
            Step { is_addition, common }
        });
        (first, steps.collect())
    }

    /// Tokens from both places on that both texts have.
    fn common(&self, old_at: usize, new_at: usize) -> usize {
        self.old[old_at..]
            .iter()
            .zip(&self.new[new_at..])
            .take_while(|(old, new)| old == new)
            .count()
    }

    fn start(&mut self, at: usize, allowed: i32) -> Front {
        self.trace.clear();
        self.states.fill(NO_MOVES);
        let middle = self.new.len() + 2;
        let may_add = at + 1 < self.new.len() && self.last_place[at] >= at as i32;
        let may_remove = at + 1 < self.old.len();
        self.states[middle] = Moves {
            added: if may_add { at as i32 } else { NOWHERE },
            removed: if may_remove { at as i32 + 1 } else { NOWHERE },
        };
        Front {
            lowest: 0,
            highest: 0,
            allowed,
        }
    }

    fn layer(&mut self, edits: i32, front: &Front) -> Result<Layer> {
        let Self {
            old,
            new,
            last_place,
            old_surplus,
            new_surplus,
            states,
            trace,
            ..
        } = self;
        let old_count = old.len() as i32 - 1;
        let new_count = new.len() as i32 - 1;
        let goal = old_count - new_count;
        let middle = new_count + 3;
        // A diagonal beside the outermost one does not exist; every second one is of this layer.
        let from = if front.lowest - 1 < -new_count {
            front.lowest + 1
        } else {
            front.lowest - 1
        };
        let to = if front.highest + 1 > old_count {
            front.highest - 1
        } else {
            front.highest + 1
        };
        let bits = trace.begin(from, to)?;
        let mut next = Front {
            lowest: NEVER,
            highest: -NEVER,
            allowed: front.allowed,
        };
        // What an earlier layer left beside the last one is none of this one's.
        states[(middle + front.lowest - 2) as usize] = NO_MOVES;
        states[(middle + front.highest + 2) as usize] = NO_MOVES;
        let mut diagonal = from;
        while diagonal <= to {
            let at = (middle + diagonal) as usize;
            let added = states[at + 1].added;
            let removed = states[at - 1].removed;
            let is_addition = added >= removed;
            let began = if is_addition { added } else { removed };
            states[at] = NO_MOVES;
            let this = diagonal;
            diagonal += 2;
            if began < 0 {
                continue;
            }
            let mut old_at = began as usize;
            let mut new_at = (began - this) as usize;
            while old[old_at] == new[new_at] {
                old_at += 1;
                new_at += 1;
            }
            if edits + certain(old_surplus[old_at], new_surplus[new_at], goal - this) > next.allowed {
                continue;
            }
            if is_addition {
                let bit = ((this - from) >> 1) as usize;
                bits[bit / 64] |= 1 << (bit % 64);
            }
            let (old_at, new_at) = (old_at as i32, new_at as i32);
            let mut moves = NO_MOVES;
            if old_at < old_count {
                if !is_addition || old_at != began {
                    moves.removed = old_at + 1;
                }
                if new_at == new_count {
                    next.allowed = next.allowed.min(edits + old_count - old_at);
                } else if last_place[old_at as usize] >= new_at {
                    moves.added = old_at;
                }
            } else {
                if new_at == new_count {
                    return Ok(Layer::Goal);
                }
                moves.added = old_at;
                next.allowed = next.allowed.min(edits + new_count - new_at);
            }
            if moves.added.max(moves.removed) == NOWHERE {
                continue;
            }
            states[at] = moves;
            next.lowest = next.lowest.min(this);
            next.highest = this;
        }
        Ok(Layer::Front(next))
    }
}
