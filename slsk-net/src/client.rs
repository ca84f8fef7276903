//! A Soulseek client: [`Client`].
//!
//! The client is a handle; the logic is in [`machine`](crate::machine), and a task of its own runs it.

mod download;
#[cfg(feature = "portmap")]
mod mapping;
mod network;
mod raw;
mod requests;
mod rooms;
mod search;
mod session;
mod users;
mod wishlist;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use slsk_wire::{Limits, Text};
use thiserror::Error;
use tokio::sync::{broadcast, oneshot};

use crate::driver::faults::FaultPlan;
use crate::driver::socket::Sockets;
use crate::driver::{self, Handle, Pacing, SearchHandler, Tap, budget};
use crate::machine::{
    Branch, ClientConfig, ClientMachine, Command, CommandId, Event, ReconnectPolicy, Reply,
    SearchRequest, SessionError,
};
use crate::share::Index;

use network::Ports;

pub use download::Download;
pub use network::{Keepalive, Network, Proxy, RequiredPorts};
pub use search::Search;

/// The version that a client logs in with unless told otherwise: major 177 is free for experiments.
const VERSION: (u32, u32) = (177, 1);

/// How a client connects.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// The server: an address, which reconnects use again. Whoever has the name of a host looks it up himself.
    pub server: SocketAddr,
    /// Where others can connect to us; port 0 takes a free one. Unless the address is unspecified (0.0.0.0), our own
    /// connections come from it too.
    pub listen: SocketAddr,
    /// How it listens and dials.
    pub network: Network,
    /// Major and minor version for the login.
    pub version: (u32, u32),
    /// How much others may make us hold.
    pub limits: Limits,
    /// How to come back when the session is lost. `None` leaves that to the owner. The first connection and the first
    /// login are never repeated.
    pub reconnect: Option<ReconnectPolicy>,
    /// Where what costs the network is written down, so that there is not too much of it.
    pub pacing: Pacing,
    /// How long the server may take to be connected to, and for each answer; a command fails then. 30 seconds; a day at most.
    ///
    /// It bounds [`connect`](Client::connect), [`connect_again`](Client::connect_again), [`login`](Client::login) once it is
    /// its turn, [`change_password`](Client::change_password), [`watch`](Client::watch), [`join_room`](Client::join_room),
    /// [`leave_room`](Client::leave_room) and, with three seconds more, [`rooms`](Client::rooms). What is asked of users has
    /// times of its own, which each method tells; a search has that of its
    /// [options](crate::machine::SearchOptions::timeout). All else waits for nobody and is done at once.
    pub timeout: Duration,
    /// The source of all tokens. `None` takes one from the system.
    pub seed: Option<u64>,
    /// How many children of the distributed network we take at most; our speed may allow fewer. 0 takes none.
    pub max_children: u32,
    /// Answers the searches of others in place of the share index. They are handed to it also while nothing is shared.
    pub search_handler: Option<SearchHandler>,
    /// Whether there is an [`Event::SearchAnswered`] for each search of others.
    pub report_searches: bool,
    /// Whether the server is told that private messages have come. It sends them again after the next login otherwise:
    /// for whoever does not show them.
    pub acknowledge_messages: bool,
    /// Sees every packet both ways.
    pub tap: Option<Tap>,
    /// What goes wrong on purpose, for tests.
    pub faults: Option<FaultPlan>,
}

impl ClientOptions {
    /// The defaults for a server. A client of a server on this machine listens on this machine only.
    #[must_use]
    pub fn new(server: SocketAddr) -> Self {
        let ip = if server.ip().is_loopback() {
            server.ip()
        } else {
            std::net::Ipv4Addr::UNSPECIFIED.into()
        };
        Self {
            server,
            listen: SocketAddr::new(ip, 0),
            network: Network::default(),
            version: VERSION,
            limits: limits(),
            reconnect: Some(ReconnectPolicy::default()),
            pacing: Pacing::default(),
            timeout: ClientConfig::default().patience,
            seed: None,
            max_children: ClientConfig::default().max_children,
            search_handler: None,
            report_searches: false,
            acknowledge_messages: true,
            tap: None,
            faults: None,
        }
    }
}

/// The limits of a client. Those of share lists and user info hold for users whose own are awaited; others may send
/// none.
fn limits() -> Limits {
    const MIB: usize = 1 << 20;
    Limits {
        peer_results: MIB,
        peer_bulk: 128 * MIB,
        inflated_results: 8 * MIB,
        inflated_bulk: 256 * MIB,
        ..Limits::default()
    }
}

