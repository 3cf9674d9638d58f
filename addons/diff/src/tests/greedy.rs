//! The contract of npm `diff` 9 written down as it reads, without a thought of speed: layer after layer, diagonal after diagonal.

/// `true` for an insertion.
pub(super) fn edits(old: &[u32], new: &[u32]) -> Vec<bool> {
    let (old_count, new_count) = (old.len() as i64, new.len() as i64);
    let extend = |mut old_at: i64, diagonal: i64| {
        while old_at < old_count
            && old_at - diagonal < new_count
            && old[old_at as usize] == new[(old_at - diagonal) as usize]
        {
            old_at += 1;
        }
        old_at
    };
    // By diagonal: how far in the old text, and the edits that led there.
    let mut paths = std::collections::BTreeMap::from([(0, (extend(0, 0), Vec::new()))]);
    let (mut lowest, mut highest) = (i64::MIN, i64::MAX);
    for layer in 0.. {
        let mut next = std::collections::BTreeMap::new();
        let mut diagonal = lowest.max(-layer);
        while diagonal <= highest.min(layer) {
            let candidate = if layer == 0 {
                paths.remove(&0)
            } else {
                step(&paths, diagonal, old_count, new_count)
            };
            if let Some((old_at, edits)) = candidate {
                let old_at = extend(old_at, diagonal);
                if old_at == old_count && old_at - diagonal == new_count {
                    return edits;
                }
                if layer > 0 && old_at == old_count {
                    highest = highest.min(diagonal - 1);
                }
                if layer > 0 && old_at - diagonal == new_count {
                    lowest = lowest.max(diagonal + 1);
                }
                next.insert(diagonal, (old_at, edits));
            }
            diagonal += 2;
        }
        paths = next;
    }
    unreachable!("as many edits as lines lead from any text to any other")
}

type Path = (i64, Vec<bool>);

/// A removal, unless it is impossible or an insertion starts further in the old text.
fn step(
    paths: &std::collections::BTreeMap<i64, Path>,
    diagonal: i64,
    old_count: i64,
    new_count: i64,
) -> Option<Path> {
    let removed = paths
        .get(&(diagonal - 1))
        .filter(|(old_at, _)| *old_at < old_count);
    let added = paths
        .get(&(diagonal + 1))
        .filter(|(old_at, _)| old_at - diagonal <= new_count && old_at - diagonal >= 1);
    match (removed, added) {
        (removed, Some((old_at, edits))) if removed.is_none_or(|(from, _)| from < old_at) => {
            Some((*old_at, [edits.as_slice(), &[true]].concat()))
        }
        (Some((old_at, edits)), _) => Some((old_at + 1, [edits.as_slice(), &[false]].concat())),
        (None, _) => None,
    }
}
