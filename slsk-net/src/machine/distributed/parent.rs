//! Those above us: the candidates, and the one that has become the parent.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use slsk_wire::Text;
use slsk_wire::server::PossibleParent;

use crate::machine::ConnId;
use crate::machine::outbox::{Out, Outbox};
use crate::machine::rate::RateLimit;

/// How many candidates there may be. The server names as many.
const MAX_CANDIDATES: usize = 10;
/// How long a candidate may take until his first search, twice the time between two lists of candidates.
const CANDIDATE_TIME: Duration = Duration::from_mins(2);
/// How long a parent may be silent. The official network has many searches a second.
const SILENCE: Duration = Duration::from_mins(15);
/// How often we say again that we have no parent.
const ANNOUNCE_INTERVAL: Duration = Duration::from_mins(15);
/// The highest level of a parent. Trees are some ten levels deep; in a circle the level rises without end.
const MAX_LEVEL: u32 = 250;
/// How often a parent may move in a minute: each time the server and all below us are told.
const MAX_MOVES: u32 = 60;
const MOVES_TIME: Duration = Duration::from_mins(1);
/// The longest name of a root, in bytes.
const MAX_NAME: usize = 256;

/// What is above us.
#[derive(Debug)]
pub(super) enum Above {
    Nobody(Alone),
    Parent(Parent),
}

/// We look for a parent, and may be a root meanwhile.
#[derive(Debug)]
pub(super) struct Alone {
    candidates: Vec<Candidate>,
    /// Whether the server has made us the root of a branch.
    pub(super) is_root: bool,
    pub(super) announce_at: Instant,
}

/// Somebody who could become our parent.
#[derive(Debug)]
struct Candidate {
    user: Text,
    /// None until there is a connection.
    conn: Option<ConnId>,
    claim: Claim,
    deadline: Instant,
}

/// Whose searches we pass on.
#[derive(Debug)]
pub(super) struct Parent {
    pub(super) conn: ConnId,
    pub(super) user: Text,
    claim: Claim,
    pub(super) place: Place,
    /// When he is given up, unless he says something.
    pub(super) silent_at: Instant,
    moves: RateLimit,
}

/// A place in a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) level: u32,
    pub(super) root: Text,
}

/// What is new about a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct News {
    level: bool,
    root: bool,
}

/// What somebody says about his own place.
#[derive(Debug, Default)]
pub(super) struct Claim {
    level: Option<u32>,
    root: Option<Text>,
}

/// Somebody says of himself what can't be.
#[derive(Debug)]
pub(super) struct Absurd;

impl News {
    pub(super) const NONE: Self = Self {
        level: false,
        root: false,
    };
    pub(super) const ALL: Self = Self {
        level: true,
        root: true,
    };

    fn between(before: &Place, after: &Place) -> Self {
        Self {
            level: before.level != after.level,
            root: before.root != after.root,
        }
    }

    /// Those of the two that are to be told.
    pub(super) fn of(self, place: Place) -> (Option<u32>, Option<Text>) {
        let Place { level, root } = place;
        (self.level.then_some(level), self.root.then_some(root))
    }
}

impl Claim {
    pub(super) fn level(&mut self, level: i32) -> Result<(), Absurd> {
        let level = u32::try_from(level).map_err(|_| Absurd)?;
        self.level = Some(level);
        if level == 0 {
            // He is the root now, and the last one may be gone.
            self.root = None;
        }
        if level > MAX_LEVEL {
            Err(Absurd)
        } else {
            Ok(())
        }
    }

    /// Below ourselves nobody can be our parent: searches would go round.
    pub(super) fn root(&mut self, root: &Text, me: &Text) -> Result<(), Absurd> {
        if !(1..=MAX_NAME).contains(&root.len()) || root == me {
            return Err(Absurd);
        }
        self.root = Some(root.detach());
        Ok(())
    }

    /// The place, once it is known. At level 0 one is the root, whatever one says.
    fn place(&self, user: &Text) -> Option<Place> {
        let level = self.level?;
        let root = if level == 0 {
            Some(user)
        } else {
            self.root.as_ref()
        };
        Some(Place {
            level,
            root: root?.clone(),
        })
    }
}

