//! Names for files on this machine: safe, whatever others have called theirs.
//!
//! [`file_name`], [`folder_name`] and [`relative_path`] make of any remote path something that stays in its
//! folder, that the file system takes, and that shows what it is. They are pure; the [`Rules`] of the
//! system are an argument.
//!
//! ```
//! use slsk_net::disk::{Rules, file_name};
//! use slsk_wire::Text;
//!
//! let remote = Text::from(r"@@abcde\Music\..\con.flac");
//! assert_eq!(file_name(&remote, Rules::Windows), "con_.flac");
//! ```

mod name;

pub use name::{
    MAX_NAME_BYTES, PARTIAL_SUFFIX, Rules, file_name, folder_name, numbered, partial_name,
    relative_path,
};
