//! From ids back to bytes.

use pairbench_common::{Error, ErrorCode, Result};

use crate::tables::Tables;

pub(crate) fn bytes(ids: &[u32], tables: &Tables, name: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(ids.len().saturating_mul(5));
    for &id in ids {
        let token = tables.token_bytes(id).ok_or_else(|| {
            Error::new(
                ErrorCode::InvalidToken,
                format!("no token of {name} has the id {id}"),
            )
        })?;
        bytes.extend_from_slice(token);
    }
    Ok(bytes)
}
