//! The session with the server: connecting, logging in, staying.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use slsk_wire::server::{
    LoginRequest, LoginResponse, ObfuscationType, OwnStatus, PingRequest, ServerRequest,
    SetListenPort, SetStatus, SharedFoldersFiles,
};
use slsk_wire::{FamilyId, Secret};

use super::api::{ClientConfig, Event, LoginError, LoginInfo, Reply, SessionError};
use super::outbox::Outbox;
use super::{CloseReason, CommandId, ConnId, Expect, Route};

/// How long connecting and logging in may take, each. A banned address gets no answer at all.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often the server hears from an idle client. It dislikes more than one ping a minute.
const PING_INTERVAL: Duration = Duration::from_mins(5);

#[derive(Debug, Default)]
pub(super) struct Session {
    state: State,
    /// What the server is told we share: folders and files.
    shared: (u32, u32),
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Offline,
    Dialling {
        conn: ConnId,
        command: CommandId,
        deadline: Instant,
    },
    /// Connected, and nobody has logged in.
    Open { conn: ConnId },
    LoggingIn {
        conn: ConnId,
        command: CommandId,
        username: String,
        deadline: Instant,
    },
    Online {
        conn: ConnId,
        username: String,
        next_ping: Instant,
    },
}

impl Session {
    /// The connection to the server.
    pub(super) fn conn(&self) -> Option<ConnId> {
        match self.state {
            State::Offline => None,
            State::Dialling { conn, .. }
            | State::Open { conn }
            | State::LoggingIn { conn, .. }
            | State::Online { conn, .. } => Some(conn),
        }
    }

    /// Our name, once the server has accepted it.
    pub(super) fn username(&self) -> Option<&str> {
        match &self.state {
            State::Online { username, .. } => Some(username),
            _ => None,
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.state {
            State::Offline | State::Open { .. } => None,
            State::Dialling { deadline, .. } | State::LoggingIn { deadline, .. } => Some(deadline),
            State::Online { next_ping, .. } => Some(next_ping),
        }
    }

    pub(super) fn connect(&mut self, command: CommandId, server: SocketAddr, out: &mut Outbox) {
        if !matches!(self.state, State::Offline) {
            let error = SessionError::AlreadyConnected;
            return out.reply(command, Reply::Connected(Err(error)));
        }
        self.state = State::Dialling {
            conn: out.dial(Route::plain(server)),
            command,
            deadline: out.now + PATIENCE,
        };
    }

    pub(super) fn connected(&mut self, out: &mut Outbox) {
        if let State::Dialling { conn, command, .. } = self.state {
            self.state = State::Open { conn };
            out.expect(conn, Expect::Messages(FamilyId::ServerResponse));
            out.reply(command, Reply::Connected(Ok(())));
        }
    }

    pub(super) fn login(
        &mut self,
        command: CommandId,
        username: String,
        password: &Secret,
        config: &ClientConfig,
        out: &mut Outbox,
    ) {
        let State::Open { conn } = self.state else {
            let error = match self.state {
                State::LoggingIn { .. } | State::Online { .. } => LoginError::AlreadyLoggedIn,
                _ => LoginError::NotConnected,
            };
            return out.reply(command, Reply::LoggedIn(Err(error)));
        };
        let (major, minor) = config.version;
        let request = LoginRequest::new(&username, &password.reveal().to_str(), major, minor);
        out.send(conn, ServerRequest::from(request));
        // Without waiting: whoever hears of the login may ask for our port at once.
        self.announce_port(config, out);
        self.state = State::LoggingIn {
            conn,
            command,
            username,
            deadline: out.now + PATIENCE,
        };
    }

    pub(super) fn login_answered(
        &mut self,
        answer: LoginResponse,
        config: &ClientConfig,
        out: &mut Outbox,
    ) {
        let State::LoggingIn {
            conn,
            command,
            username,
            ..
        } = &mut self.state
        else {
            return;
        };
        let (conn, command) = (*conn, *command);
        if !answer.success {
            self.state = State::Offline;
            out.close(conn);
            let error = LoginError::Refused {
                reason: answer.reason.unwrap_or(slsk_wire::Text::new().into()),
                detail: answer.detail.map(|detail| detail.to_str().into_owned()),
            };
            return out.reply(command, Reply::LoggedIn(Err(error)));
        }
        self.state = State::Online {
            conn,
            username: std::mem::take(username),
            next_ping: out.now + PING_INTERVAL,
        };
        self.announce_port(config, out);
        self.announce_shares(out);
        let status = OwnStatus::Online;
        self.send(SetStatus { status }.into(), out);
        let info = LoginInfo {
            greeting: answer
                .greeting
                .map(|text| text.to_str().into_owned())
                .unwrap_or_default(),
            ip: answer.ip,
        };
        out.reply(command, Reply::LoggedIn(Ok(info)));
    }

    /// Tells the server how much we share, now and after the next login.
    pub(super) fn set_shared(&mut self, directories: u32, files: u32, out: &mut Outbox) {
        self.shared = (directories, files);
        if self.username().is_some() {
            self.announce_shares(out);
        }
    }

    /// Sends a message, if there is a server to send it to.
    pub(super) fn send(&self, message: ServerRequest, out: &mut Outbox) {
        if let Some(conn) = self.conn() {
            out.send(conn, message);
        }
    }

    /// Somebody has logged in with our name.
    pub(super) fn relogged(&mut self, out: &mut Outbox) {
        if let Some(conn) = self.conn() {
            out.close(conn);
        }
        self.lost(SessionError::Relogged, out);
    }

    pub(super) fn closed(&mut self, reason: &CloseReason, out: &mut Outbox) {
        self.lost(SessionError::Lost(reason.to_string()), out);
    }

    pub(super) fn dial_failed(&mut self, problem: String, out: &mut Outbox) {
        self.lost(SessionError::Unreachable(problem), out);
    }

    pub(super) fn tick(&mut self, out: &mut Outbox) {
        if self.deadline().is_none_or(|deadline| deadline > out.now) {
            return;
        }
        match &mut self.state {
            State::Offline | State::Open { .. } => {}
            State::Online {
                conn, next_ping, ..
            } => {
                *next_ping = out.now + PING_INTERVAL;
                out.send(*conn, ServerRequest::from(PingRequest));
            }
            State::Dialling { conn, .. } | State::LoggingIn { conn, .. } => {
                out.close(*conn);
                self.lost(SessionError::NoAnswer, out);
            }
        }
    }

    /// Ends the session and answers whoever waits for it; nobody waiting means an event.
    fn lost(&mut self, error: SessionError, out: &mut Outbox) {
        match std::mem::take(&mut self.state) {
            State::Offline => {}
            State::Dialling { command, .. } => out.reply(command, Reply::Connected(Err(error))),
            State::LoggingIn { command, .. } => {
                out.reply(command, Reply::LoggedIn(Err(LoginError::Session(error))));
            }
            State::Open { .. } | State::Online { .. } => out.emit(Event::Disconnected(error)),
        }
    }

    fn announce_port(&self, config: &ClientConfig, out: &mut Outbox) {
        if let Some(port) = config.listen_port {
            let obfuscated = config.obfuscated_port;
            let ports = SetListenPort {
                obfuscation_type: obfuscated.map(|_| ObfuscationType::Rotated),
                obfuscated_port: obfuscated.map(u32::from),
                ..SetListenPort::new(port)
            };
            self.send(ports.into(), out);
        }
    }

    fn announce_shares(&self, out: &mut Outbox) {
        let (directories, files) = self.shared;
        self.send(SharedFoldersFiles { directories, files }.into(), out);
    }
}
