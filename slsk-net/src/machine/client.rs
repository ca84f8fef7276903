//! The client: composes the parts and is the only file that knows them all.
//!
//! It routes an input to the part that owns its connection, a message to the part that owns its subject,
//! and what one part wants of another to that one.

mod commands;
mod snapshot;

use std::time::Instant;

use slsk_wire::peer::{PeerMessage, TransferDirection};
use slsk_wire::server::{IncomingFileSearch, ServerResponse};
use slsk_wire::{AnyMessage, Text};

use super::api::{ClientConfig, Command, Event, Reply};
use super::chat::Chat;
use super::distributed::{Branch, Distributed};
use super::outbox::{Out, Outbox};
use super::pace::Pace;
use super::peers::Peers;
use super::raw::Raw;
use super::requests::{Answering, Requests, Slots};
use super::rooms::Rooms;
use super::search::incoming::{IncomingSearches, Policy};
use super::search::{Searches, weight};
use super::session::Session;
use super::transfer::download::Downloads;
use super::transfer::upload::Uploads;
use super::users::Users;
use super::wishlist::Wishlist;
use super::{CommandId, ConnId, Effect, Input, MAX_TIME, Machine, Packet};

pub use snapshot::Snapshot;

/// A whole client without a clock, a socket or a disk.
#[derive(Debug)]
pub struct ClientMachine {
    config: ClientConfig,
    session: Session,
    pace: Pace,
    peers: Peers,
    distributed: Distributed,
    searches: Searches,
    incoming: IncomingSearches,
    wishlist: Wishlist,
    users: Users,
    rooms: Rooms,
    chat: Chat,
    requests: Requests,
    raw: Raw,
    answering: Answering,
    downloads: Downloads,
    uploads: Uploads,
    outbox: Outbox,
}

impl ClientMachine {
    /// A client that is not connected to anything.
    #[must_use]
    pub fn new(config: ClientConfig, now: Instant) -> Self {
        let mut outbox = Outbox::new(now, config.seed);
        outbox.patience = config.patience.min(MAX_TIME);
        Self {
            session: Session::default(),
            pace: Pace::default(),
            peers: Peers::new(config.clone()),
            distributed: Distributed::new(config.max_children),
            wishlist: Wishlist::default(),
            users: Users::default(),
            rooms: Rooms::default(),
            chat: Chat::default(),
            requests: Requests::default(),
            raw: Raw::default(),
            answering: Answering::default(),
            searches: Searches::new(outbox.random().u32(..)),
            incoming: IncomingSearches::new(Policy {
                always_ask: config.always_query,
                report: config.report_searches,
            }),
            downloads: Downloads::default(),
            uploads: Uploads::new(outbox.random().u32(..)),
            outbox,
            config,
        }
    }

    /// Its place in the distributed network; `None` without a session.
    #[must_use]
    pub fn branch(&self) -> Option<Branch> {
        self.distributed.branch()
    }

    fn received(&mut self, conn: ConnId, packet: Packet) {
        let out = &mut self.outbox;
        if self.session.conn() == Some(conn) {
            if let Packet::Message(AnyMessage::ServerResponse(message)) = packet {
                self.server_message(message);
            }
        } else if self.peers.owns(conn) {
            self.peers.received(conn, packet, out);
        } else if self.distributed.owns(conn) {
            if let Packet::Distributed(message, frame) = packet {
                self.distributed.received(conn, message, &frame, out);
            }
        } else if let Packet::Offset(offset) = packet {
            self.uploads.offset(conn, offset.offset, out);
        }
    }

