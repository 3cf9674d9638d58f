//! Generates the tables of both vocabularies and the Unicode classes, as bytes that the library maps read-only.
//!
//! Nothing is parsed or built at load time: start-up costs a page fault for each page that is really used.

use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "build/classes.rs"]
mod classes;
#[path = "build/pairs.rs"]
mod pairs;
#[path = "build/ranks.rs"]
mod ranks;
#[path = "build/sha256.rs"]
mod sha256;
#[path = "build/trie.rs"]
mod trie;

#[path = "src/layout.rs"]
mod layout;

/// The rank files' hashes, as tiktoken pins them (tiktoken_ext/openai_public.py).
const VOCABULARIES: [(&str, &str); 2] = [
    (
        "o200k_base",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
    (
        "cl100k_base",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/layout.rs");
    #[cfg(feature = "napi")]
    napi_build::setup();

    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let writer = Writer {
        out: &out,
        big_endian: env::var("CARGO_CFG_TARGET_ENDIAN").as_deref() == Ok("big"),
    };
    let (stages, pages) = classes::two_stage();
    writer.bytes("classes.stages", &stages);
    writer.bytes("classes.pages", &pages);
    for (name, sha256) in VOCABULARIES {
        let tokens = ranks::verified(name, sha256);
        let splits = pairs::splits(&tokens);
        let prefixes = trie::prefixes(&tokens);
        let records: Vec<u64> = (0..tokens.len())
            .map(|id| layout::record(splits[id].0, splits[id].1, prefixes[id], tokens[id].len() as u32))
            .collect();
        writer.words64(&format!("{name}.records"), &records);
        let pairs = pairs::table(&splits);
        writer.words64(&format!("{name}.pairs"), &pairs.cells);
        writer.words64(&format!("{name}.filter"), &pairs.filter);
        let trie = trie::build(&tokens);
        writer.words64(&format!("{name}.trie"), &trie.cells);
        writer.words64(&format!("{name}.starts"), &trie.starts);
        writer.bytes(&format!("{name}.bytes"), &tokens.concat());
        writer.words32(&format!("{name}.offsets"), &ranks::offsets(&tokens));
    }
}

/// Writes tables in the byte order of the target, which may not be the host's.
struct Writer<'a> {
    out: &'a Path,
    big_endian: bool,
}

impl Writer<'_> {
    fn bytes(&self, name: &str, bytes: &[u8]) {
        fs::write(self.out.join(name), bytes).expect("OUT_DIR is writable");
    }

    fn words32(&self, name: &str, words: &[u32]) {
        let order = if self.big_endian {
            u32::to_be_bytes
        } else {
            u32::to_le_bytes
        };
        self.bytes(
            name,
            &words.iter().flat_map(|&word| order(word)).collect::<Vec<u8>>(),
        );
    }

    fn words64(&self, name: &str, words: &[u64]) {
        let order = if self.big_endian {
            u64::to_be_bytes
        } else {
            u64::to_le_bytes
        };
        self.bytes(
            name,
            &words.iter().flat_map(|&word| order(word)).collect::<Vec<u8>>(),
        );
    }
}
