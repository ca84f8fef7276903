//! What an idle connection costs: memory for each, on the listening port of a server and of a client.
//!
//! `cargo bench -p slsk-tests --bench idle [-- CONNECTIONS]`. The other ends of the connections are in a process of their
//! own, so that they are not counted. Needs one descriptor for each connection in each process.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

use slsk_net::client::Network;
use slsk_net::server::{Server, ServerConfig, ServerLimits};
use slsk_net::{Client, ClientOptions};
use slsk_wire::Family;
use slsk_wire::init::{ConnectionKind, InitMessage, PeerInit};
use slsk_wire::server::{LoginRequest, ServerRequest};

/// What each connection says before it falls silent.
#[derive(Clone, Copy)]
enum Says {
    Nothing,
    Login,
    Init,
}

impl Says {
    fn named(name: &str) -> Self {
        let all = [Self::Nothing, Self::Login, Self::Init];
        let named = all.into_iter().find(|says| says.name() == name);
        named.expect("a word")
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Login => "login",
            Self::Init => "init",
        }
    }

    fn bytes(self, number: usize) -> Vec<u8> {
        let name = format!("user{number}");
        match self {
            Self::Nothing => Vec::new(),
            Self::Login => {
                let login = LoginRequest::new(&name, "pw", 177, 1);
                ServerRequest::from(login).to_frame().expect("a frame")
            }
            Self::Init => {
                let init = PeerInit::new(&*name, ConnectionKind::Peer);
                InitMessage::from(init).to_frame().expect("a frame")
            }
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["hold", address, says, count] => {
            hold_open(parsed(address), Says::named(says), parsed(count));
        }
        [side @ ("server" | "client"), says, count] => {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            let (says, count) = (Says::named(says), parsed(count));
            runtime.block_on(async {
                match side {
                    "server" => server(says, count).await,
                    _ => client(says, count).await,
                }
            });
        }
        _ => {
            let count = words.iter().find(|word| word.parse::<usize>().is_ok());
            // A process for each, as one does not give back all the memory that it has had.
            for (side, says) in [
                ("server", Says::Nothing),
                ("server", Says::Login),
                ("client", Says::Nothing),
                ("client", Says::Init),
            ] {
                let arguments = [side, says.name(), count.copied().unwrap_or("9000")];
                let mut command = Command::new(std::env::current_exe().expect("this program"));
                assert!(
                    command
                        .args(arguments)
                        .status()
                        .expect("a process")
                        .success()
                );
            }
        }
    }
}

fn parsed<T: std::str::FromStr>(text: &str) -> T {
    text.parse().ok().expect("an address or a number")
}

/// The other side: opens the connections and keeps them until standard input ends.
fn hold_open(address: SocketAddr, says: Says, count: usize) {
    let mut streams = Vec::new();
    for number in 0..count {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.write_all(&says.bytes(number)).expect("open");
        streams.push(stream);
    }
    println!("open");
    let _ = std::io::stdin().read(&mut [0]);
}

/// The process that holds the other ends.
struct Holder(Child);

impl Holder {
    /// Returns when all connections are open.
    async fn start(address: SocketAddr, says: Says, count: usize) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args([
                "hold",
                &address.to_string(),
                says.name(),
                &count.to_string(),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let output = child.stdout.take().expect("a pipe");
        let opened = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line).expect("a line");
            line
        });
        assert_eq!(opened.await.expect("no panic"), "open\n");
        Self(child)
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// The memory of this process, in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kib.expect("a number").parse::<usize>().expect("a number") * 1024
}

/// What each connection costs that has come since `before`.
fn report(side: &str, says: Says, count: usize, before: usize) {
    let each = (resident() - before) / count;
    let says = says.name();
    println!("{side} with {count} idle connections that say {says:<8} {each:>6} bytes each");
}

async fn server(says: Says, count: usize) {
    let limits = ServerLimits {
        accounts: count,
        connections_per_address: None,
        ..ServerLimits::default()
    };
    let config = ServerConfig {
        limits,
        ..ServerConfig::default()
    };
    let address = parsed("127.0.0.1:0");
    let server = Server::bind(address, config, None).await.expect("a port");
    let mut events = server.events();
    let before = resident();
    let holder = Holder::start(server.address(), says, count).await;
    let mut online = server.online_users().await.len();
    while matches!(says, Says::Login) && online < count {
        // An event, or news that there were too many.
        let _ = events.recv().await;
        online = server.online_users().await.len();
    }
    report("server", says, count, before);
    drop(holder);
    server.stop().await;
}

async fn client(says: Says, count: usize) {
    let address = parsed("127.0.0.1:0");
    let server = Server::bind(address, ServerConfig::default(), None).await;
    let server = server.expect("a port");
    let options = ClientOptions {
        network: Network {
            // Others may take three quarters.
            max_connections: Some(count * 2),
            ..Network::default()
        },
        ..ClientOptions::new(server.address())
    };
    let client = Client::connect(options).await.expect("a connection");
    client.login("idle", "pw").await.expect("a login");
    let before = resident();
    let holder = Holder::start(client.listening(), says, count).await;
    // A command comes behind what has been accepted.
    client.branch().await.expect("a session");
    report("client", says, count, before);
    drop(holder);
    client.stop().await;
    server.stop().await;
}
