//! The search for texts that are near to each other: it compares lines as it meets them, where making numbers of all of them
//! first would cost more. Only for tokens that are equal when their text is.

use pairbench_common::Result;

use crate::lines::Cut;
use crate::runs::Step;
use crate::trace::Trace;

/// More edits than this, and numbers pay.
pub(crate) const NEAR_EDITS: usize = 256;

/// Tokens from `old_at` and `new_at` on that both texts have. Time: their text once, at the speed of memory.
pub(crate) fn common_lines(old: &Cut<'_>, new: &Cut<'_>, old_at: usize, new_at: usize) -> usize {
    let (Some(&old_end), Some(&new_end)) = (old.ends.get(old_at), new.ends.get(new_at)) else {
        return 0;
    };
    let old_start = old.start(old_at);
    let new_start = new.start(new_at);
    // Most pairs that a search looks at differ in their first line, and most of those in its length.
    if old_end as usize - old_start != new_end as usize - new_start {
        return 0;
    }
    let common = common_units(&old.units[old_start..], &new.units[new_start..]);
    // Equal text is cut alike, but for the last token, whose end depends on what follows.
    if common < old_end as usize - old_start {
        return 0;
    }
    let within = |ends: &[u32], start: usize| ends.partition_point(|&end| end as usize <= start + common);
    let tokens = within(&old.ends[old_at..], old_start).min(within(&new.ends[new_at..], new_start));
    let ends_alike = |last: usize| {
        old.ends[old_at + last] as usize - old_start == new.ends[new_at + last] as usize - new_start
    };
    if ends_alike(tokens - 1) {
        tokens
    } else {
        tokens - 1
    }
}

/// The length of the common prefix.
fn common_units(a: &[u16], b: &[u16]) -> usize {
    const CHUNK: usize = 64;
    let chunks = a
        .chunks_exact(CHUNK)
        .zip(b.chunks_exact(CHUNK))
        .take_while(|(a, b)| a == b)
        .count();
    let start = chunks * CHUNK;
    start
        + a[start..]
            .iter()
            .zip(&b[start..])
            .take_while(|(a, b)| a == b)
            .count()
}

/// How far each diagonal of each layer got in the old text: looking at the texts again would cost more.
#[derive(Default)]
struct Places {
    old_at: Vec<i32>,
    /// By layer: its first place, and its lowest diagonal.
    layers: Vec<(usize, i32)>,
}

impl Places {
    fn begin(&mut self, lowest: i32) {
        self.layers.push((self.old_at.len(), lowest));
    }

    fn steps(&self, edits: &[bool]) -> Vec<Step> {
        let (mut diagonal, mut old_at) = (0, 0);
        let steps = edits
            .iter()
            .zip(&self.layers)
            .map(|(&is_addition, &(first, lowest))| {
                diagonal += if is_addition { -1 } else { 1 };
                let began = old_at + i32::from(!is_addition);
                old_at = self.old_at[first + ((diagonal - lowest) >> 1) as usize];
                Step {
                    is_addition,
                    common: (old_at - began) as usize,
                }
            });
        steps.collect()
    }
}

/// Greedy layers of at most `max_edits` edits behind `prefix` common lines, each diagonal as far in the old text as it gets;
/// an insertion wins a tie. The path, or `None` when the ends are not reached. Time O(lines + max_edits² lines compared).
pub(crate) fn search(
    old: &Cut<'_>,
    new: &Cut<'_>,
    prefix: usize,
    max_edits: usize,
) -> Result<Option<Vec<Step>>> {
    let old_count = (old.len() - prefix) as i32;
    let new_count = (new.len() - prefix) as i32;
    let most = max_edits as i32;
    let mut trace = Trace::new(usize::MAX, 0)?;
    let mut places = Places::default();
    let mut reached = vec![-1; 2 * max_edits + 3];
    let middle = most + 1;
    reached[middle as usize] = 0;
    // Beyond a diagonal that met an end of a text nothing can be won.
    let mut lowest = if new_count == 0 { 1 } else { -most };
    let mut highest = if old_count == 0 { -1 } else { most };
    for edits in 1..=most {
        let from = lowest.max(-edits);
        let to = highest.min(edits);
        if from > to {
            return Ok(None);
        }
        let bits = trace.begin(from, to)?;
        places.begin(from);
        let mut diagonal = from;
        while diagonal <= highest.min(edits) {
            let at = (middle + diagonal) as usize;
            let added = if diagonal < edits { reached[at + 1] } else { -1 };
            let removed = if diagonal > -edits { reached[at - 1] + 1 } else { 0 };
            let is_addition = added >= 0 && (removed == 0 || added >= removed);
            if is_addition {
                let bit = ((diagonal - from) >> 1) as usize;
                bits[bit / 64] |= 1 << (bit % 64);
            }
            let mut old_at = if is_addition { added } else { removed };
            let new_at = old_at - diagonal;
            old_at += common_lines(old, new, prefix + old_at as usize, prefix + new_at as usize) as i32;
            let new_at = old_at - diagonal;
            places.old_at.push(old_at);
            if old_at >= old_count && new_at >= new_count {
                return Ok(Some(places.steps(&trace.edits(diagonal))));
            }
            reached[at] = old_at;
            if old_at >= old_count {
                highest = highest.min(diagonal - 1);
            }
            if new_at >= new_count {
                lowest = lowest.max(diagonal + 1);
            }
            diagonal += 2;
        }
    }
    Ok(None)
}
