//! Faults of frames: in the wrong order, or with wrong counts.

use std::convert::Infallible;

use slsk_wire::FamilyId;
use slsk_wire::walk::{Inside, Step, Value, walk};

use super::{Lane, happens};

/// The length field of a frame.
const LENGTH: usize = 4;
/// Longer frames pass as they are, so that nobody makes us hold more.
const MAX_HELD: usize = 1 << 20;

/// The faults of the frames of one direction.
#[derive(Debug)]
pub(in crate::driver) struct FrameFaults {
    random: fastrand::Rng,
    reorder: f64,
    wrong_count: f64,
    /// The beginning of a frame.
    begun: Vec<u8>,
    /// A frame that waits for the next one to go first.
    held: Option<Vec<u8>>,
}

impl FrameFaults {
    /// `None` where no frame would be touched.
    pub(in crate::driver) fn new(lane: &Lane, seed: u64) -> Option<Self> {
        let has_faults = lane.reorder > 0.0 || lane.wrong_count > 0.0;
        has_faults.then(|| Self {
            random: fastrand::Rng::with_seed(seed),
            reorder: lane.reorder,
            wrong_count: lane.wrong_count,
            begun: Vec::new(),
            held: None,
        })
    }

    /// Takes bytes in any pieces, and gives the frames that go on.
    pub(in crate::driver) fn pass(&mut self, family: FamilyId, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut passed = Vec::new();
        self.begun.extend_from_slice(bytes);
        while let Some(length) = self.begun.first_chunk::<LENGTH>() {
            let end = LENGTH + u32::from_le_bytes(*length) as usize;
            if end > MAX_HELD {
                passed.extend(self.held.take());
                passed.push(std::mem::take(&mut self.begun));
                break;
            }
            if self.begun.len() < end {
                break;
            }
            let rest = self.begun.split_off(end);
            let frame = std::mem::replace(&mut self.begun, rest);
            self.frame(family, frame, &mut passed);
        }
        passed
    }

    /// Whether a frame waits.
    pub(in crate::driver) fn holds(&self) -> bool {
        self.held.is_some()
    }

    /// The frame that waits for another, as none has come.
    pub(in crate::driver) fn release(&mut self) -> Option<Vec<u8>> {
        self.held.take()
    }

    /// All that is here: what follows is no sequence of frames.
    pub(in crate::driver) fn rest(&mut self) -> Vec<u8> {
        let mut rest = self.release().unwrap_or_default();
        rest.append(&mut self.begun);
        rest
    }

    fn frame(&mut self, family: FamilyId, mut frame: Vec<u8>, passed: &mut Vec<Vec<u8>>) {
        if happens(&mut self.random, self.wrong_count) {
            self.miscount(family, &mut frame);
        }
        match self.held.take() {
            Some(held) => passed.extend([frame, held]),
            None if happens(&mut self.random, self.reorder) => self.held = Some(frame),
            None => passed.push(frame),
        }
    }

    /// Changes one of the counts in a frame.
    fn miscount(&mut self, family: FamilyId, frame: &mut [u8]) {
        let counts = counts(family, frame);
        let at = self.random.choice(counts).unwrap_or(0);
        let Some(field) = frame[at..].first_chunk_mut::<LENGTH>() else {
            return;
        };
        let count = u32::from_le_bytes(*field);
        let wrong = [
            count.wrapping_add(1),
            count.wrapping_sub(1),
            count.wrapping_mul(2).wrapping_add(3),
            u32::MAX - count / 2,
        ];
        let index = self.random.usize(..wrong.len());
        *field = wrong[index].to_le_bytes();
    }
}

/// Where in a frame the counts of lists and texts are.
fn counts(family: FamilyId, frame: &[u8]) -> Vec<usize> {
    let start = LENGTH + family.code_width();
    let mut code = [0; 4];
    let Some(bytes) = frame.get(LENGTH..start) else {
        return Vec::new();
    };
    code[..bytes.len()].copy_from_slice(bytes);
    let code = u32::from_le_bytes(code);
    let schema = family.schema();
    let message = schema.messages.iter().find(|message| message.code == code);
    let Some(message) = message.filter(|message| !message.compressed) else {
        return Vec::new();
    };
    let mut counts = Vec::new();
    // A body that does not fit has counts as far as it does.
    let _ = walk(message.record, &frame[start..], &mut |step| {
        match step {
            Step::Enter {
                offset,
                inside: Inside::List { .. },
                ..
            } => counts.push(start + offset),
            Step::Value {
                range,
                value: Value::Text(_) | Value::Secret,
                ..
            } => counts.push(start + range.start),
            _ => {}
        }
        Ok::<_, Infallible>(())
    });
    counts
}

#[cfg(test)]
mod tests {
    use slsk_wire::Family;
    use slsk_wire::server::{FileSearch, PingRequest, ServerRequest};

    use super::*;

    fn faults(reorder: f64, wrong_count: f64) -> FrameFaults {
        let lane = Lane {
            reorder,
            wrong_count,
            ..Lane::default()
        };
        FrameFaults::new(&lane, 1).expect("faults")
    }

    fn frame(token: u32) -> Vec<u8> {
        let query = "snow".into();
        let search = ServerRequest::from(FileSearch { token, query });
        search.to_frame().expect("a frame")
    }

    #[test]
    fn frames_change_places_in_whatever_pieces_they_come() {
        let stream = [frame(1), frame(2), frame(3), frame(4), frame(5)].concat();
        let expected = [frame(2), frame(1), frame(4), frame(3)].concat();
        for size in 1..stream.len() {
            let mut faults = faults(1.0, 0.0);
            let pieces = stream.chunks(size);
            let passed: Vec<Vec<u8>> = pieces
                .flat_map(|piece| faults.pass(FamilyId::ServerRequest, piece))
                .collect();
            assert_eq!(passed.concat(), expected, "in pieces of {size}");
            assert!(faults.holds());
            assert_eq!(faults.release(), Some(frame(5)));
        }
    }

    #[test]
    fn exactly_one_count_is_wrong() {
        let right = frame(7);
        let ping = ServerRequest::from(PingRequest)
            .to_frame()
            .expect("a frame");
        for seed in 0..50 {
            let mut faults = faults(0.0, 1.0);
            faults.random = fastrand::Rng::with_seed(seed);
            // The length of the text; everything else is as it was.
            let wrong = faults.pass(FamilyId::ServerRequest, &right).concat();
            assert_ne!(wrong[12..16], right[12..16]);
            assert_eq!((&wrong[..12], &wrong[16..]), (&right[..12], &right[16..]));
            // Where there is none, that of the frame.
            let wrong = faults.pass(FamilyId::ServerRequest, &ping).concat();
            assert_ne!(wrong[..4], ping[..4]);
            assert_eq!(wrong[4..], ping[4..]);
        }
    }

    #[test]
    fn a_frame_that_is_too_long_to_hold_passes() {
        let mut faults = faults(1.0, 1.0);
        let head = [0, 0, 0, 0x7F, 1, 2, 3];
        assert_eq!(faults.pass(FamilyId::Peer, &head), [head]);
        assert!(faults.rest().is_empty());
    }
}
