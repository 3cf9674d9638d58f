//! The names of a spool's files.

use crate::error::{Code, Error, Result};

/// Longest id.
const MAX_ID_BYTES: usize = 128;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Out,
    Sum,
    Part,
    Temporary,
}

/// A file of a spool.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) name: String,
}

impl Name {
    /// What a file is, `None` when it is none of a spool.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (stem, ending) = name.rsplit_once('.')?;
        let (id, kind) = match ending {
            "out" => (stem, Kind::Out),
            "sum" => (stem, Kind::Sum),
            "part" => (without_random(stem)?, Kind::Part),
            "tmp" => (without_random(stem)?, Kind::Temporary),
            _ => return None,
        };
        is_id(id).then(|| Self {
            id: id.to_owned(),
            kind,
            name: name.to_owned(),
        })
    }

    /// Finished or not.
    pub(super) fn is_output(&self) -> bool {
        matches!(self.kind, Kind::Out | Kind::Part)
    }
}

/// Cuts `-` and 16 hexadecimal digits off.
fn without_random(stem: &str) -> Option<&str> {
    let (id, digits) = stem.rsplit_once('-')?;
    let hexadecimal = digits
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (digits.len() == 16 && hexadecimal).then_some(id)
}

pub(super) fn out(id: &str) -> String {
    format!("{id}.out")
}

pub(super) fn sum(id: &str) -> String {
    format!("{id}.sum")
}

pub(super) fn part(id: &str, random: u64) -> String {
    format!("{id}-{random:016x}.part")
}

pub(super) fn temporary(id: &str, random: u64) -> String {
    format!("{id}-{random:016x}.tmp")
}

fn is_id(id: &str) -> bool {
    let first = id.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let all = id
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    first && all && id.len() <= MAX_ID_BYTES
}

/// # Errors
/// `ERR_INVALID_ARG_TYPE`
pub(super) fn check(id: &str) -> Result<()> {
    if is_id(id) {
        return Ok(());
    }
    Err(Error::new(
        Code::InvalidArgType,
        format!(
            "id must be a string of 1 to 128 characters of A-Z a-z 0-9 . _ - that begin with a letter or digit, got {id:?}"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        let random = 0x0123_4567_89ab_cdef;
        for id in [
            "a",
            "7",
            "a.b-c_d",
            "x-0123456789abcdef",
            "a.out",
            &"z".repeat(128),
        ] {
            assert!(check(id).is_ok());
            for (name, kind) in [
                (out(id), Kind::Out),
                (sum(id), Kind::Sum),
                (part(id, random), Kind::Part),
                (temporary(id, random), Kind::Temporary),
            ] {
                let parsed = Name::parse(&name).unwrap();
                assert_eq!((parsed.id.as_str(), parsed.kind), (id, kind), "{name}");
            }
        }
    }

    #[test]
    fn foreign_names_are_none() {
        for name in [
            "a",
            "",
            ".out",
            "-a.out",
            "a b.out",
            "a.part",
            "a-0123456789abcde.part",
            "a-0123456789ABCDEF.part",
            "-0123456789abcdef.part",
            "a.OUT",
            "../a.out",
            "ä.out",
        ] {
            assert_eq!(Name::parse(name), None, "{name}");
        }
        for id in ["", ".", "..", "-a", "a/b", "a\0", "ä", &"z".repeat(129)] {
            assert_eq!(check(id).unwrap_err().code, Code::InvalidArgType, "{id}");
        }
    }
}
