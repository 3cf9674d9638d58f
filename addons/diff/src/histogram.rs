//! The `histogram` algorithm: hunks anchored on rare lines, then slid to where readers expect them. Search and
//! sliding are those of gix-imara-diff, which follows `git diff --histogram`.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::thread;

use gix_imara_diff::{Algorithm, Diff, IndentHeuristic, IndentLevel, Token};

/// Lines `before` of the old text are replaced by lines `after` of the new one; at most one of the two is empty.
pub(crate) use gix_imara_diff::Hunk;

/// As git has it.
const TAB_WIDTH: u8 = 8;

/// Up to this many lines the search stays on the caller's stack: 4 MiB of it if each line were a frame.
const INLINE_LINES: usize = 1 << 13;
/// No frame of the crate's recursion is larger: on x86-64 at most 450 bytes optimised, 800 otherwise.
const FRAME_BYTES: usize = if cfg!(debug_assertions) { 2048 } else { 1024 };
/// Address space, not memory: only what is touched is ever backed. Anchors nest where each is longer or rarer than all
/// before it, so the depth grows with the root of the lines: this is room for more than the longest texts have.
const MAX_STACK_BYTES: usize = 256 << 20;

/// The hunks that turn `old` into `new`, in order; between two of them stands at least one line of both.
///
/// Lines are ids below `token_count`, equal where the lines are; `line` gives the UTF-16 units of one, terminator
/// included. It is asked at most once an id, and only near a hunk that can slide.
///
/// Time: lines times stretches between anchors; where all lines left occur more than 63 times, the linear-space
/// search of Myers with git's heuristics takes over. Memory: at most about 60 bytes a line, half of it for that search.
///
/// Panics where an id is out of range or a side has `i32::MAX` lines; the caller excludes both.
pub(crate) fn histogram<'text>(
    old: &[u32],
    new: &[u32],
    token_count: u32,
    line: impl Fn(u32) -> &'text [u16],
) -> Vec<Hunk> {
    let old: Vec<Token> = old.iter().copied().map(Token).collect();
    let new: Vec<Token> = new.iter().copied().map(Token).collect();
    let mut diff = compute(&old, &new, token_count);
    // A slider asks for the same lines again and again, and one may be megabytes of carriage returns.
    let known = vec![Cell::new(None); token_count as usize];
    let indent = |token: Token| {
        let slot = &known[token.0 as usize];
        slot.get().unwrap_or_else(|| {
            let level = indent_level(line(token.0));
            slot.set(Some(level));
            level
        })
    };
    diff.postprocess_with(&old, &new, IndentHeuristic::new(indent));
    diff.hunks().collect()
}

/// The crate takes bytes. Each unit becomes one: beyond ASCII nothing is white space to it.
fn indent_level(line: &[u16]) -> IndentLevel {
    let bytes = line.iter().map(|&unit| u8::try_from(unit).unwrap_or(u8::MAX));
    IndentLevel::for_ascii_line(bytes, TAB_WIDTH)
}

/// The crate recurses into what is left of each anchor, one frame an anchor in the worst case, and a stack that is
/// too small ends the process: longer inputs get a thread with one that suffices.
fn compute(old: &[Token], new: &[Token], token_count: u32) -> Diff {
    let run = || {
        let mut diff = Diff::default();
        diff.compute_with(Algorithm::Histogram, old, new, token_count);
        diff
    };
    let same_start = equal_lines(old.iter().zip(new));
    let (old_rest, new_rest) = (&old[same_start..], &new[same_start..]);
    let same_end = equal_lines(old_rest.iter().rev().zip(new_rest.iter().rev()));
    let most_anchors = old_rest.len().min(new_rest.len()) - same_end;
    if most_anchors <= INLINE_LINES {
        return run();
    }
    let stack_bytes = most_anchors.saturating_mul(FRAME_BYTES).min(MAX_STACK_BYTES);
    let outcome = thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(stack_bytes);
        builder
            .spawn_scoped(scope, run)
            .map(thread::ScopedJoinHandle::join)
    });
    match outcome {
        Ok(Ok(diff)) => diff,
        Ok(Err(panic)) => resume_unwind(panic),
        // No thread to be had: depths that need one are rare.
        Err(_) => run(),
    }
}

