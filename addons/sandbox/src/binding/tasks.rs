//! File actions on the thread pool.

use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Task, Uint8Array};

use super::failure::Result;
use super::{Compiled, Judging};
use crate::policy::PathGrant;

/// Runs on a pool thread, where a panic that got out would end the process: hence a guard of its own.
fn compute<T>(export: &str, body: impl FnOnce() -> Result<T>) -> napi::Result<Result<T>> {
    Ok(pairbench_common::guard_with(export, body))
}

/// The bytes of a file.
pub struct Read {
    pub(super) compiled: Arc<Compiled>,
    pub(super) grants: Vec<PathGrant>,
    pub(super) path: String,
    pub(super) max_bytes: u64,
}

/// A file that is to be written.
pub struct Write {
    pub(super) compiled: Arc<Compiled>,
    pub(super) grants: Vec<PathGrant>,
    pub(super) path: String,
    pub(super) data: Vec<u8>,
}

/// The entries of a directory.
pub struct List {
    pub(super) compiled: Arc<Compiled>,
    pub(super) grants: Vec<PathGrant>,
    pub(super) path: String,
}

fn judging<'a>(compiled: &'a Compiled, grants: &'a [PathGrant]) -> Judging<'a> {
    Judging {
        evaluator: &compiled.evaluator,
        grants,
    }
}

impl Task for Read {
    type Output = Result<Vec<u8>>;
    type JsValue = Uint8Array;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        compute("read.compute", || {
            let judge = judging(&self.compiled, &self.grants);
            Ok(self
                .compiled
                .files
                .read(&judge, self.path.as_bytes(), self.max_bytes)?)
        })
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        output.map(Uint8Array::new).map_err(|failure| failure.to_js(&env))
    }
}

impl Task for Write {
    type Output = Result<()>;
    type JsValue = ();

    fn compute(&mut self) -> napi::Result<Self::Output> {
        compute("write.compute", || {
            let judge = judging(&self.compiled, &self.grants);
            Ok(self
                .compiled
                .files
                .write(&judge, self.path.as_bytes(), &self.data)?)
        })
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        output.map_err(|failure| failure.to_js(&env))
    }
}

impl Task for List {
    type Output = Result<Vec<String>>;
    type JsValue = Vec<String>;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        compute("list.compute", || {
            let judge = judging(&self.compiled, &self.grants);
            let entries = self.compiled.files.list(&judge, self.path.as_bytes())?;
            Ok(entries
                .into_iter()
                .flat_map(|entry| [entry.name, entry.kind.as_str().to_owned()])
                .collect())
        })
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        output.map_err(|failure| failure.to_js(&env))
    }
}
