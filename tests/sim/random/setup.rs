//! Who is there, and how good the network is.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use slsk_net::machine::{ClientConfig, ClientMachine, Command, ConnectMode, Obfuscation};
use slsk_net::server::{SearchDelivery, ServerCommand, ServerConfig, ServerMachine};
use slsk_net::share::{Entry, Index};
use slsk_tests::world::Firewall;
use slsk_wire::Text;

use super::client::{Client, FILES, PASSWORD, contents, local, remote};
use super::plan::Plan;
use super::run::Run;
use crate::hostile::{Attacker, FalseUser, Targets};

impl Run {
    pub(super) fn set_network(&mut self) {
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

    pub(super) fn add_client(&mut self, number: usize) {
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
    pub(super) fn make_accounts(&mut self) {
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

    pub(super) fn restart_server(&mut self) {
        self.world.restart_server(self.server, server(&self.plan));
        self.make_accounts();
    }

    pub(super) fn add_strangers(&mut self) {
        let mut addresses: Vec<SocketAddr> = self
            .clients
            .iter()
            .map(|client| client.node)
            .chain([self.server])
            .map(|node| self.world.address(node))
            .collect();
        for client in &self.clients {
            let ip = self.world.address(client.node).ip();
            let port = client.config.obfuscated_port;
            addresses.extend(port.map(|port| SocketAddr::new(ip, port)));
        }
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
}

pub(super) fn server(plan: &Plan) -> ServerMachine {
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
