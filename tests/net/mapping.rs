//! Ports of a router on loopback that lead to a client.

use std::net::SocketAddrV4;
use std::time::Duration;

use slsk_net::client::Network;
use slsk_net::portmap::{Mapped, MappingError, MappingProtocol, MappingState, PortMapping};
use slsk_net::{Client, ClientOptions};
use tokio::net::UdpSocket;

use super::gateway::{Change, EXTERNAL, Gateway, Manners};
use super::peer::{HandMadeServer, read_until};
use super::stopping::alive;

fn settings(gateway: &Gateway) -> PortMapping {
    PortMapping {
        gateway: Some(gateway.ip),
        ..PortMapping::default()
    }
}

fn internal(port: u16) -> SocketAddrV4 {
    SocketAddrV4::new([127, 0, 0, 1].into(), port)
}

#[tokio::test]
async fn each_protocol_maps_renews_and_removes() {
    let manners = Manners {
        pcp: true,
        nat_pmp: true,
        igd: true,
        taken: vec![2234],
        ..Manners::default()
    };
    let mut gateway = Gateway::start([127, 0, 5, 1], manners).await;
    for protocol in MappingProtocol::ALL {
        let settings = settings(&gateway);
        let mut lease = settings
            .map(protocol, internal(2235))
            .await
            .expect("a port");
        let mapped = *lease.mapped();
        // Routers with UPnP that know no leases are common; the one of this test is one.
        let seconds = if protocol == MappingProtocol::Igd {
            0
        } else {
            3600
        };
        let expected = Mapped {
            protocol,
            external: (Some(EXTERNAL), 2235),
            internal: internal(2235),
            lease: Duration::from_secs(seconds),
        };
        assert_eq!(mapped, expected);
        assert_eq!(gateway.mapped(), [(2235, internal(2235))]);
        assert_eq!(gateway.change().await, Change::Added(2235));
        lease.renew().await.expect("the same port");
        assert_eq!(gateway.change().await, Change::Renewed(2235));
        lease.remove().await.expect("an answer");
        assert_eq!(gateway.change().await, Change::Removed(2235));
        assert_eq!(gateway.mapped(), []);
        // A port that somebody else has becomes another one.
        let lease = settings
            .map(protocol, internal(2234))
            .await
            .expect("a port");
        let external = lease.mapped().external.1;
        assert_ne!(external, 2234);
        assert_eq!(gateway.mapped(), [(external, internal(2234))]);
        lease.remove().await.expect("an answer");
        assert_eq!(gateway.change().await, Change::Added(external));
        assert_eq!(gateway.change().await, Change::Removed(external));
        assert_eq!(gateway.mapped(), []);
    }
}

#[tokio::test]
async fn the_first_protocol_that_works_is_taken() {
    for (number, manners, expected) in [
        (2, (false, true, false), MappingProtocol::NatPmp),
        (3, (false, false, true), MappingProtocol::Igd),
        (4, (true, true, true), MappingProtocol::Pcp),
    ] {
        let (pcp, nat_pmp, igd) = manners;
        let manners = Manners {
            pcp,
            nat_pmp,
            igd,
            ..Manners::default()
        };
        let gateway = Gateway::start([127, 0, 5, number], manners).await;
        let lease = settings(&gateway).map_by_any(internal(2234)).await;
        assert_eq!(lease.expect("a port").mapped().protocol, expected);
    }
}

#[tokio::test]
async fn a_router_that_is_silent_or_missing_is_an_error() {
    // One that takes questions and answers none.
    let silent = UdpSocket::bind("127.0.5.5:5351").await.expect("the port");
    let _silent_too = UdpSocket::bind("127.0.5.5:1900").await.expect("the port");
    for gateway in [[127, 0, 5, 5], [127, 0, 5, 6]] {
        for protocol in MappingProtocol::ALL {
            let settings = PortMapping {
                gateway: Some(gateway.into()),
                timeout: Duration::from_millis(300),
                ..PortMapping::default()
            };
            match settings.map(protocol, internal(2234)).await {
                Err(MappingError::NoAnswer {
                    protocol: other, ..
                }) => assert_eq!(other, protocol),
                other => panic!("{other:?}"),
            }
        }
    }
    drop(silent);
    let none = PortMapping::default()
        .map(MappingProtocol::Pcp, internal(0))
        .await;
    assert_eq!(none.err(), Some(MappingError::NoPort));
}

