//! Comparing on the thread pool.

use napi::bindgen_prelude::{Task, ToNapiValue, TypeName, Unknown};
use napi::{Env, JsError, JsValue, ValueType, sys};
use pairbench_common::{Result, guard, js};

use crate::Settings;

/// Two texts that wait to be compared.
pub(super) struct Texts {
    pub(super) old: Vec<u16>,
    pub(super) new: Vec<u16>,
}

/// The runs of two texts.
pub struct Runs {
    pub(super) texts: Texts,
    pub(super) settings: Settings,
}

/// The hunks of two texts.
pub struct Hunks {
    pub(super) texts: Texts,
    pub(super) context: usize,
    pub(super) settings: Settings,
}

impl Task for Runs {
    type Output = Result<Option<Vec<u32>>>;
    type JsValue = Option<Made>;

    /// Runs on a pool thread, where a panic that got out would end the process: hence a guard of its own.
    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(guard("runsAsync.compute", || {
            let runs = crate::runs(&self.texts.old, &self.texts.new, &self.settings)?;
            Ok(runs.map(|runs| super::numbers_of(&runs)))
        }))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        made(&env, output, js::uint32_array)
    }
}

impl Task for Hunks {
    type Output = Result<Option<Vec<u16>>>;
    type JsValue = Option<Made>;

    /// See [`Runs`].
    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(guard("hunksAsync.compute", || {
            crate::hunks(&self.texts.old, &self.texts.new, self.context, &self.settings)
        }))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        made(&env, output, js::string_of)
    }
}

/// A JavaScript value that is there already.
pub struct Made(sys::napi_value);

impl ToNapiValue for Made {
    unsafe fn to_napi_value(_env: sys::napi_env, made: Self) -> napi::Result<sys::napi_value> {
        Ok(made.0)
    }
}

impl TypeName for Made {
    fn type_name() -> &'static str {
        "unknown"
    }

    fn value_type() -> ValueType {
        ValueType::Unknown
    }
}

/// What a pool thread found as a JavaScript value.
fn made<T>(
    env: &Env,
    output: Result<Option<Vec<T>>>,
    make: impl for<'env> FnOnce(&'env Env, &[T]) -> Result<Unknown<'env>>,
) -> napi::Result<Option<Made>> {
    output
        .and_then(|found| found.map(|found| Ok(Made(make(env, &found)?.raw()))).transpose())
        // An error of this trait cannot carry our codes, so the JavaScript error is made here and passed through.
        .map_err(|error| JsError::from(napi::Error::from(error)).into_unknown(*env).into())
}
