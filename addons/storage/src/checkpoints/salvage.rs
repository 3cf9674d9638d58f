//! Copying what is whole out of a damaged store.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::manifest::{Chunk, Manifest, Position};
use super::{Checkpoints, Info, removal};
use crate::error::{Code, Error, Result};
use crate::format::{self, FRAME_HEADER_BYTES, Frame, FrameKind, Kind, SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::journal::Options;
use crate::vfs::{self, File, Vfs};

/// What a salvage found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Copied, with the numbers they had, oldest save first.
    pub whole: Vec<Info>,
    /// Copied too, but a later save of the same id is known and damaged.
    pub older: Vec<Info>,
    /// Ids of which no save is whole.
    pub lost: Vec<String>,
    /// Where the damage lies; a later save of any id may have stood there.
    pub damage: Vec<Lost>,
}

/// Bytes that are not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Number of the segment.
    pub segment: u64,
    /// First byte in the segment's file.
    pub offset: u64,
    /// How many, as far as that can be told.
    pub bytes: u64,
}

/// Copies every checkpoint of which some save is whole from the store in `from` into a new one in `to`, the latest whole
/// save of each. Changes nothing in `from`, which must have no writer. Memory: one segment and one checkpoint.
///
/// # Errors
/// `ERR_NOT_FOUND` when there is no segment, `ERR_EXISTS` when `to` has checkpoints already; as opening and saving otherwise.
pub fn salvage(vfs: Arc<dyn Vfs>, from: &Path, to: &Path, options: &Options) -> Result<Salvaged> {
    let mut source = Source {
        vfs: Arc::clone(&vfs),
        dir: from.into(),
        saves: BTreeMap::new(),
        report: Salvaged::default(),
    };
    let numbers = source.numbers()?;
    for number in numbers {
        source.read_segment(number)?;
    }
    let mut target = Checkpoints::open(vfs, to, options)?;
    if !target.list()?.is_empty() {
        let message = "there are checkpoints in the directory to salvage into; take a new one";
        return Err(Error::new(Code::Exists, message));
    }
    let report = source.copy_into(&mut target)?;
    target.close()?;
    Ok(report)
}

struct Source {
    vfs: Arc<dyn Vfs>,
    dir: Box<Path>,
    /// The saves of each id that were not removed, oldest first.
    saves: BTreeMap<String, Vec<Manifest>>,
    report: Salvaged,
}

impl Source {
    fn numbers(&self) -> Result<Vec<u64>> {
        let names = self
            .vfs
            .list(&self.dir)
            .map_err(|error| Error::io("list the directory", &error))?;
        let mut numbers: Vec<u64> = names
            .iter()
            .filter_map(|name| format::segment_number(name.to_str()?))
            .collect();
        numbers.sort_unstable();
        if numbers.is_empty() {
            return Err(Error::new(
                Code::NotFound,
                "there is no log in this directory to salvage",
            ));
        }
        Ok(numbers)
    }

    fn open(&self, number: u64) -> Result<Box<dyn File>> {
        let name = format::segment_name(number);
        let file = self.vfs.open(&self.dir.join(&name), false);
        file.map_err(|error| Error::io(&format!("open {name}"), &error))
    }

