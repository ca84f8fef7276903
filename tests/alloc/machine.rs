//! How much a client holds of what others send it, whatever they send.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use slsk_net::machine::{
    ClientConfig, ClientMachine, Command, CommandId, ConnId, Effect, Expect, Inbound, Input,
    Machine, Packet,
};
use slsk_net::share::{Entry, Index};
use slsk_wire::init::{ConnectionKind, InitMessage, PeerInit};
use slsk_wire::peer::{PeerMessage, QueueUpload, TransferDirection, TransferRequest};
use slsk_wire::server::{
    GetPeerAddressResponse, GetUserStatusResponse, IncomingConnectToPeer, IncomingFileSearch,
    IncomingPrivateMessage, LoginResponse, PossibleParent, PossibleParents, ServerResponse, Status,
};
use slsk_wire::{Family, FamilyId, Limits, Text};

use super::{ALLOCATOR, KIB};

/// How often each thing is sent.
const FLOOD: u32 = 20_000;
/// What stands behind each message, in the same frame. Who keeps a name must not keep that too.
const PADDING: usize = 4 * KIB;
/// How much more a client may hold after a flood, in bytes. All frames together have 80 MB.
const MOST: usize = 6 * KIB * KIB;
/// How much it may still hold an hour later: thousands of addresses, and the numbers of private messages.
const LATER: usize = 4 * KIB * KIB;

pub(crate) fn a_flooded_client_holds_little() {
    let mut client = Client::online();
    let mut floods = Vec::new();
    let mut flood =
        |what: &'static str, client: &mut Client, send: &mut dyn FnMut(&mut Client, u32)| {
            let before = ALLOCATOR.current_usage();
            for number in 0..FLOOD {
                send(client, number);
            }
            let held = ALLOCATOR.current_usage().saturating_sub(before);
            println!("{what} leave {held} bytes");
            floods.push((what, held));
        };
    flood(
        "strangers who say nothing",
        &mut client,
        &mut |client, _| {
            client.accepted();
        },
    );
    flood(
        "strangers with names",
        &mut client,
        &mut |client, number| {
            let conn = client.accepted();
            client.receives(conn, &init(number, kind(number)));
        },
    );
    let conn = client.accepted();
    client.receives(conn, &init(FLOOD, ConnectionKind::Peer));
    flood("questions of a peer", &mut client, &mut |client, number| {
        client.receives(conn, &question(number));
    });
    for (what, message) in FROM_SERVER {
        flood(what, &mut client, &mut |client, number| {
            let session = client.session;
            client.receives(session, &message(number));
        });
    }
    for (what, held) in floods {
        assert!(held < MOST, "{what} leave {held} bytes");
    }
    client.rests(Duration::from_hours(1));
    let held = ALLOCATOR.current_usage().saturating_sub(client.before);
    println!("an hour later there are {held} bytes");
    assert!(
        held < LATER,
        "{held} bytes an hour later: {:?}",
        client.machine.snapshot()
    );
}

/// What waits to be written may be an answer with a name in it: with the rest of the frame it would hold far more than
/// it is counted for.
pub(crate) fn a_packet_holds_what_it_says_and_no_more() {
    const PACKETS: usize = 1000;
    let before = ALLOCATOR.current_usage();
    let mut inbound = Inbound::new(Limits::default());
    inbound.expect(Expect::Messages(FamilyId::Peer));
    let Padded(_, frame) = question(0);
    let packets: Vec<Packet> = (0..PACKETS)
        .map(|_| {
            inbound.push(&frame);
            let packet = inbound.next_packet(&Arc::default());
            packet.expect("it parses").expect("a whole frame")
        })
        .collect();
    drop(inbound);
    let each = (ALLOCATOR.current_usage() - before) / packets.len();
    println!("a packet of {} bytes holds {each}", frame.len());
    assert!(each < KIB, "{each} bytes");
}

type Make = fn(u32) -> Padded;

const FROM_SERVER: [(&str, Make); 6] = [
    ("wishes to be connected to", |number| {
        server(IncomingConnectToPeer {
            username: name(number),
            kind: kind(number),
            ip: ip(number),
            port: 2234,
            token: number,
            privileged: false,
            obfuscation_type: None,
            obfuscated_port: None,
        })
    }),
    ("searches", |number| {
        server(IncomingFileSearch {
            username: name(number),
            token: number,
            query: "snow".into(),
        })
    }),
    ("private messages", |number| {
        server(IncomingPrivateMessage {
            message_id: number,
            timestamp: number,
            username: name(number),
            message: "what weather".into(),
            is_new: Some(true),
        })
    }),
    ("addresses", |number| {
        server(GetPeerAddressResponse {
            username: name(number),
            ip: ip(number),
            port: 2234,
            obfuscation_type: None,
            obfuscated_port: None,
        })
    }),
    ("status pushes", |number| {
        server(GetUserStatusResponse {
            username: name(number),
            status: Status::Online,
            privileged: false,
        })
    }),
    ("possible parents", |number| {
        let parent = |other: u32| PossibleParent {
            username: name(number * 20 + other),
            ip: ip(number),
            port: 2234,
        };
        server(PossibleParents {
            parents: (0..20).map(parent).collect(),
        })
    }),
];

