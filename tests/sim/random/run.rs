//! One run: turmoil, then calm.

use std::collections::BTreeMap;
use std::time::Duration;

use slsk_net::machine::{Command, CommandId};
use slsk_tests::world::{NodeId, World};
use slsk_wire::Text;

use super::client::{Asked, Client};
use super::plan::Plan;
use super::setup::server;
use super::tally::Tally;

/// How long the network has to settle after the turmoil.
const CALM: Duration = Duration::from_mins(15);
/// How often we look after the clients.
const STEP: Duration = Duration::from_secs(5);
/// How often somebody searches while it settles: nobody is taken for a parent before the first search.
const SEARCH_INTERVAL: Duration = Duration::from_secs(20);

pub(super) struct Run {
    pub(super) world: World,
    pub(super) random: fastrand::Rng,
    pub(super) plan: Plan,
    pub(super) server: NodeId,
    pub(super) clients: Vec<Client>,
    pub(super) strangers: Vec<NodeId>,
    pub(super) tally: Tally,
    /// The downloads and questions that have failed, and why.
    pub(super) failed: BTreeMap<(usize, CommandId), String>,
    pub(super) commands: u64,
    /// Who watches whom.
    pub(super) watches: Vec<(usize, Text)>,
    /// How many have taken the names of others.
    pub(super) doubles: u32,
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
            watches: Vec::new(),
            doubles: 0,
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
        self.tally.obfuscated = self.world.obfuscated();
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

    /// Nothing fails any more, and who has no business here is gone.
    fn calm_down(&mut self) {
        // Who has been told of a frame that never ends waits for it for ever: a session does not survive that. Nor does
        // a password where a damaged code has made a request to change it.
        if self.plan.damaged_server > 0.0 || self.plan.damaging_clients > 0.0 {
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
            self.end_wishes(client);
            if self.clients[client].back_at.is_some() {
                self.come_back(client);
            }
        }
    }

    fn end_wishes(&mut self, client: usize) {
        let asked = self.clients[client].asked.iter();
        let wishes = asked.filter(|(_, (asked, _))| matches!(asked, Asked::Wish));
        for wish in wishes.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.tell(client, Command::StopSearch(wish), Asked::Question);
        }
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