/// Why a client can't be connected.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// We can't listen for others.
    #[error("can't listen on {address}: {error}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// There is no session with the server.
    #[error("{server}: {error}")]
    Session {
        /// The server.
        server: SocketAddr,
        /// Why not.
        error: SessionError,
    },
}

/// The client has been stopped: the error of commands that are done at once, where nothing else can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the client has been stopped")]
pub struct Stopped;

/// A client. It is cheap to clone. Each clone, [`Search`] and [`Download`] holds it: it runs until the last of them is
/// dropped, or [`stop`](Self::stop) is called.
///
/// How long a command may take, [`ClientOptions::timeout`] and the command itself say. A client that has been stopped
/// answers each with an error of its type, such as [`Stopped`].
///
/// A client of a server on this machine connects to nothing outside of this machine.
///
/// ```
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use slsk_net::{Client, ClientOptions};
///
/// let client = Client::connect(ClientOptions::new("127.0.0.1:2242".parse()?)).await?;
/// client.login("ada", "secret").await?;
/// let mut search = client.search("mountain flac");
/// while let Some(response) = search.next().await? {
///     for file in &response.results {
///         println!("{}: {} ({} bytes)", response.username, file.name, file.size());
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    handle: Arc<Handle<ClientMachine>>,
    ports: Ports,
    server: SocketAddr,
    #[cfg(feature = "portmap")]
    mapper: Option<Arc<crate::portmap::Keeper>>,
}

impl Client {
    /// Listens for other peers and connects to the server. Call it within a tokio runtime.
    ///
    /// # Errors
    /// When the address to listen on is taken, or the server can't be reached [in time](ClientOptions::timeout).
    pub async fn connect(options: ClientOptions) -> Result<Self, ConnectError> {
        #[cfg(feature = "portmap")]
        let mapping = mapping::settings(&options);
        let (server, network) = (options.server, options.network);
        let loopback_only = server.ip().is_loopback();
        let sockets = Sockets {
            local: Some(options.listen.ip()).filter(|ip| !ip.is_unspecified()),
            interface: network.interface.clone(),
            keepalive: network.keepalive,
            proxy: network.proxy.clone(),
            server: Some(server),
        };
        let (ports, listeners) = Ports::open(&sockets, options.listen, &network)?;
        let config = ClientConfig {
            // Whoever gets port 0 from the server does not try it.
            listen_port: Some(ports.plain().map_or(0, |address| address.port())),
            obfuscated_port: ports.obfuscated().map(|address| address.port()),
            version: options.version,
            max_connections: network
                .max_connections
                .unwrap_or_else(budget::max_connections),
            connect_mode: network.connect_mode,
            obfuscation: network.obfuscation,
            patience: options.timeout,
            seed: options.seed.unwrap_or_else(|| fastrand::u64(..)),
            reconnect: options.reconnect,
            max_children: options.max_children,
            always_query: options.search_handler.is_some(),
            report_searches: options.report_searches,
            acknowledge_messages: options.acknowledge_messages,
        };
        let machine = ClientMachine::new(config, driver::now());
        let options = driver::Options {
            listeners,
            sockets,
            limits: options.limits,
            loopback_only,
            pacing: options.pacing,
            tap: options.tap,
            search_handler: options.search_handler,
            faults: options.faults,
        };
        let client = Self {
            handle: Arc::new(driver::start(machine, options)),
            ports,
            server,
            #[cfg(feature = "portmap")]
            mapper: None,
        };
        if let Err(error) = client.connect_again().await {
            return Err(ConnectError::Session { server, error });
        }
        #[cfg(feature = "portmap")]
        let client = client.with_ports_mapped(mapping);
        Ok(client)
    }

    /// Where others can connect to us: the plain port, or the other one where only that was free
    /// ([`RequiredPorts::Any`]).
    #[must_use]
    pub fn listening(&self) -> SocketAddr {
        self.ports.main()
    }

    /// Where others can connect to us obfuscated.
    #[must_use]
    pub fn listening_obfuscated(&self) -> Option<SocketAddr> {
        self.ports.obfuscated()
    }

    /// Shares these files from now on, and no others. The server is told how many there are, now or after the login.
    ///
    /// # Errors
    /// When the client has been stopped.
    pub async fn share(&self, index: impl Into<Arc<Index>>) -> Result<(), Stopped> {
        self.obey(Command::Share(index.into())).await
    }

