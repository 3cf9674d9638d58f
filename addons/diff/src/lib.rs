//! The line diffs of npm `diff` 9, byte for byte, and of the histogram algorithm.
//!
//! A text is cut into lines ([`mod@lines`]); texts that are near to each other are compared line by line ([`mod@near`]),
//! others by numbers ([`mod@search`]); the path becomes runs ([`mod@runs`]) and those the hunks of a patch ([`mod@hunks`]).
//! Texts are UTF-16, as JavaScript has them: a lone surrogate stays what it is.

mod feeds;
mod histogram;
mod hunks;
mod lines;
mod near;
mod runs;
mod search;
mod trace;

#[cfg(test)]
mod tests;

// Unit tests have no Node to register with.
#[cfg(all(feature = "napi", not(test)))]
mod binding;

use std::time::{Duration, Instant};

pub use pairbench_common::{Error, ErrorCode, Result};
pub use runs::{Kind, Run};

use lines::Cut;
use runs::RunList;
use search::{Ended, Search};

/// How lines are matched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// The shortest edit script that npm `diff` finds.
    #[default]
    Myers,
    /// Anchors on rare lines, as `git diff --histogram`.
    Histogram,
}

/// What a comparison depends on beside the texts.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How lines are matched.
    pub algorithm: Algorithm,
    /// Lines are equal when they are without white space at both ends.
    pub ignore_whitespace: bool,
    /// A line break is a token of its own; empty lines have no other.
    pub newline_is_token: bool,
    /// Lines are equal when they are without a line feed at the end.
    pub ignore_newline_at_eof: bool,
    /// More edits than this are given up.
    pub max_edit_length: usize,
    /// More time than this is given up, `None` for no limit; the answer then depends on the machine.
    pub timeout: Option<Duration>,
    /// What the search may hold, texts and result left out.
    pub max_memory_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            algorithm: Algorithm::Myers,
            ignore_whitespace: false,
            newline_is_token: false,
            ignore_newline_at_eof: false,
            max_edit_length: usize::MAX,
            timeout: None,
            max_memory_bytes: 1 << 30,
        }
    }
}

/// The runs from `old` to `new`, or `None` where the limits of edits or time were met. Texts have at most 2^28 units.
///
/// Time: O(units), and the search: O(edits²) at worst.
///
/// # Errors
/// `ERR_MEMORY_LIMIT`.
pub fn runs(old: &[u16], new: &[u16], settings: &Settings) -> Result<Option<Vec<Run>>> {
    let old = Cut::new(old, settings.newline_is_token);
    let new = Cut::new(new, settings.newline_is_token);
    if settings.algorithm == Algorithm::Histogram {
        return Ok(Some(histogram_runs(&old, &new, settings)));
    }
    let started = Instant::now();
    let is_over = || {
        settings
            .timeout
            .is_some_and(|timeout| started.elapsed() > timeout)
    };
    // Tokens that are equal when their text is can be compared as they are.
    let is_plain = !settings.ignore_whitespace && !settings.ignore_newline_at_eof;
    let prefix = if is_plain {
        near::common_lines(&old, &new, 0, 0)
    } else {
        0
    };
    if is_plain {
        if prefix == old.len() && prefix == new.len() {
            return Ok(Some(runs::from_steps(&old, &new, prefix, [])));
        }
        if is_over() {
            return Ok(None);
        }
        let most = settings.max_edit_length.min(near::NEAR_EDITS);
        if let Some(steps) = near::search(&old, &new, prefix, most)? {
            return Ok(Some(runs::from_steps(&old, &new, prefix, steps)));
        }
        // All edits that are allowed were looked at.
        if settings.max_edit_length <= near::NEAR_EDITS {
            return Ok(None);
        }
    }
    let tokens = lines::intern(&old, &new, prefix, settings);
    let mut search = Search::new(tokens, settings.max_edit_length, settings.max_memory_bytes)?;
    let Ended::Path(edits) = search.run(is_over)? else {
        return Ok(None);
    };
    let (first, steps) = search.steps(&edits);
    Ok(Some(runs::from_steps(&old, &new, prefix + first, steps)))
}

/// The hunks of the unified patch from `old` to `new` as text, without file headers; otherwise as [`runs`].
///
/// # Errors
/// `ERR_MEMORY_LIMIT`.
pub fn hunks(old: &[u16], new: &[u16], context: usize, settings: &Settings) -> Result<Option<Vec<u16>>> {
    Ok(runs(old, new, settings)?.map(|runs| hunks::text(old, new, &runs, context)))
}

fn histogram_runs(old: &Cut<'_>, new: &Cut<'_>, settings: &Settings) -> Vec<Run> {
    let tokens = lines::intern(old, new, 0, settings);
    let mut first_line: Vec<&[u16]> = vec![&[]; tokens.count];
    // By token, from the first line in which it stands; the old text's come first.
    for (side, numbers) in [(new, &tokens.new), (old, &tokens.old)] {
        for (line, &token) in numbers.iter().enumerate().rev() {
            first_line[token as usize] = side.token(line);
        }
    }
    let hunks = histogram::histogram(&tokens.old, &tokens.new, tokens.count as u32, |token| {
        first_line[token as usize]
    });
    let mut runs = RunList::new(old, new);
    for hunk in hunks {
        runs.add(Kind::Common, hunk.before.start as usize - runs.old_at());
        runs.add(Kind::Removed, hunk.before.len());
        runs.add(Kind::Added, hunk.after.len());
    }
    runs.add(Kind::Common, old.len() - runs.old_at());
    runs.finish()
}
