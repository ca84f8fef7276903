//! [`Builder`]: files become an index.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use slsk_wire::Text;
use slsk_wire::peer::Attributes;
use thiserror::Error;

use super::dictionary::{DictionaryBuilder, WordId};
use super::index::{Folder, Index, Stored, tree_order};
use super::packed::{push_attributes, push_number};
use super::words::{fold, words};

/// A file to be shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The full remote path: the name of the share, folders and the file's name, with backslashes between them.
    pub path: Text,
    /// The size in bytes.
    pub size: u64,
    /// The audio attributes; none where it is no audio file.
    pub attributes: Attributes,
    /// Where it is on this machine.
    pub local: PathBuf,
}

impl Entry {
    /// A file without attributes.
    #[must_use]
    pub fn new(path: impl Into<Text>, size: u64, local: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            size,
            attributes: Attributes::default(),
            local: local.into(),
        }
    }
}

/// Why an index cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IndexError {
    /// A remote path needs a share, a name, and no empty part between backslashes.
    #[error("`{path}` is no path of a shared file")]
    Path {
        /// The path that was added.
        path: Text,
    },
    /// An index has room for 2^32 bytes of names and as many words in paths: enough for 50 million files.
    #[error("too many files for one index")]
    TooLarge,
}

/// Collects files for an [`Index`].
#[derive(Clone, Debug, Default)]
pub struct Builder {
    entries: Vec<Entry>,
}

impl Builder {
    /// Adds a file. Of two files with the same path the first one counts.
    ///
    /// # Errors
    ///
    /// [`IndexError::Path`] when the path has no share, no name or an empty part.
    pub fn add(&mut self, entry: Entry) -> Result<(), IndexError> {
        let mut parts = entry.path.as_bytes().split(|&byte| byte == b'\\');
        if parts.clone().count() < 2 || parts.any(<[u8]>::is_empty) {
            return Err(IndexError::Path { path: entry.path });
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Makes the index. Whatever the order in which files were added, the index is the same.
    ///
    /// # Errors
    ///
    /// [`IndexError::TooLarge`] when there are more files than an index has room for.
    pub fn build(mut self) -> Result<Index, IndexError> {
        self.entries.sort_by(|a, b| {
            let ((a_folder, a_name), (b_folder, b_name)) = (split(&a.path), split(&b.path));
            tree_order(a_folder, b_folder).then_with(|| a_name.cmp(b_name))
        });
        self.entries
            .dedup_by(|later, first| later.path == first.path);
        let mut parts = Parts::default();
        for entry in self.entries {
            parts.add(&entry).ok_or(IndexError::TooLarge)?;
        }
        parts.into_index().ok_or(IndexError::TooLarge)
    }
}

/// The parts of an index that grows file by file, in order.
#[derive(Default)]
struct Parts {
    arena: Vec<u8>,
    folders: Vec<Folder>,
    files: Vec<Stored>,
    elsewhere: Vec<(u32, PathBuf)>,
    words: DictionaryBuilder,
    /// The path of the last folder, and its words.
    folder_path: Vec<u8>,
    folder_words: Vec<WordId>,
}

impl Parts {
    /// Adds a file; `None` when there is no room.
    fn add(&mut self, entry: &Entry) -> Option<()> {
        let (folder_path, name) = split(&entry.path);
        if self.folders.is_empty() || self.folder_path != folder_path {
            self.enter(folder_path, entry.local.parent())?;
        }
        let id = u32::try_from(self.files.len()).ok()?;
        self.files.push(Stored {
            size: entry.size,
            folder: u32::try_from(self.folders.len() - 1).ok()?,
            start: u32::try_from(self.arena.len()).ok()?,
        });
        push_number(&mut self.arena, u32::try_from(name.len()).ok()?);
        self.arena.extend_from_slice(name);
        push_attributes(&mut self.arena, &entry.attributes);

        let folder = self.folders.last()?;
        let own_name = std::str::from_utf8(name).ok().map(OsStr::new);
        if entry.local.parent() != folder.local.as_deref() || entry.local.file_name() != own_name {
            self.elsewhere.push((id, entry.local.clone()));
        }
        for &word in &self.folder_words {
            self.words.add(word, id);
        }
        for word in words(&fold(name)) {
            let word = self.words.word(word);
            self.words.add(word, id);
        }
        Some(())
    }

    /// Begins a folder, and its ancestors that are not there yet.
    fn enter(&mut self, path: &[u8], local: Option<&Path>) -> Option<()> {
        let ends = path.iter().enumerate().filter(|(_, byte)| **byte == b'\\');
        for (end, _) in ends {
            let known = self.folder_path.starts_with(&path[..end])
                && matches!(self.folder_path.get(end), None | Some(b'\\'));
            if !known {
                self.push_folder(&path[..end], None)?;
            }
        }
        self.push_folder(path, local)?;
        self.folder_path = path.to_vec();
        self.folder_words = words(&fold(path))
            .map(|word| self.words.word(word))
            .collect();
        Some(())
    }

    fn push_folder(&mut self, path: &[u8], local: Option<&Path>) -> Option<()> {
        self.folders.push(Folder {
            path: u32::try_from(self.arena.len()).ok()?,
            path_len: u32::try_from(path.len()).ok()?,
            first_file: u32::try_from(self.files.len()).ok()?,
            local: local.map(Box::from),
        });
        self.arena.extend_from_slice(path);
        Some(())
    }

    fn into_index(self) -> Option<Index> {
        Some(Index {
            arena: self.arena.into(),
            folders: self.folders.into(),
            files: self.files.into(),
            elsewhere: self.elsewhere.into(),
            words: self.words.build()?,
        })
    }
}

/// Folder and name.
fn split(path: &Text) -> (&[u8], &[u8]) {
    let path = path.as_bytes();
    match path.iter().rposition(|&byte| byte == b'\\') {
        Some(place) => (&path[..place], &path[place + 1..]),
        None => (&[], path),
    }
}
