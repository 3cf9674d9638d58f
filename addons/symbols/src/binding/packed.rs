//! Hits and files as one text and one array: an object with its fields for each of them would be a dozen crossings.

use napi::bindgen_prelude::Uint32Array;
use napi_derive::napi;

use crate::query::Hit;

/// Texts, one after the other, and what tells them apart.
#[napi(object)]
pub struct Packed {
    /// All texts.
    pub text: String,
    /// All numbers.
    pub numbers: Uint32Array,
}

/// Collects what becomes a `Packed`.
#[derive(Default)]
pub struct Packer {
    text: String,
    numbers: Vec<u32>,
}

impl From<Packer> for Packed {
    fn from(packer: Packer) -> Self {
        Self {
            text: packer.text,
            numbers: packer.numbers.into(),
        }
    }
}

impl Packer {
    /// Of each hit: lengths of name, container (one more; 0: none) and file in UTF-16 code units, kind, line, column, score, number of
    /// positions, and these.
    pub fn hit(&mut self, hit: &Hit<'_>) {
        let lengths = [
            self.append(hit.name),
            hit.container.map_or(0, |container| 1 + self.append(container)),
            self.append(hit.file),
        ];
        self.numbers.extend(lengths);
        let count = hit.positions.len() as u32;
        // A score may be negative: the reader takes it as signed.
        self.numbers
            .extend([hit.kind, hit.line, hit.column, hit.score as u32, count]);
        self.numbers.extend(hit.positions);
    }

    /// Of each file: lengths of path and stamp (one more; 0: none), symbols.
    pub fn file(&mut self, path: &str, symbols: u32, stamp: Option<&str>) {
        let path = self.append(path);
        let stamp = stamp.map_or(0, |stamp| 1 + self.append(stamp));
        self.numbers.extend([path, stamp, symbols]);
    }

    /// Returns the length, UTF-16 code units.
    fn append(&mut self, text: &str) -> u32 {
        self.text.push_str(text);
        if text.is_ascii() {
            text.len() as u32
        } else {
            text.encode_utf16().count() as u32
        }
    }
}
