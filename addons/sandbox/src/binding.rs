//! The N-API binding: one class a policy, one a run, every call behind the panic guard.

mod failure;
#[cfg(target_os = "linux")]
mod run;
mod tasks;

use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{AsyncTask, Uint8Array};
use napi_derive::napi;

use crate::files::{Decision as Refused, Files, Intent as FileIntent, Judge, Judgement, Refusal, RootSpec};
use crate::policy::{Access, Decision, Evaluator, Intent, PathGrant, Policy, Reason, Verdict};
use failure::{Failure, Result};

pairbench_common::binding_exports! {}

/// Runs `body`; a panic is an `ERR_INTERNAL`, and every failure an exception with its fields.
fn guard<T>(env: &Env, export: &str, body: impl FnOnce() -> Result<T>) -> napi::Result<T> {
    pairbench_common::guard_with(export, body).map_err(|failure| failure.to_js(env))
}

/// As `Verdict` in ts/contract.ts.
#[napi(object, object_from_js = false)]
pub struct NativeVerdict {
    /// `allow`, `confirm` or `deny`.
    #[napi(ts_type = "'allow' | 'confirm' | 'deny'")]
    pub decision: &'static str,
    /// One of the contract's reasons.
    pub reason: &'static str,
    /// Id of the rule or grant that decided.
    pub rule: Option<String>,
    /// Absolute, after all links.
    pub resolved: Option<String>,
}

impl From<Verdict> for NativeVerdict {
    fn from(verdict: Verdict) -> Self {
        Self {
            decision: decision_name(verdict.decision),
            reason: reason_name(verdict.reason),
            rule: verdict.rule,
            resolved: verdict.resolved.and_then(|path| String::from_utf8(path).ok()),
        }
    }
}

const fn decision_name(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "allow",
        Decision::Confirm => "confirm",
        Decision::Deny => "deny",
    }
}

const fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::Allowed => "allowed",
        Reason::Outside => "outside",
        Reason::ReadOnly => "read-only",
        Reason::Protected => "protected",
        Reason::Private => "private",
        Reason::Hidden => "hidden",
        Reason::NotExecutable => "not-executable",
        Reason::Symlink => "symlink",
        Reason::Unresolvable => "unresolvable",
        Reason::Rule => "rule",
        Reason::Grant => "grant",
    }
}

/// In the order of `INTENTS` in ts/contract.ts.
const fn intent_of(number: u32) -> Intent {
    match number {
        0 => Intent::Read,
        1 => Intent::List,
        2 => Intent::Write,
        _ => Intent::Execute,
    }
}

/// A JSON array; empty text for none, which most calls have.
fn grants_of(json: &str) -> Result<Vec<PathGrant>> {
    if json.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str(json)
        .map_err(|error| Failure::new("ERR_INVALID_ARG_TYPE", format!("grants: {error}")))
}

/// What a policy is made into.
struct Compiled {
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "runs are Linux's"))]
    policy: Policy,
    #[cfg(target_os = "linux")]
    prepared: crate::launch::Prepared,
    evaluator: Evaluator,
    files: Files,
}

/// The evaluator as the file actions ask it.
struct Judging<'a> {
    evaluator: &'a Evaluator,
    grants: &'a [PathGrant],
}

impl Judge for Judging<'_> {
    fn judge(&self, path: &[u8], intent: FileIntent) -> Judgement {
        let intent = match intent {
            FileIntent::Read => Intent::Read,
            FileIntent::List => Intent::List,
            FileIntent::Write => Intent::Write,
        };
        let verdict = self.evaluator.evaluate(path, intent, self.grants);
        let decision = match verdict.decision {
            Decision::Allow => {
                return Judgement::Allowed {
                    resolved: verdict.resolved.unwrap_or_default(),
                };
            }
            Decision::Confirm => Refused::Confirm,
            Decision::Deny => Refused::Deny,
        };
        Judgement::Refused(Refusal {
            decision,
            reason: reason_name(verdict.reason),
            rule: verdict.rule,
            resolved: verdict.resolved,
        })
    }
}

/// One policy.
#[napi]
pub struct NativeSandbox {
    compiled: Arc<Compiled>,
}

/// Reads a compiled policy (JSON) and opens its roots.
#[napi]
pub fn open_sandbox(env: Env, policy: String) -> napi::Result<NativeSandbox> {
    guard(&env, "openSandbox", || {
        let policy =
            Policy::read(policy.as_bytes()).map_err(|error| Failure::new("ERR_POLICY", error.to_string()))?;
        let roots: Vec<RootSpec> = policy
            .roots
            .iter()
            .map(|root| RootSpec {
                path: root.path.clone().into_bytes(),
                device: root.device,
                inode: root.inode,
                writable: root.access == Access::Write,
            })
            .collect();
        let system: Vec<Vec<u8>> = policy
            .system
            .iter()
            .map(|path| path.clone().into_bytes())
            .collect();
        let files = Files::open(&roots, &system)?;
        Ok(NativeSandbox {
            compiled: Arc::new(Compiled {
                evaluator: policy.bind(),
                files,
                #[cfg(target_os = "linux")]
                prepared: run::prepared(&policy, &[]),
                policy,
            }),
        })
    })
}

#[napi]
impl NativeSandbox {
    /// What the policy says of an absolute path. `intent`: its place in `INTENTS`; `grants`: a JSON array or nothing.
    #[napi]
    pub fn evaluate(
        &self,
        env: Env,
        path: String,
        intent: u32,
        grants: String,
    ) -> napi::Result<NativeVerdict> {
        guard(&env, "evaluate", || {
            let grants = grants_of(&grants)?;
            let verdict = self
                .compiled
                .evaluator
                .evaluate(path.as_bytes(), intent_of(intent), &grants);
            Ok(verdict.into())
        })
    }

    /// The bytes of a file.
    #[napi(ts_return_type = "Promise<Uint8Array>")]
    pub fn read(
        &self,
        env: Env,
        path: String,
        max_bytes: f64,
        grants: String,
    ) -> napi::Result<AsyncTask<tasks::Read>> {
        guard(&env, "read", || {
            Ok(AsyncTask::new(tasks::Read {
                compiled: Arc::clone(&self.compiled),
                grants: grants_of(&grants)?,
                path,
                // From a float: saturates.
                max_bytes: max_bytes as u64,
            }))
        })
    }

    /// Puts a new file in place of the old one.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn write(
        &self,
        env: Env,
        path: String,
        data: Uint8Array,
        grants: String,
    ) -> napi::Result<AsyncTask<tasks::Write>> {
        guard(&env, "write", || {
            Ok(AsyncTask::new(tasks::Write {
                compiled: Arc::clone(&self.compiled),
                grants: grants_of(&grants)?,
                path,
                // A copy: the caller may change its bytes while a thread of the pool writes.
                data: data.to_vec(),
            }))
        })
    }

    /// Names and kinds by turns.
    #[napi(ts_return_type = "Promise<string[]>")]
    pub fn list(&self, env: Env, path: String, grants: String) -> napi::Result<AsyncTask<tasks::List>> {
        guard(&env, "list", || {
            Ok(AsyncTask::new(tasks::List {
                compiled: Arc::clone(&self.compiled),
                grants: grants_of(&grants)?,
                path,
            }))
        })
    }
}
