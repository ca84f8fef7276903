//! Runs a machine on real sockets with tokio.
//!
//! One task owns the machine and performs its effects. Each connection has a task of its own, so that parsing,
//! inflating and the bytes of files never hold up the machine. Queries of the share index run on the blocking pool.

pub(crate) mod budget;
mod connection;
pub mod faults;
mod feed;
mod file;
mod handle;
pub(crate) mod listen;
mod orders;
mod pace;
mod queries;
pub(crate) mod socket;
mod stream;
mod tap;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use slsk_wire::Limits;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, broadcast, mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};

use crate::machine::{
    CommandId, ConnId, Effect, Input, ListQuery, Machine, OpenSearches, Packet, QueryId, Route,
};
use connection::{Line, Link};
use faults::{FaultPlan, NewConnection};
use handle::{Order, Waiting};
use listen::{Accepted, Listeners};
use pace::Keeper;
use queries::Queries;
use socket::Sockets;

pub(crate) use feed::Feed;
pub(crate) use handle::Handle;
pub use pace::Pacing;
pub use queries::SearchHandler;
pub use tap::{LinkKind, MessageName, Tap, TapFilter, Tapped};

/// How many inputs may wait for the machine. Readers wait when there are more.
const INPUTS: usize = 1024;
/// How many events a listener may be behind before it loses some, which it is told.
const EVENTS: usize = 4096;
/// How many reports of the connections are handled before anything else has its turn.
const TURN: usize = 64;

/// What a driver needs besides the machine.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) listeners: Listeners,
    pub(crate) sockets: Sockets,
    pub(crate) limits: Limits,
    /// Dials to other addresses than 127.0.0.0/8 fail.
    pub(crate) loopback_only: bool,
    pub(crate) pacing: Pacing,
    pub(crate) tap: Option<Tap>,
    /// Answers searches of others in place of the share index.
    pub(crate) search_handler: Option<SearchHandler>,
    pub(crate) faults: Option<FaultPlan>,
}

/// Starts a machine. Call it within a tokio runtime.
pub(crate) fn start<M>(machine: M, options: Options) -> Handle<M>
where
    M: Machine + Send + 'static,
    M::Command: Send,
    M::Reply: Send,
    M::Event: Clone + Send,
{
    let (orders, received_orders) = mpsc::unbounded_channel();
    let (events, _) = broadcast::channel(EVENTS);
    let (happenings, received_happenings) = mpsc::channel(INPUTS);
    let driver = Driver {
        machine,
        pace: Arc::new(Keeper::new(options.pacing.clone(), now())),
        queries: Queries::default(),
        options,
        orders: received_orders,
        happenings,
        events,
        links: BTreeMap::new(),
        all: Arc::default(),
        dials: BTreeMap::new(),
        replies: BTreeMap::new(),
        searches: watch::Sender::default(),
        accepted: 0,
        linked: 0,
        tasks: JoinSet::new(),
        ready: VecDeque::new(),
    };
    let events = driver.events.downgrade();
    let task = tokio::spawn(driver.run(received_happenings));
    Handle::new(orders, events, task)
}

/// What the tasks of a driver report to it.
#[derive(Debug)]
enum Happening<C> {
    Input(Input<C>),
    /// One that takes the place of a large one until the machine has taken it.
    Large(Input<C>, OwnedSemaphorePermit),
    Dialled(ConnId, Route, std::io::Result<TcpStream>),
}

struct Driver<M: Machine> {
    machine: M,
    queries: Queries,
    options: Options,
    pace: Arc<Keeper>,
    orders: mpsc::UnboundedReceiver<Order<M>>,
    happenings: mpsc::Sender<Happening<M::Command>>,
    events: broadcast::Sender<M::Event>,
    links: BTreeMap<ConnId, Link>,
    /// What they have in common.
    all: Arc<connection::All>,
    dials: BTreeMap<ConnId, AbortHandle>,
    replies: BTreeMap<CommandId, Waiting<M::Reply, M::Event>>,
    /// Which search replies the connections hand in.
    searches: watch::Sender<OpenSearches>,
    accepted: u64,
    /// How many connections there have been.
    linked: u64,
    tasks: JoinSet<()>,
    /// Inputs that performing an effect has caused.
    ready: VecDeque<Input<M::Command>>,
}

