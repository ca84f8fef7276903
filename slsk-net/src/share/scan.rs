//! [`scan`]: folders become an index.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use slsk_wire::Text;
use slsk_wire::peer::Attributes;
use thiserror::Error;
use walkdir::{DirEntry, WalkDir};

use super::audio::{self, Audio};
use super::builder::{Builder, Entry, IndexError};
use super::index::Index;

/// A folder to be shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Its name for others: the first part of remote paths. Without backslashes, slashes and control characters.
    pub name: String,
    /// Where it is on this machine.
    pub folder: PathBuf,
}

impl Root {
    /// Shares `folder` under a name.
    #[must_use]
    pub fn new(name: impl Into<String>, folder: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            folder: folder.into(),
        }
    }
}

/// What a scan found, apart from the index.
#[derive(Debug, Default)]
pub struct ScanReport {
    /// What each root contributed, in the order given. A root without files may be a disk that is not mounted:
    /// its folder is there and empty.
    pub roots: Vec<RootReport>,
    /// What is not shared, sorted by path.
    pub skipped: Vec<Skipped>,
    /// Files that are shared without attributes although they are named like audio files, sorted.
    pub broken_audio: Vec<PathBuf>,
}

/// What a root contributed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootReport {
    /// The name for others.
    pub name: String,
    /// How many files.
    pub files: usize,
    /// Their sizes together, in bytes.
    pub bytes: u64,
}

/// A file or folder that is not shared.
#[derive(Debug)]
pub struct Skipped {
    /// Where it is on this machine.
    pub path: PathBuf,
    /// Why.
    pub reason: SkipReason,
}

