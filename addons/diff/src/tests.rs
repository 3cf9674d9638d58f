//! Both searches against the plain greedy one, whose rules are those of npm `diff` and nothing more.

mod greedy;

use proptest::prelude::*;

use crate::lines::{self, Cut};
use crate::search::{Ended, Search};
use crate::{Algorithm, ErrorCode, Kind, Settings, near};

/// Lines of few letters, so that there are ties everywhere; the last one may be without a line feed.
fn text() -> impl Strategy<Value = Vec<u16>> {
    let line = prop::sample::select(vec!["a", "b", "c", "a\r", "", " a"]);
    (prop::collection::vec(line, 0..40), any::<bool>()).prop_map(|(lines, is_ended)| {
        let mut text = lines.join("\n");
        if is_ended && !text.is_empty() {
            text.push('\n');
        }
        text.encode_utf16().collect()
    })
}

fn by_numbers(old: &[u16], new: &[u16], settings: &Settings) -> Vec<bool> {
    let (old, new) = (Cut::new(old, false), Cut::new(new, false));
    let tokens = lines::intern(&old, &new, 0, settings);
    match Search::new(tokens, usize::MAX, usize::MAX).and_then(|mut search| search.run(|| false)) {
        Ok(Ended::Path(edits)) => edits,
        Ok(Ended::GivenUp) => panic!("given up without a limit"),
        Err(error) => panic!("{error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn the_search_on_numbers_finds_the_path_of_the_greedy_one(old in text(), new in text()) {
        let settings = Settings::default();
        let tokens = lines::intern(&Cut::new(&old, false), &Cut::new(&new, false), 0, &settings);
        let expected = greedy::edits(&tokens.old, &tokens.new);
        prop_assert_eq!(by_numbers(&old, &new, &settings), expected);
    }

    #[test]
    fn so_does_the_search_on_text(old in text(), new in text(), is_newline_token in any::<bool>()) {
        let (old, new) = (Cut::new(&old, is_newline_token), Cut::new(&new, is_newline_token));
        let settings = Settings { newline_is_token: is_newline_token, ..Settings::default() };
        let prefix = near::common_lines(&old, &new, 0, 0);
        prop_assume!(prefix < old.len() || prefix < new.len());
        let tokens = lines::intern(&old, &new, 0, &settings);
        let found = near::search(&old, &new, prefix, 256).expect("no limit of memory");
        let found: Option<Vec<bool>> = found.map(|steps| steps.iter().map(|step| step.is_addition).collect());
        prop_assert_eq!(found, Some(greedy::edits(&tokens.old, &tokens.new)));
    }

    #[test]
    fn runs_lead_from_the_old_text_to_the_new(
        old in text(),
        new in text(),
        newline_is_token in any::<bool>(),
        ignore_whitespace in any::<bool>(),
        ignore_newline_at_eof in any::<bool>(),
        is_histogram in any::<bool>(),
    ) {
        let algorithm = if is_histogram { Algorithm::Histogram } else { Algorithm::Myers };
        let settings =
            Settings { algorithm, newline_is_token, ignore_whitespace, ignore_newline_at_eof, ..Settings::default() };
        let runs = crate::runs(&old, &new, &settings).expect("within the limits").expect("no limit");
        let (mut old_at, mut new_at) = (0, 0);
        for run in &runs {
            let (old_end, new_end) = (run.old_end as usize, run.new_end as usize);
            match run.kind {
                Kind::Common if !ignore_whitespace && !ignore_newline_at_eof => {
                    prop_assert_eq!(&old[old_at..old_end], &new[new_at..new_end]);
                }
                Kind::Common => prop_assert!(old_end > old_at && new_end > new_at),
                Kind::Added => prop_assert!(old_end == old_at && new_end > new_at),
                Kind::Removed => prop_assert!(old_end > old_at && new_end == new_at),
            }
            (old_at, new_at) = (old_end, new_end);
        }
        prop_assert_eq!((old_at, new_at), (old.len(), new.len()));
        prop_assert!(runs.windows(2).all(|pair| pair[0].kind != pair[1].kind));
    }
}

/// Numbers in an order that shares much and is far apart: nothing is certain, so the allowance grows several times.
#[test]
fn shuffled_lines_take_the_path_of_the_greedy_search() {
    let mut state = 1_u32;
    let mut next = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    for round in 0..60 {
        let lines = 40 + 15 * round;
        let old: Vec<u32> = (0..lines).map(|_| next(lines / 2)).collect();
        let mut new = old.clone();
        for place in (1..new.len()).rev() {
            new.swap(place, next(place as u32 + 1) as usize);
        }
        let text = |lines: &[u32]| -> Vec<u16> {
            lines
                .iter()
                .flat_map(|line| format!("{line}\n").encode_utf16().collect::<Vec<u16>>())
                .collect()
        };
        assert_eq!(
            by_numbers(&text(&old), &text(&new), &Settings::default()),
            greedy::edits(&old, &new),
            "{lines} lines"
        );
    }
}

#[test]
fn a_search_that_may_not_hold_its_trace_says_so() {
    let text = |step: u32| -> Vec<u16> {
        (0..4000_u32)
            .flat_map(|line| {
                format!("{}\n", line * step % 4001)
                    .encode_utf16()
                    .collect::<Vec<u16>>()
            })
            .collect()
    };
    let settings = Settings {
        max_memory_bytes: 400_000,
        ..Settings::default()
    };
    let error = crate::runs(&text(1), &text(1999), &settings).expect_err("needs more than that");
    assert_eq!(error.code, ErrorCode::MemoryLimit);
}

#[test]
fn more_edits_than_allowed_are_given_up() {
    let text = |word: &str| -> Vec<u16> { format!("{word}\n").repeat(300).encode_utf16().collect() };
    for (limit, is_found) in [(0, false), (1, false), (599, false), (600, true)] {
        let settings = Settings {
            max_edit_length: limit,
            ..Settings::default()
        };
        let found = crate::runs(&text("a"), &text("b"), &settings).expect("within memory");
        assert_eq!(found.is_some(), is_found, "{limit}");
    }
}
