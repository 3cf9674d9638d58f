//! The file `WRITER` of an open log.

use std::io;
use std::path::Path;

use crate::format::{WRITER_BYTES, WRITER_NAME, WriterState};
use crate::vfs::{self, File, Vfs};

/// `WRITER`, open for writing.
pub(super) struct WriterFile {
    file: Box<dyn File>,
    boot_id: [u8; 16],
    /// What stands there, when it was written through this handle.
    said: Option<WriterState>,
}

impl WriterFile {
    /// Opens the file, or makes it.
    pub(super) fn open(vfs: &dyn Vfs, dir: &Path) -> io::Result<Self> {
        let path = dir.join(WRITER_NAME);
        let file = match vfs.open(&path, true) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => vfs.create(&path)?,
            other => other?,
        };
        if file.len()? > WRITER_BYTES as u64 {
            // Somebody else's bytes behind ours would make it count as damaged for ever.
            file.set_len(WRITER_BYTES as u64)?;
        }
        Ok(Self {
            file,
            boot_id: vfs.boot_id(),
            said: None,
        })
    }

    pub(super) fn write(&mut self, pid: u32, acknowledged: u64, flushed: u64) -> io::Result<()> {
        let state = WriterState {
            pid,
            boot_id: self.boot_id,
            acknowledged,
            flushed,
        };
        if self.said == Some(state) {
            return Ok(());
        }
        vfs::write_all(&*self.file, &state.encode(), 0)?;
        self.said = Some(state);
        Ok(())
    }
}

/// What `WRITER` says; `None` when it is not there or does not hold.
pub(super) fn read(vfs: &dyn Vfs, dir: &Path) -> io::Result<Option<WriterState>> {
    let file = match vfs.open(&dir.join(WRITER_NAME), false) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    // One byte more, so that a longer file does not pass for a whole one.
    let mut bytes = [0; WRITER_BYTES + 1];
    let count = vfs::read_up_to(&*file, &mut bytes, 0)?;
    Ok(WriterState::decode(&bytes[..count]))
}
