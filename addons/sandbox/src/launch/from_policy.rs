//! What a compiled policy means for the file system of a run.

use std::collections::BTreeMap;

use super::view::{Fixed, Pattern, Root, View};
use crate::policy::{Access, Intent, PathGrant, Policy, RuleDecision};

impl View {
    /// A rule that wants to be asked is refused inside, unless a grant speaks for it.
    #[must_use]
    pub fn of(policy: &Policy, grants: &[PathGrant]) -> Self {
        Self {
            roots: policy.roots.iter().map(root).collect(),
            system: policy
                .system
                .iter()
                .map(|path| path.clone().into_bytes())
                .collect(),
            links: policy
                .system_links
                .iter()
                .map(|link| (link.path.clone().into_bytes(), link.target.clone().into_bytes()))
                .collect(),
            patterns: policy
                .protected
                .iter()
                .map(|pattern| Pattern {
                    components: pattern
                        .components
                        .iter()
                        .map(|name| name.clone().into_bytes())
                        .collect(),
                    below: pattern.below,
                })
                .collect(),
            fixed: fixed(policy, grants),
            hidden: policy.hidden,
            symlinks: policy.symlinks,
            execute_in_roots: policy.execute_in_roots,
        }
    }
}

fn root(root: &crate::policy::Root) -> Root {
    Root {
        path: root.path.clone().into_bytes(),
        write: root.access == Access::Write,
        device: root.device,
        inode: root.inode,
    }
}

/// One entry a path, whatever number of rules speak of it.
fn fixed(policy: &Policy, grants: &[PathGrant]) -> Vec<Fixed> {
    let mut places: BTreeMap<&str, Fixed> = BTreeMap::new();
    for rule in &policy.paths {
        let forbids = |intent| {
            rule.intents.contains(&intent)
                && !(rule.decision == RuleDecision::Confirm
                    && grants.iter().any(|grant| grant.covers(&rule.path, intent)))
        };
        let place = places.entry(&rule.path).or_insert_with(|| Fixed {
            path: rule.path.clone().into_bytes(),
            not_written: false,
            not_read: false,
            not_executed: false,
        });
        place.not_written |= forbids(Intent::Write);
        place.not_read |= forbids(Intent::Read) || forbids(Intent::List);
        place.not_executed |= forbids(Intent::Execute);
    }
    places
        .into_values()
        .filter(|place| place.not_written || place.not_read || place.not_executed)
        .collect()
}
