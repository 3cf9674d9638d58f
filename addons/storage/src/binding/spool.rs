//! The spool and its writers as classes.

use std::path::Path;

use napi::Env;
use napi::bindgen_prelude::{Buffer, Unknown};
use napi_derive::napi;

use super::{bytes, errors, file_system, guard};
use crate::error::{Code, Result};
use crate::journal::Durability;
use crate::spool::{Entry, Spool, SpoolWriter};

/// One output.
#[napi(object)]
pub struct NativeSpoolEntry {
    /// Its name.
    pub id: String,
    /// Its length so far.
    pub bytes: f64,
    /// Whether it was finished.
    pub complete: bool,
}

impl From<Entry> for NativeSpoolEntry {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            bytes: entry.bytes as f64,
            complete: entry.complete,
        }
    }
}

/// Outputs in a directory. Offsets are integers or Infinity.
#[napi]
pub struct NativeSpool {
    spool: Spool,
}

/// Opens or makes a spool.
#[napi]
pub fn open_spool(env: Env, dir: String, flushed: bool) -> napi::Result<NativeSpool> {
    guard(&env, "openSpool", || {
        let durability = if flushed {
            Durability::Flushed
        } else {
            Durability::Buffered
        };
        Ok(NativeSpool {
            spool: Spool::open(file_system(), Path::new(&dir), durability)?,
        })
    })
}

#[napi]
impl NativeSpool {
    /// Begins an output.
    #[napi]
    pub fn create(&self, env: Env, id: Option<String>) -> napi::Result<NativeSpoolWriter> {
        guard(&env, "Spool.create", || {
            Ok(NativeSpoolWriter {
                writer: self.spool.create(id.as_deref())?,
            })
        })
    }

    /// Checked bytes of an output.
    #[napi]
    pub fn read(&self, env: Env, id: String, start: f64, end: f64, unverified: bool) -> napi::Result<Buffer> {
        guard(&env, "Spool.read", || {
            Ok(self.spool.read(&id, start as u64, end as u64, unverified)?.into())
        })
    }

    /// What is known of one output.
    #[napi]
    pub fn stat(&self, env: Env, id: String) -> napi::Result<NativeSpoolEntry> {
        guard(&env, "Spool.stat", || Ok(self.spool.stat(&id)?.into()))
    }

    /// All outputs.
    #[napi]
    pub fn list(&self, env: Env) -> napi::Result<Vec<NativeSpoolEntry>> {
        guard(&env, "Spool.list", || {
            Ok(self.spool.list()?.into_iter().map(Into::into).collect())
        })
    }

    /// Whether there was one.
    #[napi]
    pub fn remove(&self, env: Env, id: String) -> napi::Result<bool> {
        guard(&env, "Spool.remove", || self.spool.remove(&id))
    }
}

/// An output on its way to disk.
#[napi]
pub struct NativeSpoolWriter {
    writer: SpoolWriter,
}

impl NativeSpoolWriter {
    /// The panic guard; what panicked half-way is not to be trusted again.
    fn run<T>(
        &mut self,
        env: &Env,
        export: &str,
        body: impl FnOnce(&mut SpoolWriter) -> Result<T>,
    ) -> napi::Result<T> {
        let writer = &mut self.writer;
        let outcome: Result<T> = pairbench_common::guard_with(export, || body(writer));
        outcome.map_err(|error| {
            if error.code == Code::Internal {
                self.writer.poison(error.clone());
            }
            errors::to_js(env, &error)
        })
    }
}

#[napi]
impl NativeSpoolWriter {
    /// Its name.
    #[napi]
    pub fn id(&self, env: Env) -> napi::Result<String> {
        guard(&env, "SpoolWriter.id", || Ok(self.writer.id().to_owned()))
    }

    /// Bytes written so far.
    #[napi]
    pub fn bytes(&self, env: Env) -> napi::Result<f64> {
        guard(&env, "SpoolWriter.bytes", || Ok(self.writer.bytes() as f64))
    }

    /// Adds bytes.
    #[napi(ts_args_type = "chunk: Uint8Array")]
    pub fn write(&mut self, env: Env, chunk: Unknown<'_>) -> napi::Result<()> {
        self.run(&env, "SpoolWriter.write", |writer| {
            bytes::with_bytes(&env, &chunk, "chunk", |chunk| writer.write(chunk))
        })
    }

    /// Bytes written so far.
    #[napi]
    pub fn read(&mut self, env: Env, start: f64, end: f64) -> napi::Result<Buffer> {
        self.run(&env, "SpoolWriter.read", |writer| {
            Ok(writer.read(start as u64, end as u64)?.into())
        })
    }

    /// Completes the output.
    #[napi]
    pub fn finish(&mut self, env: Env) -> napi::Result<NativeSpoolEntry> {
        self.run(&env, "SpoolWriter.finish", |writer| Ok(writer.finish()?.into()))
    }

    /// Drops the output.
    #[napi]
    pub fn abort(&mut self, env: Env) -> napi::Result<()> {
        self.run(&env, "SpoolWriter.abort", SpoolWriter::abort)
    }
}
