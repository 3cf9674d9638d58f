//! The engine against a naive one, and against itself.

mod damage;
mod model;
mod oracle;
mod queries;
mod ranking;
mod samples;
