//! The client and the server on real sockets, on loopback.

#![allow(missing_docs, clippy::expect_used, clippy::panic, reason = "tests")]

mod answering;
mod browsing;
mod cuts;
mod faults;
mod flood;
mod gateway;
mod hosting;
mod lifecycle;
mod listening;
mod mapping;
mod peer;
mod people;
mod proxy;
mod raw;
mod routes;
mod session;
mod stopping;
mod strangers;
mod tap;
mod transfers;
mod tree;
mod verdicts;

use std::path::{Path, PathBuf};

use slsk_net::machine::DownloadError;
use slsk_net::server::{Server, ServerConfig};
use slsk_net::share::{Entry, Index};
use slsk_net::{Client, ClientOptions};

const REMOTE: &str = r"Music\雪\01 - snow.flac";

struct Scene {
    server: Server,
    sharer: Client,
    searcher: Client,
    folder: tempfile::TempDir,
    song: Vec<u8>,
}

impl Scene {
    async fn new(size: usize) -> Self {
        let server = server().await;
        let folder = tempfile::tempdir().expect("a folder");
        let song: Vec<u8> = (0..size)
            .map(|i| (i.wrapping_mul(i) >> 7).to_le_bytes()[0])
            .collect();
        let local = folder.path().join("snow.flac");
        std::fs::write(&local, &song).expect("a file");
        let sharer = log_in(&server, "sharer").await;
        sharer
            .share(index(&local, size as u64))
            .await
            .expect("running");
        let searcher = log_in(&server, "searcher").await;
        Self {
            server,
            sharer,
            searcher,
            folder,
            song,
        }
    }

    fn local(&self) -> PathBuf {
        self.folder.path().join("downloads").join("snow.flac")
    }

    async fn download(&self) -> Result<PathBuf, DownloadError> {
        let size = self.song.len() as u64;
        let download = self.searcher.download("sharer", REMOTE, size, self.local());
        download.finish().await
    }
}

async fn server() -> Server {
    let address = "127.0.0.1:0".parse().expect("an address");
    Server::bind(address, ServerConfig::default(), None)
        .await
        .expect("a free port")
}

async fn log_in(server: &Server, name: &str) -> Client {
    let client = Client::connect(ClientOptions::new(server.address()))
        .await
        .expect("a connection");
    client.login(name, "pw").await.expect("a login");
    client
}

fn index(local: &Path, size: u64) -> Index {
    let mut builder = Index::builder();
    builder
        .add(Entry::new(REMOTE, size, local))
        .expect("a valid entry");
    builder.build().expect("an index")
}
