//! A way to the server on which a client of ours tells it a port where nobody listens.

use std::net::SocketAddr;

use slsk_wire::server::SetListenPort;
use slsk_wire::{FamilyId, Framer, Limits, Message};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpSocket};

/// Where one client at `client` reaches `server`, which sees him at `client`.
pub(crate) async fn door(client: SocketAddr, server: SocketAddr, closed: u16) -> SocketAddr {
    let listener = TcpListener::bind((server.ip(), 0)).await;
    let listener = listener.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (inside, _) = listener.accept().await.expect("a client");
        let socket = TcpSocket::new_v4().expect("a socket");
        let own = SocketAddr::new(client.ip(), 0);
        socket.bind(own).expect("a free port");
        let outside = socket.connect(server).await.expect("the server");
        let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
            (inside.into_split(), outside.into_split());
        tokio::select! {
            () = forth(&mut from_client, &mut to_server, closed) => {}
            // Either end may leave as it likes.
            _ = copy(&mut from_server, &mut to_client) => {}
        }
    });
    address
}

/// Passes on what a client says, until he leaves.
async fn forth(client: &mut OwnedReadHalf, server: &mut OwnedWriteHalf, closed: u16) {
    let mut framer = Framer::new(Limits::default());
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = client.read(&mut bytes).await {
        framer.push(&bytes[..count]);
        let mut out = Vec::new();
        while let Some(mut frame) = framer.next(FamilyId::ServerRequest).expect("sound frames") {
            if frame.code == SetListenPort::CODE {
                let port = u32::from(closed).to_le_bytes();
                frame.body = [&port, &frame.body[port.len()..]].concat().into();
            }
            let written = frame.write(FamilyId::ServerRequest, &mut out);
            written.expect("a short frame");
        }
        if server.write_all(&out).await.is_err() {
            return;
        }
    }
}
