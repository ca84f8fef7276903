//! The server's logic: a pure machine, like the client's.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use slsk_wire::server::{
    CantConnectToPeer, ConnectToPeer, ExcludedSearchPhrases, FileSearch, GetPeerAddressResponse,
    GetUserStatusResponse, IncomingCantConnectToPeer, IncomingConnectToPeer, IncomingFileSearch,
    LoginRequest, LoginResponse, ObfuscationType, OwnStatus, PrivilegedUsers, Relogged,
    RoomListResponse, ServerRequest, ServerResponse, Status, WatchUserResponse, WishlistInterval,
};
use slsk_wire::{AnyMessage, FamilyId, Text};

use super::accounts::Accounts;
use super::users::{User, Users};
use crate::machine::{CommandId, ConnId, Effect, Expect, Input, Machine, Packet};

/// How long a connection may stay without a login.
const LOGIN_TIME: Duration = Duration::from_mins(1);
/// The time for which searches are counted.
const SEARCH_WINDOW: Duration = Duration::from_secs(10);
/// How long a query may be, in bytes.
const MAX_QUERY: usize = 256;

/// What a server is made with.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// The message of the day.
    pub greeting: String,
    /// Phrases that clients must leave out of their results.
    pub excluded_phrases: Vec<Text>,
    /// Seconds between two searches for wishes.
    pub wishlist_interval: u32,
    /// How many searches of one user are delivered in ten seconds; more are dropped.
    pub max_searches: u32,
    /// How many accounts there may be; who comes later is told that the server is full.
    pub max_accounts: usize,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            greeting: String::new(),
            excluded_phrases: Vec::new(),
            wishlist_interval: 720,
            max_searches: 100,
            max_accounts: 100_000,
        }
    }
}

/// What a server can be asked for.
#[derive(Clone, Debug)]
pub enum ServerCommand {
    /// Who is online.
    OnlineUsers,
}

/// The answer to a [`ServerCommand`].
#[derive(Clone, Debug)]
pub enum ServerReply {
    /// To [`ServerCommand::OnlineUsers`]: their names, sorted.
    OnlineUsers(Vec<Text>),
}

/// Something that the owner of a server may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServerEvent {
    /// A user has logged in.
    LoggedIn(Text),
    /// A user is gone.
    LoggedOut(Text),
    /// A user searches.
    Searched {
        /// Who.
        user: Text,
        /// What for.
        query: Text,
    },
}

type Out = Vec<Effect<ServerReply, ServerEvent>>;

/// A whole server without a clock, a socket or a disk.
#[derive(Debug, Default)]
pub struct ServerMachine {
    config: ServerConfig,
    accounts: Accounts,
    users: Users,
    /// Connections without a login, and until when they may stay.
    strangers: BTreeMap<ConnId, Stranger>,
}

/// Somebody without a login.
#[derive(Debug)]
struct Stranger {
    ip: IpAddr,
    until: Instant,
    /// Whether he has had his one try.
    refused: bool,
}

impl ServerMachine {
    /// A server without accounts: the first login with a name makes one.
    #[must_use]
    pub fn new(config: ServerConfig) -> Self {
        Self {
            config,
            ..Self::default()
        }
    }

    fn received(&mut self, now: Instant, conn: ConnId, request: ServerRequest, out: &mut Out) {
        if let Some(name) = self.users.name_of(conn) {
            return self.request(now, conn, &name, request, out);
        }
        match (self.strangers.get(&conn), request) {
            // What clients send in one breath with a login that was refused.
            (Some(stranger), _) if stranger.refused => {}
            (Some(stranger), ServerRequest::Login(login)) => {
                self.login(now, conn, stranger.ip, &login, out);
            }
            _ => {
                self.strangers.remove(&conn);
                out.push(Effect::Close(conn));
            }
        }
    }

