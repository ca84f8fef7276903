//! [`Tap`]: sees what goes over the connections.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use slsk_wire::{DecodeError, FamilyId, Text};

use crate::machine::{ConnId, Packet};

/// Sees packets of all connections, both ways, but for replies to searches that are over. It runs in the tasks of the
/// connections: be quick.
#[derive(Clone)]
pub struct Tap(Arc<Seer>);

/// One for all connections.
struct Seer {
    filter: TapFilter,
    see: Box<dyn Fn(&Tapped<'_>) + Send + Sync>,
}

/// A packet that a [`Tap`] sees.
#[derive(Clone, Copy, Debug)]
pub struct Tapped<'a> {
    /// The connection.
    pub conn: ConnId,
    /// The other end of it.
    pub remote: SocketAddr,
    /// Whose it is, once that is known; nobody has checked the names that others give themselves.
    pub user: Option<&'a Text>,
    /// Whether we have sent it.
    pub outgoing: bool,
    /// The packet; [`Packet::Frame`] where it could not be decoded.
    pub packet: &'a Packet,
    /// Why it could not.
    pub error: Option<&'a DecodeError>,
}

impl Tapped<'_> {
    /// What its connection carries.
    #[must_use]
    pub fn kind(&self) -> LinkKind {
        match self.packet.family() {
            Some(FamilyId::ServerRequest | FamilyId::ServerResponse) => LinkKind::Server,
            Some(FamilyId::PeerInit) => LinkKind::Handshake,
            Some(FamilyId::Peer) => LinkKind::Peer,
            Some(FamilyId::Distributed) => LinkKind::Distributed,
            None => LinkKind::File,
        }
    }
}

/// What a connection carries when a packet comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Messages between client and server.
    Server,
    /// The first message between two peers.
    Handshake,
    /// Messages between two peers.
    Peer,
    /// Messages of the distributed network.
    Distributed,
    /// A file.
    File,
}

impl Tap {
    /// A tap that calls `see` for everything.
    pub fn new(see: impl Fn(&Tapped<'_>) + Send + Sync + 'static) -> Self {
        Self::filtered(TapFilter::default(), see)
    }

    /// A tap that calls `see` for what passes the filter.
    ///
    /// ```
    /// use slsk_net::{LinkKind, Tap, TapFilter};
    ///
    /// let quiet = TapFilter::default()
    ///     .without_kinds([LinkKind::Distributed])
    ///     .without(["PingRequest"]);
    /// let tap = Tap::filtered(quiet, |tapped| eprintln!("{}: {}", tapped.remote, tapped.packet.name()));
    /// ```
    pub fn filtered(filter: TapFilter, see: impl Fn(&Tapped<'_>) + Send + Sync + 'static) -> Self {
        let see = Box::new(see);
        Self(Arc::new(Seer { filter, see }))
    }

    pub(super) fn see(&self, tapped: &Tapped<'_>) {
        if self.0.filter.passes(tapped) {
            (self.0.see)(tapped);
        }
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Tap");
        shown
            .field("filter", &self.0.filter)
            .finish_non_exhaustive()
    }
}

/// What a tap sees: everything, unless told otherwise. All that is said must hold.
#[derive(Clone, Debug, Default)]
pub struct TapFilter {
    outgoing: Option<bool>,
    kinds: Selection<LinkKind>,
    families: Selection<FamilyId>,
    messages: Selection<MessageName>,
}

impl TapFilter {
    /// Only what we send.
    #[must_use]
    pub fn outgoing(mut self) -> Self {
        self.outgoing = Some(true);
        self
    }

    /// Only what we receive.
    #[must_use]
    pub fn incoming(mut self) -> Self {
        self.outgoing = Some(false);
        self
    }

    /// Only connections of these kinds.
    #[must_use]
    pub fn only_kinds(mut self, kinds: impl IntoIterator<Item = LinkKind>) -> Self {
        self.kinds.only(kinds);
        self
    }

    /// No connections of these kinds.
    #[must_use]
    pub fn without_kinds(mut self, kinds: impl IntoIterator<Item = LinkKind>) -> Self {
        self.kinds.without(kinds);
        self
    }

    /// Only messages of these families.
    #[must_use]
    pub fn only_families(mut self, families: impl IntoIterator<Item = FamilyId>) -> Self {
        self.families.only(families);
        self
    }

    /// Only these messages, by name or by family and code.
    #[must_use]
    pub fn only<N: Into<MessageName>>(mut self, messages: impl IntoIterator<Item = N>) -> Self {
        self.messages.only(messages.into_iter().map(Into::into));
        self
    }

    /// Not these messages, by name or by family and code.
    #[must_use]
    pub fn without<N: Into<MessageName>>(mut self, messages: impl IntoIterator<Item = N>) -> Self {
        self.messages.without(messages.into_iter().map(Into::into));
        self
    }

    fn passes(&self, tapped: &Tapped<'_>) -> bool {
        let packet = tapped.packet;
        let is_family = |family: &FamilyId| packet.family() == Some(*family);
        self.outgoing
            .is_none_or(|outgoing| outgoing == tapped.outgoing)
            && self.kinds.passes(|kind| *kind == tapped.kind())
            && self.families.passes(is_family)
            && self.messages.passes(|message| message.is(packet))
    }
}

/// Names a message for a [`TapFilter`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageName {
    /// By the name of its type, such as `LoginRequest`.
    Name(String),
    /// By family and code.
    Code(FamilyId, u32),
}

impl MessageName {
    fn is(&self, packet: &Packet) -> bool {
        match self {
            Self::Name(name) => packet.name() == name,
            Self::Code(family, code) => {
                packet.family() == Some(*family) && packet.code() == Some(*code)
            }
        }
    }
}

impl From<&str> for MessageName {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<(FamilyId, u32)> for MessageName {
    fn from((family, code): (FamilyId, u32)) -> Self {
        Self::Code(family, code)
    }
}

/// Some of many.
#[derive(Clone, Debug)]
struct Selection<T> {
    only: Option<Vec<T>>,
    without: Vec<T>,
}

impl<T> Default for Selection<T> {
    fn default() -> Self {
        Self {
            only: None,
            without: Vec::new(),
        }
    }
}

impl<T> Selection<T> {
    fn only(&mut self, these: impl IntoIterator<Item = T>) {
        self.only.get_or_insert_default().extend(these);
    }