    /// Searches: a text searches the network, a [`SearchRequest`] says where else and what of the results is wanted.
    ///
    /// It begins at once, or when it is its turn ([`Event::SearchDelayed`]), and ends after the [time of the
    /// request](crate::machine::SearchOptions::timeout), two minutes by default. What goes wrong, [`Search::next`] tells.
    ///
    /// ```
    /// # async fn example(client: slsk_net::Client) -> Result<(), slsk_net::machine::SearchError> {
    /// use slsk_net::machine::{SearchFilter, SearchOptions, SearchRequest};
    ///
    /// let filter = SearchFilter {
    ///     kinds: vec!["lossless".parse().expect("a kind")],
    ///     duration: (120..=600).into(),
    ///     free_slot: true,
    ///     ..SearchFilter::default()
    /// };
    /// let options = SearchOptions { filter, ..SearchOptions::default() };
    /// let request = SearchRequest::new("mountain").of_users(["ada"]).with(options);
    /// let mut search = client.search(request);
    /// while let Some(result) = search.next().await? {
    ///     println!("{} has {} files", result.username, result.results.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn search(&self, request: impl Into<SearchRequest>) -> Search {
        Search::new(self, request.into(), Command::Search)
    }

    /// Fetches a file from a user.
    ///
    /// `remote` is the full path as the user gave it, `size` the size in bytes that he announced. The file
    /// appears at `local` once it is whole; missing folders are made, a file that is there already is never overwritten.
    ///
    /// It begins at once; what goes wrong, [`Download::finish`] tells: within two minutes when the user can't be reached,
    /// after a minute without a byte once they come. In his queue it waits for as long as he is connected or can be
    /// reached, for ever if he never says anything. Dropping it ends that, and so does a time of your own:
    ///
    /// ```
    /// # async fn example(client: slsk_net::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let download = client.download("ada", r"Music\song.flac", 31_415_926, "song.flac");
    /// let hour = std::time::Duration::from_hours(1);
    /// let path = tokio::time::timeout(hour, download.finish()).await??;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn download(
        &self,
        user: impl Into<Text>,
        remote: impl Into<Text>,
        size: u64,
        local: impl Into<std::path::PathBuf>,
    ) -> Download {
        Download::new(self.begin(Command::Download {
            user: user.into(),
            remote: remote.into(),
            size,
            local: local.into(),
        }))
    }

    /// Our place in the distributed network, as it is now.
    ///
    /// # Errors
    /// When there is no session.
    pub async fn branch(&self) -> Result<Branch, SessionError> {
        match self.ask(Command::Branch).await {
            Some(Reply::Branch(result)) => result,
            _ => Err(SessionError::Stopped),
        }
    }

    /// All events from now on, but for the results of searches, which go to their [`Search`]. A listener that is 4096
    /// events behind loses the oldest and is told how many.
    #[must_use]
    pub fn events(&self) -> Events {
        Events(self.handle.events())
    }

    /// Stops the client, whoever holds it, and returns when all its tasks are gone. That takes a moment, or some seconds
    /// where ports of a router are given back. To stop it again does nothing.
    pub async fn stop(&self) {
        self.handle.stop().await;
        #[cfg(feature = "portmap")]
        if let Some(keeper) = &self.mapper {
            keeper.stop().await;
        }
    }

    /// Gives a command that goes on for a while. The events begin before it, so that none is lost.
    fn begin(&self, command: Command) -> Begun {
        let events = self.events();
        let (id, done) = self.handle.command(command);
        Begun {
            client: self.clone(),
            id,
            events,
            done,
        }
    }

    /// Gives a command and waits for the answer; `None` when the client has been stopped.
    async fn ask(&self, command: Command) -> Option<Reply> {
        self.tell(command).await.ok()
    }

    /// Gives a command that can't fail, and waits until it is done.
    async fn obey(&self, command: Command) -> Result<(), Stopped> {
        match self.ask(command).await {
            Some(Reply::Done) => Ok(()),
            _ => Err(Stopped),
        }
    }

    /// Gives a command.
    fn tell(&self, command: Command) -> oneshot::Receiver<Reply> {
        self.handle.command(command).1
    }
}

/// A command that goes on for a while, and how to hear of it.
#[derive(Debug)]
struct Begun {
    client: Client,
    id: CommandId,
    events: Events,
    /// Answered at the end.
    done: oneshot::Receiver<Reply>,
}

/// A stream of events.
#[derive(Debug)]
pub struct Events(broadcast::Receiver<Event>);

/// What comes out of [`Events`].
#[derive(Clone, Debug)]
pub enum Notice {
    /// An event.
    Event(Event),
    /// So many events were lost, because this listener was too slow.
    Missed(u64),
}

impl Events {
    /// The next event; `None` when the client has stopped.
    pub async fn next(&mut self) -> Option<Notice> {
        match self.0.recv().await {
            Ok(event) => Some(Notice::Event(event)),
            Err(broadcast::error::RecvError::Lagged(count)) => Some(Notice::Missed(count)),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}
