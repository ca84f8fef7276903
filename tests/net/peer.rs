//! The other side, by hand: what a test says to a client or reads from it, byte by byte.

use slsk_net::Client;
use slsk_wire::init::{ConnectionKind, InitMessage, PeerInit};
use slsk_wire::peer::PeerMessage;
use slsk_wire::{Decoder, Family, FamilyId, Framer, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Reads until these bytes have come.
pub(crate) async fn read_until(stream: &mut TcpStream, wanted: &[u8]) {
    let mut seen = Vec::new();
    while !seen.windows(wanted.len()).any(|window| window == wanted) {
        seen.push(stream.read_u8().await.expect("more"));
    }
}

/// A peer of the test's own, who talks to the sharer's port by hand.
pub(crate) struct Peer {
    pub(crate) stream: TcpStream,
    framer: Framer,
}

impl Peer {
    pub(crate) async fn connect(to: &Client, name: &str) -> Self {
        let stream = TcpStream::connect(to.listening()).await;
        let mut peer = Self {
            stream: stream.expect("a connection"),
            framer: Framer::new(Limits::default()),
        };
        let init = PeerInit::new(name, ConnectionKind::Peer);
        peer.send(&InitMessage::from(init)).await;
        peer
    }

    pub(crate) async fn send(&mut self, message: &impl Family) {
        let bytes = message.to_frame().expect("a frame");
        self.stream.write_all(&bytes).await.expect("open");
    }

    pub(crate) async fn receive(&mut self) -> PeerMessage {
        loop {
            let next = self.framer.next(FamilyId::Peer).expect("frames");
            if let Some(frame) = next {
                return Decoder::default()
                    .decode(&frame)
                    .expect("a message")
                    .message;
            }
            let mut buffer = [0; 1024];
            let count = self.stream.read(&mut buffer).await.expect("open");
            assert_ne!(count, 0, "closed instead of an answer");
            self.framer.push(&buffer[..count]);
        }
    }
}
