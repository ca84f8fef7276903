//! A server of ours and clients of all kinds, each on an address of its own, for one test.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use slsk_net::ClientOptions;
use slsk_net::machine::{Obfuscation, Profile};
use slsk_net::server::{Server, ServerCommand, ServerConfig, ServerEvent};
use slsk_tests::external;
use slsk_wire::Family;
use slsk_wire::server::{FileSearch, LoginRequest, ServerRequest};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::agent::{Agent, Settings};
use crate::client::{Client, FoundFile, Kind};
use crate::closed;
use crate::ours::Ours;
use crate::record::{self, Listeners, Tapes};

const SERVER_PORT: u16 = 2242;
const PORT: u16 = 2234;
const OBFUSCATED_PORT: u16 = 2235;
/// Nobody listens here.
const CLOSED_PORT: u16 = 2236;
/// What everybody shares, besides his own song.
pub(crate) const COVER: &str = "cover.jpg";

/// Everything that a test needs. It is kept on disk when the test fails.
#[derive(Debug)]
pub(crate) struct Lab {
    folder: PathBuf,
    server: Server,
    tapes: Tapes,
    listeners: Listeners,
    /// Whether aioslsk asks others to connect to it only once it could not connect to them. Otherwise it does both at
    /// once, and for Nicotine+ the later connection replaces the earlier one, and with it what was asked there.
    direct_first: bool,
}

/// How a client is set up. By default it can be reached, and shares what [`Lab::song`] says.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) password: String,
    /// Whether anybody listens at the port that the server is told.
    pub(crate) reachable: bool,
    /// Whether it has an obfuscated port, and prefers those of others.
    pub(crate) obfuscated: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            password: "secret".to_owned(),
            reachable: true,
            obfuscated: false,
        }
    }
}

impl Setup {
    pub(crate) fn unreachable() -> Self {
        Self {
            reachable: false,
            ..Self::default()
        }
    }
}

impl Lab {
    /// A lab with a running server, for the test of this name.
    pub(crate) async fn new(name: &str) -> Self {
        let folder = external::folder().join("interop").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("an old folder");
        }
        fs::create_dir_all(folder.join("records")).expect("a folder");
        let tapes = Tapes::default();
        let address = SocketAddr::new(address(), SERVER_PORT);
        let config = ServerConfig {
            wishlist_interval: 1,
            parents_interval: Duration::from_secs(1),
            ..ServerConfig::default()
        };
        let server = Server::bind(address, config, Some(tapes.server(address))).await;
        let server = server.expect("a free address");
        Self {
            folder,
            server,
            tapes,
            listeners: Listeners::default(),
            direct_first: false,
        }
    }

    /// Has aioslsk connect one way after the other.
    pub(crate) fn direct_first(mut self) -> Self {
        self.direct_first = true;
        self
    }

    /// Where the server listens.
    pub(crate) fn server(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where everything goes that is of this test.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A client that is not logged in yet.
    pub(crate) async fn client(&self, kind: Kind, user: &str, setup: Setup) -> Client {
        let folder = self.folder.join(user);
        // A second client of this name has a folder of its own.
        let folder = if folder.exists() {
            self.folder.join(format!("{user}-again"))
        } else {
            folder
        };
        let music = folder.join("shared");
        share(&music, user);
        let shares = vec![("Music".to_owned(), music)];
        let script = match kind {
            Kind::Ours => return Client::ours(user, self.ours(user, setup, folder, shares).await),
            Kind::Nicotine => "nicotine_agent.py",
            Kind::Aioslsk => "aioslsk_agent.py",
        };
        let picture = folder.join("picture.png");
        fs::write(&picture, picture_of(user)).expect("a file");
        let server = self.server.address();
        let name = folder
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let settings = Settings {
            user: user.to_owned(),
            password: setup.password,
            server: (server.ip().to_string(), server.port()),
            ip: address().to_string(),
            port: PORT,
            reachable: setup.reachable,
            obfuscated_port: if setup.obfuscated { OBFUSCATED_PORT } else { 0 },
            obfuscate: setup.obfuscated,
            direct_first: self.direct_first,
            folder,
            shares,
            description: description_of(user),
            picture,
            record: self.folder.join("records").join(format!("{name}.jsonl")),
        };
        let log = self.folder.join(format!("{name}.log"));
        Client::agent(user, Agent::start(script, &settings, &log).await)
    }

    /// A client that is logged in.
    pub(crate) async fn user(&self, kind: Kind, user: &str, setup: Setup) -> Client {
        let client = self.client(kind, user, setup).await;
        client.login().await;
        client
    }

    /// Makes an account for a user who uploads so fast, in bytes a second. 5,200 allow one child, and more above that.
    pub(crate) async fn account(&self, user: &str, speed: u32) {
        let password = Setup::default().password;
        self.server
            .add_account(user, password.as_str())
            .await
            .expect("a new account");
        let username = user.into();
        self.server
            .command(ServerCommand::SetSpeed { username, speed })
            .await
            .expect("an account");
    }

    /// Searches for what nobody has, so that what waits for a search to pass goes on.
    pub(crate) async fn pass_search(&self) {
        /// Some don't pass on the same search twice.
        static TOKENS: AtomicU32 = AtomicU32::new(1);
        let mut events = self.server.events();
        let client = TcpStream::connect(self.server.address()).await;
        let mut client = client.expect("the server");
        let login = LoginRequest::new("passer", "secret", 177, 1);
        let search = FileSearch {
            token: TOKENS.fetch_add(1, Ordering::Relaxed),
            query: "nobody has this".into(),
        };
        for message in [ServerRequest::from(login), ServerRequest::from(search)] {
            client
                .write_all(&message.to_frame().expect("a frame"))
                .await
                .expect("an open connection");
        }
        client.shutdown().await.expect("an open connection");
        while events.recv().await.expect("a running server")
            != ServerEvent::LoggedOut("passer".into())
        {}
    }

    /// Waits until the server knows that a user is gone.
    pub(crate) async fn await_offline(&self, user: &str) {
        let mut events = self.server.events();
        while self
            .server
            .online_users()
            .await
            .iter()
            .any(|name| *name == user)
        {
            events.recv().await.expect("a running server");
        }
    }

    async fn ours(
        &self,
        user: &str,
        setup: Setup,
        folder: PathBuf,
        shares: Vec<(String, PathBuf)>,
    ) -> Ours {
        let listen = SocketAddr::new(address(), PORT);
        let server = self.server.address();
        let server = if setup.reachable {
            server
        } else {
            closed::door(listen, server, CLOSED_PORT).await
        };
        let mut options = ClientOptions::new(server);
        options.listen = listen;
        options.network.obfuscated_port = setup.obfuscated.then_some(OBFUSCATED_PORT);
        options.network.obfuscation = if setup.obfuscated {
            Obfuscation::Prefer
        } else {
            Obfuscation::Off
        };
        let sent = watch::Sender::default();
        options.tap = Some(
            self.tapes
                .client(listen.ip(), self.listeners.clone(), sent.clone()),
        );
        Ours {
            user: user.to_owned(),
            password: setup.password,
            options,
            shares,
            folder,
            listeners: self.listeners.clone(),
            sent,
            profile: Profile {
                description: description_of(user),
                picture: Some(picture_of(user).into()),
                ..Profile::default()
            },
            running: OnceLock::new(),
        }
    }

    /// Whether something was said so far that `slsk decode --json` shows with this text in it.
    pub(crate) fn heard(&self, text: &str) -> bool {
        record::decode(&self.capture()).0.contains(text)
    }

    /// Ends the test: all that was said must be understood. The clients must have quit.
    pub(crate) async fn finish(self) {
        self.server.stop().await;
        let unexplained = record::unexplained(&self.capture());
        assert!(
            unexplained.is_empty(),
            "not understood:\n{}",
            unexplained.join("\n")
        );
        fs::remove_dir_all(&self.folder).expect("our folder");
    }

    fn capture(&self) -> String {
        record::merge(&self.tapes, &self.folder.join("records"))
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if self.folder.exists() {
            let file = self.folder.join("capture.jsonl");
            fs::write(&file, self.capture()).expect("a file");
            #[expect(clippy::print_stderr, reason = "for whoever reads why the test fails")]
            {
                eprintln!("what was said: slsk decode {}", file.display());
            }
        }
    }
}

