//! Reads an index file with bytes changed and the checksum mended: an index or `ERR_DAMAGED`, never a panic. What was read can be asked, changed
//! and written, and what was written is read.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use pairbench_symbols::{Code, Language, SymbolIndex};

const HEADER: usize = 24;

fn sample() -> &'static [u8] {
    static SAMPLE: OnceLock<Vec<u8>> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let mut index = SymbolIndex::new();
        let long = "long".repeat(20);
        let source = format!("class User {{ name = 1; 名前() {{}} }}\nenum E {{ A, B, name }}\nfunction {long}() {{}}\n");
        for (path, stamp) in [("a.ts", None), ("b.ts", Some("12-é")), ("ü/c.ts", Some(""))] {
            index.update_source(path, &source, Language::Ts, stamp).expect("there is room");
        }
        index.encode()
    })
}

/// Changes of one byte each (two bytes of place, one of content), then what is left behind the last is put at the end.
fn changed(data: &[u8]) -> Vec<u8> {
    let mut bytes = sample().to_vec();
    for change in data.chunks(3) {
        match *change {
            [high, low, byte] => {
                let at = usize::from(u16::from_be_bytes([high, low])) % bytes.len();
                bytes[at] = byte;
            }
            _ => bytes.extend_from_slice(change),
        }
    }
    let length = bytes.len() as u64;
    bytes[16..HEADER].copy_from_slice(&length.to_le_bytes());
    let sum = crc32fast::hash(&bytes[16..]);
    bytes[12..16].copy_from_slice(&sum.to_le_bytes());
    bytes
}

fuzz_target!(|data: &[u8]| {
    let mut index = match SymbolIndex::decode(&changed(data)) {
        Ok(index) => index,
        Err(error) => return assert_eq!(error.code, Code::Damaged),
    };
    for text in ["", "n", "na", "name", "usre", "long", "名"] {
        index.query(text, 50, u32::MAX, |_| ()).expect("the query is short");
    }
    index.remove("a.ts");
    index.rename("b.ts", "d.ts");
    index
        .update_source("d.ts", "const name = 1", Language::Ts, None)
        .expect("there is room");
    let written = index.encode();
    let mut read = SymbolIndex::decode(&written).expect("it was just written");
    assert_eq!(read.encode(), written);
});
