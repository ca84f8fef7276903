//! [`Network`]: how a client listens and dials.

use std::net::SocketAddr;
use std::time::Duration;

use slsk_wire::Secret;
use tokio::net::TcpListener;

use super::ConnectError;
use crate::driver::listen::Listeners;
use crate::driver::socket::Sockets;
use crate::machine::{ConnectMode, Obfuscation};
#[cfg(feature = "portmap")]
use crate::portmap::PortMapping;

/// How a client listens and dials, besides [where](super::ClientOptions::listen).
#[derive(Clone, Debug)]
pub struct Network {
    /// The port for obfuscated connections, at the same address as the plain one; 0 takes a free one, `None` opens none.
    /// By custom it is the plain port plus one.
    pub obfuscated_port: Option<u16>,
    /// Which of the two ports must be ours, for a client to start at all.
    pub required: RequiredPorts,
    /// In which order a user is connected to and asked to connect to us.
    pub connect_mode: ConnectMode,
    /// What becomes of the obfuscated ports of others.
    pub obfuscation: Obfuscation,
    /// The name of a network interface, such as `tun0`: all connections go through it or fail. Linux only; elsewhere
    /// nothing can be listened on or dialled with it.
    pub interface: Option<String>,
    /// How a connection whose other side is gone without a word is found out. `None` leaves that to the deadlines.
    pub keepalive: Option<Keepalive>,
    /// Where connections of ours go through. Others still connect to us directly.
    pub proxy: Option<Proxy>,
    /// How the router is asked to pass connections on to us. It is not asked for a client of a server on this machine
    /// unless the gateway is on it, too; nor behind a proxy; nor, without a gateway, for a client of one interface.
    #[cfg(feature = "portmap")]
    pub port_mapping: Option<PortMapping>,
    /// How many connections there may be. `None` is two thirds of the descriptors that this process may open, at most
    /// 2048.
    pub max_connections: Option<usize>,
}

impl Default for Network {
    /// One port, at any interface, without a proxy.
    fn default() -> Self {
        Self {
            obfuscated_port: None,
            required: RequiredPorts::default(),
            connect_mode: ConnectMode::default(),
            obfuscation: Obfuscation::default(),
            interface: None,
            keepalive: Some(Keepalive::default()),
            proxy: None,
            #[cfg(feature = "portmap")]
            port_mapping: Some(PortMapping::default()),
            max_connections: None,
        }
    }
}

/// Which ports must be ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RequiredPorts {
    /// One of the two.
    Any,
    /// Both, where both are wanted.
    All,
    /// The plain one; the obfuscated one is a bonus.
    #[default]
    Clear,
}

/// TCP keepalive: how often an idle connection is tried, and when it is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keepalive {
    /// How long nothing must have come.
    pub idle: Duration,
    /// How long each attempt waits.
    pub interval: Duration,
    /// How many attempts there are.
    pub count: u32,
}

impl Default for Keepalive {
    /// A dead connection is found out within 30 seconds.
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(15),
            interval: Duration::from_secs(5),
            count: 3,
        }
    }
}

impl Keepalive {
    /// How long a connection may be dead before that is found out.
    #[must_use]
    pub fn longest(&self) -> Duration {
        self.idle + self.interval * self.count
    }
}

/// A SOCKS5 proxy.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// Where it is.
    pub address: SocketAddr,
    /// Name and password, each at most 255 bytes, where it asks for them.
    pub credentials: Option<(String, Secret)>,
}

impl Proxy {
    /// A proxy that everybody may use.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            credentials: None,
        }
    }
}

/// The ports that others can connect to: one at least.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ports {
    Plain(SocketAddr),
    Obfuscated(SocketAddr),
    Both {
        plain: SocketAddr,
        obfuscated: SocketAddr,
    },
}

impl Ports {
    /// Takes the ports that are wanted, or as many of them as are required.
    pub(super) fn open(
        sockets: &Sockets,
        listen: SocketAddr,
        network: &Network,
    ) -> Result<(Self, Listeners), ConnectError> {
        let obfuscated = network
            .obfuscated_port
            .map(|port| bind(sockets, SocketAddr::new(listen.ip(), port)))
            .transpose();
        let (ports, plain, obfuscated) = match (network.required, bind(sockets, listen), obfuscated)
        {
            (_, Ok(plain), Ok(Some(obfuscated))) => {
                let ports = Self::Both {
                    plain: plain.0,
                    obfuscated: obfuscated.0,
                };
                (ports, Some(plain.1), Some(obfuscated.1))
            }
            (_, Ok((address, plain)), Ok(None)) => (Self::Plain(address), Some(plain), None),
            (RequiredPorts::Any | RequiredPorts::Clear, Ok((address, plain)), Err(error)) => {
                tracing::warn!(%error, "only the plain port is open");
                (Self::Plain(address), Some(plain), None)
            }
            (RequiredPorts::Any, Err(error), Ok(Some((address, obfuscated)))) => {
                tracing::warn!(%error, "only the obfuscated port is open");
                (Self::Obfuscated(address), None, Some(obfuscated))
            }
            (_, Err(error), _) | (RequiredPorts::All, _, Err(error)) => return Err(error),
        };
        Ok((ports, Listeners::new(plain, obfuscated)))
    }

    /// The plain one, or else the other.
    pub(super) fn main(&self) -> SocketAddr {
        match *self {
            Self::Plain(address)
            | Self::Obfuscated(address)
            | Self::Both { plain: address, .. } => address,
        }
    }

    pub(super) fn plain(&self) -> Option<SocketAddr> {
        match *self {
            Self::Plain(plain) | Self::Both { plain, .. } => Some(plain),
            Self::Obfuscated(_) => None,
        }
    }

    pub(super) fn obfuscated(&self) -> Option<SocketAddr> {
        match *self {
            Self::Plain(_) => None,
            Self::Obfuscated(obfuscated) | Self::Both { obfuscated, .. } => Some(obfuscated),
        }
    }
}

fn bind(sockets: &Sockets, address: SocketAddr) -> Result<(SocketAddr, TcpListener), ConnectError> {
    let listener = sockets.listen(address);
    listener
        .and_then(|listener| Ok((listener.local_addr()?, listener)))
        .map_err(|error| ConnectError::Listen { address, error })
}