/// A message, its family, and its frame with something behind it.
struct Padded(FamilyId, Vec<u8>);

fn padded(message: &impl Family, family: FamilyId) -> Padded {
    let mut frame = message.to_frame().expect("a frame");
    frame.resize(frame.len() + PADDING, 0);
    let length = u32::try_from(frame.len() - 4).expect("a short frame");
    frame[..4].copy_from_slice(&length.to_le_bytes());
    Padded(family, frame)
}

fn server(message: impl Into<ServerResponse>) -> Padded {
    padded(&message.into(), FamilyId::ServerResponse)
}

fn init(number: u32, kind: ConnectionKind) -> Padded {
    let init = InitMessage::from(PeerInit::new(name(number), kind));
    padded(&init, FamilyId::PeerInit)
}

fn question(number: u32) -> Padded {
    let filename = Text::from(format!(r"Music\{number}.flac"));
    let message: PeerMessage = match number % 2 {
        0 => QueueUpload { filename }.into(),
        _ => TransferRequest {
            direction: TransferDirection::Upload,
            token: number,
            filename,
            size: Some(1),
        }
        .into(),
    };
    padded(&message, FamilyId::Peer)
}

fn kind(number: u32) -> ConnectionKind {
    let kinds = [
        ConnectionKind::Peer,
        ConnectionKind::File,
        ConnectionKind::Distributed,
    ];
    kinds[number as usize % 3].clone()
}

fn name(number: u32) -> Text {
    format!("user {number}").into()
}

fn ip(number: u32) -> Ipv4Addr {
    let [_, b, c, d] = number.to_be_bytes();
    Ipv4Addr::new(127, b, c, d)
}

/// A client in a session, and a world that does nothing for it.
struct Client {
    machine: ClientMachine,
    now: Instant,
    session: ConnId,
    accepted: u64,
    before: usize,
}

impl Client {
    fn online() -> Self {
        let before = ALLOCATOR.current_usage();
        #[expect(clippy::disallowed_methods, reason = "an origin")]
        let now = Instant::now();
        let config = ClientConfig {
            listen_port: Some(2234),
            ..ClientConfig::default()
        };
        let mut client = Self {
            machine: ClientMachine::new(config, now),
            now,
            session: ConnId::dialled(0),
            accepted: 0,
            before,
        };
        let mut builder = Index::builder();
        let entry = Entry::new(r"Music\snow.flac", 1, "/music/snow.flac");
        builder.add(entry).expect("a valid entry");
        let index = Arc::new(builder.build().expect("an index"));
        client.command(Command::Share(index));
        client.command(Command::Connect(SocketAddr::from(([127, 0, 0, 1], 2242))));
        client.input(Input::Connected(client.session));
        client.command(Command::Login {
            username: "snow".to_owned(),
            password: "pw".into(),
        });
        let accepted = LoginResponse::accepted("welcome", Ipv4Addr::LOCALHOST, "pw");
        client.receives(client.session, &server(accepted));
        assert!(client.machine.snapshot().online);
        client
    }

    fn command(&mut self, command: Command) {
        self.input(Input::Command(CommandId(0), command));
    }

    fn accepted(&mut self) -> ConnId {
        let conn = ConnId::accepted(self.accepted);
        self.accepted += 1;
        self.input(Input::Accepted {
            conn,
            remote: SocketAddr::from(([127, 9, 9, 9], 9)),
            obfuscated: false,
        });
        conn
    }

    /// Hands in what comes of a frame, as a connection does.
    fn receives(&mut self, conn: ConnId, message: &Padded) {
        let mut inbound = Inbound::new(Limits::default());
        inbound.expect(Expect::Messages(message.0));
        inbound.push(&message.1);
        let packet: Packet = inbound
            .next_packet(&Arc::default())
            .expect("it parses")
            .expect("a whole frame");
        self.input(Input::Received(conn, packet));
    }

    /// The machine goes on, and gets a turn whenever it asks for one.
    fn input(&mut self, input: Input<Command>) {
        let mut inputs = VecDeque::from([input]);
        let mut effects = Vec::new();
        while let Some(input) = inputs.pop_front() {
            self.machine.handle(self.now, input, &mut effects);
            for effect in effects.drain(..) {
                match effect {
                    Effect::Pace(id, _) => inputs.push_back(Input::Paced(id, Duration::ZERO)),
                    Effect::Dial(conn, _) if self.session == ConnId::dialled(0) => {
                        self.session = conn;
                    }
                    _ => {}
                }
            }
        }
    }

    /// Nothing happens but what the machine does by itself.
    fn rests(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(deadline) = self.machine.deadline().filter(|deadline| *deadline <= end) {
            self.now = self.now.max(deadline);
            self.input(Input::Tick);
        }
        self.now = end;
    }
}
