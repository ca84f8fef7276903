//! The questions of other users to us.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use slsk_wire::Blob;
use slsk_wire::peer::{FolderContentsRequest, PeerMessage, UserInfoResponse};

use super::{ListQuery, Profile};
use crate::machine::outbox::{Out, Outbox};
use crate::machine::{ConnId, Effect, Packet, QueryId};
use crate::share::Index;

/// How soon the same must not be asked again over a connection. Over another one it may: it may have been lost with the
/// first, and the name that comes with it is only a claim.
const PAUSE: Duration = Duration::from_millis(400);
/// How many questions wait for the index, and how many of one connection; more are left unanswered.
const MAX_WAITING: usize = 1024;
const MAX_WAITING_EACH: usize = 128;

/// What we tell about ourselves, and who waits for it.
#[derive(Debug, Default)]
pub(in crate::machine) struct Answering {
    profile: Profile,
    shares: Option<Arc<Index>>,
    list: List,
    folders: BTreeMap<QueryId, ConnId>,
    next_query: u64,
    /// Over which connection something large was asked for, and when; only the last moment.
    asked: BTreeMap<(ConnId, Large), Instant>,
}

/// The share list, which is made once for each index, when somebody asks for it.
#[derive(Debug, Default)]
enum List {
    #[default]
    Unmade,
    Making {
        query: QueryId,
        waiting: Vec<ConnId>,
    },
    Made(Packet),
}

/// What may not be asked for again at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Large {
    Shares,
    Info,
}

/// How busy our uploads are.
#[derive(Clone, Copy, Debug)]
pub(in crate::machine) struct Slots {
    /// How many uploads can run at the same time.
    pub(in crate::machine) total: u32,
    /// How many files wait.
    pub(in crate::machine) queued: u32,
    /// Whether an upload would begin at once.
    pub(in crate::machine) free: bool,
}

impl Answering {
    pub(in crate::machine) fn set_profile(&mut self, profile: Profile) {
        self.profile = profile;
    }

    /// Shares other files from now on. Who waits for the old list gets the new one.
    pub(in crate::machine) fn share(&mut self, index: Arc<Index>, out: &mut Outbox) {
        self.shares = Some(index);
        if let List::Making { waiting, .. } = std::mem::take(&mut self.list) {
            self.make_list(waiting, out);
        }
    }

    /// A user asks what we share.
    pub(in crate::machine) fn shares_asked(&mut self, conn: ConnId, out: &mut Outbox) {
        if self.is_repeated(conn, Large::Shares, out.now) {
            return;
        }
        match &mut self.list {
            List::Made(list) => out.push(Out::Answer(conn, list.clone())),
            List::Making { waiting, .. } if waiting.len() < MAX_WAITING => waiting.push(conn),
            List::Making { .. } => {}
            List::Unmade => self.make_list(vec![conn], out),
        }
    }

    /// A user asks what is in a folder.
    pub(in crate::machine) fn folder_asked(
        &mut self,
        conn: ConnId,
        request: &FolderContentsRequest,
        out: &mut Outbox,
    ) {
        let of_his = self.folders.values().filter(|asker| **asker == conn);
        if self.folders.len() >= MAX_WAITING || of_his.count() >= MAX_WAITING_EACH {
            return;
        }
        let id = self.query(Some(request.clone()), out);
        self.folders.insert(id, conn);
    }

    /// A user asks about us.
    pub(in crate::machine) fn info_asked(&mut self, conn: ConnId, slots: Slots, out: &mut Outbox) {
        if self.is_repeated(conn, Large::Info, out.now) {
            return;
        }
        let Profile {
            description,
            picture,
            upload_permission,
        } = self.profile.clone();
        let response = UserInfoResponse {
            description: description.into(),
            has_picture: picture.is_some(),
            picture: picture.map(Blob),
            upload_slots: slots.total,
            queue_size: slots.queued,
            slots_free: slots.free,
            upload_permission: Some(upload_permission),
        };
        out.push(Out::Answer(conn, PeerMessage::from(response).into()));
    }

    /// The index has answered a question.
    pub(in crate::machine) fn answered(
        &mut self,
        query: QueryId,
        answer: Option<Packet>,
        out: &mut Outbox,
    ) {
        if let Some(conn) = self.folders.remove(&query) {
            out.queue
                .extend(answer.map(|answer| Out::Answer(conn, answer)));
            return;
        }
        let list = std::mem::take(&mut self.list);
        match (list, answer) {
            (
                List::Making {
                    query: made,
                    waiting,
                },
                Some(answer),
            ) if made == query => {
                for conn in waiting {
                    out.push(Out::Answer(conn, answer.clone()));
                }
                self.list = List::Made(answer);
            }
            (List::Making { query: made, .. }, None) if made == query => {}
            (list, _) => self.list = list,
        }
    }

    fn make_list(&mut self, waiting: Vec<ConnId>, out: &mut Outbox) {
        let query = self.query(None, out);
        self.list = List::Making { query, waiting };
    }

    fn query(&mut self, folder: Option<FolderContentsRequest>, out: &mut Outbox) -> QueryId {
        let id = QueryId(self.next_query);
        self.next_query += 1;
        let index = self.shares.clone();
        out.effect(Effect::List(id, ListQuery { index, folder }));
        id
    }

    /// Whether the same has just been asked over this connection.
    fn is_repeated(&mut self, conn: ConnId, what: Large, now: Instant) -> bool {
        self.asked
            .retain(|_, time| now.duration_since(*time) < PAUSE);
        let key = (conn, what);
        if self.asked.contains_key(&key) {
            return true;
        }
        self.asked.insert(key, now);
        false
    }
}

#[cfg(test)]
mod tests;
