//! The session with the server: connecting, logging in, staying, coming back.

mod password;
mod reconnect;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use slsk_wire::server::{
    ChangePassword, CheckPrivilegesRequest, LoginRequest, LoginResponse, ObfuscationType,
    OwnStatus, PingRequest, ServerRequest, SetListenPort, SetStatus, SharedFoldersFiles,
};
use slsk_wire::{FamilyId, Secret, Text};

use super::api::{
    ClientConfig, Event, LoginError, LoginInfo, PasswordError, ReconnectError, Reply, SessionError,
};
use super::outbox::{Out, Outbox};
use super::{Account, CloseReason, CommandId, ConnId, Expect, Route};
use password::PasswordChange;
use reconnect::Attempts;

/// How long a login may wait for its turn.
const MAX_TURN: Duration = Duration::from_secs(30);
/// How often the server hears from an idle client. It dislikes more than one ping a minute.
const PING_INTERVAL: Duration = Duration::from_mins(5);

#[derive(Debug)]
pub(super) struct Session {
    state: State,
    attempts: Attempts,
    password: PasswordChange,
    /// What the server is told about us, in every session.
    status: OwnStatus,
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
        server: SocketAddr,
        deadline: Instant,
    },
    /// Connected, and nobody has logged in.
    Open { conn: ConnId, server: SocketAddr },
    /// Connected; the login waits for its turn.
    Queued {
        conn: ConnId,
        command: CommandId,
        login: Login,
        deadline: Instant,
    },
    LoggingIn {
        conn: ConnId,
        asker: Asker,
        login: Login,
        deadline: Instant,
    },
    Online {
        conn: ConnId,
        login: Login,
        next_ping: Instant,
    },
    /// The session was lost; the next attempt comes then.
    Resting { login: Login, until: Instant },
    /// The next attempt waits for its turn.
    ComingBack { login: Login },
    /// The next attempt has begun.
    Redialling {
        conn: ConnId,
        login: Login,
        deadline: Instant,
    },
}

/// Who wants a login.
#[derive(Clone, Copy, Debug)]
enum Asker {
    Owner(CommandId),
    /// We want to come back.
    Ourselves,
}

#[derive(Debug)]
struct Login {
    account: Account,
    password: Secret,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            state: State::default(),
            attempts: Attempts::default(),
            password: PasswordChange::default(),
            status: OwnStatus::Online,
            shared: (0, 0),
        }
    }
}

impl Session {
    /// The connection to the server.
    pub(super) fn conn(&self) -> Option<ConnId> {
        match self.state {
            State::Offline | State::Resting { .. } | State::ComingBack { .. } => None,
            State::Dialling { conn, .. }
            | State::Open { conn, .. }
            | State::Queued { conn, .. }
            | State::LoggingIn { conn, .. }
            | State::Online { conn, .. }
            | State::Redialling { conn, .. } => Some(conn),
        }
    }

    /// Our account, once the server has accepted it.
    pub(super) fn account(&self) -> Option<&Account> {
        match &self.state {
            State::Online { login, .. } => Some(&login.account),
            _ => None,
        }
    }

    /// Our name, once the server has accepted it.
    pub(super) fn username(&self) -> Option<&str> {
        self.account().map(|account| &*account.username)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let deadline = match self.state {
            State::Offline | State::Open { .. } | State::ComingBack { .. } => None,
            State::Dialling { deadline, .. }
            | State::Queued { deadline, .. }
            | State::LoggingIn { deadline, .. }
            | State::Redialling { deadline, .. } => Some(deadline),
            State::Online { next_ping, .. } => Some(next_ping),
            State::Resting { until, .. } => Some(until),
        };
        deadline.into_iter().chain(self.password.deadline()).min()
    }

    /// Connects, which ends the attempts to come back to another session.
    pub(super) fn connect(&mut self, command: CommandId, server: SocketAddr, out: &mut Outbox) {
        if self.is_coming_back() {
            self.end(out);
        }
        if !matches!(self.state, State::Offline) {
            let error = SessionError::AlreadyConnected;
            return out.reply(command, Reply::Connected(Err(error)));
        }
        self.state = State::Dialling {
            conn: out.dial(Route::plain(server)),
            command,
            server,
            deadline: out.now + out.patience,
        };
    }

