//! What a user shares: the index, the query language, and the scan that fills the index.
//!
//! An [`Index`] never changes once it is built; wrap it in an `Arc` and replace it after a scan. All of it is
//! pure data. Only `scan`, behind the feature of this name, reads the disk.
//!
//! ```
//! use slsk_net::share::{Entry, Index, Phrases, Query};
//!
//! let mut builder = Index::builder();
//! builder.add(Entry::new(r"Music\Ada Örn\01 - Snow.flac", 3_000_000, "/srv/01.flac"))?;
//! builder.add(Entry::new(r"Music\Ada Örn\cover.jpg", 90_000, "/srv/cover.jpg"))?;
//! let index = builder.build()?;
//!
//! let found = index.search(&Query::parse("SNOW örn -live"), 100, &Phrases::default());
//! assert_eq!(found[0].to_file().name, r"Music\Ada Örn\01 - Snow.flac");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(feature = "scan")]
mod audio;
mod builder;
mod dictionary;
mod index;
mod packed;
mod phrases;
mod query;
#[cfg(feature = "scan")]
mod scan;
mod search;
#[cfg(test)]
mod tests;
mod words;

pub use builder::{Builder, Entry, IndexError};
pub use index::{Index, Shared};
pub use phrases::Phrases;
pub use query::Query;
#[cfg(feature = "scan")]
pub use scan::{Root, RootReport, ScanError, ScanReport, SkipReason, Skipped, scan};
pub(crate) use words::{fold, words};
