//! What the owner asks for: each command goes to the part that it concerns.

use super::ClientMachine;
use crate::machine::CommandId;
use crate::machine::api::{Command, DownloadError, Reply, SearchError, SessionError};
use crate::machine::raw::SendError;
use crate::machine::requests::Question;
use crate::machine::transfer::download::Wanted;

impl ClientMachine {
    pub(super) fn command(&mut self, id: CommandId, command: Command) {
        let out = &mut self.outbox;
        let online = self.session.username().is_some();
        match command {
            Command::Connect(server) => self.session.connect(id, server, out),
            Command::Login { username, password } => {
                self.session.login(id, username, password, out);
            }
            Command::Disconnect => {
                self.session.disconnect(out);
                self.offline();
                self.outbox.reply(id, Reply::Done);
            }
            Command::ChangePassword(password) => self.session.change_password(id, password, out),
            Command::SetStatus(status) => {
                self.session.set_status(status, out);
                out.reply(id, Reply::Done);
            }
            Command::Watch(user) => self.users.watch(id, user, out),
            Command::Unwatch(user) => {
                self.users.unwatch(&user, out);
                out.reply(id, Reply::Done);
            }
            Command::PrivilegedUsers => self.users.list_privileged(id, out),
            Command::ListRooms => self.rooms.list(id, out),
            Command::JoinRoom(room) => self.rooms.join(id, room, out),
            Command::LeaveRoom(room) => self.rooms.leave(id, room, out),
            Command::SayInRoom { room, message } => self.rooms.say(id, room, &message, out),
            Command::SetPorts { plain, obfuscated } => {
                let before = (self.config.listen_port, self.config.obfuscated_port);
                self.config.listen_port = plain.or(before.0.map(|_| 0));
                self.config.obfuscated_port = obfuscated;
                if before != (self.config.listen_port, obfuscated) {
                    self.session.announce_port(&self.config, out);
                }
                out.reply(id, Reply::Done);
            }
            Command::SendToServer(_) | Command::SendToPeer(..) if !online => {
                out.reply(id, Reply::Sent(Err(SendError::NotLoggedIn)));
            }
            Command::SendToServer(message) => {
                self.session.send(message, out);
                out.reply(id, Reply::Sent(Ok(())));
            }
            Command::SendToPeer(user, message) => self.raw.send(id, user, message, out),
            Command::Share(index) => {
                let (directories, files) = (count(index.folders()), count(index.files()));
                self.incoming.share(index.clone());
                self.answering.share(index.clone(), out);
                self.uploads.share(index);
                self.session.set_shared(directories, files, out);
                out.reply(id, Reply::Done);
            }
            Command::Search(request) => match self.session.username() {
                Some(own_name) => self.searches.start(id, request, own_name, out),
                None => out.reply(id, Reply::Searched(Err(SearchError::NotLoggedIn))),
            },
            Command::StopSearch(search) => {
                self.searches.stop(search, out);
                self.wishlist.remove(search, out);
                out.reply(id, Reply::Done);
            }
            Command::Branch => {
                let branch = self.distributed.branch().ok_or(SessionError::NotLoggedIn);
                out.reply(id, Reply::Branch(branch));
            }
            Command::Wish(request) => self.wishlist.add(id, request, out),
            Command::Wishes => out.reply(id, Reply::Wishes(self.wishlist.list())),
            Command::SetProfile(profile) => {
                self.answering.set_profile(profile);
                out.reply(id, Reply::Done);
            }
            Command::Browse(user) => self.requests.ask(id, user, Question::Shares, online, out),
            Command::Folder { user, path } => {
                self.requests
                    .ask(id, user, Question::Folder(path), online, out);
            }
            Command::Info(user) => self.requests.ask(id, user, Question::Info, online, out),
            Command::Download { .. } if !online => {
                out.reply(id, Reply::Downloaded(Err(DownloadError::NotLoggedIn)));
            }
            Command::Download {
                user,
                remote,
                size,
                local,
            } => {
                let wanted = Wanted {
                    user,
                    remote,
                    size,
                    local,
                };
                self.downloads.start(id, wanted, out);
            }
            Command::CancelDownload(download) => {
                self.downloads.cancel(download, out);
                out.reply(id, Reply::Done);
            }
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
