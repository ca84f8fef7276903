//! The bytes of files, between a connection and the disk.

use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use super::connection::Shared;
use super::stream::{Incoming, Outgoing};
use crate::disk::PARTIAL_SUFFIX;
use crate::machine::{FileError, Input};

/// How much is read from the disk or a connection at once, in bytes. There is a progress report after each piece that goes
/// over the connection.
const CHUNK: usize = 256 * 1024;

/// Writes a file's bytes from `offset` to `size` to a connection.
pub(super) async fn send<C>(
    shared: &Shared<C>,
    stream: &mut Outgoing,
    path: PathBuf,
    offset: u64,
    size: u64,
) -> Result<(), FileError> {
    let disk = |error: io::Error| disk_error(&path, &error);
    let mut file = File::open(&path).await.map_err(disk)?;
    file.seek(SeekFrom::Start(offset)).await.map_err(disk)?;
    let mut buffer = vec![0; CHUNK];
    let mut sent = offset;
    while sent < size {
        let most = usize::try_from(size - sent).map_or(CHUNK, |left| left.min(CHUNK));
        let count = file.read(&mut buffer[..most]).await.map_err(disk)?;
        if count == 0 {
            return Err(disk(io::Error::other("the file has become shorter")));
        }
        let mut bytes = &buffer[..count];
        while !bytes.is_empty() {
            // A slow reader takes less than all of it at once, and is not one who has stopped.
            let written = stream.write(bytes).await;
            let written = written.map_err(|error| FileError::Connection(error.to_string()))?;
            bytes = &bytes[written..];
            sent += written as u64;
            progress(shared, sent).await?;
        }
    }
    Ok(())
}

/// Reads `size` bytes, of which `rest` has come already, into a new file.
///
/// They go to a temporary file in the same folder, which vanishes if they do not all come.
pub(super) async fn receive<C>(
    shared: &Shared<C>,
    stream: &mut Incoming,
    rest: Bytes,
    path: PathBuf,
    size: u64,
) -> Result<(), FileError> {
    let disk = |error: io::Error| disk_error(&path, &error);
    let temporary = temporary(&path).await.map_err(disk)?;
    let mut file = File::from_std(temporary.as_file().try_clone().map_err(disk)?);
    let mut buffer = vec![0; CHUNK];
    let first = usize::try_from(size).map_or(rest.len(), |size| rest.len().min(size));
    file.write_all(&rest[..first]).await.map_err(disk)?;
    let mut received = first as u64;
    while received < size {
        let most = usize::try_from(size - received).map_or(CHUNK, |left| left.min(CHUNK));
        let count = match stream.read(&mut buffer[..most]).await {
            Ok(0) => Err("the other side closed it".to_owned()),
            Ok(count) => Ok(count),
            Err(error) => Err(error.to_string()),
        };
        let count = count.map_err(FileError::Connection)?;
        file.write_all(&buffer[..count]).await.map_err(disk)?;
        received += count as u64;
        progress(shared, received).await?;
    }
    file.sync_all().await.map_err(disk)?;
    persist(temporary, path.clone()).await.map_err(disk)
}

async fn progress<C>(shared: &Shared<C>, bytes: u64) -> Result<(), FileError> {
    let progress = |conn| Input::FileProgress(conn, bytes);
    if shared.report(progress).await {
        return Ok(());
    }
    let problem = "the client has been stopped".to_owned();
    Err(FileError::Connection(problem))
}

async fn temporary(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    blocking(move || {
        std::fs::create_dir_all(&folder)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".slsk-").suffix(PARTIAL_SUFFIX);
        // A download is as readable as any other new file; the umask still holds.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder.tempfile_in(folder)
    })
    .await
}

/// Gives the file its name, unless another file has it.
async fn persist(file: tempfile::NamedTempFile, path: PathBuf) -> io::Result<()> {
    blocking(move || {
        file.persist_noclobber(path)
            .map(|_| ())
            .map_err(|error| error.error)
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}

fn disk_error(path: &Path, error: &io::Error) -> FileError {
    FileError::Disk {
        path: path.to_owned(),
        problem: error.to_string(),
    }
}
