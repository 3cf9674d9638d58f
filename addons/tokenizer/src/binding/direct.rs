//! The calls where nanoseconds count, without the argument conversion of the macros.
//!
//! What a macro wraps around a function with arguments takes 0.25 us, more than counting a short text. These functions
//! take the raw values and return a raw one. The macros still declare them, so that their types are generated too.

use std::ffi::CStr;
use std::ptr;

use napi::{JsError, sys};
use pairbench_common::{Result, guard};

use super::{encoding_of, invalid, text};

/// `countTokens(text, encoding)`
#[inline]
pub(super) fn count_tokens(env: sys::napi_env, [value, encoding]: [sys::napi_value; 2]) -> Result<f64> {
    guard("countTokens", || {
        let encoding = encoding_of(env, encoding)?;
        text::with_text(env, value, |text| crate::count(text, encoding) as f64)
    })
}

/// `countUpTo(text, limit, encoding)`
#[inline]
pub(super) fn count_up_to(env: sys::napi_env, [value, limit, encoding]: [sys::napi_value; 3]) -> Result<f64> {
    guard("countUpTo", || {
        let encoding = encoding_of(env, encoding)?;
        let limit = text::number_of(env, limit)
            .filter(|&limit| limit >= 0.0 && (limit.fract() == 0.0 || limit.is_infinite()))
            .ok_or_else(|| invalid("limit must be a non-negative integer or Infinity"))?;
        text::with_text(env, value, |text| {
            // A float becomes the nearest integer: Infinity the largest.
            crate::count_up_to(text, limit as usize, encoding).map_or(-1.0, |count| count as f64)
        })
    })
}

/// Defines both functions on `exports`.
pub(super) fn install(env: sys::napi_env, exports: sys::napi_value) -> napi::Result<()> {
    let functions: [(&CStr, sys::napi_callback); 2] = [
        (c"countTokens", Some(on_count_tokens)),
        (c"countUpTo", Some(on_count_up_to)),
    ];
    for (name, callback) in functions {
        let mut function = ptr::null_mut();
        // SAFETY: the name is NUL-terminated, the callback lives as long as the addon, the result is a local.
        unsafe {
            let length = name.count_bytes() as isize;
            napi::check_status!(sys::napi_create_function(
                env,
                name.as_ptr(),
                length,
                callback,
                ptr::null_mut(),
                &mut function
            ))?;
            napi::check_status!(sys::napi_set_named_property(
                env,
                exports,
                name.as_ptr(),
                function
            ))?;
        }
    }
    Ok(())
}

unsafe extern "C" fn on_count_tokens(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: N-API calls this with a live environment and call.
    unsafe { answer(env, info, count_tokens) }
}

unsafe extern "C" fn on_count_up_to(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: as above.
    unsafe { answer(env, info, count_up_to) }
}

/// Reads the arguments (those left out are undefined), calls `function`, and returns or throws its result.
///
/// # Safety
/// `env` and `info` are those of a running call.
#[inline(always)]
unsafe fn answer<const N: usize>(
    env: sys::napi_env,
    info: sys::napi_callback_info,
    function: fn(sys::napi_env, [sys::napi_value; N]) -> Result<f64>,
) -> sys::napi_value {
    let mut arguments = [ptr::null_mut(); N];
    let mut count = N;
    let mut result = ptr::null_mut();
    // SAFETY: passed on; `arguments` has room for `count` values.
    unsafe {
        sys::napi_get_cb_info(
            env,
            info,
            &mut count,
            arguments.as_mut_ptr(),
            ptr::null_mut(),
            ptr::null_mut(),
        );
        match function(env, arguments) {
            Ok(number) => {
                sys::napi_create_double(env, number, &mut result);
            }
            Err(error) => JsError::from(napi::Error::from(error)).throw_into(env),
        }
    }
    result
}
