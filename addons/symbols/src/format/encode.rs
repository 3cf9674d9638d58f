//! Writing an index file.

use super::layout::*;
use super::sections::SectionWriter;
use crate::files::Files;
use crate::index::SymbolIndex;
use crate::names::{self, LONGEST_SHORT, NONE, Names, Texts};
use crate::symbols::Symbol;

impl SymbolIndex {
    /// The bytes of the index file. O(what the index holds).
    pub fn encode(&mut self) -> Vec<u8> {
        self.files.sort();
        let Self {
            names,
            symbols,
            files,
            ..
        } = self;
        let (names, symbols, files) = (&*names, &*symbols, &*files);
        let numbers = FileNumbers::of(names);
        let capacity = HEADER + names.held_bytes() + files.held_bytes() + symbols.live() * 17 + 1024;
        let mut sections = SectionWriter::new(capacity);
        write_names(&mut sections, names);
        let each_symbol = || {
            files.in_order().flat_map(|number| {
                let file = files.get(number);
                symbols.range(file.start, file.count)
            })
        };
        let column = |of: fn(&Symbol) -> u32| each_symbol().map(move |symbol| of(symbol).to_le_bytes());
        sections.words(each_symbol().map(|symbol| numbers.of_name(symbol.name).to_le_bytes()));
        sections.words(each_symbol().map(|symbol| numbers.of_name(symbol.container).to_le_bytes()));
        sections.words(column(|symbol| symbol.line));
        sections.words(column(|symbol| symbol.column));
        sections.words(each_symbol().map(|symbol| [symbol.kind() as u8]));
        write_files(&mut sections, files);
        let mut bytes = sections.finish();
        write_header(&mut bytes, files.count() as u32, symbols.live() as u32);
        bytes
    }
}

fn write_header(bytes: &mut [u8], files: u32, symbols: u32) {
    let length = bytes.len() as u64;
    let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
    put(0, &MAGIC);
    put(AT_VERSION, &VERSION.to_le_bytes());
    put(AT_LENGTH, &length.to_le_bytes());
    put(AT_FILES, &files.to_le_bytes());
    put(AT_SYMBOLS, &symbols.to_le_bytes());
    let sum = crc32fast::hash(&bytes[SUMMED..]);
    bytes[AT_SUM..AT_SUM + 4].copy_from_slice(&sum.to_le_bytes());
}

/// Numbers of names without the slots that are free.
struct FileNumbers {
    /// By bucket, from slots to slots without free ones; empty where none is free.
    slots: Vec<Vec<u32>>,
}

impl FileNumbers {
    fn of(names: &Names) -> Self {
        let slots = (0..BUCKETS).map(|bucket| {
            if names.live_of(bucket) == names.entries(bucket).len() {
                return Vec::new();
            }
            let mut next = 0;
            let renumber = |entry: &names::Entry| {
                let slot = next;
                next += u32::from(entry.refs > 0);
                slot
            };
            names.entries(bucket).iter().map(renumber).collect()
        });
        Self {
            slots: slots.collect(),
        }
    }

    fn of_name(&self, number: u32) -> u32 {
        if number == NONE {
            return NONE;
        }
        let bucket = names::bucket_of(number);
        match &self.slots[bucket][..] {
            [] => number,
            slots => names::number(bucket, slots[names::slot_of(number) as usize]),
        }
    }
}

fn write_names(sections: &mut SectionWriter, names: &Names) {
    sections.words((0..BUCKETS).map(|bucket| (names.live_of(bucket) as u32).to_le_bytes()));
    let live = |bucket: usize| {
        (0_u32..)
            .zip(names.entries(bucket))
            .filter(|(_, entry)| entry.refs > 0)
            .map(|(slot, _)| slot)
    };
    let lengths = 1..=LONGEST_SHORT;
    sections.texts(lengths.clone().flat_map(|length| {
        let texts = &names.short(length).texts;
        live(length).map(move |slot| texts.get(slot))
    }));
    sections.words(lengths.flat_map(|length| {
        let masks = &names.short(length).masks;
        live(length).map(move |slot| masks[slot as usize].to_le_bytes())
    }));
    let wide = names.wide();
    sections.words(live(0).scan(0_u32, |end, slot| {
        *end += wide.texts.get(slot).len() as u32;
        Some(end.to_le_bytes())
    }));
    sections.texts(live(0).map(|slot| wide.texts.get(slot)));
    sections.words(live(0).map(|slot| wide.masks[slot as usize].to_le_bytes()));
}

fn write_files(sections: &mut SectionWriter, files: &Files) {
    let each = || files.in_order().map(|number| files.get(number));
    let stamp_bytes = |stamp: Option<&str>| stamp.map_or(0, |stamp| 1 + stamp.len()) as u32;
    let mut end = 0_u32;
    sections.words(each().map(|file| file.count.to_le_bytes()));
    sections.words(each().map(|file| {
        end += file.path().len() as u32;
        end.to_le_bytes()
    }));
    sections.words(each().map(|file| {
        end += stamp_bytes(file.stamp());
        end.to_le_bytes()
    }));
    let paths = each().map(|file| file.path().as_bytes());
    let stamps = each().filter_map(|file| file.stamp());
    sections.texts(paths.chain(stamps.flat_map(|stamp| [&[STAMP][..], stamp.as_bytes()])));
}