/// Why a file or folder is not shared. Hidden ones are not even reported.
#[derive(Debug, Error)]
pub enum SkipReason {
    /// A symbolic link: it may lead anywhere, out of the shared folder too.
    #[error("symbolic link")]
    SymbolicLink,
    /// A backslash in its name, which would separate folders in a remote path.
    #[error("backslash in the name")]
    Backslash,
    /// Neither file nor folder.
    #[error("neither file nor folder")]
    Special,
    /// The system does not let us read it.
    #[error("not readable")]
    Unreadable(#[source] io::Error),
}

/// Why there is no index. What others see should then stay as it was: a share that is gone for a moment must not
/// become an empty one.
#[derive(Debug, Error)]
pub enum ScanError {
    /// The name of a share is empty, or has backslashes, slashes or control characters.
    #[error("`{name}` cannot be the name of a share")]
    Name {
        /// The name as given.
        name: String,
    },
    /// Two shares have the same name.
    #[error("two shares have the name `{name}`")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// A folder to be shared is not there, or not readable. A disk may not be mounted.
    #[error("the shared folder {} is not available", folder.display())]
    Unavailable {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// What is to be shared is no folder.
    #[error("{} is no folder", path.display())]
    NoFolder {
        /// The path.
        path: PathBuf,
    },
    /// The index cannot be built.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The caller wanted it to stop.
    #[error("the scan was stopped")]
    Stopped,
}

/// Reads folders into an index, with the attributes of audio files. It blocks for as long as the disk takes.
///
/// Names stay as the disk has them, byte for byte, whatever their encoding and composition of accents. Hidden
/// files, symbolic links and names with a backslash are left out. `progress` is called after each file with the
/// number of files so far and may stop the scan.
///
/// ```no_run
/// use std::ops::ControlFlow;
///
/// use slsk_net::share::{Root, scan};
///
/// let roots = [Root::new("Music", "/home/ada/Music")];
/// let (index, report) = scan(&roots, |files| {
///     println!("{files} files so far");
///     ControlFlow::Continue(())
/// })?;
/// println!("{} files, {} skipped", index.files(), report.skipped.len());
/// # Ok::<(), slsk_net::share::ScanError>(())
/// ```
///
/// # Errors
///
/// [`ScanError`] when a name or a folder is not usable, before and after reading it, and when `progress` breaks.
pub fn scan(
    roots: &[Root],
    mut progress: impl FnMut(usize) -> ControlFlow<()>,
) -> Result<(Index, ScanReport), ScanError> {
    check_names(roots)?;
    // All of them before the work begins.
    roots.iter().try_for_each(check_folder)?;

    let mut scan = Scan {
        builder: Index::builder(),
        report: ScanReport::default(),
        files: 0,
        progress: &mut progress,
    };
    for root in roots {
        scan.root(root)?;
        check_folder(root)?;
    }
    let Scan {
        builder,
        mut report,
        ..
    } = scan;
    report.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    report.broken_audio.sort();
    Ok((builder.build()?, report))
}

fn check_names(roots: &[Root]) -> Result<(), ScanError> {
    let mut names = BTreeSet::new();
    for Root { name, .. } in roots {
        let name = name.clone();
        if name.is_empty() || name.contains(|c: char| matches!(c, '\\' | '/') || c.is_control()) {
            return Err(ScanError::Name { name });
        }
        if !names.insert(name.clone()) {
            return Err(ScanError::DuplicateName { name });
        }
    }
    Ok(())
}

fn check_folder(root: &Root) -> Result<(), ScanError> {
    let folder = root.folder.clone();
    match fs::metadata(&folder) {
        Ok(metadata) if !metadata.is_dir() => Err(ScanError::NoFolder { path: folder }),
        Ok(_) => match fs::read_dir(&folder) {
            Ok(_) => Ok(()),
            Err(source) => Err(ScanError::Unavailable { folder, source }),
        },
        Err(source) => Err(ScanError::Unavailable { folder, source }),
    }
}

struct Scan<'a> {
    builder: Builder,
    report: ScanReport,
    files: usize,
    progress: &'a mut dyn FnMut(usize) -> ControlFlow<()>,
}

impl Scan<'_> {
    fn root(&mut self, root: &Root) -> Result<(), ScanError> {
        self.report.roots.push(RootReport {
            name: root.name.clone(),
            files: 0,
            bytes: 0,
        });
        let mut entries = WalkDir::new(&root.folder).min_depth(1).into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().unwrap_or(&root.folder).to_owned();
                    let error = io::Error::from(error);
                    self.skip(path, SkipReason::Unreadable(error));
                    continue;
                }
            };
            let kind = entry.file_type();
            let reason = if is_hidden(&entry) {
                None
            } else if kind.is_symlink() {
                Some(SkipReason::SymbolicLink)
            } else if entry.file_name().as_encoded_bytes().contains(&b'\\') {
                Some(SkipReason::Backslash)
            } else if kind.is_dir() {
                continue;
            } else if kind.is_file() {
                self.file(root, &entry)?;
                continue;
            } else {
                Some(SkipReason::Special)
            };
            if kind.is_dir() {
                entries.skip_current_dir();
            }
            if let Some(reason) = reason {
                self.skip(entry.into_path(), reason);
            }
        }
        Ok(())
    }

    fn file(&mut self, root: &Root, entry: &DirEntry) -> Result<(), ScanError> {
        let (size, audio) = match read(entry.path()) {
            Ok(read) => read,
            Err(error) => {
                self.skip(entry.path().to_owned(), SkipReason::Unreadable(error));
                return Ok(());
            }
        };
        let attributes = match audio {
            Audio::Attributes(attributes) => attributes,
            Audio::None => Attributes::default(),
            Audio::Broken => {
                self.report.broken_audio.push(entry.path().to_owned());
                Attributes::default()
            }
        };
        self.builder.add(Entry {
            path: remote_path(root, entry.path()),
            size,
            attributes,
            local: entry.path().to_owned(),
        })?;
        self.files += 1;
        if let Some(report) = self.report.roots.last_mut() {
            report.files += 1;
            report.bytes = report.bytes.saturating_add(size);
        }
        match (self.progress)(self.files) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ScanError::Stopped),
        }
    }

    fn skip(&mut self, path: PathBuf, reason: SkipReason) {
        self.report.skipped.push(Skipped { path, reason });
    }
}

/// The size and what the name and contents say. Opens every file: what is shared should be readable.
fn read(path: &Path) -> io::Result<(u64, Audio)> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    Ok((size, audio::read(path, file)))
}

/// The share's name and the path below its folder, with backslashes.
fn remote_path(root: &Root, path: &Path) -> Text {
    let mut remote = root.name.clone().into_bytes();
    for part in path.strip_prefix(&root.folder).unwrap_or(path) {
        remote.push(b'\\');
        remote.extend_from_slice(part.as_encoded_bytes());
    }
    Text::from_bytes(remote)
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".") || has_hidden_attribute(entry)
}

#[cfg(windows)]
fn has_hidden_attribute(entry: &DirEntry) -> bool {
    use std::os::windows::fs::MetadataExt;
    const HIDDEN: u32 = 2;
    entry
        .metadata()
        .is_ok_and(|metadata| metadata.file_attributes() & HIDDEN != 0)
}

#[cfg(not(windows))]
const fn has_hidden_attribute(_: &DirEntry) -> bool {
    false
}
