//! Dials that wait for a free place among the connections.
//!
//! Two lanes are served in turn, so that neither stops the other. Each is fair to users, however much one of them makes
//! us want.

use slsk_wire::Text;

use crate::machine::fair::FairQueue;

/// How many dials may wait in a lane.
const MAX_WAITING: usize = 4096;

/// What a dial is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dial {
    /// The wish with this token.
    Wish(u32),
    /// The invitation with this number.
    Invitation(u64),
}

/// Whose idea a dial is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Ours.
    Own,
    /// Somebody else's, who searches or asks us to connect.
    Answers,
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    own: FairQueue<Text, Dial>,
    answers: FairQueue<Text, Dial>,
    is_answers_turn: bool,
}

impl Queue {
    /// Appends a dial; false when too many wait.
    pub(super) fn push(&mut self, lane: Lane, user: &Text, dial: Dial) -> bool {
        let lane = self.lane(lane);
        let room = lane.len() < MAX_WAITING;
        if room {
            lane.push(user, dial);
        }
        room
    }

    /// Takes the next one out.
    pub(super) fn pop(&mut self) -> Option<Dial> {
        self.is_answers_turn = !self.is_answers_turn;
        let (first, second) = if self.is_answers_turn {
            (&mut self.own, &mut self.answers)
        } else {
            (&mut self.answers, &mut self.own)
        };
        first.pop().or_else(|| second.pop())
    }

    /// Takes one out that need not be made any more.
    pub(super) fn remove(&mut self, lane: Lane, user: &Text, dial: Dial) {
        self.lane(lane).retain(user, |other| *other != dial);
    }

    fn lane(&mut self, lane: Lane) -> &mut FairQueue<Text, Dial> {
        match lane {
            Lane::Own => &mut self.own,
            Lane::Answers => &mut self.answers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(queue: &mut Queue) -> Vec<Dial> {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    #[test]
    fn the_lanes_are_served_in_turn_and_users_one_dial_at_a_time() {
        let mut queue = Queue::default();
        let (ada, bob) = (Text::from("ada"), Text::from("bob"));
        for token in 1..=3 {
            assert!(queue.push(Lane::Own, &ada, Dial::Wish(token)));
        }
        queue.push(Lane::Own, &bob, Dial::Wish(4));
        queue.push(Lane::Answers, &bob, Dial::Invitation(5));
        queue.push(Lane::Answers, &bob, Dial::Invitation(6));
        let expected = [
            Dial::Wish(1),
            Dial::Invitation(5),
            Dial::Wish(4),
            Dial::Invitation(6),
            Dial::Wish(2),
            Dial::Wish(3),
        ];
        assert_eq!(order(&mut queue), expected);
    }

    #[test]
    fn what_is_taken_out_leaves_no_trace() {
        let mut queue = Queue::default();
        let ada = Text::from("ada");
        queue.push(Lane::Own, &ada, Dial::Wish(1));
        queue.push(Lane::Own, &ada, Dial::Wish(2));
        queue.remove(Lane::Own, &ada, Dial::Wish(1));
        queue.remove(Lane::Own, &ada, Dial::Wish(9));
        assert_eq!(order(&mut queue), [Dial::Wish(2)]);
        queue.push(Lane::Own, &ada, Dial::Wish(3));
        queue.remove(Lane::Own, &ada, Dial::Wish(3));
        assert!(queue.own.is_empty());
    }

    #[test]
    fn a_full_lane_takes_no_more() {
        let mut queue = Queue::default();
        let ada = Text::from("ada");
        for number in 0..MAX_WAITING as u64 {
            assert!(queue.push(Lane::Answers, &ada, Dial::Invitation(number)));
        }
        assert!(!queue.push(Lane::Answers, &ada, Dial::Invitation(0)));
        assert!(queue.push(Lane::Own, &ada, Dial::Wish(0)));
        assert_eq!(order(&mut queue).len(), MAX_WAITING + 1);
    }
}
