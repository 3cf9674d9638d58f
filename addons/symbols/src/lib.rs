//! An index of code symbols with fuzzy queries.
//!
//! Names are kept once, in buckets by their length ([`mod@names`]); symbols of a file stand together and symbols of a name are a list
//! ([`mod@symbols`]); files have an order ([`mod@files`]). [`mod@index`] changes them, [`mod@query`] asks, [`mod@format`] writes and
//! reads the index file. [`mod@extract`] finds the symbols of a source.

mod error;
mod extract;
mod files;
mod format;
mod grow;
mod index;
mod letters;
mod mask;
mod names;
mod query;
mod symbols;

#[cfg(test)]
mod tests;

// Unit tests have no Node to register with.
#[cfg(all(feature = "napi", not(test)))]
mod binding;

pub use error::{Code, Error, Result};
pub use extract::{Language, Problem};
pub use index::{Container, NewSymbol, Stats, SymbolIndex, Update};
pub use query::Hit;
