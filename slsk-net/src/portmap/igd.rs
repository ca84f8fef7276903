//! UPnP: finding an Internet Gateway Device and asking it in XML.

use std::error::Error;
use std::net::{IpAddr, SocketAddr, SocketAddrV4};
use std::time::Duration;

use igd_next::aio::tokio::{Tokio, search_gateway};
use igd_next::{AddAnyPortError, AddPortError, PortMappingProtocol, SearchOptions};

use super::{How, Mapped, MappingError, MappingProtocol, PortMapping, reachable};

/// Where devices are looked for, and where a known one listens for that.
const SSDP_PORT: u16 = 1900;
/// What people see in the list of their router.
const DESCRIPTION: &str = "Soulseek";

pub(super) type Gateway = igd_next::aio::Gateway<Tokio>;

/// A mapping by UPnP.
#[derive(Debug)]
pub(super) struct Lease {
    gateway: Gateway,
    /// In seconds; 0 is for ever.
    seconds: u32,
}

/// Looks for the router.
pub(super) async fn find(
    settings: &PortMapping,
    internal: SocketAddrV4,
) -> Result<Gateway, MappingError> {
    let mut options = SearchOptions::default();
    options.timeout = Some(settings.timeout);
    options.single_search_timeout = Some(settings.timeout);
    options.bind_addr = SocketAddr::new(IpAddr::V4(*internal.ip()), 0);
    if let Some(gateway) = settings.gateway {
        options.broadcast_address = SocketAddr::new(gateway.into(), SSDP_PORT);
        // Whom the owner has named is trusted, on this machine too; nobody else is.
        options.allowed_gateway_ips = vec![gateway.into()];
    }
    search_gateway(options)
        .await
        .map_err(|error| silent(&error))
}

/// Asks it for a port.
pub(super) async fn map(
    settings: &PortMapping,
    gateway: Gateway,
    internal: SocketAddrV4,
) -> Result<super::Lease, MappingError> {
    let internal = match gateway.addr.ip() {
        IpAddr::V4(address) => reachable(internal, address),
        IpAddr::V6(_) => internal,
    };
    // The mapping is of use without it, too.
    let address = match gateway.get_external_ip().await {
        Ok(IpAddr::V4(address)) if !address.is_unspecified() => Some(address),
        _ => None,
    };
    let seconds = u32::try_from(settings.lease.as_secs()).unwrap_or(u32::MAX);
    let mut lease = Lease { gateway, seconds };
    let port = lease.add(internal).await?;
    let mapped = Mapped {
        protocol: MappingProtocol::Igd,
        external: (address, port),
        internal,
        lease: lease.duration(),
    };
    let how = How::Igd(lease);
    Ok(super::Lease { mapped, how })
}

impl Lease {
    pub(super) async fn renew(&mut self, mapped: &mut Mapped) -> Result<(), MappingError> {
        let port = mapped.external.1;
        let renewed = self.gateway.add_port(
            PortMappingProtocol::TCP,
            port,
            mapped.internal.into(),
            self.seconds,
            DESCRIPTION,
        );
        if renewed.await.is_err() {
            // Somebody else has it by now, or the router has forgotten all.
            mapped.external.1 = self.add(mapped.internal).await?;
        }
        mapped.lease = self.duration();
        Ok(())
    }

    pub(super) async fn remove(self, mapped: &Mapped) -> Result<(), MappingError> {
        let tcp = PortMappingProtocol::TCP;
        let removed = self.gateway.remove_port(tcp, mapped.external.1).await;
        removed.map_err(|error| refused(&error))
    }

    /// Adds a mapping: with the same port if that is free, for ever if it must be.
    async fn add(&mut self, internal: SocketAddrV4) -> Result<u16, MappingError> {
        let tcp = PortMappingProtocol::TCP;
        let (port, ours) = (internal.port(), internal.into());
        loop {
            let seconds = self.seconds;
            let same = self.gateway.add_port(tcp, port, ours, seconds, DESCRIPTION);
            match same.await {
                Ok(()) => return Ok(port),
                Err(AddPortError::OnlyPermanentLeasesSupported) if seconds > 0 => {
                    self.seconds = 0;
                    continue;
                }
                Err(AddPortError::PortInUse) => {}
                Err(error) => return Err(refused(&error)),
            }
            let any = self.gateway.add_any_port(tcp, ours, seconds, DESCRIPTION);
            match any.await {
                Ok(port) => return Ok(port),
                Err(AddAnyPortError::OnlyPermanentLeasesSupported) if seconds > 0 => {
                    self.seconds = 0;
                }
                Err(error) => return Err(refused(&error)),
            }
        }
    }

    fn duration(&self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }
}

fn silent(error: &igd_next::SearchError) -> MappingError {
    MappingError::NoAnswer {
        protocol: MappingProtocol::Igd,
        problem: cause(error),
    }
}

fn refused(error: &impl Error) -> MappingError {
    MappingError::Refused {
        protocol: MappingProtocol::Igd,
        problem: cause(error),
    }
}

/// What is at the bottom of an error. What is said above it has forms for programmers.
fn cause(mut error: &dyn Error) -> String {
    while let Some(source) = error.source() {
        error = source;
    }
    let text = error.to_string();
    text.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use igd_next::RequestError;

    use super::*;

    #[test]
    fn causes_have_no_forms_for_programmers() {
        let late = std::io::Error::new(std::io::ErrorKind::TimedOut, "it timed out");
        let error = AddPortError::RequestError(RequestError::IoError(late));
        assert!(error.to_string().contains("Custom {"), "{error}");
        assert_eq!(cause(&error), "it timed out");
        let code = RequestError::ErrorCode(718, "Conflict".to_owned());
        let error = AddAnyPortError::RequestError(code);
        assert_eq!(cause(&error), "Gateway response error 718: Conflict");
        let long = AddPortError::DescriptionTooLong;
        assert!(!cause(&long).ends_with('.'));
    }
}