    fn login(
        &mut self,
        now: Instant,
        conn: ConnId,
        ip: IpAddr,
        login: &LoginRequest,
        out: &mut Out,
    ) {
        let password = login.password.reveal();
        if let Err((reason, detail)) = self.accounts.check(login, self.config.max_accounts) {
            let detail = detail.map(Text::from);
            let refusal = LoginResponse {
                detail,
                ..LoginResponse::rejected(reason)
            };
            // The client closes, or the deadline does.
            if let Some(stranger) = self.strangers.get_mut(&conn) {
                stranger.refused = true;
            }
            return send(conn, refusal, out);
        }
        let name = login.username.detach();
        if let Some(old) = self.users.conn_of(&name) {
            send(old, Relogged, out);
            out.push(Effect::Close(old));
            self.logged_out(old, out);
        }
        self.strangers.remove(&conn);
        let ip = match ip {
            IpAddr::V4(ip) => ip,
            IpAddr::V6(ip) => ip.to_ipv4_mapped().unwrap_or(Ipv4Addr::UNSPECIFIED),
        };
        self.users.log_in(conn, User::new(name.clone(), ip, now));
        let greeting = self.config.greeting.as_str();
        send(
            conn,
            LoginResponse::accepted(greeting, ip, &password.to_str()),
            out,
        );
        send(conn, RoomListResponse::default(), out);
        let seconds = self.config.wishlist_interval;
        send(conn, WishlistInterval { seconds }, out);
        send(conn, PrivilegedUsers::default(), out);
        let phrases = self.config.excluded_phrases.clone();
        send(conn, ExcludedSearchPhrases { phrases }, out);
        self.status_changed(&name, out);
        out.push(Effect::Emit(ServerEvent::LoggedIn(name)));
    }

    fn logged_out(&mut self, conn: ConnId, out: &mut Out) {
        let Some(name) = self.users.log_out(conn) else {
            return;
        };
        self.status_changed(&name, out);
        out.push(Effect::Emit(ServerEvent::LoggedOut(name)));
    }

    fn request(
        &mut self,
        now: Instant,
        conn: ConnId,
        name: &Text,
        request: ServerRequest,
        out: &mut Out,
    ) {
        match request {
            ServerRequest::SetListenPort(listen) => {
                self.users.update(conn, |user| {
                    user.port = listen.port;
                    user.obfuscation_type =
                        listen.obfuscation_type.unwrap_or(ObfuscationType::Plain);
                    user.obfuscated_port = listen.obfuscated_port.unwrap_or(0);
                });
            }
            ServerRequest::SetStatus(set) => {
                let status = match set.status {
                    OwnStatus::Online => Status::Online,
                    OwnStatus::Away => Status::Away,
                    OwnStatus::Other(_) => return,
                };
                self.users.update(conn, |user| user.status = status);
                self.status_changed(name, out);
            }
            ServerRequest::SharedFoldersFiles(shared) => self.users.update(conn, |user| {
                user.stats.directories = shared.directories;
                user.stats.files = shared.files;
            }),
            ServerRequest::GetPeerAddress(asked) => {
                send(conn, self.address(asked.username), out);
            }
            ServerRequest::WatchUser(watch) => {
                let answer = self.watch(conn, watch.username);
                send(conn, answer, out);
            }
            ServerRequest::GetUserStatus(asked) => send(conn, self.status(asked.username), out),
            ServerRequest::FileSearch(search) if self.may_search(now, conn) => {
                self.search(name, search, out);
            }
            ServerRequest::ConnectToPeer(wish) => self.relay_wish(conn, name, wish, out),
            ServerRequest::CantConnectToPeer(failure) => self.relay_failure(&failure, out),
            ServerRequest::RoomList(_) => send(conn, RoomListResponse::default(), out),
            // One login for each connection; the rest is not served yet, or needs no answer.
            _ => {}
        }
    }

    fn address(&self, username: Text) -> GetPeerAddressResponse {
        let user = self.users.get(&username);
        GetPeerAddressResponse {
            ip: user.map_or(Ipv4Addr::UNSPECIFIED, |user| user.ip),
            port: user.map_or(0, |user| user.port),
            obfuscation_type: Some(
                user.map_or(ObfuscationType::Plain, |user| user.obfuscation_type.clone()),
            ),
            obfuscated_port: Some(
                user.map_or(0, |user| u16::try_from(user.obfuscated_port).unwrap_or(0)),
            ),
            username,
        }
    }

    fn watch(&mut self, conn: ConnId, username: Text) -> WatchUserResponse {
        let user = self.users.get(&username);
        let exists = user.is_some() || self.accounts.exists(&username);
        let status = user.map_or(Status::Offline, |user| user.status.clone());
        let shared = user.map(|user| user.stats).unwrap_or_default();
        let country = user.map(|_| Text::new());
        if exists {
            self.users.watch(conn, username.detach());
        }
        WatchUserResponse {
            username,
            exists,
            status: exists.then_some(status),
            stats: exists.then_some(shared),
            country,
        }
    }

