//! The ports of the router that lead to a client.

use std::sync::Arc;

use tokio::sync::watch;

use super::{Client, ClientOptions};
use crate::machine::Command;
use crate::portmap::{Internal, Keeper, MappingState, PortMapping};

impl Client {
    /// Whether the router passes connections on to us, and whenever that changes. The server is told the port of the
    /// router.
    #[must_use]
    pub fn port_mapping(&self) -> watch::Receiver<MappingState> {
        match &self.mapper {
            Some(keeper) => keeper.state(),
            None => watch::channel(MappingState::Off).1,
        }
    }

    /// Begins to map the ports, if there is a router to be asked.
    pub(super) fn with_ports_mapped(mut self, settings: Option<PortMapping>) -> Self {
        let Some(settings) = settings else {
            return self;
        };
        let internal = Internal {
            plain: self.ports.plain(),
            obfuscated: self.ports.obfuscated(),
        };
        // The thread must not keep the client alive.
        let handle = Arc::downgrade(&self.handle);
        let ports = |state: &MappingState| match state {
            MappingState::Mapped { plain, obfuscated } => {
                [plain, obfuscated].map(|mapped| mapped.map(|mapped| mapped.external.1))
            }
            _ => [None, None],
        };
        let tell = move |state: &MappingState| {
            let [plain, obfuscated] = ports(state);
            let own = |address: Option<std::net::SocketAddr>| address.map(|own| own.port());
            if let Some(handle) = handle.upgrade() {
                // Nobody waits for the answer.
                drop(handle.command(Command::SetPorts {
                    plain: plain.or(own(internal.plain)),
                    obfuscated: obfuscated.or(own(internal.obfuscated)),
                }));
            }
        };
        match Keeper::start(settings, internal, tell) {
            Ok(keeper) => self.mapper = Some(Arc::new(keeper)),
            Err(error) => tracing::warn!(%error, "no port is mapped"),
        }
        self
    }
}

/// How the router is to be asked; `None` where it must not be.
///
/// A client of this machine has nothing to do with a router, one behind a proxy is not to be found at home, and one of
/// one interface must not send anything to others, unless its owner names a gateway that it can have.
pub(super) fn settings(options: &ClientOptions) -> Option<PortMapping> {
    let network = &options.network;
    let settings = network.port_mapping.clone()?;
    let is_local = options.server.ip().is_loopback() || options.listen.ip().is_loopback();
    let may = match settings.gateway {
        _ if network.proxy.is_some() || !options.listen.is_ipv4() => false,
        Some(gateway) => gateway.is_loopback() || !is_local,
        None => !is_local && network.interface.is_none(),
    };
    may.then_some(settings)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::client::Proxy;

    /// Whether a gateway is asked for a client of this server that listens here.
    fn asks(server: &str, listen: &str, change: impl FnOnce(&mut ClientOptions)) -> bool {
        let mut options = ClientOptions {
            listen: listen.parse().unwrap(),
            ..ClientOptions::new(server.parse().unwrap())
        };
        change(&mut options);
        settings(&options).is_some()
    }

    fn gateway(options: &mut ClientOptions, gateway: [u8; 4]) {
        options.network.port_mapping = Some(PortMapping {
            gateway: Some(Ipv4Addr::from(gateway)),
            ..PortMapping::default()
        });
    }

    #[test]
    fn no_router_hears_of_a_client_of_this_machine_or_behind_a_proxy() {
        const SERVER: &str = "192.0.2.1:2242";
        const ANY: &str = "0.0.0.0:2234";
        assert!(asks(SERVER, ANY, |_| ()));
        assert!(!asks(SERVER, ANY, |options| options.network.port_mapping = None));
        assert!(!asks("127.0.0.1:2242", ANY, |_| ()));
        assert!(!asks(SERVER, "127.0.0.1:2234", |_| ()));
        assert!(!asks("127.0.0.1:2242", ANY, |options| gateway(
            options,
            [192, 0, 2, 2]
        )));
        assert!(asks("127.0.0.1:2242", ANY, |options| gateway(
            options,
            [127, 0, 0, 2]
        )));
        assert!(!asks(SERVER, "[::]:2234", |_| ()));
        assert!(!asks(SERVER, ANY, |options| {
            options.network.proxy = Some(Proxy::new("127.0.0.1:1080".parse().unwrap()));
        }));
        let tunnel = |options: &mut ClientOptions| options.network.interface = Some("tun0".into());
        assert!(!asks(SERVER, ANY, tunnel));
        assert!(asks(SERVER, ANY, |options| {
            tunnel(options);
            gateway(options, [10, 2, 0, 1]);
        }));
    }
}
