//! Whole clients and a server in one process, in virtual time, without a socket.
//!
//! That this runs at all shows that the machines are pure: nothing here reads a clock or opens a socket.

#![allow(
    unnameable_types,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    clippy::expect_used,
    reason = "tests"
)]

mod browsing;
mod connections;
mod distributed;
mod hostile;
mod network;
mod random;
mod searching;
mod session;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use slsk_net::machine::{
    ClientConfig, ClientMachine, Command, CommandId, DownloadError, DownloadEvent, Event,
    LoginError, Reply, SearchError, SessionError, UploadEvent,
};
use slsk_net::server::{ServerConfig, ServerLimits, ServerMachine};
use slsk_net::share::{Entry, Index};
use slsk_tests::world;
use slsk_wire::peer::RefusalReason;
use slsk_wire::server::LoginRefusal;
use world::{NodeId, World};

const SONG: &str = r"Music\Jęrzy Ðoe\01 - Снег 雪.flac";
const OTHER: &str = r"Music\Jęrzy Ðoe\02 - Дождь 雨.flac";

/// A server, and two clients that are logged in; the first one shares [`SONG`].
struct Scene {
    world: World,
    server: NodeId,
    sharer: NodeId,
    searcher: NodeId,
    song: Vec<u8>,
    index: Arc<Index>,
}

impl Scene {
    fn new(seed: u64) -> Self {
        Self::with(seed, &ClientConfig::default())
    }

    /// Both clients with this configuration.
    fn with(seed: u64, config: &ClientConfig) -> Self {
        let mut world = World::new(seed);
        let server = world.add_server(server_machine(), "127.0.0.1:2242");
        let sharer = client_with(&mut world, seed, "127.0.0.2:2234", config);
        let searcher = client_with(&mut world, seed + 1, "127.0.0.3:2234", config);
        let song: Vec<u8> = (0..600_000_u32).flat_map(u32::to_le_bytes).collect();
        let local = PathBuf::from("/music/snow.flac");
        world.disk(sharer).insert(local.clone(), song.clone());
        let mut builder = Index::builder();
        for name in [SONG, OTHER] {
            let entry = Entry::new(name, song.len() as u64, local.clone());
            builder.add(entry).expect("a valid entry");
        }
        let index = Arc::new(builder.build().expect("an index"));
        let mut scene = Self {
            world,
            server,
            sharer,
            searcher,
            song,
            index: Arc::clone(&index),
        };
        scene.log_in(sharer, "sharer");
        scene.log_in(searcher, "searcher");
        scene.world.ask(sharer, Command::Share(index));
        scene
    }

    fn log_in(&mut self, node: NodeId, name: &str) {
        let server = self.world.address(self.server);
        assert!(matches!(connect(&mut self.world, node, server), Ok(())));
        assert!(log_in(&mut self.world, node, name, "pw").is_ok());
    }

    /// Searches, and returns what the sharer has found: path and size.
    fn search(&mut self, query: &str) -> (slsk_wire::Text, u64) {
        let search = self
            .world
            .tell(self.searcher, Command::Search(query.into()));
        self.world.event(self.searcher, |event| match event {
            Event::SearchResult(id, response) if id == search => {
                let file = &response.results[0];
                Some((file.name.clone(), file.size()))
            }
            _ => None,
        })
    }

    fn download(&mut self, user: &str, remote: slsk_wire::Text, size: u64) -> CommandId {
        let command = Command::Download {
            user: user.into(),
            remote,
            size,
            local: PathBuf::from("/downloads/snow.flac"),
        };
        self.world.tell(self.searcher, command)
    }

    fn downloaded(&mut self, id: CommandId) -> Result<PathBuf, DownloadError> {
        match self.world.answer(self.searcher, id) {
            Reply::Downloaded(result) => result,
            other => panic!("another reply: {other:?}"),
        }
    }

    /// Runs until the first bytes of a download have come.
    fn until_progress(&mut self) {
        self.world.event(self.searcher, |event| match event {
            Event::Download(_, DownloadEvent::Progress { .. }) => Some(()),
            _ => None,
        });
    }
}

fn server_machine() -> ServerMachine {
    ServerMachine::new(ServerConfig {
        greeting: "welcome".to_owned(),
        ..ServerConfig::default()
    })
}

