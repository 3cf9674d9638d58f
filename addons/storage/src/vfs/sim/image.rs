//! What a power cut leaves.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use super::directory::{self, Directory, Entry};
use super::file::{self, Node, Write};
use super::{Disk, Random};

/// What becomes of the pending writes and changes of names, which are counted from 0: files first, each in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// None of them is kept.
    Nothing,
    /// All of them are.
    Everything,
    /// All but this one.
    DropOne(usize),
    /// This one alone.
    OnlyOne(usize),
    /// All, this one in part.
    Tear(usize),
    /// Each is kept, lost or torn by chance; the length of a file may outlive its bytes.
    Random,
}

enum Fate {
    Kept,
    Lost,
    Torn,
}

struct Fates {
    cut: Cut,
    index: usize,
    random: Random,
}

impl Fates {
    fn next(&mut self) -> Fate {
        let index = self.index;
        self.index += 1;
        let kept = |kept| if kept { Fate::Kept } else { Fate::Lost };
        match self.cut {
            Cut::Nothing => Fate::Lost,
            Cut::Everything => Fate::Kept,
            Cut::DropOne(dropped) => kept(index != dropped),
            Cut::OnlyOne(only) => kept(index == only),
            Cut::Tear(torn) if index == torn => Fate::Torn,
            Cut::Tear(_) => Fate::Kept,
            Cut::Random => match self.random.below(5) {
                0 | 1 => Fate::Kept,
                2 | 3 => Fate::Lost,
                _ => Fate::Torn,
            },
        }
    }
}

/// How many pending writes and changes of names there are.
pub(super) fn pending(disk: &Disk) -> usize {
    let writes: usize = disk.nodes.iter().map(|node| node.pending.len()).sum();
    let changes: usize = disk.dirs.values().map(|dir| dir.pending.len()).sum();
    writes + changes
}

/// The disk after a power cut; `disk` is not changed.
pub(super) fn after(disk: &Disk, cut: Cut, seed: u64) -> Disk {
    let mut fates = Fates {
        cut,
        index: 0,
        random: Random::new(seed),
    };
    let contents: Vec<Vec<u8>> = disk.nodes.iter().map(|node| content(node, &mut fates)).collect();
    let mut names: BTreeMap<PathBuf, BTreeMap<_, _>> = BTreeMap::new();
    for (path, dir) in &disk.dirs {
        let mut kept = dir.durable.clone();
        for change in &dir.pending {
            // A name is there or not: half of one is none.
            if matches!(fates.next(), Fate::Kept) {
                directory::apply(&mut kept, change);
            }
        }
        names.insert(path.clone(), kept);
    }
    // A directory whose own name is lost is gone with all that was in it. Parents come before their children.
    let mut there: HashSet<PathBuf> = HashSet::from([PathBuf::from("/")]);
    let mut nodes = Vec::new();
    let mut moved: HashMap<usize, usize> = HashMap::new();
    let mut dirs = BTreeMap::new();
    for (path, mut kept) in names {
        if !there.contains(&path) {
            continue;
        }
        for (name, entry) in &mut kept {
            match entry {
                Entry::Directory => {
                    there.insert(path.join(name));
                }
                Entry::File(node) => {
                    let old = *node;
                    *node = *moved.entry(old).or_insert_with(|| {
                        nodes.push(Node::durable(&contents[old]));
                        nodes.len() - 1
                    });
                }
            }
        }
        dirs.insert(path, Directory::durable(kept));
    }
    Disk {
        random: fates.random,
        boot: disk.boot.wrapping_add(1).max(1),
        nodes,
        dirs,
        locks: HashMap::new(),
        dead: HashSet::new(),
        processes: 1,
        calls: 0,
        plan: None,
        uncounted: false,
        trace: disk.trace.clone(),
    }
}

fn content(node: &Node, fates: &mut Fates) -> Vec<u8> {
    let mut bytes = node.durable.clone();
    let mut lengths = vec![bytes.len()];
    for write in &node.pending {
        let fate = fates.next();
        let before = bytes.len();
        match (fate, write) {
            (Fate::Lost, _) => {}
            (Fate::Torn, Write::Bytes { offset, bytes: new }) => {
                tear(&mut bytes, *offset, new, &mut fates.random);
            }
            (_, write) => file::apply(&mut bytes, write),
        }
        if bytes.len() != before {
            lengths.push(bytes.len());
        }
        if let Write::Bytes { offset, bytes: new } = write {
            lengths.push(before.max(offset + new.len()));
        }
    }
    if fates.cut == Cut::Random && !node.pending.is_empty() && fates.random.once_in(4) {
        // The length is metadata with a life of its own: it may lag behind the bytes, or come without them.
        let length = lengths[fates.random.below(lengths.len() as u64) as usize];
        let stale = fates.random.once_in(2);
        while bytes.len() < length {
            let byte = if stale { fates.random.next() as u8 } else { 0 };
            bytes.push(byte);
        }
        bytes.truncate(length);
    }
    bytes
}

/// Writes some of the sectors, whole.
fn tear(content: &mut Vec<u8>, offset: usize, bytes: &[u8], random: &mut Random) {
    let sector = if random.once_in(4) { 4096 } else { 512 };
    let end = offset + bytes.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    let mut start = offset;
    while start < end {
        let stop = ((start / sector + 1) * sector).min(end);
        if random.once_in(2) {
            content[start..stop].copy_from_slice(&bytes[start - offset..stop - offset]);
        }
        start = stop;
    }
}