async fn log_in(server: &HandMadeServer, gateway: &Gateway) -> (Client, tokio::net::TcpStream) {
    let options = ClientOptions {
        network: Network {
            obfuscated_port: Some(0),
            port_mapping: Some(settings(gateway)),
            ..Network::default()
        },
        ..ClientOptions::new(server.address())
    };
    server.log_in(options).await
}

/// The frame that announces these ports.
fn announced(plain: u16, obfuscated: u16) -> Vec<u8> {
    let [a, b] = plain.to_le_bytes();
    let [c, d] = obfuscated.to_le_bytes();
    vec![16, 0, 0, 0, 2, 0, 0, 0, a, b, 0, 0, 1, 0, 0, 0, c, d, 0, 0]
}

/// A lease of two seconds, so that it is renewed after one.
#[tokio::test]
async fn the_server_is_told_the_ports_of_the_router_and_they_are_kept_and_given_back() {
    let server = HandMadeServer::bind().await;
    let manners = Manners {
        pcp: true,
        longest_lease: 2,
        // So that no external port is the same as one of ours.
        taken: (1024..40000).chain(40100..=65535).collect(),
        ..Manners::default()
    };
    let mut gateway = Gateway::start([127, 0, 5, 7], manners).await;
    let (client, mut stream) = log_in(&server, &gateway).await;
    read_until(&mut stream, &announced(40000, 40001)).await;
    let mut state = client.port_mapping();
    let is_mapped = |state: &MappingState| matches!(state, MappingState::Mapped { .. });
    let state = state.wait_for(is_mapped).await.expect("a state").clone();
    let MappingState::Mapped {
        plain: Some(plain),
        obfuscated: Some(obfuscated),
    } = state
    else {
        panic!("{state:?}");
    };
    assert_eq!(plain.external, (Some(EXTERNAL), 40000));
    assert_eq!(obfuscated.external, (Some(EXTERNAL), 40001));
    assert_eq!(
        Some(obfuscated.internal.into()),
        client.listening_obfuscated()
    );
    for change in [
        Change::Added(40000),
        Change::Added(40001),
        Change::Renewed(40000),
        Change::Renewed(40001),
    ] {
        assert_eq!(gateway.change().await, change);
    }
    client.stop().await;
    assert_eq!(gateway.mapped(), []);
}

/// The router is asked and does not answer when the client stops: it waits, but not for long.
#[tokio::test]
async fn stopping_in_the_middle_of_mapping_leaves_nothing_behind() {
    let before = alive();
    let server = HandMadeServer::bind().await;
    let silent = UdpSocket::bind("127.0.5.8:5351").await.expect("the port");
    let network = Network {
        port_mapping: Some(PortMapping {
            gateway: Some([127, 0, 5, 8].into()),
            timeout: Duration::from_millis(500),
            ..PortMapping::default()
        }),
        ..Network::default()
    };
    let options = ClientOptions {
        network,
        ..ClientOptions::new(server.address())
    };
    let (client, _stream) = server.log_in(options).await;
    silent.readable().await.expect("a question");
    assert_eq!(*client.port_mapping().borrow(), MappingState::Trying);
    client.stop().await;
    assert_eq!(alive(), before);
    assert!(
        client.port_mapping().has_changed().is_err(),
        "the thread is gone"
    );
}

/// A dropped client gives its ports back as well, a little later.
#[tokio::test]
async fn a_dropped_client_gives_its_ports_back() {
    let server = HandMadeServer::bind().await;
    let manners = Manners {
        nat_pmp: true,
        ..Manners::default()
    };
    let mut gateway = Gateway::start([127, 0, 5, 9], manners).await;
    let (client, _stream) = log_in(&server, &gateway).await;
    let ports = [gateway.change().await, gateway.change().await];
    assert!(matches!(ports, [Change::Added(_), Change::Added(_)]));
    drop(client);
    let ports = [gateway.change().await, gateway.change().await];
    assert!(matches!(ports, [Change::Removed(_), Change::Removed(_)]));
}

#[tokio::test]
async fn a_client_of_this_machine_asks_no_router_by_itself() {
    let server = super::server().await;
    let client = super::log_in(&server, "ada").await;
    assert_eq!(*client.port_mapping().borrow(), MappingState::Off);
}
