//! What users ask for: each request goes to the part that it concerns.

use std::collections::BTreeSet;

use slsk_wire::Text;
use slsk_wire::server::{
    AcknowledgeNotifyPrivileges, CantJoinRoom, CheckPrivilegesResponse, GivePrivileges,
    IncomingUploadSlotsFull, JoinRoomRequest, OwnStatus, ServerRequest, Status, UploadSlotsFull,
    UserPrivilegesResponse, UserStats,
};

use super::ServerMachine;
use crate::machine::ConnId;
use crate::server::outbox::Outbox;
use crate::server::rooms::JoinError;
use crate::server::searches::{self, Search};
use crate::server::{SearchDelivery, interests, relay};

impl ServerMachine {
    pub(super) fn request(
        &mut self,
        conn: ConnId,
        name: &Text,
        request: ServerRequest,
        out: &mut Outbox<'_>,
    ) {
        if self.is_too_much(conn, &request, out) {
            return;
        }
        match request {
            ServerRequest::SetListenPort(_)
            | ServerRequest::SetStatus(_)
            | ServerRequest::SharedFoldersFiles(_)
            | ServerRequest::SendUploadSpeed(_)
            | ServerRequest::UploadSlotsFull(_)
            | ServerRequest::ChangePassword(_)
            | ServerRequest::EnableRoomInvitations(_) => self.told(conn, name, request, out),
            ServerRequest::WatchUser(_)
            | ServerRequest::UnwatchUser(_)
            | ServerRequest::GetUserStatus(_)
            | ServerRequest::GetUserStats(_)
            | ServerRequest::GetPeerAddress(_)
            | ServerRequest::CheckPrivileges(_)
            | ServerRequest::UserPrivileges(_)
            | ServerRequest::PrivilegedUsers(_)
            | ServerRequest::GivePrivileges(_)
            | ServerRequest::NotifyPrivileges(_) => self.asked_of_users(conn, name, request, out),
            ServerRequest::ConnectToPeer(wish) => relay::connect(&self.base, conn, wish, out),
            ServerRequest::CantConnectToPeer(failure) => {
                relay::cant_connect(&self.base, &failure, out);
            }
            ServerRequest::SendConnectToken(told) => {
                relay::connect_token(&self.base, name, &told, out);
            }
            ServerRequest::PlaceInLineRequest(asked) => {
                relay::place_asked(&self.base, name, &asked, out);
            }
            ServerRequest::PlaceInLineResponse(told) => {
                relay::place_told(&self.base, name, &told, out);
            }
            ServerRequest::FileSearch(search) => self.search(conn, search.into(), out),
            ServerRequest::WishlistSearch(search) => self.search(conn, search.into(), out),
            ServerRequest::UserSearch(search) => self.search(conn, search.into(), out),
            ServerRequest::RoomSearch(search) => self.search(conn, search.into(), out),
            ServerRequest::HaveNoParent(_)
            | ServerRequest::AcceptChildren(_)
            | ServerRequest::BranchLevel(_)
            | ServerRequest::BranchRoot(_) => self.distributed(conn, &request, out),
            ServerRequest::JoinRoom(join) => self.join(conn, &join, out),
            ServerRequest::LeaveRoom(leave) => self.rooms.leave(conn, name, leave, out),
            ServerRequest::SayInRoom(said) => self.rooms.say(conn, name, said, out),
            ServerRequest::SetRoomTicker(set) => self.rooms.set_ticker(conn, name, set, out),
            ServerRequest::RoomList(_) => out.send_packet(conn, self.rooms.list()),
            ServerRequest::JoinGlobalRoom(_) => self.rooms.listen(conn, true),
            ServerRequest::LeaveGlobalRoom(_) => self.rooms.listen(conn, false),
            ServerRequest::PrivateMessage(written) => {
                self.messages
                    .send(&mut self.base, conn, &written, &mut self.keeper, out);
            }
            ServerRequest::MessageUsers(written) => {
                self.messages
                    .send_to_many(&mut self.base, conn, &written, &mut self.keeper, out);
            }
            ServerRequest::AcknowledgePrivateMessage(seen) => {
                self.messages
                    .acknowledge(name, seen.message_id, &mut self.keeper);
            }
            // The official server does the same to who asks for all users.
            ServerRequest::UserList(_) => self.close(conn, out),
            // One login for each connection; the rest needs no answer.
            other => {
                if let Some(answer) = interests::answer(other) {
                    out.send(conn, answer);
                }
            }
        }
    }

