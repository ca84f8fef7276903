//! Opening the file: what it must be, and how an older one becomes today's.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

/// Marks the file as one of ours: `slsk`.
const APPLICATION: i64 = 0x736c_736b;
/// How long to wait for another process that has the file.
const BUSY: Duration = Duration::from_secs(1);

/// What makes a file of each version from one of the version before. The version is in the file; a step is never changed
/// once it has been published, only added to.
const STEPS: [&str; 1] = [include_str!("schema_1.sql")];

/// Why a file can't be used. It is as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountFileError {
    /// The file, or its folder, can't be reached or written.
    #[error("{path}: {problem}", path = .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: io::Error,
    },
    /// Another server has it.
    #[error("{path}: another server uses this file", path = .path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// Something has destroyed a part of it.
    #[error("{path}: the file is damaged ({problem}); restore it from a copy", path = .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What `SQLite` says.
        problem: String,
    },
    /// It holds something else.
    #[error("{path}: this is no file of accounts", path = .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// It was written by a newer version of this program.
    #[error("{path}: written by a newer version (format {found}, known are up to {known})", path = .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of the file.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// Anything else that `SQLite` says.
    #[error("{path}: {problem}", path = .path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// What it says.
        problem: String,
    },
}

/// Opens a file and makes it one of the newest version.
pub(super) fn open(path: &Path) -> Result<Connection, AccountFileError> {
    let is_new = check_file(path).map_err(|problem| AccountFileError::Io {
        path: path.to_owned(),
        problem,
    })?;
    let explain = |error| explain(path, &error);
    let mut connection = Connection::open(path).map_err(explain)?;
    connection.busy_timeout(BUSY).map_err(explain)?;
    // Nobody else may have it, not even between two transactions.
    connection
        .pragma_update(None, "locking_mode", "EXCLUSIVE")
        .map_err(explain)?;
    check(&connection, path, is_new)?;
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .map_err(explain)?;
    // With less the last changes may be lost when the power fails.
    connection
        .pragma_update(None, "synchronous", "FULL")
        .map_err(explain)?;
    upgrade(&mut connection).map_err(explain)?;
    Ok(connection)
}

/// Whether the file is new or empty, and not anything but a file. A missing one is made.
fn check_file(path: &Path) -> io::Result<bool> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(found.len() == 0),
        Ok(_) => Err(io::Error::other("not a file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(path).map(|()| true),
        Err(error) => Err(error),
    }
}

/// Makes an empty file, for nobody else on the machine: it will have messages in it.
fn make(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Refuses what is damaged, not ours, or of tomorrow.
fn check(connection: &Connection, path: &Path, is_new: bool) -> Result<(), AccountFileError> {
    let explain = |error| explain(path, &error);
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let application = number("application_id").map_err(explain)?;
    if !is_new && application != APPLICATION {
        let path = path.to_owned();
        return Err(AccountFileError::Foreign { path });
    }
    let (found, known) = (number("user_version").map_err(explain)?, newest());
    if found > known {
        return Err(AccountFileError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    let check = connection.pragma_query_value(None, "quick_check", |row| row.get::<_, String>(0));
    match check.map_err(explain)? {
        fine if fine == "ok" => Ok(()),
        problem => Err(AccountFileError::Damaged {
            path: path.to_owned(),
            problem,
        }),
    }
}

/// Makes a file of the newest version, in one transaction.
fn upgrade(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = usize::try_from(found).unwrap_or(0);
    for step in STEPS.iter().skip(done) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", newest())?;
    transaction.commit()
}

fn newest() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

fn explain(path: &Path, error: &rusqlite::Error) -> AccountFileError {
    let (path, problem) = (path.to_owned(), error.to_string());
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            AccountFileError::InUse { path }
        }
        Some(ErrorCode::NotADatabase) => AccountFileError::Foreign { path },
        Some(ErrorCode::DatabaseCorrupt) => AccountFileError::Damaged { path, problem },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            let problem = io::Error::other(problem);
            AccountFileError::Io { path, problem }
        }
        _ => AccountFileError::Other { path, problem },
    }
}