impl<M> Driver<M>
where
    M: Machine + Send + 'static,
    M::Command: Send,
    M::Reply: Send,
    M::Event: Clone + Send,
{
    async fn run(mut self, mut happenings: mpsc::Receiver<Happening<M::Command>>) {
        loop {
            let deadline = self.machine.deadline();
            tokio::select! {
                order = self.orders.recv() => match order {
                    Some(Order::Command(id, command, waiting)) => {
                        self.replies.insert(id, waiting);
                        self.input(Input::Command(id, command));
                    }
                    Some(Order::Stop) | None => break,
                },
                Some(happening) = happenings.recv() => {
                    self.happened(happening);
                    for _ in 1..TURN {
                        let Ok(happening) = happenings.try_recv() else { break };
                        self.happened(happening);
                    }
                }
                accepted = self.options.listeners.accept() => {
                    for one in accepted {
                        self.accepted(one);
                    }
                }
                () = until(deadline) => self.input(Input::Tick),
                Some(_) = self.tasks.join_next() => {}
            }
        }
        // Tasks that wait to report must be heard, or they would never end.
        tokio::select! {
            () = self.tasks.shutdown() => {}
            () = async { while happenings.recv().await.is_some() {} } => {}
        }
    }

    fn accepted(&mut self, accepted: Accepted) {
        let Accepted {
            stream,
            remote,
            obfuscated,
        } = accepted;
        let conn = ConnId::accepted(self.accepted);
        self.accepted += 1;
        self.options.sockets.adopt(&stream);
        self.link(conn, stream, remote, obfuscated);
        self.input(Input::Accepted {
            conn,
            remote,
            obfuscated,
        });
    }

    fn happened(&mut self, happening: Happening<M::Command>) {
        match happening {
            Happening::Input(input) => self.reported(input),
            Happening::Large(input, place) => {
                self.reported(input);
                drop(place);
            }
            Happening::Dialled(conn, route, result) => {
                if self.dials.remove(&conn).is_none() {
                    return;
                }
                match result {
                    Ok(stream) => {
                        self.link(conn, stream, route.address, route.obfuscated);
                        self.input(Input::Connected(conn));
                    }
                    Err(error) => self.input(Input::DialFailed(conn, error.to_string())),
                }
            }
        }
    }

    fn reported(&mut self, input: Input<M::Command>) {
        if let Some(conn) = conn_of(&input) {
            // What a connection reports after it was closed is for nobody.
            if !self.links.contains_key(&conn) {
                return;
            }
            if let Input::Closed(..) = input {
                self.links.remove(&conn);
            }
        }
        if let Input::QueryDone(..) = input {
            self.queries.done();
            self.query();
        }
        self.input(input);
    }

    /// Hands an input to the machine and performs what it wants, and what comes of that.
    fn input(&mut self, input: Input<M::Command>) {
        let mut effects = Vec::new();
        self.ready.push_back(input);
        while let Some(input) = self.ready.pop_front() {
            self.machine.handle(now(), input, &mut effects);
            let mut effects = effects.drain(..).peekable();
            while let Some(effect) = effects.next() {
                self.perform(effect, effects.peek());
            }
        }
    }

    fn perform(
        &mut self,
        effect: Effect<M::Reply, M::Event>,
        next: Option<&Effect<M::Reply, M::Event>>,
    ) {
        match effect {
            Effect::Reply(id, reply) => {
                if let Some(waiting) = self.replies.remove(&id) {
                    let _ = waiting.reply.send(reply);
                }
            }
            Effect::Emit(event) => self.emit(event),
            Effect::Dial(conn, route) => self.dial(conn, route),
            Effect::Reveal(conn) => {
                if let Some(link) = self.links.get(&conn) {
                    link.reveal();
                }
            }
            Effect::Identify(conn, user) => {
                if let Some(link) = self.links.get(&conn) {
                    link.identify(user);
                }
            }
            Effect::Close(conn) => {
                if let Some(link) = self.links.remove(&conn) {
                    link.close();
                }
                if let Some(dial) = self.dials.remove(&conn) {
                    dial.abort();
                }
            }
            Effect::Expect(conn, expect) => {
                if let Some(link) = self.links.get(&conn) {
                    link.expect(expect);
                }
            }
            Effect::TakeReplies(searches) => _ = self.searches.send_replace(searches),
            Effect::ReceiveFile { conn, path, size } => {
                if let Some(link) = self.links.get(&conn) {
                    link.receive_file(path, size);
                }
            }
            Effect::Send(conn, packet) => {
                let is_followed = matches!(next, Some(Effect::Send(to, _)) if *to == conn);
                self.send(conn, packet, is_followed);
            }
            Effect::SendFile {
                conn,
                path,
                offset,
                size,
            } => {
                if let Some(link) = self.links.get(&conn) {
                    link.send_file(path, offset, size);
                }
            }
            Effect::List(id, query) => self.list(id, query),
            Effect::Query(id, query) => {
                self.queries.push(id, query);
                self.query();
            }
            Effect::Pace(id, turn) => {
                let (pace, happenings) = (Arc::clone(&self.pace), self.happenings.clone());
                self.tasks.spawn(async move {
                    let answer = Input::Paced(id, pace.take(turn).await);
                    let _ = happenings.send(Happening::Input(answer)).await;
                });
            }
            Effect::Work(id, work) => {
                let happenings = self.happenings.clone();
                self.tasks.spawn_blocking(move || {
                    let done = Input::WorkDone(id, work.run());
                    let _ = happenings.blocking_send(Happening::Input(done));
                });
            }
        }
    }

    /// Begins to answer searches, unless enough are being answered.
    fn query(&mut self) {
        while let Some((id, query)) = self.queries.next() {
            let happenings = self.happenings.clone();
            let handler = self.options.search_handler.clone();
            self.tasks.spawn_blocking(move || {
                let done = Input::QueryDone(id, queries::answer(handler.as_ref(), &query));
                let _ = happenings.blocking_send(Happening::Input(done));
            });
        }
    }

    /// Answers a question about the shares, on a thread for that.
    fn list(&mut self, id: QueryId, query: ListQuery) {
        let happenings = self.happenings.clone();
        self.tasks.spawn_blocking(move || {
            let listed = Input::Listed(id, query.answer());
            let _ = happenings.blocking_send(Happening::Input(listed));
        });
    }

    /// Tells whom an event is for, else everybody. Nobody listening is fine.
    fn emit(&mut self, event: M::Event) {
        let addressee = M::addressee(&event).and_then(|(command, bytes)| {
            let feeder = self.replies.get(&command)?.feeder.as_ref()?;
            Some((feeder, bytes))
        });
        match addressee {
            Some((feeder, bytes)) => feeder.push(event, bytes),
            None => _ = self.events.send(event),
        }
    }

    /// Writes a packet; a connection that takes nothing for too long is closed.
    fn send(&mut self, conn: ConnId, packet: Packet, is_followed: bool) {
        let Some(link) = self.links.get(&conn) else {
            return;
        };
        if let Err(reason) = link.send(packet, is_followed) {
            link.abort();
            self.links.remove(&conn);
            self.ready.push_back(Input::Closed(conn, reason));
        }
    }

    fn dial(&mut self, conn: ConnId, route: Route) {
        let address = route.address;
        let proxy = self.options.sockets.proxy.as_ref();
        let mut way = std::iter::once(address).chain(proxy.map(|proxy| proxy.address));
        if self.options.loopback_only
            && let Some(outside) = way.find(|address| !address.ip().is_loopback())
        {
            let problem = format!("{outside} is outside of this machine");
            self.ready.push_back(Input::DialFailed(conn, problem));
            return;
        }
        let happenings = self.happenings.clone();
        let sockets = self.options.sockets.clone();
        let dial = self.tasks.spawn(async move {
            let result = sockets.dial(address).await;
            let _ = happenings
                .send(Happening::Dialled(conn, route, result))
                .await;
        });
        self.dials.insert(conn, dial);
    }

    fn link(&mut self, conn: ConnId, stream: TcpStream, remote: SocketAddr, obfuscated: bool) {
        let shared = connection::Shared {
            line: Arc::new(Line::new(
                conn,
                remote,
                self.options.tap.clone(),
                Arc::clone(&self.all),
            )),
            happenings: self.happenings.clone(),
        };
        let connection = NewConnection {
            number: self.linked,
            remote,
            ours: !conn.is_accepted(),
        };
        self.linked += 1;
        let faults = self.options.faults.as_ref();
        let start = connection::Start {
            shared,
            searches: self.searches.subscribe(),
            stream,
            limits: self.options.limits,
            obfuscated,
            faults: faults.map(|plan| plan.of(connection)),
        };
        self.links.insert(conn, start.spawn(&mut self.tasks));
    }
}

/// The one place where time comes from. It is tokio's, which tests can stop.
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// The connection that an input is about.
fn conn_of<C>(input: &Input<C>) -> Option<ConnId> {
    match input {
        Input::Accepted { conn, .. }
        | Input::Connected(conn)
        | Input::DialFailed(conn, _)
        | Input::Received(conn, _)
        | Input::Malformed(conn, _)
        | Input::Closed(conn, _)
        | Input::FileProgress(conn, _)
        | Input::FileDone(conn, _)
        | Input::Arriving(conn)
        | Input::Leaving(conn) => Some(*conn),
        Input::Command(..)
        | Input::QueryDone(..)
        | Input::Listed(..)
        | Input::WorkDone(..)
        | Input::Paced(..)
        | Input::Tick => None,
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}
