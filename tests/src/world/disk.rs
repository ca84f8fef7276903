//! The files of a node.

use std::collections::BTreeMap;
use std::ops::Index;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use slsk_net::machine::FileError;

/// The files of a node. It outlives the machine.
#[derive(Debug, Default)]
pub struct Disk {
    files: BTreeMap<PathBuf, Bytes>,
    full: bool,
}

impl Disk {
    /// Puts a file there.
    pub fn insert(&mut self, path: PathBuf, bytes: impl Into<Bytes>) {
        self.files.insert(path, bytes.into());
    }

    /// Whether no more bytes can be written.
    pub fn set_full(&mut self, full: bool) {
        self.full = full;
    }

    /// The contents of a file.
    #[must_use]
    pub fn get(&self, path: &Path) -> Option<&Bytes> {
        self.files.get(path)
    }

    /// The bytes of a file from `offset` to `size`.
    pub(super) fn read(&self, path: &Path, offset: u64, size: u64) -> Result<Bytes, FileError> {
        let failed = |problem| failed(path, problem);
        let file = self.get(path).ok_or_else(|| failed("no such file"))?;
        let (Ok(start), Ok(end)) = (usize::try_from(offset), usize::try_from(size)) else {
            return Err(failed("too large"));
        };
        if end > file.len() || start > end {
            return Err(failed("the file has become shorter"));
        }
        Ok(file.slice(start..end))
    }

    /// Keeps a new file, once it is whole.
    pub(super) fn write(&mut self, path: PathBuf, bytes: Vec<u8>) -> Result<(), FileError> {
        if self.full {
            return Err(failed(&path, "no space left"));
        }
        if self.files.contains_key(&path) {
            return Err(failed(&path, "the file exists"));
        }
        self.insert(path, bytes);
        Ok(())
    }
}

impl<P: AsRef<Path> + ?Sized> Index<&P> for Disk {
    type Output = Bytes;

    fn index(&self, path: &P) -> &Bytes {
        &self.files[path.as_ref()]
    }
}

fn failed(path: &Path, problem: &str) -> FileError {
    FileError::Disk {
        path: path.to_owned(),
        problem: problem.to_owned(),
    }
}
