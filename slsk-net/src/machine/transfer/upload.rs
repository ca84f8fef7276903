//! Serving files to others.
//!
//! An upload is in exactly one of the states of `State`. Each but the queue has a deadline, and the queue
//! moves whenever a slot is free.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use slsk_wire::Text;
use slsk_wire::peer::{
    PeerMessage, PlaceInQueueResponse, RefusalReason, TransferDirection, TransferRequest,
    TransferResponse, UploadDenied, UploadFailed,
};

use super::{STALL_TIME, STEP_TIME};
use crate::machine::api::{Event, UploadEvent};
use crate::machine::outbox::{Out, Outbox};
use crate::machine::{ConnId, Effect, Expect, FileError};
use crate::share::Index;

/// How many files are sent at the same time.
const SLOTS: usize = 3;
/// How long a user who is gone keeps his place in the queue.
const ABSENCE: Duration = Duration::from_mins(10);
/// How many files one user may have queued.
const MAX_QUEUED: usize = 100;
/// How many files all users together may have queued.
const MAX_QUEUE: usize = 10_000;

/// The queue, oldest first, with the running uploads in it.
#[derive(Debug)]
pub(in crate::machine) struct Uploads {
    all: Vec<Upload>,
    next_token: u32,
    shares: Option<Arc<Index>>,
}

#[derive(Debug)]
struct Upload {
    user: Text,
    remote: Text,
    local: PathBuf,
    size: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    /// It waits. Once its user is gone, it does so until the deadline only.
    Queued { deadline: Option<Instant> },
    /// We have offered the file and wait for a yes.
    Offered { token: u32, deadline: Instant },
    /// He has said yes and we connect to him.
    Connecting { token: u32, deadline: Instant },
    /// We are connected and wait for his offset.
    Greeting { conn: ConnId, deadline: Instant },
    /// The file goes.
    Running { conn: ConnId, deadline: Instant },
    /// All is sent; he closes when he has it.
    Lingering { conn: ConnId, deadline: Instant },
}

impl State {
    fn conn(&self) -> Option<ConnId> {
        match self {
            Self::Greeting { conn, .. }
            | Self::Running { conn, .. }
            | Self::Lingering { conn, .. } => Some(*conn),
            _ => None,
        }
    }

    fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Queued { deadline } => *deadline,
            Self::Offered { deadline, .. }
            | Self::Connecting { deadline, .. }
            | Self::Greeting { deadline, .. }
            | Self::Running { deadline, .. }
            | Self::Lingering { deadline, .. } => Some(*deadline),
        }
    }

    fn is_queued(&self) -> bool {
        matches!(self, Self::Queued { .. })
    }
}

impl Uploads {
    pub(in crate::machine) fn new(first_token: u32) -> Self {
        Self {
            all: Vec::new(),
            next_token: first_token,
            shares: None,
        }
    }

    pub(in crate::machine) fn owns(&self, conn: ConnId) -> bool {
        self.at(conn).is_some()
    }

    pub(in crate::machine) fn deadline(&self) -> Option<Instant> {
        self.all.iter().filter_map(|u| u.state.deadline()).min()
    }

    pub(in crate::machine) fn share(&mut self, index: Arc<Index>) {
        self.shares = Some(index);
    }

    /// How many uploads can run at the same time.
    pub(in crate::machine) fn slots() -> u32 {
        u32::try_from(SLOTS).unwrap_or(u32::MAX)
    }

    /// Whether a new upload would begin at once.
    pub(in crate::machine) fn slot_free(&self) -> bool {
        self.all.iter().filter(|u| !u.state.is_queued()).count() < SLOTS
    }

    /// How many are not over.
    pub(in crate::machine) fn count(&self) -> usize {
        self.all.len()
    }

    /// How many files wait.
    pub(in crate::machine) fn queue_length(&self) -> u32 {
        let queued = self.all.iter().filter(|u| u.state.is_queued()).count();
        u32::try_from(queued).unwrap_or(u32::MAX)
    }

    /// A user wants a file. Silence means that it is queued, also when it is already.
    pub(in crate::machine) fn wanted(
        &mut self,
        conn: ConnId,
        user: &Text,
        remote: &Text,
        out: &mut Outbox,
    ) {
        if let Err(reason) = self.enqueue(user, remote) {
            let filename = remote.clone();
            let denied = UploadDenied { filename, reason };
            out.push(Out::Answer(conn, PeerMessage::from(denied).into()));
        }
        self.advance(out);
    }

    /// A user wants a file in the old way, which needs an answer at once: queued, never yes.
    pub(in crate::machine) fn requested(
        &mut self,
        conn: ConnId,
        user: &Text,
        request: &TransferRequest,
        out: &mut Outbox,
    ) {
        let reason = self.enqueue(user, &request.filename);
        let reason = reason.err().unwrap_or(RefusalReason::Queued);
        let response = TransferResponse::refused(request.token, reason);
        out.push(Out::Answer(conn, PeerMessage::from(response).into()));
        self.advance(out);
    }

