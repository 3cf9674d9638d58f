//! The N-API binding: thin functions, every one behind the panic guard. Texts cross as UTF-16, once.

mod task;

use std::time::Duration;

use napi::Env;
use napi::bindgen_prelude::{AsyncTask, Unknown};
use napi_derive::napi;
use pairbench_common::{Result, guard, js};

use crate::{Algorithm, Run, Settings};
use task::{Hunks, Runs, Texts};

pairbench_common::binding_exports! {}

/// Longest text accepted, in UTF-16 code units: as `MAX_TEXT_LENGTH` in contract.ts.
const MAX_UNITS: usize = 1 << 28;

const HISTOGRAM: u32 = 1;
const IGNORE_WHITESPACE: u32 = 2;
const NEWLINE_IS_TOKEN: u32 = 4;
const IGNORE_NEWLINE_AT_EOF: u32 = 8;

/// How texts are compared; numbers that may be Infinity are.
#[napi(object)]
pub struct Limits {
    /// Sum of 1 histogram, 2 ignoreWhitespace, 4 newlineIsToken, 8 ignoreNewlineAtEof.
    pub flags: u32,
    /// Edits.
    pub max_edit_length: f64,
    /// Milliseconds.
    pub timeout: f64,
    /// Bytes.
    pub max_memory_bytes: f64,
}

impl From<Limits> for Settings {
    // A float becomes the nearest integer: Infinity the largest, NaN and what is negative 0.
    fn from(limits: Limits) -> Self {
        let has = |flag| limits.flags & flag != 0;
        Self {
            algorithm: if has(HISTOGRAM) {
                Algorithm::Histogram
            } else {
                Algorithm::Myers
            },
            ignore_whitespace: has(IGNORE_WHITESPACE),
            newline_is_token: has(NEWLINE_IS_TOKEN),
            ignore_newline_at_eof: has(IGNORE_NEWLINE_AT_EOF),
            max_edit_length: limits.max_edit_length as usize,
            timeout: (limits.timeout != f64::INFINITY).then(|| Duration::from_millis(limits.timeout as u64)),
            max_memory_bytes: limits.max_memory_bytes as usize,
        }
    }
}

fn texts_of(env: &Env, old: &Unknown<'_>, new: &Unknown<'_>) -> Result<Texts> {
    Ok(Texts {
        old: js::units_of(env, old, MAX_UNITS)?,
        new: js::units_of(env, new, MAX_UNITS)?,
    })
}

/// Four numbers a run, as `Runs` in ts/core.ts.
fn numbers_of(runs: &[Run]) -> Vec<u32> {
    runs.iter()
        .flat_map(|run| [run.kind as u32, run.count, run.old_end, run.new_end])
        .collect()
}

/// The runs from one text to the other; null where a limit of edits or time was met.
#[napi(
    ts_args_type = "oldText: string, newText: string, limits: Limits",
    ts_return_type = "Uint32Array | null"
)]
pub fn runs<'env>(
    env: &'env Env,
    old_text: Unknown<'_>,
    new_text: Unknown<'_>,
    limits: Limits,
) -> js::Result<Option<Unknown<'env>>> {
    Ok(guard("runs", || {
        let Texts { old, new } = texts_of(env, &old_text, &new_text)?;
        let runs = crate::runs(&old, &new, &limits.into())?;
        runs.map(|runs| js::uint32_array(env, &numbers_of(&runs)))
            .transpose()
    })?)
}

/// The hunks of the unified patch, without file headers; null where a limit of edits or time was met.
#[napi(
    ts_args_type = "oldText: string, newText: string, context: number, limits: Limits",
    ts_return_type = "string | null"
)]
pub fn hunks<'env>(
    env: &'env Env,
    old_text: Unknown<'_>,
    new_text: Unknown<'_>,
    context: f64,
    limits: Limits,
) -> js::Result<Option<Unknown<'env>>> {
    Ok(guard("hunks", || {
        let Texts { old, new } = texts_of(env, &old_text, &new_text)?;
        let hunks = crate::hunks(&old, &new, context as usize, &limits.into())?;
        hunks.map(|hunks| js::string_of(env, &hunks)).transpose()
    })?)
}

/// As `runs`, on the thread pool.
#[napi(
    ts_args_type = "oldText: string, newText: string, limits: Limits",
    ts_return_type = "Promise<Uint32Array | null>"
)]
pub fn runs_async(
    env: Env,
    old_text: Unknown<'_>,
    new_text: Unknown<'_>,
    limits: Limits,
) -> js::Result<AsyncTask<Runs>> {
    Ok(guard("runsAsync", || {
        let texts = texts_of(&env, &old_text, &new_text)?;
        Ok(AsyncTask::new(Runs {
            texts,
            settings: limits.into(),
        }))
    })?)
}

/// As `hunks`, on the thread pool.
#[napi(
    ts_args_type = "oldText: string, newText: string, context: number, limits: Limits",
    ts_return_type = "Promise<string | null>"
)]
pub fn hunks_async(
    env: Env,
    old_text: Unknown<'_>,
    new_text: Unknown<'_>,
    context: f64,
    limits: Limits,
) -> js::Result<AsyncTask<Hunks>> {
    Ok(guard("hunksAsync", || {
        let texts = texts_of(&env, &old_text, &new_text)?;
        Ok(AsyncTask::new(Hunks {
            texts,
            context: context as usize,
            settings: limits.into(),
        }))
    })?)
}
