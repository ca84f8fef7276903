//! What a flood of messages that nobody wants does to everybody else.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use slsk_wire::Family;
use slsk_wire::init::{ConnectionKind, InitMessage, PeerInit};
use slsk_wire::peer::{FileSearchResponse, PeerMessage};

use super::{index, log_in, server};

/// Sends replies to a search that nobody has begun, until told to stop. True when it was told.
fn flood(address: SocketAddr, stop: Arc<AtomicBool>) -> JoinHandle<bool> {
    /// Enough for seconds, and an end for a client that hears nothing else.
    const BLOCKS: usize = 64;

    thread::spawn(move || {
        let init = PeerInit::new("mallory", ConnectionKind::Peer);
        let reply = PeerMessage::from(FileSearchResponse::new("mallory", 4242, Vec::new()));
        let reply = reply.to_frame().expect("a frame");
        let block = reply.repeat((1 << 20) / reply.len());
        let mut stream = TcpStream::connect(address).expect("a connection");
        let init = InitMessage::from(init).to_frame().expect("a frame");
        stream.write_all(&init).expect("an open connection");
        for _ in 0..BLOCKS {
            if stop.load(Ordering::Relaxed) || stream.write_all(&block).is_err() {
                return true;
            }
        }
        false
    })
}

/// On one thread, so that whoever does not give way stops everybody.
#[tokio::test]
async fn replies_that_nobody_wants_keep_nobody_waiting() {
    let server = server().await;
    let client = log_in(&server, "ada").await;
    let stop = Arc::new(AtomicBool::new(false));
    let flooders = [(); 2].map(|()| flood(client.listening(), stop.clone()));
    let folder = tempfile::tempdir().expect("a folder");
    for _ in 0..20 {
        client
            .share(index(&folder.path().join("snow.flac"), 1))
            .await;
    }
    client.stop().await;
    stop.store(true, Ordering::Relaxed);
    for flooder in flooders {
        let told = flooder.join().expect("a flooder");
        assert!(
            told,
            "the flood was over before the client did anything else"
        );
    }
}
