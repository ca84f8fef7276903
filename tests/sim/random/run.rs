//! One run: turmoil, then calm.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use slsk_net::machine::{
    ClientConfig, ClientMachine, Command, CommandId, ConnectMode, DownloadError, Event, LoginError,
    Obfuscation, Reply, SessionError, UploadEvent,
};
use slsk_net::server::{SearchDelivery, ServerCommand, ServerConfig, ServerMachine};
use slsk_net::share::{Entry, Index};
use slsk_tests::world::{Firewall, NodeId, World};
use slsk_wire::Text;

use super::plan::Plan;
use crate::hostile::{Attacker, FalseUser, Targets};

/// How long the network has to settle after the turmoil.
const CALM: Duration = Duration::from_mins(15);
/// How often we look after the clients.
const STEP: Duration = Duration::from_secs(5);
/// How long after a lost session a client is told to connect again.
const REST: Duration = Duration::from_secs(20);
/// How often somebody searches while it settles: nobody is taken for a parent before the first search.
const SEARCH_INTERVAL: Duration = Duration::from_secs(20);
const PASSWORD: &str = "pw";
/// How many files each client shares.
pub(super) const FILES: usize = 3;

/// What has happened, for whoever wants to know that the runs are worth something.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) clients: u64,
    pub(super) logins: u64,
    pub(super) lost_sessions: u64,
    /// How often a client has come back by itself.
    pub(super) reconnects: u64,
    pub(super) kicked: u64,
    pub(super) restarts: u64,
    pub(super) partitions: u64,
    pub(super) searches: u64,
    pub(super) results: u64,
    pub(super) downloads: u64,
    pub(super) failed_downloads: u64,
    pub(super) uploads: u64,
    pub(super) strangers: u64,
    /// Connections made the other way round.
    pub(super) pierced: u64,
    /// Searches that went from a parent to a child.
    pub(super) relayed: u64,
    /// Clients that had a parent in the end, and how deep the deepest one was.
    pub(super) with_parent: u64,
    pub(super) deepest: u64,
    /// Searches that were counted in the end, each with all who had to see it.
    pub(super) seen_searches: u64,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.clients += other.clients;
        self.logins += other.logins;
        self.lost_sessions += other.lost_sessions;
        self.reconnects += other.reconnects;
        self.kicked += other.kicked;
        self.restarts += other.restarts;
        self.partitions += other.partitions;
        self.searches += other.searches;
        self.results += other.results;
        self.downloads += other.downloads;
        self.failed_downloads += other.failed_downloads;
        self.uploads += other.uploads;
        self.strangers += other.strangers;
        self.pierced += other.pierced;
        self.relayed += other.relayed;
        self.with_parent += other.with_parent;
        self.deepest = self.deepest.max(other.deepest);
        self.seen_searches += other.seen_searches;
    }

    /// Runs in which nothing happens would prove nothing.
    pub(super) fn assert_rich(&self) {
        let Self {
            clients,
            logins,
            lost_sessions,
            reconnects,
            kicked: _,
            restarts,
            partitions,
            searches,
            results,
            downloads,
            failed_downloads,
            uploads,
            strangers,
            pierced,
            relayed,
            with_parent,
            deepest,
            seen_searches,
        } = *self;
        assert!(logins > clients, "nobody has come back");
        for (what, count) in [
            ("lost sessions", lost_sessions),
            ("reconnects", reconnects),
            ("restarts", restarts),
            ("partitions", partitions),
            ("searches", searches),
            ("results", results),
            ("downloads", downloads),
            ("failed downloads", failed_downloads),
            ("uploads", uploads),
            ("strangers", strangers),
            ("connections the other way round", pierced),
            ("searches passed on", relayed),
            ("clients with a parent", with_parent),
            ("searches seen", seen_searches),
        ] {
            assert!(count >= 10, "only {count} {what}");
        }
        assert!(deepest >= 3, "no tree is deeper than {deepest}");
    }
}

pub(super) struct Run {
    pub(super) world: World,
    random: fastrand::Rng,
    plan: Plan,
    pub(super) server: NodeId,
    pub(super) clients: Vec<Client>,
    strangers: Vec<NodeId>,
    pub(super) tally: Tally,
    /// The downloads that have failed, and why.
    pub(super) failed: BTreeMap<(usize, CommandId), DownloadError>,
    commands: u64,
}

