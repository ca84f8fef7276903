//! Searching others, and answering their searches.

mod filter;
pub(super) mod incoming;
mod outgoing;
mod request;
mod rewrite;

pub use filter::{FileKind, SearchFilter, Span};
pub(super) use outgoing::{Searches, check, weight};
pub use request::{Rewrite, SearchOptions, SearchRequest, SearchScope};
pub use rewrite::{Rewritten, rewrite};