    pub(super) fn connected(&mut self, config: &ClientConfig, out: &mut Outbox) {
        match std::mem::take(&mut self.state) {
            State::Dialling {
                conn,
                command,
                server,
                ..
            } => {
                out.expect(conn, Expect::Messages(FamilyId::ServerResponse));
                out.reply(command, Reply::Connected(Ok(())));
                self.state = State::Open { conn, server };
            }
            State::Redialling { conn, login, .. } => {
                out.expect(conn, Expect::Messages(FamilyId::ServerResponse));
                self.send_login(conn, Asker::Ourselves, login, config, out);
            }
            other => self.state = other,
        }
    }

    /// Logs in, when it is the account's turn.
    pub(super) fn login(
        &mut self,
        command: CommandId,
        username: String,
        password: Secret,
        out: &mut Outbox,
    ) {
        let State::Open { conn, server } = self.state else {
            let error = match self.state {
                State::Queued { .. } | State::LoggingIn { .. } | State::Online { .. } => {
                    LoginError::AlreadyLoggedIn
                }
                _ => LoginError::NotConnected,
            };
            return out.reply(command, Reply::LoggedIn(Err(error)));
        };
        let account = Account { server, username };
        out.push(Out::AwaitLogin(account.clone()));
        self.state = State::Queued {
            conn,
            command,
            login: Login { account, password },
            deadline: out.now + MAX_TURN,
        };
    }

    /// The turn of a login has come.
    pub(super) fn login_granted(&mut self, config: &ClientConfig, out: &mut Outbox) {
        match std::mem::take(&mut self.state) {
            State::Queued {
                conn,
                command,
                login,
                ..
            } => self.send_login(conn, Asker::Owner(command), login, config, out),
            State::ComingBack { login } => {
                self.state = State::Redialling {
                    conn: out.dial(Route::plain(login.account.server)),
                    login,
                    deadline: out.now + out.patience,
                };
            }
            other => self.state = other,
        }
    }

    /// The server has answered a login; true when a session begins.
    pub(super) fn login_answered(
        &mut self,
        answer: LoginResponse,
        config: &ClientConfig,
        out: &mut Outbox,
    ) -> bool {
        let (conn, asker, login) = match std::mem::take(&mut self.state) {
            State::LoggingIn {
                conn, asker, login, ..
            } => (conn, asker, login),
            other => {
                self.state = other;
                return false;
            }
        };
        self.attempts = Attempts::default();
        if !answer.success {
            out.close(conn);
            refused(asker, answer, out);
            return false;
        }
        self.state = State::Online {
            conn,
            login,
            next_ping: out.now + PING_INTERVAL,
        };
        announce_port(conn, config, out);
        self.send(CheckPrivilegesRequest.into(), out);
        self.announce_status(out);
        self.announce_shares(out);
        let greeting = answer.greeting.unwrap_or_default();
        let info = LoginInfo {
            greeting: greeting.to_str().into_owned(),
            ip: answer.ip,
        };
        match asker {
            Asker::Owner(command) => out.reply(command, Reply::LoggedIn(Ok(info))),
            Asker::Ourselves => out.emit(Event::Reconnected(info)),
        }
        true
    }

    /// Tells the server how much we share, now and after each login.
    pub(super) fn set_shared(&mut self, directories: u32, files: u32, out: &mut Outbox) {
        self.shared = (directories, files);
        self.announce_shares(out);
    }

    /// Tells the server that we are online or away, now and after each login.
    pub(super) fn set_status(&mut self, status: OwnStatus, out: &mut Outbox) {
        self.status = status;
        self.announce_status(out);
    }