    fn without(&mut self, these: impl IntoIterator<Item = T>) {
        self.without.extend(these);
    }

    fn passes(&self, is: impl Fn(&T) -> bool) -> bool {
        let wanted = self.only.as_ref().is_none_or(|only| only.iter().any(&is));
        wanted && !self.without.iter().any(is)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use slsk_wire::Frame;
    use slsk_wire::file::FileTicket;
    use slsk_wire::peer::{PeerMessage, UserInfoRequest};
    use slsk_wire::server::{PingRequest, ServerRequest};

    use super::*;

    /// What passes: of a ping and a question that we send, and a ticket and a malformed frame that we receive.
    fn seen(filter: TapFilter) -> Vec<&'static str> {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&seen);
        let tap = Tap::filtered(filter, move |tapped| {
            sink.lock().unwrap().push(tapped.packet.name());
        });
        let frame = Frame {
            code: 43,
            body: bytes::Bytes::new(),
        };
        for (outgoing, packet) in [
            (true, Packet::from(ServerRequest::from(PingRequest))),
            (true, PeerMessage::from(UserInfoRequest).into()),
            (false, Packet::Ticket(FileTicket { token: 1 })),
            (false, Packet::Frame(FamilyId::Peer, frame)),
        ] {
            tap.see(&Tapped {
                conn: ConnId::dialled(1),
                remote: "127.0.0.1:1".parse().unwrap(),
                user: None,
                outgoing,
                packet: &packet,
                error: None,
            });
        }
        drop(tap);
        Arc::into_inner(seen).unwrap().into_inner().unwrap()
    }

    #[test]
    fn a_filter_leaves_out_what_it_is_told() {
        let all = [
            "PingRequest",
            "UserInfoRequest",
            "FileTicket",
            "QueueUpload",
        ];
        assert_eq!(seen(TapFilter::default()), all);
        let filter = TapFilter::default;
        assert_eq!(seen(filter().outgoing()), all[..2]);
        assert_eq!(seen(filter().incoming()), all[2..]);
        let peers = [LinkKind::Peer];
        assert_eq!(seen(filter().only_kinds(peers)), [all[1], all[3]]);
        assert_eq!(seen(filter().without_kinds(peers)), [all[0], all[2]]);
        let server = [FamilyId::ServerRequest];
        assert_eq!(seen(filter().only_families(server)), all[..1]);
        assert_eq!(
            seen(filter().only(["FileTicket", "PingRequest"])),
            [all[0], all[2]]
        );
        assert_eq!(seen(filter().without([(FamilyId::Peer, 43)])), all[..3]);
        let both = filter().incoming().only_kinds(peers);
        assert_eq!(seen(both), all[3..]);
        assert!(seen(filter().only::<&str>([])).is_empty());
    }
}