    fn server_message(&mut self, message: ServerResponse) {
        let out = &mut self.outbox;
        match message {
            ServerResponse::Login(answer) => {
                let begins = self.session.login_answered(answer, &self.config, out);
                if begins {
                    self.online();
                }
            }
            ServerResponse::Relogged(_) => {
                self.session.relogged(&self.config, out);
                self.offline();
            }
            ServerResponse::ChangePassword(change) => self.session.password_changed(&change, out),
            ServerResponse::WatchUser(answer) => self.users.watch_answered(answer, out),
            ServerResponse::GetUserStatus(answer) => self.users.status(answer, out),
            ServerResponse::GetUserStats(answer) => self.users.stats(answer, out),
            ServerResponse::PrivilegedUsers(list) => self.users.all_privileged(&list.users),
            ServerResponse::AddPrivilegedUser(news) => {
                self.users.set_privileged(&news.username, true);
            }
            ServerResponse::CheckPrivileges(answer) => Users::own_privileges(answer, out),
            ServerResponse::RoomList(list) => self.rooms.listed(&list, out),
            ServerResponse::JoinRoom(answer) => self.rooms.joined(&answer, out),
            ServerResponse::CantJoinRoom(answer) => self.rooms.refused(&answer.room, out),
            ServerResponse::LeaveRoom(answer) => self.rooms.left(&answer.room, out),
            ServerResponse::UserJoinedRoom(news) => self.rooms.user_joined(news, out),
            ServerResponse::UserLeftRoom(news) => self.rooms.user_left(news, out),
            ServerResponse::RoomMessage(news) => self.rooms.said(news, out),
            ServerResponse::PrivateMessage(message) => {
                self.chat
                    .heard(message, self.config.acknowledge_messages, out);
            }
            ServerResponse::GetPeerAddress(answer) => self.peers.address(&answer, out),
            ServerResponse::ConnectToPeer(wish) => {
                self.users.set_privileged(&wish.username, wish.privileged);
                self.peers.invited(&wish, out);
            }
            ServerResponse::CantConnectToPeer(failure) => self.peers.cant_connect(&failure, out),
            ServerResponse::FileSearch(search) => self.search_asked(&search),
            ServerResponse::ExcludedSearchPhrases(excluded) => {
                self.incoming.exclude(&excluded.phrases);
            }
            message @ (ServerResponse::PossibleParents(_)
            | ServerResponse::EmbeddedMessage(_)
            | ServerResponse::ParentMinSpeed(_)
            | ServerResponse::ParentSpeedRatio(_)
            | ServerResponse::ResetDistributed(_)) => {
                self.distributed.server_message(message, out);
            }
            ServerResponse::WishlistInterval(interval) => {
                self.wishlist.set_interval(interval.seconds, out);
            }
            // The rest belongs to parts that do not exist yet.
            _ => {}
        }
    }

    fn search_asked(&mut self, search: &IncomingFileSearch) {
        // Our own searches are not answered, unless they ask us.
        let asks_ourselves = self.searches.asks_ourselves(search.token);
        let own_name = self.session.username().filter(|_| !asks_ourselves);
        self.incoming.asked(search, own_name, &mut self.outbox);
    }

    fn peer_message(&mut self, conn: ConnId, user: &Text, message: PeerMessage) {
        let out = &mut self.outbox;
        match message {
            PeerMessage::FileSearchResponse(response) => self.searches.result(user, response, out),
            PeerMessage::QueueUpload(wanted) => {
                self.uploads.wanted(conn, user, &wanted.filename, out);
            }
            PeerMessage::PlaceInQueueRequest(asked) => {
                self.uploads.place_asked(conn, user, &asked.filename, out);
            }
            PeerMessage::TransferRequest(request) => match request.direction {
                TransferDirection::Upload => self.downloads.offered(user, &request, out),
                _ => self.uploads.requested(conn, user, &request, out),
            },
            PeerMessage::TransferResponse(answer) => self.uploads.answered(user, &answer, out),
            PeerMessage::PlaceInQueueResponse(answer) => {
                self.downloads
                    .place(user, &answer.filename, answer.place, out);
            }
            PeerMessage::UploadDenied(denied) => {
                self.downloads
                    .refused(user, &denied.filename, denied.reason, out);
            }
            PeerMessage::UploadFailed(failed) => {
                self.downloads.failed(user, &failed.filename, out);
            }
            PeerMessage::SharesRequest(_) => self.answering.shares_asked(conn, out),
            PeerMessage::FolderContentsRequest(request) => {
                self.answering.folder_asked(conn, &request, out);
            }
            PeerMessage::UserInfoRequest(_) => {
                let slots = Slots {
                    total: Uploads::slots(),
                    queued: self.uploads.queue_length(),
                    free: self.uploads.slot_free(),
                };
                self.answering.info_asked(conn, slots, out);
            }
            PeerMessage::SharesResponse(shares) => self.requests.shares(user, shares, out),
            PeerMessage::FolderContentsResponse(folder) => self.requests.folder(user, folder, out),
            PeerMessage::UserInfoResponse(info) => self.requests.info(user, info, out),
            // The rest belongs to parts that do not exist yet.
            _ => {}
        }
    }

