//! The words of a verdict, as in ts/contract.ts.

use serde::{Deserialize, Serialize};

use super::paths;

/// What is to be done with a path. `Write` covers making, changing, renaming and removing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Intent {
    /// The bytes of a file.
    Read,
    /// The names in a directory.
    List,
    /// Making, changing, renaming, removing.
    Write,
    /// Running a program.
    Execute,
}

/// Laxest first, so that the strictest is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Nothing speaks against it.
    Allow,
    /// The host is asked.
    Confirm,
    /// Never.
    Deny,
}

/// What a root may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Reading alone.
    Read,
    /// Reading and writing.
    Write,
}

/// Why a path got its verdict; ts/contract.ts says what each means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is described in ts/contract.ts, once")]
pub enum Reason {
    Allowed,
    Outside,
    ReadOnly,
    Protected,
    Private,
    Hidden,
    NotExecutable,
    Symlink,
    Unresolvable,
    Rule,
    Grant,
}

/// What the policy says of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What becomes of it.
    pub decision: Decision,
    /// Why.
    pub reason: Reason,
    /// Id of the rule or grant that decided.
    pub rule: Option<String>,
    /// Absolute, after all links; what does not exist yet is appended. None when the path cannot be followed.
    pub resolved: Option<Vec<u8>>,
}

impl Verdict {
    const fn of(decision: Decision, reason: Reason, rule: Option<String>) -> Self {
        Self {
            decision,
            reason,
            rule,
            resolved: None,
        }
    }

    pub(super) const fn allow() -> Self {
        Self::of(Decision::Allow, Reason::Allowed, None)
    }

    pub(super) const fn deny(reason: Reason) -> Self {
        Self::of(Decision::Deny, reason, None)
    }

    pub(super) fn ruled(decision: Decision, rule: &str) -> Self {
        Self::of(decision, Reason::Rule, Some(rule.to_owned()))
    }

    pub(super) fn granted(grant: &str) -> Self {
        Self::of(Decision::Allow, Reason::Grant, Some(grant.to_owned()))
    }
}

/// Makes an allow of a confirm, for a path and all below it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathGrant {
    /// Named in the verdict.
    pub id: String,
    /// Absolute, resolved.
    pub path: String,
    /// What it is for.
    pub intents: Vec<Intent>,
}

impl PathGrant {
    /// Whether it holds for this resolved path.
    #[must_use]
    pub fn covers(&self, path: &str, intent: Intent) -> bool {
        self.holds(&paths::components(path).collect::<Vec<_>>(), intent)
    }

    pub(super) fn holds(&self, components: &[&str], intent: Intent) -> bool {
        self.intents.contains(&intent) && paths::starts_with(components, paths::components(&self.path))
    }
}
