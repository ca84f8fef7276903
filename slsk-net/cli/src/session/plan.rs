//! How to read a connection: which families and which raw parts follow each other on either side.

use std::borrow::Cow;

use slsk_wire::init::{ConnectionKind, InitMessage, PierceFirewall};
use slsk_wire::{AnyMessage, FamilyId, Framer};

use super::classify::{self, Opening, opening};
use super::follow::follow;
use super::names::Names;
use super::requests::Requests;
use super::{Event, Fault, Kind, Name, What, head};
use crate::capture::{Connection, Segment, Side};
use crate::limits;

/// How to read a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Whether the initiator's stream begins with an init frame, and whether that is obfuscated.
    pub(super) init: Option<bool>,
    /// What follows.
    pub(super) protocol: Protocol,
}

/// What both sides speak, after an init frame where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// A client and its server.
    Server {
        /// Which side is the client.
        client: Side,
    },
    /// Peer messages.
    Peer {
        /// Whether in obfuscated frames.
        obfuscated: bool,
    },
    /// Messages of the distributed network.
    Distributed,
    /// A file.
    File {
        /// Who sends the ticket.
        first: Side,
        /// Who sends the file: the same, but for a downloader who has waited in vain and connects himself.
        uploader: Side,
    },
    /// Something else.
    Unknown(Fault),
}

impl Plan {
    /// The kind of the connection.
    pub(super) fn kind(&self) -> Kind {
        match self.protocol {
            Protocol::Server { .. } => Kind::Server,
            Protocol::Peer { .. } => Kind::Peer,
            Protocol::Distributed => Kind::Distributed,
            Protocol::File { .. } => Kind::File,
            Protocol::Unknown(_) => Kind::Unknown,
        }
    }
}

/// The plan for a connection to a server, or `None` for any other.
///
/// A connection that does not begin with a login or an init frame was open before the capture began. It is
/// what its frames make sense as.
pub(super) fn server(connection: &Connection) -> Option<Plan> {
    let plan = |client| Plan {
        init: None,
        protocol: Protocol::Server { client },
    };
    match opening(&head(connection, Side::Initiator, classify::HEAD)) {
        Some(Opening::Login(_)) => Some(plan(Side::Initiator)),
        Some(Opening::Init { .. }) => None,
        None => midway(connection).filter(|plan| plan.kind() == Kind::Server),
    }
}

/// The connection the right way round: who opened it is a guess where the capture begins later.
pub(super) fn oriented(connection: &Connection) -> Cow<'_, Connection> {
    let opens = |side| opening(&head(connection, side, classify::HEAD)).is_some();
    if connection.opened || opens(Side::Initiator) || !opens(Side::Acceptor) {
        return Cow::Borrowed(connection);
    }
    let segments = connection.segments.iter().map(|segment| Segment {
        from: segment.from.other(),
        ..segment.clone()
    });
    Cow::Owned(Connection {
        initiator: connection.acceptor,
        acceptor: connection.initiator,
        opened: false,
        segments: segments.collect(),
    })
}

/// The plan for any other connection, and who initiator and acceptor are.
pub(super) fn peer(
    connection: &Connection,
    requests: &Requests,
    names: &Names,
) -> (Plan, Name, Name) {
    let known = |address| names.of(address);
    let (initiator, acceptor) = (known(connection.initiator), known(connection.acceptor));
    let Some(Opening::Init {
        message,
        obfuscated,
    }) = opening(&head(connection, Side::Initiator, classify::HEAD))
    else {
        let plan = midway(connection).unwrap_or(Plan {
            init: None,
            protocol: Protocol::Unknown(Fault::Unrecognized),
        });
        return (plan, initiator, acceptor);
    };
    let with = |protocol| Plan {
        init: Some(obfuscated),
        protocol,
    };
    match message {
        InitMessage::PeerInit(init) => {
            let plan = match protocol(&init.kind, connection, obfuscated) {
                Some(protocol) => with(protocol),
                None => guess(connection, obfuscated),
            };
            (plan, Name::User(init.username), acceptor)
        }
        InitMessage::PierceFirewall(PierceFirewall { token }) => {
            let request = requests.find(connection, token);
            let plan = request
                .and_then(|request| protocol(&request.kind, connection, obfuscated))
                .map_or_else(|| guess(connection, obfuscated), with);
            let or = |user: Option<&Name>, otherwise| match user {
                Some(name) if *name != Name::Unknown => name.clone(),
                _ => otherwise,
            };
            let initiator = or(request.map(|request| &request.asked), initiator);
            let acceptor = or(request.map(|request| &request.asker), acceptor);
            (plan, initiator, acceptor)
        }
        InitMessage::Unknown(_) => (guess(connection, obfuscated), initiator, acceptor),
    }
}

