//! Counts tokens exactly as tiktoken does.
