use std::path::PathBuf;

use slsk_wire::server::UserStats;

use super::super::store::{StoredAccount, StoredMessage};
use super::*;

struct Place {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("accounts");
    Place {
        _folder: folder,
        path,
    }
}

fn account(name: &[u8]) -> StoredAccount {
    StoredAccount {
        username: slsk_wire::Text::from_bytes(name.to_vec()),
        password_hash: "hash".into(),
        stats: UserStats {
            average_speed: u32::MAX,
            uploads: 1,
            unknown: 0,
            files: 2,
            directories: 3,
        },
        privileged_until: u64::MAX >> 1,
        banned: true,
    }
}

fn message(id: u32) -> StoredMessage {
    StoredMessage {
        id,
        time: u32::MAX,
        receiver: "ada".into(),
        sender: "bob".into(),
        text: slsk_wire::Text::from_bytes(vec![b'a', 0, 0xff]),
    }
}

#[test]
fn what_is_kept_comes_back() {
    let place = place();
    let file = AccountFile::open(&place.path).unwrap();
    let changes = [
        StoredChange::Account(account(b"ada")),
        StoredChange::Message(message(1)),
        StoredChange::Message(message(u32::MAX)),
        StoredChange::Message(message(5)),
        StoredChange::MessageGone(1),
        StoredChange::MessageGone(77),
    ];
    file.save(&changes).unwrap();
    let pardoned = StoredAccount {
        banned: false,
        ..account(b"ada")
    };
    file.save(&[StoredChange::Account(pardoned.clone())])
        .unwrap();
    drop(file);
    let expected = Stored {
        accounts: vec![pardoned],
        messages: vec![message(5), message(u32::MAX)],
    };
    let again = AccountFile::open(&place.path).unwrap();
    assert_eq!(again.load(), Ok(expected));
}

#[test]
fn a_batch_is_kept_whole_or_not_at_all() {
    let place = place();
    let file = AccountFile::open(&place.path).unwrap();
    file.save(&[StoredChange::Account(account(b"ada"))])
        .unwrap();
    // A file that may not grow any more, as on a full disk.
    let pages: i64 = file
        .lock()
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    file.lock()
        .pragma_update(None, "max_page_count", pages)
        .unwrap();
    let many: Vec<_> = (0..10_000_u32)
        .map(|number| StoredChange::Account(account(&number.to_le_bytes())))
        .collect();
    let error = file.save(&many).unwrap_err();
    assert!(error.to_string().contains("full"), "{error}");
    assert_eq!(file.load().unwrap().accounts, [account(b"ada")]);
}

#[test]
fn a_password_compares_with_its_hash_alone() {
    let place = place();
    let file = AccountFile::open(&place.path).unwrap();
    let password = Secret::from("pass word é");
    let hash = file.hash(&password).unwrap();
    assert!(
        hash.reveal()
            .to_str()
            .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
    );
    assert!(file.verify(&password, &hash));
    assert!(!file.verify(&"pass word e".into(), &hash));
    assert!(!file.verify(&password, &"no hash".into()));
    // Another cost does not shut anybody out.
    let cheap = file.with_memory(64).unwrap();
    assert!(cheap.verify(&password, &hash));
    assert!(cheap.with_memory(0).is_err());
}

#[test]
fn a_file_has_one_server() {
    let place = place();
    let first = AccountFile::open(&place.path).unwrap();
    let second = AccountFile::open(&place.path).unwrap_err();
    assert!(matches!(second, AccountFileError::InUse { .. }), "{second}");
    drop(first);
    AccountFile::open(&place.path).unwrap();
}

#[test]
fn a_damaged_file_is_refused_and_left_as_it_is() {
    let place = place();
    let file = AccountFile::open(&place.path).unwrap();
    let many: Vec<_> = (0..5_000_u32)
        .map(|number| StoredChange::Account(account(&number.to_le_bytes())))
        .collect();
    file.save(&many).unwrap();
    drop(file);
    let mut bytes = std::fs::read(&place.path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xaa);
    std::fs::write(&place.path, &bytes).unwrap();
    let error = AccountFile::open(&place.path).unwrap_err();
    assert!(matches!(error, AccountFileError::Damaged { .. }), "{error}");
    assert!(std::fs::read(&place.path).unwrap() == bytes);
}

#[test]
fn a_file_of_something_else_is_refused_and_left_as_it_is() {
    let place = place();
    std::fs::write(&place.path, "these are my notes, not accounts\n".repeat(50)).unwrap();
    let error = AccountFile::open(&place.path).unwrap_err();
    assert!(matches!(error, AccountFileError::Foreign { .. }), "{error}");
    assert!(
        std::fs::read_to_string(&place.path)
            .unwrap()
            .starts_with("these")
    );

    std::fs::remove_file(&place.path).unwrap();
    let other = Connection::open(&place.path).unwrap();
    other
        .execute_batch("CREATE TABLE notes (note TEXT)")
        .unwrap();
    drop(other);
    let before = std::fs::read(&place.path).unwrap();
    let error = AccountFile::open(&place.path).unwrap_err();
    assert!(matches!(error, AccountFileError::Foreign { .. }), "{error}");
    assert!(std::fs::read(&place.path).unwrap() == before);
}

#[test]
fn a_file_of_tomorrow_is_refused_and_left_as_it_is() {
    let place = place();
    let file = AccountFile::open(&place.path).unwrap();
    file.lock().pragma_update(None, "user_version", 99).unwrap();
    drop(file);
    let before = std::fs::read(&place.path).unwrap();
    let error = AccountFile::open(&place.path).unwrap_err();
    assert!(
        matches!(
            error,
            AccountFileError::Newer {
                found: 99,
                known: 1,
                ..
            }
        ),
        "{error}"
    );
    assert!(std::fs::read(&place.path).unwrap() == before);
}

#[test]
fn a_missing_folder_and_a_folder_are_clear_errors() {
    let place = place();
    for path in [
        place.path.join("x"),
        place.path.parent().unwrap().to_owned(),
    ] {
        let error = AccountFile::open(path).unwrap_err();
        assert!(matches!(error, AccountFileError::Io { .. }), "{error}");
    }
}

#[test]
fn an_interrupted_write_does_no_harm() {
    let place = place();
    let file = AccountFile::open(&place.path).unwrap();
    file.save(&[StoredChange::Account(account(b"ada"))])
        .unwrap();
    // What a process that was killed leaves: the file and its log, as they are now.
    let wal = |path: &Path| PathBuf::from(format!("{}-wal", path.display()));
    let copy = place.path.with_file_name("copy");
    std::fs::copy(&place.path, &copy).unwrap();
    let mut log = std::fs::read(wal(&place.path)).unwrap();
    file.save(&[StoredChange::Account(account(b"bob"))])
        .unwrap();
    let longer = std::fs::read(wal(&place.path)).unwrap();
    // The second change came half to the disk.
    log.extend_from_slice(&longer[log.len()..usize::midpoint(log.len(), longer.len())]);
    std::fs::write(wal(&copy), log).unwrap();
    let again = AccountFile::open(&copy).unwrap();
    assert_eq!(again.load().unwrap().accounts, [account(b"ada")]);
}

#[cfg(unix)]
#[test]
fn a_new_file_is_for_nobody_else() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = place();
    let file = AccountFile::open(&place.path).unwrap();
    file.save(&[StoredChange::Account(account(b"ada"))])
        .unwrap();
    for entry in std::fs::read_dir(place.path.parent().unwrap()).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
}
