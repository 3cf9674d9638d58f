//! Open files of sealed segments.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::format;
use crate::vfs::{File, Vfs};

/// So many are kept open, the last used ones.
const KEPT: usize = 8;

/// Open files by segment, the last used at the end.
#[derive(Default)]
pub(super) struct Handles(Mutex<VecDeque<(u64, Arc<dyn File>)>>);

impl Handles {
    /// The file of a sealed segment. An open one is read on even when its name is gone.
    ///
    /// # Errors
    /// `ERR_CORRUPT` when there is none, `ERR_IO`.
    pub(super) fn get(&self, vfs: &dyn Vfs, dir: &Path, segment: u64) -> Result<Arc<dyn File>> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = open.iter().position(|(number, _)| *number == segment);
        let entry = match known.and_then(|index| open.remove(index)) {
            Some(entry) => entry,
            None => {
                let name = format::segment_name(segment);
                match vfs.open(&dir.join(&name), false) {
                    Ok(file) => (segment, Arc::from(file)),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {
                        return Err(Error::corrupt(segment, 0, "its file is missing"));
                    }
                    Err(error) => return Err(Error::io(&format!("open {name}"), &error)),
                }
            }
        };
        let file = Arc::clone(&entry.1);
        open.push_back(entry);
        if open.len() > KEPT {
            open.pop_front();
        }
        Ok(file)
    }

    /// Keeps a file that is open already.
    pub(super) fn put(&self, segment: u64, file: Arc<dyn File>) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.push_back((segment, file));
        if open.len() > KEPT {
            open.pop_front();
        }
    }

    pub(super) fn remove(&self, segment: u64) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|(number, _)| *number != segment);
    }

    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
