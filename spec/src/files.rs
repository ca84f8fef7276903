//! The files of `spec/generated/`: what is in them, and whether those on the disk are up to date.

use std::fs;
use std::io;
use std::path::Path;

use crate::{explorer, kaitai, markdown, protocol, wireshark};

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name in `spec/generated/`.
    pub name: String,
    /// What is in it.
    pub content: String,
}

impl File {
    fn new(name: impl Into<String>, content: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            content: content.into(),
        }
    }
}

/// Every generated file.
#[must_use]
pub fn all() -> Vec<File> {
    let mut files = vec![
        File::new("explorer.html", explorer::html()),
        File::new("protocol.json", protocol::json()),
        File::new("protocol.schema.json", include_str!("protocol.schema.json")),
        File::new("soulseek.ksy", kaitai::ksy()),
        File::new("soulseek.lua", wireshark::lua()),
    ];
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let pages = markdown::pages(&names).into_iter();
    files.extend(pages.map(|(name, content)| File::new(name, content)));
    files
}

/// Writes all files into `folder`, and removes what else is in there.
///
/// # Errors
/// When the folder can't be written.
pub fn write(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let files = all();
    for name in strangers(folder, &files)? {
        fs::remove_file(folder.join(name))?;
    }
    for file in files {
        fs::write(folder.join(file.name), file.content)?;
    }
    Ok(())
}

/// The names of files in `folder` that are missing, differ from what would be written, or don't belong there.
///
/// # Errors
/// When the folder can't be read.
pub fn stale(folder: &Path) -> io::Result<Vec<String>> {
    let files = all();
    let mut names = strangers(folder, &files)?;
    for file in files {
        match fs::read(folder.join(&file.name)) {
            Ok(content) if content == file.content.as_bytes() => {}
            Ok(_) => names.push(file.name),
            Err(error) if error.kind() == io::ErrorKind::NotFound => names.push(file.name),
            Err(error) => return Err(error),
        }
    }
    names.sort();
    Ok(names)
}

/// The names of files in `folder` that are none of `files`.
fn strangers(folder: &Path, files: &[File]) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(names),
        entries => entries?,
    };
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if files.iter().all(|file| file.name != name) {
            names.push(name);
        }
    }
    Ok(names)
}
