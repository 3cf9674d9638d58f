//! Index files that are cut, changed, or say what cannot be.

use super::oracle::OwnedSymbol;
use super::ranking::{ALL_KINDS, hits, index_of};
use crate::{Code, SymbolIndex};

fn sample() -> SymbolIndex {
    let symbol = |name: &str, kind, container: Option<&str>, line| OwnedSymbol {
        name: name.into(),
        kind,
        container: container.map(str::to_owned),
        line,
        column: 7,
    };
    let mut index = index_of(&[
        (
            "a.ts".into(),
            vec![
                symbol("User", 5, None, 1),
                symbol("name", 7, Some("User"), 2),
                symbol("名前", 7, Some("User"), 3),
            ],
        ),
        (
            "b.ts".into(),
            vec![symbol(&"long".repeat(20), 12, Some("déjà"), 9)],
        ),
    ]);
    let symbols = [symbol("main", 12, None, 0)];
    let symbols: Vec<_> = symbols.iter().map(OwnedSymbol::as_new).collect();
    index
        .update("c.ts", &symbols, Some("12-é"))
        .expect("there is room");
    index.update("d.ts", &[], Some("")).expect("there is room");
    index
}

#[track_caller]
fn assert_damaged(bytes: &[u8]) -> String {
    match SymbolIndex::decode(bytes) {
        Ok(_) => panic!("a damaged file was read"),
        Err(error) => {
            assert_eq!(error.code, Code::Damaged);
            error.message
        }
    }
}

/// With a right length and checksum.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let length = bytes.len() as u64;
    bytes[16..24].copy_from_slice(&length.to_le_bytes());
    let sum = crc32fast::hash(&bytes[16..]);
    bytes[12..16].copy_from_slice(&sum.to_le_bytes());
    bytes
}

#[test]
fn what_is_written_is_read() {
    let mut index = sample();
    let bytes = index.encode();
    let mut read = SymbolIndex::decode(&bytes).expect("it was just written");
    assert_eq!(read.encode(), bytes);
    for text in ["", "n", "lo", "名", "user", "mian"] {
        assert_eq!(
            hits(&mut read, text, 10, ALL_KINDS),
            hits(&mut index, text, 10, ALL_KINDS)
        );
    }
    let mut files = Vec::new();
    read.each_file(|path, symbols, stamp| files.push((path.to_owned(), symbols, stamp.map(str::to_owned))));
    let stamp = |text: &str| Some(text.to_owned());
    assert_eq!(
        files,
        [
            ("a.ts".into(), 3, None),
            ("b.ts".into(), 1, None),
            ("c.ts".into(), 1, stamp("12-é")),
            ("d.ts".into(), 0, stamp("")),
        ]
    );
    let empty = SymbolIndex::new().encode();
    assert_eq!(
        SymbolIndex::decode(&empty).map(|index| index.stats().symbols),
        Ok(0)
    );
}

#[test]
fn every_flipped_bit_and_every_cut_is_noticed() {
    let bytes = sample().encode();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            assert_damaged(&changed);
        }
        assert_damaged(&bytes[..at]);
        assert_damaged(&sealed_if_long(&bytes[..at]));
    }
    assert_damaged(&[&bytes[..], &[0]].concat());
    assert_damaged(&sealed([&bytes[..], &[0; 8]].concat()));
}

fn sealed_if_long(bytes: &[u8]) -> Vec<u8> {
    if bytes.len() < 32 {
        bytes.to_vec()
    } else {
        sealed(bytes.to_vec())
    }
}

/// With a right checksum a changed file may say something else, but it is never a reason to panic, now or later.
#[test]
fn changed_numbers_with_a_right_checksum_do_no_harm() {
    let bytes = sample().encode();
    let mut read = 0;
    for at in 24..bytes.len() {
        for value in [
            0,
            1,
            2,
            0x3F,
            0x40,
            0x80,
            0xFF,
            bytes[at].wrapping_add(1),
            bytes[at].wrapping_sub(1),
        ] {
            let mut changed = bytes.clone();
            changed[at] = value;
            let Ok(mut index) = SymbolIndex::decode(&sealed(changed)) else {
                continue;
            };
            read += 1;
            for text in ["", "n", "user", "名", "lgo"] {
                hits(&mut index, text, 10, ALL_KINDS);
            }
            let symbol = OwnedSymbol {
                name: "name".into(),
                kind: 5,
                container: Some("名前".into()),
                line: 0,
                column: 0,
            };
            index
                .update("a.ts", &[symbol.as_new()], None)
                .expect("there is room");
            index.remove("b.ts");
            index.rename("c.ts", "a.ts");
            let again = index.encode();
            SymbolIndex::decode(&again).expect("it was just written");
        }
    }
    assert!(read > 0);
}

#[test]
fn messages_say_what_is_wrong() {
    let bytes = sample().encode();
    let changed = |at: usize, value: &[u8]| {
        let mut changed = bytes.clone();
        changed[at..at + value.len()].copy_from_slice(value);
        changed
    };
    assert_eq!(assert_damaged(b""), "the file is no index of symbols");
    assert_eq!(
        assert_damaged(&changed(0, b"X")),
        "the file is no index of symbols"
    );
    assert_eq!(
        assert_damaged(&changed(8, &[2])),
        "the file has version 2, and 1 is read"
    );
    let cut = format!(
        "the file has {} bytes, and {} were written",
        bytes.len() - 1,
        bytes.len()
    );
    assert_eq!(assert_damaged(&bytes[..bytes.len() - 1]), cut);
    assert_eq!(
        assert_damaged(&changed(40, &[9])),
        "the checksum of the file is wrong"
    );
    assert_eq!(
        assert_damaged(&sealed(changed(28, &[6]))),
        "the files have not as many symbols as there are"
    );
    assert_eq!(
        assert_damaged(&sealed(changed(24, &[200]))),
        "the file is shorter than its counts say"
    );
}
