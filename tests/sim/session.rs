//! The session: what is said after a login, the password, and the pace; when it is lost: `reconnect.rs`.

mod reconnect;
mod server;

use std::time::Duration;

use slsk_net::machine::{
    ClientConfig, ClientMachine, Command, Event, LoginError, PasswordError, Reply, RoomError,
    SearchError, SessionError, WatchError,
};
use slsk_tests::world::{NodeId, World};
use slsk_wire::Secret;
use slsk_wire::server::{
    ChangePassword, GetUserStatusResponse, JoinRoomResponse, LoginResponse, ServerRequest, Status,
    WatchUserResponse,
};

use server::{Answer, Heard, ScriptedServer};

const SERVER: &str = "127.0.0.1:2242";

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A client of a server that does what a test says.
struct Scene {
    world: World,
    server: NodeId,
    client: NodeId,
    heard: Heard,
}

impl Scene {
    /// Not connected.
    fn new(seed: u64, answer: impl FnMut(usize, &ServerRequest) -> Vec<Answer> + 'static) -> Self {
        let mut world = World::new(seed);
        let (server, heard) = ScriptedServer::new(answer);
        let server = world.add_stranger(server, SERVER);
        let config = ClientConfig {
            listen_port: Some(2234),
            seed,
            ..ClientConfig::default()
        };
        let client = world.add_client(|now| ClientMachine::new(config, now), "127.0.0.2:2234");
        Self {
            world,
            server,
            client,
            heard,
        }
    }

    /// Logged in.
    fn online(
        seed: u64,
        answer: impl FnMut(usize, &ServerRequest) -> Vec<Answer> + 'static,
    ) -> Self {
        let mut scene = Self::new(seed, answer);
        scene.log_in().expect("a login");
        scene
    }

    fn connect(&mut self) -> Result<(), SessionError> {
        match self.ask(Command::Connect(SERVER.parse().expect("an address"))) {
            Reply::Connected(result) => result,
            other => panic!("{other:?}"),
        }
    }

    fn log_in(&mut self) -> Result<(), LoginError> {
        self.connect().expect("a connection");
        let login = Command::Login {
            username: "ada".to_owned(),
            password: "pw".into(),
        };
        match self.ask(login) {
            Reply::LoggedIn(result) => result.map(|_| ()),
            other => panic!("{other:?}"),
        }
    }

    fn ask(&mut self, command: Command) -> Reply {
        self.world.ask(self.client, command)
    }

    /// Lets the server lose all its connections.
    fn cut(&mut self) {
        self.world.cut_off(self.server);
        self.world.bring_back(self.server);
    }

    /// The next event about the session.
    fn next(&mut self) -> Event {
        self.world.event(self.client, |event| match event {
            Event::Disconnected(_)
            | Event::Reconnecting { .. }
            | Event::Reconnected(_)
            | Event::ReconnectFailed(_) => Some(event),
            _ => None,
        })
    }

    fn disconnected(&mut self) -> SessionError {
        match self.next() {
            Event::Disconnected(error) => error,
            other => panic!("{other:?}"),
        }
    }

    fn reconnecting(&mut self) -> Duration {
        match self.next() {
            Event::Reconnecting { after } => after,
            other => panic!("{other:?}"),
        }
    }

    fn reconnected(&mut self) {
        match self.next() {
            Event::Reconnected(_) => {}
            other => panic!("{other:?}"),
        }
    }

    /// Asserts that nothing more is tried, for hours.
    fn stays_away(&mut self) {
        let before = self.heard.connections();
        self.world.run_for(Duration::from_hours(3));
        assert_eq!(self.heard.connections(), before);
        assert_eq!(self.world.connections(self.client), 0);
        let events = self.world.take_events(self.client);
        let tries = |event: &Event| matches!(event, Event::Reconnecting { .. });
        assert!(!events.iter().any(tries), "{events:?}");
    }
}

fn accepts(_: usize, request: &ServerRequest) -> Vec<Answer> {
    match request {
        ServerRequest::Login(_) => vec![accepted()],
        ServerRequest::WatchUser(watch) => {
            let exists = watch.username != "nobody";
            let answer = WatchUserResponse {
                username: watch.username.clone(),
                exists,
                status: exists.then_some(Status::Online),
                stats: exists.then(Default::default),
                country: None,
            };
            vec![answer.into()]
        }
        ServerRequest::GetUserStatus(asked) => {
            let answer = GetUserStatusResponse {
                username: asked.username.clone(),
                status: Status::Online,
                privileged: false,
            };
            vec![answer.into()]
        }
        ServerRequest::JoinRoom(join) => {
            let room = join.room.clone();
            let answer = JoinRoomResponse {
                room,
                ..JoinRoomResponse::default()
            };
            vec![answer.into()]
        }
        ServerRequest::ChangePassword(change) => vec![change.clone().into()],
        _ => Vec::new(),
    }
}

