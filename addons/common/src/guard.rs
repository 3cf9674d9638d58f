//! The panic guard: no panic may leave native code.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Error, ErrorCode, Result, inject};

/// Runs `body` and turns a panic into an [`ErrorCode::Internal`] error that carries the panic message.
///
/// `export` names the exported function, so that a test can make exactly this guard catch something
/// (see [`crate::inject_panic`]). The cost without a panic is one relaxed atomic load.
///
/// # Errors
/// What `body` returns, or `ERR_INTERNAL` after a panic. State that `body` shares with later calls must stay
/// valid when it is abandoned half-way: addons keep only caches that are cleared or exact per entry.
#[inline]
pub fn guard<T>(export: &str, body: impl FnOnce() -> Result<T>) -> Result<T> {
    guard_with(export, body)
}

/// As [`guard`], for an addon with an error type of its own.
///
/// # Errors
/// What `body` returns, or what `E` makes of an `ERR_INTERNAL` after a panic.
#[inline]
pub fn guard_with<T, E: From<Error>>(
    export: &str,
    body: impl FnOnce() -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        inject::panic_if_armed(export);
        body()
    }));
    match outcome {
        Ok(result) => result,
        Err(payload) => Err(from_panic(export, payload).into()),
    }
}

#[cold]
fn from_panic(export: &str, payload: Box<dyn Any + Send>) -> Error {
    let said = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned());
    // Dropping a foreign payload may panic in turn; that second panic must not escape either.
    let _ = catch_unwind(AssertUnwindSafe(move || drop(payload)));
    Error::new(ErrorCode::Internal, format!("{export}: {said}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_values_and_errors_through() {
        assert_eq!(guard("plain", || Ok(3)), Ok(3));
        let error = Error::new(ErrorCode::InvalidToken, "no");
        assert_eq!(guard::<()>("plain", || Err(error.clone())), Err(error));
    }

    #[test]
    fn turns_a_panic_into_an_internal_error() {
        let text = guard::<()>("text", || panic!("one")).unwrap_err();
        assert_eq!((text.code, &*text.message), (ErrorCode::Internal, "text: one"));
        let owned = guard::<()>("owned", || panic!("number {}", 2)).unwrap_err();
        assert_eq!(&*owned.message, "owned: number 2");
        let other = guard::<()>("other", || std::panic::panic_any(7_u8)).unwrap_err();
        assert_eq!(&*other.message, "other: a panic without a message");
    }

    #[test]
    fn survives_a_payload_that_panics_when_dropped() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("from drop");
            }
        }
        let error = guard::<()>("bomb", || std::panic::panic_any(Bomb)).unwrap_err();
        assert_eq!(error.code, ErrorCode::Internal);
    }
}
