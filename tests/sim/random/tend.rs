//! Looking after the clients of a run.

use std::time::Duration;

use slsk_net::machine::{Command, CommandId, Event, LoginError, Reply, SessionError, UploadEvent};

use super::client::{Asked, PASSWORD, Wanted};
use super::run::Run;

/// How long after a lost session a client is told to connect again.
const REST: Duration = Duration::from_secs(20);

impl Run {
    /// Looks after the clients: takes what they say, brings them back, lets them connect.
    pub(super) fn tend(&mut self) -> Result<(), String> {
        let now = self.world.now();
        for client in 0..self.clients.len() {
            if self.clients[client].back_at.is_some_and(|time| time <= now) {
                self.come_back(client);
            }
            let node = self.clients[client].node;
            for event in self.world.take_events(node) {
                self.heard(client, &event);
            }
            for (id, reply) in self.world.take_replies(node) {
                self.answered(client, id, &reply)?;
            }
            let it = &self.clients[client];
            if it.connect_at.is_some_and(|time| time <= now) && self.world.is_on(node) {
                self.clients[client].connect_at = None;
                let server = self.world.address(self.server);
                self.tell(client, Command::Connect(server), Asked::Connect);
            }
        }
        self.world.take_server_events(self.server);
        Ok(())
    }

    fn heard(&mut self, client: usize, event: &Event) {
        let again = self.world.now() + REST;
        match event {
            Event::Disconnected(error) => {
                self.tally.lost_sessions += 1;
                self.tally.kicked += u64::from(*error == SessionError::Relogged);
                self.clients[client].connect_at = Some(again);
            }
            Event::Reconnecting { .. } => self.clients[client].connect_at = None,
            Event::Reconnected(_) => {
                self.tally.logins += 1;
                self.tally.reconnects += 1;
            }
            Event::ReconnectFailed(_) => self.clients[client].connect_at = Some(again),
            Event::SearchResult(..) => self.tally.results += 1,
            Event::Upload(_, _, UploadEvent::Finished) => self.tally.uploads += 1,
            _ => {}
        }
    }

    fn answered(&mut self, client: usize, id: CommandId, reply: &Reply) -> Result<(), String> {
        let again = Some(self.world.now() + REST);
        let it = &mut self.clients[client];
        let Some((asked, _)) = it.asked.remove(&id) else {
            return Ok(());
        };
        match (asked, reply) {
            (Asked::Connect, Reply::Connected(Ok(()))) => {
                let command = Command::Login {
                    username: it.name.clone(),
                    password: PASSWORD.into(),
                };
                self.tell(client, command, Asked::Login);
            }
            (Asked::Connect, Reply::Connected(Err(SessionError::AlreadyConnected)))
            | (Asked::Login, Reply::LoggedIn(Err(LoginError::AlreadyLoggedIn))) => {}
            (Asked::Connect, Reply::Connected(Err(_)))
            | (Asked::Login, Reply::LoggedIn(Err(_))) => it.connect_at = again,
            (Asked::Login, Reply::LoggedIn(Ok(_))) => self.tally.logins += 1,
            (Asked::Download(wanted), Reply::Downloaded(result)) => match result {
                Ok(_) => return self.fetched(client, &wanted),
                Err(error) => {
                    self.failed.insert((client, id), format!("{error:?}"));
                    self.tally.failed_downloads += 1;
                }
            },
            (Asked::Question, reply) => {
                let problem = match reply {
                    Reply::Browsed(result) => result.as_ref().err().map(|e| format!("{e:?}")),
                    Reply::Folder(result) => result.as_ref().err().map(|e| format!("{e:?}")),
                    Reply::Info(result) => result.as_ref().err().map(|e| format!("{e:?}")),
                    _ => return Ok(()),
                };
                match problem {
                    Some(problem) => {
                        self.failed.insert((client, id), problem);
                        self.tally.failed_questions += 1;
                    }
                    None => self.tally.questions += 1,
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A download is there, byte for byte.
    fn fetched(&mut self, client: usize, wanted: &Wanted) -> Result<(), String> {
        self.tally.downloads += 1;
        let it = &self.clients[client];
        let file = self.world.disk(it.node).get(&wanted.local);
        if file.map(|file| &file[..]) == Some(&wanted.contents[..]) {
            return Ok(());
        }
        Err(format!("a download of {} has other contents", it.name))
    }

    pub(super) fn tell(&mut self, client: usize, command: Command, asked: Asked) -> CommandId {
        let it = &mut self.clients[client];
        let id = self.world.tell(it.node, command);
        it.asked.insert(id, (asked, self.world.now()));
        id
    }
}