fn client(world: &mut World, seed: u64, address: &str) -> NodeId {
    client_with(world, seed, address, &ClientConfig::default())
}

fn client_with(world: &mut World, seed: u64, address: &str, config: &ClientConfig) -> NodeId {
    let listen: SocketAddr = address.parse().expect("an address");
    let config = ClientConfig {
        listen_port: Some(listen.port()),
        seed,
        ..config.clone()
    };
    world.add_client(|now| ClientMachine::new(config, now), address)
}

fn connect(world: &mut World, node: NodeId, server: SocketAddr) -> Result<(), SessionError> {
    match world.ask(node, Command::Connect(server)) {
        Reply::Connected(result) => result,
        other => panic!("another reply: {other:?}"),
    }
}

fn log_in(
    world: &mut World,
    node: NodeId,
    name: &str,
    password: &str,
) -> Result<String, LoginError> {
    let command = Command::Login {
        username: name.to_owned(),
        password: password.into(),
    };
    match world.ask(node, command) {
        Reply::LoggedIn(result) => result.map(|info| info.greeting),
        other => panic!("another reply: {other:?}"),
    }
}

#[test]
fn a_search_and_a_download_arrive_byte_for_byte() {
    for seed in 0..50 {
        let mut scene = Scene::new(seed);
        let (remote, size) = scene.search("СНЕГ ðoe");
        assert_eq!(remote, SONG);
        let download = scene.download("sharer", remote, size);
        let path = scene.downloaded(download).expect("the file");
        let song = scene.song.clone();
        assert!(scene.world.disk(scene.searcher)[&path] == song);
        scene.world.event(scene.sharer, |event| match event {
            Event::Upload(user, path, UploadEvent::Finished) => {
                assert_eq!((user, path), ("searcher".into(), SONG.into()));
                Some(())
            }
            _ => None,
        });
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let run = |seed| {
        let mut scene = Scene::new(seed);
        let (remote, size) = scene.search("снег");
        let download = scene.download("sharer", remote, size);
        scene.downloaded(download).expect("the file");
        scene.world.log
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
}

#[test]
fn idle_connections_between_peers_end_and_the_session_stays() {
    let mut scene = Scene::new(1);
    let (remote, size) = scene.search("снег");
    let download = scene.download("sharer", remote, size);
    scene.downloaded(download).expect("the file");
    assert!(scene.world.connections(scene.searcher) > 1);
    scene.world.run_for(Duration::from_hours(1));
    assert_eq!(scene.world.connections(scene.searcher), 1);
    assert_eq!(scene.world.connections(scene.sharer), 1);
    assert_eq!(scene.world.connections(scene.server), 2);
    // And all still works.
    scene.search("снег");
}

#[test]
fn a_sharer_that_dies_in_the_middle_is_an_error_at_once() {
    let mut scene = Scene::new(2);
    let (remote, size) = scene.search("снег");
    let download = scene.download("sharer", remote, size);
    scene.until_progress();
    let before = scene.world.now();
    scene.world.kill(scene.sharer);
    let error = scene.downloaded(download).expect_err("no file");
    assert!(matches!(error, DownloadError::File(_)), "{error}");
    assert!(scene.world.now() - before < Duration::from_secs(1));
}

#[test]
fn a_sharer_that_falls_silent_in_the_middle_is_an_error_after_a_minute() {
    let mut scene = Scene::new(3);
    let (remote, size) = scene.search("снег");
    let download = scene.download("sharer", remote, size);
    scene.world.event(scene.searcher, |event| match event {
        Event::Download(_, DownloadEvent::Started { .. }) => Some(()),
        _ => None,
    });
    scene.world.cut_off(scene.sharer);
    let error = scene.downloaded(download).expect_err("no file");
    assert_eq!(error, DownloadError::Stalled);
}

#[test]
fn a_sharer_that_dies_before_the_file_is_unreachable() {
    let mut scene = Scene::new(4);
    let (remote, size) = scene.search("снег");
    scene.world.kill(scene.sharer);
    let download = scene.download("sharer", remote, size);
    let error = scene.downloaded(download).expect_err("no file");
    assert!(
        matches!(error, DownloadError::Unreachable { .. }),
        "{error}"
    );
}

/// The uploader learns our address from the server, and there is none any more.
#[test]
fn a_download_ends_also_when_the_server_is_gone() {
    for seed in 0..20 {
        let mut scene = Scene::new(seed);
        let (remote, size) = scene.search("снег");
        let download = scene.download("sharer", remote, size);
        scene.world.kill(scene.server);
        // Whether it still succeeds depends on what was said before.
        if let Err(error) = scene.downloaded(download) {
            assert!(!error.to_string().is_empty());
        }
    }
}

#[test]
fn a_file_that_is_not_shared_is_refused() {
    let mut scene = Scene::new(5);
    let download = scene.download("sharer", r"Music\secret.txt".into(), 1);
    let error = scene.downloaded(download).expect_err("no file");
    assert_eq!(error, DownloadError::Refused(RefusalReason::FileNotShared));
}

#[test]
fn a_file_that_has_another_size_now_is_not_fetched() {
    let mut scene = Scene::new(16);
    let (remote, size) = scene.search("снег");
    let download = scene.download("sharer", remote, size - 1);
    let error = scene.downloaded(download).expect_err("no file");
    let changed = DownloadError::SizeChanged {
        announced: size,
        expected: size - 1,
    };
    assert_eq!(error, changed);
}

#[test]
fn a_user_who_is_not_online_is_unreachable() {
    let mut scene = Scene::new(6);
    let download = scene.download("nobody", SONG.into(), 1);
    let error = scene.downloaded(download).expect_err("no file");
    assert!(error.to_string().contains("not online"), "{error}");
}

#[test]
fn the_same_download_twice_is_refused() {
    let mut scene = Scene::new(7);
    let (remote, size) = scene.search("снег");
    let first = scene.download("sharer", remote.clone(), size);
    let second = scene.download("sharer", remote, size);
    assert_eq!(scene.downloaded(second), Err(DownloadError::AlreadyRunning));
    assert!(scene.downloaded(first).is_ok());
}

#[test]
fn two_files_of_one_user_come_one_after_the_other() {
    let mut scene = Scene::new(17);
    let size = scene.song.len() as u64;
    let downloads = [SONG, OTHER].map(|name| {
        let local = PathBuf::from("/downloads").join(name);
        let command = Command::Download {
            user: "sharer".into(),
            remote: name.into(),
            size,
            local,
        };
        scene.world.tell(scene.searcher, command)
    });
    let mut steps = Vec::new();
    while steps.len() < 4 {
        let step = scene.world.event(scene.sharer, |event| match event {
            Event::Upload(_, remote, UploadEvent::Started { .. }) => Some((remote, "started")),
            Event::Upload(_, remote, UploadEvent::Finished) => Some((remote, "finished")),
            _ => None,
        });
        steps.push(step);
    }
    let expected = [
        (SONG, "started"),
        (SONG, "finished"),
        (OTHER, "started"),
        (OTHER, "finished"),
    ];
    assert_eq!(steps, expected.map(|(name, step)| (name.into(), step)));
    for download in downloads {
        assert!(scene.downloaded(download).is_ok());
    }
}

#[test]
fn a_download_can_be_cancelled() {
    let mut scene = Scene::new(8);
    let (remote, size) = scene.search("снег");
    let download = scene.download("sharer", remote, size);
    scene.until_progress();
    scene
        .world
        .tell(scene.searcher, Command::CancelDownload(download));
    assert_eq!(scene.downloaded(download), Err(DownloadError::Cancelled));
    scene.world.event(scene.sharer, |event| match event {
        Event::Upload(_, _, UploadEvent::Failed { .. }) => Some(()),
        _ => None,
    });
}

#[test]
fn a_search_ends_after_two_minutes_or_when_told() {
    let mut scene = Scene::new(9);
    let search = Command::Search("nothing like this".into());
    let before = scene.world.now();
    let reply = scene.world.ask(scene.searcher, search.clone());
    assert!(matches!(reply, Reply::Searched(Ok(()))));
    assert_eq!((scene.world.now() - before).as_secs(), 120);

    let id = scene.world.tell(scene.searcher, search);
    scene.world.ask(scene.searcher, Command::StopSearch(id));
    assert!(matches!(
        scene.world.answer(scene.searcher, id),
        Reply::Searched(Ok(()))
    ));
}

#[test]
fn nothing_works_before_the_login() {
    let mut world = World::new(10);
    let node = client(&mut world, 10, "127.0.0.2:2234");
    let reply = world.ask(node, Command::Search("song".into()));
    assert!(matches!(
        reply,
        Reply::Searched(Err(SearchError::NotLoggedIn))
    ));
    let reply = log_in(&mut world, node, "name", "pw");
    assert_eq!(reply, Err(LoginError::NotConnected));
    let reply = connect(&mut world, node, "127.0.0.1:9".parse().expect("an address"));
    assert!(matches!(reply, Err(SessionError::Unreachable(_))));
}

#[test]
fn a_refused_login_says_why() {
    let mut scene = Scene::new(11);
    let refused = |world: &mut World, address: &str, name: &str, password: &str| {
        let node = client(world, 12, address);
        let server = "127.0.0.1:2242".parse().expect("an address");
        connect(world, node, server).expect("a connection");
        match log_in(world, node, name, password).expect_err("no login") {
            LoginError::Refused { reason, detail } => (reason, detail.is_some()),
            other => panic!("another error: {other}"),
        }
    };
    let world = &mut scene.world;
    let wrong = refused(world, "127.0.0.4:1", "sharer", "wrong");
    assert_eq!(wrong, (LoginRefusal::InvalidPassword, false));
    let empty = refused(world, "127.0.0.5:1", "somebody", "");
    assert_eq!(empty, (LoginRefusal::EmptyPassword, false));
    let nameless = refused(world, "127.0.0.6:1", "", "pw");
    assert_eq!(nameless, (LoginRefusal::InvalidUsername, true));
    let long = refused(world, "127.0.0.7:1", &"n".repeat(31), "pw");
    assert_eq!(long, (LoginRefusal::InvalidUsername, true));
}

#[test]
fn a_full_server_takes_no_new_names() {
    let mut world = World::new(20);
    let config = ServerConfig {
        limits: ServerLimits {
            accounts: 1,
            ..ServerLimits::default()
        },
        ..ServerConfig::default()
    };
    let server = world.add_server(ServerMachine::new(config), "127.0.0.1:2242");
    let address = world.address(server);
    let mut try_login = |own: &str, name: &str| {
        let node = client(&mut world, 20, own);
        connect(&mut world, node, address).expect("a connection");
        log_in(&mut world, node, name, "pw")
    };
    assert!(try_login("127.0.0.2:1", "first").is_ok());
    let refused = LoginError::Refused {
        reason: LoginRefusal::ServerFull,
        detail: None,
    };
    assert_eq!(try_login("127.0.0.3:1", "second"), Err(refused));
    assert!(try_login("127.0.0.4:1", "first").is_ok());
}

#[test]
fn the_second_login_with_a_name_kicks_the_first() {
    let mut scene = Scene::new(13);
    let other = client(&mut scene.world, 13, "127.0.0.4:2234");
    scene.log_in(other, "sharer");
    scene.world.event(scene.sharer, |event| match event {
        Event::Disconnected(error) => {
            assert_eq!(error, SessionError::Relogged);
            Some(())
        }
        _ => None,
    });
    assert_eq!(scene.world.connections(scene.sharer), 0);
}

#[test]
fn a_server_that_does_not_answer_is_an_error_after_half_a_minute() {
    let mut scene = Scene::new(14);
    let node = client(&mut scene.world, 14, "127.0.0.4:2234");
    let server = scene.world.address(scene.server);
    connect(&mut scene.world, node, server).expect("a connection");
    scene.world.cut_off(scene.server);
    let error = log_in(&mut scene.world, node, "late", "pw");
    assert_eq!(error, Err(LoginError::Session(SessionError::NoAnswer)));
}

#[test]
fn a_stranger_who_does_not_log_in_is_sent_away() {
    let mut scene = Scene::new(15);
    let node = client(&mut scene.world, 15, "127.0.0.4:2234");
    let server = scene.world.address(scene.server);
    connect(&mut scene.world, node, server).expect("a connection");
    let before = scene.world.now();
    scene.world.event(node, |event| match event {
        Event::Disconnected(SessionError::Lost(_)) => Some(()),
        _ => None,
    });
    // He knows of the connection a little later than the server.
    let stayed = scene.world.now() - before;
    let minute = Duration::from_mins(1);
    assert!(
        stayed.abs_diff(minute) < Duration::from_millis(500),
        "{stayed:?}"
    );
}
