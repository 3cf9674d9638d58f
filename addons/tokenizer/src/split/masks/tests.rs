use super::*;

fn expected(bytes: &[u8; 64]) -> Masks {
    let gather = |test: fn(u8) -> bool| {
        bytes
            .iter()
            .enumerate()
            .fold(0, |mask, (i, &byte)| mask | u64::from(test(byte)) << i)
    };
    Masks {
        upper: gather(|byte| byte.is_ascii_uppercase()),
        lower: gather(|byte| byte.is_ascii_lowercase()),
        digit: gather(|byte| byte.is_ascii_digit()),
        space: gather(|byte| byte == b' ' || (9..=13).contains(&byte)),
        newline: gather(|byte| byte == b'\n' || byte == b'\r'),
        blank: gather(|byte| byte == b' '),
        apostrophe: gather(|byte| byte == b'\''),
        slash: gather(|byte| byte == b'/'),
        high: gather(|byte| byte >= 0x80),
    }
}

/// Every byte value at every position, for one level.
fn check(masks: impl Fn(&[u8; 64]) -> Masks) {
    for shift in 0..64 {
        for start in (0..256).step_by(64) {
            let block: [u8; 64] = std::array::from_fn(|i| (start + (i + shift) % 64) as u8);
            assert_eq!(masks(&block), expected(&block));
        }
    }
}

fn check_probe(probe: impl Fn(&[[u64; 2]; 4], [u64; 2]) -> u64) {
    let line = [
        [1, 2 | 3 << 56],
        [1, 4 | 5 << 56],
        [0x8000_0000_0000_0000, 7 << 56],
        [0, 0],
    ];
    assert_eq!(probe(&line, [1, 2]), 3);
    assert_eq!(probe(&line, [1, 4]), 5);
    assert_eq!(probe(&line, [0x8000_0000_0000_0000, 0]), 7);
    assert_eq!(probe(&line, [1, 3]), 0);
    assert_eq!(probe(&line, [2, 2]), 0);
    assert_eq!(probe(&line, [0x8000_0000_0000_0001, 0]), 0);
}

#[test]
fn portable() {
    // SAFETY: needs no special instructions, and the blocks have 64 bytes.
    check(|block| unsafe { Portable::masks(block.as_ptr()) });
    // SAFETY: as above.
    check_probe(|line, key| unsafe { Portable::probe(line, key) });
}

#[test]
fn keys_are_complemented_and_cut() {
    let bytes = *b"abcdefghijklmnop";
    for length in 0..16 {
        // SAFETY: 16 bytes are readable.
        let key = unsafe { Portable::key(bytes.as_ptr(), length) };
        let flat: Vec<u8> = key.iter().flat_map(|word| word.to_le_bytes()).collect();
        let expected: Vec<u8> = (0..16).map(|i| if i < length { !bytes[i] } else { 0 }).collect();
        assert_eq!(flat, expected);
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn avx2() {
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, and the blocks have 64 bytes.
        check(|block| unsafe { Avx2::masks(block.as_ptr()) });
        // SAFETY: as above.
        check_probe(|line, key| unsafe { Avx2::probe(line, key) });
    }
}

#[cfg(target_arch = "aarch64")]
#[test]
fn neon() {
    // SAFETY: every AArch64 processor that the standard library supports has NEON; the blocks have 64 bytes.
    check(|block| unsafe { Neon::masks(block.as_ptr()) });
}
