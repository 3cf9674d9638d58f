//! A one-shot panic for tests: proves that the guard of every export catches.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

static ARMED: AtomicBool = AtomicBool::new(false);
static TARGET: Mutex<Option<String>> = Mutex::new(None);

/// Makes the next guarded call of `export` panic, once, on whichever thread it runs.
///
/// A second call replaces the first. Process-wide within one addon.
pub fn arm(export: &str) {
    *TARGET.lock().unwrap_or_else(PoisonError::into_inner) = Some(export.to_owned());
    ARMED.store(true, Ordering::Release);
}

/// Takes back a panic that was armed and has not fired.
pub fn disarm() {
    *TARGET.lock().unwrap_or_else(PoisonError::into_inner) = None;
    ARMED.store(false, Ordering::Release);
}

/// Panics when `export` is the armed one. Costs one relaxed load otherwise.
#[inline]
pub(crate) fn panic_if_armed(export: &str) {
    if ARMED.load(Ordering::Relaxed) {
        fire(export);
    }
}

#[cold]
fn fire(export: &str) {
    let mut target = TARGET.lock().unwrap_or_else(PoisonError::into_inner);
    if target.as_deref() == Some(export) {
        *target = None;
        ARMED.store(false, Ordering::Release);
        drop(target);
        // As `panic!`, without the hook that prints: a wanted panic is no news, and it hid what had really failed.
        resume_unwind(Box::new("injected panic"));
    }
}

#[cfg(test)]
mod tests {
    use crate::{ErrorCode, guard};

    #[test]
    fn fires_once_and_only_for_its_export() {
        super::arm("count");
        assert_eq!(guard("encode", || Ok(1)), Ok(1));
        assert_eq!(
            guard::<()>("count", || Ok(())).unwrap_err().code,
            ErrorCode::Internal
        );
        assert_eq!(guard("count", || Ok(2)), Ok(2));
        super::arm("count");
        super::disarm();
        assert_eq!(guard("count", || Ok(3)), Ok(3));
    }
}
