//! The bytes of a Uint8Array, without a copy where that is safe.

use std::ptr;
use std::sync::atomic::{AtomicU8, Ordering};

use napi::bindgen_prelude::{JsValue, Unknown};
use napi::{Env, sys};

use crate::error::{Code, Error, Result};

/// The memory of a view, for the length of one call.
struct View {
    data: *mut u8,
    length: usize,
    /// Other threads may write to it meanwhile.
    shared: bool,
}

/// Calls `read` with the bytes. Those of shared memory are copied first, byte by byte.
///
/// # Errors
/// `ERR_INVALID_ARG_TYPE` when `value` is no Uint8Array, `ERR_DETACHED_BUFFER`; what `read` gives.
pub(super) fn with_bytes<T>(
    env: &Env,
    value: &Unknown<'_>,
    name: &str,
    read: impl FnOnce(&[u8]) -> Result<T>,
) -> Result<T> {
    let view = view_of(env, value, name)?;
    if view.length == 0 {
        return read(&[]);
    }
    if view.shared {
        // SAFETY: the view is alive for the call and `length` bytes long; each byte is read atomically.
        let bytes = unsafe { std::slice::from_raw_parts(view.data.cast::<AtomicU8>(), view.length) };
        let copy: Vec<u8> = bytes.iter().map(|byte| byte.load(Ordering::Relaxed)).collect();
        return read(&copy);
    }
    // SAFETY: the view is alive for the call and `length` bytes long. No JavaScript runs before `read` returns, and no
    // other thread can reach memory that is not shared.
    read(unsafe { std::slice::from_raw_parts(view.data, view.length) })
}

/// Calls `fill` with the bytes to write to.
///
/// # Errors
/// As [`with_bytes`]; shared memory is refused.
pub(super) fn with_bytes_mut<T>(
    env: &Env,
    value: &Unknown<'_>,
    name: &str,
    fill: impl FnOnce(&mut [u8]) -> Result<T>,
) -> Result<T> {
    let view = view_of(env, value, name)?;
    if view.shared {
        return Err(Error::new(
            Code::InvalidArgType,
            format!("{name} must not be shared memory"),
        ));
    }
    if view.length == 0 {
        return fill(&mut []);
    }
    // SAFETY: as in `with_bytes`; nothing else refers to the bytes during the call.
    fill(unsafe { std::slice::from_raw_parts_mut(view.data, view.length) })
}

fn view_of(env: &Env, value: &Unknown<'_>, name: &str) -> Result<View> {
    let invalid = || Error::new(Code::InvalidArgType, format!("{name} must be a Uint8Array"));
    let (env, value) = (env.raw(), value.raw());
    let mut is_typed = false;
    // SAFETY: the value belongs to this call; the result is written to a local.
    let status = unsafe { sys::napi_is_typedarray(env, value, &mut is_typed) };
    if status != sys::Status::napi_ok || !is_typed {
        return Err(invalid());
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
    if status != sys::Status::napi_ok || kind != sys::TypedarrayType::uint8_array {
        return Err(invalid());
    }
    let (mut detached, mut plain) = (false, false);
    // SAFETY: as above. The first call fails for shared memory, which cannot be detached.
    unsafe {
        sys::napi_is_detached_arraybuffer(env, buffer, &mut detached);
        sys::napi_is_arraybuffer(env, buffer, &mut plain);
    }
    if detached {
        return Err(Error::new(
            Code::DetachedBuffer,
            format!("the memory of {name} was transferred away"),
        ));
    }
    Ok(View {
        data: data.cast(),
        length,
        shared: !plain,
    })
}
