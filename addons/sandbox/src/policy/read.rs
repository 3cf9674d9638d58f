//! Reads a compiled policy as strictly as ts/policy/schema.ts reads the user's: an unknown key, a value out of range or a path
//! that is not in normal form is an error.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, de};

use super::check;
use super::verdict::{Access, Decision, Intent};

/// Longest policy that is read, bytes.
pub const POLICY_LIMIT_BYTES: usize = 16 * 1024 * 1024;

/// Why a policy was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    message: String,
}

impl PolicyError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the compiled policy is not valid: {}", self.message)
    }
}

impl std::error::Error for PolicyError {}

/// Which set of defaults the policy was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "described in ts/contract.ts")]
pub enum Profile {
    Strict,
    Workspace,
}

/// A directory that the host handed over.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// Resolved.
    pub path: String,
    /// What for.
    pub access: Access,
    /// Of the directory when the policy was compiled; a decimal string.
    #[serde(deserialize_with = "decimal")]
    pub device: u64,
    /// As `device`.
    #[serde(deserialize_with = "decimal")]
    pub inode: u64,
}

/// A link at its own place that leads into the system paths.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemLink {
    /// Where the link is.
    pub path: String,
    /// Its text.
    pub target: String,
}

/// Consecutive components, at any depth below a root, that are not written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtectedPattern {
    /// Folded.
    pub components: Vec<String>,
    /// All below it too.
    pub below: bool,
}

/// What a rule on paths may say; laxest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "described at Decision")]
pub enum RuleDecision {
    Confirm,
    Deny,
}

impl From<RuleDecision> for Decision {
    fn from(decision: RuleDecision) -> Self {
        match decision {
            RuleDecision::Confirm => Self::Confirm,
            RuleDecision::Deny => Self::Deny,
        }
    }
}

/// Says more about a path and all below it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathRule {
    /// Named in the verdict.
    pub id: String,
    /// Absolute; resolved as far as it exists.
    pub path: String,
    /// What the rule is about.
    pub intents: Vec<Intent>,
    /// What it says.
    pub decision: RuleDecision,
}

/// One word of a command rule, or any one of several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "said above")]
pub enum Word {
    One(String),
    AnyOf(Vec<String>),
}

/// Kept for the TypeScript side, which judges commands: native code reads it and does nothing with it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "described in ts/contract.ts")]
pub struct CommandRule {
    pub id: String,
    pub command: Vec<Word>,
    pub decision: Decision,
}

/// What a confined process gets of the environment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Names taken over.
    pub pass: Vec<String>,
    /// Values given.
    pub set: BTreeMap<String, String>,
}

/// Limits of one run; ts/contract.ts has the units.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[allow(missing_docs, reason = "described in ts/contract.ts")]
pub struct Limits {
    pub timeout_ms: u64,
    pub processes: u64,
    pub memory_bytes: u64,
    pub file_bytes: u64,
    pub temporary_bytes: u64,
    pub descriptors: u64,
    pub output_bytes: u64,
}

/// A compiled policy; ts/policy/compiled.ts describes each field.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[allow(missing_docs, reason = "described in ts/policy/compiled.ts")]
pub struct Policy {
    pub version: u32,
    pub profile: Profile,
    pub roots: Vec<Root>,
    pub system: Vec<String>,
    pub system_links: Vec<SystemLink>,
    pub protected: Vec<ProtectedPattern>,
    pub private: Vec<String>,
    pub hidden: bool,
    pub symlinks: bool,
    pub execute_in_roots: bool,
    pub paths: Vec<PathRule>,
    pub commands: Vec<CommandRule>,
    pub unknown_commands: Decision,
    pub domains: Vec<String>,
    pub ports: Vec<u16>,
    pub environment: Environment,
    pub limits: Limits,
    pub required: bool,
}

impl Policy {
    /// Reads the JSON that `compilePolicy` makes. Asks nothing of the file system.
    ///
    /// # Errors
    /// Names the first thing that is wrong.
    pub fn read(json: &[u8]) -> Result<Self, PolicyError> {
        if json.len() > POLICY_LIMIT_BYTES {
            return Err(PolicyError::new(format!("it has {} bytes", json.len())));
        }
        let policy: Self =
            serde_json::from_slice(json).map_err(|error| PolicyError::new(error.to_string()))?;
        check::check(&policy)?;
        Ok(policy)
    }
}

/// Digits alone, without a leading zero: one spelling a number.
fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.parse::<u64>() {
        Ok(number) if number.to_string() == text => Ok(number),
        _ => Err(de::Error::custom("expected a decimal number of 64 bits")),
    }
}
