//! What is asked of a name, and what looking at it brings.

use super::columns::Known;

/// What is asked of a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    /// The lowest score of a way that would enter.
    pub needed: i32,
    /// Whether the query is long enough for an exchange.
    pub can_exchange: bool,
    /// Whether a way with an exchange may enter, as far as is known.
    pub exchange: bool,
    /// What the mask tells.
    pub known: Known,
}

/// What looking at a name brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// The letters are not in it in order, and not with a pair exchanged.
    NoMatch,
    /// It would not enter.
    TooLow,
    /// The score of the best way.
    Score(i32),
}
