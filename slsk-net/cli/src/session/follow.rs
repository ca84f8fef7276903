//! Cuts one connection into events, by a plan.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::{Buf, Bytes};
use slsk_wire::obfuscation::{KEY_LENGTH, Key};
use slsk_wire::{FamilyId, Frame, FrameError, Framer, Limits};

use super::classify::limits;
use super::plan::{Plan, Protocol};
use super::{Event, Fault, What};
use crate::capture::{Connection, Content, Side};

/// How many bytes of a fault are kept.
const SHOWN: usize = 256;
/// The size of a ticket on a file connection.
const TICKET: usize = 4;
/// The size of an offset.
const OFFSET: usize = 8;

/// Everything that was said on a connection, in the order of time.
pub(super) fn follow(connection: &Connection, plan: &Plan) -> Vec<Event> {
    let mut events = Vec::new();
    let mut channels = [Side::Initiator, Side::Acceptor].map(|side| Channel::new(plan, side));
    // Times in a file may go back; the order of what was said may not.
    let mut time = Duration::ZERO;
    for segment in &connection.segments {
        time = time.max(segment.time);
        let channel = &mut channels[usize::from(segment.from == Side::Acceptor)];
        match &segment.content {
            Content::Data(bytes) => channel.data(time, bytes, &mut events),
            Content::Missing(count) => channel.gap(time, *count, &mut events),
        }
    }
    for channel in &mut channels {
        channel.end(&mut events);
    }
    events.sort_by_key(|event| event.time);
    events
}

/// A part of what one side sends.
#[derive(Clone, Debug)]
enum Stage {
    /// One frame.
    One(FamilyId, bool),
    /// Frames up to the end; the second value is whether they are obfuscated.
    Each(FamilyId, bool),
    /// The ticket of a file connection.
    Ticket,
    /// The offset of a file connection.
    Offset,
    /// The bytes of a file.
    Data,
    /// So many bytes of a frame that has been reported.
    Skip(u64),
    /// Nothing that can be read.
    Lost(Fault),
}

/// One side of a connection.
#[derive(Debug)]
struct Channel {
    side: Side,
    /// What comes next; the last one stays.
    stages: VecDeque<Stage>,
    framer: Framer,
    /// What the bytes of a last stage amount to.
    run: Option<Run>,
    /// When the last bytes came.
    time: Duration,
}

/// Bytes that are counted and not read.
#[derive(Debug, Default)]
struct Run {
    began: Duration,
    ended: Duration,
    length: u64,
    missing: u64,
    head: Vec<u8>,
}

impl Channel {
    fn new(plan: &Plan, side: Side) -> Self {
        let mut stages = VecDeque::new();
        if let (Some(obfuscated), Side::Initiator) = (plan.init, side) {
            stages.push_back(Stage::One(FamilyId::PeerInit, obfuscated));
        }
        match &plan.protocol {
            Protocol::Server { client } => stages.push_back(if *client == side {
                Stage::Each(FamilyId::ServerRequest, false)
            } else {
                Stage::Each(FamilyId::ServerResponse, false)
            }),
            Protocol::Peer { obfuscated } => {
                stages.push_back(Stage::Each(FamilyId::Peer, *obfuscated));
            }
            Protocol::Distributed => stages.push_back(Stage::Each(FamilyId::Distributed, false)),
            Protocol::File { first, uploader } => {
                if *first == side {
                    stages.push_back(Stage::Ticket);
                }
                stages.extend(if *uploader == side {
                    vec![Stage::Data]
                } else {
                    vec![Stage::Offset, Stage::Lost(Fault::AfterOffset)]
                });
            }
            Protocol::Unknown(fault) => stages.push_back(Stage::Lost(fault.clone())),
        }
        Self {
            side,
            stages,
            framer: Framer::new(limits()),
            run: None,
            time: Duration::ZERO,
        }
    }

    /// Takes in bytes.
    fn data(&mut self, time: Duration, bytes: &[u8], events: &mut Vec<Event>) {
        self.time = time;
        if let Some(Stage::Data | Stage::Lost(_)) = self.stages.front() {
            self.count(bytes, 0);
            return;
        }
        self.framer.push(bytes);
        while self.step(events) {}
    }

    /// Reads one thing; whether there may be more.
    fn step(&mut self, events: &mut Vec<Event>) -> bool {
        let Some(stage) = self.stages.front_mut() else {
            return false;
        };
        match stage {
            Stage::One(family, obfuscated) | Stage::Each(family, obfuscated) => {
                let (family, obfuscated) = (*family, *obfuscated);
                self.framer.set_obfuscated(obfuscated);
                match self.framer.next(family) {
                    Ok(None) => return false,
                    Ok(Some(frame)) => {
                        if let Some(Stage::One(..)) = self.stages.front() {
                            self.stages.pop_front();
                        }
                        let what = What::Frame {
                            family,
                            frame,
                            obfuscated,
                        };
                        self.say(what, events);
                    }
                    Err(error) => self.lose(Fault::NoFrame(error)),
                }
            }
            Stage::Ticket => {
                let Some(mut bytes) = self.framer.take(TICKET) else {
                    return false;
                };
                self.stages.pop_front();
                self.say(What::Ticket(bytes.get_u32_le()), events);
            }
            Stage::Offset => {
                let Some(mut bytes) = self.framer.take(OFFSET) else {
                    return false;
                };
                self.stages.pop_front();
                self.say(What::Offset(bytes.get_u64_le()), events);
            }
            Stage::Skip(left) => {
                let here = self.framer.buffered().len();
                let skipped = usize::try_from(*left).map_or(here, |left| left.min(here));
                *left -= skipped as u64;
                let done = *left == 0;
                self.framer.take(skipped);
                if done {
                    self.stages.pop_front();
                }
                return done;
            }
            Stage::Data | Stage::Lost(_) => {
                let here = self.framer.buffered().len();
                if let Some(rest) = self.framer.take(here) {
                    self.count(&rest, 0);
                }
                return false;
            }
        }
        true
    }

