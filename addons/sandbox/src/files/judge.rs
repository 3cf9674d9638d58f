//! What the file actions ask of the policy: nothing more, so that neither knows the other.

/// What is to be done with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// The bytes of a file.
    Read,
    /// The names in a directory.
    List,
    /// Make, change, rename, remove.
    Write,
}

impl Intent {
    /// As the contract spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::List => "list",
            Self::Write => "write",
        }
    }
}

/// A decision that is not `allow`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Never.
    Deny,
    /// Only when somebody says so, and nobody has.
    Confirm,
}

impl Decision {
    /// As the contract spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Confirm => "confirm",
        }
    }
}

/// A verdict that stops the act: the fields of the contract's `Verdict`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `deny` or `confirm`.
    pub decision: Decision,
    /// One of the contract's reasons.
    pub reason: &'static str,
    /// Id of the rule or grant that decided.
    pub rule: Option<String>,
    /// After all symbolic links, as far as that is known.
    pub resolved: Option<Vec<u8>>,
}

impl Refusal {
    /// A refusal that no rule made.
    pub(super) const fn deny(reason: &'static str, resolved: Option<Vec<u8>>) -> Self {
        Self {
            decision: Decision::Deny,
            reason,
            rule: None,
            resolved,
        }
    }
}

/// What the policy says of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Go, at this path: absolute, normal, no symbolic link in it when it was judged.
    Allowed {
        /// What does not exist yet is appended.
        resolved: Vec<u8>,
    },
    /// Stop.
    Refused(Refusal),
}

/// The policy, as the file actions see it.
pub trait Judge {
    /// Resolves and judges an absolute path.
    fn judge(&self, path: &[u8], intent: Intent) -> Judgement;

    /// Judges a path that is resolved already: an entry of an opened directory that is no link. A judge that resolves
    /// with system calls saves them here: `list` asks once for each entry.
    fn judge_resolved(&self, path: &[u8], intent: Intent) -> Judgement {
        self.judge(path, intent)
    }
}

impl<F: Fn(&[u8], Intent) -> Judgement> Judge for F {
    fn judge(&self, path: &[u8], intent: Intent) -> Judgement {
        self(path, intent)
    }
}
