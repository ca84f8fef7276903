//! The distributed network on real sockets, with a server and children by hand.

use std::net::Ipv4Addr;

use slsk_net::client::Notice;
use slsk_net::machine::{Event, Found};
use slsk_net::{Client, ClientOptions, SearchHandler};
use slsk_wire::distributed::DistributedSearch;
use slsk_wire::init::{ConnectionKind, InitMessage, PeerInit};
use slsk_wire::server::{
    EmbeddedMessage, GetPeerAddressResponse, GetUserStatsResponse, ServerResponse, UserStats,
};
use slsk_wire::{Family, FamilyId, Frame, Framer, Limits, Rest, Wire};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::peer::HandMadeServer;

/// A client that is the root of a branch, and its server.
struct Root {
    client: Client,
    server: TcpStream,
}

impl Root {
    async fn new() -> Self {
        let server = HandMadeServer::bind().await;
        let options = ClientOptions {
            search_handler: Some(SearchHandler::new(|_| Found::default())),
            report_searches: true,
            ..ClientOptions::new(server.address())
        };
        let (client, server) = server.log_in(options).await;
        let mut events = client.events();
        let mut root = Self { client, server };
        let stats = UserStats {
            average_speed: 1_000_000,
            ..UserStats::default()
        };
        let username = "hand-made".into();
        root.say(GetUserStatsResponse { username, stats }).await;
        root.search(&body(0, "snow")).await;
        // Once it was answered the client knows that it is a root.
        while !matches!(
            events.next().await,
            Some(Notice::Event(Event::SearchAnswered(_)))
        ) {}
        root
    }

    async fn say(&mut self, message: impl Into<ServerResponse>) {
        let bytes = message.into().to_frame().expect("a frame");
        self.server.write_all(&bytes).await.expect("open");
    }

    /// Sends a search as a server does to roots.
    async fn search(&mut self, body: &[u8]) {
        self.say(EmbeddedMessage {
            distributed_code: 3,
            payload: Rest(body.to_vec().into()),
        })
        .await;
    }

    async fn has_child(&self, name: &str) -> bool {
        let branch = self.client.branch().await.expect("a session");
        branch.children.iter().any(|child| child == name)
    }
}

fn body(token: u32, query: &str) -> Vec<u8> {
    let mut body = Vec::new();
    let search = DistributedSearch::new("ada", token, query);
    search.encode(&mut body).expect("a search");
    body
}

struct Child {
    stream: TcpStream,
    framer: Framer,
}

impl Child {
    /// A child that has been told where it is.
    async fn connect(root: &mut Root, name: &str) -> Self {
        root.say(GetPeerAddressResponse {
            username: name.into(),
            ip: Ipv4Addr::LOCALHOST,
            port: 2234,
            obfuscation_type: None,
            obfuscated_port: None,
        })
        .await;
        let stream = TcpStream::connect(root.client.listening()).await;
        let mut stream = stream.expect("a connection");
        let init = InitMessage::from(PeerInit::new(name, ConnectionKind::Distributed));
        let bytes = init.to_frame().expect("a frame");
        stream.write_all(&bytes).await.expect("open");
        let mut child = Self {
            stream,
            framer: Framer::new(Limits::default()),
        };
        assert_eq!(child.next().await.expect("a level").code, 4);
        assert_eq!(child.next().await.expect("a root").code, 5);
        child
    }

    /// The next frame; `None` when the connection is over.
    async fn next(&mut self) -> Option<Frame> {
        loop {
            let next = self.framer.next(FamilyId::Distributed);
            if let Some(frame) = next.expect("frames") {
                return Some(frame);
            }
            let mut buffer = vec![0; 16 * 1024];
            match self.stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.framer.push(&buffer[..count]),
            }
        }
    }
}

#[tokio::test]
async fn a_search_reaches_the_children_byte_for_byte() {
    let mut root = Root::new().await;
    let mut children = [
        Child::connect(&mut root, "kid1").await,
        Child::connect(&mut root, "kid2").await,
    ];
    let mut sent = body(1, "snow");
    sent.extend(b"\xffwhat nobody knows yet");
    root.search(&sent).await;
    for child in &mut children {
        let frame = child.next().await.expect("a search");
        assert_eq!((frame.code, frame.body), (3, sent.clone().into()));
    }
    root.client.stop().await;
}

#[tokio::test]
async fn a_child_that_does_not_read_is_closed_and_the_others_hear_everything() {
    const SEARCHES: u32 = 4000;
    let mut root = Root::new().await;
    let mut slow = Child::connect(&mut root, "slow").await;
    let mut quick = Child::connect(&mut root, "quick").await;
    let query = "x".repeat(10_000);
    let mut token = 1;
    while root.has_child("slow").await {
        assert!(token < SEARCHES, "the slow child is still there");
        let sent = body(token, &query);
        root.search(&sent).await;
        let frame = quick.next().await.expect("a search");
        assert!(frame.body == sent);
        token += 1;
    }
    // What it was sent before is on its way, and then there is an end.
    let mut heard = 0;
    while slow.next().await.is_some() {
        heard += 1;
    }
    assert!(heard < token);
    let sent = body(token, "snow");
    root.search(&sent).await;
    assert_eq!(quick.next().await.expect("a search").body, sent);
    root.client.stop().await;
}
