//! The N-API binding: two strings in, a patch out.

use napi_derive::napi;
use pairbench_common::{guard, js};

/// The unified patch by `imara-diff`: its Histogram where `histogram` holds, else its Myers with heuristics.
#[napi]
pub fn imara_patch(old: String, next: String, histogram: bool) -> js::Result<String> {
    Ok(guard("imaraPatch", || Ok(crate::patch(&old, &next, histogram)))?)
}
