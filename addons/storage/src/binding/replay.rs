//! A replay as a class: the caller brings the buffers.

use napi::Env;
use napi::bindgen_prelude::{Uint32Array, Unknown};
use napi_derive::napi;

use super::{bytes, guard};
use crate::error::{Code, Error};
use crate::events::Replay;

/// A cursor through a log.
#[napi]
pub struct NativeReplay {
    replay: Replay,
    first_seq: u64,
}

impl NativeReplay {
    pub(super) fn new(replay: Replay) -> Self {
        Self { replay, first_seq: 0 }
    }
}

#[napi]
impl NativeReplay {
    /// Length of the buffer that the next chunk needs; 0 at the end.
    #[napi]
    pub fn next_bytes(&mut self, env: Env) -> napi::Result<f64> {
        guard(&env, "Replay.nextBytes", || {
            Ok(self.replay.next_bytes()?.unwrap_or(0) as f64)
        })
    }

    /// Fills `buffer`, which has that length; returns offset and length of each event in it. There may be none.
    #[napi(ts_args_type = "buffer: Uint8Array")]
    pub fn fill(&mut self, env: Env, buffer: Unknown<'_>) -> napi::Result<Uint32Array> {
        guard(&env, "Replay.fill", || {
            let needed = self.replay.next_bytes()?.unwrap_or(0);
            bytes::with_bytes_mut(&env, &buffer, "buffer", |buffer| {
                if buffer.len() < needed {
                    let message = format!("buffer must have {needed} bytes");
                    return Err(Error::new(Code::InvalidArgType, message));
                }
                let mut ranges = Vec::new();
                let chunk = self.replay.fill(&mut buffer[..needed], &mut ranges)?;
                self.first_seq = chunk.first_seq;
                Ok(Uint32Array::new(ranges))
            })
        })
    }

    /// Lets go of the file now, not when the object is collected.
    #[napi]
    pub fn close(&mut self, env: Env) -> napi::Result<()> {
        guard(&env, "Replay.close", || {
            self.replay.close();
            Ok(())
        })
    }

    /// Number of the first event in the last chunk.
    #[napi]
    pub fn first_seq(&self, env: Env) -> napi::Result<f64> {
        guard(&env, "Replay.firstSeq", || Ok(self.first_seq as f64))
    }
}
