mod faults;

use slsk_wire::distributed::{DistributedMessage, DistributedSearch};
use slsk_wire::init::{ConnectionKind, InitMessage, PeerInit, PierceFirewall};
use slsk_wire::peer::{PeerMessage, QueueUpload};
use slsk_wire::server::{
    ConnectToPeer, GetUserStatusResponse, LoginRequest, LoginResponse, PingRequest, ServerRequest,
    ServerResponse, Status,
};
use slsk_wire::{AnyMessage, Decoder, Family, Text, obfuscation};

use super::*;
use crate::capture::{Content, Segment};
use Side::{Acceptor, Initiator};

/// A connection that was opened from 10.0.0.`from` to 10.0.0.`to`, the segments a second apart.
fn connection(from: u8, to: u8, said: &[(Side, Vec<u8>)]) -> Connection {
    let segment = |(index, (from, bytes)): (usize, &(Side, Vec<u8>))| Segment {
        time: Duration::from_secs(index as u64),
        from: *from,
        content: Content::Data(bytes.clone().into()),
    };
    Connection {
        initiator: ([10, 0, 0, from], 5_000 + u16::from(from)).into(),
        acceptor: ([10, 0, 0, to], 2_000 + u16::from(to)).into(),
        opened: true,
        segments: said.iter().enumerate().map(segment).collect(),
    }
}

fn missing(mut connection: Connection, index: usize, count: u64) -> Connection {
    connection.segments[index].content = Content::Missing(count);
    connection
}

fn bytes(message: &impl Family) -> Vec<u8> {
    message.to_frame().unwrap()
}

fn init(kind: ConnectionKind) -> Vec<u8> {
    bytes(&InitMessage::from(PeerInit::new("peer", kind)))
}

fn pierce(token: u32) -> Vec<u8> {
    bytes(&InitMessage::from(PierceFirewall { token }))
}

fn queue(name: &str) -> Vec<u8> {
    let filename = name.into();
    bytes(&PeerMessage::from(QueueUpload { filename }))
}

fn search() -> Vec<u8> {
    bytes(&DistributedMessage::from(DistributedSearch::new(
        "u", 1, "q",
    )))
}

fn login(name: &str) -> Vec<u8> {
    bytes(&ServerRequest::from(LoginRequest::new(name, "p", 1, 1)))
}

fn status() -> Vec<u8> {
    bytes(&ServerResponse::from(GetUserStatusResponse {
        username: "abc".into(),
        status: Status::Away,
        privileged: false,
    }))
}

fn hidden(frame: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    obfuscation::obfuscate(frame, [0x31, 0x99, 0xab, 0x07], &mut out);
    out
}

fn session(connections: &[Connection]) -> Session {
    Session::new(&Capture {
        connections: connections.to_vec(),
        damage: None,
    })
}

/// Who said what, as `I:Name` for the initiator and `A:Name` for the acceptor.
fn told(session: &Session) -> Vec<String> {
    let mut decoder = Decoder::default();
    let events = session.events.iter();
    let tell = events.map(|event| {
        let side = if event.from == Initiator { 'I' } else { 'A' };
        let what = match &event.what {
            What::Frame { family, frame, .. } => {
                match AnyMessage::decode(&mut decoder, *family, frame) {
                    Ok(said) => said.message.name().to_owned(),
                    Err(error) => error.to_string(),
                }
            }
            What::Ticket(token) => format!("ticket {token}"),
            What::Offset(offset) => format!("offset {offset}"),
            What::Data {
                length, missing, ..
            } => format!("data {length} -{missing}"),
            What::Fault { fault, length, .. } => format!("{} {length}", fault.name()),
        };
        format!("{side}:{what}")
    });
    tell.collect()
}

/// The kind of a lone connection, and what is told of it.
fn lone(connection: Connection) -> (Kind, Vec<String>) {
    let session = session(&[connection]);
    (session.connections[0].kind, told(&session))
}

#[test]
fn a_login_makes_a_server_connection() {
    let answer = ServerResponse::from(LoginResponse::rejected(Text::from("INVALIDPASS").into()));
    let (first, second) = (bytes(&answer), status());
    let both = [first, second].concat();
    let (head, tail) = both.split_at(7);
    let (kind, told) = lone(connection(
        1,
        2,
        &[
            (Initiator, login("me")),
            (Acceptor, head.to_vec()),
            (Acceptor, tail.to_vec()),
            (Initiator, bytes(&ServerRequest::from(PingRequest))),
        ],
    ));
    assert_eq!(kind, Kind::Server);
    assert_eq!(
        told,
        [
            "I:LoginRequest",
            "A:LoginResponse",
            "A:GetUserStatusResponse",
            "I:PingRequest"
        ]
    );
}

