//! PCP and NAT-PMP: small datagrams to the gateway.

use std::net::{IpAddr, Ipv4Addr, SocketAddrV4};
use std::num::NonZeroU16;
use std::time::Duration;

use crab_nat::{
    GatewayAddress, InternetProtocol, MappingFailure, PortMappingOptions, PortMappingType,
    TimeoutConfig, natpmp, pcp,
};

use super::{How, Mapped, MappingError, MappingProtocol, PortMapping};

/// How long the first answer may take; then the question is repeated and the time doubled.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// How often it is repeated; the owner's time may be over sooner.
const RETRIES: usize = 5;
/// The same for the question after the router's address.
const ADDRESS_RETRIES: usize = 1;

const LATE: &str = "nothing came in time";
const NONSENSE: &str = "its answer makes no sense";
const FORBIDDEN: &str = "it does not allow that";
const OFFLINE: &str = "it has no network itself";
const FULL: &str = "it has no room for another port";
const UNABLE: &str = "it can't do that";

/// A mapping by PCP or NAT-PMP.
#[derive(Debug)]
pub(super) struct Lease(crab_nat::PortMapping);

/// Asks for a port.
pub(super) async fn map(
    settings: &PortMapping,
    protocol: MappingProtocol,
    gateway: Ipv4Addr,
    internal: SocketAddrV4,
) -> Result<super::Lease, MappingError> {
    let router = GatewayAddress::from(gateway);
    let port = NonZeroU16::new(internal.port()).ok_or(MappingError::NoPort)?;
    let options = PortMappingOptions {
        external_port: Some(port),
        lifetime_seconds: Some(u32::try_from(settings.lease.as_secs()).unwrap_or(u32::MAX)),
        timeout_config: Some(timeout(RETRIES)),
    };
    let tcp = InternetProtocol::Tcp;
    let (lease, address) = if protocol == MappingProtocol::Pcp {
        let ours = IpAddr::V4(*internal.ip());
        let request = pcp::BaseMapRequest::new(router, ours, tcp, port);
        let lease = pcp::port_mapping(request, None, None, options).await;
        let lease = lease.map_err(|error| failed(&error.into()))?;
        let address = match lease.mapping_type() {
            PortMappingType::Pcp { external_ip, .. } => v4(external_ip),
            PortMappingType::NatPmp => None,
        };
        (lease, address)
    } else {
        // The mapping is of use without it, too. It comes first, as nobody takes back what is mapped when time runs out.
        let address = natpmp::external_address(router, Some(timeout(ADDRESS_RETRIES))).await;
        let address = address.ok().filter(|address| !address.is_unspecified());
        let lease = natpmp::port_mapping(router, tcp, port, options).await;
        (lease.map_err(|error| failed(&error.into()))?, address)
    };
    let mapped = Mapped {
        protocol,
        external: (address, lease.external_port().get()),
        internal,
        lease: Duration::from_secs(lease.lifetime().into()),
    };
    let how = How::Nat(Lease(lease));
    Ok(super::Lease { mapped, how })
}

fn timeout(max_retries: usize) -> TimeoutConfig {
    TimeoutConfig {
        initial_timeout: FIRST_WAIT,
        max_retries,
        max_retry_timeout: None,
    }
}

impl Lease {
    pub(super) async fn renew(&mut self, mapped: &mut Mapped) -> Result<(), MappingError> {
        self.0.renew().await.map_err(|error| failed(&error))?;
        mapped.external.1 = self.0.external_port().get();
        mapped.lease = Duration::from_secs(self.0.lifetime().into());
        if let PortMappingType::Pcp { external_ip, .. } = self.0.mapping_type() {
            mapped.external.0 = v4(external_ip);
        }
        Ok(())
    }

