//! `slsk browse`.

use std::ffi::OsStr;
use std::io::{self, Write};

use indicatif::HumanBytes;
use serde::Serialize;
use slsk_net::Client;
use slsk_wire::Text;
use slsk_wire::peer::Directory;

use super::OnlineError;
use super::file::{Facts, length, quality, shown, size};
use crate::args::Browse;
use crate::json::write_json;
use crate::render::Count;

/// A folder, in JSON.
#[derive(Debug, Serialize)]
struct Folder<'a> {
    user: &'a Text,
    #[serde(rename = "folder")]
    path: &'a Text,
    /// Whether it is shown but not for us.
    locked: bool,
    files: Vec<Entry<'a>>,
}

/// A file in it.
#[derive(Debug, Serialize)]
struct Entry<'a> {
    name: &'a Text,
    #[serde(flatten)]
    facts: Facts,
}

pub(super) async fn run(
    client: &Client,
    args: &Browse,
    out: &mut impl Write,
) -> Result<(), OnlineError> {
    let user = Text::from(args.name.as_str());
    let mut shown = Shown::default();
    if let Some(path) = &args.folder {
        let response = client.folder(user.clone(), path_of(path)).await?;
        for directory in &response.directories {
            shown.show(&user, directory, false, args.json, out)?;
        }
        if response.directories.is_empty() {
            return Err(OnlineError::Nothing("there is no such folder".into()));
        }
        return Ok(());
    }
    let response = client.browse(user.clone()).await?;
    for directory in &response.directories {
        shown.show(&user, directory, false, args.json, out)?;
    }
    for directory in response.locked_directories.iter().flatten() {
        shown.show(&user, directory, true, args.json, out)?;
    }
    if shown.folders == 0 {
        return Err(OnlineError::Nothing("the user shares nothing".into()));
    }
    if !args.json {
        let (folders, files) = (Count(shown.folders, "folder"), Count(shown.files, "file"));
        // Where standard error is closed there is nobody to tell.
        let _ = writeln!(
            io::stderr().lock(),
            "slsk: {folders}, {files}, {}",
            HumanBytes(shown.bytes)
        );
    }
    Ok(())
}

/// How much was shown.
#[derive(Debug, Default)]
struct Shown {
    folders: u64,
    files: u64,
    bytes: u64,
}

impl Shown {
    fn show(
        &mut self,
        user: &Text,
        directory: &Directory,
        locked: bool,
        json: bool,
        out: &mut impl Write,
    ) -> io::Result<()> {
        self.folders += 1;
        self.files += directory.files.len() as u64;
        for file in &directory.files {
            self.bytes = self.bytes.saturating_add(file.size());
        }
        if json {
            let files = directory.files.iter().map(|file| Entry {
                name: &file.name,
                facts: Facts::new(file),
            });
            let folder = Folder {
                user,
                path: &directory.name,
                locked,
                files: files.collect(),
            };
            write_json(out, &folder)?;
            return writeln!(out);
        }
        let mark = if locked { " (locked)" } else { "" };
        writeln!(out, "{}{mark}", shown(&directory.name))?;
        for file in &directory.files {
            let (length, quality) = (length(&file.attributes), quality(&file.attributes));
            let (size, name) = (size(file), shown(&file.name));
            writeln!(out, "{size:>12} {length:>8}  {quality:<15} {name}")?;
        }
        Ok(())
    }
}

/// A path as the shell has it, byte for byte.
#[cfg(unix)]
fn path_of(path: &OsStr) -> Text {
    use std::os::unix::ffi::OsStrExt as _;
    Text::from_bytes(path.as_bytes().to_vec())
}

/// A path as the shell has it: here it is UTF-8.
#[cfg(not(unix))]
fn path_of(path: &OsStr) -> Text {
    path.to_string_lossy().into_owned().into()
}