#[test]
fn an_init_frame_says_the_kind() {
    let (kind, told) = lone(connection(
        1,
        2,
        &[
            (Initiator, init(ConnectionKind::Peer)),
            (Acceptor, queue("a")),
            (Initiator, queue("b")),
        ],
    ));
    assert_eq!(
        (kind, told.join(" ")),
        (Kind::Peer, "I:PeerInit A:QueueUpload I:QueueUpload".into())
    );
    let (kind, told) = lone(connection(
        1,
        2,
        &[(
            Initiator,
            [init(ConnectionKind::Distributed), search()].concat(),
        )],
    ));
    assert_eq!(
        (kind, told.join(" ")),
        (Kind::Distributed, "I:PeerInit I:DistributedSearch".into())
    );
}

#[test]
fn obfuscated_peers_stay_so_and_others_turn_plain() {
    let (kind, told) = lone(connection(
        1,
        2,
        &[
            (
                Initiator,
                [hidden(&init(ConnectionKind::Peer)), hidden(&queue("b"))].concat(),
            ),
            (Acceptor, hidden(&queue("a"))),
        ],
    ));
    assert_eq!(
        (kind, told.join(" ")),
        (Kind::Peer, "I:PeerInit I:QueueUpload A:QueueUpload".into())
    );
    let (kind, told) = lone(connection(
        1,
        2,
        &[
            (Initiator, hidden(&init(ConnectionKind::Distributed))),
            (Acceptor, search()),
        ],
    ));
    assert_eq!(
        (kind, told.join(" ")),
        (Kind::Distributed, "I:PeerInit A:DistributedSearch".into())
    );
    let (kind, told) = lone(connection(
        1,
        2,
        &[
            (
                Initiator,
                [hidden(&init(ConnectionKind::File)), vec![7, 0, 0, 0]].concat(),
            ),
            (Acceptor, vec![0; 8]),
            (Initiator, vec![1; 99]),
        ],
    ));
    assert_eq!(
        (kind, told.join(" ")),
        (
            Kind::File,
            "I:PeerInit I:ticket 7 A:offset 0 I:data 99 -0".into()
        )
    );
}

#[test]
fn whoever_speaks_first_on_a_file_connection_uploads() {
    let ticket = vec![9, 0, 0, 0];
    let offset = vec![5, 0, 0, 0, 0, 0, 0, 0];
    let files = [
        // Indirect: the acceptor uploads.
        (
            vec![
                (Initiator, pierce(1)),
                (Acceptor, ticket.clone()),
                (Initiator, offset.clone()),
                (Acceptor, vec![0; 20]),
            ],
            "I:PierceFirewall A:ticket 9 I:offset 5 A:data 20 -0",
        ),
        // An empty file.
        (
            vec![(
                Initiator,
                [init(ConnectionKind::File), ticket.clone()].concat(),
            )],
            "I:PeerInit I:ticket 9",
        ),
        // A downloader who connects himself.
        (
            vec![
                (Initiator, init(ConnectionKind::File)),
                (Initiator, [ticket.clone(), offset.clone()].concat()),
                (Acceptor, vec![0; 20]),
            ],
            "I:PeerInit I:ticket 9 I:offset 5 A:data 20 -0",
        ),
        // The same with a file as long as an offset.
        (
            vec![
                (Initiator, init(ConnectionKind::File)),
                (Initiator, [ticket.clone(), offset.clone()].concat()),
                (Acceptor, vec![0; 8]),
            ],
            "I:PeerInit I:ticket 9 I:offset 5 A:data 8 -0",
        ),
        // Such a file from whoever connects: the offset comes first.
        (
            vec![
                (
                    Initiator,
                    [init(ConnectionKind::File), ticket.clone()].concat(),
                ),
                (Acceptor, offset.clone()),
                (Initiator, vec![0; 8]),
            ],
            "I:PeerInit I:ticket 9 A:offset 5 I:data 8 -0",
        ),
        // Cut short, and more than there should be.
        (
            vec![
                (Initiator, init(ConnectionKind::File)),
                (Initiator, vec![1, 2]),
            ],
            "I:PeerInit I:file_incomplete 2",
        ),
        (
            vec![
                (Initiator, init(ConnectionKind::File)),
                (Initiator, ticket),
                (Acceptor, [offset, vec![1]].concat()),
            ],
            "I:PeerInit I:ticket 9 A:offset 5 A:after_offset 1",
        ),
    ];
    for (said, expected) in files {
        let (kind, told) = lone(connection(1, 2, &said));
        assert_eq!((kind, told.join(" ")), (Kind::File, expected.to_owned()));
    }
}

