//! Which chunks a new checkpoint consists of, and which of them are stored already.

use std::collections::HashMap;
use std::ops::Range;

use super::cut::chunk_length;
use super::index::Index;
use super::manifest::Chunk;
use crate::Journal;
use crate::mutations::{self, Point};

/// Stored bytes are compared through a buffer of this size, which stays in the processor's cache.
const SCRATCH_BYTES: usize = 256 * 1024;
/// Bytes compared at once after the old checkpoint was left: if the next chunk is not the same, little was read in vain.
const FIRST_RUN_BYTES: usize = 16 * 1024;
/// Segment number of a chunk that is not stored yet; its offset counts from the first new byte.
const NEW: u64 = u64::MAX;

/// The chunks of a checkpoint.
pub struct Plan {
    chunks: Vec<Chunk>,
    /// The new ones as ranges of the checkpoint, neighbours joined.
    new_ranges: Vec<Range<usize>>,
    new_bytes: usize,
}

impl Plan {
    /// How many chunks there are.
    pub fn count(&self) -> usize {
        self.chunks.len()
    }

    /// Bytes that must be written.
    pub fn new_bytes(&self) -> usize {
        self.new_bytes
    }

    /// The bytes that must be written, in the order in which they are to stand.
    pub fn new_parts<'a>(&self, bytes: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        self.new_ranges.iter().map(|range| &bytes[range.clone()])
    }

    /// The chunks, once it is known that the new bytes will stand in `segment` from `offset` on.
    pub fn place(mut self, segment: u64, offset: u64) -> Vec<Chunk> {
        for chunk in self.chunks.iter_mut().filter(|chunk| chunk.segment == NEW) {
            chunk.segment = segment;
            chunk.offset += offset;
        }
        self.chunks
    }
}

/// Cuts `bytes` and looks for each chunk among those that `index` knows.
///
/// `base` is the checkpoint that `bytes` probably resemble: as long as its next chunk is the next of `bytes`, nothing is searched
/// and no CRC computed. The cuts are those of [`chunk_length`] whatever `base` is. A stored chunk that cannot be read,
/// or reads differently from what its CRC says, is not used.
///
/// Cost for bytes that did not change: one read from the page cache and one comparison. Memory: the plan and `scratch`.
pub fn plan(bytes: &[u8], base: &[Chunk], index: &Index, journal: &Journal, scratch: &mut Vec<u8>) -> Plan {
    scratch.resize(SCRATCH_BYTES, 0);
    let mut walk = Walk {
        bytes,
        at: 0,
        base,
        next: 0,
        run_bytes: SCRATCH_BYTES,
        follows: true,
        positions: None,
        written: HashMap::new(),
        journal,
        scratch,
        plan: Plan {
            chunks: Vec::with_capacity(base.len() + 1),
            new_ranges: Vec::new(),
            new_bytes: 0,
        },
    };
    while walk.at < bytes.len() {
        walk.follow_base();
        if walk.at < bytes.len() {
            walk.cut(index);
        }
    }
    walk.plan
}

struct Walk<'a> {
    bytes: &'a [u8],
    /// Everything before is planned.
    at: usize,
    base: &'a [Chunk],
    /// The chunk of `base` that probably comes next.
    next: usize,
    /// Bytes to compare at once: doubles while they are equal. A single chunk may be longer.
    run_bytes: usize,
    /// Whether comparing with the next of `base` is worth its read.
    follows: bool,
    /// Where in `base` a chunk first occurs; made when the walk first has to find its way back.
    positions: Option<HashMap<Chunk, usize>>,
    /// The new chunks by CRC and length, and where in the checkpoint they first stand.
    written: HashMap<(u32, u32), (Chunk, usize)>,
    journal: &'a Journal,
    scratch: &'a mut Vec<u8>,
    plan: Plan,
}

