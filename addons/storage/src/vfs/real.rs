//! The file system of the machine.

use std::ffi::OsString;
use std::fs;
use std::io::{self, IoSlice};
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::{File, Vfs};
use crate::error::{Error, Result};

#[cfg(unix)]
#[path = "real/unix.rs"]
mod system;
#[cfg(windows)]
#[path = "real/windows.rs"]
mod system;

/// Attempts to take a contested lock are this far apart.
const LOCK_PAUSE: Duration = Duration::from_millis(2);

/// The real thing: every call is a system call.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealFs;

impl Vfs for RealFs {
    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        system::create_dir(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<OsString>> {
        fs::read_dir(dir)?.map(|entry| Ok(entry?.file_name())).collect()
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn File>> {
        let mut options = fs::OpenOptions::new();
        options.read(true).write(true).create_new(true);
        Ok(Box::new(RealFile(system::open(&mut options, path)?)))
    }

    fn open(&self, path: &Path, write: bool) -> io::Result<Box<dyn File>> {
        let mut options = fs::OpenOptions::new();
        options.read(true).write(write);
        let file = system::open(&mut options, path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        Ok(Box::new(RealFile(file)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn unlink(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        system::sync_dir(dir)
    }

    fn lock(&self, path: &Path, wait: Duration) -> Result<Box<dyn Send>> {
        let until = Instant::now() + wait;
        loop {
            match system::try_lock(path) {
                Ok(Some(lock)) => return Ok(Box::new(lock)),
                Ok(None) if Instant::now() >= until => return Err(Error::locked(None)),
                Ok(None) => std::thread::sleep(LOCK_PAUSE),
                Err(error) => return Err(Error::io("lock the directory", &error)),
            }
        }
    }

    fn random(&self) -> u64 {
        system::random()
    }

    fn boot_id(&self) -> [u8; 16] {
        static BOOT_ID: OnceLock<[u8; 16]> = OnceLock::new();
        *BOOT_ID.get_or_init(read_boot_id)
    }

    fn process_id(&self) -> u32 {
        std::process::id()
    }
}

/// Linux says it as 36 characters: 32 hexadecimal digits with hyphens between.
fn read_boot_id() -> [u8; 16] {
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    match u128::from_str_radix(&digits, 16) {
        Ok(number) if digits.len() == 32 => number.to_be_bytes(),
        _ => [0; 16],
    }
}

/// An open file of the machine.
struct RealFile(fs::File);

impl File for RealFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        system::read_at(&self.0, buf, offset)
    }

    fn write_at(&self, buf: &[u8], offset: u64) -> io::Result<usize> {
        system::write_at(&self.0, buf, offset)
    }

    fn write_vectored_at(&self, bufs: &[IoSlice<'_>], offset: u64) -> io::Result<usize> {
        system::write_vectored_at(&self.0, bufs, offset)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn reserve(&self, len: u64) -> io::Result<()> {
        system::reserve(&self.0, len)
    }

    /// `fdatasync`; on macOS the standard library asks for F_FULLFSYNC, which reaches the medium.
    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn sync_all(&self) -> io::Result<()> {
        self.0.sync_all()
    }
}