    /// Whether a user makes us tell others more than he may. What he says of himself is taken all the same: see `told`.
    fn is_too_much(&mut self, conn: ConnId, request: &ServerRequest, out: &Outbox<'_>) -> bool {
        let limits = &self.base.config.limits;
        let (relays, messages) = (limits.relays, limits.messages);
        let Some(user) = self.base.users.at_mut(conn) else {
            return false;
        };
        match request {
            ServerRequest::JoinRoom(_) | ServerRequest::SetRoomTicker(_) => {
                !self.may_tell(conn, out)
            }
            ServerRequest::ConnectToPeer(_)
            | ServerRequest::CantConnectToPeer(_)
            | ServerRequest::SendConnectToken(_)
            | ServerRequest::PlaceInLineRequest(_)
            | ServerRequest::PlaceInLineResponse(_)
            | ServerRequest::RoomList(_) => !user.relays.allows(out.now, relays),
            // Private messages count each receiver, where they are sent.
            ServerRequest::SayInRoom(_) => !user.messages.allows(out.now, messages),
            _ => false,
        }
    }

    /// Whether others are told what a user says of himself now.
    fn may_tell(&mut self, conn: ConnId, out: &Outbox<'_>) -> bool {
        let most = self.base.config.limits.news;
        let user = self.base.users.at_mut(conn);
        user.is_some_and(|user| user.news.allows(out.now, most))
    }

    /// What a user says of himself.
    fn told(&mut self, conn: ConnId, name: &Text, told: ServerRequest, out: &mut Outbox<'_>) {
        let Some(user) = self.base.users.at_mut(conn) else {
            return;
        };
        match told {
            ServerRequest::SetListenPort(listen) => user.listen(&listen),
            ServerRequest::SetStatus(set) => {
                let status = match set.status {
                    OwnStatus::Online => Status::Online,
                    OwnStatus::Away => Status::Away,
                    OwnStatus::Other(_) => return,
                };
                // What is set already is no news.
                let is_news = std::mem::replace(&mut user.status, status.clone()) != status;
                if is_news && self.may_tell(conn, out) {
                    self.tell_status(name, out);
                }
            }
            ServerRequest::SharedFoldersFiles(shared) => {
                self.told_stats(conn, name, out, |stats| {
                    stats.directories = shared.directories;
                    stats.files = shared.files;
                });
            }
            ServerRequest::SendUploadSpeed(sent) => {
                self.told_stats(conn, name, out, |stats| {
                    let sum = u64::from(stats.average_speed) * u64::from(stats.uploads);
                    let average = (sum + u64::from(sent.speed)) / (u64::from(stats.uploads) + 1);
                    // An average is not above its greatest part.
                    stats.average_speed = u32::try_from(average).unwrap_or(u32::MAX);
                    stats.uploads = stats.uploads.saturating_add(1);
                });
            }
            ServerRequest::UploadSlotsFull(UploadSlotsFull { slots_full }) => {
                user.slots_full = slots_full;
                let username = name.clone();
                let told = IncomingUploadSlotsFull {
                    username,
                    slots_full,
                };
                if self.may_tell(conn, out) {
                    let mates: BTreeSet<_> = self.rooms.mates(conn).collect();
                    out.send_all(mates, told);
                }
            }
            ServerRequest::ChangePassword(change) => self.change_password(conn, name, change, out),
            ServerRequest::EnableRoomInvitations(enable) => out.send(conn, enable),
            _ => {}
        }
    }

    /// What a user says of his own statistics.
    fn told_stats(
        &mut self,
        conn: ConnId,
        name: &Text,
        out: &mut Outbox<'_>,
        change: impl FnOnce(&mut UserStats),
    ) {
        if self.update_stats(name, change) && self.may_tell(conn, out) {
            self.tell_stats(name, out);
        }
    }

    /// Changes the statistics of a user; false when nothing changed.
    pub(super) fn update_stats(
        &mut self,
        name: &Text,
        change: impl FnOnce(&mut UserStats),
    ) -> bool {
        if !self.base.accounts.update_stats(name, change) {
            return false;
        }
        self.keeper.account(name);
        if let Some(conn) = self.base.users.conn_of(name) {
            let speed = self.base.accounts.stats(name).average_speed;
            self.tree.speed(conn, speed);
        }
        true
    }

