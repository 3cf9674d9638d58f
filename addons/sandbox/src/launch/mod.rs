//! Starting a confined process on Linux: the plan is made here, in the host; the launcher carries it out.

mod assembler;
mod cgroup;
mod error;
mod features;
mod filter;
mod from_policy;
mod landlock;
mod plan;
mod report;
mod spawn;
mod view;

/// The launcher's own words for the format of a plan.
#[path = "../../launcher/plan.rs"]
#[allow(dead_code, missing_docs)]
mod format;

pub use cgroup::Group;
pub use error::{Error, Result};
pub use features::Features;
pub use plan::{Prepared, Request, plan};
pub use report::{Report, receive_listener};
pub use spawn::{Started, bury, kill, reap, spawn};
pub use view::{Fixed, Pattern, Root, View};

#[cfg(test)]
mod tests;
