//! Searches on their way: opening those that come wrapped, and seeing that one comes twice.

use std::hash::{DefaultHasher, Hasher};
use std::time::{Duration, Instant};

use slsk_wire::distributed::DistributedSearch;
use slsk_wire::{Decoder, Frame, Message, Rest};

/// How long after a search the same one is a repetition. A wish has the same token each time, minutes later.
const REPEAT_TIME: Duration = Duration::from_secs(30);
/// The longest search that other clients take, in bytes; Nicotine+ closes the connection above it.
const MAX_SEARCH: usize = 16 * 1024;

/// The search that is in a message of code 93, and its frame as an ordinary one. `None` for anything else.
pub(super) fn unwrap(code: u8, payload: &Rest) -> Option<(DistributedSearch, Frame)> {
    let body = &payload.0;
    if u32::from(code) != DistributedSearch::CODE || body.len() >= MAX_SEARCH {
        return None;
    }
    let decoded = Decoder::default().decode_message::<DistributedSearch>(body);
    let frame = Frame {
        code: DistributedSearch::CODE,
        body: body.clone(),
    };
    Some((decoded.ok()?.message, frame))
}

/// Remembers the last search.
#[derive(Debug, Default)]
pub(super) struct Repetitions {
    last: Option<(u64, Instant)>,
}

impl Repetitions {
    /// Whether this search has just been there.
    pub(super) fn repeats(&mut self, frame: &Frame, now: Instant) -> bool {
        let mut hasher = DefaultHasher::new();
        hasher.write(&frame.body);
        let hash = hasher.finish();
        let last = self.last.replace((hash, now));
        last.is_some_and(|(last, since)| last == hash && now - since < REPEAT_TIME)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::distributed::tests::start;

    fn frame(body: &'static [u8]) -> Frame {
        Frame {
            code: 3,
            body: body.into(),
        }
    }

    #[test]
    fn a_search_repeats_the_last_one_for_half_a_minute() {
        let now = start();
        let mut last = Repetitions::default();
        assert!(!last.repeats(&frame(b"a"), now));
        assert!(last.repeats(&frame(b"a"), now));
        assert!(!last.repeats(&frame(b"b"), now));
        assert!(!last.repeats(&frame(b"a"), now));
        assert!(!last.repeats(&frame(b"a"), now + REPEAT_TIME));
    }

    #[test]
    fn only_searches_are_unwrapped_as_they_came() {
        let mut body = Vec::new();
        let search = DistributedSearch::new("ada", 7, "snow");
        slsk_wire::Wire::encode(&search, &mut body).unwrap();
        body.extend(b"later");
        let payload = Rest(body.clone().into());
        let (found, frame) = unwrap(3, &payload).unwrap();
        assert_eq!((found, frame.code), (search, 3));
        assert_eq!(frame.body, body);
        assert_eq!(unwrap(4, &payload), None);
        assert_eq!(unwrap(3, &Rest(body[..9].to_vec().into())), None);
        body.resize(MAX_SEARCH, 0);
        assert_eq!(unwrap(3, &Rest(body.into())), None);
    }
}
