//! What a flood of messages that nobody wants does to everybody else.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use slsk_wire::Family;
use slsk_wire::init::{ConnectionKind, InitMessage, PeerInit};
use slsk_wire::peer::{FileSearchResponse, PeerMessage};
use tokio::sync::oneshot;

use super::{index, log_in, server};

/// Enough for seconds, and an end for a client that hears nothing else.
const BLOCKS: usize = 64;

/// Enough connections for seconds.
const KNOCKS: usize = 500_000;

/// Sends replies to a search that nobody has begun, until told to stop; true when it was told. The receiver
/// hears of the first MiB.
fn flood(address: SocketAddr, stop: Arc<AtomicBool>) -> (oneshot::Receiver<()>, JoinHandle<bool>) {
    let init = PeerInit::new("mallory", ConnectionKind::Peer);
    let init = InitMessage::from(init).to_frame().expect("a frame");
    let reply = PeerMessage::from(FileSearchResponse::new("mallory", 4242, Vec::new()));
    let reply = reply.to_frame().expect("a frame");
    let block = reply.repeat((1 << 20) / reply.len());
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.write_all(&init).expect("an open connection");
    let (begun, has_begun) = oneshot::channel();
    let flooder = thread::spawn(move || {
        stream.write_all(&block).expect("an open connection");
        // Nobody listens any more when the test has failed.
        let _ = begun.send(());
        for _ in 1..BLOCKS {
            if stop.load(Ordering::Relaxed) || stream.write_all(&block).is_err() {
                return true;
            }
        }
        false
    });
    (has_begun, flooder)
}

/// On one thread, so that whoever does not give way stops everybody.
#[tokio::test]
async fn replies_that_nobody_wants_keep_nobody_waiting() {
    let server = server().await;
    let client = log_in(&server, "ada").await;
    let stop = Arc::new(AtomicBool::new(false));
    let floods = [(); 2].map(|()| flood(client.listening(), stop.clone()));
    let folder = tempfile::tempdir().expect("a folder");
    let mut flooders = Vec::new();
    for (has_begun, flooder) in floods {
        has_begun.await.expect("a flood");
        flooders.push(flooder);
    }
    for _ in 0..20 {
        let index = index(&folder.path().join("snow.flac"), 1);
        client.share(index).await.expect("running");
    }
    stop.store(true, Ordering::Relaxed);
    client.stop().await;
    for flooder in flooders {
        let told = flooder.join().expect("a flooder");
        assert!(
            told,
            "the flood was over before the client did anything else"
        );
    }
}

/// Connects and leaves again and again, until told to stop; true when it was told.
fn knock(address: SocketAddr, stop: Arc<AtomicBool>) -> (oneshot::Receiver<()>, JoinHandle<bool>) {
    let (begun, has_begun) = oneshot::channel();
    let knocker = thread::spawn(move || {
        let mut begun = Some(begun);
        for count in 0..KNOCKS {
            if stop.load(Ordering::Relaxed) {
                return true;
            }
            // The queue may be full, or the port closed by now.
            drop(TcpStream::connect(address));
            if count == 100
                && let Some(begun) = begun.take()
            {
                // Nobody listens any more when the test has failed.
                let _ = begun.send(());
            }
        }
        false
    });
    (has_begun, knocker)
}

#[tokio::test]
async fn newcomers_keep_nobody_waiting() {
    let server = server().await;
    let client = log_in(&server, "ada").await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut knockers = Vec::new();
    for address in [client.listening(), server.address()] {
        let (has_begun, knocker) = knock(address, stop.clone());
        has_begun.await.expect("a flood");
        knockers.push(knocker);
    }
    for _ in 0..20 {
        client.branch().await.expect("a session");
        assert_eq!(server.online_users().await, ["ada"]);
    }
    stop.store(true, Ordering::Relaxed);
    client.stop().await;
    server.stop().await;
    for knocker in knockers {
        let told = knocker.join().expect("a knocker");
        assert!(told, "the flood was over before anything else was done");
    }
}
