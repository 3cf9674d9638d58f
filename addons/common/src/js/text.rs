//! Strings on their way into native code.

use std::cell::RefCell;
use std::mem::MaybeUninit;
use std::ptr;

use napi::sys;

use super::check;
use crate::pages::LargeMemory;
use crate::{Error, ErrorCode, Result, transcode};

/// What each thread keeps for the units of a string: one that is shorter is read in one call. The bytes of its UTF-8
/// form take up to three times as many, so that a thread keeps 320 KiB at most.
const KEPT_UNITS: usize = 64 << 10;

/// Room for a string on its way.
struct Scratch {
    units: Vec<u16>,
    bytes: Vec<u8>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> =
        const { RefCell::new(Scratch { units: Vec::new(), bytes: Vec::new() }) };
}

/// Gives the UTF-8 form of a JavaScript string to `read`. A lone surrogate becomes U+FFFD. `read` must not come back here.
///
/// Read as UTF-16: that is a plain copy whatever V8 keeps, while its own way to UTF-8 is slow for strings with a
/// character beyond Latin-1 (105 us against 3 us for 40,000 units).
///
/// # Errors
/// `ERR_INVALID_ARG_TYPE` when `value` is no string, `ERR_TEXT_TOO_LARGE` above `max_units`, `ERR_INTERNAL` when
/// there is no memory for a copy.
#[inline]
pub fn with_text<R>(
    env: sys::napi_env,
    value: sys::napi_value,
    max_units: usize,
    read: impl FnOnce(&str) -> R,
) -> Result<R> {
    SCRATCH.with(|scratch| {
        let Scratch { units, bytes } = &mut *scratch.borrow_mut();
        units.clear();
        units.try_reserve_exact(KEPT_UNITS).map_err(|_| no_memory())?;
        let units = copy(env, value, &mut units.spare_capacity_mut()[..KEPT_UNITS])?;
        // V8 keeps one unit for a NUL. A string that fills the rest may be longer.
        if units.len() == KEPT_UNITS - 1 {
            return with_long_text(env, value, max_units, read);
        }
        let room = transcode::room_for(units.len()).ok_or_else(no_memory)?;
        bytes.clear();
        bytes.try_reserve(room).map_err(|_| no_memory())?;
        Ok(read(transcode::to_utf8(units, bytes.spare_capacity_mut())))
    })
}

/// With memory that is not kept: a long text must not hold any after its call.
fn with_long_text<R>(
    env: sys::napi_env,
    value: sys::napi_value,
    max_units: usize,
    read: impl FnOnce(&str) -> R,
) -> Result<R> {
    let mut length = 0;
    // SAFETY: with no buffer the call only reports the length.
    let status = unsafe { sys::napi_get_value_string_utf16(env, value, ptr::null_mut(), 0, &mut length) };
    check(status, "cannot read the length of a string")?;
    if length > max_units {
        let message = format!("the text has {length} UTF-16 code units, more than {max_units}");
        return Err(Error::new(ErrorCode::TextTooLarge, message));
    }
    let bytes = transcode::room_for(length).ok_or_else(no_memory)?;
    let mut memory = LargeMemory::new(size_of::<u16>() * (length + 1) + bytes).ok_or_else(no_memory)?;
    let (units, bytes) = memory.as_mut().split_at_mut(size_of::<u16>() * (length + 1));
    // SAFETY: what may be uninitialised may be taken as any type that may be; large memory is aligned for all.
    let (_, units, _) = unsafe { units.align_to_mut::<MaybeUninit<u16>>() };
    let units = copy(env, value, units)?;
    Ok(read(transcode::to_utf8(units, bytes)))
}

/// The units of the string, as far as there is room for them with a NUL behind.
#[inline]
fn copy(env: sys::napi_env, value: sys::napi_value, room: &mut [MaybeUninit<u16>]) -> Result<&[u16]> {
    let mut length = 0;
    // SAFETY: the room is writable for its length, and the call writes no more, its NUL included.
    let status = unsafe {
        sys::napi_get_value_string_utf16(env, value, room.as_mut_ptr().cast(), room.len(), &mut length)
    };
    if status == sys::Status::napi_string_expected {
        return Err(Error::new(ErrorCode::InvalidArgType, "the text must be a string"));
    }
    check(status, "cannot read a string")?;
    // SAFETY: the call has written that many units.
    Ok(unsafe { std::slice::from_raw_parts(room.as_ptr().cast(), length) })
}

#[cold]
fn no_memory() -> Error {
    Error::new(ErrorCode::Internal, "no memory for a copy of the text")
}
