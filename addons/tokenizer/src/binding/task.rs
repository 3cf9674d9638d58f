//! Counting on the thread pool.

use napi::bindgen_prelude::Task;
use napi::{Env, JsError};
use pairbench_common::{Result, guard};

use crate::Encoding;

/// A text that waits to be counted.
pub struct Count {
    text: String,
    encoding: Encoding,
}

impl Count {
    pub(super) fn new(text: String, encoding: Encoding) -> Self {
        Self { text, encoding }
    }
}

impl Task for Count {
    type Output = Result<u32>;
    type JsValue = u32;

    /// Runs on a pool thread, where a panic that got out would end the process: hence a guard of its own.
    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(guard("countTokensAsync.compute", || {
            Ok(crate::count(&self.text, self.encoding) as u32)
        }))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        // An error of this trait cannot carry our codes, so the JavaScript error is made here and passed through.
        output.map_err(|error| JsError::from(napi::Error::from(error)).into_unknown(env).into())
    }
}
