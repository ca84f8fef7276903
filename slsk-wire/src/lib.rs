//! Every message of the Soulseek protocol, with framing, obfuscation, compression and limits.
//!
//! This crate does no I/O, knows no async runtime and reads no clock: bytes go in, messages come out,
//! and back. The messages are plain structs in [`server`], [`peer`], [`init`], [`distributed`] and
//! [`file`](mod@file), one enum for each family of codes; a [`Framer`] cuts a stream into frames, a
//! [`Decoder`] turns frames into messages, and [`Family::to_frame`] or an [`Encoder`] turns messages into
//! frames. [`schema`] describes them all, and [`walk`](mod@walk) finds each field in the bytes of a body.
//!
//! ```
//! use slsk_wire::server::{LoginRefusal, LoginResponse, ServerResponse};
//! use slsk_wire::{Decoder, Family, FamilyId, Framer, Limits};
//!
//! // What a server says to a wrong password, as bytes.
//! let refused = LoginResponse::rejected(LoginRefusal::InvalidPassword);
//! let frame = ServerResponse::from(refused).to_frame()?;
//!
//! // And what a client makes of it, whatever the chunks in which the bytes arrive.
//! let mut framer = Framer::new(Limits::default());
//! let mut decoder = Decoder::default();
//! for chunk in frame.chunks(3) {
//!     framer.push(chunk);
//!     while let Some(frame) = framer.next(FamilyId::ServerResponse)? {
//!         match decoder.decode(&frame)?.message {
//!             ServerResponse::Login(login) => {
//!                 assert_eq!(login.reason, Some(LoginRefusal::InvalidPassword));
//!             }
//!             other => println!("{} has code {}", other.name(), other.code()),
//!         }
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **Lenient in, canonical out.** Any byte but 0 is true, unknown codes and values are kept, bytes behind
//! the last known field are reported in [`Decoded::trailing`]. What we write is what the official client
//! writes, and what a [strict](Strictness) decoder reads.
//!
//! **Bounded.** [`Limits`] hold for frames and for what they inflate to; a count is checked against the
//! bytes that are left before anything is allocated. [`Decoder::peek`] tells whether a compressed message
//! is wanted before it is inflated, [`Decoder::directories`] reads a share list without holding it.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `serde` | `Serialize` and `Deserialize` for every message: texts as strings where they are UTF-8, `{"$hex": ".."}` where not |
//! | `arbitrary` | `Arbitrary` for every message |
//! | `proptest` | `Sample`: a proptest strategy for every message |

// Derived code names this crate from outside, and so it does inside.
extern crate self as slsk_wire;

#[macro_use]
mod named_codes;
#[macro_use]
mod types;

mod decoder;
mod encoder;
mod error;
mod family;
mod frame;
mod inflate;
mod input;
#[cfg(feature = "serde")]
mod json;
mod limits;
#[cfg(feature = "proptest")]
mod sample;
#[doc(hidden)]
pub mod support;
mod wire;

pub mod distributed;
pub mod file;
pub mod init;
pub mod obfuscation;
pub mod peer;
pub mod schema;
pub mod server;
pub mod walk;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use decoder::{
    Decoded, Decoder, Directories, ListedDirectory, Peek, Peeked, SharesTail, Strictness,
};
pub use encoder::Encoder;
pub use error::{
    DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind, FrameError, Path, Segment,
};
pub use family::{AnyMessage, FamilyId, Unknown, UnknownFamily, visit_all};
pub use frame::{Frame, Framer};
pub use inflate::{Inflater, Inflating};
pub use input::{Input, Parsed};
#[cfg(feature = "serde")]
pub use json::FamilyJson;
pub use limits::Limits;
#[cfg(feature = "proptest")]
pub use sample::Sample;
pub use slsk_derive::{Family, Wire};
pub use types::{Blob, Depth, Rest, Secret, Text};
pub use wire::{Family, Message, MessageVisitor, Wire};