    /// Tells the server where others find us, if it can hear that now.
    pub(super) fn announce_port(&self, config: &ClientConfig, out: &mut Outbox) {
        if let State::Online { conn, .. } = &self.state {
            announce_port(*conn, config, out);
        }
    }

    /// Changes the password.
    pub(super) fn change_password(
        &mut self,
        command: CommandId,
        password: Secret,
        out: &mut Outbox,
    ) {
        if self.account().is_none() {
            let error = PasswordError::NotLoggedIn;
            return out.reply(command, Reply::PasswordChanged(Err(error)));
        }
        self.password.begin(command, password, out);
    }

    /// The server confirms a new password: reconnects use it.
    pub(super) fn password_changed(&mut self, change: &ChangePassword, out: &mut Outbox) {
        let confirmed = self.password.confirmed(&change.password, out);
        if let (Some(password), State::Online { login, .. }) = (confirmed, &mut self.state) {
            login.password = password;
        }
    }

    /// Sends a message, if there is a session.
    pub(super) fn send(&self, message: ServerRequest, out: &mut Outbox) {
        if let State::Online { conn, .. } = self.state {
            out.send(conn, message);
        }
    }

    /// The owner ends the session.
    pub(super) fn disconnect(&mut self, out: &mut Outbox) {
        self.end(out);
    }

    /// Somebody has logged in with our name.
    pub(super) fn relogged(&mut self, config: &ClientConfig, out: &mut Outbox) {
        if let Some(conn) = self.conn() {
            out.close(conn);
        }
        self.lost(SessionError::Relogged, config, out);
    }

    pub(super) fn closed(&mut self, reason: &CloseReason, config: &ClientConfig, out: &mut Outbox) {
        let is_new = matches!(self.state, State::Open { .. } | State::Queued { .. });
        let is_unanswered = matches!(self.state, State::LoggingIn { .. });
        let more = match reason {
            CloseReason::Frame(_) if is_new || is_unanswered => "; is this a Soulseek server?",
            CloseReason::Remote | CloseReason::Network(_) if is_unanswered => {
                " in place of an answer to the login; perhaps it has banned this account or address, so wait before the \
                 next try"
            }
            _ => "",
        };
        self.lost(SessionError::Lost(format!("{reason}{more}")), config, out);
    }

    pub(super) fn dial_failed(&mut self, problem: String, config: &ClientConfig, out: &mut Outbox) {
        self.lost(SessionError::Unreachable(problem), config, out);
    }

    pub(super) fn tick(&mut self, config: &ClientConfig, out: &mut Outbox) {
        self.password.tick(out);
        if self.deadline().is_none_or(|deadline| deadline > out.now) {
            return;
        }
        match &mut self.state {
            State::Offline | State::Open { .. } | State::ComingBack { .. } => {}
            State::Online {
                conn, next_ping, ..
            } => {
                *next_ping = out.now + PING_INTERVAL;
                out.send(*conn, ServerRequest::from(PingRequest));
            }
            State::Dialling { conn, .. }
            | State::LoggingIn { conn, .. }
            | State::Redialling { conn, .. } => {
                out.close(*conn);
                self.lost(SessionError::NoAnswer, config, out);
            }
            State::Queued { conn, command, .. } => {
                out.close(*conn);
                out.reply(*command, Reply::LoggedIn(Err(LoginError::TooMany)));
                self.state = State::Offline;
            }
            State::Resting { .. } => self.come_back(out),
        }
    }

    fn is_coming_back(&self) -> bool {
        matches!(
            self.state,
            State::Resting { .. }
                | State::ComingBack { .. }
                | State::Redialling { .. }
                | State::LoggingIn {
                    asker: Asker::Ourselves,
                    ..
                }
        )
    }

    fn send_login(
        &mut self,
        conn: ConnId,
        asker: Asker,
        login: Login,
        config: &ClientConfig,
        out: &mut Outbox,
    ) {
        let (major, minor) = config.version;
        let password = login.password.reveal().to_str();
        let request = LoginRequest::new(&login.account.username, &password, major, minor);
        out.send(conn, ServerRequest::from(request));
        // Without waiting: whoever hears of the login may ask for our port at once.
        announce_port(conn, config, out);
        self.state = State::LoggingIn {
            conn,
            asker,
            login,
            deadline: out.now + out.patience,
        };
    }