fn accepted() -> Answer {
    LoginResponse::accepted("welcome", [127, 0, 0, 2].into(), "pw").into()
}

fn names(requests: &[ServerRequest]) -> Vec<&'static str> {
    requests.iter().map(slsk_wire::Family::name).collect()
}

#[test]
fn the_port_is_told_with_the_login_and_after_it_and_all_else_behind() {
    let mut scene = Scene::online(1, accepts);
    scene.world.run_for(secs(5));
    let requests = scene.heard.requests(0);
    let expected = [
        "LoginRequest",
        "SetListenPort",
        "SetListenPort",
        "CheckPrivilegesRequest",
        "SetStatus",
        "SharedFoldersFiles",
        "WatchUserRequest",
        "GetUserStatusRequest",
        "EnableRoomInvitations",
    ];
    let names = names(&requests);
    let mut rest = names.iter();
    // Other parts may say more in between.
    for name in expected {
        assert!(rest.any(|other| *other == name), "{name} in {names:?}");
    }
    assert_eq!(names[..2], expected[..2]);
}

#[test]
fn without_a_session_commands_fail_at_once() {
    let mut scene = Scene::online(11, accepts);
    let search = Command::Search("trees".into());
    let open = scene.world.tell(scene.client, search.clone());
    scene.cut();
    let reply = scene.world.answer(scene.client, open);
    assert!(matches!(
        reply,
        Reply::Searched(Err(SearchError::Disconnected))
    ));
    scene.disconnected();
    scene.reconnecting();
    let before = scene.world.now();
    let reply = scene.ask(search);
    assert!(matches!(
        reply,
        Reply::Searched(Err(SearchError::NotLoggedIn))
    ));
    let reply = scene.ask(Command::Watch("bob".into()));
    assert!(matches!(
        reply,
        Reply::Watched(Err(WatchError::NotLoggedIn))
    ));
    let reply = scene.ask(Command::JoinRoom("trees".into()));
    assert!(matches!(
        reply,
        Reply::JoinedRoom(Err(RoomError::NotLoggedIn))
    ));
    let reply = scene.ask(Command::ChangePassword("new".into()));
    let error = PasswordError::NotLoggedIn;
    assert!(matches!(reply, Reply::PasswordChanged(Err(e)) if e == error));
    let login = Command::Login {
        username: "ada".to_owned(),
        password: "pw".into(),
    };
    let reply = scene.ask(login);
    assert!(matches!(
        reply,
        Reply::LoggedIn(Err(LoginError::NotConnected))
    ));
    assert_eq!(scene.world.now(), before);
    // The owner need not wait: his own attempt takes the place of ours.
    scene.log_in().expect("a login");
    assert!(scene.world.now() - before < secs(2));
    scene.world.run_for(Duration::from_mins(10));
    assert_eq!(scene.heard.connections(), 2);
}

