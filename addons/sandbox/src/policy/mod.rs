//! The compiled policy and what it says of paths.
//!
//! The TypeScript engine has the same rooms: `ts/policy/resolve.ts`, `ts/policy/classify.ts` and `ts/typescript/evaluate.ts`. The rules
//! in words are in docs/sandbox-policy-matrix.md. Both engines are held against each other, verdict for verdict, by
//! `ts/policy/parity.test.ts`.

mod check;
mod classify;
mod fold;
mod identity;
#[path = "../../launcher/names.rs"]
pub mod names;
mod paths;
mod read;
mod resolve;
#[cfg(test)]
mod tests;
mod verdict;

use classify::{Ground, Place};
use identity::is_same_object;
pub use read::{
    CommandRule, Environment, Limits, PathRule, Policy, PolicyError, Profile, ProtectedPattern, Root,
    RuleDecision, SystemLink, Word,
};
use resolve::{Resolution, resolve};
pub use verdict::{Access, Decision, Intent, PathGrant, Reason, Verdict};

/// A policy made ready for questions. The file system was asked once who the private paths and the targets of rules are.
pub struct Evaluator {
    ground: Ground,
}

impl Policy {
    /// Makes the policy ready. Asks the file system, and never fails: what does not exist has no identity yet, and is known
    /// by its path alone.
    #[must_use]
    pub fn bind(&self) -> Evaluator {
        Evaluator {
            ground: Ground::new(self),
        }
    }

    /// What the policy says of one path. Binds anew each time: for many questions keep what `bind` returns.
    #[must_use]
    pub fn evaluate(&self, path: &[u8], intent: Intent, grants: &[PathGrant]) -> Verdict {
        self.bind().evaluate(path, intent, grants)
    }
}

impl Evaluator {
    /// What the policy says of an absolute path. Any bytes give a verdict. Costs one look at the file system for each
    /// component below the root, and one for the root.
    #[must_use]
    pub fn evaluate(&self, path: &[u8], intent: Intent, grants: &[PathGrant]) -> Verdict {
        let unresolvable = || Verdict::deny(Reason::Unresolvable);
        let Some((path, resolution)) = std::str::from_utf8(path)
            .ok()
            .and_then(|path| Some((path, resolve(path, self.ground.roots())?)))
        else {
            return unresolvable();
        };
        let components: Vec<&str> = resolution.components().collect();
        // A root that was moved away or replaced is not what the host handed over.
        if let Some(root) = self.ground.root_of(&components)
            && !is_same_object(root)
        {
            return unresolvable();
        }
        let mut verdict = self.ground.classify(&place(&components, &resolution), intent);
        if verdict.decision != Decision::Deny && resolution.is_moved {
            let as_written = self.classify_as_written(path, intent);
            if as_written.decision > verdict.decision {
                verdict = as_written;
            }
        }
        if verdict.decision == Decision::Confirm
            && let Some(grant) = grants.iter().find(|grant| grant.holds(&components, intent))
        {
            verdict = Verdict::granted(&grant.id);
        }
        verdict.resolved = Some(resolution.into_path().into_bytes());
        verdict
    }

    /// The letters of the path count as well, where they lie in a root or in a private place.
    fn classify_as_written(&self, path: &str, intent: Intent) -> Verdict {
        let components = paths::lexical_components(path);
        if self.ground.root_of(&components).is_none() && !self.ground.is_private(&components) {
            return Verdict::allow();
        }
        let place = Place {
            components: &components,
            identities: &[],
            is_over_link: false,
        };
        self.ground.classify(&place, intent)
    }
}

fn place<'a>(components: &'a [&'a str], resolution: &'a Resolution) -> Place<'a> {
    Place {
        components,
        identities: &resolution.identities,
        is_over_link: resolution.is_over_link,
    }
}
