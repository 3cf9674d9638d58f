//! The checkpoint store as a class.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use napi::Env;
use napi::bindgen_prelude::{AsyncTask, Buffer, Task, Unknown};
use napi_derive::napi;

use super::{NativeOptions, NativeRecovery, bytes, errors, file_system, guard};
use crate::checkpoints::turns::{Turn, Turns};
use crate::checkpoints::{self, Checkpoints, Info, Saved};
use crate::error::{Code, Error, Result};
use crate::journal::Options;

/// One checkpoint.
#[napi(object)]
pub struct NativeCheckpoint {
    /// Its name.
    pub id: String,
    /// Number of the save.
    pub seq: f64,
    /// Its length.
    pub bytes: f64,
}

/// What a save did.
#[napi(object)]
pub struct NativeSaved {
    /// Number of the save.
    pub seq: f64,
    /// Length of the checkpoint.
    pub bytes: f64,
    /// Bytes that went to disk.
    pub written_bytes: f64,
}

impl From<Info> for NativeCheckpoint {
    fn from(info: Info) -> Self {
        Self {
            id: info.id,
            seq: info.seq as f64,
            bytes: info.bytes as f64,
        }
    }
}

impl From<Saved> for NativeSaved {
    fn from(saved: Saved) -> Self {
        Self {
            seq: saved.seq as f64,
            bytes: saved.bytes as f64,
            written_bytes: saved.written_bytes as f64,
        }
    }
}

struct Shared {
    /// Calls have their turn in the order in which they were made, whichever thread they run on.
    turns: Arc<Turns>,
    store: Mutex<Checkpoints>,
}

impl Shared {
    /// Runs `body` behind the panic guard when `turn` has come; what panicked half-way is not to be trusted again.
    fn run<T>(
        &self,
        turn: &Turn,
        export: &str,
        body: impl FnOnce(&mut Checkpoints) -> Result<T>,
    ) -> Result<T> {
        turn.wait();
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        pairbench_common::guard_with(export, || body(&mut store)).inspect_err(|error: &Error| {
            if error.code == Code::Internal {
                store.poison(error.clone());
            }
        })
    }
}

/// A checkpoint store.
#[napi]
pub struct NativeCheckpoints {
    shared: Arc<Shared>,
}

/// Opens or makes a checkpoint store.
#[napi]
pub fn open_checkpoints(env: Env, dir: String, options: NativeOptions) -> napi::Result<NativeCheckpoints> {
    guard(&env, "openCheckpoints", || {
        let store = Checkpoints::open(file_system(), Path::new(&dir), &Options::from(&options))?;
        let shared = Shared {
            turns: Arc::default(),
            store: Mutex::new(store),
        };
        Ok(NativeCheckpoints {
            shared: Arc::new(shared),
        })
    })
}

impl NativeCheckpoints {
    fn run<T>(
        &self,
        env: &Env,
        export: &str,
        body: impl FnOnce(&mut Checkpoints) -> Result<T>,
    ) -> napi::Result<T> {
        let turn = self.shared.turns.take();
        self.shared
            .run(&turn, export, body)
            .map_err(|error| errors::to_js(env, &error))
    }
}

#[napi]
impl NativeCheckpoints {
    /// Saves bytes under an id.
    #[napi(ts_args_type = "id: string, bytes: Uint8Array")]
    pub fn save(&self, env: Env, id: String, bytes: Unknown<'_>) -> napi::Result<NativeSaved> {
        self.run(&env, "Checkpoints.save", |store| {
            bytes::with_bytes(&env, &bytes, "bytes", |bytes| Ok(store.save(&id, bytes)?.into()))
        })
    }

