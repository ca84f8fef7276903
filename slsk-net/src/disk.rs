//! Files on this machine: safe names for what others offer, and places for downloads.
//!
//! Names come from strangers. [`file_name`], [`folder_name`] and [`relative_path`] make of any remote path
//! something that stays in its folder, that the file system takes, and that shows what it is. They are pure;
//! the [`Rules`] of the system are an argument. [`create_partial`] and [`finish`] touch the disk, and never a
//! file that is not theirs.
//!
//! ```
//! use slsk_net::disk::{Rules, file_name};
//! use slsk_wire::Text;
//!
//! let remote = Text::from(r"@@abcde\Music\..\con.flac");
//! assert_eq!(file_name(&remote, Rules::Windows), "con_.flac");
//! ```

mod name;
mod place;

pub use name::{
    MAX_NAME_BYTES, PARTIAL_SUFFIX, Rules, file_name, folder_name, numbered, partial_name,
    relative_path,
};
pub use place::{PlaceError, create_partial, finish};
