//! A bucket: names in slots, with a mask, a list of symbols and a count of uses each.

use std::cell::Cell;
use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Place;

use super::NONE;
use super::texts::Texts;
use crate::grow::reserve;

/// What is known of a name beside its letters and its mask.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The first symbol that has the name, or [`NONE`].
    pub head: u32,
    /// Symbols and containers that have the name; 0 where the slot is free.
    pub refs: u32,
    /// Bit k: a symbol of kind k may have the name. A kind that went stays until a query notices. In a free slot: the
    /// next free one, or [`NONE`].
    pub kinds: Cell<u32>,
}

impl Entry {
    /// A name without symbols, or a free slot.
    pub(crate) fn new(refs: u32, kinds: u32) -> Self {
        Self {
            head: NONE,
            refs,
            kinds: Cell::new(kinds),
        }
    }
}

/// Names that are kept in the same way.
pub(crate) struct Bucket<T> {
    pub texts: T,
    /// By slot; 0 where no symbol has the name.
    pub masks: Vec<u64>,
    /// By slot.
    pub entries: Vec<Entry>,
    /// First of the free slots.
    free: u32,
    live: u32,
    /// Slots by the names in them. Made when first needed: queries do not.
    table: Option<HashTable<u32>>,
}

impl<T: Texts> Bucket<T> {
    pub(crate) fn new(texts: T) -> Self {
        Self::from_parts(texts, Vec::new(), Vec::new())
    }

    /// Slots without a use become free ones, and masks of names that no symbol has 0.
    pub(crate) fn from_parts(texts: T, masks: Vec<u64>, entries: Vec<Entry>) -> Self {
        let mut bucket = Self {
            texts,
            masks,
            entries,
            free: NONE,
            live: 0,
            table: None,
        };
        for slot in 0..bucket.entries.len() {
            let entry = &bucket.entries[slot];
            if entry.head == NONE {
                bucket.masks[slot] = 0;
            }
            if entry.refs == 0 {
                bucket.put_free(slot as u32);
            } else {
                bucket.live += 1;
            }
        }
        bucket
    }

    /// Slots, free ones among them.
    pub(crate) fn slots(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn live(&self) -> usize {
        self.live as usize
    }

    /// The slot of a name, which has one use more from now on.
    pub(crate) fn intern(&mut self, name: &[u8], hasher: &RandomState) -> u32 {
        self.fill_table(hasher);
        let Self { texts, table, .. } = self;
        let Some(table) = table else {
            unreachable!("it has just been made")
        };
        let place = table.entry(
            hasher.hash_one(name),
            |&slot| texts.get(slot) == name,
            |&slot| hasher.hash_one(texts.get(slot)),
        );
        match place {
            Place::Occupied(found) => {
                let slot = *found.get();
                self.entries[slot as usize].refs += 1;
                slot
            }
            Place::Vacant(vacant) => {
                let slot = match self.free {
                    NONE => self.entries.len() as u32,
                    slot => slot,
                };
                vacant.insert(slot);
                self.put_name(slot, name);
                slot
            }
        }
    }

    fn put_name(&mut self, slot: u32, name: &[u8]) {
        self.texts.set(slot, name);
        let entry = Entry::new(1, 0);
        if slot as usize == self.entries.len() {
            reserve(&mut self.masks, 1);
            self.masks.push(0);
            reserve(&mut self.entries, 1);
            self.entries.push(entry);
        } else {
            self.free = self.entries[slot as usize].kinds.get();
            self.entries[slot as usize] = entry;
        }
        self.live += 1;
    }

    fn put_free(&mut self, slot: u32) {
        self.texts.clear(slot);
        self.masks[slot as usize] = 0;
        self.entries[slot as usize] = Entry::new(0, self.free);
        self.free = slot;
    }

    /// One use less.
    pub(crate) fn release(&mut self, slot: u32, hasher: &RandomState) {
        let entry = &mut self.entries[slot as usize];
        entry.refs -= 1;
        if entry.refs > 0 {
            if entry.head == NONE {
                self.masks[slot as usize] = 0;
                entry.kinds.set(0);
            }
            return;
        }
        if let Some(table) = &mut self.table {
            let hash = hasher.hash_one(self.texts.get(slot));
            if let Ok(found) = table.find_entry(hash, |&other| other == slot) {
                found.remove();
            }
        }
        self.put_free(slot);
        self.live -= 1;
    }

    fn fill_table(&mut self, hasher: &RandomState) {
        if self.table.is_some() {
            return;
        }
        let texts = &self.texts;
        let hash = |&slot: &u32| hasher.hash_one(texts.get(slot));
        let mut table = HashTable::with_capacity(self.live as usize);
        for (slot, entry) in (0..).zip(&self.entries) {
            if entry.refs > 0 {
                table.insert_unique(hash(&slot), slot, hash);
            }
        }
        self.table = Some(table);
    }

    pub(crate) fn held_bytes(&self) -> usize {
        self.texts.held_bytes()
            + self.masks.capacity() * size_of::<u64>()
            + self.entries.capacity() * size_of::<Entry>()
            + self.table.as_ref().map_or(0, HashTable::allocation_size)
    }
}