pub(super) struct Client {
    pub(super) node: NodeId,
    pub(super) name: String,
    pub(super) firewalled: bool,
    /// How fast the server thinks that it uploads, in bytes a second.
    speed: u32,
    pub(super) config: ClientConfig,
    /// What its unanswered commands are about.
    asked: BTreeMap<CommandId, Asked>,
    /// When it is told to connect, if it has no session by then.
    connect_at: Option<Instant>,
    /// When it is back, if it is away.
    back_at: Option<Instant>,
    index: Arc<Index>,
}

enum Asked {
    Connect,
    Login,
    Download(Wanted),
    Other,
}

/// A download, and what must come of it.
pub(super) struct Wanted {
    pub(super) local: PathBuf,
    pub(super) contents: Vec<u8>,
}

impl Run {
    pub(super) fn new(seed: u64, plan: Plan, prints: bool) -> Self {
        let mut world = World::new(seed);
        world.keep_log(false);
        world.print_log(prints);
        world.note(|| format!("{plan:?}"));
        let server = world.add_server(server(&plan), "127.0.0.1:2242");
        let mut run = Self {
            world,
            random: fastrand::Rng::with_seed(!seed),
            plan,
            server,
            clients: Vec::new(),
            strangers: Vec::new(),
            tally: Tally::default(),
            failed: BTreeMap::new(),
            commands: 0,
        };
        run.set_network();
        for number in 0..run.plan.clients {
            run.add_client(number);
        }
        run.make_accounts();
        run.add_strangers();
        run
    }

    /// The whole run.
    pub(super) fn perform(mut self) -> Result<Tally, String> {
        let end = self.world.now() + self.plan.turmoil;
        while self.world.now() < end {
            let pause = self.plan.pause.mul_f64(self.random.f64());
            self.run_for(pause)?;
            self.do_something();
        }
        self.calm_down();
        let end = self.world.now() + CALM;
        while self.world.now() < end {
            let searcher = self.choose();
            if self.is_online(searcher) {
                self.search(searcher);
            }
            self.run_for(SEARCH_INTERVAL)?;
        }
        self.check()?;
        self.tally.pierced = self.world.sent("PierceFirewall");
        self.tally.relayed = self.world.sent("DistributedSearch");
        Ok(self.tally)
    }

    /// Runs for so long and looks after the clients meanwhile.
    pub(super) fn run_for(&mut self, time: Duration) -> Result<(), String> {
        let end = self.world.now() + time;
        while self.world.now() < end {
            self.tend()?;
            self.check_bounds()?;
            let left = end - self.world.now();
            self.world.run_for(left.min(STEP));
        }
        self.tend()
    }

    fn set_network(&mut self) {
        let plan = &self.plan;
        let network = self.world.network();
        network.latency = plan.latency;
        network.in_pieces = plan.in_pieces;
        network.loss = plan.loss;
        network.silent_loss = plan.silent_loss;
        network.hanging_dials = plan.hanging_dials;
        network.refused_dials = plan.refused_dials;
        if plan.damaged_server > 0.0 {
            network.damage.insert(self.server, plan.damaged_server);
        }
    }

    fn add_client(&mut self, number: usize) {
        let address = format!("127.1.{}.{}:2234", number / 250, 1 + number % 250);
        let config = self.config();
        let made = config.clone();
        let node = self
            .world
            .add_client(|now| ClientMachine::new(made, now), &address);
        if let Some(port) = config.obfuscated_port {
            self.world.listen_obfuscated(node, port);
        }
        let firewalled = self.random.f64() < self.plan.firewalled;
        if firewalled {
            let firewalls = [Firewall::Refuses, Firewall::Drops];
            let firewall = firewalls[self.random.usize(..2)];
            self.world.set_firewall(node, firewall);
        }
        if self.random.f64() < self.plan.damaging_clients {
            self.world.network().damage.insert(node, 0.1);
        }
        let mut builder = Index::builder();
        for file in 0..FILES {
            let (remote, local) = (remote(number, file), local(file));
            let contents = contents(number, file);
            let entry = Entry::new(&*remote, contents.len() as u64, local.clone());
            builder.add(entry).expect("a valid entry");
            self.world.disk(node).insert(local, contents);
        }
        let index = Arc::new(builder.build().expect("an index"));
        // Not all at once: a minute of comers.
        let begin = Duration::from_millis(self.random.u64(..60_000));
        self.clients.push(Client {
            node,
            name: format!("user {number}"),
            firewalled,
            speed: [0, 20_000, 60_000, 200_000, 1_000_000][self.random.usize(..5)],
            config,
            asked: BTreeMap::new(),
            connect_at: Some(self.world.now() + begin),
            back_at: None,
            index: Arc::clone(&index),
        });
        self.world.tell(node, Command::Share(index));
    }