    /// What a user asks about users.
    fn asked_of_users(
        &mut self,
        conn: ConnId,
        name: &Text,
        asked: ServerRequest,
        out: &mut Outbox<'_>,
    ) {
        match asked {
            ServerRequest::WatchUser(watch) => {
                let answer = self.base.watch(conn, watch.username);
                out.send(conn, answer);
            }
            ServerRequest::UnwatchUser(watch) => self.base.users.unwatch(conn, &watch.username),
            ServerRequest::GetUserStatus(asked) => {
                out.send(conn, self.base.status(asked.username));
            }
            ServerRequest::GetUserStats(asked) => out.send(conn, self.base.stats(asked.username)),
            ServerRequest::GetPeerAddress(asked) => {
                out.send(conn, self.base.address(asked.username));
            }
            ServerRequest::CheckPrivileges(_) => self.tell_own_privileges(name, out),
            ServerRequest::UserPrivileges(asked) => {
                let answer = UserPrivilegesResponse {
                    privileged: self.base.privileges.has(&asked.username),
                    username: asked.username,
                };
                out.send(conn, answer);
            }
            ServerRequest::PrivilegedUsers(_) => {
                out.send_packet(conn, self.base.privileges.list());
            }
            ServerRequest::GivePrivileges(gift) => self.give_privileges(name, &gift, out),
            ServerRequest::NotifyPrivileges(notice) => {
                let token = notice.token;
                out.send(conn, AcknowledgeNotifyPrivileges { token });
            }
            _ => {}
        }
    }

    fn give_privileges(&mut self, giver: &Text, gift: &GivePrivileges, out: &mut Outbox<'_>) {
        let GivePrivileges { username, days } = gift;
        if *days == 0
            || !self.base.accounts.knows(username)
            || !self.base.privileges.take(giver, *days, out.time)
        {
            return;
        }
        self.keeper.account(giver);
        self.keeper.account(username);
        if !self.base.privileges.has(giver) {
            self.privileges_changed(giver, out);
        }
        if self.base.privileges.grant(username, *days, out.time) {
            self.privileges_changed(username, out);
        }
        self.tell_own_privileges(giver, out);
        self.tell_own_privileges(username, out);
    }

    /// Tells a user how long his privileges last, if he is online.
    pub(super) fn tell_own_privileges(&self, name: &Text, out: &mut Outbox<'_>) {
        if let Some(conn) = self.base.users.conn_of(name) {
            let left = self.base.privileges.left(name, out.time);
            let seconds = u32::try_from(left).unwrap_or(u32::MAX);
            out.send(conn, CheckPrivilegesResponse { seconds });
        }
    }

    fn search(&mut self, conn: ConnId, search: Search, out: &mut Outbox<'_>) {
        searches::deliver(&mut self.base, &self.tree, &self.rooms, conn, search, out);
    }

    /// What a user says of his place in the distributed network.
    fn distributed(&mut self, conn: ConnId, told: &ServerRequest, out: &mut Outbox<'_>) {
        if self.base.config.search_delivery != SearchDelivery::Distributed {
            return;
        }
        match told {
            ServerRequest::HaveNoParent(told) => {
                self.tree
                    .have_no_parent(conn, told.no_parent, &self.base, out);
            }
            ServerRequest::AcceptChildren(told) => self.tree.accept_children(conn, told.accept),
            ServerRequest::BranchLevel(told) => self.tree.branch_level(conn, told.level),
            ServerRequest::BranchRoot(told) => {
                self.tree.branch_root(conn, &told.username, &self.base, out);
            }
            _ => {}
        }
    }

    fn join(&mut self, conn: ConnId, join: &JoinRoomRequest, out: &mut Outbox<'_>) {
        let room = &join.room;
        let refused = CantJoinRoom { room: room.clone() };
        let text = match self.rooms.join(&self.base, conn, join, out) {
            Ok(true) => format!("Room ({room}) is registered as public."),
            Err(JoinError::Name(problem)) => problem,
            Err(JoinError::Private) => {
                out.send(conn, refused);
                format!(
                    "Could not create room. Reason: there are no private rooms here, so not {room}."
                )
            }
            Err(JoinError::TooMany) => {
                out.send(conn, refused);
                format!("Could not join room {room}. Reason: there are too many.")
            }
            Ok(false) | Err(JoinError::Joined) => return,
        };
        self.messages.tell(conn, text, out);
    }
}
