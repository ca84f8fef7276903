//! Where a client listens and where its connections come from.

use slsk_net::client::{ConnectError, Network, RequiredPorts};
use slsk_net::server::Server;
use slsk_net::{Client, ClientOptions};
use slsk_wire::init::{ConnectionKind, InitMessage, PeerInit};
use slsk_wire::peer::{PeerMessage, QueueUpload};
use slsk_wire::{Family, FamilyId, Framer, Limits, obfuscation};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::peer::{HandMadeServer, read_until};
use super::server;

async fn connect(server: &Server, listen: &str, network: Network) -> Result<Client, ConnectError> {
    Client::connect(ClientOptions {
        listen: listen.parse().expect("an address"),
        network,
        ..ClientOptions::new(server.address())
    })
    .await
}

fn two_ports() -> Network {
    Network {
        obfuscated_port: Some(0),
        ..Network::default()
    }
}

#[tokio::test]
async fn both_ports_are_opened_and_announced() {
    let server = HandMadeServer::bind().await;
    let options = ClientOptions {
        network: two_ports(),
        ..ClientOptions::new(server.address())
    };
    let (client, mut stream) = server.log_in(options).await;
    let plain = client.listening();
    let obfuscated = client.listening_obfuscated().expect("a second port");
    assert_ne!(plain, obfuscated);
    assert_eq!(plain.ip(), obfuscated.ip());
    let [a, b] = plain.port().to_le_bytes();
    let [c, d] = obfuscated.port().to_le_bytes();
    let announced = [16, 0, 0, 0, 2, 0, 0, 0, a, b, 0, 0, 1, 0, 0, 0, c, d, 0, 0];
    read_until(&mut stream, &announced).await;
    for address in [plain, obfuscated] {
        TcpStream::connect(address).await.expect("an open port");
    }
}

#[tokio::test]
async fn the_obfuscated_port_takes_obfuscated_messages_and_answers_so() {
    let server = server().await;
    let client = connect(&server, "127.0.0.1:0", two_ports()).await;
    let client = client.expect("a client");
    client.login("ada", "pw").await.expect("a login");
    let address = client.listening_obfuscated().expect("a second port");
    let mut stream = TcpStream::connect(address).await.expect("an open port");
    let init = InitMessage::from(PeerInit::new("somebody", ConnectionKind::Peer));
    let filename = slsk_wire::Text::from("not shared");
    let wanted = PeerMessage::from(QueueUpload { filename });
    let mut bytes = Vec::new();
    for frame in [init.to_frame(), wanted.to_frame()] {
        obfuscation::obfuscate(&frame.expect("a frame"), [1, 2, 3, 4], &mut bytes);
    }
    stream.write_all(&bytes).await.expect("open");
    let mut framer = Framer::new(Limits::default());
    framer.set_obfuscated(true);
    let answer = loop {
        if let Some(frame) = framer.next(FamilyId::Peer).expect("frames") {
            break frame;
        }
        let byte = stream.read_u8().await.expect("an answer");
        framer.push(&[byte]);
    };
    assert_eq!(answer.code, 50, "UploadDenied");
}

/// Which ports a client gets that wants these two, of which some are taken.
async fn ports(
    required: RequiredPorts,
    plain_taken: bool,
    obfuscated_taken: bool,
) -> Result<(bool, bool), ConnectError> {
    let server = server().await;
    let [first, second] = [
        TcpListener::bind("127.0.0.1:0").await.expect("a port"),
        TcpListener::bind("127.0.0.1:0").await.expect("a port"),
    ];
    let (plain, obfuscated) = (
        first.local_addr().expect("an address"),
        second.local_addr().expect("an address"),
    );
    let network = Network {
        obfuscated_port: Some(if obfuscated_taken {
            obfuscated.port()
        } else {
            0
        }),
        required,
        ..Network::default()
    };
    let listen = format!("127.0.0.1:{}", if plain_taken { plain.port() } else { 0 });
    let client = connect(&server, &listen, network).await?;
    client.login("ada", "pw").await.expect("a login");
    let obfuscated = client.listening_obfuscated();
    Ok((obfuscated != Some(client.listening()), obfuscated.is_some()))
}

#[tokio::test]
async fn a_taken_port_is_an_error_where_it_is_required() {
    use RequiredPorts::{All, Any, Clear};
    for (required, plain_taken, obfuscated_taken, expected) in [
        (Any, false, false, Some((true, true))),
        (Any, true, false, Some((false, true))),
        (Any, false, true, Some((true, false))),
        (Any, true, true, None),
        (All, false, false, Some((true, true))),
        (All, true, false, None),
        (All, false, true, None),
        (All, true, true, None),
        (Clear, false, false, Some((true, true))),
        (Clear, true, false, None),
        (Clear, false, true, Some((true, false))),
        (Clear, true, true, None),
    ] {
        let case = format!("{required:?} {plain_taken} {obfuscated_taken}");
        match (
            ports(required, plain_taken, obfuscated_taken).await,
            expected,
        ) {
            (Ok(ports), Some(expected)) => assert_eq!(ports, expected, "{case}"),
            (Err(ConnectError::Listen { .. }), None) => {}
            (other, _) => panic!("{case}: {other:?}"),
        }
    }
}

/// A client whose plain port is taken tells others that it has none.
#[tokio::test]
async fn a_client_with_the_obfuscated_port_alone_announces_port_0() {
    let server = HandMadeServer::bind().await;
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let options = ClientOptions {
        listen: taken.local_addr().expect("an address"),
        network: Network {
            required: RequiredPorts::Any,
            ..two_ports()
        },
        ..ClientOptions::new(server.address())
    };
    let (_client, mut stream) = server.log_in(options).await;
    read_until(
        &mut stream,
        &[16, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
    )
    .await;
}

/// The server sees the address that the client is bound to, and so does a peer.
#[tokio::test]
async fn connections_come_from_the_address_that_is_listened_on() {
    let server = HandMadeServer::bind().await;
    let options = ClientOptions {
        listen: "127.0.0.47:0".parse().expect("an address"),
        ..ClientOptions::new(server.address())
    };
    let (client, stream) = server.log_in(options).await;
    let remote = stream.peer_addr().expect("an address");
    assert_eq!(remote.ip(), client.listening().ip());
    assert_eq!(remote.ip().to_string(), "127.0.0.47");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_interface_is_kept_to_or_nothing_works() {
    let server = server().await;
    let through = |interface: &str| Network {
        interface: Some(interface.to_owned()),
        ..Network::default()
    };
    let client = connect(&server, "127.0.0.1:0", through("lo")).await;
    client
        .expect("a client")
        .login("ada", "pw")
        .await
        .expect("a login");
    let error = connect(&server, "127.0.0.1:0", through("slsk-none")).await;
    match error {
        Err(ConnectError::Listen { error, .. }) => {
            assert!(error.to_string().starts_with("slsk-none: "), "{error}");
        }
        other => panic!("{other:?}"),
    }
}
