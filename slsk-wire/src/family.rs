//! The families of messages: [`FamilyId`], [`AnyMessage`], [`Unknown`].

use std::fmt;
use std::str::FromStr;

use bytes::Bytes;

use crate::decoder::{Decoded, Decoder};
use crate::distributed::DistributedMessage;
use crate::encoder::Encoder;
use crate::error::{DecodeError, EncodeError};
use crate::frame::Frame;
use crate::init::InitMessage;
use crate::peer::PeerMessage;
use crate::schema::{FamilySchema, MessageSchema, Sender};
use crate::server::{ServerRequest, ServerResponse};
use crate::wire::{Family, MessageVisitor};

/// Which kind of messages a connection carries in one direction.
///
/// Codes mean nothing without it: 1 is a login to a server, and `PeerInit` between peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FamilyId {
    /// Client to server.
    ServerRequest,
    /// Server to client.
    ServerResponse,
    /// The first frame of a connection between peers.
    PeerInit,
    /// Between peers, on a connection of type P.
    Peer,
    /// Between peers, on a connection of type D.
    Distributed,
}

impl FamilyId {
    /// All families.
    pub const ALL: [Self; 5] = [
        Self::ServerRequest,
        Self::ServerResponse,
        Self::PeerInit,
        Self::Peer,
        Self::Distributed,
    ];

    /// The name in JSON and on the command line, such as `server_request`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ServerRequest => "server_request",
            Self::ServerResponse => "server_response",
            Self::PeerInit => "peer_init",
            Self::Peer => "peer",
            Self::Distributed => "distributed",
        }
    }

    /// Its messages.
    #[must_use]
    pub const fn schema(self) -> &'static FamilySchema {
        match self {
            Self::ServerRequest => ServerRequest::SCHEMA,
            Self::ServerResponse => ServerResponse::SCHEMA,
            Self::PeerInit => InitMessage::SCHEMA,
            Self::Peer => PeerMessage::SCHEMA,
            Self::Distributed => DistributedMessage::SCHEMA,
        }
    }

    /// Who sends its messages, but for those that name another side.
    #[must_use]
    pub const fn sender(self) -> Sender {
        match self {
            Self::ServerRequest => Sender::Client,
            Self::ServerResponse => Sender::Server,
            Self::PeerInit => Sender::Initiator,
            Self::Peer => Sender::Either,
            Self::Distributed => Sender::Parent,
        }
    }

    /// The width of a code, in bytes.
    #[must_use]
    pub const fn code_width(self) -> usize {
        self.schema().code_width
    }
}

impl fmt::Display for FamilyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A family name that is none; its text lists those that are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no family {0:?}: it is server_request, server_response, peer_init, peer or distributed")]
pub struct UnknownFamily(String);

impl FromStr for FamilyId {
    type Err = UnknownFamily;

    fn from_str(name: &str) -> Result<Self, UnknownFamily> {
        Self::ALL
            .into_iter()
            .find(|family| family.name() == name)
            .ok_or_else(|| UnknownFamily(name.to_owned()))
    }
}

/// A frame whose code belongs to no message we know. It goes back to the wire as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The code.
    pub code: u32,
    /// What follows the code.
    pub payload: Bytes,
}

/// Shows only the length of the payload, which may be a password for all we know.
impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unknown")
            .field("code", &self.code)
            .field("payload", &format_args!("{} bytes", self.payload.len()))
            .finish()
    }
}

impl Unknown {
    /// What a frame becomes when nobody knows its code.
    #[doc(hidden)]
    #[must_use]
    pub fn decoded(frame: &Frame) -> Decoded<Self> {
        Decoded {
            message: Self {
                code: frame.code,
                payload: frame.body.clone(),
            },
            body: frame.body.clone(),
            trailing: Bytes::new(),
        }
    }

    /// A sample with the first code from `code` on that is not one of `known`.
    #[doc(hidden)]
    #[must_use]
    pub fn sample(known: &[u32], code: u32, payload: crate::Rest) -> Self {
        let mut code = code;
        while known.contains(&code) {
            code = if code == 0 { 255 } else { code - 1 };
        }
        Self {
            code,
            payload: payload.0,
        }
    }
}

macro_rules! any_message {
    ($($id:ident: $family:ident),*) => {
        /// A message of any family.
        #[derive(Clone, Debug, PartialEq)]
        #[expect(missing_docs, reason = "the families document themselves")]
        pub enum AnyMessage {
            $($family($family),)*
        }

        impl AnyMessage {
            /// Decodes a frame of a family known at run time.
            ///
            /// # Errors
            /// When the body is not what the code promises.
            pub fn decode(
                decoder: &mut Decoder,
                family: FamilyId,
                frame: &Frame,
            ) -> Result<Decoded<Self>, DecodeError> {
                match family {
                    $(FamilyId::$id => decoder
                        .decode(frame)
                        .map(|decoded| decoded.map(Self::$family)),)*
                }
            }

            /// Appends the message as a frame.
            ///
            /// # Errors
            /// As [`Wire::encode`](crate::Wire::encode).
            pub fn encode(
                &self,
                encoder: &mut Encoder,
                out: &mut Vec<u8>,
            ) -> Result<(), EncodeError> {
                match self {
                    $(Self::$family(message) => encoder.frame(message, out),)*
                }
            }

            /// The exact size of the body before compression, in bytes.
            #[must_use]
            pub fn encoded_len(&self) -> usize {
                match self {
                    $(Self::$family(message) => Family::encoded_len(message),)*
                }
            }

            /// The family.
            #[must_use]
            pub fn family(&self) -> FamilyId {
                match self {
                    $(Self::$family(_) => $family::ID,)*
                }
            }

            /// The code.
            #[must_use]
            pub fn code(&self) -> u32 {
                match self {
                    $(Self::$family(message) => message.code(),)*
                }
            }

            /// The schema, or `None` for an unknown code.
            #[must_use]
            pub fn schema(&self) -> Option<&'static MessageSchema> {
                match self {
                    $(Self::$family(message) => message.schema(),)*
                }
            }

            /// The name, `"Unknown"` for an unknown code.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$family(message) => message.name(),)*
                }
            }

            /// Reads the fields of the message with `code` from JSON or the like.
            ///
            /// # Errors
            /// When a field is missing, unknown or of another type.
            #[cfg(feature = "serde")]
            pub fn deserialize_fields<'de, D: serde::Deserializer<'de>>(
                family: FamilyId,
                code: u32,
                deserializer: D,
            ) -> Result<Self, D::Error> {
                use crate::FamilyJson as _;
                match family {
                    $(FamilyId::$id => {
                        $family::deserialize_fields(code, deserializer).map(Self::$family)
                    })*
                }
            }
        }

        /// Writes the fields, in wire order.
        #[cfg(feature = "serde")]
        impl serde::Serialize for AnyMessage {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use crate::FamilyJson as _;
                match self {
                    $(Self::$family(message) => message.serialize_fields(serializer),)*
                }
            }
        }

        $(impl From<$family> for AnyMessage {
            fn from(message: $family) -> Self {
                Self::$family(message)
            }
        })*

        /// Calls the visitor once for every message type of every family.
        pub fn visit_all(visitor: &mut impl MessageVisitor) {
            $($family::visit(visitor);)*
        }
    };
}

any_message!(
    ServerRequest: ServerRequest,
    ServerResponse: ServerResponse,
    PeerInit: InitMessage,
    Peer: PeerMessage,
    Distributed: DistributedMessage
);
