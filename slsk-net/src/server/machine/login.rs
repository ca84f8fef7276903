//! From a connection to a session.

use slsk_wire::Text;
use slsk_wire::server::{
    ChangePassword, ExcludedSearchPhrases, LoginRefusal, LoginRequest, LoginResponse,
    ParentMinSpeed, ParentSpeedRatio, Relogged, WishlistInterval,
};

use super::ServerMachine;
use crate::machine::ConnId;
use crate::server::accounts::{self, Password, Verdict};
use crate::server::keeper::Then;
use crate::server::outbox::Outbox;
use crate::server::passwords::{Answer, Purpose};
use crate::server::users::User;
use crate::server::{SearchDelivery, ServerError, ServerEvent, ServerReply, StoreError};

impl ServerMachine {
    pub(super) fn login(&mut self, conn: ConnId, login: LoginRequest, out: &mut Outbox<'_>) {
        let password = login.password.clone();
        let from = self.addresses.lane(conn);
        let asked = match self.base.accounts.judge(&login) {
            Verdict::Right => return self.accept(conn, &login, out),
            // The deadline will close the connection.
            Verdict::Banned => {
                self.lobby.refuse(conn);
                return;
            }
            Verdict::Refused(reason, detail) => {
                return self.refuse(conn, &login, reason, detail, out);
            }
            Verdict::New => {
                if let Some(reason) = self.no_room() {
                    return self.refuse(conn, &login, reason, None, out);
                }
                if self.keeper.store().is_none() {
                    let password = Password::plain(&login.password);
                    return self.register(conn, login, password, out);
                }
                let purpose = Purpose::Register(conn, login.clone());
                self.passwords.hash(from, purpose, password)
            }
            Verdict::Compare(hash) => {
                let purpose = Purpose::LogIn(conn, login.clone());
                self.passwords.compare(from, purpose, password, hash)
            }
        };
        if asked {
            self.lobby.wait(conn);
        } else {
            // After a refusal clients do not come back.
            self.close(conn, out);
        }
    }

    /// A user wants another password.
    pub(super) fn change_password(
        &mut self,
        conn: ConnId,
        name: &Text,
        change: ChangePassword,
        out: &mut Outbox<'_>,
    ) {
        let from = self.addresses.lane(conn);
        if accounts::problem(name, &change.password).is_some()
            || self.passwords.is_changing(from, conn)
        {
            return;
        }
        let password = change.password.clone();
        if self.keeper.store().is_none() {
            let password = Password::plain(&password);
            return self.set_password(conn, change, password, out);
        }
        let purpose = Purpose::Change(conn, change);
        self.passwords.hash(from, purpose, password);
    }

    /// A password has been worked on.
    pub(super) fn worked_on(&mut self, purpose: Purpose, answer: Answer, out: &mut Outbox<'_>) {
        match (purpose, answer) {
            (Purpose::LogIn(conn, login), Answer::Compared(right)) if self.lobby.has(conn) => {
                // Meanwhile he may have been banned, or have another password.
                match self.base.accounts.judge(&login) {
                    Verdict::Compare(_) if right => self.accept(conn, &login, out),
                    Verdict::Banned => {
                        self.lobby.refuse(conn);
                    }
                    _ => self.refuse(conn, &login, LoginRefusal::InvalidPassword, None, out),
                }
            }
            (Purpose::Register(conn, login), Answer::Hashed(Ok(hash))) if self.lobby.has(conn) => {
                // Somebody else may have been faster.
                if self.base.accounts.knows(&login.username) || self.no_room().is_some() {
                    self.login(conn, login, out);
                } else {
                    self.register(conn, login, Password::Hashed(hash), out);
                }
            }
            (
                Purpose::LogIn(conn, login) | Purpose::Register(conn, login),
                Answer::Hashed(Err(error)),
            ) => {
                self.refuse(conn, &login, LoginRefusal::ServerFull, None, out);
                out.emit(ServerEvent::StoreFailed(error));
            }
            (Purpose::Change(conn, change), Answer::Hashed(Ok(hash))) => {
                self.set_password(conn, change, Password::Hashed(hash), out);
            }
            (Purpose::Change(..), Answer::Hashed(Err(error))) => {
                out.emit(ServerEvent::StoreFailed(error));
            }
            (Purpose::Add(id, name), Answer::Hashed(result)) => {
                let added = match result {
                    Ok(_) if self.base.accounts.knows(&name) => Err(ServerError::Exists(name)),
                    Ok(hash) => {
                        self.base.accounts.add(&name, Password::Hashed(hash));
                        return self.kept(&name, Then::Reply(id), out);
                    }
                    Err(error) => Err(ServerError::Store(error)),
                };
                out.reply(id, ServerReply::Done(added));
            }
            // He is gone. No other answers belong to these questions.
            _ => {}
        }
    }