    /// Saves a copy of the bytes, on the thread pool: a transfer or a change of the buffer meanwhile does no harm.
    #[napi(
        ts_args_type = "id: string, bytes: Uint8Array",
        ts_return_type = "Promise<NativeSaved>"
    )]
    pub fn save_async(&self, env: Env, id: String, bytes: Unknown<'_>) -> napi::Result<AsyncTask<Save>> {
        guard(&env, "Checkpoints.saveAsync", || {
            let bytes = bytes::with_bytes(&env, &bytes, "bytes", |bytes| Ok(bytes.to_vec()))?;
            let turn = self.shared.turns.take();
            Ok(AsyncTask::new(Save {
                shared: Arc::clone(&self.shared),
                turn,
                id,
                bytes,
            }))
        })
    }

    /// Length of a checkpoint.
    #[napi]
    pub fn size(&self, env: Env, id: String) -> napi::Result<f64> {
        self.run(&env, "Checkpoints.size", |store| Ok(store.size(&id)? as f64))
    }

    /// Fills `buffer`; false when the checkpoint has another length by now.
    #[napi(ts_args_type = "id: string, buffer: Uint8Array")]
    pub fn load(&self, env: Env, id: String, buffer: Unknown<'_>) -> napi::Result<bool> {
        self.run(&env, "Checkpoints.load", |store| {
            bytes::with_bytes_mut(&env, &buffer, "buffer", |buffer| store.load_into(&id, buffer))
        })
    }

    /// The bytes of a checkpoint, read on the thread pool.
    #[napi(ts_return_type = "Promise<Buffer>")]
    pub fn load_async(&self, env: Env, id: String) -> napi::Result<AsyncTask<Load>> {
        guard(&env, "Checkpoints.loadAsync", || {
            let turn = self.shared.turns.take();
            Ok(AsyncTask::new(Load {
                shared: Arc::clone(&self.shared),
                turn,
                id,
            }))
        })
    }

    /// All, oldest save first.
    #[napi]
    pub fn list(&self, env: Env) -> napi::Result<Vec<NativeCheckpoint>> {
        self.run(&env, "Checkpoints.list", |store| {
            Ok(store.list()?.into_iter().map(Into::into).collect())
        })
    }

    /// Whether there was one.
    #[napi]
    pub fn remove(&self, env: Env, id: String) -> napi::Result<bool> {
        self.run(&env, "Checkpoints.remove", |store| store.remove(&id))
    }

    /// Keeps the newest; the removed ids.
    #[napi]
    pub fn prune(&self, env: Env, keep: f64) -> napi::Result<Vec<String>> {
        // A conversion from a float saturates: Infinity keeps all.
        self.run(&env, "Checkpoints.prune", |store| store.prune(keep as usize))
    }

    /// Makes everything saved survive a power cut.
    #[napi]
    pub fn flush(&self, env: Env) -> napi::Result<()> {
        self.run(&env, "Checkpoints.flush", Checkpoints::flush)
    }

    /// Finishes what was asked for and closes.
    #[napi]
    pub fn close(&self, env: Env) -> napi::Result<()> {
        self.run(&env, "Checkpoints.close", Checkpoints::close)
    }

    /// What opening found and did.
    #[napi]
    pub fn recovery(&self, env: Env) -> napi::Result<NativeRecovery> {
        self.run(&env, "Checkpoints.recovery", |store| Ok(store.recovery().into()))
    }
}

/// A save on the thread pool.
pub struct Save {
    shared: Arc<Shared>,
    turn: Turn,
    id: String,
    bytes: Vec<u8>,
}

impl Task for Save {
    type Output = Result<Saved>;
    type JsValue = NativeSaved;

    /// Runs on a pool thread, where a panic that got out would end the process: hence a guard of its own.
    fn compute(&mut self) -> napi::Result<Self::Output> {
        let outcome = self
            .shared
            .run(&self.turn, "Checkpoints.saveAsync.compute", |store| {
                store.save(&self.id, &self.bytes)
            });
        self.turn.end();
        Ok(outcome)
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        output
            .map(Into::into)
            .map_err(|error| errors::to_js(&env, &error))
    }
}

/// A load on the thread pool.
pub struct Load {
    shared: Arc<Shared>,
    turn: Turn,
    id: String,
}

impl Task for Load {
    type Output = Result<Vec<u8>>;
    type JsValue = Buffer;

    /// See [`Save`].
    fn compute(&mut self) -> napi::Result<Self::Output> {
        let outcome = self
            .shared
            .run(&self.turn, "Checkpoints.loadAsync.compute", |store| {
                store.load(&self.id)
            });
        self.turn.end();
        Ok(outcome)
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        output
            .map(Buffer::from)
            .map_err(|error| errors::to_js(&env, &error))
    }
}

/// Bytes of a damaged store that are not what was written.
#[napi(object)]
pub struct NativeDamage {
    /// Number of the segment.
    pub segment: f64,
    /// First byte in its file.
    pub offset: f64,
    /// How many.
    pub bytes: f64,
}

/// What a salvage found.
#[napi(object)]
pub struct NativeCheckpointSalvage {
    /// Copied.
    pub whole: Vec<NativeCheckpoint>,
    /// Copied, but a later save is damaged.
    pub older: Vec<NativeCheckpoint>,
    /// Ids of which nothing is whole.
    pub lost: Vec<String>,
    /// Where the damage lies.
    pub damage: Vec<NativeDamage>,
}

/// Copies what is whole in one store into another.
#[napi]
pub fn salvage_checkpoints(env: Env, from: String, into: String) -> napi::Result<NativeCheckpointSalvage> {
    guard(&env, "salvageCheckpoints", || {
        let options = Options {
            max_bytes: 1 << 29,
            ..Options::default()
        };
        let report = checkpoints::salvage(file_system(), Path::new(&from), Path::new(&into), &options)?;
        let damage = |lost: checkpoints::Lost| NativeDamage {
            segment: lost.segment as f64,
            offset: lost.offset as f64,
            bytes: lost.bytes as f64,
        };
        Ok(NativeCheckpointSalvage {
            whole: report.whole.into_iter().map(Into::into).collect(),
            older: report.older.into_iter().map(Into::into).collect(),
            lost: report.lost,
            damage: report.damage.into_iter().map(damage).collect(),
        })
    })
}
