//! Asking a router to pass connections on to us, by PCP, NAT-PMP or UPnP-IGD (guide: connections).

mod igd;
mod keeper;
mod nat;

use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};
use std::time::Duration;

pub use keeper::MappingState;
pub(crate) use keeper::{Internal, Keeper};

/// How a router is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortMapping {
    /// The router. `None` takes the default gateway, and for UPnP whoever answers.
    pub gateway: Option<Ipv4Addr>,
    /// What is tried, in this order.
    pub protocols: Vec<MappingProtocol>,
    /// For how long to ask. It is renewed at half of the time that the router grants.
    pub lease: Duration,
    /// How long the router may take with each protocol; by UPnP so long to be found, and once more to answer.
    pub timeout: Duration,
}

impl Default for PortMapping {
    /// The default gateway, all protocols, two hours.
    fn default() -> Self {
        Self {
            gateway: None,
            protocols: MappingProtocol::ALL.to_vec(),
            lease: Duration::from_hours(2),
            timeout: Duration::from_secs(4),
        }
    }
}

/// How a router can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MappingProtocol {
    /// The Port Control Protocol, RFC 6887.
    Pcp,
    /// Its predecessor, RFC 6886.
    NatPmp,
    /// UPnP: the Internet Gateway Device.
    Igd,
}

impl MappingProtocol {
    /// All of them, the newest first.
    pub const ALL: [Self; 3] = [Self::Pcp, Self::NatPmp, Self::Igd];

    /// The usual name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pcp => "PCP",
            Self::NatPmp => "NAT-PMP",
            Self::Igd => "UPnP-IGD",
        }
    }
}

/// A port of the router that leads to one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// How the router was asked.
    pub protocol: MappingProtocol,
    /// The address of the router in the internet, if it has told, and the port there.
    pub external: (Option<Ipv4Addr>, u16),
    /// Where connections to it go.
    pub internal: SocketAddrV4,
    /// How long it holds, unless it is renewed; zero is for ever.
    pub lease: Duration,
}

/// Why a router does not pass connections on to us.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MappingError {
    /// This machine has no default gateway.
    #[error("there is no default gateway: {0}")]
    NoGateway(String),
    /// Nobody answers in this protocol.
    #[error("{} is not answered: {problem}", protocol.name())]
    NoAnswer {
        /// The protocol.
        protocol: MappingProtocol,
        /// What was tried last.
        problem: String,
    },
    /// The router answers and does not do it.
    #[error("the router refuses ({}): {problem}", protocol.name())]
    Refused {
        /// The protocol.
        protocol: MappingProtocol,
        /// What the router says.
        problem: String,
    },
    /// The local port is none.
    #[error("port 0 can't be passed on")]
    NoPort,
}

/// A mapping of ours. It stays with the router until its lease is over or it is [removed](Self::remove).
#[derive(Debug)]
pub struct Lease {
    mapped: Mapped,
    how: How,
}

#[derive(Debug)]
enum How {
    Nat(nat::Lease),
    Igd(igd::Lease),
}

impl PortMapping {
    /// Asks for a port of the router that leads to a port of ours, by one protocol. The same number is asked for; the router may
    /// give another one. An unspecified address becomes the one that the router sees.
    ///
    /// # Errors
    /// When the router does not answer in time, or refuses.
    pub async fn map(
        &self,
        protocol: MappingProtocol,
        internal: SocketAddrV4,
    ) -> Result<Lease, MappingError> {
        if internal.port() == 0 {
            return Err(MappingError::NoPort);
        }
        match protocol {
            MappingProtocol::Pcp | MappingProtocol::NatPmp => {
                let gateway = self.gateway()?;
                let internal = reachable(internal, gateway);
                let asked = nat::map(self, protocol, gateway, internal);
                self.in_time(protocol, asked).await?
            }
            MappingProtocol::Igd => {
                let gateway = self.in_time(protocol, igd::find(self, internal)).await??;
                // Cut off while it answers, it would keep what nobody takes back.
                let asked = igd::map(self, gateway, internal);
                self.in_time(protocol, asked).await?
            }
        }
    }

    async fn in_time<T>(
        &self,
        protocol: MappingProtocol,
        asked: impl Future<Output = T>,
    ) -> Result<T, MappingError> {
        let asked = tokio::time::timeout(self.timeout, asked).await;
        asked.map_err(|_| MappingError::NoAnswer {
            protocol,
            problem: "it takes too long".to_owned(),
        })
    }

    /// Asks by one protocol after the other, until one works.
    ///
    /// # Errors
    /// When none works: why the last one does not. One that refuses counts more than one that is not answered.
    pub async fn map_by_any(&self, internal: SocketAddrV4) -> Result<Lease, MappingError> {
        let mut worst = MappingError::NoGateway("no protocol is tried".to_owned());
        for protocol in &self.protocols {
            match self.map(*protocol, internal).await {
                Ok(lease) => return Ok(lease),
                Err(error) => {
                    tracing::debug!(protocol = protocol.name(), %error, "no port is mapped");
                    if !matches!(worst, MappingError::Refused { .. }) {
                        worst = error;
                    }
                }
            }
        }
        Err(worst)
    }

    fn gateway(&self) -> Result<Ipv4Addr, MappingError> {
        if let Some(gateway) = self.gateway {
            return Ok(gateway);
        }
        let gateway = netdev::get_default_gateway().map_err(MappingError::NoGateway)?;
        let first = gateway.ipv4.first().copied();
        first.ok_or_else(|| MappingError::NoGateway("it has no IPv4 address".to_owned()))
    }
}

impl Lease {
    /// What is mapped.
    #[must_use]
    pub fn mapped(&self) -> &Mapped {
        &self.mapped
    }

    /// Asks for another lease. The external port may become another one.
    ///
    /// # Errors
    /// When the router does not answer any more, or refuses.
    pub async fn renew(&mut self) -> Result<(), MappingError> {
        match &mut self.how {
            How::Nat(lease) => lease.renew(&mut self.mapped).await,
            How::Igd(lease) => lease.renew(&mut self.mapped).await,
        }
    }

    /// Takes the mapping back.
    ///
    /// # Errors
    /// When the router does not answer any more, or refuses; the mapping ends with its lease then.
    pub async fn remove(self) -> Result<(), MappingError> {
        match self.how {
            How::Nat(lease) => lease.remove(self.mapped.protocol).await,
            How::Igd(lease) => lease.remove(&self.mapped).await,
        }
    }
}

/// An address of ours that the router can reach.
fn reachable(internal: SocketAddrV4, gateway: Ipv4Addr) -> SocketAddrV4 {
    if !internal.ip().is_unspecified() {
        return internal;
    }
    // Connecting a datagram socket sends nothing; the system chooses the way.
    let chosen = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect((gateway, 9))?;
        socket.local_addr()
    });
    match chosen {
        Ok(std::net::SocketAddr::V4(address)) => SocketAddrV4::new(*address.ip(), internal.port()),
        _ => internal,
    }
}
