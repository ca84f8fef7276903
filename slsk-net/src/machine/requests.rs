//! Asking users about themselves and their files, and answering such questions.

mod answering;
mod api;
mod asking;
mod listing;

pub(super) use answering::{Answering, Slots};
pub use api::{Profile, RequestError};
pub(super) use asking::{Question, Requests};
pub use listing::ListQuery;