impl Walk<'_> {
    /// Shares chunks of `base` as long as they are the next bytes.
    fn follow_base(&mut self) {
        while self.follows {
            let run = self.run();
            let Some(first) = run.first() else { return };
            let run_bytes: usize = run.iter().map(|chunk| chunk.length as usize).sum();
            let stored = &mut self.scratch[..run_bytes];
            let ahead = &self.bytes[self.at..self.at + run_bytes];
            let equal = match self.journal.read_at(first.segment, first.offset, stored) {
                Ok(()) => equal_chunks(run, stored, ahead),
                Err(_) => 0,
            };
            for chunk in &run[..equal] {
                self.plan.chunks.push(*chunk);
                self.at += chunk.length as usize;
            }
            self.next += equal;
            self.run_bytes = (self.run_bytes * 2).min(SCRATCH_BYTES);
            if equal < run.len() {
                // The next one changed. Unless it is the only one, the cuts have to show where `base` goes on.
                self.follows = equal > 0;
                return;
            }
        }
    }

    /// The next chunks of `base` that lie one after the other and could be the next bytes.
    ///
    /// The end of the data cut the last chunk of `base`, so it is one of ours only where ours end too.
    fn run<'b>(&self) -> &'b [Chunk]
    where
        Self: 'b,
    {
        let rest = self.base.get(self.next..).unwrap_or_default();
        let ahead = self.bytes.len() - self.at;
        let most = self.run_bytes.min(ahead);
        let Some(first) = rest.first() else { return &[] };
        let (mut bytes, mut count) = (0, 0);
        for chunk in rest {
            let length = chunk.length as usize;
            let contiguous = chunk.segment == first.segment && chunk.offset == first.offset + bytes as u64;
            let is_last = count + 1 == rest.len();
            let fits = bytes + length <= most || (count == 0 && length <= ahead);
            if !contiguous || !fits || (is_last && bytes + length != ahead) {
                break;
            }
            bytes += length;
            count += 1;
        }
        &rest[..count]
    }

    /// Cuts one chunk and finds it among the stored ones, or plans to write it.
    fn cut(&mut self, index: &Index) {
        let length = chunk_length(&self.bytes[self.at..]);
        let content = &self.bytes[self.at..self.at + length];
        let crc = crc32fast::hash(content);
        if let Some(chunk) = self.find(content, crc, index) {
            self.plan.chunks.push(chunk);
            self.return_to_base(&chunk);
        } else {
            self.write(crc, length);
            // In the place of a chunk that changed: the next one may be the same again.
            self.next += 1;
            self.run_bytes = FIRST_RUN_BYTES;
        }
        self.at += length;
    }

    fn find(&mut self, content: &[u8], crc: u32, index: &Index) -> Option<Chunk> {
        let length = content.len() as u32;
        for chunk in index.candidates(crc, length) {
            let stored = &mut self.scratch[..content.len()];
            let read = self.journal.read_at(chunk.segment, chunk.offset, stored).is_ok();
            if read && (stored == content || mutations::is_off(Point::CheckSharedBytes)) {
                return Some(chunk);
            }
        }
        let (chunk, at) = self.written.get(&(crc, length))?;
        (self.bytes[*at..*at + content.len()] == *content).then_some(*chunk)
    }

    fn return_to_base(&mut self, chunk: &Chunk) {
        let base = self.base;
        let positions = self.positions.get_or_insert_with(|| {
            // From the end, so that the first of several equal ones stays.
            base.iter()
                .enumerate()
                .rev()
                .map(|(at, chunk)| (*chunk, at))
                .collect()
        });
        if let Some(position) = positions.get(chunk) {
            self.next = position + 1;
            self.follows = true;
        }
    }

    fn write(&mut self, crc: u32, length: usize) {
        let range = self.at..self.at + length;
        let chunk = Chunk {
            segment: NEW,
            offset: self.plan.new_bytes as u64,
            length: length as u32,
            crc,
        };
        self.written.insert((crc, length as u32), (chunk, self.at));
        self.plan.chunks.push(chunk);
        self.plan.new_bytes += length;
        match self.plan.new_ranges.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.plan.new_ranges.push(range),
        }
    }
}

/// How many of `chunks`, which `stored` holds one after the other, are at the start of `ahead`.
fn equal_chunks(chunks: &[Chunk], stored: &[u8], ahead: &[u8]) -> usize {
    if stored == ahead {
        return chunks.len();
    }
    let mut at = 0;
    chunks
        .iter()
        .take_while(|chunk| {
            let range = at..at + chunk.length as usize;
            at = range.end;
            stored[range.clone()] == ahead[range]
        })
        .count()
}