    pub(super) async fn remove(self, protocol: MappingProtocol) -> Result<(), MappingError> {
        match self.0.try_drop().await {
            Ok(()) => Ok(()),
            // The router gives no time back, which RFC 6886 wants, but an external port.
            Err((
                MappingFailure::NatPmp(natpmp::Failure::InvalidResponse(
                    natpmp::InvalidResponseKind::InvalidDeletionResponse {
                        lifetime_seconds: 0,
                        ..
                    },
                )),
                _,
            )) if protocol == MappingProtocol::NatPmp => Ok(()),
            Err((error, _)) => Err(failed(&error)),
        }
    }
}

/// An address in IPv4, also where it is dressed as one in IPv6.
fn v4(address: IpAddr) -> Option<Ipv4Addr> {
    let address = match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(address) => address.to_ipv4_mapped(),
    };
    address.filter(|address| !address.is_unspecified())
}

fn failed(error: &MappingFailure) -> MappingError {
    use MappingProtocol::{NatPmp, Pcp};
    let (protocol, problem, is_silent) = match error {
        MappingFailure::NatPmp(error) => (
            NatPmp,
            nat_pmp_problem(error),
            matches!(
                error,
                natpmp::Failure::Timeout
                    | natpmp::Failure::Socket(_)
                    | natpmp::Failure::UnsupportedVersion(_)
            ),
        ),
        MappingFailure::Pcp(error) => (
            Pcp,
            pcp_problem(error),
            matches!(
                error,
                pcp::Failure::Timeout
                    | pcp::Failure::Socket(_)
                    | pcp::Failure::UnsupportedVersion(_)
            ),
        ),
    };
    if is_silent {
        MappingError::NoAnswer { protocol, problem }
    } else {
        MappingError::Refused { protocol, problem }
    }
}

fn nat_pmp_problem(error: &natpmp::Failure) -> String {
    use natpmp::Failure;
    let words = match error {
        Failure::Socket(error) => return error.to_string(),
        Failure::UnsupportedVersion(version) => return format!("the router speaks {version}"),
        Failure::Timeout => LATE,
        Failure::InvalidResponse(_) => NONSENSE,
        Failure::NotAuthorized => FORBIDDEN,
        Failure::NetworkFailure => OFFLINE,
        Failure::OutOfResources => FULL,
        Failure::UnsupportedOpcode => UNABLE,
    };
    words.to_owned()
}

fn pcp_problem(error: &pcp::Failure) -> String {
    use pcp::Failure;
    let words = match error {
        Failure::Socket(error) => return error.to_string(),
        Failure::UnsupportedVersion(version) => return format!("the router speaks {version}"),
        Failure::Timeout => LATE,
        Failure::Nonce | Failure::InvalidResponse(_) => NONSENSE,
        Failure::NotAuthorized(_) => FORBIDDEN,
        Failure::NetworkFailure(_) => OFFLINE,
        Failure::NoResources(_) => FULL,
        Failure::MalformedRequest | Failure::MalformedOption => "it does not understand us",
        Failure::UnsupportedOpcode | Failure::UnsupportedOption | Failure::UnsupportedProtocol => {
            UNABLE
        }
        Failure::UserExceededQuota(_) => "this machine has as many ports as it may have",
        Failure::CannotProvideExternal(_) => "this port is not to be had",
        Failure::AddressMismatch => "it sees us at another address than ours",
        Failure::ExcessiveRemotePeers => "there are too many filters",
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_have_no_forms_for_programmers() {
        let kind = natpmp::InvalidResponseKind::IncorrectOpcode(natpmp::OperationCode::MapTcp);
        let error = MappingFailure::NatPmp(natpmp::Failure::InvalidResponse(kind));
        assert!(error.to_string().contains("MapTcp"), "{error}");
        let told = failed(&error).to_string();
        assert_eq!(
            told,
            "the router refuses (NAT-PMP): its answer makes no sense"
        );
        let told = failed(&MappingFailure::Pcp(pcp::Failure::Timeout)).to_string();
        assert_eq!(told, "PCP is not answered: nothing came in time");
    }
}
