//! Where the line feeds are.

const FEED: u16 = b'\n' as u16;

/// Calls `visit` with the place of each line feed, in order. Time: memory speed, and some nanoseconds a feed.
#[inline]
pub(crate) fn for_each(units: &[u16], mut visit: impl FnMut(usize)) {
    const BLOCK: usize = 32;
    let blocks = units.chunks_exact(BLOCK);
    let rest = blocks.remainder();
    let mut start = 0;
    for block in blocks {
        // The length of a chunk of that size.
        let mut feeds = feeds_of(block.try_into().unwrap_or(&[0; BLOCK]));
        while feeds != 0 {
            visit(start + feeds.trailing_zeros() as usize);
            feeds &= feeds - 1;
        }
        start += BLOCK;
    }
    for (place, &unit) in rest.iter().enumerate() {
        if unit == FEED {
            visit(start + place);
        }
    }
}

/// One bit a unit, the lowest for the first.
#[cfg(target_arch = "x86_64")]
#[inline]
fn feeds_of(block: &[u16; 32]) -> u32 {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi16, _mm_loadu_si128, _mm_movemask_epi8, _mm_packs_epi16, _mm_set1_epi16,
    };
    // SAFETY: every x86-64 CPU has SSE2; 8 units from each of the four starts lie within the block.
    unsafe {
        let feed = _mm_set1_epi16(FEED as i16);
        let found = |start: usize| {
            let units = _mm_loadu_si128(block.as_ptr().add(start).cast::<__m128i>());
            _mm_cmpeq_epi16(units, feed)
        };
        let low = _mm_movemask_epi8(_mm_packs_epi16(found(0), found(8))) as u32;
        let high = _mm_movemask_epi8(_mm_packs_epi16(found(16), found(24))) as u32;
        low | high << 16
    }
}

/// See above.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn feeds_of(block: &[u16; 32]) -> u32 {
    block.iter().enumerate().fold(0, |feeds, (place, &unit)| {
        feeds | u32::from(unit == FEED) << place
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_in_a_block_is_found_and_units_like_a_feed_are_not() {
        for length in 0..100 {
            for place in 0..length {
                let mut units = vec![0x0a0a; length];
                units[place] = FEED;
                let mut found = Vec::new();
                for_each(&units, |feed| found.push(feed));
                assert_eq!(found, [place], "length {length}");
            }
        }
    }
}
