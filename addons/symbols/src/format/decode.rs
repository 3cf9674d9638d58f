//! Reading an index file. Nothing of it is believed before it was checked: sizes against the file's length, numbers against counts.

use super::layout::*;
use super::sections::SectionReader;
use crate::error::{Error, Result};
use crate::files::{File, Files};
use crate::index::SymbolIndex;
use crate::names::{self, Bucket, Entry, Fixed, LONGEST_SHORT, MOST_SLOTS, NONE, Names, Spans};
use crate::symbols::{KINDS, MOST_FILES, MOST_SYMBOLS, Symbol, Symbols};

impl SymbolIndex {
    /// The index of a file's bytes. O(bytes).
    ///
    /// # Errors
    /// `ERR_DAMAGED` where they are no index file of this version, whole and unchanged; the message says why.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let (files, symbols) = read_header(bytes)?;
        let mut sections = SectionReader::new(bytes);
        let names = read_names(&mut sections)?;
        let columns = Columns::read(&mut sections, symbols)?;
        let files = read_files(&mut sections, files, symbols)?;
        sections.finish()?;
        index_of(names, &columns, files)
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    bytes[at..]
        .first_chunk()
        .map_or(0, |word| u32::from_le_bytes(*word))
}

/// Counts of files and symbols.
fn read_header(bytes: &[u8]) -> Result<(usize, usize)> {
    if bytes.len() < HEADER || bytes[..MAGIC.len()] != MAGIC {
        return Err(Error::damaged("the file is no index of symbols"));
    }
    let version = number(bytes, AT_VERSION);
    if version != VERSION {
        let message = format!("the file has version {version}, and {VERSION} is read");
        return Err(Error::damaged(message));
    }
    let length = u64::from(number(bytes, AT_LENGTH)) | u64::from(number(bytes, AT_LENGTH + 4)) << 32;
    if length != bytes.len() as u64 {
        let message = format!("the file has {} bytes, and {length} were written", bytes.len());
        return Err(Error::damaged(message));
    }
    if crc32fast::hash(&bytes[SUMMED..]) != number(bytes, AT_SUM) {
        return Err(Error::damaged("the checksum of the file is wrong"));
    }
    let (files, symbols) = (
        number(bytes, AT_FILES) as usize,
        number(bytes, AT_SYMBOLS) as usize,
    );
    if files >= MOST_FILES || symbols >= MOST_SYMBOLS {
        return Err(Error::damaged(
            "the file has more symbols or files than an index holds",
        ));
    }
    Ok((files, symbols))
}

/// Texts and masks of the names, and what is known of each.
struct NameSections<'a> {
    counts: [usize; BUCKETS],
    short: Vec<&'a [u8]>,
    short_masks: &'a [[u8; 8]],
    wide: Spans,
    wide_masks: &'a [[u8; 8]],
}

fn read_names<'a>(sections: &mut SectionReader<'a>) -> Result<NameSections<'a>> {
    let mut counts = [0; BUCKETS];
    for (count, word) in counts.iter_mut().zip(sections.words(BUCKETS)?) {
        *count = u32::from_le_bytes(*word) as usize;
        if *count > MOST_SLOTS {
            return Err(Error::damaged("the file has more names than an index holds"));
        }
    }
    let bytes = (1..BUCKETS).map(|length| counts[length] * length).sum();
    let mut letters = sections.section(bytes, 1)?;
    if !letters.is_ascii() {
        return Err(Error::damaged("a short name has a letter beyond ASCII"));
    }
    let mut short = Vec::with_capacity(LONGEST_SHORT);
    for (length, count) in counts.iter().enumerate().skip(1) {
        let (own, others) = letters.split_at(count * length);
        short.push(own);
        letters = others;
    }
    let short_masks = sections.words(counts[1..].iter().sum())?;
    let ends = sections.words(counts[0])?;
    let wide = read_wide(ends, sections)?;
    Ok(NameSections {
        counts,
        short,
        short_masks,
        wide,
        wide_masks: sections.words(counts[0])?,
    })
}

fn read_wide(ends: &[[u8; 4]], sections: &mut SectionReader<'_>) -> Result<Spans> {
    let ends = || ends.iter().map(|end| u32::from_le_bytes(*end));
    let length = ends().next_back().unwrap_or(0) as usize;
    let text = text_of(sections, length)?;
    let mut start = 0;
    for end in ends() {
        let name = text.get(start..end as usize);
        if name.is_none_or(|name| names::bucket_for(name) != 0) {
            return Err(Error::damaged("a long name is none, or ends where it must not"));
        }
        start = end as usize;
    }
    Ok(Spans::from_ends(ends(), text.as_bytes()))
}

fn text_of<'a>(sections: &mut SectionReader<'a>, length: usize) -> Result<&'a str> {
    std::str::from_utf8(sections.section(length, 1)?).map_err(|_| Error::damaged("a text is not UTF-8"))
}