    /// Begins the next attempt to come back, when it is the account's turn.
    fn come_back(&mut self, out: &mut Outbox) {
        if let State::Resting { login, .. } = std::mem::take(&mut self.state) {
            out.push(Out::AwaitLogin(login.account.clone()));
            self.state = State::ComingBack { login };
        }
    }

    /// Ends whatever there is, on request.
    fn end(&mut self, out: &mut Outbox) {
        if let Some(conn) = self.conn() {
            out.close(conn);
        }
        self.attempts = Attempts::default();
        self.over(SessionError::Ended, out);
    }

    /// Ends the session by a fault, and comes back if that is any use.
    fn lost(&mut self, error: SessionError, config: &ClientConfig, out: &mut Outbox) {
        let may_come_back = error != SessionError::Relogged;
        let unanswered = matches!(self.state, State::LoggingIn { .. });
        let login = self.over(error, out);
        let (Some(login), Some(policy), true) = (login, &config.reconnect, may_come_back) else {
            return;
        };
        if unanswered && !self.attempts.unanswered(policy) {
            self.attempts = Attempts::default();
            return out.emit(Event::ReconnectFailed(ReconnectError::PossiblyBanned));
        }
        let after = self.attempts.next_wait(policy, out.random());
        out.emit(Event::Reconnecting { after });
        let until = out.now + after;
        self.state = State::Resting { login, until };
    }

    /// Ends whatever there is and tells whoever waits for it. Returns the login that was good once.
    fn over(&mut self, error: SessionError, out: &mut Outbox) -> Option<Login> {
        self.password.offline(&error, out);
        match std::mem::take(&mut self.state) {
            State::Offline => None,
            State::Dialling { command, .. } => {
                out.reply(command, Reply::Connected(Err(error)));
                None
            }
            State::Queued { command, .. }
            | State::LoggingIn {
                asker: Asker::Owner(command),
                ..
            } => {
                out.reply(command, Reply::LoggedIn(Err(LoginError::Session(error))));
                None
            }
            State::Open { .. } => {
                out.emit(Event::Disconnected(error));
                None
            }
            State::Online { login, .. } => {
                out.emit(Event::Disconnected(error));
                Some(login)
            }
            State::Resting { login, .. }
            | State::ComingBack { login }
            | State::Redialling { login, .. }
            | State::LoggingIn { login, .. } => Some(login),
        }
    }

    fn announce_status(&self, out: &mut Outbox) {
        let status = self.status.clone();
        self.send(SetStatus { status }.into(), out);
    }

    fn announce_shares(&self, out: &mut Outbox) {
        let (directories, files) = self.shared;
        self.send(SharedFoldersFiles { directories, files }.into(), out);
    }
}

/// Tells whoever has asked that the server refuses a login.
fn refused(asker: Asker, answer: LoginResponse, out: &mut Outbox) {
    let reason = answer.reason.unwrap_or(Text::new().into());
    let detail = answer.detail.map(|detail| detail.to_str().into_owned());
    match asker {
        Asker::Owner(command) => {
            let error = LoginError::Refused { reason, detail };
            out.reply(command, Reply::LoggedIn(Err(error)));
        }
        Asker::Ourselves => {
            let error = ReconnectError::Refused { reason, detail };
            out.emit(Event::ReconnectFailed(error));
        }
    }
}

fn announce_port(conn: ConnId, config: &ClientConfig, out: &mut Outbox) {
    if let Some(port) = config.listen_port {
        let obfuscated = config.obfuscated_port;
        let ports = SetListenPort {
            obfuscation_type: obfuscated.map(|_| ObfuscationType::Rotated),
            obfuscated_port: obfuscated.map(u32::from),
            ..SetListenPort::new(port)
        };
        out.send(conn, ServerRequest::from(ports));
    }
}
