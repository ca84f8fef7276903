//! [`Index`]: everything that is shared.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use slsk_wire::Text;
use slsk_wire::peer::{Attributes, Directory, File};

use super::builder::Builder;
use super::dictionary::Dictionary;
use super::packed::{take_attributes, take_number};

/// Everything that a user shares, as of one scan. It never changes.
///
/// Folders are sorted by their bytes, each before what is in it, files by folder and then by the bytes of their
/// names. All results come in this order.
pub struct Index {
    /// Full remote paths of folders, and for each file its name with length, then its attributes.
    pub(super) arena: Box<[u8]>,
    /// In [`tree_order`]; with the ancestors that have no files of their own.
    pub(super) folders: Box<[Folder]>,
    /// Sorted by folder and name.
    pub(super) files: Box<[Stored]>,
    /// The local paths of files that are not in their folder's local folder under their own name, by file.
    pub(super) elsewhere: Box<[(u32, PathBuf)]>,
    pub(super) words: Dictionary,
}

/// A folder of an index.
pub(super) struct Folder {
    pub(super) path: u32,
    pub(super) path_len: u32,
    /// Its first file; it has all files up to the first one of the next folder.
    pub(super) first_file: u32,
    pub(super) local: Option<Box<Path>>,
}

/// A file of an index.
pub(super) struct Stored {
    pub(super) size: u64,
    pub(super) folder: u32,
    /// Where its name and attributes are.
    pub(super) start: u32,
}

impl Index {
    /// Begins an index.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// How many files are shared.
    #[must_use]
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// How many folders are shared, those included that only have folders in them.
    #[must_use]
    pub fn folders(&self) -> usize {
        self.folders.len()
    }

    /// The sum of the sizes of all files, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files
            .iter()
            .fold(0, |sum, file| sum.saturating_add(file.size))
    }

    /// The memory that the index takes, in bytes, without what allocators add.
    #[must_use]
    pub fn memory(&self) -> usize {
        let locals = self.folders.iter().filter_map(|f| f.local.as_deref());
        let elsewhere = self.elsewhere.iter().map(|(_, path)| path.as_path());
        let paths: usize = locals.chain(elsewhere).map(|p| p.as_os_str().len()).sum();
        self.arena.len()
            + size_of_val(&*self.folders)
            + size_of_val(&*self.files)
            + size_of_val(&*self.elsewhere)
            + paths
            + self.words.memory()
    }

    /// The file of a full remote path: what a request for a download names. All bytes have to be the same.
    #[must_use]
    pub fn get(&self, path: &Text) -> Option<Shared<'_>> {
        let path = path.as_bytes();
        let split = path.iter().rposition(|&byte| byte == b'\\')?;
        let range = self.files_of(self.find_folder(&path[..split])?);
        let place = self.files[range.clone()]
            .binary_search_by(|file| self.name(file).cmp(&path[split + 1..]))
            .ok()?;
        u32::try_from(range.start + place)
            .ok()
            .map(|id| self.shared(id))
    }

    /// Every file, sorted by folder and name.
    pub fn iter(&self) -> impl Iterator<Item = Shared<'_>> {
        (0u32..).take(self.files.len()).map(|id| self.shared(id))
    }

    /// Every folder with its files under bare names: a share list. Folders that only have folders in them are
    /// there too.
    #[must_use]
    pub fn directories(&self) -> impl ExactSizeIterator<Item = Directory> {
        (0..self.folders.len()).map(|folder| self.directory_at(folder))
    }

    /// One folder with its files under bare names, without subfolders: the contents of a folder. All bytes of the
    /// full remote path have to be the same.
    #[must_use]
    pub fn directory(&self, path: &Text) -> Option<Directory> {
        let folder = self.find_folder(path.as_bytes())?;
        Some(self.directory_at(folder))
    }

    pub(super) fn shared(&self, id: u32) -> Shared<'_> {
        Shared { index: self, id }
    }

    fn find_folder(&self, path: &[u8]) -> Option<usize> {
        self.folders
            .binary_search_by(|folder| tree_order(self.folder_path(folder), path))
            .ok()
    }

    fn folder_path(&self, folder: &Folder) -> &[u8] {
        &self.arena[folder.path as usize..][..folder.path_len as usize]
    }

    fn files_of(&self, folder: usize) -> Range<usize> {
        let end = self.folders.get(folder + 1);
        let end = end.map_or(self.files.len(), |next| next.first_file as usize);
        self.folders[folder].first_file as usize..end
    }

    fn name(&self, file: &Stored) -> &[u8] {
        let mut bytes = &self.arena[file.start as usize..];
        let length = take_number(&mut bytes);
        &bytes[..length as usize]
    }

    fn directory_at(&self, folder: usize) -> Directory {
        Directory {
            name: text(self.folder_path(&self.folders[folder])),
            files: (0u32..)
                .skip(self.files_of(folder).start)
                .take(self.files_of(folder).len())
                .map(|id| self.shared(id).to_entry())
                .collect(),
        }
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index")
            .field("folders", &self.folders())
            .field("files", &self.files())
            .finish_non_exhaustive()
    }
}