    fn enqueue(&mut self, user: &Text, remote: &Text) -> Result<(), RefusalReason> {
        let same = |u: &&mut Upload| u.user == *user && u.remote == *remote;
        if let Some(upload) = self.all.iter_mut().find(same) {
            if let State::Queued { deadline } = &mut upload.state {
                *deadline = None;
            }
            return Ok(());
        }
        let shared = self.shares.as_ref().and_then(|index| index.get(remote));
        let Some(shared) = shared else {
            return Err(RefusalReason::FileNotShared);
        };
        let queued = self.all.iter().filter(|u| u.user == *user).count();
        if queued >= MAX_QUEUED || self.all.len() >= MAX_QUEUE {
            return Err(RefusalReason::TooManyFiles);
        }
        self.all.push(Upload {
            user: user.detach(),
            remote: remote.detach(),
            local: shared.local(),
            size: shared.size(),
            state: State::Queued { deadline: None },
        });
        Ok(())
    }

    /// A user asks how long he has to wait. There is no answer for a file that is not queued.
    pub(in crate::machine) fn place_asked(
        &self,
        conn: ConnId,
        user: &Text,
        remote: &Text,
        out: &mut Outbox,
    ) {
        let mut queued = self.all.iter().filter(|u| u.state.is_queued());
        let place = queued.position(|u| u.user == *user && u.remote == *remote);
        if let Some(place) = place {
            let response = PlaceInQueueResponse {
                filename: remote.clone(),
                place: u32::try_from(place + 1).unwrap_or(u32::MAX),
            };
            out.push(Out::Answer(conn, PeerMessage::from(response).into()));
        }
    }

    /// A user has answered our offer.
    pub(in crate::machine) fn answered(
        &mut self,
        user: &Text,
        answer: &TransferResponse,
        out: &mut Outbox,
    ) {
        let offered = |u: &Upload| {
            u.user == *user
                && matches!(u.state, State::Offered { token, .. } if token == answer.token)
        };
        let Some(index) = self.all.iter().position(offered) else {
            return;
        };
        if answer.allowed {
            let token = answer.token;
            let deadline = out.now + STEP_TIME;
            self.all[index].state = State::Connecting { token, deadline };
            out.push(Out::OpenFile(user.clone(), token));
        } else {
            let reason = match &answer.reason {
                Some(reason) => reason.raw().to_string(),
                None => "without a reason".to_owned(),
            };
            self.remove(index, &format!("he refuses: {reason}"), None, out);
        }
    }

    /// The file connection is open and its ticket sent.
    pub(in crate::machine) fn connected(
        &mut self,
        conn: ConnId,
        user: &Text,
        token: u32,
        out: &mut Outbox,
    ) {
        let connecting = |u: &Upload| {
            u.user == *user && matches!(u.state, State::Connecting { token: t, .. } if t == token)
        };
        let deadline = out.now + STEP_TIME;
        match self.all.iter_mut().find(|u| connecting(u)) {
            Some(upload) => upload.state = State::Greeting { conn, deadline },
            None => out.close(conn),
        }
    }

    /// He has told how much he has.
    pub(in crate::machine) fn offset(&mut self, conn: ConnId, offset: u64, out: &mut Outbox) {
        let Some(index) = self.at(conn) else { return };
        let upload = &mut self.all[index];
        if !matches!(upload.state, State::Greeting { .. }) || offset > upload.size {
            return self.remove(index, "he asks for what is not there", Some(failed), out);
        }
        let deadline = out.now + STALL_TIME;
        upload.state = State::Running { conn, deadline };
        out.expect(conn, Expect::End);
        out.effect(Effect::SendFile {
            conn,
            path: upload.local.clone(),
            offset,
            size: upload.size,
        });
        let event = UploadEvent::Started { size: upload.size };
        let (user, remote) = (upload.user.clone(), upload.remote.clone());
        out.emit(Event::Upload(user, remote, event));
    }

    pub(in crate::machine) fn progress(&mut self, conn: ConnId, out: &mut Outbox) {
        if let Some(index) = self.at(conn) {
            let deadline = out.now + STALL_TIME;
            self.all[index].state = State::Running { conn, deadline };
        }
    }

    /// All is written, or can't be.
    pub(in crate::machine) fn done(
        &mut self,
        conn: ConnId,
        result: Result<(), FileError>,
        out: &mut Outbox,
    ) {
        let Some(index) = self.at(conn) else { return };
        match result {
            Ok(()) => {
                let deadline = out.now + STEP_TIME;
                self.all[index].state = State::Lingering { conn, deadline };
            }
            Err(FileError::Connection(problem)) => {
                self.remove(index, &problem, Some(failed), out);
            }
            Err(error @ FileError::Disk { .. }) => {
                self.remove(index, &error.to_string(), Some(unreadable), out);
            }
        }
    }

