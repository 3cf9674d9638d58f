//! The N-API binding: texts cross once, then only numbers.

use std::cell::{Cell, RefCell};

use napi_derive::napi;
use pairbench_common::{Error, ErrorCode, guard, js};
use pairbench_tokenizer::Encoding;

use crate::Peer;

thread_local! {
    static TEXTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static LAST_COUNT: Cell<u32> = const { Cell::new(0) };
}

/// Keeps `text` for the calls below and returns its index.
#[napi]
pub fn keep(text: String) -> u32 {
    TEXTS.with_borrow_mut(|kept| {
        kept.push(text);
        kept.len() as u32 - 1
    })
}

/// Nanoseconds that `toktok-rs` takes for the text at `index`; `encoding` is 0 for o200k_base, 1 for cl100k_base.
#[napi]
pub fn time_toktok(index: u32, encoding: u32) -> js::Result<f64> {
    Ok(time("timeToktok", Peer::Toktok, index, encoding)?)
}

/// As `timeToktok`, for `bpe-openai`.
#[napi]
pub fn time_bpe_openai(index: u32, encoding: u32) -> js::Result<f64> {
    Ok(time("timeBpeOpenai", Peer::BpeOpenai, index, encoding)?)
}

/// As `timeToktok`, for the core of `@pairbench/tokenizer`: the difference to a call from JavaScript is the crossing.
#[napi]
pub fn time_own(index: u32, encoding: u32) -> js::Result<f64> {
    Ok(time("timeOwn", Peer::Own, index, encoding)?)
}

/// The tokens that the last timed call counted.
#[napi]
pub fn last_count() -> u32 {
    LAST_COUNT.get()
}

fn time(export: &str, peer: Peer, index: u32, encoding: u32) -> pairbench_common::Result<f64> {
    guard(export, || {
        let encoding = *Encoding::ALL.get(encoding as usize).ok_or_else(|| {
            Error::new(
                ErrorCode::UnknownEncoding,
                format!("no encoding has the number {encoding}"),
            )
        })?;
        TEXTS.with_borrow(|texts| {
            let text = texts.get(index as usize).ok_or_else(|| {
                Error::new(
                    ErrorCode::InvalidArgType,
                    format!("no text has the index {index}"),
                )
            })?;
            let (count, elapsed_ns) = crate::time(peer, text, encoding);
            LAST_COUNT.set(count as u32);
            Ok(elapsed_ns as f64)
        })
    })
}
