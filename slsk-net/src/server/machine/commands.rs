//! What the owner asks for.

use slsk_wire::Text;
use slsk_wire::server::{AdminMessage, ExcludedSearchPhrases, ResetDistributed};

use super::ServerMachine;
use crate::machine::{CommandId, ConnId};
use crate::server::accounts;
use crate::server::outbox::Outbox;
use crate::server::{ServerCommand, ServerError, ServerReply};

impl ServerMachine {
    pub(super) fn command(&mut self, id: CommandId, command: ServerCommand, out: &mut Outbox<'_>) {
        let reply = match command {
            ServerCommand::OnlineUsers => {
                ServerReply::OnlineUsers(self.base.users.names().cloned().collect())
            }
            command => ServerReply::Done(self.follow(command, out)),
        };
        out.reply(id, reply);
    }

    fn follow(&mut self, command: ServerCommand, out: &mut Outbox<'_>) -> Result<(), ServerError> {
        match command {
            ServerCommand::OnlineUsers => {}
            ServerCommand::AddAccount { username, password } => {
                if let Some((reason, _)) = accounts::problem(&username, &password) {
                    return Err(ServerError::Refused(reason));
                }
                if self.base.accounts.exists(&username) {
                    return Err(ServerError::Exists(username));
                }
                self.base.accounts.add(&username, &password);
            }
            ServerCommand::Kick(name) => {
                let conn = self.online(&name)?;
                self.close(conn, out);
            }
            ServerCommand::Ban(name) => {
                self.known(&name)?;
                self.base.accounts.set_banned(&name, true);
                if let Some(conn) = self.base.users.conn_of(&name) {
                    self.close(conn, out);
                }
            }
            ServerCommand::Unban(name) => {
                self.known(&name)?;
                self.base.accounts.set_banned(&name, false);
            }
            ServerCommand::BanAddress(ip) => {
                for conn in self.addresses.ban(ip) {
                    self.close(conn, out);
                }
            }
            ServerCommand::UnbanAddress(ip) => self.addresses.unban(ip),
            ServerCommand::GrantPrivileges { username, days } => {
                self.known(&username)?;
                if self.base.privileges.grant(&username, days, out.now) {
                    self.privileges_changed(&username, out);
                }
                self.tell_own_privileges(&username, out);
            }
            ServerCommand::SetSpeed { username, speed } => {
                self.known(&username)?;
                self.update_stats(&username, out, |stats| {
                    stats.average_speed = speed;
                    stats.uploads = 1;
                });
            }
            ServerCommand::Announce(message) => {
                out.send_all(self.base.users.conns(), AdminMessage { message });
            }
            ServerCommand::Tell { username, message } => {
                let conn = self.online(&username)?;
                let time = self.time(out.now);
                self.messages.tell(conn, message, time, out);
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
