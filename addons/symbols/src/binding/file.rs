//! An index file, read into large pages: of opening it, half would be the time of fresh pages.

use std::fs::File;
use std::io::{self, Read};

use pairbench_common::pages::Filled;

/// Bytes read at once; they stay in the cache until they are copied.
const PART: usize = 64 << 10;

/// The bytes of the file, as many as it has at the beginning.
pub fn read(path: &str) -> io::Result<Filled> {
    let mut file = File::open(path)?;
    let length = usize::try_from(file.metadata()?.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
    let mut bytes = Filled::with_room_for(length).ok_or(io::ErrorKind::OutOfMemory)?;
    let mut part = [0; PART];
    loop {
        let wanted = PART.min(length - bytes.len());
        match file.read(&mut part[..wanted]) {
            Ok(0) => return Ok(bytes),
            Ok(read) => bytes.append(&part[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
