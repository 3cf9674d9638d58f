//! What the table cannot say.

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::symlink;

use super::place::Place;
use crate::files::{DEFAULT_MAX_BYTES, Files, Intent, Judge, Judgement, RootSpec};

/// A judge that always says the path is resolved: as if a link had come right after it looked.
fn blind(place: &Place, path: &str) -> impl Fn(&[u8], Intent) -> Judgement {
    let resolved = place.bytes(path);
    move |_, _| Judgement::Allowed {
        resolved: resolved.clone(),
    }
}

#[test]
fn a_link_that_stays_is_denied_after_a_few_attempts() {
    let place = Place::new();
    fs::write(place.base.join("outside/file"), "outside").unwrap();
    symlink("../outside", place.base.join("root/link")).unwrap();
    symlink("../outside/file", place.base.join("root/leaf")).unwrap();
    for by_walk in [false, true] {
        let mut files = place.files();
        if by_walk {
            files.grounds.walk();
        }
        for path in ["root/link/file", "root/leaf"] {
            let asked = Cell::new(0);
            let judge = |bytes: &[u8], intent: Intent| {
                asked.set(asked.get() + 1);
                blind(&place, path).judge(bytes, intent)
            };
            for error in [
                files.read(&judge, b"/x", DEFAULT_MAX_BYTES).unwrap_err(),
                files.write(&judge, b"/x", b"no").unwrap_err(),
                files.list(&judge, b"/x").unwrap_err(),
            ] {
                assert_eq!(
                    (error.code, error.refusal.unwrap().reason),
                    ("ERR_DENIED", "symlink")
                );
            }
            assert_eq!(asked.get(), 12, "four times for each of three acts");
        }
    }
    assert_eq!(
        fs::read_to_string(place.base.join("outside/file")).unwrap(),
        "outside"
    );
}

#[test]
fn a_judge_that_allows_what_is_in_no_root_is_not_believed() {
    let place = Place::new();
    fs::write(place.base.join("outside/file"), "outside").unwrap();
    fs::write(place.base.join("system/file"), "system").unwrap();
    let files = place.files();
    for path in ["outside/file", "root/../outside/file", "root//x", "root-evil"] {
        let judge = blind(&place, path);
        let error = files.read(&judge, b"/x", DEFAULT_MAX_BYTES).unwrap_err();
        assert_eq!(
            (error.code, error.refusal.unwrap().reason),
            ("ERR_DENIED", "outside")
        );
    }
    for path in ["system/file", "fixed/file"] {
        let error = files.write(&blind(&place, path), b"/x", b"no").unwrap_err();
        assert_eq!(error.code, "ERR_DENIED");
    }
}

#[test]
fn a_root_that_is_gone_or_another_is_no_ground() {
    let place = Place::new();
    fs::write(place.base.join("root/file"), "inside").unwrap();
    let files = place.files();
    let path = place.bytes("root/file");
    fs::rename(place.base.join("root"), place.base.join("moved")).unwrap();
    let judge = blind(&place, "root/file");
    let gone = files.read(&judge, &path, DEFAULT_MAX_BYTES).unwrap_err();
    assert_eq!((gone.code, gone.errno_name()), ("ERR_IO", Some("ENOENT")));
    fs::create_dir(place.base.join("root")).unwrap();
    let other = files.read(&judge, &path, DEFAULT_MAX_BYTES).unwrap_err();
    assert_eq!((other.code, other.errno_name()), ("ERR_IO", Some("ESTALE")));
    assert_eq!(
        other.message,
        format!(
            "the root \"{}/root\" is not the directory that the policy was made with: ESTALE",
            place.base.display()
        )
    );
}

#[test]
fn opening_checks_who_the_root_is() {
    let place = Place::new();
    let spec = |path: &str, inode| RootSpec {
        path: place.bytes(path),
        device: 1,
        inode,
        writable: true,
    };
    let other = Files::open(&[spec("root", 1)], &[]).unwrap_err();
    assert_eq!((other.code, other.errno_name()), ("ERR_IO", Some("ESTALE")));
    let gone = Files::open(&[spec("nowhere", 1)], &[]).unwrap_err();
    assert_eq!((gone.code, gone.errno_name()), ("ERR_IO", Some("ENOENT")));
}

#[test]
fn ten_thousand_entries_are_listed() {
    let place = Place::new();
    for number in 0..10_000 {
        fs::write(place.base.join(format!("root/{number:05}")), "").unwrap();
    }
    let entries = place.files().list(&place, &place.bytes("root")).unwrap();
    assert_eq!(entries.len(), 10_000);
    assert!(entries.is_sorted_by(|one, other| one.name < other.name));
}

#[test]
fn descriptors_are_given_back() {
    let place = Place::new();
    fs::write(place.base.join("root/file"), "x").unwrap();
    let files = place.files();
    // More than a process may have open.
    for _ in 0..3_000 {
        files
            .read(&place, &place.bytes("root/file"), DEFAULT_MAX_BYTES)
            .unwrap();
        files.list(&place, &place.bytes("root")).unwrap();
        files
            .read(&place, &place.bytes("root"), DEFAULT_MAX_BYTES)
            .unwrap_err();
        files.list(&place, &place.bytes("root/file")).unwrap_err();
    }
}
