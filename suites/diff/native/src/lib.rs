//! The crate `imara-diff`, used as its documentation says: intern, compare, slide, print.

// Unit tests have no Node to register with.
#[cfg(all(feature = "napi", not(test)))]
mod binding;

use imara_diff::{Algorithm, BasicLineDiffPrinter, Diff, InternedInput, UnifiedDiffConfig};

/// Lines of context, as npm `diff` has them.
const CONTEXT: u32 = 4;

/// The hunks of a unified patch, without a header.
pub fn patch(old: &str, new: &str, histogram: bool) -> String {
    let algorithm = if histogram {
        Algorithm::Histogram
    } else {
        Algorithm::Myers
    };
    let input = InternedInput::new(old, new);
    let mut diff = Diff::compute(algorithm, &input);
    diff.postprocess_lines(&input);
    let mut config = UnifiedDiffConfig::default();
    config.context_len(CONTEXT);
    diff.unified_diff(&BasicLineDiffPrinter(&input.interner), config, &input)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_line_is_one_removed_and_one_added() {
        for histogram in [false, true] {
            let patch = patch("a\nb\nc\n", "a\nx\nc\n", histogram);
            assert_eq!(patch, "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
        }
    }
}
