//! Fetching files from others.
//!
//! A download is in exactly one of the states of `State`. Each has a deadline, so that none is stuck.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use slsk_wire::Text;
use slsk_wire::file::FileOffset;
use slsk_wire::peer::{
    PlaceInQueueRequest, QueueUpload, RefusalReason, TransferRequest, TransferResponse,
};

use super::{STALL_TIME, STEP_TIME};
use crate::machine::api::{DownloadError, DownloadEvent, DownloadId, Event, Reply};
use crate::machine::outbox::{Out, Outbox};
use crate::machine::{ConnId, Effect, FileError, Packet};

/// How often the uploader is asked for our place in his queue.
const QUEUE_POLL: Duration = Duration::from_mins(5);
/// How long after the message connection ended a file is queued again: at first, then twice as long each time.
const REQUEUE_TIME: Duration = Duration::from_secs(5);

/// How often a user may offer a file and not connect, before we give up.
const MAX_FRUITLESS: u8 = 2;

/// What is to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::machine) struct Wanted {
    pub(in crate::machine) user: Text,
    /// The full remote path, byte for byte as the user gave it.
    pub(in crate::machine) remote: Text,
    /// The size that the user has announced, in bytes.
    pub(in crate::machine) size: u64,
    /// Where the file shall go.
    pub(in crate::machine) local: PathBuf,
}

#[derive(Debug, Default)]
pub(in crate::machine) struct Downloads {
    all: BTreeMap<DownloadId, Download>,
}

#[derive(Debug)]
struct Download {
    wanted: Wanted,
    state: State,
    deadline: Instant,
    /// How long until the next time that we queue it again.
    patience: Duration,
    /// How often he has offered the file and has not connected.
    fruitless: u8,
}

#[derive(Debug)]
enum State {
    /// The user knows that we want it. After the deadline we ask for our place, or queue anew.
    Queued { requeue: bool },
    /// We have accepted the user's offer and wait for his file connection.
    Starting { token: u32 },
    /// The file comes.
    Running { conn: ConnId },
}

impl Downloads {
    pub(in crate::machine) fn owns(&self, conn: ConnId) -> bool {
        self.running(conn).is_some()
    }

    /// How many are not over.
    pub(in crate::machine) fn count(&self) -> usize {
        self.all.len()
    }

    pub(in crate::machine) fn deadline(&self) -> Option<Instant> {
        self.all.values().map(|download| download.deadline).min()
    }

    pub(in crate::machine) fn start(&mut self, id: DownloadId, wanted: Wanted, out: &mut Outbox) {
        let same = |d: &Download| d.wanted.user == wanted.user && d.wanted.remote == wanted.remote;
        if self.all.values().any(same) {
            let error = DownloadError::AlreadyRunning;
            return out.reply(id, Reply::Downloaded(Err(error)));
        }
        out.push(Out::AwaitFiles(wanted.user.clone(), true));
        queue(&wanted, out);
        let download = Download {
            wanted,
            state: State::Queued { requeue: false },
            deadline: out.now + QUEUE_POLL,
            patience: REQUEUE_TIME,
            fruitless: 0,
        };
        self.all.insert(id, download);
    }

    /// Gives up a download. What has come of it is thrown away.
    pub(in crate::machine) fn cancel(&mut self, id: DownloadId, out: &mut Outbox) {
        self.fail(id, DownloadError::Cancelled, out);
    }

    /// A user offers to send a file now.
    pub(in crate::machine) fn offered(
        &mut self,
        user: &Text,
        request: &TransferRequest,
        out: &mut Outbox,
    ) {
        let token = request.token;
        let response = match self.accept(user, request, out) {
            Some(size) => TransferResponse::accepted(token, size),
            None => TransferResponse::refused(token, RefusalReason::Cancelled),
        };
        out.push(Out::ToPeer(user.clone(), response.into()));
    }

    /// The size of the file, if this is an offer that we take.
    fn accept(&mut self, user: &Text, request: &TransferRequest, out: &mut Outbox) -> Option<u64> {
        let id = self.find(user, &request.filename)?;
        let download = self.all.get_mut(&id)?;
        if matches!(download.state, State::Running { .. }) {
            return None;
        }
        let expected = download.wanted.size;
        // Some clients announce 0 for large files: then the size that we know holds.
        let announced = request.size.filter(|size| *size != 0).unwrap_or(expected);
        if expected != 0 && announced != expected {
            self.fail(
                id,
                DownloadError::SizeChanged {
                    announced,
                    expected,
                },
                out,
            );
            return None;
        }
        download.wanted.size = announced;
        download.deadline = out.now + STEP_TIME;
        download.state = State::Starting {
            token: request.token,
        };
        Some(announced)
    }

