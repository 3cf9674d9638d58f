//! What the tests of checkpoints share.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::Checkpoints;
use crate::error::Result;
use crate::journal::{Options, SparePolicy};
use crate::vfs::Vfs;
use crate::vfs::sim::SimFs;

/// Bytes that look random and follow from `seed`.
pub(crate) fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut out = Vec::with_capacity(length + 8);
    while out.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        out.extend_from_slice(&state.wrapping_mul(0x2545_F491_4F6C_DD1D).to_le_bytes());
    }
    out.truncate(length);
    out
}

/// Small segments, so that little is enough to fill some.
pub(crate) fn small() -> Options {
    Options {
        segment_bytes: 32 << 10,
        spare: SparePolicy::Inline,
        ..Options::default()
    }
}

pub(crate) fn dir() -> &'static Path {
    Path::new("/store")
}

pub(crate) fn open(fs: &SimFs, options: &Options) -> Result<Checkpoints> {
    let vfs: Arc<dyn Vfs> = Arc::new(fs.clone());
    Checkpoints::open(vfs, dir(), options)
}

/// What a store holds, as a user sees it: bytes by id, and the ids from the oldest save to the newest.
pub(crate) type Contents = (BTreeMap<String, Vec<u8>>, Vec<String>);

pub(crate) fn contents(store: &mut Checkpoints) -> Result<Contents> {
    let mut bytes = BTreeMap::new();
    let mut order = Vec::new();
    for info in store.list()? {
        let content = store.load(&info.id)?;
        assert_eq!(content.len() as u64, info.bytes);
        bytes.insert(info.id.clone(), content);
        order.push(info.id);
    }
    Ok((bytes, order))
}

/// A call that changes a store.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Save(&'static str, Vec<u8>),
    Remove(&'static str),
    Prune(usize),
    Reopen,
}

/// What a store should hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Model {
    bytes: BTreeMap<String, Vec<u8>>,
    order: Vec<String>,
}

impl Model {
    pub(crate) fn contents(&self) -> Contents {
        (self.bytes.clone(), self.order.clone())
    }

    pub(crate) fn apply(&mut self, step: &Step) {
        match step {
            Step::Save(id, bytes) => {
                self.order.retain(|other| other != id);
                self.order.push((*id).to_owned());
                self.bytes.insert((*id).to_owned(), bytes.clone());
            }
            Step::Remove(id) => {
                self.order.retain(|other| other != id);
                self.bytes.remove(*id);
            }
            Step::Prune(keep) => {
                let gone = self.order.len().saturating_sub(*keep);
                for id in self.order.drain(..gone) {
                    self.bytes.remove(&id);
                }
            }
            Step::Reopen => {}
        }
    }
}

/// Does what `step` says to `store`, which a step may open again.
pub(crate) fn perform(step: &Step, fs: &SimFs, options: &Options, store: &mut Checkpoints) -> Result<()> {
    match step {
        Step::Save(id, bytes) => store.save(id, bytes).map(drop),
        Step::Remove(id) => store.remove(id).map(drop),
        Step::Prune(keep) => store.prune(*keep).map(drop),
        Step::Reopen => {
            store.close()?;
            *store = open(fs, options)?;
            Ok(())
        }
    }
}
