//! From a connection to a session.

use slsk_wire::Text;
use slsk_wire::server::{
    ExcludedSearchPhrases, LoginRefusal, LoginRequest, LoginResponse, ParentMinSpeed,
    ParentSpeedRatio, Relogged, WishlistInterval,
};

use super::ServerMachine;
use crate::machine::ConnId;
use crate::server::accounts::Verdict;
use crate::server::outbox::Outbox;
use crate::server::users::User;
use crate::server::{SearchDelivery, ServerEvent};

impl ServerMachine {
    pub(super) fn login(&mut self, conn: ConnId, login: &LoginRequest, out: &mut Outbox<'_>) {
        let (open, most) = (self.base.config.open, self.base.config.limits.accounts);
        let room = |accounts| match () {
            () if !open => Err(LoginRefusal::ServerPrivate),
            () if accounts >= most => Err(LoginRefusal::ServerFull),
            () => Ok(()),
        };
        match self.base.accounts.check(login, room) {
            Verdict::Refused(reason, detail) => self.refuse(conn, login, reason, detail, out),
            // The deadline will close the connection.
            Verdict::Banned => self.lobby.refuse(conn),
            Verdict::New => {
                out.emit(ServerEvent::Registered(login.username.detach()));
                self.accept(conn, login, out);
            }
            Verdict::Known => self.accept(conn, login, out),
        }
    }

    fn refuse(
        &mut self,
        conn: ConnId,
        login: &LoginRequest,
        reason: LoginRefusal,
        detail: Option<&'static str>,
        out: &mut Outbox<'_>,
    ) {
        // The client closes, or the deadline does.
        self.lobby.refuse(conn);
        let refusal = LoginResponse {
            detail: detail.map(Text::from),
            ..LoginResponse::rejected(reason.clone())
        };
        out.send(conn, refusal);
        let user = login.username.detach();
        out.emit(ServerEvent::Refused { user, reason });
    }

    fn accept(&mut self, conn: ConnId, login: &LoginRequest, out: &mut Outbox<'_>) {
        let name = login.username.detach();
        if let Some(old) = self.base.users.conn_of(&name) {
            out.send(old, Relogged);
            self.close(old, out);
        }
        self.lobby.leave(conn);
        let ip = self.addresses.of(conn);
        let user = User::new(name.clone(), ip, out.now);
        self.base.users.log_in(conn, user);
        let speed = self.base.accounts.stats(&name).average_speed;
        self.tree.log_in(conn, name.clone(), speed);

        let config = &self.base.config;
        let password = login.password.reveal();
        out.send(
            conn,
            LoginResponse::accepted(config.greeting.as_str(), ip, &password.to_str()),
        );
        let rooms = self.rooms.login_list(config.room_list_min_users, out.now);
        out.send_packet(conn, rooms);
        if config.search_delivery == SearchDelivery::Distributed {
            let speed = config.parent_min_speed;
            out.send(conn, ParentMinSpeed { speed });
            let ratio = config.parent_speed_ratio;
            out.send(conn, ParentSpeedRatio { ratio });
        }
        let seconds = self.base.wishlist_interval(&name);
        out.send(conn, WishlistInterval { seconds });
        out.send_packet(conn, self.base.privileges.list());
        let phrases = self.base.config.excluded_phrases.clone();
        out.send(conn, ExcludedSearchPhrases { phrases });
        self.messages.log_in(conn, &name, out);
        self.tell_status(&name, out);
        out.emit(ServerEvent::LoggedIn(name));
    }
}
