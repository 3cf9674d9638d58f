//! What the policy says of a place: pure, on components. ts/policy/classify.ts is the twin.

use std::cmp::Reverse;

use super::identity::{Identity, WalkRoot, identity_at};
use super::read::{Policy, RuleDecision};
use super::verdict::{Access, Decision, Intent, Reason, Verdict};
use super::{fold, names, paths};

struct Rule {
    id: String,
    /// Folded.
    components: Vec<Vec<u8>>,
    intents: Vec<Intent>,
    decision: RuleDecision,
    /// Of its target, where that existed.
    identity: Option<Identity>,
}

struct Pattern {
    components: Vec<Vec<u8>>,
    below: bool,
}

/// A compiled policy made ready for questions.
pub struct Ground {
    /// The longest first.
    roots: Vec<WalkRoot>,
    /// Beside `roots`.
    access: Vec<Access>,
    system: Vec<String>,
    /// Folded.
    private: Vec<Vec<Vec<u8>>>,
    private_identities: Vec<Identity>,
    protected: Vec<Pattern>,
    rules: Vec<Rule>,
    allows_hidden: bool,
    allows_links: bool,
    allows_execute_in_roots: bool,
}

/// A place, and what the way to it was like.
pub struct Place<'a> {
    pub components: &'a [&'a str],
    pub identities: &'a [Identity],
    pub is_over_link: bool,
}

impl Ground {
    pub fn new(policy: &Policy) -> Self {
        let mut roots: Vec<_> = policy.roots.iter().collect();
        roots.sort_by_key(|root| Reverse(paths::components(&root.path).count()));
        Self {
            access: roots.iter().map(|root| root.access).collect(),
            roots: roots
                .into_iter()
                .map(|root| WalkRoot {
                    path: root.path.clone(),
                    identity: Identity {
                        device: root.device,
                        inode: root.inode,
                    },
                })
                .collect(),
            system: policy.system.clone(),
            private: policy.private.iter().map(|path| folded(path)).collect(),
            private_identities: policy
                .private
                .iter()
                .filter_map(|path| identity_at(path))
                .collect(),
            protected: policy
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
            rules: policy
                .paths
                .iter()
                .map(|rule| Rule {
                    id: rule.id.clone(),
                    components: folded(&rule.path),
                    intents: rule.intents.clone(),
                    decision: rule.decision,
                    identity: identity_at(&rule.path),
                })
                .collect(),
            allows_hidden: policy.hidden,
            allows_links: policy.symlinks,
            allows_execute_in_roots: policy.execute_in_roots,
        }
    }

    pub fn roots(&self) -> &[WalkRoot] {
        &self.roots
    }

    pub fn root_of(&self, components: &[&str]) -> Option<&WalkRoot> {
        self.root_at(components).map(|at| &self.roots[at])
    }

    fn root_at(&self, components: &[&str]) -> Option<usize> {
        self.roots
            .iter()
            .position(|root| paths::starts_with(components, paths::components(&root.path)))
    }

    pub fn is_private(&self, components: &[&str]) -> bool {
        self.private
            .iter()
            .any(|path| fold::starts_with(components, path))
    }

    pub fn classify(&self, place: &Place, intent: Intent) -> Verdict {
        let is_private_object = place
            .identities
            .iter()
            .any(|identity| self.private_identities.contains(identity));
        if is_private_object || self.is_private(place.components) {
            return Verdict::deny(Reason::Private);
        }
        let Some(root) = self.root_at(place.components) else {
            let is_readable = intent != Intent::Write
                && self
                    .system
                    .iter()
                    .any(|path| paths::starts_with(place.components, paths::components(path)));
            return if is_readable {
                Verdict::allow()
            } else {
                Verdict::deny(Reason::Outside)
            };
        };
        match self.refusal_in_root(root, place, intent) {
            Some(reason) => Verdict::deny(reason),
            None => self.ruled(place, intent),
        }
    }

    /// Without the rules: the first that speaks against it.
    fn refusal_in_root(&self, root: usize, place: &Place, intent: Intent) -> Option<Reason> {
        let is_write = intent == Intent::Write;
        let above = paths::components(&self.roots[root].path).count();
        let below = &place.components[above..];
        if is_write && self.access[root] == Access::Read {
            return Some(Reason::ReadOnly);
        }
        if is_write && below.is_empty() {
            return Some(Reason::Protected);
        }
        if !self.allows_hidden && below.iter().any(|name| names::is_hidden(name.as_bytes())) {
            return Some(Reason::Hidden);
        }
        if is_write && self.is_protected(below) {
            return Some(Reason::Protected);
        }
        if intent == Intent::Execute && !self.allows_execute_in_roots {
            return Some(Reason::NotExecutable);
        }
        (!self.allows_links && place.is_over_link).then_some(Reason::Symlink)
    }

    fn is_protected(&self, below: &[&str]) -> bool {
        self.protected.iter().any(|pattern| {
            let length = pattern.components.len();
            let Some(last) = below.len().checked_sub(length) else {
                return false;
            };
            let first = if pattern.below { 0 } else { last };
            (first..=last).any(|start| fold::starts_with(&below[start..], &pattern.components))
        })
    }

    /// The strictest rule that holds the place or names an object on the way; of equally strict ones the first.
    fn ruled(&self, place: &Place, intent: Intent) -> Verdict {
        let mut found: Option<&Rule> = None;
        for rule in &self.rules {
            let is_no_news = found.is_some_and(|known| known.decision >= rule.decision);
            if is_no_news || !rule.intents.contains(&intent) {
                continue;
            }
            let is_named = rule
                .identity
                .is_some_and(|identity| place.identities.contains(&identity));
            if is_named || fold::starts_with(place.components, &rule.components) {
                found = Some(rule);
            }
        }
        found.map_or_else(Verdict::allow, |rule| {
            Verdict::ruled(Decision::from(rule.decision), &rule.id)
        })
    }
}

fn folded(path: &str) -> Vec<Vec<u8>> {
    paths::components(path).map(fold::pattern_of).collect()
}
