//! Runs as the hunks of a unified patch, cut as npm `diff` cuts them.

use std::fmt::Write;

use crate::runs::{Kind, Run};

const FEED: u16 = b'\n' as u16;

/// A hunk: its numbers, the runs that are in it as a whole, and the context lines before and after them.
struct Plan {
    old_start: usize,
    old_lines: usize,
    new_start: usize,
    new_lines: usize,
    first_run: usize,
    end_run: usize,
    lines_before: usize,
    lines_after: usize,
}

/// Two changes with at most twice the context between them share a hunk, unless what is between them ends the texts.
fn plan(runs: &[Run], context: usize) -> Vec<Plan> {
    let mut plans = Vec::new();
    let (mut old_line, mut new_line) = (1, 1);
    // The start of the hunk that is open: old line, new line, run, context lines before.
    let mut open: Option<(usize, usize, usize, usize)> = None;
    for index in 0..=runs.len() {
        // Behind the last run stands an empty one that both texts have: it ends what is open.
        let (kind, count) = runs
            .get(index)
            .map_or((Kind::Common, 0), |run| (run.kind, run.count as usize));
        if kind == Kind::Common {
            let joins = count <= context.saturating_mul(2) && index + 1 < runs.len();
            if !joins && let Some((old_start, new_start, first_run, lines_before)) = open.take() {
                let lines_after = count.min(context);
                plans.push(Plan {
                    old_start,
                    old_lines: old_line - old_start + lines_after,
                    new_start,
                    new_lines: new_line - new_start + lines_after,
                    first_run,
                    end_run: index,
                    lines_before,
                    lines_after,
                });
            }
            old_line += count;
            new_line += count;
            continue;
        }
        open.get_or_insert_with(|| {
            let lines_before = if index == 0 {
                0
            } else {
                context.min(runs[index - 1].count as usize)
            };
            (
                old_line - lines_before,
                new_line - lines_before,
                index,
                lines_before,
            )
        });
        if kind == Kind::Added {
            new_line += count;
        } else {
            old_line += count;
        }
    }
    plans
}

/// The text of all hunks, without file headers. Time and memory: the lines that are in a hunk.
pub(crate) fn text(old: &[u16], new: &[u16], runs: &[Run], context: usize) -> Vec<u16> {
    let mut out = Vec::new();
    let mut header = String::new();
    for hunk in plan(runs, context) {
        header.clear();
        // The unified format counts a side without lines from the line before it.
        let old_line = hunk.old_start - usize::from(hunk.old_lines == 0);
        let new_line = hunk.new_start - usize::from(hunk.new_lines == 0);
        // Writing to a string cannot fail.
        let _ = writeln!(
            header,
            "@@ -{old_line},{} +{new_line},{} @@",
            hunk.old_lines, hunk.new_lines
        );
        out.extend(header.bytes().map(u16::from));
        let (mut old_at, mut new_at) = match hunk.first_run.checked_sub(1).map(|before| runs[before]) {
            Some(before) => (before.old_end as usize, before.new_end as usize),
            None => (0, 0),
        };
        lines(&mut out, b' ', &new[back(new, new_at, hunk.lines_before)..new_at]);
        for run in &runs[hunk.first_run..hunk.end_run] {
            let (old_end, new_end) = (run.old_end as usize, run.new_end as usize);
            match run.kind {
                Kind::Removed => lines(&mut out, b'-', &old[old_at..old_end]),
                Kind::Added => lines(&mut out, b'+', &new[new_at..new_end]),
                Kind::Common => lines(&mut out, b' ', &new[new_at..new_end]),
            }
            (old_at, new_at) = (old_end, new_end);
        }
        lines(&mut out, b' ', &new[new_at..ahead(new, new_at, hunk.lines_after)]);
    }
    out
}

/// Each line of `text` with its prefix; the one without a line feed says so.
fn lines(out: &mut Vec<u16>, prefix: u8, text: &[u16]) {
    for line in text.split_inclusive(|&unit| unit == FEED) {
        out.push(u16::from(prefix));
        out.extend_from_slice(line);
        if line.last() != Some(&FEED) {
            out.extend(
                b"\n\\ No newline at end of file\n"
                    .iter()
                    .map(|&byte| u16::from(byte)),
            );
        }
    }
}

/// Where the line `count` lines before `at` starts; `at` is the start of a line.
fn back(text: &[u16], at: usize, count: usize) -> usize {
    let mut start = at;
    for _ in 0..count {
        if start == 0 {
            break;
        }
        // The feed right before ends the line before it: look for the one before that.
        start = text[..start - 1]
            .iter()
            .rposition(|&unit| unit == FEED)
            .map_or(0, |feed| feed + 1);
    }
    start
}

fn ahead(text: &[u16], at: usize, count: usize) -> usize {
    let mut end = at;
    for _ in 0..count {
        end = text[end..]
            .iter()
            .position(|&unit| unit == FEED)
            .map_or(text.len(), |feed| end + feed + 1);
    }
    end
}
