//! File actions of the host on ground that somebody else may rearrange meanwhile.
//!
//! The verdict is made on a path, the act is done on a descriptor. Between the two a command may put a symbolic link where
//! a directory was, and the host, which nothing confines, would follow it. So the judge gives the path with every link
//! resolved, and it is opened from the root's own descriptor with no link followed at all: a link on the way means that
//! something changed, and the judge is asked once more. `ts/typescript/files.ts` is the twin; `ts/files/behaviour.json` is
//! the table that both obey.
//!
//! A hard link cannot be told from the file itself: one that was in the root before is read like any other file (F08).
//! Writing puts a new file in its place, so that the inode outside stays as it was.
#![cfg(unix)]

mod calls;
mod error;
mod ground;
mod judge;
mod list;
mod read;
mod write;

#[cfg(test)]
mod tests;

pub use error::{Error, Result};
pub use ground::RootSpec;
pub use judge::{Decision, Intent, Judge, Judgement, Refusal};
pub use list::{Entry, Kind};

use error::Stop;
use ground::{Grounds, Spot};

/// What `read` takes at most unless told otherwise, bytes.
pub const DEFAULT_MAX_BYTES: u64 = 256 * 1024 * 1024;

/// How often a path is judged anew because a link turned up where the judge had seen none. One is bad luck, four are an attack.
const ATTEMPTS: usize = 4;

/// The roots and readable system paths of one policy, open.
#[derive(Debug)]
pub struct Files {
    grounds: Grounds,
}

impl Files {
    /// Opens every root. Cost: three system calls a root.
    ///
    /// # Errors
    /// `ERR_IO` when a root is gone (`ENOENT`) or is another directory than the policy was made with (`ESTALE`).
    pub fn open(roots: &[RootSpec], system: &[Vec<u8>]) -> Result<Self> {
        Ok(Self {
            grounds: Grounds::open(roots, system)?,
        })
    }

    /// The bytes of a regular file. Blocks; a FIFO is refused without waiting for its other end.
    ///
    /// # Errors
    /// `ERR_DENIED`, `ERR_NOT_FOUND`, `ERR_NOT_A_FILE`, `ERR_TOO_LARGE` (before a byte is read, when the size says so), `ERR_IO`.
    pub fn read(&self, judge: &dyn Judge, path: &[u8], max_bytes: u64) -> Result<Vec<u8>> {
        self.act(judge, path, Intent::Read, |spot| {
            read::read(&self.grounds, spot, path, max_bytes)
        })
    }

    /// Puts a new file with `data` in place of what has that name, flushed: a reader, and a power cut, see the old or the new.
    ///
    /// Permission bits stay; owner and group too where the process may set them. Extended attributes and access control
    /// lists are not carried over.
    ///
    /// # Errors
    /// As [`Files::read`]; `ERR_NOT_FOUND` means that there is no such directory.
    pub fn write(&self, judge: &dyn Judge, path: &[u8], data: &[u8]) -> Result<()> {
        self.act(judge, path, Intent::Write, |spot| {
            write::write(&self.grounds, spot, path, data)
        })
    }

    /// The entries of a directory, sorted by the UTF-16 code units of their names. Those that the judge denies are left
    /// out, and so are names that are not UTF-8: no string of JavaScript names them, so nothing could be done with them.
    ///
    /// # Errors
    /// `ERR_DENIED`, `ERR_NOT_FOUND`, `ERR_NOT_A_DIRECTORY`, `ERR_IO`.
    pub fn list(&self, judge: &dyn Judge, path: &[u8]) -> Result<Vec<Entry>> {
        self.act(judge, path, Intent::List, |spot| {
            list::list(&self.grounds, judge, spot, path)
        })
    }

    /// Judges and acts, again while links turn up that the judge did not see.
    fn act<T>(
        &self,
        judge: &dyn Judge,
        path: &[u8],
        intent: Intent,
        work: impl Fn(&Spot<'_>) -> std::result::Result<T, Stop>,
    ) -> Result<T> {
        let mut seen = Vec::new();
        for _ in 0..ATTEMPTS {
            let resolved = match judge.judge(path, intent) {
                Judgement::Allowed { resolved } => resolved,
                Judgement::Refused(refusal) => return Err(Error::denied(intent, path, refusal)),
            };
            let Some(spot) = self.grounds.find(&resolved, intent) else {
                // The judge and the grounds come from one policy: where they differ, the stricter one is right.
                return Err(Error::denied(
                    intent,
                    path,
                    Refusal::deny("outside", Some(resolved)),
                ));
            };
            self.grounds.check(&spot, intent, path)?;
            match work(&spot) {
                Ok(done) => return Ok(done),
                Err(Stop::Failed(error)) => return Err(error),
                Err(Stop::Symlink) => seen = resolved,
            }
        }
        Err(Error::denied(intent, path, Refusal::deny("symlink", Some(seen))))
    }
}
