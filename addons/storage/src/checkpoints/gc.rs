//! Giving space back: what is live in the oldest segment moves to the end, then the segment goes.

use std::collections::HashMap;

use super::load::read_chunks;
use super::manifest::{Chunk, Manifest, encoded_bytes};
use super::{Checkpoints, save};
use crate::error::Result;
use crate::format::round_up;
use crate::mutations::{self, Point};

impl Checkpoints {
    /// After a commit of `written` bytes. The work is bounded, so that no save pays for all of a large store; it is more than
    /// the commit added, so that the store does not outgrow it.
    ///
    /// A failure here does not undo the commit, so it is not reported by it: the old segment is still there, and
    /// what made the journal unusable is what the next call says.
    pub(super) fn give_back_some(&mut self, written: u64) {
        let budget = self.segment_bytes() + 2 * written;
        let _ = self.give_back(budget);
    }

    /// All that is due.
    pub(super) fn give_back_all(&mut self) {
        let _ = self.give_back(u64::MAX);
    }

    fn give_back(&mut self, budget: u64) -> Result<()> {
        let mut moved = 0;
        // What moves goes behind these, so that each is met once.
        let segments = self.journal.segments().len();
        for _ in 1..segments {
            if !self.is_due() || moved > budget {
                break;
            }
            moved += self.drop_oldest()?;
        }
        Ok(())
    }

    /// Whether more than half of the store is dead, a segment apart.
    fn is_due(&self) -> bool {
        let total: u64 = self.journal.segments().map(|segment| segment.capacity).sum();
        total > 2 * self.index.live_bytes() + self.segment_bytes()
    }

    fn segment_bytes(&self) -> u64 {
        round_up(self.journal.options().segment_bytes)
    }

    /// Returns the bytes that had to be written.
    fn drop_oldest(&mut self) -> Result<u64> {
        let Some(oldest) = self.journal.segments().next().map(|segment| segment.number) else {
            return Ok(0);
        };
        let mut written = 0;
        let mut moves = HashMap::new();
        for id in self.ids_in(oldest) {
            written += self.relocate(&id, oldest, &mut moves)?;
        }
        if !mutations::is_off(Point::FlushBeforeGivingBack) {
            self.journal.flush()?;
        }
        self.journal.drop_oldest()?;
        Ok(written)
    }

    /// Checkpoints that would be lost with the segment, oldest save first. An empty one has no chunk: its frame counts.
    fn ids_in(&self, segment: u64) -> Vec<String> {
        let needs = |manifest: &Manifest| {
            manifest.home == segment || manifest.chunks.iter().any(|chunk| chunk.segment == segment)
        };
        let mut ids: Vec<(u64, &str)> = self
            .index
            .iter()
            .filter(|(_, manifest)| needs(manifest))
            .map(|(id, manifest)| (manifest.seq, id))
            .collect();
        ids.sort_unstable();
        ids.into_iter().map(|(_, id)| id.to_owned()).collect()
    }

    /// Writes a checkpoint again, with the number it has, so that nothing of it is in `oldest`. `moves` are the chunks that
    /// another one has taken along.
    fn relocate(&mut self, id: &str, oldest: u64, moves: &mut HashMap<Chunk, Chunk>) -> Result<u64> {
        let Some(manifest) = self.index.get(id) else {
            return Ok(0);
        };
        let mut manifest = manifest.clone();
        let mut movers: Vec<Chunk> = Vec::new();
        let mut content = Vec::new();
        for chunk in manifest.chunks.iter().filter(|chunk| chunk.segment == oldest) {
            if moves.contains_key(chunk) {
                continue;
            }
            // The offset counts from the first new byte until the place is known.
            moves.insert(
                *chunk,
                Chunk {
                    segment: u64::MAX,
                    offset: content.len() as u64,
                    ..*chunk
                },
            );
            movers.push(*chunk);
            content.resize(content.len() + chunk.length as usize, 0);
        }
        // Damage must not be written again under a checksum that holds.
        read_chunks(&self.journal, &movers, &mut content)?;
        let table_bytes = encoded_bytes(manifest.chunks.len(), id);
        let place = self.journal.place(table_bytes + content.len())?;
        for chunk in &movers {
            if let Some(new) = moves.get_mut(chunk) {
                new.segment = place.segment;
                new.offset += place.body_offset + table_bytes as u64;
            }
        }
        for chunk in &mut manifest.chunks {
            *chunk = moves.get(chunk).copied().unwrap_or(*chunk);
        }
        manifest.home = place.segment;
        self.commit(id, &manifest, &[&content])?;
        self.index.insert(id, manifest);
        Ok(save::frame_bytes(table_bytes + content.len()))
    }
}