/// An address of 127.0.0.0/8 that no other test uses, in this process or another.
fn address() -> IpAddr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    let [.., high, low] = process::id().to_be_bytes();
    let last = u8::try_from(next % 254 + 1).expect("a byte");
    Ipv4Addr::new(127, high | 0x80, low, last).into()
}

/// The name of a user's song, unlike those of others.
pub(crate) fn song(user: &str) -> String {
    format!("{user} - first snow.wav")
}

/// The folder that a user's song is in, below his share.
pub(crate) fn album(user: &str) -> String {
    format!("Album of {user}")
}

/// A second of sound, unlike that of others: 8 kHz, 8 bits, mono.
pub(crate) fn sound(user: &str) -> Vec<u8> {
    const RATE: u32 = 8_000;
    let mut wave = Vec::new();
    wave.extend_from_slice(b"RIFF");
    wave.extend((36 + RATE).to_le_bytes());
    wave.extend_from_slice(b"WAVEfmt ");
    wave.extend(16_u32.to_le_bytes());
    wave.extend([1, 0, 1, 0]);
    wave.extend(RATE.to_le_bytes());
    wave.extend(RATE.to_le_bytes());
    wave.extend([1, 0, 8, 0]);
    wave.extend_from_slice(b"data");
    wave.extend(RATE.to_le_bytes());
    wave.extend(
        user.bytes()
            .cycle()
            .zip(0..RATE)
            .map(|(byte, n)| byte ^ n.to_le_bytes()[0]),
    );
    wave
}

/// What a user's [`COVER`] holds.
pub(crate) fn cover(user: &str) -> Vec<u8> {
    user.repeat(100).into_bytes()
}

/// A user's picture, unlike that of others.
pub(crate) fn picture_of(user: &str) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n", user.as_bytes()].concat()
}

/// What a user says of himself.
pub(crate) fn description_of(user: &str) -> String {
    format!("{user} likes snow, Schnee and 雪.")
}

/// Makes the folder that a user shares.
pub(crate) fn share(folder: &Path, user: &str) {
    let album = folder.join(album(user));
    fs::create_dir_all(&album).expect("a folder");
    fs::write(album.join(song(user)), sound(user)).expect("a file");
    fs::write(album.join(COVER), cover(user)).expect("a file");
}

/// Whether a file that was found is the song of a user.
#[track_caller]
pub(crate) fn assert_song(file: &FoundFile, user: &str) {
    let end = format!(r"\{}\{}", album(user), song(user));
    assert!(file.path.ends_with(&end), "{}", file.path);
    assert_eq!(file.size, sound(user).len() as u64);
}