    /// A connection is gone or was never made.
    fn closed(&mut self, conn: ConnId, reason: &super::CloseReason) {
        let out = &mut self.outbox;
        self.peers.released(conn, out);
        if self.session.conn() == Some(conn) {
            self.session.closed(reason, &self.config, out);
            self.offline();
        } else if self.distributed.owns(conn) {
            self.distributed.closed(conn, out);
        } else if self.uploads.owns(conn) {
            self.uploads.closed(conn, out);
        } else if self.downloads.owns(conn) {
            let lost = super::FileError::Connection(reason.to_string());
            self.downloads.done(conn, Err(lost), out);
        } else {
            self.peers.closed(conn, &reason.to_string(), out);
        }
    }

    /// A session has begun: say again whatever the server should know.
    fn online(&mut self) {
        let out = &mut self.outbox;
        let Some(username) = self.session.username() else {
            return;
        };
        self.peers.online(username, out);
        self.users.online(username, out);
        self.rooms.online(username, out);
        self.distributed.online(username, out);
        self.wishlist.online(out);
    }

    /// The session is over: nothing more will come by way of the server.
    fn offline(&mut self) {
        let out = &mut self.outbox;
        self.pace.offline();
        self.peers.offline(out);
        self.distributed.offline(out);
        self.searches.offline(out);
        self.wishlist.offline(out);
        self.users.offline(out);
        self.rooms.offline(out);
        self.chat.offline();
    }

    /// Sends search results; those for ourselves need no connection.
    fn deliver(&mut self, user: Text, message: PeerMessage) {
        let out = &mut self.outbox;
        match message {
            PeerMessage::FileSearchResponse(response)
                if self.session.username().is_some_and(|name| user == *name) =>
            {
                self.searches.result(&user, response, out);
            }
            message => self.peers.deliver(user, message, out),
        }
    }

    /// Hands on what the parts want of each other, until all that is left is for the world.
    fn route(&mut self, effects: &mut Vec<Effect<Reply, Event>>) {
        while let Some(wanted) = self.outbox.queue.pop_front() {
            let out = &mut self.outbox;
            match wanted {
                Out::Effect(effect) => {
                    if let Effect::Close(conn) = effect {
                        self.peers.released(conn, out);
                    }
                    effects.push(effect);
                }
                Out::ToServer(message) => self.session.send(message, out),
                Out::PacedToServer(request, search) => {
                    if let Some(account) = self.session.account() {
                        self.pace.search(account, search, request, out);
                    }
                }
                Out::SearchSent(search) => self.searches.sent(search, out),
                Out::SearchRefused(search, error) => self.searches.refused(search, error, out),
                Out::SearchOver(search) => self.pace.forget(search),
                Out::AwaitLogin(account) => self.pace.login(account, out),
                Out::LoginGranted => self.session.login_granted(&self.config, out),
                Out::ToPeer(user, message) => self.peers.send(user, message, out),
                Out::Answer(conn, message) => self.peers.answer(conn, message, out),
                Out::DistributedOpened(conn, user) => self.distributed.opened(conn, &user, out),
                Out::DistributedOffered(conn, user) => self.distributed.offered(conn, &user, out),
                Out::DistributedUnreachable(user) => self.distributed.unreachable(&user),
                Out::OwnSpeed(speed) => {
                    self.incoming.own_speed(speed);
                    self.distributed.own_speed(speed, out);
                }
                Out::Deliver(user, message) => self.deliver(user, message),
                Out::AwaitBulk(user, is_awaited) => self.peers.await_bulk(&user, is_awaited, out),
                Out::AwaitFiles(user, is_awaited) => self.peers.await_files(user, is_awaited),
                Out::TakeChildren(take) => self.peers.take_children(take),
                Out::OpenDistributed(user, address) => {
                    self.peers.open_distributed(&user, address, out);
                }
                Out::FromPeer(conn, user, message) => self.peer_message(conn, &user, message),
                Out::UserOffline(user) => self.peers.user_offline(&user),
                Out::Searched(search) => self.search_asked(&search),
                Out::Wish(wish, request) => self.searches.wish(wish, request, out),
                Out::OpenFile(user, token) => self.peers.open_file(&user, token, out),
                Out::FileOpened(conn, user, token) => {
                    self.uploads.connected(conn, &user, token, out);
                }
                Out::FileOffered(conn, user, token) => {
                    self.downloads.connected(conn, &user, token, out);
                }
                Out::Reached(user) => {
                    self.requests.reached(&user, out);
                    self.raw.reached(&user, out);
                }
                Out::Unreachable(user, reason) => {
                    self.downloads.unreachable(&user, &reason, out);
                    self.uploads.unreachable(&user, &reason, out);
                    self.requests.unreachable(&user, &reason, out);
                    self.raw.unreachable(&user, &reason, out);
                }
                Out::FileUnreachable(user, token, reason) => {
                    self.uploads.file_unreachable(&user, token, &reason, out);
                }
                Out::PeerGone(user) => {
                    self.downloads.peer_gone(&user, out);
                    self.uploads.peer_gone(&user, out);
                    self.requests.peer_gone(&user, out);
                }
            }
        }
    }
}

