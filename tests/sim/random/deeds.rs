//! What clients do in a run, and what happens to them.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use slsk_net::machine::{ClientConfig, ClientMachine, Command, CommandId, SearchRequest};
use slsk_tests::world::NodeId;
use slsk_wire::Text;

use super::client::{Asked, FILES, PASSWORD, Wanted, contents, remote};
use super::run::Run;

/// The rooms that there are.
const ROOMS: [&str; 3] = ["rain", "hail", "fog"];

impl Run {
    /// Somebody does something, or something happens to somebody.
    pub(super) fn do_something(&mut self) {
        let client = self.choose();
        if self.random.f64() < self.plan.unrest {
            return match self.random.u8(..11) {
                0..4 => self.restart(client),
                4..7 => self.take_away(client),
                7..9 => self.part(),
                9 => self.impersonate(client),
                _ if self.plan.server_restarts => {
                    self.restart_server();
                    self.tally.restarts += 1;
                }
                _ => {}
            };
        }
        if !self.is_online(client) {
            return;
        }
        let other = self.choose();
        match self.random.u8(..12) {
            0..4 => self.search_at_random(client),
            4..8 if other != client => _ = self.download(client, other),
            8..10 => _ = self.ask_user(client, other),
            10 => self.ask_server(client),
            11 => self.leave(client),
            _ => {}
        }
    }

    fn search_at_random(&mut self, client: usize) {
        self.commands += 1;
        self.tally.searches += 1;
        let query = match self.random.u8(..4) {
            0 => format!("nothing {}", self.commands),
            // All that have it answer; each search has another text.
            _ => format!("snow {}", self.choose()),
        };
        let request = SearchRequest::new(&query);
        let command = match self.random.u8(..8) {
            0 => {
                self.tell(client, Command::Wish(request), Asked::Wish);
                return;
            }
            1 => Command::Search(request.in_room(ROOMS[self.random.usize(..ROOMS.len())])),
            2 => {
                let other = self.choose();
                Command::Search(request.of_users([&*self.clients[other].name]))
            }
            _ => Command::Search(request),
        };
        self.tell(client, command, Asked::Search);
    }

    /// Asks something that another user answers.
    pub(super) fn ask_user(&mut self, client: usize, other: usize) -> CommandId {
        let user = Text::from(&*self.clients[other].name);
        let command = match self.random.u8(..3) {
            0 => Command::Browse(user),
            1 => Command::Info(user),
            _ => {
                let path = Text::from(format!(r"Music\user {other}"));
                Command::Folder { user, path }
            }
        };
        self.tell(client, command, Asked::Question)
    }

    /// Asks something that the server answers.
    fn ask_server(&mut self, client: usize) {
        let room = Text::from(ROOMS[self.random.usize(..ROOMS.len())]);
        let other = self.choose();
        let user = Text::from(&*self.clients[other].name);
        let command = match self.random.u8(..7) {
            0..2 => Command::JoinRoom(room),
            2 => Command::LeaveRoom(room),
            3 => Command::SayInRoom {
                room,
                message: "what weather".to_owned(),
            },
            4..6 => {
                self.watches.push((client, user.clone()));
                Command::Watch(user)
            }
            _ => Command::ListRooms,
        };
        self.tell(client, command, Asked::Question);
    }

    /// Wants nothing more of rooms and users.
    pub(super) fn let_go(&mut self) {
        for client in 0..self.clients.len() {
            for room in ROOMS {
                self.tell(client, Command::LeaveRoom(room.into()), Asked::Question);
            }
        }
        for (client, user) in std::mem::take(&mut self.watches) {
            self.tell(client, Command::Unwatch(user), Asked::Question);
        }
    }

    /// Goes offline for a while, and says so.
    fn leave(&mut self, client: usize) {
        self.tell(client, Command::Disconnect, Asked::Question);
        let away = Duration::from_secs(self.random.u64(1..60));
        self.clients[client].connect_at = Some(self.world.now() + away);
    }

    /// Somebody logs in elsewhere with the name of a client, and is gone soon.
    fn impersonate(&mut self, client: usize) {
        let username = self.clients[client].name.clone();
        let config = ClientConfig {
            seed: self.random.u64(..),
            ..ClientConfig::default()
        };
        let address = format!("127.4.0.{}:2234", 1 + self.doubles);
        self.doubles = (self.doubles + 1) % 250;
        let double = self
            .world
            .add_client(|now| ClientMachine::new(config, now), &address);
        let server = self.world.address(self.server);
        self.world.ask(double, Command::Connect(server));
        let login = Command::Login {
            username,
            password: PASSWORD.into(),
        };
        self.world.ask(double, login);
        self.world.kill(double);
    }

    /// The program is closed and started again.
    pub(super) fn restart(&mut self, client: usize) {
        let seed = self.random.u64(..);
        let it = &mut self.clients[client];
        it.config.seed = seed;
        let config = it.config.clone();
        self.world
            .restart_client(it.node, |now| ClientMachine::new(config, now));
        it.asked.clear();
        it.back_at = None;
        it.connect_at = Some(self.world.now() + Duration::from_secs(1));
        self.world
            .tell(it.node, Command::Share(Arc::clone(&it.index)));
        self.tally.restarts += 1;
    }

    /// The host is away for a while: it sleeps, or has crashed.
    fn take_away(&mut self, client: usize) {
        let it = &mut self.clients[client];
        if it.back_at.is_none() {
            self.world.cut_off(it.node);
            let away = Duration::from_secs(self.random.u64(1..300));
            it.back_at = Some(self.world.now() + away);
        }
    }

    fn part(&mut self) {
        let nodes = self.clients.iter().map(|client| client.node);
        let mut group: BTreeSet<NodeId> = nodes.filter(|_| self.random.bool()).collect();
        if self.random.u8(..4) == 0 {
            group.insert(self.server);
        }
        let lasting = Duration::from_secs(self.random.u64(1..200));
        self.world.part(group, lasting);
        self.tally.partitions += 1;
    }

    pub(super) fn come_back(&mut self, client: usize) {
        if self.random.bool() {
            return self.restart(client);
        }
        let it = &mut self.clients[client];
        it.back_at = None;
        for (_, since) in it.asked.values_mut() {
            // It has slept.
            *since = self.world.now();
        }
        self.world.bring_back(it.node);
    }

    /// Begins a search, and returns its text, which is another one each time.
    pub(super) fn search(&mut self, client: usize) -> String {
        self.commands += 1;
        let query = format!("nothing like {}", self.commands);
        self.tell(client, Command::Search(query.clone().into()), Asked::Search);
        query
    }

    /// Begins to fetch a file of another client.
    pub(super) fn download(&mut self, client: usize, from: usize) -> CommandId {
        self.commands += 1;
        let file = self.random.usize(..FILES);
        let contents = contents(from, file);
        let local = PathBuf::from(format!("/downloads/{}", self.commands));
        let command = Command::Download {
            user: (&*self.clients[from].name).into(),
            remote: (&*remote(from, file)).into(),
            size: contents.len() as u64,
            local: local.clone(),
        };
        let wanted = Wanted { local, contents };
        self.tell(client, command, Asked::Download(wanted))
    }
}
