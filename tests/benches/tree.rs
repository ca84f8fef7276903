//! A distributed tree of 100,000 clients and a server in one process, and one search through it.
//!
//! `cargo bench -p slsk-tests --bench tree -- --nodes 100000 --children 10`

#![expect(clippy::print_stdout, reason = "a table for whoever runs it")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use slsk_net::machine::{ClientConfig, ClientMachine, Command};
use slsk_net::server::{ServerCommand, ServerConfig, ServerMachine};
use slsk_net::share::{Entry, Index};
use slsk_tests::world::{Latency, NodeId, World};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// How many clients come in a second.
const COMERS: usize = 500;
/// How long bytes are on their way.
const LATENCY: Duration = Duration::from_millis(20);
/// How long the tree may take to settle.
const PATIENCE: Duration = Duration::from_hours(2);
/// How often somebody searches while the tree comes about: nobody is taken for a parent before the first search.
const SEARCH_INTERVAL: Duration = Duration::from_secs(20);
/// How many searches are measured.
const SEARCHES: usize = 5;

fn main() {
    let (mut nodes, mut children) = (100_000, 10);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let number = || arguments.next().and_then(|number| number.parse().ok());
        match argument.as_str() {
            "--nodes" => nodes = number_of(number),
            "--children" => children = number_of(number),
            // What cargo says to every bench.
            _ => {}
        }
    }
    Tree::grow(nodes, children).measure();
}

fn number_of(number: impl FnOnce() -> Option<usize>) -> usize {
    number().expect("a number behind the option")
}

struct Tree {
    world: World,
    server: NodeId,
    clients: Vec<NodeId>,
    index: Arc<Index>,
    before: usize,
}
