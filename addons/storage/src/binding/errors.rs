//! Errors as JavaScript errors that carry code and fields; the adapter makes `StorageError` of them.

use napi::bindgen_prelude::{Object, Unknown};
use napi::{Env, JsError};

use crate::error::{Code, Error};

impl AsRef<str> for Code {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

/// An exception with `code`, and where they are known `segment`, `offset`, `pid` and `cause`.
#[cold]
pub(super) fn to_js(env: &Env, error: &Error) -> napi::Error {
    value(env, error).into()
}

fn value<'env>(env: &'env Env, error: &Error) -> Unknown<'env> {
    let made = JsError::from(napi::Error::new(error.code, error.message.clone())).into_unknown(*env);
    // SAFETY: a JavaScript error is an object.
    let object = unsafe { made.cast::<Object<'_>>() };
    if let Ok(mut object) = object {
        let fields = [
            ("segment", error.segment.map(|number| number as f64)),
            ("offset", error.offset.map(|number| number as f64)),
            ("pid", error.pid.map(f64::from)),
        ];
        for (name, number) in fields {
            if let Some(number) = number {
                // A field that cannot be set is missed, but the error itself matters more.
                let _ = object.set(name, number);
            }
        }
        if let Some(cause) = &error.cause {
            let _ = object.set("cause", value(env, cause));
        }
    }
    made
}

/// As [`to_js`], with the number of queued events that it is about.
#[cold]
pub(super) fn settled_to_js(env: &Env, error: &Error, count: u64) -> napi::Error {
    let made = value(env, error);
    // SAFETY: a JavaScript error is an object.
    if let Ok(mut object) = unsafe { made.cast::<Object<'_>>() } {
        let _ = object.set("count", count as f64);
    }
    made.into()
}
