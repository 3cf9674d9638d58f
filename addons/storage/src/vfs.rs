//! Every system call of this crate, behind two traits: the real file system, and a simulated one that loses power.

use std::ffi::OsString;
use std::io::{self, IoSlice};
use std::path::Path;
use std::time::Duration;

use crate::error::Result;

mod real;
#[cfg(any(test, feature = "sim"))]
pub mod sim;

pub use real::RealFs;

/// A file system. Paths are used as given; the last component is never followed when it is a symbolic link.
pub trait Vfs: Send + Sync {
    /// Makes one directory, mode 0700. That it exists already is an error.
    fn create_dir(&self, dir: &Path) -> io::Result<()>;
    /// Names in `dir`, in any order.
    fn list(&self, dir: &Path) -> io::Result<Vec<OsString>>;
    /// Makes a file that must not exist, mode 0600, for reading and writing.
    fn create(&self, path: &Path) -> io::Result<Box<dyn File>>;
    /// Opens a regular file.
    fn open(&self, path: &Path, write: bool) -> io::Result<Box<dyn File>>;
    /// Renames within one directory, replacing what has the name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes the name of a file.
    fn unlink(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in `dir` survive a power cut.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    /// Takes the writer's lock on `path`, making the file when it is missing; dropping the guard lets go.
    ///
    /// # Errors
    /// `ERR_LOCKED` when somebody else still has it after `wait`.
    fn lock(&self, path: &Path, wait: Duration) -> Result<Box<dyn Send>>;
    /// A number that nobody can foresee.
    fn random(&self) -> u64;
    /// Identifies the time since the machine started; all zero where the system does not say.
    fn boot_id(&self) -> [u8; 16];
    /// The process that calls, never 0.
    fn process_id(&self) -> u32;
}

/// An open file.
pub trait File: Send + Sync {
    /// Its length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Whether it has no bytes.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
    /// Reads up to `buf.len()` bytes; 0 is the end.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes some of `buf`; the caller loops.
    fn write_at(&self, buf: &[u8], offset: u64) -> io::Result<usize>;
    /// Writes some of `bufs`, one after the other; the caller loops.
    fn write_vectored_at(&self, bufs: &[IoSlice<'_>], offset: u64) -> io::Result<usize>;
    /// Cuts or extends with zeros.
    fn set_len(&self, len: u64) -> io::Result<()>;
    /// Extends with zeros whose space is set aside but not written.
    ///
    /// # Errors
    /// `Unsupported` where the file system cannot.
    fn reserve(&self, len: u64) -> io::Result<()>;
    /// Makes the bytes, and the length where it changed, survive a power cut.
    fn sync_data(&self) -> io::Result<()>;
    /// As `sync_data`, times and modes too.
    fn sync_all(&self) -> io::Result<()>;
}

/// Reads until `buf` is full or the file ends; returns the bytes read.
pub fn read_up_to(file: &dyn File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut done = 0;
    while done < buf.len() {
        match file.read_at(&mut buf[done..], offset + done as u64) {
            Ok(0) => break,
            Ok(count) => done += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

/// Writes all of `buf`.
pub fn write_all(file: &dyn File, buf: &[u8], offset: u64) -> io::Result<()> {
    let mut done = 0;
    while done < buf.len() {
        match file.write_at(&buf[done..], offset + done as u64) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => done += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Writes all of `bufs`, one after the other. `bufs` is used up.
pub fn write_all_vectored(file: &dyn File, mut bufs: &mut [IoSlice<'_>], mut offset: u64) -> io::Result<()> {
    // Leading empty slices would look like a write of nothing.
    IoSlice::advance_slices(&mut bufs, 0);
    while !bufs.is_empty() {
        match file.write_vectored_at(bufs, offset) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => {
                offset += count as u64;
                IoSlice::advance_slices(&mut bufs, count);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
