//! Counts tokens exactly as tiktoken does.
#[doc(hidden)]
pub mod layout;
