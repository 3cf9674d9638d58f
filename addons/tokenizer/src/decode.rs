//! From ids back to bytes.

use pairbench_common::{Error, ErrorCode, Result};

use crate::tables::Tables;

/// The most bytes one call gives back: 1 GiB.
const MAX_BYTES: usize = 1 << 30;

/// The bytes of `ids`. Looks at all ids before it allocates, so that a bad one costs no memory.
pub(crate) fn bytes(ids: &[u32], tables: &Tables, name: &str) -> Result<Vec<u8>> {
    let mut length = 0_usize;
    for &id in ids {
        let token = tables.token_bytes(id).ok_or_else(|| {
            Error::new(
                ErrorCode::InvalidToken,
                format!("no token of {name} has the id {id}"),
            )
        })?;
        length += token.len();
        if length > MAX_BYTES {
            let message = format!("the text of the ids has more than {MAX_BYTES} bytes");
            return Err(Error::new(ErrorCode::TextTooLarge, message));
        }
    }
    let mut bytes = Vec::with_capacity(length);
    bytes.extend(ids.iter().filter_map(|&id| tables.token_bytes(id)).flatten());
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{CL100K_BASE, O200K_BASE};

    #[test]
    fn special_tokens_have_their_text() {
        assert_eq!(
            bytes(&[199_999, 200_018], &O200K_BASE, "").unwrap(),
            b"<|endoftext|><|endofprompt|>"
        );
        assert_eq!(bytes(&[100_258], &CL100K_BASE, "").unwrap(), b"<|fim_prefix|>");
    }

    #[test]
    fn unknown_ids_and_huge_texts_are_refused() {
        assert_eq!(
            bytes(&[0, 199_998], &O200K_BASE, "").unwrap_err().code,
            ErrorCode::InvalidToken
        );
        // The longest token has 128 bytes.
        let longest = (0..199_998)
            .max_by_key(|&id| O200K_BASE.token_bytes(id).unwrap().len())
            .unwrap();
        let ids = vec![longest; (1 << 23) + 1];
        assert_eq!(
            bytes(&ids, &O200K_BASE, "").unwrap_err().code,
            ErrorCode::TextTooLarge
        );
    }
}