    /// Takes note of bytes that the capture does not hold.
    fn gap(&mut self, time: Duration, count: u64, events: &mut Vec<Event>) {
        self.time = time;
        let left = match self.stages.front_mut() {
            Some(Stage::Data | Stage::Lost(_)) => return self.count(&[], count),
            Some(Stage::Skip(left)) => left.checked_sub(count),
            _ => self.cut(events).and_then(|left| left.checked_sub(count)),
        };
        // Where the gap ends within a frame of known length, the next frame can be found.
        if let Some(Stage::Skip(_)) = self.stages.front() {
            self.stages.pop_front();
        }
        match left {
            Some(0) => {}
            Some(left) => self.stages.push_front(Stage::Skip(left)),
            None => self.lose(Fault::AfterGap),
        }
        let gap = What::Fault {
            fault: Fault::Gap,
            length: count,
            head: Bytes::new(),
        };
        self.say(gap, events);
    }

    /// Reports what is there of a frame that is not whole; how many bytes it lacks, where that is known.
    fn cut(&mut self, events: &mut Vec<Event>) -> Option<u64> {
        let here = self.framer.buffered().len();
        if here == 0 {
            return None;
        }
        let rest = self.framer.take(here)?;
        let (fault, lacks) = match self.stages.front() {
            Some(Stage::One(family, obfuscated) | Stage::Each(family, obfuscated)) => {
                let error = incomplete(&rest, *family, *obfuscated);
                let lacks = match error {
                    FrameError::Incomplete { have, need, .. } if have >= 4 => {
                        need.checked_sub(have)
                    }
                    _ => None,
                };
                if let Some(Stage::One(..)) = self.stages.front() {
                    self.stages.pop_front();
                }
                (Fault::Incomplete(error), lacks)
            }
            _ => (Fault::IncompleteFile, None),
        };
        let what = What::Fault {
            fault,
            length: here as u64,
            head: rest.slice(..here.min(SHOWN)),
        };
        self.say(what, events);
        lacks.map(|lacks| lacks as u64)
    }

    /// Reports what is left at the end of the connection.
    fn end(&mut self, events: &mut Vec<Event>) {
        if !matches!(self.stages.front(), Some(Stage::Data | Stage::Lost(_))) {
            self.cut(events);
        }
        let Some(run) = self.run.take() else {
            return;
        };
        let Run {
            began,
            length,
            missing,
            ..
        } = run;
        let what = match self.stages.front() {
            Some(Stage::Lost(fault)) => What::Fault {
                fault: fault.clone(),
                length: length - missing,
                head: run.head.into(),
            },
            _ => What::Data {
                length,
                missing,
                began,
            },
        };
        self.time = run.ended;
        self.say(what, events);
    }

    fn say(&self, what: What, events: &mut Vec<Event>) {
        events.push(Event {
            time: self.time,
            connection: 0,
            from: self.side,
            what,
        });
    }

    /// Gives up reading; what is there, and what comes, is counted.
    fn lose(&mut self, fault: Fault) {
        self.stages = [Stage::Lost(fault)].into();
    }

    fn count(&mut self, bytes: &[u8], missing: u64) {
        if bytes.is_empty() && missing == 0 {
            return;
        }
        let time = self.time;
        let run = self.run.get_or_insert_with(|| Run {
            began: time,
            ..Run::default()
        });
        run.ended = time;
        run.length += bytes.len() as u64 + missing;
        run.missing += missing;
        let room = SHOWN.saturating_sub(run.head.len()).min(bytes.len());
        run.head.extend_from_slice(&bytes[..room]);
    }
}

/// What a frame lacks of which these are the first bytes.
fn incomplete(rest: &Bytes, family: FamilyId, obfuscated: bool) -> FrameError {
    let mut revealed = rest.to_vec();
    if obfuscated && let Some((key, frame)) = rest.split_first_chunk::<KEY_LENGTH>() {
        revealed = frame.to_vec();
        Key::from_bytes(*key).apply(&mut revealed);
    }
    let have = revealed.len();
    match Frame::from_bytes(revealed, family, &Limits::unbounded()) {
        Err(error) => error,
        // The framer would have taken a whole frame.
        Ok(_) => FrameError::Incomplete {
            family,
            have,
            need: have,
        },
    }
}
