//! `ts/files/behaviour.json`, once with `openat2` and once one component at a time.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;

use serde_json::{Value, json};

use super::place::Place;
use crate::files::{DEFAULT_MAX_BYTES, Error, Files};

#[test]
fn the_table_holds_in_one_call() {
    run(false);
}

#[test]
fn the_table_holds_one_component_at_a_time() {
    run(true);
}

fn run(by_walk: bool) {
    let table: Value = serde_json::from_str(include_str!("../../../ts/files/behaviour.json")).unwrap();
    let cases = table["cases"].as_array().unwrap();
    assert!(cases.len() > 40);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        if cfg!(not(target_os = "linux")) && name.contains("UTF-8") {
            continue;
        }
        let place = Place::new();
        for item in case["tree"].as_array().unwrap() {
            build(&place, item);
        }
        let mut files = place.files();
        if by_walk {
            files.grounds.walk();
        }
        let found = act(&place, &files, &case["act"]);
        let expected = &case["expect"];
        for (key, value) in expected.as_object().unwrap() {
            let value = match value {
                Value::String(text) => Value::from(filled(&place, text)),
                other => other.clone(),
            };
            assert_eq!(found[key], value, "{name}: {key} of {found}");
        }
        if expected.get("code").is_none() {
            assert!(found.get("code").is_none(), "{name}: {found}");
        }
        for item in case.get("after").and_then(Value::as_array).into_iter().flatten() {
            check(&place, item, name);
        }
    }
}

fn filled(place: &Place, text: &str) -> String {
    text.replace("{base}", place.base.to_str().unwrap())
        .replace("{name300}", &"n".repeat(300))
}

fn build(place: &Place, item: &Value) {
    let name = item["path"].as_str().unwrap();
    let path = place.base.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    if let Some(text) = item["text"].as_str() {
        fs::write(&path, text).unwrap();
    } else if let Some(target) = item["link"].as_str() {
        symlink(target, &path).unwrap();
    } else if let Some(target) = item["hardLink"].as_str() {
        fs::hard_link(place.base.join(target), &path).unwrap();
    } else if item["directory"] == true {
        fs::create_dir_all(&path).unwrap();
    } else if item["fifo"] == true {
        place.fifo(name);
    } else if item["socket"] == true {
        drop(UnixListener::bind(&path).unwrap());
    } else {
        assert_eq!(item["invalidName"], true);
        fs::write(path.join(OsStr::from_bytes(b"\xff")), "").unwrap();
    }
    if let Some(mode) = item["mode"].as_str() {
        let mode = u32::from_str_radix(mode, 8).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
}

fn act(place: &Place, files: &Files, act: &Value) -> Value {
    let path = |key: &str| {
        let path = act.get(key)?.as_str()?;
        Some(place.bytes(&filled(place, path)))
    };
    let done = if let Some(path) = path("read") {
        let max_bytes = act["maxBytes"].as_u64().unwrap_or(DEFAULT_MAX_BYTES);
        files
            .read(place, &path, max_bytes)
            .map(|bytes| json!({ "text": String::from_utf8(bytes).unwrap() }))
    } else if let Some(path) = path("write") {
        files
            .write(place, &path, act["text"].as_str().unwrap().as_bytes())
            .map(|()| json!({}))
    } else {
        files.list(place, &path("list").unwrap()).map(|entries| {
            let lines = entries
                .iter()
                .map(|entry| format!("{} {}", entry.name, entry.kind.as_str()));
            json!({ "entries": lines.collect::<Vec<_>>() })
        })
    };
    done.unwrap_or_else(|error| fields(&error))
}

fn fields(error: &Error) -> Value {
    let mut found = json!({ "code": error.code, "message": error.message });
    if let Some(errno) = error.errno_name() {
        found["errno"] = errno.into();
    }
    if let Some(refusal) = &error.refusal {
        found["reason"] = refusal.reason.into();
        found["decision"] = refusal.decision.as_str().into();
        found["rule"] = refusal.rule.clone().into();
    }
    found
}

fn check(place: &Place, item: &Value, name: &str) {
    let path = place.base.join(item["path"].as_str().unwrap());
    if let Some(text) = item["text"].as_str() {
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "{name}");
    }
    if let Some(target) = item["link"].as_str() {
        assert_eq!(fs::read_link(&path).unwrap().to_str(), Some(target), "{name}");
    }
    if let Some(mode) = item["mode"].as_str() {
        let found = fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
        assert_eq!(format!("{found:o}"), mode, "{name}");
    }
    if let Some(names) = item["names"].as_array() {
        let mut found: Vec<String> = fs::read_dir(&path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        found.sort();
        assert_eq!(Value::from(found), Value::from(names.clone()), "{name}");
    }
}
