//! Against a map, with edits as a session makes them.

use proptest::prelude::*;

use crate::checkpoints::cut::chunk_length;
use crate::checkpoints::testing::{Model, Step, contents, noise, open, perform, small};
use crate::journal::Options;
use crate::vfs::sim::SimFs;

#[derive(Clone, Debug)]
enum Edit {
    Append(usize),
    Insert(usize, usize),
    DeleteFront(usize),
    Delete(usize, usize),
    Change(usize, usize),
    CopyOf(usize),
    Remove,
    Prune(usize),
    Reopen,
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (1_usize..60_000).prop_map(Edit::Append),
        2 => (any::<usize>(), 1_usize..5000).prop_map(|(at, length)| Edit::Insert(at, length)),
        2 => (1_usize..60_000).prop_map(Edit::DeleteFront),
        1 => (any::<usize>(), 1_usize..30_000).prop_map(|(at, length)| Edit::Delete(at, length)),
        3 => (any::<usize>(), 1_usize..3000).prop_map(|(at, length)| Edit::Change(at, length)),
        1 => (0_usize..3).prop_map(Edit::CopyOf),
        1 => Just(Edit::Remove),
        1 => (0_usize..4).prop_map(Edit::Prune),
        1 => Just(Edit::Reopen),
    ]
}

const IDS: [&str; 3] = ["plan", "session", "tree"];

fn edited(bytes: &mut Vec<u8>, edit: &Edit, seed: u64) {
    let length = bytes.len();
    match *edit {
        Edit::Append(count) => bytes.extend(noise(seed, count)),
        Edit::Insert(at, count) => {
            let at = at % (length + 1);
            bytes.splice(at..at, noise(seed, count));
        }
        Edit::DeleteFront(count) => drop(bytes.drain(..count.min(length))),
        Edit::Delete(at, count) => {
            let at = at % (length + 1);
            bytes.drain(at..(at + count).min(length));
        }
        Edit::Change(at, count) => {
            let at = at % (length + 1);
            let end = (at + count).min(length);
            bytes[at..end].copy_from_slice(&noise(seed, end - at));
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_store_is_a_map(
        seed in any::<u64>(),
        segment_bytes in prop::sample::select(vec![4096_u64, 40_000, 300_000]),
        edits in prop::collection::vec((0_usize..3, edit()), 1..40),
    ) {
        let fs = SimFs::new(seed);
        let options = Options { segment_bytes, ..small() };
        let mut store = open(&fs, &options).unwrap();
        let mut model = Model::default();
        for (number, (which, edit)) in edits.iter().enumerate() {
            let id = IDS[*which];
            let (all, _) = model.contents();
            let step = match edit {
                Edit::Remove => Step::Remove(id),
                Edit::Prune(keep) => Step::Prune(*keep),
                Edit::Reopen => Step::Reopen,
                Edit::CopyOf(other) => Step::Save(id, all.get(IDS[*other]).cloned().unwrap_or_default()),
                edit => {
                    let mut bytes = all.get(id).cloned().unwrap_or_default();
                    edited(&mut bytes, edit, seed.wrapping_add(number as u64));
                    Step::Save(id, bytes)
                }
            };
            perform(&step, &fs, &options, &mut store).unwrap();
            model.apply(&step);
            prop_assert_eq!(contents(&mut store).unwrap(), model.contents());
            if let Step::Save(id, bytes) = &step {
                let mut rest = &bytes[..];
                for chunk in &store.index.get(id).unwrap().chunks {
                    prop_assert_eq!(chunk.length as usize, chunk_length(rest), "cut by the rule");
                    rest = &rest[chunk.length as usize..];
                }
                prop_assert!(rest.is_empty());
            }
        }
        store.close().unwrap();
        let mut store = open(&fs, &options).unwrap();
        prop_assert_eq!(contents(&mut store).unwrap(), model.contents());
    }
}