    /// A user has opened a file connection. One that we don't wait for is closed.
    pub(in crate::machine) fn connected(
        &mut self,
        conn: ConnId,
        user: &Text,
        token: u32,
        out: &mut Outbox,
    ) {
        let expected = self.all.iter_mut().find(|(_, download)| {
            let wanted = &download.wanted;
            wanted.user == *user
                && matches!(download.state, State::Starting { token: t } if t == token)
        });
        let Some((id, download)) = expected else {
            return out.close(conn);
        };
        download.state = State::Running { conn };
        download.deadline = out.now + STALL_TIME;
        let size = download.wanted.size;
        out.send(conn, Packet::Offset(FileOffset { offset: 0 }));
        out.effect(Effect::ReceiveFile {
            conn,
            path: download.wanted.local.clone(),
            size,
        });
        out.emit(Event::Download(*id, DownloadEvent::Started { size }));
    }

    pub(in crate::machine) fn progress(&mut self, conn: ConnId, bytes: u64, out: &mut Outbox) {
        let Some(id) = self.running(conn) else { return };
        if let Some(download) = self.all.get_mut(&id) {
            download.deadline = out.now + STALL_TIME;
            out.emit(Event::Download(id, DownloadEvent::Progress { bytes }));
        }
    }

    /// The file is whole, or not. The downloader closes the connection: so the uploader knows.
    pub(in crate::machine) fn done(
        &mut self,
        conn: ConnId,
        result: Result<(), FileError>,
        out: &mut Outbox,
    ) {
        let Some(id) = self.running(conn) else { return };
        match result {
            Ok(()) => {
                out.close(conn);
                if let Some(download) = self.remove(id, out) {
                    out.reply(id, Reply::Downloaded(Ok(download.wanted.local)));
                }
            }
            Err(error) => self.fail(id, DownloadError::File(error), out),
        }
    }

    /// The uploader refuses: for good, or for now.
    pub(in crate::machine) fn refused(
        &mut self,
        user: &Text,
        remote: &Text,
        reason: RefusalReason,
        out: &mut Outbox,
    ) {
        let Some(id) = self.find(user, remote) else {
            return;
        };
        match (retry_after(&reason), self.all.get_mut(&id)) {
            (Some(time), Some(download)) if !matches!(download.state, State::Running { .. }) => {
                download.state = State::Queued { requeue: true };
                download.deadline = out.now + time;
            }
            _ => self.fail(id, DownloadError::Refused(reason), out),
        }
    }

    /// The uploader could not go on.
    pub(in crate::machine) fn failed(&mut self, user: &Text, remote: &Text, out: &mut Outbox) {
        if let Some(id) = self.find(user, remote) {
            self.fail(id, DownloadError::UploadFailed, out);
        }
    }

    /// The uploader has told our place in his queue.
    pub(in crate::machine) fn place(
        &mut self,
        user: &Text,
        remote: &Text,
        place: u32,
        out: &mut Outbox,
    ) {
        if let Some(id) = self.find(user, remote) {
            out.emit(Event::Download(id, DownloadEvent::Queued { place }));
        }
    }

    /// What we had to say to a user did not reach him.
    pub(in crate::machine) fn unreachable(&mut self, user: &Text, reason: &str, out: &mut Outbox) {
        for id in self.waiting_for(user) {
            let reason = reason.to_owned();
            self.fail(id, DownloadError::Unreachable { reason }, out);
        }
    }

    /// The message connection is gone, perhaps with what we had said: say it again, soon at first.
    pub(in crate::machine) fn peer_gone(&mut self, user: &Text, out: &mut Outbox) {
        for id in self.waiting_for(user) {
            if let Some(download) = self.all.get_mut(&id) {
                if let State::Queued { requeue } = &mut download.state {
                    *requeue = true;
                }
                download.deadline = download.deadline.min(out.now + download.patience);
                download.patience = (download.patience * 2).min(QUEUE_POLL);
            }
        }
    }

