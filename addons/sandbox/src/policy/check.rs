//! What the types of a compiled policy cannot say.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use super::fold::pattern_of;
use super::paths::{PATH_LIMIT_BYTES, is_normal};
use super::read::{Limits, Policy, PolicyError, Profile, Word};
use super::verdict::Access;

/// As in ts/policy/schema.ts. A rule may become three paths in each root.
const ROOTS: usize = 64;
const MANY: usize = 200_000;

type Checked = Result<(), PolicyError>;

pub fn check(policy: &Policy) -> Checked {
    require(policy.version == 1, "version is not 1")?;
    check_roots(policy)?;
    for path in policy.system.iter().chain(&policy.private) {
        require(
            is_place(path),
            "system, private: a path is not absolute and in normal form",
        )?;
    }
    for link in &policy.system_links {
        let is_good = is_place(&link.path) && !link.target.is_empty() && is_text(&link.target);
        require(is_good, "systemLinks: a path is not absolute and in normal form")?;
    }
    for pattern in &policy.protected {
        let names = &pattern.components;
        require(
            (1..=8).contains(&names.len()),
            "protected: 1 to 8 components are needed",
        )?;
        for name in names {
            let is_folded = !name.is_empty() && pattern_of(name) == name.as_bytes();
            require(
                is_folded && is_text(name) && !name.contains('/'),
                "protected: a component is not folded",
            )?;
        }
    }
    let lists = [policy.system.len(), policy.private.len(), policy.protected.len()];
    require(lists.iter().all(|length| *length <= 10_000), "a list is too long")?;
    require(policy.paths.len() <= MANY, "paths: too many")?;
    for rule in &policy.paths {
        require(is_id(&rule.id), "paths: an id is not valid")?;
        require(
            is_place(&rule.path),
            "paths: a path is not absolute and in normal form",
        )?;
        require(
            (1..=4).contains(&rule.intents.len()),
            "paths: 1 to 4 intents are needed",
        )?;
    }
    check_commands(policy)?;
    check_surroundings(policy)?;
    check_limits(&policy.limits)
}

fn check_roots(policy: &Policy) -> Checked {
    let roots = &policy.roots;
    require((1..=ROOTS).contains(&roots.len()), "roots: 1 to 64 are needed")?;
    let mut seen = HashSet::new();
    for root in roots {
        require(
            is_place(&root.path),
            "roots: a path is not absolute and in normal form",
        )?;
        require(seen.insert(&root.path), "roots: a path is there twice")?;
        let is_strict_write = policy.profile == Profile::Strict && root.access == Access::Write;
        require(!is_strict_write, "roots: profile strict has no root to write")?;
    }
    Ok(())
}

fn check_commands(policy: &Policy) -> Checked {
    require(policy.commands.len() <= 1000, "commands: too many")?;
    for rule in &policy.commands {
        require(is_id(&rule.id), "commands: an id is not valid")?;
        require(
            (1..=16).contains(&rule.command.len()),
            "commands: 1 to 16 words are needed",
        )?;
        let is_good = rule.command.iter().all(|word| match word {
            Word::One(word) => is_word(word),
            Word::AnyOf(words) => !words.is_empty() && words.iter().all(|word| is_word(word)),
        });
        require(is_good, "commands: a word is empty or holds NUL")?;
    }
    Ok(())
}

fn check_surroundings(policy: &Policy) -> Checked {
    require(policy.domains.len() <= 1000, "domains: too many")?;
    for domain in &policy.domains {
        let name = domain.strip_prefix("*.").unwrap_or(domain);
        let is_good = (1..=253).contains(&domain.len())
            && name.split('.').all(is_label)
            && (name == domain || name.contains('.'));
        require(is_good, "domains: not a host name")?;
    }
    let ports = &policy.ports;
    require(
        (1..=100).contains(&ports.len()) && !ports.contains(&0),
        "ports: not valid",
    )?;
    let set = &policy.environment.set;
    for name in policy.environment.pass.iter().chain(set.keys()) {
        require(is_variable(name), "environment: a name is not valid")?;
    }
    require(
        set.values().all(|value| is_text(value)),
        "environment: a value holds NUL",
    )
}

fn check_limits(limits: &Limits) -> Checked {
    let one =
        |value: u64, range: RangeInclusive<u64>| require(range.contains(&value), "limits: out of range");
    one(limits.timeout_ms, 1..=86_400_000)?;
    one(limits.processes, 1..=65_536)?;
    one(limits.memory_bytes, 1 << 24..=1 << 46)?;
    one(limits.file_bytes, 0..=1 << 46)?;
    one(limits.temporary_bytes, 1 << 16..=1 << 40)?;
    one(limits.descriptors, 16..=1 << 20)?;
    one(limits.output_bytes, 0..=1 << 30)
}

fn require(holds: bool, otherwise: &str) -> Checked {
    if holds {
        Ok(())
    } else {
        Err(PolicyError::new(otherwise))
    }
}

fn is_text(text: &str) -> bool {
    !text.contains('\0')
}

/// An absolute path in normal form, and not the whole file system.
fn is_place(path: &str) -> bool {
    path.len() < PATH_LIMIT_BYTES && path != "/" && is_normal(path) && is_text(path)
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && is_text(word)
}

fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.starts_with(|first: char| first.is_ascii_alphanumeric())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte))
}

fn is_label(label: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| is_letter(byte) || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn is_variable(name: &str) -> bool {
    (1..=255).contains(&name.len())
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
