//! The shared table, the race of F06, and what only this engine has.

mod place;
mod race;
mod single;
mod table;