    fn status(&self, username: Text) -> GetUserStatusResponse {
        let status = self
            .users
            .get(&username)
            .map_or(Status::Offline, |user| user.status.clone());
        GetUserStatusResponse {
            username,
            status,
            privileged: false,
        }
    }

    /// Tells everybody who watches a user how he is now.
    fn status_changed(&self, name: &Text, out: &mut Out) {
        for conn in self.users.watchers(name) {
            send(conn, self.status(name.clone()), out);
        }
    }

    /// Counts a search; false when it is one too many.
    fn may_search(&mut self, now: Instant, conn: ConnId) -> bool {
        let mut searches = 0;
        self.users.update(conn, |user| {
            if user.searches_until <= now {
                user.searches_until = now + SEARCH_WINDOW;
                user.searches = 0;
            }
            user.searches = user.searches.saturating_add(1);
            searches = user.searches;
        });
        searches <= self.config.max_searches
    }

    /// Delivers a search to everybody else.
    fn search(&self, name: &Text, search: FileSearch, out: &mut Out) {
        let FileSearch { token, query } = search;
        if query.is_empty() || query.len() > MAX_QUERY {
            return;
        }
        for conn in self
            .users
            .conns()
            .filter(|c| self.users.conn_of(name) != Some(*c))
        {
            let username = name.clone();
            let query = query.clone();
            let search = IncomingFileSearch {
                username,
                token,
                query,
            };
            send(conn, search, out);
        }
        let user = name.clone();
        out.push(Effect::Emit(ServerEvent::Searched { user, query }));
    }

    /// Passes on that a user wants to be connected to.
    fn relay_wish(&self, conn: ConnId, name: &Text, wish: ConnectToPeer, out: &mut Out) {
        let Some(target) = self.users.conn_of(&wish.username) else {
            let failure = IncomingCantConnectToPeer {
                token: wish.token,
                username: None,
            };
            return send(conn, failure, out);
        };
        let Some(user) = self.users.get(name) else {
            return;
        };
        let wish = IncomingConnectToPeer {
            username: name.clone(),
            kind: wish.kind,
            ip: user.ip,
            port: user.port,
            token: wish.token,
            privileged: false,
            obfuscation_type: Some(user.obfuscation_type.clone()),
            obfuscated_port: Some(user.obfuscated_port),
        };
        send(target, wish, out);
    }

    /// Passes on that a user could not be connected to.
    fn relay_failure(&self, failure: &CantConnectToPeer, out: &mut Out) {
        if let Some(target) = self.users.conn_of(&failure.username) {
            let failure = IncomingCantConnectToPeer {
                token: failure.token,
                username: None,
            };
            send(target, failure, out);
        }
    }

    fn command(&self, id: CommandId, command: &ServerCommand, out: &mut Out) {
        match command {
            ServerCommand::OnlineUsers => {
                let names = self.users.names().cloned().collect();
                out.push(Effect::Reply(id, ServerReply::OnlineUsers(names)));
            }
        }
    }

    fn gone(&mut self, conn: ConnId, out: &mut Out) {
        self.strangers.remove(&conn);
        self.logged_out(conn, out);
    }
}

impl Machine for ServerMachine {
    type Command = ServerCommand;
    type Reply = ServerReply;
    type Event = ServerEvent;

    fn handle(&mut self, now: Instant, input: Input<ServerCommand>, out: &mut Out) {
        match input {
            Input::Command(id, command) => self.command(id, &command, out),
            Input::Accepted { conn, remote, .. } => {
                let stranger = Stranger {
                    ip: remote.ip(),
                    until: now + LOGIN_TIME,
                    refused: false,
                };
                self.strangers.insert(conn, stranger);
                let requests = Expect::Messages(FamilyId::ServerRequest);
                out.push(Effect::Expect(conn, requests));
            }
            Input::Received(conn, Packet::Message(AnyMessage::ServerRequest(request))) => {
                self.received(now, conn, request, out);
            }
            Input::Closed(conn, _) => self.gone(conn, out),
            Input::Tick => {
                let late = self
                    .strangers
                    .extract_if(.., |_, stranger| stranger.until <= now);
                out.extend(late.map(|(conn, _)| Effect::Close(conn)));
            }
            // A frame that makes no sense is skipped. A server dials nobody and moves no files.
            _ => {}
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.strangers.values().map(|stranger| stranger.until).min()
    }
}

fn send(conn: ConnId, message: impl Into<ServerResponse>, out: &mut Out) {
    out.push(Effect::Send(conn, message.into().into()));
}
