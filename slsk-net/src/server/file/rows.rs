//! Between rows and what they mean.

use rusqlite::{Connection, Result, Row, Transaction, params};
use slsk_wire::Text;
use slsk_wire::server::UserStats;

use crate::server::store::{Stored, StoredAccount, StoredChange, StoredMessage};

pub(super) fn load(connection: &Connection) -> Result<Stored> {
    let mut accounts = connection.prepare(
        "SELECT username, password_hash, average_speed, uploads, files, directories, privileged_until, banned
         FROM account ORDER BY username",
    )?;
    let mut messages =
        connection.prepare("SELECT id, time, receiver, sender, text FROM message ORDER BY id")?;
    Ok(Stored {
        accounts: accounts.query_map([], account)?.collect::<Result<_>>()?,
        messages: messages.query_map([], message)?.collect::<Result<_>>()?,
    })
}

/// Keeps all changes, or none.
pub(super) fn save(connection: &mut Connection, changes: &[StoredChange]) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    for change in changes {
        save_one(&transaction, change)?;
    }
    transaction.commit()
}

fn save_one(transaction: &Transaction<'_>, change: &StoredChange) -> Result<()> {
    match change {
        StoredChange::Account(account) => {
            let hash = account.password_hash.reveal().to_str();
            let stats = account.stats;
            // A time beyond what the column can hold is as good as for ever.
            let until = i64::try_from(account.privileged_until).unwrap_or(i64::MAX);
            transaction
                .prepare_cached("INSERT OR REPLACE INTO account VALUES (?, ?, ?, ?, ?, ?, ?, ?)")?
                .execute(params![
                    account.username.as_bytes(),
                    hash,
                    stats.average_speed,
                    stats.uploads,
                    stats.files,
                    stats.directories,
                    until,
                    account.banned,
                ])?;
        }
        StoredChange::Message(message) => {
            transaction
                .prepare_cached("INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?, ?)")?
                .execute(params![
                    message.id,
                    message.time,
                    message.receiver.as_bytes(),
                    message.sender.as_bytes(),
                    message.text.as_bytes(),
                ])?;
        }
        StoredChange::MessageGone(id) => {
            transaction
                .prepare_cached("DELETE FROM message WHERE id = ?")?
                .execute([id])?;
        }
    }
    Ok(())
}

fn account(row: &Row<'_>) -> Result<StoredAccount> {
    Ok(StoredAccount {
        username: text(row, 0)?,
        password_hash: row.get::<_, String>(1)?.into(),
        stats: UserStats {
            average_speed: row.get(2)?,
            uploads: row.get(3)?,
            unknown: 0,
            files: row.get(4)?,
            directories: row.get(5)?,
        },
        privileged_until: u64::try_from(row.get::<_, i64>(6)?).unwrap_or(0),
        banned: row.get(7)?,
    })
}

fn message(row: &Row<'_>) -> Result<StoredMessage> {
    Ok(StoredMessage {
        id: row.get(0)?,
        time: row.get(1)?,
        receiver: text(row, 2)?,
        sender: text(row, 3)?,
        text: text(row, 4)?,
    })
}

fn text(row: &Row<'_>, column: usize) -> Result<Text> {
    Ok(Text::from_bytes(row.get::<_, Vec<u8>>(column)?))
}