    /// The file connection is gone: well, if all had been sent.
    pub(in crate::machine) fn closed(&mut self, conn: ConnId, out: &mut Outbox) {
        let Some(index) = self.at(conn) else { return };
        let upload = &self.all[index];
        // Some downloaders of an empty file close without telling an offset.
        let is_complete = match upload.state {
            State::Lingering { .. } => true,
            _ => upload.size == 0,
        };
        if !is_complete {
            return self.remove(index, "he closed the connection", Some(failed), out);
        }
        let Upload { user, remote, .. } = self.all.remove(index);
        out.emit(Event::Upload(user, remote, UploadEvent::Finished));
        self.advance(out);
    }

    /// What we had to say to a user did not reach him: he is gone, and so is what he wanted.
    pub(in crate::machine) fn unreachable(&mut self, user: &Text, reason: &str, out: &mut Outbox) {
        let waiting = |u: &Upload| u.user == *user && u.state.conn().is_none();
        while let Some(index) = self.all.iter().position(waiting) {
            self.end(index, reason, None, out);
        }
        self.advance(out);
    }

    /// We could not connect to a user with his file. He can be told: he has just said yes.
    pub(in crate::machine) fn file_unreachable(
        &mut self,
        user: &Text,
        token: u32,
        reason: &str,
        out: &mut Outbox,
    ) {
        let connecting = |u: &Upload| {
            u.user == *user && matches!(u.state, State::Connecting { token: t, .. } if t == token)
        };
        if let Some(index) = self.all.iter().position(connecting) {
            self.remove(index, reason, Some(failed), out);
        }
    }

    /// The message connection to a user is gone. He keeps his place for a while.
    pub(in crate::machine) fn peer_gone(&mut self, user: &Text, out: &mut Outbox) {
        let until = out.now + ABSENCE;
        for upload in self.all.iter_mut().filter(|u| u.user == *user) {
            if let State::Queued { deadline } = &mut upload.state {
                *deadline = Some(until);
            }
        }
    }

    pub(in crate::machine) fn tick(&mut self, out: &mut Outbox) {
        let now = out.now;
        let due = |u: &Upload| u.state.deadline().is_some_and(|deadline| deadline <= now);
        while let Some(index) = self.all.iter().position(due) {
            // One who is gone or does not answer would have to be connected to for that.
            let tell: Option<fn(Text) -> PeerMessage> = match self.all[index].state {
                State::Queued { .. } | State::Offered { .. } => None,
                _ => Some(failed),
            };
            self.end(index, "he does not go on", tell, out);
        }
        self.advance(out);
    }

    /// Offers the oldest files, as many as there are slots and one for each user.
    fn advance(&mut self, out: &mut Outbox) {
        while self.slot_free() {
            let busy = |user: &Text| {
                self.all
                    .iter()
                    .any(|u| u.user == *user && !u.state.is_queued())
            };
            let next = |u: &Upload| u.state.is_queued() && !busy(&u.user);
            let Some(index) = self.all.iter().position(next) else {
                return;
            };
            let token = self.next_token;
            self.next_token = token.wrapping_add(1);
            let upload = &mut self.all[index];
            let deadline = out.now + STEP_TIME;
            upload.state = State::Offered { token, deadline };
            let request = TransferRequest {
                direction: TransferDirection::Upload,
                token,
                filename: upload.remote.clone(),
                size: Some(upload.size),
            };
            out.push(Out::ToPeer(upload.user.clone(), request.into()));
        }
    }

    /// Ends an upload that did not succeed, and begins the next one.
    fn remove(
        &mut self,
        index: usize,
        problem: &str,
        tell: Option<fn(Text) -> PeerMessage>,
        out: &mut Outbox,
    ) {
        self.end(index, problem, tell, out);
        self.advance(out);
    }

    /// Ends an upload that did not succeed, and tells the user what `tell` makes of its path.
    fn end(
        &mut self,
        index: usize,
        problem: &str,
        tell: Option<fn(Text) -> PeerMessage>,
        out: &mut Outbox,
    ) {
        let Upload {
            user,
            remote,
            state,
            ..
        } = self.all.remove(index);
        if let Some(conn) = state.conn() {
            out.close(conn);
        }
        if let Some(tell) = tell {
            out.push(Out::ToPeer(user.clone(), tell(remote.clone())));
        }
        let problem = problem.to_owned();
        out.emit(Event::Upload(user, remote, UploadEvent::Failed { problem }));
    }

    fn at(&self, conn: ConnId) -> Option<usize> {
        self.all.iter().position(|u| u.state.conn() == Some(conn))
    }
}

fn failed(filename: Text) -> PeerMessage {
    UploadFailed { filename }.into()
}

fn unreadable(filename: Text) -> PeerMessage {
    let reason = RefusalReason::FileReadError;
    UploadDenied { filename, reason }.into()
}