/// Symbols, by column.
struct Columns<'a> {
    names: &'a [[u8; 4]],
    containers: &'a [[u8; 4]],
    lines: &'a [[u8; 4]],
    columns: &'a [[u8; 4]],
    kinds: &'a [u8],
}

impl<'a> Columns<'a> {
    fn read(sections: &mut SectionReader<'a>, count: usize) -> Result<Self> {
        Ok(Self {
            names: sections.words(count)?,
            containers: sections.words(count)?,
            lines: sections.words(count)?,
            columns: sections.words(count)?,
            kinds: sections.section(count, 1)?,
        })
    }
}

fn read_files(sections: &mut SectionReader<'_>, count: usize, symbols: usize) -> Result<Vec<File>> {
    let counts = sections.words(count)?;
    let path_ends = sections.words(count)?;
    let stamp_ends = sections.words(count)?;
    let length = stamp_ends.last().map_or(0, |end| u32::from_le_bytes(*end));
    let text = text_of(sections, length as usize)?;
    let mut path_start = 0;
    let mut stamp_start = path_ends.last().map_or(0, |end| u32::from_le_bytes(*end)) as usize;
    let mut start = 0_u32;
    let mut files: Vec<File> = Vec::with_capacity(count);
    for ((count, path_end), stamp_end) in counts.iter().zip(path_ends).zip(stamp_ends) {
        let count = u32::from_le_bytes(*count);
        let path_end = u32::from_le_bytes(*path_end) as usize;
        let stamp_end = u32::from_le_bytes(*stamp_end) as usize;
        let texts = text
            .get(path_start..path_end)
            .zip(text.get(stamp_start..stamp_end));
        let Some((path, stamp)) = texts else {
            return Err(Error::damaged("a path or a stamp ends where it must not"));
        };
        let stamp = match stamp.as_bytes() {
            [] => None,
            [STAMP, ..] => Some(&stamp[1..]),
            _ => return Err(Error::damaged("a stamp does not begin as stamps do")),
        };
        if files.last().is_some_and(|before| before.path() >= path) {
            return Err(Error::damaged("the paths do not ascend"));
        }
        files.push(File::new(path, stamp, start, count));
        start = start
            .checked_add(count)
            .ok_or_else(|| Error::damaged("the files have more symbols than there are"))?;
        (path_start, stamp_start) = (path_end, stamp_end);
    }
    if start as usize != symbols {
        return Err(Error::damaged("the files have not as many symbols as there are"));
    }
    Ok(files)
}

fn index_of(sections: NameSections<'_>, columns: &Columns<'_>, files: Vec<File>) -> Result<SymbolIndex> {
    let mut entries: Vec<Vec<Entry>> = sections
        .counts
        .iter()
        .map(|&count| vec![Entry::new(0, 0); count])
        .collect();
    let symbols = link(columns, &files, &mut entries)?;
    let mut masks = sections.short_masks;
    let mut short = Vec::with_capacity(LONGEST_SHORT);
    let mut entries = entries.into_iter();
    let wide_entries = entries.next().unwrap_or_default();
    for ((length, letters), entries) in (1..).zip(sections.short).zip(entries) {
        let (own, others) = masks.split_at(entries.len());
        masks = others;
        short.push(Bucket::from_parts(
            Fixed::from_bytes(length, letters),
            words_of(own),
            entries,
        ));
    }
    let wide = Bucket::from_parts(sections.wide, words_of(sections.wide_masks), wide_entries);
    let names = Names::from_buckets(short, wide);
    Ok(SymbolIndex::from_parts(names, symbols, Files::from_sorted(files)))
}

fn words_of(words: &[[u8; 8]]) -> Vec<u64> {
    words.iter().map(|word| u64::from_le_bytes(*word)).collect()
}

/// Makes the symbols of the columns, and the lists of their names.
fn link(columns: &Columns<'_>, files: &[File], entries: &mut [Vec<Entry>]) -> Result<Symbols> {
    let wrong = || Error::damaged("a symbol has a kind or a name that there is not");
    let mut symbols = Symbols::with_capacity(columns.kinds.len());
    let mut at = 0;
    for (file, count) in (0..).zip(files.iter().map(|file| file.count)) {
        for index in at..at + count as usize {
            let [name, container, line, column] =
                [columns.names, columns.containers, columns.lines, columns.columns]
                    .map(|column| u32::from_le_bytes(column[index]));
            let kind = columns.kinds[index];
            if !(1..=KINDS).contains(&u32::from(kind)) {
                return Err(wrong());
            }
            if container != NONE {
                entry_of(entries, container).ok_or_else(wrong)?.refs += 1;
            }
            let entry = entry_of(entries, name).ok_or_else(wrong)?;
            entry.refs += 1;
            symbols.push(entry, Symbol::new(name, container, line, column, file, kind));
        }
        at += count as usize;
    }
    Ok(symbols)
}

fn entry_of(entries: &mut [Vec<Entry>], name: u32) -> Option<&mut Entry> {
    entries
        .get_mut(names::bucket_of(name))?
        .get_mut(names::slot_of(name) as usize)
}