/// What a connection of a kind speaks after its init frame.
fn protocol(kind: &ConnectionKind, connection: &Connection, obfuscated: bool) -> Option<Protocol> {
    Some(match kind {
        ConnectionKind::Peer => Protocol::Peer { obfuscated },
        ConnectionKind::Distributed => Protocol::Distributed,
        ConnectionKind::File => file(connection, obfuscated),
        ConnectionKind::Other(_) => return None,
    })
}

/// Who uploads: whoever speaks first after the init frame, because that is the ticket.
fn file(connection: &Connection, obfuscated: bool) -> Protocol {
    let init = init_length(connection, obfuscated);
    let (mut sent, mut first) = ([0, 0], None);
    let mut unanswered = 0;
    for segment in &connection.segments {
        let by_acceptor = segment.from == Side::Acceptor;
        let sum = &mut sent[usize::from(by_acceptor)];
        *sum += segment.content.len();
        if first.is_none() && (by_acceptor || *sum > init) {
            first = Some(segment.from);
        }
        if sent[1] == 0 {
            unanswered = sent[0];
        }
    }
    let first = first.unwrap_or(Side::Initiator);
    // Ticket and offset from the same side, and from the other something else than an offset, or what would be one
    // after all of it: an uploader waits for the offset.
    let both = init + 12;
    let downloader_first =
        first == Side::Initiator && sent[0] == both && (sent[1] != 8 || unanswered == both);
    let uploader = if downloader_first {
        first.other()
    } else {
        first
    };
    Protocol::File { first, uploader }
}

/// The length of the init frame on the wire.
fn init_length(connection: &Connection, obfuscated: bool) -> u64 {
    let head = head(connection, Side::Initiator, classify::HEAD);
    let mut framer = Framer::new(classify::limits());
    framer.set_obfuscated(obfuscated);
    framer.push(&head);
    match framer.next(FamilyId::PeerInit) {
        Ok(Some(_)) => (head.len() - framer.buffered().len()) as u64,
        _ => 0,
    }
}

/// The plan for a connection between peers of which nobody has said the kind: what its bytes make sense as.
fn guess(connection: &Connection, obfuscated: bool) -> Plan {
    let with = |protocol| Plan {
        init: Some(obfuscated),
        protocol,
    };
    let framed = [Protocol::Peer { obfuscated }, Protocol::Distributed];
    best(connection, framed.map(with)).unwrap_or_else(|| {
        let plan = with(file(connection, obfuscated));
        if is_file(&follow(connection, &plan)) {
            plan
        } else {
            with(Protocol::Unknown(Fault::UnknownKind))
        }
    })
}

/// The plan for a connection whose beginning the capture does not hold.
fn midway(connection: &Connection) -> Option<Plan> {
    let protocols = [
        Protocol::Server {
            client: Side::Initiator,
        },
        Protocol::Server {
            client: Side::Acceptor,
        },
        Protocol::Peer { obfuscated: false },
        Protocol::Peer { obfuscated: true },
        Protocol::Distributed,
    ];
    best(
        connection,
        protocols.map(|protocol| Plan {
            init: None,
            protocol,
        }),
    )
}

/// The plan with which most frames of the connection make sense, if they do with any.
fn best<const N: usize>(connection: &Connection, plans: [Plan; N]) -> Option<Plan> {
    let mut best: Option<(usize, Plan)> = None;
    for plan in plans {
        let sense = sense(&follow(connection, &plan), plan.init.is_some());
        // The first of equals.
        if sense > best.as_ref().map_or(0, |(sense, _)| *sense) {
            best = Some((sense, plan));
        }
    }
    best.map(|(_, plan)| plan)
}

/// How many frames make sense, without the init frame; 0 when more do not, or anything speaks against it.
fn sense(events: &[Event], init: bool) -> usize {
    let mut decoder = limits::decoder();
    let (mut clear, mut doubtful) = (0, 0);
    for event in events {
        match &event.what {
            What::Frame { family, frame, .. } if !init || *family != FamilyId::PeerInit => {
                match AnyMessage::decode(&mut decoder, *family, frame) {
                    Ok(said) if said.message.schema().is_some() && said.trailing.is_empty() => {
                        clear += 1;
                    }
                    Ok(_) => doubtful += 1,
                    Err(_) => return 0,
                }
            }
            What::Fault { fault, .. } if !fault.is_cut() => return 0,
            _ => {}
        }
    }
    if doubtful > clear { 0 } else { clear }
}

/// Whether ticket and offset are there and whole, and nothing else but data.
fn is_file(events: &[Event]) -> bool {
    let faults = events
        .iter()
        .any(|event| matches!(event.what, What::Fault { .. }));
    let tickets = events
        .iter()
        .any(|event| matches!(event.what, What::Ticket(_)));
    tickets && !faults
}