    fn config(&mut self) -> ClientConfig {
        let random = &mut self.random;
        let obfuscated = random.f64() < self.plan.obfuscated;
        let modes = [ConnectMode::Race, ConnectMode::Fallback];
        let obfuscations = [Obfuscation::Off, Obfuscation::Accept, Obfuscation::Prefer];
        ClientConfig {
            listen_port: Some(2234),
            obfuscated_port: obfuscated.then_some(2235),
            seed: random.u64(..),
            connect_mode: modes[random.usize(..2)],
            obfuscation: obfuscations[random.usize(..3)],
            max_children: random.u32(1..8),
            ..ClientConfig::default()
        }
    }

    /// Tells the server who is how fast, which it has to know of who shall have children.
    fn make_accounts(&mut self) {
        for client in &self.clients {
            let username = Text::from(&*client.name);
            let add = ServerCommand::AddAccount {
                username: username.clone(),
                password: PASSWORD.into(),
            };
            self.world.tell_server(self.server, add);
            let speed = client.speed;
            let set = ServerCommand::SetSpeed { username, speed };
            self.world.tell_server(self.server, set);
        }
    }

    fn restart_server(&mut self) {
        self.world.restart_server(self.server, server(&self.plan));
        self.make_accounts();
    }

    fn add_strangers(&mut self) {
        let mut addresses: Vec<SocketAddr> = self
            .clients
            .iter()
            .map(|client| client.node)
            .chain([self.server])
            .map(|node| self.world.address(node))
            .collect();
        addresses.sort_unstable();
        let names = self.clients.iter().map(|client| (&*client.name).into());
        let targets = Rc::new(Targets {
            names: names.collect(),
            addresses,
        });
        let server = self.world.address(self.server);
        for (number, attack) in self.plan.attackers.iter().enumerate() {
            let attacker = Attacker::new(*attack, Rc::clone(&targets), self.plan.attack_pause);
            let address = format!("127.2.0.{}:1", 1 + number);
            self.strangers
                .push(self.world.add_stranger(attacker, &address));
        }
        for (number, lie) in self.plan.liars.iter().enumerate() {
            let name = format!("liar {number}").as_str().into();
            let liar = FalseUser::new(*lie, name, server, 2234, Rc::clone(&targets));
            let address = format!("127.3.0.{}:2234", 1 + number);
            self.strangers.push(self.world.add_stranger(liar, &address));
        }
        self.tally.strangers += self.strangers.len() as u64;
        self.tally.clients += self.clients.len() as u64;
    }

