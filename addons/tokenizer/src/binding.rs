//! The N-API binding: thin functions, every one behind the panic guard.
//!
//! Arguments are taken as raw values and checked here, so that a wrong one gives an error with a stable code.

mod array;
mod direct;
mod task;
mod text;

use napi::bindgen_prelude::{AbortSignal, AsyncTask, FromNapiValue, Object, Unknown};
use napi::{Env, JsValue, ValueType, sys};
use napi_derive::napi;
use pairbench_common::js;
use pairbench_common::{Error, ErrorCode, Result, guard};

use crate::{Encoding, Path};

pairbench_common::binding_exports! {
    #[doc = "The instructions in use: `avx2`, `neon` or `portable`."]
    cpu_path: String = Path::best().name().to_owned(),
    #[doc = "Version of Unicode that the splitting patterns follow."]
    unicode_version: String = "16.0".to_owned(),
}

/// An error for an argument of the wrong type.
fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorCode::InvalidArgType, message)
}

/// 0 is o200k_base, 1 is cl100k_base.
#[inline]
fn encoding_of(env: sys::napi_env, value: sys::napi_value) -> Result<Encoding> {
    let number = text::number_of(env, value).ok_or_else(|| invalid("encoding must be a number"))?;
    if number == 0.0 {
        Ok(Encoding::O200kBase)
    } else if number == 1.0 {
        Ok(Encoding::Cl100kBase)
    } else {
        Err(Error::new(
            ErrorCode::UnknownEncoding,
            format!("no encoding has the number {number}"),
        ))
    }
}

/// The tokens of `text`.
// Declared here, answered by `direct`.
#[napi(ts_args_type = "text: string, encoding: number")]
pub fn count_tokens(env: Env, text: Unknown<'_>, encoding: Unknown<'_>) -> js::Result<f64> {
    Ok(direct::count_tokens(env.raw(), [text.raw(), encoding.raw()])?)
}

/// The tokens of each text, in order.
#[napi(
    ts_args_type = "texts: readonly string[], encoding: number",
    ts_return_type = "Uint32Array"
)]
pub fn count_tokens_batch<'env>(
    env: &'env Env,
    texts: Unknown<'_>,
    encoding: Unknown<'_>,
) -> js::Result<Unknown<'env>> {
    Ok(guard("countTokensBatch", || {
        let encoding = encoding_of(env.raw(), encoding.raw())?;
        let mut counts = Vec::new();
        array::for_each_element(env.raw(), texts.raw(), |length, element| {
            if counts.is_empty() {
                counts.reserve_exact(length);
            }
            counts.push(text::with_text(env.raw(), element, |text| {
                crate::count(text, encoding) as u32
            })?);
            Ok(())
        })?;
        js::uint32_array(env, &counts)
    })?)
}

/// The tokens of `text`, counted on the thread pool. An abort cancels work that has not begun.
#[napi(
    ts_args_type = "text: string, encoding: number, signal?: AbortSignal | null",
    ts_return_type = "Promise<number>"
)]
pub fn count_tokens_async(
    env: Env,
    text: Unknown<'_>,
    encoding: Unknown<'_>,
    signal: Unknown<'_>,
) -> js::Result<AsyncTask<task::Count>> {
    Ok(guard("countTokensAsync", || {
        let encoding = encoding_of(env.raw(), encoding.raw())?;
        let signal = match signal.get_type() {
            Ok(ValueType::Undefined | ValueType::Null) => None,
            // SAFETY: the value belongs to this call.
            Ok(ValueType::Object) => Some(
                unsafe { AbortSignal::from_napi_value(env.raw(), signal.raw()) }
                    .map_err(|_| invalid("signal must be an AbortSignal"))?,
            ),
            _ => return Err(invalid("signal must be an AbortSignal")),
        };
        let text = text::with_text(env.raw(), text.raw(), str::to_owned)?;
        Ok(AsyncTask::with_optional_signal(
            task::Count::new(text, encoding),
            signal,
        ))
    })?)
}

/// The tokens of `text`, or -1 when there are more than `limit` (an integer, or Infinity).
// Declared here, answered by `direct`.
#[napi(ts_args_type = "text: string, limit: number, encoding: number")]
pub fn count_up_to(
    env: Env,
    text: Unknown<'_>,
    limit: Unknown<'_>,
    encoding: Unknown<'_>,
) -> js::Result<f64> {
    Ok(direct::count_up_to(
        env.raw(),
        [text.raw(), limit.raw(), encoding.raw()],
    )?)
}

/// Puts the direct functions in place of those that the macros made.
#[napi(module_exports)]
pub fn install(exports: Object<'_>, env: Env) -> napi::Result<()> {
    direct::install(env.raw(), exports.raw())
}

/// The ids of `text`.
#[napi(
    ts_args_type = "text: string, encoding: number",
    ts_return_type = "Uint32Array"
)]
pub fn encode<'env>(env: &'env Env, text: Unknown<'_>, encoding: Unknown<'_>) -> js::Result<Unknown<'env>> {
    Ok(guard("encode", || {
        let encoding = encoding_of(env.raw(), encoding.raw())?;
        let ids = text::with_text(env.raw(), text.raw(), |text| crate::encode(text, encoding))?;
        js::uint32_array(env, &ids)
    })?)
}

/// The text of `ids`; bytes that are no UTF-8 become U+FFFD.
#[napi(
    ts_args_type = "ids: Uint32Array, encoding: number",
    ts_return_type = "string"
)]
pub fn decode<'env>(env: &'env Env, ids: Unknown<'_>, encoding: Unknown<'_>) -> js::Result<Unknown<'env>> {
    Ok(guard("decode", || {
        let encoding = encoding_of(env.raw(), encoding.raw())?;
        let ids = array::ids_of(env.raw(), ids.raw())?;
        text::to_js(env, &String::from_utf8_lossy(&crate::decode(&ids, encoding)?))
    })?)
}
