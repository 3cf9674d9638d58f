//! What is stored: the manifest of each id, and where chunks of a given CRC and length are.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::manifest::{Chunk, Manifest, encoded_bytes};

/// Places of one CRC and length that are remembered. Honest data has one, or two while a chunk moves.
pub const MAX_CANDIDATES: usize = 4;
/// What a frame takes besides its body, fill included on average.
const FRAME_OVERHEAD_BYTES: u64 = 44;

/// CRC and length of a chunk.
type Key = (u32, u32);

/// Memory: about 24 bytes a chunk of each checkpoint and 100 bytes a stored chunk.
#[derive(Debug, Default)]
pub struct Index {
    manifests: HashMap<String, Manifest>,
    /// How often the live manifests name a chunk.
    uses: HashMap<Chunk, u32>,
    /// One place of each key, or the first of several.
    places: HashMap<Key, Chunk>,
    /// The other places of a key.
    further: HashMap<Key, Vec<Chunk>>,
    live_bytes: u64,
}

impl Index {
    /// The manifest of `id`.
    pub fn get(&self, id: &str) -> Option<&Manifest> {
        self.manifests.get(id)
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Manifest)> {
        self.manifests
            .iter()
            .map(|(id, manifest)| (id.as_str(), manifest))
    }

    /// The manifest saved last.
    pub fn newest(&self) -> Option<&Manifest> {
        let newest = self.iter().max_by_key(|(id, manifest)| (manifest.seq, *id));
        newest.map(|(_, manifest)| manifest)
    }

    /// Bytes that would have to be written to store all of this anew.
    pub fn live_bytes(&self) -> u64 {
        self.live_bytes
    }

    /// Puts `manifest` in the place of what `id` had.
    pub fn insert(&mut self, id: &str, manifest: Manifest) {
        self.live_bytes += overhead(id, &manifest);
        // Before the old ones go, so that what both name is not forgotten in between.
        for chunk in &manifest.chunks {
            self.add(*chunk);
        }
        if let Some(old) = self.manifests.insert(id.to_owned(), manifest) {
            self.forget(id, &old);
        }
    }

    /// Whether there was one.
    pub fn remove(&mut self, id: &str) -> bool {
        let old = self.manifests.remove(id);
        if let Some(old) = &old {
            self.forget(id, old);
        }
        old.is_some()
    }

    /// Places of live chunks with this CRC and length, those written last first.
    pub fn candidates(&self, crc: u32, length: u32) -> impl Iterator<Item = Chunk> + use<> {
        let first = self.places.get(&(crc, length)).copied();
        let mut further = self.further.get(&(crc, length)).cloned().unwrap_or_default();
        if !further.is_empty() {
            further.extend(first);
            further.sort_unstable_by_key(|chunk| Reverse((chunk.segment, chunk.offset)));
        }
        first.filter(|_| further.is_empty()).into_iter().chain(further)
    }

    fn add(&mut self, chunk: Chunk) {
        let uses = self.uses.entry(chunk).or_insert(0);
        *uses += 1;
        if *uses > 1 {
            return;
        }
        self.live_bytes += u64::from(chunk.length);
        let key = (chunk.crc, chunk.length);
        if *self.places.entry(key).or_insert(chunk) == chunk {
            return;
        }
        let further = self.further.entry(key).or_default();
        if further.len() + 1 < MAX_CANDIDATES {
            further.push(chunk);
        }
    }

    fn forget(&mut self, id: &str, manifest: &Manifest) {
        self.live_bytes -= overhead(id, manifest);
        for chunk in &manifest.chunks {
            self.release(chunk);
        }
    }

    fn release(&mut self, chunk: &Chunk) {
        let Some(uses) = self.uses.get_mut(chunk) else {
            return;
        };
        *uses -= 1;
        if *uses > 0 {
            return;
        }
        self.uses.remove(chunk);
        self.live_bytes -= u64::from(chunk.length);
        let key = (chunk.crc, chunk.length);
        let mut further = self.further.remove(&key).unwrap_or_default();
        if self.places.get(&key) != Some(chunk) {
            further.retain(|other| other != chunk);
        } else if further.is_empty() {
            self.places.remove(&key);
        } else {
            self.places.insert(key, further.remove(0));
        }
        if !further.is_empty() {
            self.further.insert(key, further);
        }
    }
}

fn overhead(id: &str, manifest: &Manifest) -> u64 {
    FRAME_OVERHEAD_BYTES + encoded_bytes(manifest.chunks.len(), id) as u64
}

#[cfg(test)]
mod tests;
