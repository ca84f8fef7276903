//! The running server: a machine with the tokio driver.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use slsk_wire::{Limits, Secret, Text};
use tokio::sync::broadcast;

use super::{
    AccountStore, ServerCommand, ServerConfig, ServerError, ServerEvent, ServerMachine,
    ServerReply, StoreError,
};
use crate::client::Keepalive;
use crate::driver::faults::FaultPlan;
use crate::driver::listen::Listeners;
use crate::driver::socket::Sockets;
use crate::driver::{self, Handle, Pacing, Tap, budget};

/// Users stay for days, and most have nothing to say.
const KEEPALIVE: Keepalive = Keepalive {
    idle: Duration::from_mins(1),
    interval: Duration::from_secs(5),
    count: 10,
};

/// What a server can be started with.
#[derive(Clone, Debug, Default)]
pub struct ServerOptions {
    /// Greeting, intervals, limits.
    pub config: ServerConfig,
    /// Where accounts are kept, such as an `AccountFile` (feature `db`); in memory without it.
    pub store: Option<Arc<dyn AccountStore>>,
    /// Sees every message.
    pub tap: Option<Tap>,
    /// What goes wrong on purpose on each connection, for tests of clients.
    pub faults: Option<FaultPlan>,
}

/// Why a server has not started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address is taken or not ours.
    #[error("can't listen: {0}")]
    Listen(#[from] io::Error),
    /// The store can't be read.
    #[error("the accounts can't be read: {0}")]
    Load(#[from] StoreError),
}

/// A running server. It is cheap to clone; when the last clone is dropped, the server stops.
///
/// ```
/// # async fn example() -> std::io::Result<()> {
/// use slsk_net::server::{Server, ServerConfig};
///
/// let server = Server::bind("127.0.0.1:0".parse().unwrap(), ServerConfig::default(), None).await?;
/// println!("listening on {}", server.address());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Server {
    handle: Arc<Handle<ServerMachine>>,
    address: SocketAddr,
}

impl Server {
    /// Listens on `address`, with accounts in memory; port 0 takes a free one. Call it within a tokio runtime.
    ///
    /// # Errors
    /// When the address is taken or not ours.
    pub async fn bind(
        address: SocketAddr,
        config: ServerConfig,
        tap: Option<Tap>,
    ) -> io::Result<Self> {
        let options = ServerOptions {
            config,
            tap,
            ..ServerOptions::default()
        };
        match Self::start(address, options).await {
            Ok(server) => Ok(server),
            Err(StartError::Listen(error)) => Err(error),
            Err(StartError::Load(error)) => Err(io::Error::other(error)),
        }
    }

    /// Listens on `address`; port 0 takes a free one. Call it within a tokio runtime.
    ///
    /// ```
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use slsk_net::faults::{Faults, Lane};
    /// use slsk_net::server::{Server, ServerOptions};
    ///
    /// let late = Lane { delay: std::time::Duration::from_millis(500), ..Lane::default() };
    /// let faults = Faults { sent: late, ..Faults::none() };
    /// let options = ServerOptions { faults: Some(faults.into()), ..ServerOptions::default() };
    /// let server = Server::start("127.0.0.1:0".parse()?, options).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the address is taken or not ours, or the store can't be read.
    pub async fn start(address: SocketAddr, options: ServerOptions) -> Result<Self, StartError> {
        let ServerOptions {
            mut config,
            store,
            tap,
            faults,
        } = options;
        let most = &mut config.limits.connections;
        *most = most.or_else(|| Some(budget::max_clients()));
        let mut machine = ServerMachine::new(config).at(unix_time());
        if let Some(store) = store {
            let loading = Arc::clone(&store);
            let loaded = tokio::task::spawn_blocking(move || loading.load()).await;
            let content = loaded.unwrap_or_else(|error| Err(StoreError(error.to_string())));
            machine = machine.kept_in(store, content?);
        }
        let sockets = Sockets {
            keepalive: Some(KEEPALIVE),
            ..Sockets::default()
        };
        let listener = sockets.listen(address)?;
        let address = listener.local_addr()?;
        let options = driver::Options {
            listeners: Listeners::new(Some(listener), None),
            sockets,
            limits: Limits::default(),
            loopback_only: true,
            pacing: Pacing::Off,
            tap,
            search_handler: None,
            faults,
        };
        Ok(Self {
            handle: Arc::new(driver::start(machine, options)),
            address,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Who is online, sorted by name. Nobody when the server has been stopped.
    pub async fn online_users(&self) -> Vec<Text> {
        match self.handle.command(ServerCommand::OnlineUsers).1.await {
            Ok(ServerReply::OnlineUsers(users)) => users,
            Ok(ServerReply::Done(_)) | Err(_) => Vec::new(),
        }
    }

    /// Makes an account.
    ///
    /// # Errors
    /// When there is one of that name, or a login with that name and password would be refused.
    pub async fn add_account(
        &self,
        username: impl Into<Text>,
        password: impl Into<Secret>,
    ) -> Result<(), ServerError> {
        self.command(ServerCommand::AddAccount {
            username: username.into(),
            password: password.into(),
        })
        .await
    }

    /// Closes a user's connection without a word.
    ///
    /// # Errors
    /// When the user is not online.
    pub async fn kick(&self, username: impl Into<Text>) -> Result<(), ServerError> {
        self.command(ServerCommand::Kick(username.into())).await
    }

    /// Gives a command other than [`ServerCommand::OnlineUsers`], and waits until it is followed.
    ///
    /// # Errors
    /// When it can't be followed; [`ServerError`] says why.
    pub async fn command(&self, command: ServerCommand) -> Result<(), ServerError> {
        match self.handle.command(command).1.await {
            Ok(ServerReply::Done(result)) => result,
            Ok(ServerReply::OnlineUsers(_)) => Ok(()),
            Err(_) => Err(ServerError::Stopped),
        }
    }

    /// All events from now on.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<ServerEvent> {
        self.handle.events()
    }

    /// Stops the server, whatever clones there are, and returns when everything is in the store and all tasks are gone.
    pub async fn stop(&self) {
        // What the store does not take now it has not taken before either, and the owner has been told.
        let _ = self.command(ServerCommand::Save).await;
        self.handle.stop().await;
    }
}

/// The time of day, in seconds since 1970.
fn unix_time() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
