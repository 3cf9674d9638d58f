//! The comparison of names against the table that ts/policy/names.test.ts reads too, and the reader against what it must refuse.

use serde_json::{Value, json};

use super::fold::pattern_of;
use super::{Decision, Intent, Policy, Reason, names};

#[test]
fn names_are_compared_as_in_the_table() {
    let table: Vec<(String, String, bool)> =
        serde_json::from_str(include_str!("../../ts/policy/names.table.json")).expect("the table is JSON");
    assert!(table.len() > 20);
    for (name, pattern, is_same) in table {
        assert_eq!(
            names::folds_to(name.as_bytes(), pattern.as_bytes()),
            is_same,
            "{name:?} {pattern:?}"
        );
        assert_eq!(
            pattern_of(&name) == pattern.as_bytes(),
            is_same,
            "{name:?} {pattern:?}"
        );
    }
}

#[test]
fn hidden_names_are_dot_names_however_they_are_spelled() {
    for name in [".a", ".", "..", "\u{200c}.a", "\u{feff}.git"] {
        assert!(names::is_hidden(name.as_bytes()), "{name:?}");
    }
    for name in ["a", "", "a.b", "\u{200b}.a", "\u{2024}git"] {
        assert!(!names::is_hidden(name.as_bytes()), "{name:?}");
    }
}

proptest::proptest! {
    #[test]
    fn what_was_folded_is_its_own_fold(name in "\\PC{0,20}") {
        let pattern = pattern_of(&name);
        proptest::prop_assert!(names::folds_to(name.as_bytes(), &pattern));
        let again = String::from_utf8(pattern.clone()).expect("folding keeps UTF-8");
        proptest::prop_assert_eq!(pattern_of(&again), pattern);
    }

    #[test]
    fn any_bytes_get_a_verdict(path in proptest::collection::vec(proptest::num::u8::ANY, 0..64)) {
        let policy = Policy::read(policy().to_string().as_bytes()).expect("the policy is valid");
        let verdict = policy.evaluate(&path, Intent::Write, &[]);
        proptest::prop_assert_eq!(verdict.decision, Decision::Deny);
    }
}

fn policy() -> Value {
    json!({
        "version": 1, "profile": "workspace",
        "roots": [{"path": "/nowhere/w", "access": "write", "device": "1", "inode": "18446744073709551615"}],
        "system": ["/usr"], "systemLinks": [{"path": "/bin", "target": "usr/bin"}],
        "protected": [{"components": [".git"], "below": true}], "private": ["/nowhere/audit"],
        "hidden": true, "symlinks": true, "executeInRoots": true,
        "paths": [{"id": "r", "path": "/nowhere/w/x", "intents": ["write"], "decision": "confirm"}],
        "commands": [{"id": "c", "command": ["git", ["push", "fetch"]], "decision": "deny"}],
        "unknownCommands": "confirm", "domains": ["*.example.com"], "ports": [443],
        "environment": {"pass": ["PATH"], "set": {"A": "b"}},
        "limits": {"timeoutMs": 1, "processes": 1, "memoryBytes": 16_777_216, "fileBytes": 0,
            "temporaryBytes": 65_536, "descriptors": 16, "outputBytes": 0},
        "required": true
    })
}

#[test]
fn a_root_that_is_not_there_any_more_is_unresolvable() {
    let policy = Policy::read(policy().to_string().as_bytes()).expect("the policy is valid");
    let verdict = policy.evaluate(b"/nowhere/w/a", Intent::Read, &[]);
    assert_eq!(
        (verdict.decision, verdict.reason),
        (Decision::Deny, Reason::Unresolvable)
    );
    let verdict = policy.evaluate(b"/nowhere/audit/a", Intent::Read, &[]);
    assert_eq!(verdict.reason, Reason::Private);
}

#[test]
fn the_reader_refuses_what_the_compiler_never_makes() {
    let wrong: [(&str, Value); 26] = [
        ("/version", json!(2)),
        ("/version", json!("1")),
        ("/profile", json!("open")),
        ("/profile", json!("strict")),
        ("/roots", json!([])),
        ("/roots/0/path", json!("/")),
        ("/roots/0/path", json!("w")),
        ("/roots/0/path", json!("/w/")),
        ("/roots/0/path", json!("/w/../x")),
        ("/roots/0/path", json!("/w\u{0}")),
        ("/roots/0/device", json!(1)),
        ("/roots/0/inode", json!("01")),
        ("/roots/0/inode", json!("18446744073709551616")),
        ("/roots/0/extra", json!(1)),
        ("/system/0", json!("usr")),
        ("/protected/0/components", json!([])),
        ("/protected/0/components/0", json!(".GIT")),
        ("/protected/0/components/0", json!("a/b")),
        ("/paths/0/id", json!("")),
        ("/paths/0/decision", json!("allow")),
        ("/paths/0/intents", json!([])),
        ("/commands/0/command/1", json!([])),
        ("/ports/0", json!(0)),
        ("/environment/set/A", json!("a\u{0}")),
        ("/limits/processes", json!(0)),
        ("/more", json!(1)),
    ];
    for (place, value) in wrong {
        let mut changed = policy();
        let (parent, key) = place.rsplit_once('/').expect("a pointer");
        match changed.pointer_mut(parent).expect("the parent is there") {
            Value::Array(list) => list[key.parse::<usize>().expect("an index")] = value,
            object => object[key] = value,
        }
        let refused = Policy::read(changed.to_string().as_bytes());
        assert!(refused.is_err(), "{place} {changed}");
    }
    for text in ["", "{}", "[]", "null", "\u{feff}{}"] {
        assert!(Policy::read(text.as_bytes()).is_err(), "{text:?}");
    }
    let twice = policy().to_string().replacen('{', "{\"version\":1,", 1);
    assert!(Policy::read(twice.as_bytes()).is_err());
}