#[test]
fn a_token_is_looked_up() {
    let request = |token, kind| {
        bytes(&ServerRequest::from(ConnectToPeer {
            token,
            username: "other".into(),
            kind,
        }))
    };
    // Both users number their requests from 1; the one who is connected to decides.
    let server = connection(
        1,
        9,
        &[(
            Initiator,
            [login("one"), request(1, ConnectionKind::Distributed)].concat(),
        )],
    );
    let second = connection(
        2,
        9,
        &[(
            Initiator,
            [login("two"), request(1, ConnectionKind::Peer)].concat(),
        )],
    );
    let answers = [
        connection(3, 1, &[(Initiator, pierce(1))]),
        connection(3, 2, &[(Initiator, pierce(1))]),
        connection(3, 2, &[(Initiator, pierce(2))]),
    ];
    let session = session(&[&answers[..], &[second, server]].concat());
    let kinds: Vec<_> = session.connections.iter().map(|c| c.kind).collect();
    assert_eq!(
        kinds,
        [
            Kind::Distributed,
            Kind::Peer,
            Kind::Unknown,
            Kind::Server,
            Kind::Server
        ]
    );
    let user = |name: &str| Name::User(Text::from(name));
    assert_eq!(session.connections[0].initiator.name, user("other"));
    assert_eq!(session.connections[0].acceptor.name, user("one"));
    assert_eq!(session.connections[2].acceptor.name, user("two"));
    assert_eq!(session.connections[3].acceptor.name, Name::Server);
}

#[test]
fn without_a_request_the_bytes_decide() {
    let cases = [
        (
            vec![(Initiator, pierce(1)), (Acceptor, queue("a"))],
            Kind::Peer,
        ),
        (
            vec![(Initiator, pierce(1)), (Acceptor, search())],
            Kind::Distributed,
        ),
        (
            vec![
                (Initiator, pierce(1)),
                (Acceptor, vec![9, 0, 0, 0]),
                (Initiator, vec![0; 8]),
            ],
            Kind::File,
        ),
        (
            vec![
                (Initiator, hidden(&pierce(1))),
                (Acceptor, hidden(&queue("a"))),
            ],
            Kind::Peer,
        ),
        (
            vec![
                (Initiator, pierce(1)),
                (Acceptor, vec![0xff; 50]),
                (Initiator, vec![0xff; 50]),
            ],
            Kind::Unknown,
        ),
        (vec![(Initiator, pierce(1))], Kind::Unknown),
        (
            vec![(Initiator, init(Text::from("X").into()))],
            Kind::Unknown,
        ),
    ];
    for (said, kind) in cases {
        assert_eq!(lone(connection(1, 2, &said)).0, kind, "{said:?}");
    }
}

#[test]
fn a_connection_from_before_is_what_its_frames_make_sense_as() {
    let midway = |said: &[(Side, Vec<u8>)]| {
        lone(Connection {
            opened: false,
            ..connection(1, 2, said)
        })
    };
    let (kind, told) = midway(&[(Initiator, status())]);
    assert_eq!(
        (kind, told.join(" ")),
        (Kind::Server, "I:GetUserStatusResponse".into())
    );
    let (kind, _) = midway(&[
        (Acceptor, hidden(&queue("a"))),
        (Initiator, hidden(&queue("b"))),
    ]);
    assert_eq!(kind, Kind::Peer);
    let (kind, _) = midway(&[(Acceptor, search())]);
    assert_eq!(kind, Kind::Distributed);
    // The wrong way round, because the first packet seen was an answer.
    let (kind, told) = midway(&[(Acceptor, login("me")), (Initiator, status())]);
    assert_eq!(
        (kind, told.join(" ")),
        (
            Kind::Server,
            "I:LoginRequest A:GetUserStatusResponse".into()
        )
    );
    let (kind, told) = midway(&[(Acceptor, vec![1, 2, 3]), (Initiator, vec![4; 50])]);
    assert_eq!(
        (kind, told.join(" ")),
        (Kind::Unknown, "A:unrecognized 3 I:unrecognized 50".into())
    );
}

#[test]
fn events_are_in_the_order_of_time() {
    let mut first = connection(
        1,
        2,
        &[
            (Initiator, init(ConnectionKind::Peer)),
            (Initiator, queue("a")),
            (Initiator, queue("b")),
        ],
    );
    let mut second = connection(3, 2, &[(Initiator, init(ConnectionKind::Distributed))]);
    second.segments[0].time = Duration::from_millis(500);
    // A clock that goes back does not turn the order of a connection round.
    first.segments[2].time = Duration::ZERO;
    let session = session(&[connection(1, 2, &[]), second, first]);
    assert_eq!(
        told(&session),
        ["I:PeerInit", "I:PeerInit", "I:QueueUpload", "I:QueueUpload"]
    );
    let numbers: Vec<_> = session
        .events
        .iter()
        .map(|event| event.connection)
        .collect();
    assert_eq!(numbers, [0, 1, 0, 0]);
    assert_eq!(session.connections[1].kind, Kind::Distributed);
}
