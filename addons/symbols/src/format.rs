//! The index file (FORMAT.md): layout, writing and reading.

mod decode;
mod encode;
mod layout;
mod sections;
