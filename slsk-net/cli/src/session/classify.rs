//! What a connection is, by the first bytes of the side that opened it.

use slsk_wire::init::{ConnectionKind, InitMessage};
use slsk_wire::server::{LoginRequest, ServerRequest};
use slsk_wire::{AnyMessage, Decoder, FamilyId, Framer, Limits};

/// How a connection begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Opening {
    /// A client logs in to a server.
    Login(LoginRequest),
    /// A peer says who he is or what he was asked for.
    Init {
        /// What he says.
        message: InitMessage,
        /// Whether he says it obfuscated; then an obfuscated port was connected to.
        obfuscated: bool,
    },
}

/// How many bytes are needed at most to tell.
pub(super) const HEAD: usize = 64 << 10;

/// Tells by the beginning of a stream how the connection begins.
pub(super) fn opening(head: &[u8]) -> Option<Opening> {
    if let Some(AnyMessage::ServerRequest(ServerRequest::Login(login))) =
        first(head, FamilyId::ServerRequest, false)
    {
        return Some(Opening::Login(login));
    }
    [false, true].into_iter().find_map(|obfuscated| {
        let AnyMessage::InitMessage(message) = first(head, FamilyId::PeerInit, obfuscated)? else {
            return None;
        };
        let plausible = match &message {
            InitMessage::PierceFirewall(_) => true,
            InitMessage::PeerInit(init) => {
                !init.username.is_empty() && !matches!(init.kind, ConnectionKind::Other(_))
            }
            InitMessage::Unknown(_) => false,
        };
        plausible.then_some(Opening::Init {
            message,
            obfuscated,
        })
    })
}

/// The first message, if it is one without anything left over.
fn first(head: &[u8], family: FamilyId, obfuscated: bool) -> Option<AnyMessage> {
    let mut framer = Framer::new(limits());
    framer.set_obfuscated(obfuscated);
    framer.push(head);
    let frame = framer.next(family).ok()??;
    let decoded = AnyMessage::decode(&mut Decoder::default(), family, &frame).ok()?;
    // A login has grown before and may grow again.
    let whole = decoded.trailing.is_empty() || family == FamilyId::ServerRequest;
    whole.then_some(decoded.message)
}

/// Limits for frames that are here already: those that tell a frame from other bytes.
pub(super) fn limits() -> Limits {
    let defaults = Limits::default();
    Limits {
        server_request: defaults.server_response,
        ..defaults
    }
}