impl Alone {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            candidates: Vec::new(),
            is_root: false,
            announce_at: now + ANNOUNCE_INTERVAL,
        }
    }

    pub(super) fn owns(&self, conn: ConnId) -> bool {
        self.candidates.iter().any(|c| c.conn == Some(conn))
    }

    pub(super) fn count(&self) -> usize {
        self.candidates.len()
    }

    pub(super) fn names(&self, user: &Text) -> bool {
        self.candidates.iter().any(|c| c.user == *user)
    }

    pub(super) fn deadline(&self) -> Instant {
        let candidates = self.candidates.iter().map(|candidate| candidate.deadline);
        candidates.fold(self.announce_at, Instant::min)
    }

    /// The time has come to announce ourselves again.
    pub(super) fn announced(&mut self, now: Instant) {
        self.announce_at = now + ANNOUNCE_INTERVAL;
    }

    /// Takes these candidates and no others.
    pub(super) fn replace<'a>(
        &mut self,
        named: impl Iterator<Item = &'a PossibleParent>,
        out: &mut Outbox,
    ) {
        let mut new: Vec<&PossibleParent> = Vec::new();
        for parent in named {
            if new.len() == MAX_CANDIDATES {
                break;
            }
            let plausible = (1..=MAX_NAME).contains(&parent.username.len());
            if plausible && !new.iter().any(|known| known.username == parent.username) {
                new.push(parent);
            }
        }
        self.drop_if(|c| !new.iter().any(|parent| parent.username == c.user), out);
        for parent in new {
            if self.names(&parent.username) {
                continue;
            }
            let user = parent.username.detach();
            out.push(Out::OpenDistributed(user.clone(), address(parent)));
            self.candidates.push(Candidate {
                user,
                conn: None,
                claim: Claim::default(),
                deadline: out.now + CANDIDATE_TIME,
            });
        }
    }

    /// There is a connection to a user. Returns whether he is a candidate; one may have two connections, of which he
    /// uses one.
    pub(super) fn opened(&mut self, conn: ConnId, user: &Text, now: Instant) -> bool {
        let mut known = self.candidates.iter_mut().filter(|c| c.user == *user);
        let (Some(candidate), None) = (known.next(), known.next()) else {
            return false;
        };
        let deadline = now + CANDIDATE_TIME;
        if candidate.conn.is_none() {
            candidate.conn = Some(conn);
            candidate.deadline = deadline;
        } else {
            self.candidates.push(Candidate {
                user: user.detach(),
                conn: Some(conn),
                claim: Claim::default(),
                deadline,
            });
        }
        true
    }

    pub(super) fn unreachable(&mut self, user: &Text) {
        self.candidates
            .retain(|c| c.conn.is_some() || c.user != *user);
    }

    pub(super) fn claim(&mut self, conn: ConnId) -> Option<&mut Claim> {
        let mut candidates = self.candidates.iter_mut();
        let candidate = candidates.find(|c| c.conn == Some(conn))?;
        Some(&mut candidate.claim)
    }

    pub(super) fn closed(&mut self, conn: ConnId) {
        self.candidates.retain(|c| c.conn != Some(conn));
    }

    pub(super) fn drop_late(&mut self, out: &mut Outbox) {
        let now = out.now;
        self.drop_if(|candidate| candidate.deadline <= now, out);
    }

    pub(super) fn drop_all(&mut self, out: &mut Outbox) {
        self.drop_if(|_| true, out);
    }

    /// Makes a candidate the parent, if he has said where he is, and closes the others.
    pub(super) fn adopt(&mut self, conn: ConnId, out: &mut Outbox) -> Option<Parent> {
        let mut candidates = self.candidates.iter();
        let index = candidates.position(|c| c.conn == Some(conn))?;
        let candidate = &self.candidates[index];
        let place = candidate.claim.place(&candidate.user)?;
        let candidate = self.candidates.swap_remove(index);
        self.drop_all(out);
        Some(Parent {
            conn,
            user: candidate.user,
            claim: candidate.claim,
            place,
            silent_at: out.now + SILENCE,
            moves: RateLimit::new(MOVES_TIME),
        })
    }

    fn drop_if(&mut self, is_over: impl Fn(&Candidate) -> bool, out: &mut Outbox) {
        for candidate in self.candidates.extract_if(.., |c| is_over(c)) {
            if let Some(conn) = candidate.conn {
                out.close(conn);
            }
        }
    }
}

impl Parent {
    /// He has said something.
    pub(super) fn heard(&mut self, now: Instant) {
        self.silent_at = now + SILENCE;
    }

    /// Takes what he says about his place. Returns what is new about it.
    pub(super) fn moves(
        &mut self,
        now: Instant,
        say: impl FnOnce(&mut Claim) -> Result<(), Absurd>,
    ) -> Result<News, Absurd> {
        say(&mut self.claim)?;
        let place = self.claim.place(&self.user);
        let Some(place) = place.filter(|place| *place != self.place) else {
            return Ok(News::NONE);
        };
        let news = News::between(&self.place, &place);
        self.place = place;
        if self.moves.allows(now, MAX_MOVES) {
            Ok(news)
        } else {
            Err(Absurd)
        }
    }
}

fn address(parent: &PossibleParent) -> Option<SocketAddr> {
    let port = u16::try_from(parent.port).ok().filter(|port| *port != 0)?;
    let known = !parent.ip.is_unspecified();
    known.then(|| SocketAddr::new(IpAddr::V4(parent.ip), port))
}
