//! A file: the bytes on the medium, the visible ones, and the writes between.

use std::io::{self, IoSlice};
use std::path::Path;

use super::{Call, File, Random, SimFs, Verdict};

/// A write that a power cut may lose.
#[derive(Clone, Debug)]
pub(super) enum Write {
    Bytes { offset: usize, bytes: Vec<u8> },
    Length(usize),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) durable: Vec<u8>,
    pub(super) live: Vec<u8>,
    pub(super) pending: Vec<Write>,
}

impl Node {
    /// A file whose bytes are all on the medium.
    pub(super) fn durable(bytes: &[u8]) -> Self {
        Self {
            durable: bytes.to_vec(),
            live: bytes.to_vec(),
            pending: Vec::new(),
        }
    }

    fn write(&mut self, write: Write) {
        apply(&mut self.live, &write);
        self.pending.push(write);
    }

    fn flush(&mut self) {
        for write in std::mem::take(&mut self.pending) {
            apply(&mut self.durable, &write);
        }
    }

    /// What a failed flush leaves: some of it is durable, the rest is visible and never will be.
    fn flush_in_part(&mut self, random: &mut Random) {
        for write in std::mem::take(&mut self.pending) {
            if random.once_in(2) {
                apply(&mut self.durable, &write);
            }
        }
    }
}

/// What a write makes of the bytes.
pub(super) fn apply(content: &mut Vec<u8>, write: &Write) {
    match write {
        Write::Length(length) => content.resize(*length, 0),
        Write::Bytes { offset, bytes } => {
            let end = offset + bytes.len();
            if content.len() < end {
                content.resize(end, 0);
            }
            content[*offset..end].copy_from_slice(bytes);
        }
    }
}

/// An open file of a process.
pub(super) struct SimFile {
    fs: SimFs,
    node: usize,
    writable: bool,
    name: String,
}

impl SimFile {
    pub(super) fn new(fs: SimFs, node: usize, writable: bool, path: &Path) -> Self {
        let name = path.display().to_string();
        Self {
            fs,
            node,
            writable,
            name,
        }
    }

    fn check_writable(&self) -> io::Result<()> {
        if self.writable {
            return Ok(());
        }
        Err(io::ErrorKind::PermissionDenied.into())
    }

    fn flush(&self) -> io::Result<()> {
        let mut disk = self.fs.disk();
        let verdict = disk.begin(self.fs.process, Call::Flush, || format!("flush {}", self.name))?;
        let mut random = disk.random.clone();
        let outcome = match verdict {
            // A process that dies has not flushed; a device that fails may have.
            Verdict::Fail(error) if disk.dead.contains(&self.fs.process) => Err(error),
            Verdict::Fail(error) => {
                disk.nodes[self.node].flush_in_part(&mut random);
                Err(error)
            }
            _ => {
                disk.nodes[self.node].flush();
                Ok(())
            }
        };
        disk.random = random;
        outcome
    }
}

impl File for SimFile {
    fn len(&self) -> io::Result<u64> {
        let mut disk = self.fs.disk();
        disk.begin_whole(self.fs.process, Call::Look, String::new)?;
        Ok(disk.nodes[self.node].live.len() as u64)
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut disk = self.fs.disk();
        let wanted = buf.len();
        let verdict = disk.begin(self.fs.process, Call::Read, || {
            format!("read {} {offset}+{wanted}", self.name)
        })?;
        let wanted = match verdict {
            Verdict::Fail(error) => return Err(error),
            Verdict::Short => wanted.div_ceil(2),
            Verdict::Proceed => wanted,
        };
        let live = &disk.nodes[self.node].live;
        let start = usize::try_from(offset).map_or(live.len(), |offset| offset.min(live.len()));
        let count = wanted.min(live.len() - start);
        buf[..count].copy_from_slice(&live[start..start + count]);
        Ok(count)
    }

    fn write_at(&self, buf: &[u8], offset: u64) -> io::Result<usize> {
        self.check_writable()?;
        let mut disk = self.fs.disk();
        let verdict = disk.begin(self.fs.process, Call::Write, || {
            format!("write {} {offset}+{}", self.name, buf.len())
        })?;
        let (count, error) = match verdict {
            Verdict::Proceed => (buf.len(), None),
            Verdict::Short => (buf.len().div_ceil(2), None),
            Verdict::Fail(error) if error.kind() == io::ErrorKind::Interrupted => (0, Some(error)),
            Verdict::Fail(error) if error.raw_os_error() == Some(28) => (0, Some(error)),
            // A process can die, and a device fail, in the middle of a long write.
            Verdict::Fail(error) => (disk.random.below(buf.len() as u64 + 1) as usize, Some(error)),
        };
        if count > 0 {
            disk.nodes[self.node].write(Write::Bytes {
                offset: offset as usize,
                bytes: buf[..count].to_vec(),
            });
        }
        error.map_or(Ok(count), Err)
    }

    fn write_vectored_at(&self, bufs: &[IoSlice<'_>], offset: u64) -> io::Result<usize> {
        let whole: Vec<u8> = bufs.iter().flat_map(|buf| buf.iter().copied()).collect();
        self.write_at(&whole, offset)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.check_writable()?;
        let mut disk = self.fs.disk();
        disk.begin_whole(self.fs.process, Call::Make, || {
            format!("set length {} {len}", self.name)
        })?;
        disk.nodes[self.node].write(Write::Length(len as usize));
        Ok(())
    }

    fn reserve(&self, len: u64) -> io::Result<()> {
        self.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.flush()
    }

    fn sync_all(&self) -> io::Result<()> {
        self.flush()
    }
}
