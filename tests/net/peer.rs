//! The other side, by hand: what a test says to a client or reads from it, byte by byte.

use slsk_net::{Client, ClientOptions};
use slsk_wire::init::{ConnectionKind, InitMessage, PeerInit};
use slsk_wire::peer::PeerMessage;
use slsk_wire::server::{LoginResponse, ServerResponse};
use slsk_wire::{Decoder, Family, FamilyId, Framer, Limits, obfuscation};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Reads until these bytes have come.
pub(crate) async fn read_until(stream: &mut TcpStream, wanted: &[u8]) {
    let mut seen = Vec::new();
    while !seen.windows(wanted.len()).any(|window| window == wanted) {
        seen.push(stream.read_u8().await.expect("more"));
    }
}

/// A server of the test's own, which says what the test wants.
pub(crate) struct HandMadeServer(TcpListener);

impl HandMadeServer {
    pub(crate) async fn bind() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.expect("a port"))
    }

    pub(crate) fn address(&self) -> std::net::SocketAddr {
        self.0.local_addr().expect("an address")
    }

    /// Lets a client log in; what it says behind the login is still to be read.
    pub(crate) async fn log_in(&self, options: ClientOptions) -> (Client, TcpStream) {
        let accepted = async {
            let (mut stream, _) = self.0.accept().await.expect("a client");
            read_until(&mut stream, b"hand-made").await;
            let answer = LoginResponse::accepted("", [127, 0, 0, 1].into(), "pw");
            let bytes = ServerResponse::from(answer).to_frame().expect("a frame");
            stream.write_all(&bytes).await.expect("open");
            stream
        };
        let client = async {
            let client = Client::connect(options).await.expect("a connection");
            client.login("hand-made", "pw").await.expect("a login");
            client
        };
        tokio::join!(client, accepted)
    }
}

/// A connection whose frames are read and written by hand.
pub(crate) struct Stream {
    tcp: TcpStream,
    framer: Framer,
    obfuscated: bool,
}

impl Stream {
    pub(crate) fn new(stream: TcpStream, obfuscated: bool) -> Self {
        let mut framer = Framer::new(Limits::default());
        framer.set_obfuscated(obfuscated);
        Self {
            tcp: stream,
            framer,
            obfuscated,
        }
    }

    pub(crate) async fn send(&mut self, message: &impl Family) {
        let mut bytes = message.to_frame().expect("a frame");
        if self.obfuscated {
            let frame = std::mem::take(&mut bytes);
            obfuscation::obfuscate(&frame, [1, 2, 3, 4], &mut bytes);
        }
        self.tcp.write_all(&bytes).await.expect("open");
    }

    pub(crate) async fn receive<M: Family>(&mut self, family: FamilyId) -> M {
        loop {
            let next = self.framer.next(family).expect("frames");
            if let Some(frame) = next {
                return Decoder::default()
                    .decode(&frame)
                    .expect("a message")
                    .message;
            }
            let mut buffer = [0; 1024];
            let count = self.tcp.read(&mut buffer).await.expect("open");
            assert_ne!(count, 0, "closed instead of an answer");
            self.framer.push(&buffer[..count]);
        }
    }
}

/// A peer of the test's own, who talks to the sharer's port by hand.
pub(crate) struct Peer(Stream);

impl Peer {
    pub(crate) async fn connect(to: &Client, name: &str) -> Self {
        let stream = TcpStream::connect(to.listening()).await;
        let mut peer = Self(Stream::new(stream.expect("a connection"), false));
        let init = PeerInit::new(name, ConnectionKind::Peer);
        peer.send(&InitMessage::from(init)).await;
        peer
    }

    pub(crate) async fn send(&mut self, message: &impl Family) {
        self.0.send(message).await;
    }

    /// Writes bytes as they are.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.tcp.write_all(bytes).await
    }

    pub(crate) async fn receive(&mut self) -> PeerMessage {
        self.0.receive(FamilyId::Peer).await
    }

    /// Whatever comes until the connection ends. A reset is as good as an end.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        let _ = self.0.tcp.read_to_end(&mut rest).await;
        rest
    }
}
