//! Which of 64 masks pass two filters.

use super::bounds::Filter;
use super::survivors::BLOCK;

/// Bits by place: what passes the first filter, and what passes the second.
pub(crate) type Compare = fn(&[u64; BLOCK], Filter, Filter) -> (u64, u64);

/// The fastest way of this processor.
pub(crate) fn compare() -> Compare {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        return |masks, first, second| {
            // SAFETY: the processor has AVX2.
            unsafe { avx2(masks, first, second) }
        };
    }
    portable
}

#[inline]
fn portable(masks: &[u64; BLOCK], first: Filter, second: Filter) -> (u64, u64) {
    let mut passed = (0, 0);
    for (place, &mask) in masks.iter().enumerate() {
        passed.0 |= u64::from(first.passes(mask)) << place;
        passed.1 |= u64::from(second.passes(mask)) << place;
    }
    passed
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2(masks: &[u64; BLOCK], first: Filter, second: Filter) -> (u64, u64) {
    use std::arch::x86_64::*;

    let splat = |word: u64| _mm256_set1_epi64x(word.cast_signed());
    let (first_select, first_value) = (splat(first.select), splat(first.value));
    let (second_select, second_value) = (splat(second.select), splat(second.value));
    let mut passed = (0, 0);
    let (groups, _) = masks.as_chunks::<4>();
    for (group, masks) in groups.iter().enumerate() {
        // SAFETY: 32 bytes are readable; the load needs no alignment.
        let masks = unsafe { _mm256_loadu_si256(masks.as_ptr().cast()) };
        let bits = |select, value| {
            let equal = _mm256_cmpeq_epi64(_mm256_and_si256(masks, select), value);
            u64::from(_mm256_movemask_pd(_mm256_castsi256_pd(equal)) as u32) << (group * 4)
        };
        passed.0 |= bits(first_select, first_value);
        passed.1 |= bits(second_select, second_value);
    }
    passed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn all_ways_agree(masks in proptest::array::uniform32(0_u64..16), selects in any::<(u8, u8)>(), values in any::<(u8, u8)>()) {
            let mut block = [0; BLOCK];
            block[..32].copy_from_slice(&masks);
            block[32..].copy_from_slice(&masks.map(|mask| mask << 30 | mask << 60));
            let filter = |select: u8, value: u8| {
                let select = u64::from(select & 15) | u64::from(select >> 4) << 60;
                Filter { select, value: u64::from(value & 15) & select }
            };
            let first = filter(selects.0, values.0);
            let second = filter(selects.1, values.1);
            prop_assert_eq!(portable(&block, first, second), compare()(&block, first, second));
        }
    }
}