impl Machine for ClientMachine {
    type Command = Command;
    type Reply = Reply;
    type Event = Event;

    fn handle(
        &mut self,
        now: Instant,
        input: Input<Command>,
        effects: &mut Vec<Effect<Reply, Event>>,
    ) {
        self.outbox.now = now;
        let out = &mut self.outbox;
        match input {
            Input::Command(id, command) => self.command(id, command),
            Input::Accepted {
                conn,
                remote,
                obfuscated,
            } => self.peers.accepted(conn, remote, obfuscated, out),
            Input::Connected(conn) if self.session.conn() == Some(conn) => {
                self.session.connected(&self.config, out);
            }
            Input::Connected(conn) => self.peers.connected(conn, out),
            Input::DialFailed(conn, problem) if self.session.conn() == Some(conn) => {
                self.session.dial_failed(problem, &self.config, out);
            }
            Input::DialFailed(conn, problem) => self.peers.closed(conn, &problem, out),
            Input::Received(conn, packet) => self.received(conn, packet),
            // A server may know more than we do; a peer that talks nonsense is dropped.
            Input::Malformed(conn, _) if self.session.conn() == Some(conn) => {}
            Input::Malformed(conn, _) if self.distributed.owns(conn) => {
                self.distributed.malformed(conn, out);
            }
            Input::Malformed(conn, _) => self.peers.drop_link(conn, out),
            Input::Closed(conn, reason) => self.closed(conn, &reason),
            Input::FileProgress(conn, bytes) => {
                self.uploads.progress(conn, out);
                self.downloads.progress(conn, bytes, out);
            }
            Input::FileDone(conn, result) if self.uploads.owns(conn) => {
                self.uploads.done(conn, result, out);
            }
            Input::FileDone(conn, result) => self.downloads.done(conn, result, out),
            Input::QueryDone(query, found) => {
                let own_name = self.session.username();
                let (free, queued) = (self.uploads.slot_free(), self.uploads.queue_length());
                self.incoming
                    .answer(query, found, own_name, free, queued, out);
            }
            Input::Paced(id, wait) => self.pace.answered(id, wait, out),
            // A client wants none done.
            Input::WorkDone(..) => {}
            Input::Listed(query, answer) => self.answering.answered(query, answer, out),
            Input::Arriving(conn) => {
                if let Some(user) = self.peers.moving(conn, out) {
                    self.requests.arriving(&user, out);
                }
            }
            Input::Leaving(conn) => _ = self.peers.moving(conn, out),
            Input::Tick => {
                self.session.tick(&self.config, out);
                self.pace.tick(out);
                self.peers.tick(out);
                self.distributed.tick(out);
                self.searches.tick(out);
                self.wishlist.tick(out);
                self.users.tick(out);
                self.rooms.tick(out);
                self.requests.tick(out);
                self.raw.tick(out);
                self.downloads.tick(out);
                self.uploads.tick(out);
            }
        }
        self.route(effects);
    }

    fn deadline(&self) -> Option<Instant> {
        let deadlines = [
            self.session.deadline(),
            self.pace.deadline(),
            self.peers.deadline(),
            self.distributed.deadline(),
            self.searches.deadline(),
            self.wishlist.deadline(),
            self.users.deadline(),
            self.rooms.deadline(),
            self.requests.deadline(),
            self.raw.deadline(),
            self.downloads.deadline(),
            self.uploads.deadline(),
        ];
        deadlines.into_iter().flatten().min()
    }

    fn addressee(event: &Event) -> Option<(CommandId, usize)> {
        match event {
            Event::SearchResult(search, response) => Some((*search, weight(response))),
            _ => None,
        }
    }
}