    pub(in crate::machine) fn tick(&mut self, out: &mut Outbox) {
        let now = out.now;
        let due = self
            .all
            .iter()
            .filter(|(_, download)| download.deadline <= now);
        for id in due.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.overdue(id, out);
        }
    }

    fn overdue(&mut self, id: DownloadId, out: &mut Outbox) {
        let Some(download) = self.all.get_mut(&id) else {
            return;
        };
        match &mut download.state {
            State::Queued { requeue } => {
                download.deadline = out.now + QUEUE_POLL;
                if std::mem::take(requeue) {
                    queue(&download.wanted, out);
                }
                let filename = download.wanted.remote.clone();
                let request = PlaceInQueueRequest { filename };
                out.push(Out::ToPeer(download.wanted.user.clone(), request.into()));
            }
            State::Starting { .. } if download.fruitless >= MAX_FRUITLESS => {
                let reason = "he offers the file and does not connect".to_owned();
                self.fail(id, DownloadError::Unreachable { reason }, out);
            }
            // He offered and did not come: stay in his queue.
            State::Starting { .. } => {
                download.fruitless += 1;
                download.state = State::Queued { requeue: true };
                download.deadline = out.now + REQUEUE_TIME;
            }
            State::Running { .. } => self.fail(id, DownloadError::Stalled, out),
        }
    }

    fn fail(&mut self, id: DownloadId, error: DownloadError, out: &mut Outbox) {
        let Some(download) = self.remove(id, out) else {
            return;
        };
        if let State::Running { conn } = download.state {
            out.close(conn);
        }
        out.reply(id, Reply::Downloaded(Err(error)));
    }

    fn remove(&mut self, id: DownloadId, out: &mut Outbox) -> Option<Download> {
        let download = self.all.remove(&id)?;
        let user = &download.wanted.user;
        if !self.all.values().any(|other| other.wanted.user == *user) {
            out.push(Out::AwaitFiles(user.clone(), false));
        }
        Some(download)
    }

    fn find(&self, user: &Text, remote: &Text) -> Option<DownloadId> {
        let mut all = self.all.iter();
        all.find(|(_, d)| d.wanted.user == *user && d.wanted.remote == *remote)
            .map(|(id, _)| *id)
    }

    fn running(&self, conn: ConnId) -> Option<DownloadId> {
        let mut all = self.all.iter();
        all.find(|(_, d)| matches!(d.state, State::Running { conn: c } if c == conn))
            .map(|(id, _)| *id)
    }

    /// The downloads from a user that need a message connection.
    fn waiting_for(&self, user: &Text) -> Vec<DownloadId> {
        let waiting = self
            .all
            .iter()
            .filter(|(_, d)| d.wanted.user == *user && !matches!(d.state, State::Running { .. }));
        waiting.map(|(id, _)| *id).collect()
    }
}

/// How long until a file is queued again after a refusal; `None` for one that is final.
fn retry_after(reason: &RefusalReason) -> Option<Duration> {
    match reason {
        RefusalReason::Queued => Some(QUEUE_POLL),
        RefusalReason::PendingShutdown => Some(Duration::from_mins(3)),
        RefusalReason::TooManyFiles | RefusalReason::TooManyMegabytes => {
            Some(Duration::from_mins(12))
        }
        _ => None,
    }
}

fn queue(wanted: &Wanted, out: &mut Outbox) {
    let filename = wanted.remote.clone();
    out.push(Out::ToPeer(
        wanted.user.clone(),
        QueueUpload { filename }.into(),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_user_are_awaited_until_his_last_download_is_over() {
        let (mut downloads, mut out) = (Downloads::default(), Outbox::for_tests());
        let awaited = |out: &mut Outbox| {
            let others = out.take().others.into_iter();
            let awaits = others.filter_map(|other| match other {
                Out::AwaitFiles(user, is_awaited) => Some((user.to_string(), is_awaited)),
                _ => None,
            });
            awaits.last()
        };
        let ids = ["one", "two"].map(|remote| {
            let id = crate::machine::CommandId(u64::from(remote == "two"));
            let wanted = Wanted {
                user: "ada".into(),
                remote: remote.into(),
                size: 1,
                local: PathBuf::new(),
            };
            downloads.start(id, wanted, &mut out);
            id
        });
        assert_eq!(awaited(&mut out), Some(("ada".to_owned(), true)));
        downloads.cancel(ids[0], &mut out);
        assert_eq!(awaited(&mut out), None);
        downloads.cancel(ids[1], &mut out);
        assert_eq!(awaited(&mut out), Some(("ada".to_owned(), false)));
    }
}
