//! Failures as JavaScript errors that carry code and fields; the adapter makes `SandboxError` of them.

use napi::bindgen_prelude::{Object, Unknown};
use napi::{Env, JsError};

use crate::files::{self, Refusal};

/// What went wrong.
#[derive(Debug)]
pub struct Failure(Box<Fields>);

/// In a box: an error is rare, and results are many.
#[derive(Debug)]
struct Fields {
    code: &'static str,
    message: String,
    errno: Option<String>,
    step: Option<&'static str>,
    refusal: Option<Refusal>,
}

pub(super) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    pub(super) fn new(code: &'static str, message: String) -> Self {
        Self(Box::new(Fields {
            code,
            message,
            errno: None,
            step: None,
            refusal: None,
        }))
    }

    /// An exception with `code`, and where they are known `errno`, `step` and `verdict`.
    #[cold]
    pub(super) fn to_js(&self, env: &Env) -> napi::Error {
        let made =
            JsError::from(napi::Error::new(Code(self.0.code), self.0.message.clone())).into_unknown(*env);
        // SAFETY: a JavaScript error is an object.
        if let Ok(mut object) = unsafe { made.cast::<Object<'_>>() } {
            // A field that cannot be set is missed, but the error itself matters more.
            let _ = self.set_fields(env, &mut object);
        }
        Unknown::into(made)
    }

    fn set_fields(&self, env: &Env, object: &mut Object<'_>) -> napi::Result<()> {
        if let Some(errno) = &self.0.errno {
            object.set("errno", errno.as_str())?;
        }
        if let Some(step) = self.0.step {
            object.set("step", step)?;
        }
        if let Some(refusal) = &self.0.refusal {
            let mut verdict = Object::new(env)?;
            verdict.set("decision", refusal.decision.as_str())?;
            verdict.set("reason", refusal.reason)?;
            if let Some(rule) = &refusal.rule {
                verdict.set("rule", rule.as_str())?;
            }
            if let Some(path) = refusal
                .resolved
                .as_deref()
                .and_then(|path| std::str::from_utf8(path).ok())
            {
                verdict.set("resolved", path)?;
            }
            object.set("verdict", verdict)?;
        }
        Ok(())
    }
}

/// A code that is a text already.
struct Code(&'static str);

impl AsRef<str> for Code {
    fn as_ref(&self) -> &str {
        self.0
    }
}

impl From<pairbench_common::Error> for Failure {
    fn from(error: pairbench_common::Error) -> Self {
        Self::new(error.code.as_str(), error.message.into_owned())
    }
}

impl From<files::Error> for Failure {
    fn from(error: files::Error) -> Self {
        let errno = error.errno_name().map(str::to_owned);
        let mut failure = Self::new(error.code, error.message);
        failure.0.errno = errno;
        failure.0.refusal = error.refusal;
        failure
    }
}

#[cfg(target_os = "linux")]
impl From<crate::launch::Error> for Failure {
    fn from(error: crate::launch::Error) -> Self {
        let mut failure = Self::new("ERR_LAUNCH", error.to_string());
        failure.0.errno = Some(error.errno.to_string());
        failure.0.step = Some(error.step);
        failure
    }
}
