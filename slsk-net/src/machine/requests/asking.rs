//! Our questions to other users.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use slsk_wire::Text;
use slsk_wire::peer::{
    FolderContentsRequest, FolderContentsResponse, PeerMessage, SharesRequest, SharesResponse,
    UserInfoRequest, UserInfoResponse,
};

use super::RequestError;
use crate::machine::CommandId;
use crate::machine::api::Reply;
use crate::machine::outbox::{NOT_ONLINE, Out, Outbox};

/// How long a user may say nothing, once he has the question.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it may take until he has it; the peers give up before.
const WAY_TIME: Duration = Duration::from_secs(90);
/// How soon a user does not hear the same question again: others ignore one within 0.4 s.
const PAUSE: Duration = Duration::from_millis(500);
/// How long an answer may take in all, while some of it comes.
const MOST_PATIENCE: Duration = Duration::from_hours(1);

/// What a user can be asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::machine) enum Question {
    /// What he shares.
    Shares,
    /// What he says about himself.
    Info,
    /// What is in a folder of his.
    Folder(Text),
}

/// The questions that are open. Whoever asks the same waits for the same answer.
#[derive(Debug, Default)]
pub(in crate::machine) struct Requests {
    open: BTreeMap<(Text, Question), Open>,
    /// What was asked just now.
    asked: BTreeMap<(Text, Question), Instant>,
}

#[derive(Debug)]
struct Open {
    waiting: Vec<CommandId>,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The same question was asked just now.
    Held { until: Instant },
    /// Asked, and perhaps there is no connection yet.
    OnItsWay { until: Instant },
    /// The user has the question.
    Reached { until: Instant, at_last: Instant },
}

impl Open {
    fn until(&self) -> Instant {
        let (State::Held { until } | State::OnItsWay { until } | State::Reached { until, .. }) =
            self.state;
        until
    }

    fn is_held(&self) -> bool {
        matches!(self.state, State::Held { .. })
    }
}

impl Question {
    /// Whether the answer may be so large that it is taken only if it is awaited.
    fn is_bulk(&self) -> bool {
        matches!(self, Self::Shares | Self::Info)
    }

    fn message(&self, out: &mut Outbox) -> PeerMessage {
        match self {
            Self::Shares => SharesRequest::default().into(),
            Self::Info => UserInfoRequest.into(),
            Self::Folder(directory) => {
                let token = out.random().u32(..);
                let directory = directory.clone();
                FolderContentsRequest { token, directory }.into()
            }
        }
    }

    fn failed(&self, error: RequestError) -> Reply {
        match self {
            Self::Shares => Reply::Browsed(Err(error)),
            Self::Info => Reply::Info(Err(error)),
            Self::Folder(_) => Reply::Folder(Err(error)),
        }
    }
}

impl Requests {
    /// How many questions are open.
    pub(in crate::machine) fn count(&self) -> usize {
        self.open.len()
    }

    pub(in crate::machine) fn deadline(&self) -> Option<Instant> {
        self.open.values().map(Open::until).min()
    }

    /// Asks a user, unless the same question to him is open.
    pub(in crate::machine) fn ask(
        &mut self,
        command: CommandId,
        user: Text,
        question: Question,
        is_online: bool,
        out: &mut Outbox,
    ) {
        if !is_online {
            return out.reply(command, question.failed(RequestError::NotLoggedIn));
        }
        let key = (user, question);
        if let Some(open) = self.open.get_mut(&key) {
            open.waiting.push(command);
            return;
        }
        self.asked.retain(|_, time| out.now < *time + PAUSE);
        let until = self.asked.get(&key).map_or(out.now, |time| *time + PAUSE);
        let open = Open {
            waiting: vec![command],
            state: State::Held { until },
        };
        self.open.insert(key, open);
        self.send_due(out);
    }

    /// Sends the questions whose time has come.
    fn send_due(&mut self, out: &mut Outbox) {
        let is_due = |open: &Open| open.is_held() && open.until() <= out.now;
        let due = self.open.iter().filter(|(_, open)| is_due(open));
        for key in due.map(|(key, _)| key.clone()).collect::<Vec<_>>() {
            let (user, question) = &key;
            if question.is_bulk() && !self.awaits(user) {
                out.push(Out::AwaitBulk(user.clone(), true));
            }
            let message = question.message(out);
            out.push(Out::ToPeer(user.clone(), message));
            if let Some(open) = self.open.get_mut(&key) {
                let until = out.now + WAY_TIME;
                open.state = State::OnItsWay { until };
            }
            self.asked.insert(key, out.now);
        }
    }

