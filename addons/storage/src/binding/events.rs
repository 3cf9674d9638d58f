//! The event log as a class.

use std::path::Path;
use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{AsyncTask, Task, Uint32Array, Unknown};
use napi_derive::napi;

use super::{NativeRecovery, bytes, errors, replay::NativeReplay};
use crate::error::{Code, Error, Result};
use crate::events::EventLog;
use crate::journal::Options;
use crate::vfs::Vfs;

/// An event log. Numbers are integers up to 2^53 - 1.
#[napi]
pub struct NativeEventLog {
    log: Arc<EventLog>,
}

impl NativeEventLog {
    pub(super) fn open(vfs: Arc<dyn Vfs>, dir: &Path, options: &Options) -> Result<Self> {
        let log = Arc::new(EventLog::open(vfs, dir, options)?);
        Ok(Self { log })
    }

    /// The panic guard; what panicked half-way is not to be trusted again.
    fn guard<T>(
        &self,
        env: &Env,
        export: &str,
        body: impl FnOnce(&EventLog) -> Result<T>,
    ) -> napi::Result<T> {
        guarded(&self.log, export, body).map_err(|error| errors::to_js(env, &error))
    }
}

fn guarded<T>(log: &EventLog, export: &str, body: impl FnOnce(&EventLog) -> Result<T>) -> Result<T> {
    pairbench_common::guard_with(export, || body(log)).inspect_err(|error| {
        if error.code == Code::Internal {
            log.poison(error.clone());
        }
    })
}

#[napi]
impl NativeEventLog {
    /// Adds one event.
    #[napi(ts_args_type = "event: Uint8Array")]
    pub fn append(&self, env: Env, event: Unknown<'_>) -> napi::Result<f64> {
        self.guard(&env, "EventLog.append", |log| {
            bytes::with_bytes(&env, &event, "event", |event| Ok(log.append(event)? as f64))
        })
    }

    /// Adds all events or none: one after the other in `bytes`, with their lengths.
    #[napi(ts_args_type = "bytes: Uint8Array, lengths: Uint32Array")]
    pub fn append_batch(&self, env: Env, bytes: Unknown<'_>, lengths: Uint32Array) -> napi::Result<f64> {
        self.guard(&env, "EventLog.appendBatch", |log| {
            bytes::with_bytes(&env, &bytes, "bytes", |mut rest| {
                let mut events = Vec::with_capacity(lengths.len());
                for length in lengths.iter() {
                    let (event, others) = rest
                        .split_at_checked(*length as usize)
                        .ok_or_else(|| Error::new(Code::InvalidArgType, "lengths go beyond bytes"))?;
                    events.push(event);
                    rest = others;
                }
                Ok(log.append_batch(&events)? as f64)
            })
        })
    }

    /// Puts copies of events into the queue: one after the other in `bytes`, with their lengths. Returns the number of the
    /// first.
    #[napi(ts_args_type = "bytes: Uint8Array, lengths: Uint32Array")]
    pub fn enqueue_all(&self, env: Env, bytes: Unknown<'_>, lengths: Uint32Array) -> napi::Result<f64> {
        self.guard(&env, "EventLog.enqueueAll", |log| {
            bytes::with_bytes(&env, &bytes, "bytes", |bytes| {
                Ok(log.enqueue_all(bytes, &lengths)? as f64)
            })
        })
    }

    /// Commits what is queued where that is quicker than `drainAsync`; whether it did.
    #[napi]
    pub fn drain_if_quick(&self, env: Env) -> napi::Result<bool> {
        self.guard(&env, "EventLog.drainIfQuick", |log| Ok(log.drain_if_quick()))
    }

    /// Commits what is queued, on the thread pool. What became of it says `takeSettled`.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn drain_async(&self, env: Env) -> napi::Result<AsyncTask<Drain>> {
        self.guard(&env, "EventLog.drainAsync", |_| {
            Ok(AsyncTask::new(Drain(Arc::clone(&self.log))))
        })
    }

    /// How many queued events are in the log since the last call, up to the first that is not: that one is thrown, with
    /// the number of those it befell as `count`. 0: none.
    #[napi]
    pub fn take_settled(&self, env: Env) -> napi::Result<f64> {
        match guarded(&self.log, "EventLog.takeSettled", |log| Ok(log.next_settled())) {
            Ok(None) => Ok(0.0),
            Ok(Some(settled)) => match settled.error {
                None => Ok(settled.count as f64),
                Some(error) => Err(errors::settled_to_js(&env, &error, settled.count)),
            },
            Err(error) => Err(errors::to_js(&env, &error)),
        }
    }

    /// Makes everything acknowledged survive a power cut.
    #[napi]
    pub fn flush(&self, env: Env) -> napi::Result<()> {
        self.guard(&env, "EventLog.flush", EventLog::flush)
    }

    /// A cursor; without a number from the oldest event.
    #[napi]
    pub fn replay(&self, env: Env, from: Option<f64>) -> napi::Result<NativeReplay> {
        self.guard(&env, "EventLog.replay", |log| {
            Ok(NativeReplay::new(log.replay(from.map(|from| from as u64))?))
        })
    }

    /// Deletes segments whose events are all older.
    #[napi]
    pub fn prune(&self, env: Env, before: f64) -> napi::Result<f64> {
        self.guard(&env, "EventLog.prune", |log| Ok(log.prune(before as u64)? as f64))
    }

    /// Commits what is queued and closes.
    #[napi]
    pub fn close(&self, env: Env) -> napi::Result<()> {
        self.guard(&env, "EventLog.close", EventLog::close)
    }

    /// Number of the oldest event.
    #[napi]
    pub fn first_seq(&self, env: Env) -> napi::Result<f64> {
        self.guard(&env, "EventLog.firstSeq", |log| Ok(log.first_seq() as f64))
    }

    /// Number of the next event.
    #[napi]
    pub fn next_seq(&self, env: Env) -> napi::Result<f64> {
        self.guard(&env, "EventLog.nextSeq", |log| Ok(log.next_seq() as f64))
    }

    /// Events with lower numbers survive a power cut.
    #[napi]
    pub fn flushed_seq(&self, env: Env) -> napi::Result<f64> {
        self.guard(&env, "EventLog.flushedSeq", |log| Ok(log.flushed_seq() as f64))
    }

    /// What opening found and did.
    #[napi]
    pub fn recovery(&self, env: Env) -> napi::Result<NativeRecovery> {
        self.guard(&env, "EventLog.recovery", |log| Ok(log.recovery().into()))
    }
}

/// One commit of what is queued.
pub struct Drain(Arc<EventLog>);

impl Task for Drain {
    type Output = Result<()>;
    type JsValue = ();

    /// Runs on a pool thread, where a panic that got out would end the process: hence a guard of its own.
    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(guarded(&self.0, "EventLog.drainAsync.compute", |log| {
            log.drain();
            Ok(())
        }))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        // An error of this trait cannot carry our fields, so the JavaScript error is made here and passed through.
        output.map_err(|error| errors::to_js(&env, &error))
    }
}