    /// Somebody does something, or something happens to somebody.
    fn do_something(&mut self) {
        let client = self.random.usize(..self.clients.len());
        if self.random.f64() < self.plan.unrest {
            return match self.random.u8(..10) {
                0..4 => self.restart(client),
                4..7 => self.take_away(client),
                7..9 => self.part(),
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
        if self.random.bool() {
            self.commands += 1;
            let query = match self.random.u8(..4) {
                0 => format!("nothing {}", self.commands),
                // All that have it answer; each search has another text.
                _ => format!("snow {}", self.random.usize(..self.clients.len())),
            };
            self.tell(client, Command::Search(query.into()), Asked::Other);
            self.tally.searches += 1;
        } else {
            let from = self.random.usize(..self.clients.len());
            if from != client {
                self.download(client, from);
            }
        }
    }

    /// The program is closed and started again.
    fn restart(&mut self, client: usize) {
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

    /// Nothing fails any more, and who has no business here is gone.
    fn calm_down(&mut self) {
        // Who has been told of a frame that never ends waits for it for ever: a session does not survive that.
        if self.plan.damaged_server > 0.0 {
            self.restart_server();
        }
        for client in 0..self.clients.len() {
            let node = self.clients[client].node;
            if self.world.network().damage.contains_key(&node) {
                self.restart(client);
            }
        }
        self.world.network().heal();
        for stranger in std::mem::take(&mut self.strangers) {
            self.world.kill(stranger);
        }
        for client in 0..self.clients.len() {
            if self.clients[client].back_at.is_some() {
                self.come_back(client);
            }
        }
    }

    fn come_back(&mut self, client: usize) {
        if self.random.bool() {
            return self.restart(client);
        }
        let it = &mut self.clients[client];
        it.back_at = None;
        self.world.bring_back(it.node);
    }

    /// Looks after the clients: takes what they say, brings them back, lets them connect.
    fn tend(&mut self) -> Result<(), String> {
        let now = self.world.now();
        for client in 0..self.clients.len() {
            if self.clients[client].back_at.is_some_and(|time| time <= now) {
                self.come_back(client);
            }
            let node = self.clients[client].node;
            for event in self.world.take_events(node) {
                self.heard(client, &event);
            }
            for (id, reply) in self.world.take_replies(node) {
                self.answered(client, id, &reply)?;
            }
            let it = &self.clients[client];
            if it.connect_at.is_some_and(|time| time <= now) && self.world.is_on(node) {
                self.clients[client].connect_at = None;
                let server = self.world.address(self.server);
                self.tell(client, Command::Connect(server), Asked::Connect);
            }
        }
        self.world.take_server_events(self.server);
        Ok(())
    }

    fn heard(&mut self, client: usize, event: &Event) {
        let again = self.world.now() + REST;
        match event {
            Event::Disconnected(error) => {
                self.tally.lost_sessions += 1;
                self.tally.kicked += u64::from(*error == SessionError::Relogged);
                self.clients[client].connect_at = Some(again);
            }
            Event::Reconnecting { .. } => self.clients[client].connect_at = None,
            Event::Reconnected(_) => {
                self.tally.logins += 1;
                self.tally.reconnects += 1;
            }
            Event::ReconnectFailed(_) => self.clients[client].connect_at = Some(again),
            Event::SearchResult(..) => self.tally.results += 1,
            Event::Upload(_, _, UploadEvent::Finished) => self.tally.uploads += 1,
            _ => {}
        }
    }

    fn answered(&mut self, client: usize, id: CommandId, reply: &Reply) -> Result<(), String> {
        let again = Some(self.world.now() + REST);
        let it = &mut self.clients[client];
        match (it.asked.remove(&id), reply) {
            (Some(Asked::Connect), Reply::Connected(Ok(()))) => {
                let command = Command::Login {
                    username: it.name.clone(),
                    password: PASSWORD.into(),
                };
                self.tell(client, command, Asked::Login);
            }
            (Some(Asked::Connect), Reply::Connected(Err(SessionError::AlreadyConnected)))
            | (Some(Asked::Login), Reply::LoggedIn(Err(LoginError::AlreadyLoggedIn))) => {}
            (Some(Asked::Connect), Reply::Connected(Err(_)))
            | (Some(Asked::Login), Reply::LoggedIn(Err(_))) => it.connect_at = again,
            (Some(Asked::Login), Reply::LoggedIn(Ok(_))) => self.tally.logins += 1,
            (Some(Asked::Download(wanted)), Reply::Downloaded(Ok(_))) => {
                let node = it.node;
                self.tally.downloads += 1;
                if self
                    .world
                    .disk(node)
                    .get(&wanted.local)
                    .map(|file| &file[..])
                    != Some(&wanted.contents[..])
                {
                    return Err(format!(
                        "a download of {} has other contents",
                        self.clients[client].name
                    ));
                }
            }
            (Some(Asked::Download(_)), Reply::Downloaded(Err(error))) => {
                self.failed.insert((client, id), error.clone());
                self.tally.failed_downloads += 1;
            }
            _ => {}
        }
        Ok(())
    }

    fn tell(&mut self, client: usize, command: Command, asked: Asked) -> CommandId {
        let it = &mut self.clients[client];
        let id = self.world.tell(it.node, command);
        it.asked.insert(id, asked);
        id
    }

    /// Begins a search, and returns its text, which is another one each time.
    pub(super) fn search(&mut self, client: usize) -> String {
        self.commands += 1;
        let query = format!("nothing like {}", self.commands);
        self.tell(client, Command::Search(query.clone().into()), Asked::Other);
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

    pub(super) fn is_online(&self, client: usize) -> bool {
        let node = self.clients[client].node;
        let online = self
            .world
            .client(node)
            .map(|machine| machine.snapshot().online);
        self.world.is_on(node) && online == Some(true)
    }

    pub(super) fn choose(&mut self) -> usize {
        self.random.usize(..self.clients.len())
    }
}

fn server(plan: &Plan) -> ServerMachine {
    let search_delivery = if plan.direct_searches {
        SearchDelivery::Direct
    } else {
        SearchDelivery::Distributed
    };
    ServerMachine::new(ServerConfig {
        search_delivery,
        ..ServerConfig::default()
    })
}

fn remote(client: usize, file: usize) -> String {
    format!(r"Music\user {client}\{file} - snow.flac")
}

fn local(file: usize) -> PathBuf {
    PathBuf::from(format!("/music/{file}.flac"))
}

fn contents(client: usize, file: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed((client * FILES + file) as u64);
    let size = random.usize(1..60_000);
    let mut bytes = vec![0; size];
    random.fill(&mut bytes);
    bytes
}
