//! The tokens of a vocabulary in rank order, checked against the hash of tiktoken's rank file.

use crate::sha256;

/// The bytes of each token; the index is the rank, which is also the id.
///
/// The source crate is trusted for nothing: the rank file is written anew from its tokens (base64, blank, rank,
/// newline) and must have the SHA-256 that tiktoken pins, so a wrong byte stops the build.
pub fn verified(name: &str, expected_sha256: &str) -> Vec<Vec<u8>> {
    let source = toktok::Tokenizer::builtin(name).expect("the source crate has this vocabulary");
    let tokens: Vec<Vec<u8>> = (0..)
        .map_while(|id| source.token_bytes(id))
        .map(<[u8]>::to_vec)
        .collect();
    let mut file = String::new();
    for (rank, token) in tokens.iter().enumerate() {
        base64(token, &mut file);
        file.push(' ');
        file.push_str(&rank.to_string());
        file.push('\n');
    }
    let actual = sha256::hex(file.as_bytes());
    assert_eq!(
        actual, expected_sha256,
        "{name}: the tokens are not those of tiktoken's rank file"
    );
    tokens
}

/// Where each token starts in the concatenation of all, and where the last one ends.
pub fn offsets(tokens: &[Vec<u8>]) -> Vec<u32> {
    let mut offsets = vec![0];
    for token in tokens {
        offsets.push(offsets[offsets.len() - 1] + token.len() as u32);
    }
    offsets
}

fn base64(bytes: &[u8], out: &mut String) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0, |sum, &byte| sum << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let digit = (group >> (18 - 6 * i)) & 63;
            out.push(if i <= chunk.len() {
                char::from(ALPHABET[digit as usize])
            } else {
                '='
            });
        }
    }
}