    /// Does something as soon as the changes to an account are kept.
    pub(super) fn kept(&mut self, name: &Text, then: Then, out: &mut Outbox<'_>) {
        self.keeper.account(name);
        if let Some(then) = self.keeper.then(then) {
            self.then(then, None, out);
        }
    }

    /// Changes have been kept, or can't be.
    pub(super) fn then(&mut self, then: Then, error: Option<&StoreError>, out: &mut Outbox<'_>) {
        match (then, error) {
            (Then::LetIn(conn, login), None) => self.accept(conn, &login, out),
            (Then::LetIn(conn, login), Some(_)) => {
                self.base.accounts.remove(&login.username);
                self.keeper.forget(&login.username);
                self.refuse(conn, &login, LoginRefusal::ServerFull, None, out);
            }
            (Then::Repeat(conn, change), None) if self.base.users.at(conn).is_some() => {
                out.send(conn, change);
            }
            // It will be kept later, or has nobody to be told to.
            (Then::Repeat(..), _) => {}
            (Then::Reply(id), error) => {
                let result = error.cloned().map_or(Ok(()), |error| Err(error.into()));
                out.reply(id, ServerReply::Done(result));
            }
        }
    }

    fn register(
        &mut self,
        conn: ConnId,
        login: LoginRequest,
        password: Password,
        out: &mut Outbox<'_>,
    ) {
        let name = login.username.detach();
        self.base.accounts.add(&name, password);
        out.emit(ServerEvent::Registered(name.clone()));
        self.kept(&name, Then::LetIn(conn, login), out);
    }

    fn set_password(
        &mut self,
        conn: ConnId,
        change: ChangePassword,
        password: Password,
        out: &mut Outbox<'_>,
    ) {
        if let Some(user) = self.base.users.at(conn) {
            let name = user.name.clone();
            self.base.accounts.set_password(&name, password);
            self.kept(&name, Then::Repeat(conn, change), out);
        }
    }

    /// Why there are no new accounts.
    fn no_room(&self) -> Option<LoginRefusal> {
        let config = &self.base.config;
        if !config.open {
            Some(LoginRefusal::ServerPrivate)
        } else if self.base.accounts.count() >= config.limits.accounts {
            Some(LoginRefusal::ServerFull)
        } else {
            None
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
        if self.lobby.refuse(conn) {
            let refusal = LoginResponse {
                detail: detail.map(Text::from),
                ..LoginResponse::rejected(reason.clone())
            };
            out.send(conn, refusal);
        }
        let user = login.username.detach();
        out.emit(ServerEvent::Refused { user, reason });
    }

    fn accept(&mut self, conn: ConnId, login: &LoginRequest, out: &mut Outbox<'_>) {
        if !self.lobby.has(conn) {
            return;
        }
        let name = login.username.detach();
        if let Some(old) = self.base.users.conn_of(&name) {
            out.send(old, Relogged);
            self.close(old, out);
        }
        let behind = self.lobby.leave(conn);
        let ip = self.addresses.of(conn);
        self.base.users.log_in(conn, User::new(name.clone(), ip));
        let speed = self.base.accounts.stats(&name).average_speed;
        self.tree.log_in(conn, name.clone(), speed);
        let greeting = self.base.config.greeting.as_str();
        let password = login.password.reveal();
        let accepted = LoginResponse::accepted(greeting, ip, &password.to_str());
        out.send(conn, accepted);
        self.push_all(conn, &name, out);
        self.messages.log_in(conn, &name, out);
        self.tell_status(&name, out);
        out.emit(ServerEvent::LoggedIn(name));
        for request in behind {
            self.received(conn, request, out);
        }
    }

    /// What everybody is told who logs in.
    fn push_all(&mut self, conn: ConnId, name: &Text, out: &mut Outbox<'_>) {
        let config = &self.base.config;
        let rooms = self.rooms.login_list(config.room_list_min_users, out.now);
        out.send_packet(conn, rooms);
        if config.search_delivery == SearchDelivery::Distributed {
            let speed = config.parent_min_speed;
            out.send(conn, ParentMinSpeed { speed });
            let ratio = config.parent_speed_ratio;
            out.send(conn, ParentSpeedRatio { ratio });
        }
        let seconds = self.base.wishlist_interval(name);
        out.send(conn, WishlistInterval { seconds });
        out.send_packet(conn, self.base.privileges.list());
        let phrases = self.base.config.excluded_phrases.clone();
        out.send(conn, ExcludedSearchPhrases { phrases });
    }
}