    /// A user tells what he shares. What nobody has asked for is dropped, here and below.
    pub(in crate::machine) fn shares(
        &mut self,
        user: &Text,
        response: SharesResponse,
        out: &mut Outbox,
    ) {
        let reply = Reply::Browsed(Ok(Arc::new(response)));
        self.answered(user, Question::Shares, &reply, out);
    }

    /// A user tells about himself.
    pub(in crate::machine) fn info(
        &mut self,
        user: &Text,
        response: UserInfoResponse,
        out: &mut Outbox,
    ) {
        let reply = Reply::Info(Ok(Arc::new(response)));
        self.answered(user, Question::Info, &reply, out);
    }

    /// A user tells what is in a folder.
    pub(in crate::machine) fn folder(
        &mut self,
        user: &Text,
        response: FolderContentsResponse,
        out: &mut Outbox,
    ) {
        let question = Question::Folder(response.directory.clone());
        let reply = Reply::Folder(Ok(Arc::new(response)));
        self.answered(user, question, &reply, out);
    }

    /// What a user was asked has gone out to him: now it is his turn.
    pub(in crate::machine) fn reached(&mut self, user: &Text, out: &Outbox) {
        for ((name, _), open) in &mut self.open {
            if name == user && matches!(open.state, State::OnItsWay { .. }) {
                open.state = State::Reached {
                    until: out.now + PATIENCE,
                    at_last: out.now + MOST_PATIENCE,
                };
            }
        }
    }

    /// A part of a large message has come from a user: he is still at it.
    pub(in crate::machine) fn arriving(&mut self, user: &Text, out: &Outbox) {
        for ((name, _), open) in &mut self.open {
            if let State::Reached { until, at_last } = &mut open.state
                && name == user
            {
                *until = (out.now + PATIENCE).min(*at_last);
            }
        }
    }

    /// A user can't be reached.
    pub(in crate::machine) fn unreachable(&mut self, user: &Text, reason: &str, out: &mut Outbox) {
        let error = match reason {
            NOT_ONLINE => RequestError::Offline,
            reason => RequestError::Unreachable {
                reason: reason.to_owned(),
            },
        };
        let is_his = |name: &Text, open: &Open| name == user && !open.is_held();
        self.fail(is_his, &error, out);
    }

    /// The connection to a user is gone.
    pub(in crate::machine) fn peer_gone(&mut self, user: &Text, out: &mut Outbox) {
        let is_his = |name: &Text, open: &Open| name == user && !open.is_held();
        self.fail(is_his, &RequestError::Closed, out);
    }

    pub(in crate::machine) fn tick(&mut self, out: &mut Outbox) {
        let now = out.now;
        let is_late = |_: &Text, open: &Open| !open.is_held() && open.until() <= now;
        self.fail(is_late, &RequestError::NoAnswer, out);
        self.send_due(out);
    }

    fn answered(&mut self, user: &Text, question: Question, reply: &Reply, out: &mut Outbox) {
        let is_bulk = question.is_bulk();
        let key = (user.clone(), question);
        if self.open.get(&key).is_none_or(Open::is_held) {
            return;
        }
        let Some(open) = self.open.remove(&key) else {
            return;
        };
        for command in open.waiting {
            out.reply(command, reply.clone());
        }
        if is_bulk {
            self.await_less(user, out);
        }
    }

    /// Ends the questions that `is_over` names.
    fn fail(
        &mut self,
        is_over: impl Fn(&Text, &Open) -> bool,
        error: &RequestError,
        out: &mut Outbox,
    ) {
        let over: Vec<_> = self
            .open
            .extract_if(.., |(user, _), open| is_over(user, open))
            .collect();
        for ((user, question), open) in over {
            for command in open.waiting {
                out.reply(command, question.failed(error.clone()));
            }
            if question.is_bulk() {
                self.await_less(&user, out);
            }
        }
    }

    /// Whether something large is awaited from a user.
    fn awaits(&self, user: &Text) -> bool {
        let mut sent = self.open.iter().filter(|(_, open)| !open.is_held());
        sent.any(|((name, question), _)| name == user && question.is_bulk())
    }

    /// Says so when nothing large is awaited from a user any more.
    fn await_less(&self, user: &Text, out: &mut Outbox) {
        if !self.awaits(user) {
            out.push(Out::AwaitBulk(user.clone(), false));
        }
    }
}

#[cfg(test)]
mod tests;
