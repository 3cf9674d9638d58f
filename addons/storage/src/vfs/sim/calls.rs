//! The calls of a simulated process.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::directory::Directory;
use super::file::{Node, SimFile};
use super::{Call, SimFs, split};
use crate::error::{Error, Result};
use crate::vfs::{File, Vfs};

impl Vfs for SimFs {
    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        disk.begin_whole(self.process, Call::Make, || format!("mkdir {}", dir.display()))?;
        if disk.dirs.contains_key(dir) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let (parent, name) = split(dir);
        disk.dir(&parent)?.make_directory(name);
        disk.dirs.insert(dir.to_owned(), Directory::default());
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<OsString>> {
        let mut disk = self.disk();
        disk.begin_whole(self.process, Call::Name, || format!("list {}", dir.display()))?;
        Ok(disk.dir(dir)?.names())
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn File>> {
        let mut disk = self.disk();
        disk.begin_whole(self.process, Call::Make, || format!("create {}", path.display()))?;
        if disk.find(path).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let node = disk.nodes.len();
        let (parent, name) = split(path);
        disk.dir(&parent)?.make_file(name, node);
        disk.nodes.push(Node::default());
        drop(disk);
        Ok(Box::new(SimFile::new(self.clone(), node, true, path)))
    }

    fn open(&self, path: &Path, write: bool) -> io::Result<Box<dyn File>> {
        let mut disk = self.disk();
        disk.begin_whole(self.process, Call::Name, || format!("open {}", path.display()))?;
        let node = disk.find(path)?;
        drop(disk);
        Ok(Box::new(SimFile::new(self.clone(), node, write, path)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        disk.begin_whole(self.process, Call::Name, || {
            format!("rename {} {}", from.display(), to.display())
        })?;
        let ((parent, old), (_, new)) = (split(from), split(to));
        disk.dir(&parent)?.rename(old, new)
    }

    fn unlink(&self, path: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        disk.begin_whole(self.process, Call::Name, || format!("unlink {}", path.display()))?;
        let (parent, name) = split(path);
        disk.dir(&parent)?.unlink(name)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        disk.begin_whole(self.process, Call::Flush, || format!("flush {}", dir.display()))?;
        disk.dir(dir)?.flush();
        Ok(())
    }

    fn lock(&self, path: &Path, _wait: Duration) -> Result<Box<dyn Send>> {
        let mut disk = self.disk();
        disk.begin_whole(self.process, Call::Make, || format!("lock {}", path.display()))
            .map_err(|error| Error::io("lock the directory", &error))?;
        if disk.locks.contains_key(path) {
            return Err(Error::locked(None));
        }
        if disk.find(path).is_err() {
            let node = disk.nodes.len();
            let (parent, name) = split(path);
            disk.dir(&parent)
                .map_err(|error| Error::io("lock the directory", &error))?
                .make_file(name, node);
            disk.nodes.push(Node::default());
        }
        disk.locks.insert(path.to_owned(), self.process);
        Ok(Box::new(SimLock {
            fs: self.clone(),
            path: path.to_owned(),
        }))
    }

    fn random(&self) -> u64 {
        self.disk().random.next()
    }

    fn boot_id(&self) -> [u8; 16] {
        [self.disk().boot; 16]
    }

    fn process_id(&self) -> u32 {
        self.process
    }
}

struct SimLock {
    fs: SimFs,
    path: PathBuf,
}

impl Drop for SimLock {
    fn drop(&mut self) {
        let mut disk = self.fs.disk();
        if disk.locks.get(&self.path) == Some(&self.fs.process) {
            disk.locks.remove(&self.path);
        }
    }
}
