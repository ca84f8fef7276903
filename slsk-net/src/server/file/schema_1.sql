CREATE TABLE account (
    username BLOB PRIMARY KEY NOT NULL,
    password_hash TEXT NOT NULL,
    average_speed INTEGER NOT NULL,
    uploads INTEGER NOT NULL,
    files INTEGER NOT NULL,
    directories INTEGER NOT NULL,
    privileged_until INTEGER NOT NULL, -- seconds since 1970; 0 without privileges
    banned INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    id INTEGER PRIMARY KEY NOT NULL,
    time INTEGER NOT NULL, -- seconds since 1970
    receiver BLOB NOT NULL,
    sender BLOB NOT NULL,
    text BLOB NOT NULL
) STRICT;