#[test]
fn a_new_password_is_confirmed_and_used_from_then_on() {
    let mut scene = Scene::online(12, accepts);
    let reply = scene.ask(Command::ChangePassword("new".into()));
    assert!(matches!(reply, Reply::PasswordChanged(Ok(()))));
    let reply = scene.ask(Command::ChangePassword("".into()));
    let error = PasswordError::Empty;
    assert!(matches!(reply, Reply::PasswordChanged(Err(e)) if e == error));
    scene.cut();
    scene.disconnected();
    scene.reconnecting();
    scene.reconnected();
    match &scene.heard.requests(1)[0] {
        ServerRequest::Login(login) => assert_eq!(login.password, Secret::from("new")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_password_that_is_not_confirmed_is_an_error_and_not_used() {
    let mut scene = Scene::online(13, |number, request| match request {
        ServerRequest::ChangePassword(_) => {
            let password = "other".into();
            vec![ChangePassword { password }.into()]
        }
        _ => accepts(number, request),
    });
    let before = scene.world.now();
    let first = Command::ChangePassword("new".into());
    let first = scene.world.tell(scene.client, first);
    let reply = scene.ask(Command::ChangePassword("newer".into()));
    let error = PasswordError::Busy;
    assert!(matches!(reply, Reply::PasswordChanged(Err(e)) if e == error));
    let reply = scene.world.answer(scene.client, first);
    let error = PasswordError::NoAnswer;
    assert!(matches!(reply, Reply::PasswordChanged(Err(e)) if e == error));
    assert_eq!(scene.world.now() - before, secs(30));
    let last = Command::ChangePassword("new".into());
    let last = scene.world.tell(scene.client, last);
    scene.cut();
    let reply = scene.world.answer(scene.client, last);
    assert!(matches!(
        reply,
        Reply::PasswordChanged(Err(PasswordError::Session(_)))
    ));
    scene.disconnected();
    scene.reconnecting();
    scene.reconnected();
    match &scene.heard.requests(1)[0] {
        ServerRequest::Login(login) => assert_eq!(login.password, Secret::from("pw")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_idle_client_pings_every_five_minutes_and_else_looks_for_a_parent_every_fifteen() {
    let mut scene = Scene::online(14, accepts);
    scene.world.run_for(secs(10));
    let before = scene.heard.requests(0).len();
    scene.world.run_for(Duration::from_hours(1));
    let requests = scene.heard.requests(0);
    let said = names(&requests[before..]);
    let (pings, others): (Vec<&str>, Vec<&str>) =
        said.iter().partition(|name| **name == "PingRequest");
    assert_eq!(pings.len(), 12, "{said:?}");
    let search = [
        "HaveNoParent",
        "BranchRoot",
        "BranchLevel",
        "AcceptChildren",
    ];
    assert_eq!(others, [search; 4].concat(), "{said:?}");
}

#[test]
fn thirty_four_searches_go_out_and_the_next_one_220_seconds_after_the_first() {
    let mut scene = Scene::online(15, accepts);
    let search = |scene: &mut Scene, query: &str| {
        let command = Command::Search(query.into());
        scene.world.tell(scene.client, command)
    };
    for number in 0..34 {
        search(&mut scene, &number.to_string());
    }
    let begin = scene.world.now();
    let waits = search(&mut scene, "waits");
    let stopped = search(&mut scene, "stopped");
    scene.ask(Command::StopSearch(stopped));
    let after = scene.world.event(scene.client, |event| match event {
        Event::SearchDelayed { search, after } if search == waits => Some(after),
        _ => None,
    });
    assert!((secs(219)..=secs(220)).contains(&after), "{after:?}");
    let searched = |scene: &Scene| {
        let requests = scene.heard.requests(0);
        let queries = requests.iter().filter_map(|request| match request {
            ServerRequest::FileSearch(search) => Some(search.query.to_string()),
            _ => None,
        });
        queries.collect::<Vec<_>>()
    };
    scene.world.run_for(secs(215));
    assert_eq!(
        searched(&scene),
        (0..34).map(|n| n.to_string()).collect::<Vec<_>>()
    );
    scene.world.run_for(secs(10));
    assert_eq!(searched(&scene).len(), 35);
    assert_eq!(searched(&scene)[34], "waits");
    // Its two minutes begin when it goes out.
    scene.world.answer(scene.client, waits);
    let ended = scene.world.now() - begin;
    assert!((secs(339)..secs(342)).contains(&ended), "{ended:?}");
}

#[test]
fn logins_of_an_account_have_a_pace() {
    let mut scene = Scene::new(16, accepts);
    for _ in 0..6 {
        scene.log_in().expect("a login");
        scene.ask(Command::Disconnect);
    }
    let before = scene.world.now();
    scene.log_in().expect("a login");
    let took = scene.world.now() - before;
    assert!((secs(9)..secs(11)).contains(&took), "{took:?}");
    let delayed = |event: Event| matches!(event, Event::LoginDelayed { .. }).then_some(());
    scene.world.event(scene.client, delayed);
}

#[test]
fn a_watched_user_is_told_about_and_one_who_does_not_exist_is_an_error() {
    let mut scene = Scene::online(17, accepts);
    match scene.ask(Command::Watch("bob".into())) {
        Reply::Watched(Ok(info)) => assert_eq!(info.status, Status::Online),
        other => panic!("{other:?}"),
    }
    let reply = scene.ask(Command::Watch("nobody".into()));
    assert!(matches!(reply, Reply::Watched(Err(WatchError::NoSuchUser))));
}