fn equal_lines<'text>(mut pairs: impl Iterator<Item = (&'text Token, &'text Token)>) -> usize {
    let mut count = 0;
    while pairs.next().is_some_and(|(old, new)| old == new) {
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hunks of two texts as old start, old end, new start, new end; checked to turn one into the other.
    fn hunks(old: &str, new: &str) -> Vec<[u32; 4]> {
        let mut lines: Vec<Vec<u16>> = Vec::new();
        let mut ids = |text: &str| -> Vec<u32> {
            let units = text
                .split_inclusive('\n')
                .map(|line| line.encode_utf16().collect());
            let id = |line: Vec<u16>| {
                let known = lines.iter().position(|other| *other == line);
                known.unwrap_or_else(|| {
                    lines.push(line);
                    lines.len() - 1
                }) as u32
            };
            units.map(id).collect()
        };
        let (old, new) = (ids(old), ids(new));
        let found = histogram(&old, &new, lines.len() as u32, |id| &lines[id as usize]);
        assert_rebuilds(&old, &new, &found);
        let numbers = |hunk: &Hunk| {
            [
                hunk.before.start,
                hunk.before.end,
                hunk.after.start,
                hunk.after.end,
            ]
        };
        found.iter().map(numbers).collect()
    }

    fn assert_rebuilds(old: &[u32], new: &[u32], hunks: &[Hunk]) {
        let mut rebuilt = Vec::new();
        let mut at = 0;
        for Hunk { before, after } in hunks {
            rebuilt.extend_from_slice(&old[at as usize..before.start as usize]);
            rebuilt.extend_from_slice(&new[after.start as usize..after.end as usize]);
            at = before.end;
        }
        rebuilt.extend_from_slice(&old[at as usize..]);
        assert_eq!(rebuilt, new);
    }

    #[test]
    fn empty_sides() {
        assert!(hunks("", "").is_empty());
        assert_eq!(hunks("", "a\nb"), [[0, 0, 0, 2]]);
        assert_eq!(hunks("a\nb\n", ""), [[0, 2, 0, 0]]);
        assert!(hunks("a\nb", "a\nb").is_empty());
        assert_eq!(hunks("a\nb", "a\nb\n"), [[1, 2, 1, 2]]);
    }

    #[test]
    fn a_function_put_before_a_similar_one_is_one_hunk_that_starts_with_it() {
        let one = "fn one() {\n\twork();\n}\n\n";
        let two = "fn two() {\n\twork();\n}\n\n";
        let end = "fn three() {}\n";
        assert_eq!(
            hunks(&format!("{one}{end}"), &format!("{one}{two}{end}")),
            [[4, 4, 4, 8]]
        );
    }

    #[test]
    fn indentation_of_lines_that_bytes_would_read_otherwise() {
        let level = |text: &str| indent_level(&text.encode_utf16().collect::<Vec<u16>>());
        let ascii = |text: &str| IndentLevel::for_ascii_line(text.bytes(), TAB_WIDTH);
        // The low bytes of U+0120, U+2009 and U+010A are a space, a tab and a line feed.
        for text in [
            "\u{120}x",
            " \u{2009} x",
            "\u{10a}",
            "\u{a0}x",
            "\t \t}\r\n",
            "",
            " \r\n",
            "\u{c}\n",
        ] {
            assert_eq!(level(text), ascii(text), "{text:?}");
        }
    }

    #[test]
    fn a_line_is_asked_for_once() {
        const FEED: &[u16] = &[10];
        let asked = Cell::new(0);
        let old = [vec![0; 40], vec![1], vec![0; 40]].concat();
        let new = [vec![0; 80], vec![1], vec![0; 80]].concat();
        let line = |_| {
            asked.set(asked.get() + 1);
            FEED
        };
        let found = histogram(&old, &new, 2, line);
        assert_rebuilds(&old, &new, &found);
        assert!(asked.get() <= 2, "{}", asked.get());
    }

    /// Each run of shared lines is longer than all before it: the crate recurses once a run.
    #[test]
    fn anchors_nested_600_deep() {
        let (mut old, mut new, mut id) = (Vec::new(), Vec::new(), 0);
        for length in 1..=600 {
            old.push(id);
            new.push(id + 1);
            let shared = id + 2..id + 2 + length;
            id = shared.end;
            old.extend(shared.clone());
            new.extend(shared);
        }
        let small_stack = thread::Builder::new().stack_size(64 << 10);
        let hunks = move || {
            let found = histogram(&old, &new, id, |_| &[]);
            assert_rebuilds(&old, &new, &found);
            found.len()
        };
        assert_eq!(small_stack.spawn(hunks).unwrap().join().unwrap(), 600);
    }
}
