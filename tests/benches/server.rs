//! How many logins and searches the server takes: the machine alone, and on sockets.
//!
//! `cargo bench -p slsk-tests --bench server` prints a table in Markdown; see `tests/benches/README.md`.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "it is a program, and this is what it is for"
)]

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use slsk_net::machine::{CloseReason, ConnId, Effect, Input, Machine, Packet};
use slsk_net::server::{
    SearchDelivery, Server, ServerConfig, ServerEvent, ServerLimits, ServerMachine, ServerReply,
};
use slsk_wire::server::{FileSearch, HaveNoParent, LoginRequest, ServerRequest, SetListenPort};
use slsk_wire::{AnyMessage, Family};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// How many users are online where many are.
const CROWD: u64 = 10_000;
/// How many log in.
const LOGINS: u64 = 20_000;
/// How many search.
const SEARCHES: u32 = 200;
/// How many clients try at the same time.
const CLIENTS: u64 = 64;

fn main() {
    println!("| what | each | a second |");
    println!("|---|---|---|");
    row("a login, machine alone, nobody online", logins(0), LOGINS);
    let name = format!("a login, machine alone, {CROWD} online");
    row(&name, logins(CROWD), LOGINS);
    for (how, delivery) in [
        ("roots", SearchDelivery::Distributed),
        ("users", SearchDelivery::Direct),
    ] {
        let name = format!("a search to {CROWD} {how}, machine alone");
        row(&name, searches(delivery), SEARCHES.into());
    }
    let (wall, server) = sockets();
    row("a login on sockets, all in all", wall, LOGINS);
    row(
        "a login on sockets, the server's processor time",
        server,
        LOGINS,
    );
}

fn row(what: &str, time: Duration, count: u64) {
    let each = time / u32::try_from(count).expect("a small number");
    let rate = 1.0 / each.as_secs_f64();
    println!("| {what} | {each:.1?} | {rate:.0} |");
}

type Effects = Vec<Effect<ServerReply, ServerEvent>>;

/// A machine, and what it wants done, which is counted and thrown away.
struct Bench {
    machine: ServerMachine,
    effects: Effects,
    now: Instant,
    sent: usize,
}

impl Bench {
    fn new(delivery: SearchDelivery) -> Self {
        let config = ServerConfig {
            search_delivery: delivery,
            limits: ServerLimits {
                searches: u32::MAX,
                ..ServerLimits::default()
            },
            ..ServerConfig::default()
        };
        Self {
            machine: ServerMachine::new(config),
            effects: Vec::new(),
            now: now(),
            sent: 0,
        }
    }

    fn input(&mut self, input: Input<slsk_net::server::ServerCommand>) {
        self.machine.handle(self.now, input, &mut self.effects);
        let sends = self.effects.drain(..);
        self.sent += sends
            .filter(|effect| matches!(effect, Effect::Send(..)))
            .count();
    }

    fn ask(&mut self, conn: ConnId, request: impl Into<ServerRequest>) {
        let message = AnyMessage::from(request.into());
        self.input(Input::Received(conn, Packet::Message(message)));
    }

    /// Somebody comes, logs in, says his port and looks for a parent, as clients do.
    fn log_in(&mut self, number: u64) -> ConnId {
        let conn = ConnId::accepted(number);
        self.input(Input::Accepted {
            conn,
            remote: SocketAddr::from(([127, 0, 0, 1], 5000)),
            obfuscated: false,
        });
        let name = format!("user{number}");
        self.ask(conn, LoginRequest::new(&name, "pw", 177, 1));
        self.ask(conn, SetListenPort::new(2234));
        self.ask(conn, HaveNoParent { no_parent: true });
        // The driver asks after every input.
        let _ = self.machine.deadline();
        conn
    }
}

/// The time of [`LOGINS`] logins, each with a logout, while so many others are online.
fn logins(online: u64) -> Duration {
    let mut bench = Bench::new(SearchDelivery::Distributed);
    for number in 0..online {
        bench.log_in(number);
    }
    let start = ThreadTime::now();
    for number in online..online + LOGINS {
        let conn = bench.log_in(number);
        bench.input(Input::Closed(conn, CloseReason::Remote));
    }
    start.elapsed()
}

/// The time of [`SEARCHES`] searches to a crowd.
fn searches(delivery: SearchDelivery) -> Duration {
    let mut bench = Bench::new(delivery);
    let conns: Vec<_> = (0..CROWD).map(|number| bench.log_in(number)).collect();
    bench.sent = 0;
    let start = ThreadTime::now();
    for token in 0..SEARCHES {
        let query = "some artist some song flac".into();
        bench.ask(conns[0], FileSearch { token, query });
    }
    let time = start.elapsed();
    let expected = SEARCHES as usize * (conns.len() - 1);
    assert!(bench.sent >= expected, "{} of {expected}", bench.sent);
    time
}

/// The time of [`LOGINS`] logins on sockets, and how long the server's processor took for them.
fn sockets() -> (Duration, Duration) {
    let (address, stop, server) = server();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let start = now();
    runtime.block_on(async {
        let clients = (0..CLIENTS).map(|client| {
            tokio::spawn(async move {
                for number in 0..LOGINS.div_ceil(CLIENTS) {
                    log_in(address, client * LOGINS + number).await;
                }
            })
        });
        for client in clients.collect::<Vec<_>>() {
            client.await.expect("a client");
        }
    });
    let wall = start.elapsed();
    stop.send(()).expect("a server");
    (wall, server.join().expect("a server"))
}

/// A server on a thread of its own, which tells its processor time in the end.
fn server() -> (SocketAddr, oneshot::Sender<()>, JoinHandle<Duration>) {
    let (tell, address) = mpsc::channel();
    let (stop, stopped) = oneshot::channel();
    let thread = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let address = "127.0.0.1:0".parse().expect("an address");
            let server = Server::bind(address, ServerConfig::default(), None);
            let server = server.await.expect("a free port");
            tell.send(server.address()).expect("somebody");
            let start = ThreadTime::now();
            let _ = stopped.await;
            let time = start.elapsed();
            server.stop().await;
            time
        })
    });
    (address.recv().expect("an address"), stop, thread)
}

/// Logs in, says a port, and leaves after the answer.
async fn log_in(address: SocketAddr, number: u64) {
    let mut stream = TcpStream::connect(address).await.expect("a server");
    let name = format!("user{number}");
    let login = ServerRequest::from(LoginRequest::new(&name, "pw", 177, 1));
    let mut bytes = login.to_frame().expect("a frame");
    let listen = ServerRequest::from(SetListenPort::new(2234));
    bytes.extend(listen.to_frame().expect("a frame"));
    stream.write_all(&bytes).await.expect("an open connection");
    let mut head = [0; 9];
    stream.read_exact(&mut head).await.expect("an answer");
    assert_eq!(head[4..], [1, 0, 0, 0, 1], "user{number} is refused");
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn now() -> Instant {
    Instant::now()
}
