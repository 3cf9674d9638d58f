//! Arrays and typed arrays across the boundary.

use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

use napi::{Env, sys};
use pairbench_common::js::{check, clear_exception};
use pairbench_common::{Error, ErrorCode, Result};

use super::invalid;

/// Handles are freed after this many elements, so that a long list does not pile them up.
const ELEMENTS_PER_SCOPE: u32 = 1024;

/// Calls `visit` with the length of the list and each element in turn.
///
/// # Errors
/// `ERR_INVALID_ARG_TYPE` when `list` is no array or an element cannot be read; what `visit` returns.
pub(super) fn for_each_element(
    env: sys::napi_env,
    list: sys::napi_value,
    mut visit: impl FnMut(usize, sys::napi_value) -> Result<()>,
) -> Result<()> {
    let mut length = 0;
    // SAFETY: the value belongs to this call; the result is written to a local.
    if unsafe { sys::napi_get_array_length(env, list, &mut length) } != sys::Status::napi_ok {
        return Err(invalid("texts must be an array"));
    }
    for start in (0..length).step_by(ELEMENTS_PER_SCOPE as usize) {
        let mut scope = ptr::null_mut();
        // SAFETY: the scope is closed below on every way out; no handle of it is used after.
        let opened = unsafe { sys::napi_open_handle_scope(env, &mut scope) };
        check(opened, "cannot open a handle scope")?;
        let outcome = (start..length.min(start + ELEMENTS_PER_SCOPE)).try_for_each(|index| {
            let mut element = ptr::null_mut();
            // SAFETY: the value belongs to this call; the result is written to a local.
            if unsafe { sys::napi_get_element(env, list, index, &mut element) } != sys::Status::napi_ok {
                clear_exception(&Env::from_raw(env));
                return Err(invalid(format!("texts[{index}] cannot be read")));
            }
            visit(length as usize, element)
        });
        // SAFETY: this scope was opened above and is the innermost one.
        let closed = unsafe { sys::napi_close_handle_scope(env, scope) };
        check(closed, "cannot close a handle scope")?;
        outcome?;
    }
    Ok(())
}

/// A copy of the elements of a Uint32Array.
///
/// # Errors
/// `ERR_INVALID_ARG_TYPE` when `value` is no Uint32Array, `ERR_DETACHED_BUFFER` when its memory is gone.
pub(super) fn ids_of(env: sys::napi_env, value: sys::napi_value) -> Result<Vec<u32>> {
    let mut is_typed = false;
    // SAFETY: the value belongs to this call; the result is written to a local.
    let status = unsafe { sys::napi_is_typedarray(env, value, &mut is_typed) };
    if status != sys::Status::napi_ok || !is_typed {
        return Err(invalid("ids must be a Uint32Array"));
    }
    let (mut kind, mut length) = (0, 0);
    let (mut data, mut buffer) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: as above.
    let status = unsafe {
        sys::napi_get_typedarray_info(
            env,
            value,
            &mut kind,
            &mut length,
            &mut data,
            &mut buffer,
            ptr::null_mut(),
        )
    };
    check(status, "cannot read a typed array")?;
    if kind != sys::TypedarrayType::uint32_array {
        return Err(invalid("ids must be a Uint32Array"));
    }
    let mut detached = false;
    // SAFETY: as above. The call fails for shared memory, which cannot be detached.
    unsafe { sys::napi_is_detached_arraybuffer(env, buffer, &mut detached) };
    if detached {
        return Err(Error::new(
            ErrorCode::DetachedBuffer,
            "the memory of ids was transferred away",
        ));
    }
    if length == 0 {
        return Ok(Vec::new());
    }
    // SAFETY: the view is alive for the call, aligned by its type, and `length` elements long. Other threads may write
    // to shared memory meanwhile, so each element is read atomically.
    let shared = unsafe { std::slice::from_raw_parts(data.cast::<AtomicU32>(), length) };
    Ok(shared.iter().map(|id| id.load(Ordering::Relaxed)).collect())
}
