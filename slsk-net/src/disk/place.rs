//! Places for downloads on the disk.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::name::{numbered, partial_name};

/// How many names are tried before giving up.
const ATTEMPTS: u32 = 10_000;

/// Why a file has no place.
#[derive(Debug, Error)]
pub enum PlaceError {
    /// The system refuses.
    #[error("{}: {source}", path.display())]
    Io {
        /// What was to be made or moved.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// All numbered names are taken.
    #[error("all names like {} are taken", path.display())]
    Taken {
        /// The first of them.
        path: PathBuf,
    },
}

/// Makes a new, empty partial file for a download, and the folder where it is missing: `name.part`, or
/// `name (1).part` and so on when another download has the name. Blocks.
///
/// Remember the path: it is where the download goes on after a restart.
///
/// # Errors
///
/// [`PlaceError`] when the system refuses or all names are taken.
pub fn create_partial(folder: &Path, name: &str) -> Result<(File, PathBuf), PlaceError> {
    create(folder, |number| partial_name(&numbered(name, number)))
}

/// Moves a complete partial file to `folder`, which is made where it is missing, under `name`, or `name (1)` and so
/// on: a file that is there stays as it is. Returns the new path. Blocks, for long only where the folder is on
/// another disk.
///
/// # Errors
///
/// [`PlaceError`] when the system refuses or all names are taken; the partial file is then still there.
pub fn finish(partial: &Path, folder: &Path, name: &str) -> Result<PathBuf, PlaceError> {
    // An empty file of our own holds the place: renaming alone would replace a file that appears meanwhile.
    let (_, path) = create(folder, |number| numbered(name, number))?;
    let moved = match fs::rename(partial, &path) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            fs::copy(partial, &path).and_then(|_| fs::remove_file(partial))
        }
        moved => moved,
    };
    match moved {
        Ok(()) => Ok(path),
        Err(source) => {
            // Only the held place goes; the error that matters is the first one.
            let _ = fs::remove_file(&path);
            let path = partial.to_owned();
            Err(PlaceError::Io { path, source })
        }
    }
}

/// Creates the first file of these names that is not there yet.
fn create(folder: &Path, name: impl Fn(u32) -> String) -> Result<(File, PathBuf), PlaceError> {
    fs::create_dir_all(folder).map_err(|source| PlaceError::Io {
        path: folder.to_owned(),
        source,
    })?;
    for number in 0..ATTEMPTS {
        let path = folder.join(name(number));
        match File::create_new(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            // Windows says so when a folder has the name.
            Err(_) if path.is_dir() => {}
            Err(source) => return Err(PlaceError::Io { path, source }),
        }
    }
    let path = folder.join(name(0));
    Err(PlaceError::Taken { path })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn partial_files_do_not_share_a_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("new");
        let names: Vec<_> = (0..3)
            .map(|_| create_partial(&inner, "x.mp3").expect("a place").1)
            .collect();
        let expected = ["x.mp3.part", "x (1).mp3.part", "x (2).mp3.part"];
        assert_eq!(names, expected.map(|name| inner.join(name)));
    }

    #[test]
    fn finishing_never_replaces_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let done = folder.path().join("done");
        let mut finished = Vec::new();
        for content in ["one", "two"] {
            let (mut file, partial) = create_partial(folder.path(), "x.mp3").expect("a place");
            file.write_all(content.as_bytes()).expect("written");
            drop(file);
            finished.push(finish(&partial, &done, "x.mp3").expect("finished"));
            assert!(!partial.exists());
        }
        fs::create_dir(done.join("y.mp3")).expect("a folder in the way");
        let (_, partial) = create_partial(folder.path(), "y.mp3").expect("a place");
        finished.push(finish(&partial, &done, "y.mp3").expect("finished"));

        let expected = ["x.mp3", "x (1).mp3", "y (1).mp3"];
        assert_eq!(finished, expected.map(|name| done.join(name)));
        let read = |path| fs::read_to_string(path).expect("readable");
        assert_eq!(
            finished.iter().map(read).collect::<Vec<_>>(),
            ["one", "two", ""]
        );
    }

    #[test]
    fn a_failure_leaves_no_trace() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("missing.part");
        let result = finish(&missing, folder.path(), "x.mp3");
        assert!(matches!(result, Err(PlaceError::Io { path, .. }) if path == missing));
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_a_taken_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let link = folder.path().join("x.mp3");
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), &link).expect("a link");
        let (_, partial) = create_partial(folder.path(), "x.mp3").expect("a place");
        let path = finish(&partial, folder.path(), "x.mp3").expect("finished");
        assert_eq!(path, folder.path().join("x (1).mp3"));
        assert!(!folder.path().join("elsewhere").exists());
    }
}
