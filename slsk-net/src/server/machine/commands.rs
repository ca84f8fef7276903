//! What the owner asks for.

use slsk_wire::server::{AdminMessage, ExcludedSearchPhrases, ResetDistributed};
use slsk_wire::{Secret, Text};

use super::ServerMachine;
use crate::machine::{CommandId, ConnId};
use crate::server::accounts::{self, Password};
use crate::server::keeper::Then;
use crate::server::outbox::Outbox;
use crate::server::passwords::Purpose;
use crate::server::{ServerCommand, ServerError, ServerReply};

impl ServerMachine {
    pub(super) fn command(&mut self, id: CommandId, command: ServerCommand, out: &mut Outbox<'_>) {
        match command {
            ServerCommand::OnlineUsers => {
                let names = self.base.users.names().cloned().collect();
                out.reply(id, ServerReply::OnlineUsers(names));
            }
            ServerCommand::AddAccount { username, password } => {
                if let Err(error) = self.add_account(id, &username, &password, out) {
                    out.reply(id, ServerReply::Done(Err(error)));
                }
            }
            command => match self.follow(command, out) {
                // What was changed is kept before the answer.
                Ok(()) => {
                    if let Some(then) = self.keeper.then(Then::Reply(id)) {
                        self.then(then, None, out);
                    }
                }
                error => out.reply(id, ServerReply::Done(error)),
            },
        }
    }

    fn add_account(
        &mut self,
        id: CommandId,
        username: &Text,
        password: &Secret,
        out: &mut Outbox<'_>,
    ) -> Result<(), ServerError> {
        if let Some((reason, _)) = accounts::problem(username, password) {
            return Err(ServerError::Refused(reason));
        }
        if self.base.accounts.exists(username) {
            return Err(ServerError::Exists(username.clone()));
        }
        if self.keeper.store().is_none() {
            let password = Password::plain(password);
            self.base.accounts.add(username, password);
            self.kept(username, Then::Reply(id), out);
        } else {
            let purpose = Purpose::Add(id, username.detach());
            if !self.passwords.hash(None, purpose, password.clone()) {
                return Err(ServerError::Busy);
            }
        }
        Ok(())
    }

    fn follow(&mut self, command: ServerCommand, out: &mut Outbox<'_>) -> Result<(), ServerError> {
        match command {
            // These have answers of their own; for the last there is nothing to do but to answer.
            ServerCommand::OnlineUsers | ServerCommand::AddAccount { .. } | ServerCommand::Save => {
            }
            ServerCommand::Kick(name) => {
                let conn = self.online(&name)?;
                self.close(conn, out);
            }
            ServerCommand::Ban(name) => {
                self.known(&name)?;
                self.base.accounts.set_banned(&name, true);
                self.keeper.account(&name);
                if let Some(conn) = self.base.users.conn_of(&name) {
                    self.close(conn, out);
                }
            }
            ServerCommand::Unban(name) => {
                self.known(&name)?;
                self.base.accounts.set_banned(&name, false);
                self.keeper.account(&name);
            }
            ServerCommand::BanAddress(ip) => {
                for conn in self.addresses.ban(ip) {
                    self.close(conn, out);
                }
            }
            ServerCommand::UnbanAddress(ip) => self.addresses.unban(ip),
            ServerCommand::GrantPrivileges { username, days } => {
                self.known(&username)?;
                self.keeper.account(&username);
                if self.base.privileges.grant(&username, days, out.time) {
                    self.privileges_changed(&username, out);
                }
                self.tell_own_privileges(&username, out);
            }
            ServerCommand::SetSpeed { username, speed } => {
                self.known(&username)?;
                let is_news = self.update_stats(&username, |stats| {
                    stats.average_speed = speed;
                    stats.uploads = 1;
                });
                if is_news {
                    self.tell_stats(&username, out);
                }
            }
            ServerCommand::Announce(message) => {
                out.send_all(self.base.users.conns(), AdminMessage { message });
            }
            ServerCommand::Tell { username, message } => {
                let conn = self.online(&username)?;
                self.messages.tell(conn, message, out);
            }
            ServerCommand::ResetDistributed(None) => {
                out.send_all(self.base.users.conns(), ResetDistributed);
            }
            ServerCommand::ResetDistributed(Some(name)) => {
                let conn = self.online(&name)?;
                out.send(conn, ResetDistributed);
            }
            ServerCommand::ExcludePhrases(phrases) => {
                self.base.config.excluded_phrases.clone_from(&phrases);
                out.send_all(self.base.users.conns(), ExcludedSearchPhrases { phrases });
            }
        }
        Ok(())
    }

    fn online(&self, name: &Text) -> Result<ConnId, ServerError> {
        let conn = self.base.users.conn_of(name);
        conn.ok_or_else(|| ServerError::NotOnline(name.clone()))
    }

    fn known(&self, name: &Text) -> Result<(), ServerError> {
        if self.base.accounts.knows(name) {
            Ok(())
        } else {
            Err(ServerError::NoSuchUser(name.clone()))
        }
    }
}