/// A file of an [`Index`].
#[derive(Clone, Copy)]
pub struct Shared<'a> {
    index: &'a Index,
    id: u32,
}

impl<'a> Shared<'a> {
    /// The full remote path.
    #[must_use]
    pub fn path(&self) -> Text {
        let folder = self.index.folder_path(self.folder());
        let name = self.name_bytes();
        let mut path = Vec::with_capacity(folder.len() + 1 + name.len());
        path.extend_from_slice(folder);
        path.push(b'\\');
        path.extend_from_slice(name);
        Text::from_bytes(path)
    }

    /// The last part of the path.
    #[must_use]
    pub fn name(&self) -> Text {
        text(self.name_bytes())
    }

    /// The size in bytes when the index was made.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.stored().size
    }

    /// The audio attributes; none where it is no audio file.
    #[must_use]
    pub fn attributes(&self) -> Attributes {
        let start = self.stored().start as usize;
        let mut bytes = &self.index.arena[start..];
        let length = take_number(&mut bytes);
        take_attributes(&mut &bytes[length as usize..])
    }

    /// Where it is on this machine.
    #[must_use]
    pub fn local(&self) -> PathBuf {
        let elsewhere = &self.index.elsewhere;
        if let Ok(place) = elsewhere.binary_search_by_key(&self.id, |(id, _)| *id) {
            return elsewhere[place].1.clone();
        }
        let folder = self.folder().local.as_deref().unwrap_or(Path::new(""));
        // The builder keeps the paths of all other names.
        folder.join(std::str::from_utf8(self.name_bytes()).unwrap_or_default())
    }

    /// The file as a search result shows it: with its full remote path.
    #[must_use]
    pub fn to_file(&self) -> File {
        File::new(self.path(), self.size(), self.attributes())
    }

    /// The file as its folder shows it: with its bare name.
    #[must_use]
    pub fn to_entry(&self) -> File {
        File::new(self.name(), self.size(), self.attributes())
    }

    fn stored(&self) -> &'a Stored {
        &self.index.files[self.id as usize]
    }

    fn folder(&self) -> &'a Folder {
        &self.index.folders[self.stored().folder as usize]
    }

    fn name_bytes(&self) -> &'a [u8] {
        self.index.name(self.stored())
    }
}

impl fmt::Debug for Shared<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("path", &self.path())
            .field("size", &self.size())
            .field("attributes", &self.attributes())
            .field("local", &self.local())
            .finish()
    }
}

/// The order of folders: by bytes, but a backslash is below all others, so that a folder comes right before
/// everything in it.
pub(super) fn tree_order(a: &[u8], b: &[u8]) -> Ordering {
    let rank = |byte: &u8| match byte {
        b'\\' => 0,
        byte => u16::from(*byte) + 1,
    };
    a.iter().map(rank).cmp(b.iter().map(rank))
}

fn text(bytes: &[u8]) -> Text {
    Text::from_bytes(bytes.to_vec())
}
