//! The letters of a query.

use crate::error::{Code, Error, Result};
use crate::letters::{self, NO_FOLD};

/// As `MAX_QUERY_LETTERS` in contract.ts.
pub(crate) const MOST_LETTERS: usize = 256;

/// A letter that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QueryLetter {
    pub raw: char,
    pub fold: u32,
}

/// Replaces `out` by the letters of a query: white space and combining marks are left out.
///
/// # Errors
/// `ERR_TOO_LARGE` for more than [`MOST_LETTERS`].
pub(crate) fn read(text: &str, out: &mut Vec<QueryLetter>) -> Result<()> {
    out.clear();
    for raw in text.chars().filter(|&letter| !is_white_space(letter)) {
        let fold = letters::fold(raw);
        if fold == NO_FOLD {
            continue;
        }
        if out.len() == MOST_LETTERS {
            let message = format!("a query has at most {MOST_LETTERS} letters");
            return Err(Error::new(Code::TooLarge, message));
        }
        out.push(QueryLetter { raw, fold });
    }
    Ok(())
}

fn is_white_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t'..='\r' | '\u{A0}')
}