    /// Takes every frame that holds; what lies between two of them is damage.
    fn read_segment(&mut self, number: u64) -> Result<()> {
        let reading = |error| Error::io(&format!("read {}", format::segment_name(number)), &error);
        let file = self.open(number)?;
        let length = file.len().map_err(reading)?;
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
        let count = vfs::read_up_to(&*file, &mut bytes, 0).map_err(reading)?;
        bytes.truncate(count);
        let header = bytes.first_chunk::<64>().ok_or(Code::Corrupt).and_then(|header| {
            SegmentHeader::decode(header, number, Kind::Checkpoints, length).map_err(|error| error.code)
        });
        let header = match header {
            Ok(header) => header,
            // Without the salt no frame can be told from anything else.
            Err(Code::Corrupt) => {
                self.note(number, 0, length);
                return Ok(());
            }
            Err(code) => {
                return Err(Error::new(
                    code,
                    "this directory holds no checkpoints of this version",
                ));
            }
        };
        let mut at = SEGMENT_HEADER_BYTES as usize;
        let mut damage = at;
        while at + FRAME_HEADER_BYTES <= bytes.len() {
            let Some(frame) = Frame::decode(&bytes[at..], header.salt, number, at as u64) else {
                at += 8;
                continue;
            };
            if !frame.fits(length) {
                at += 8;
                continue;
            }
            let body = &bytes[at + FRAME_HEADER_BYTES..][..frame.body_bytes as usize];
            let holds = frame.body_holds(body) && self.take(&frame, body);
            // A body that does not hold is not looked into: what seems to be a frame there may be anybody's bytes.
            at += frame.total_bytes() as usize;
            if holds {
                let start = frame.offset as usize;
                if bytes[damage..start].iter().any(|byte| *byte != 0) {
                    self.note(number, damage as u64, (start - damage) as u64);
                }
                damage = at;
            }
        }
        let last = bytes[damage.min(bytes.len())..]
            .iter()
            .rposition(|byte| *byte != 0);
        if let Some(last) = last {
            self.note(number, damage as u64, last as u64 + 1);
        }
        Ok(())
    }

    /// Whether the body is one.
    fn take(&mut self, frame: &Frame, body: &[u8]) -> bool {
        match FrameKind::of(frame.kind) {
            Some(FrameKind::Checkpoint) => {
                let body_offset = frame.offset + FRAME_HEADER_BYTES as u64;
                let position = Position {
                    segment: frame.segment,
                    body_offset,
                    seq: frame.seq,
                };
                let Ok((id, manifest)) = Manifest::decode(body, position) else {
                    return false;
                };
                self.saves.entry(id).or_default().push(manifest);
                true
            }
            Some(FrameKind::Removal) => {
                let saves = &mut self.saves;
                removal::decode(body, |id| {
                    saves.remove(id);
                })
                .is_ok()
            }
            Some(FrameKind::Close) => true,
            _ => false,
        }
    }

    fn note(&mut self, segment: u64, offset: u64, bytes: u64) {
        self.report.damage.push(Lost {
            segment,
            offset,
            bytes,
        });
    }

    fn copy_into(mut self, target: &mut Checkpoints) -> Result<Salvaged> {
        let mut found: Vec<(Info, Manifest, bool)> = Vec::new();
        for (id, saves) in std::mem::take(&mut self.saves) {
            let latest = saves.last().map_or(0, |save| save.seq);
            // From the latest on; a frame that only moved a save is another copy of it.
            match saves.into_iter().rev().find(|save| self.read(save).is_ok()) {
                Some(save) => {
                    let info = Info {
                        id,
                        seq: save.seq,
                        bytes: save.bytes,
                    };
                    found.push((info, save.clone(), save.seq == latest));
                }
                None => self.report.lost.push(id),
            }
        }
        // Saved in the order of their numbers, so that the order of `list` stays.
        found.sort_by(|(a, ..), (b, ..)| (a.seq, &a.id).cmp(&(b.seq, &b.id)));
        for (info, save, is_latest) in found {
            target.save(&info.id, &self.read(&save)?)?;
            if is_latest {
                self.report.whole.push(info)
            } else {
                self.report.older.push(info)
            }
        }
        Ok(self.report)
    }

    fn read(&self, save: &Manifest) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        let mut open: Option<(u64, Box<dyn File>)> = None;
        for Chunk {
            segment,
            offset,
            length,
            crc,
        } in &save.chunks
        {
            if open.as_ref().is_none_or(|(number, _)| number != segment) {
                open = Some((*segment, self.open(*segment)?));
            }
            let Some((_, file)) = &open else { continue };
            let start = out.len();
            out.resize(start + *length as usize, 0);
            let chunk = &mut out[start..];
            let read = vfs::read_up_to(&**file, chunk, *offset).unwrap_or(0);
            if read < chunk.len() || crc32fast::hash(chunk) != *crc {
                return Err(Error::corrupt(*segment, *offset, "a chunk does not hold"));
            }
        }
        Ok(out)
    }
}
