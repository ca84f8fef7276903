//! Accounts in a file: [`AccountFile`].

mod hasher;
mod open;
mod rows;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use argon2::Params;
use rusqlite::Connection;
use slsk_wire::Secret;

use super::store::{AccountStore, StoreError, Stored, StoredChange};
use hasher::Hasher;

pub use open::AccountFileError;

/// Accounts and waiting private messages in one file, an `SQLite` database.
///
/// Passwords are hashed with Argon2id. One server at a time can have the file. A change is on the disk when
/// [`save`](AccountStore::save) returns.
pub struct AccountFile {
    path: PathBuf,
    connection: Mutex<Connection>,
    hasher: Hasher,
}

impl AccountFile {
    /// Opens a file, or makes it if there is none.
    ///
    /// # Errors
    /// When it can't be opened, is in use, is damaged, is something else, or was written by a newer version. Then nothing
    /// in it is changed.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, AccountFileError> {
        let path = path.into();
        let connection = open::open(&path)?;
        Ok(Self {
            path,
            connection: Mutex::new(connection),
            hasher: Hasher::new(Params::default()),
        })
    }

    /// The same with so many KiB of memory for each password, 8 at least, instead of 19 MiB. Hashes that are in the file keep what
    /// they were made with.
    ///
    /// # Errors
    /// When it is too little or too much.
    pub fn with_memory(mut self, kib: u32) -> Result<Self, StoreError> {
        let (passes, lanes) = (Params::DEFAULT_T_COST, Params::DEFAULT_P_COST);
        let params = Params::new(kib, passes, lanes, None).map_err(failed)?;
        self.hasher = Hasher::new(params);
        Ok(self)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A connection is usable after a panic too: a transaction that was not committed is undone.
    fn lock(&self) -> std::sync::MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl AccountStore for AccountFile {
    fn load(&self) -> Result<Stored, StoreError> {
        rows::load(&self.lock()).map_err(failed)
    }

    fn hash(&self, password: &Secret) -> Result<Secret, StoreError> {
        Ok(self.hasher.hash(password.reveal().as_bytes())?.into())
    }

    fn verify(&self, password: &Secret, hash: &Secret) -> bool {
        let (password, hash) = (password.reveal().as_bytes(), hash.reveal().to_str());
        self.hasher.verify(password, &hash).unwrap_or(false)
    }

    fn save(&self, changes: &[StoredChange]) -> Result<(), StoreError> {
        rows::save(&mut self.lock(), changes).map_err(failed)
    }
}

impl fmt::Debug for AccountFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountFile")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn failed(error: impl fmt::Display) -> StoreError {
    StoreError(error.to_string())
}

#[cfg(test)]
mod tests;
