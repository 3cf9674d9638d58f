//! Reading a regular file whole.

use std::fs::File;
use std::io::{ErrorKind, Read};

use super::error::{Error, Stop};
use super::ground::{Grounds, Spot};
use super::judge::Intent;

pub(super) fn read(grounds: &Grounds, spot: &Spot<'_>, path: &[u8], max_bytes: u64) -> Result<Vec<u8>, Stop> {
    let failed = |error: &std::io::Error| Error::io(Intent::Read, path, error);
    // O_NONBLOCK: the open of a FIFO would wait for a writer. O_NOCTTY: that of a terminal would make it ours.
    let flags = libc::O_RDONLY | libc::O_NONBLOCK | libc::O_NOCTTY;
    let file = match grounds.descend(spot, spot.rest, flags)? {
        Ok(descriptor) => File::from(descriptor),
        Err(error) => {
            return Err(Stop::Failed(match error.raw_os_error() {
                Some(libc::ENOENT | libc::ENOTDIR) => Error::not_found(Intent::Read, path),
                // A socket, or a device that is not there.
                Some(libc::ENXIO | libc::ENODEV | libc::EOPNOTSUPP) => Error::not_a_file(Intent::Read, path),
                _ => failed(&error),
            }));
        }
    };
    let metadata = file.metadata().map_err(|error| failed(&error))?;
    if !metadata.is_file() {
        return Err(Error::not_a_file(Intent::Read, path).into());
    }
    if metadata.len() > max_bytes {
        return Err(Error::too_large(path, max_bytes).into());
    }
    let mut bytes = Vec::new();
    // It may have grown since: one byte more than allowed is asked for, and betrays it.
    let mut limited = (&file).take(max_bytes.saturating_add(1));
    // One byte more than its size, so that the end is seen without growing the buffer.
    let expected = usize::try_from(metadata.len()).map_or(usize::MAX, |len| len.saturating_add(1));
    bytes
        .try_reserve_exact(expected)
        .map_err(|_| failed(&std::io::Error::from_raw_os_error(libc::ENOMEM)))?;
    match limited.read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > max_bytes => Err(Error::too_large(path, max_bytes).into()),
        Ok(_) => Ok(bytes),
        Err(error) if error.kind() == ErrorKind::OutOfMemory => {
            Err(failed(&std::io::Error::from_raw_os_error(libc::ENOMEM)).into())
        }
        Err(error) => Err(failed(&error).into()),
    }
}
