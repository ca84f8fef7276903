//! How long to wait before coming back, and when to give up.

use std::time::Duration;

use super::super::api::ReconnectPolicy;

/// The attempts to come back since the last login that succeeded.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    last_wait: Option<Duration>,
    unanswered: u32,
}

impl Attempts {
    /// How long to wait before the next attempt.
    pub(super) fn next_wait(
        &mut self,
        policy: &ReconnectPolicy,
        random: &mut fastrand::Rng,
    ) -> Duration {
        let wait = self.last_wait.map_or_else(
            || {
                let (least, most) = (*policy.first.start(), *policy.first.end());
                least + most.saturating_sub(least).mul_f64(random.f64())
            },
            |last| last.saturating_mul(2),
        );
        let wait = wait.min(policy.longest);
        self.last_wait = Some(wait);
        wait
    }

    /// The server took the connection and ended it without an answer to the login, or said nothing. False when that
    /// happened too often.
    pub(super) fn unanswered(&mut self, policy: &ReconnectPolicy) -> bool {
        self.unanswered += 1;
        self.unanswered < policy.unanswered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn waits_begin_at_random_and_double_up_to_five_minutes() {
        let policy = ReconnectPolicy::default();
        let mut firsts = Vec::new();
        for seed in 0..100 {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut attempts = Attempts::default();
            let mut waits = (0..10).map(|_| attempts.next_wait(&policy, &mut random));
            let first = waits.next().expect("a wait");
            assert!((secs(5)..=secs(15)).contains(&first), "{first:?}");
            let mut expected = first;
            for wait in waits {
                expected = (expected * 2).min(secs(300));
                assert_eq!(wait, expected);
            }
            assert_eq!(expected, secs(300));
            firsts.push(first);
        }
        firsts.sort();
        assert!(firsts[0] < secs(6) && firsts[99] > secs(14));
        firsts.dedup();
        assert!(firsts.len() > 90);
    }

    #[test]
    fn odd_policies_do_no_harm() {
        let policy = ReconnectPolicy {
            first: secs(9)..=secs(3),
            longest: secs(8),
            unanswered: 0,
        };
        let mut random = fastrand::Rng::with_seed(1);
        let mut attempts = Attempts::default();
        assert_eq!(attempts.next_wait(&policy, &mut random), secs(8));
        assert!(!attempts.unanswered(&policy));
        let endless = ReconnectPolicy {
            longest: Duration::MAX,
            ..policy
        };
        for _ in 0..200 {
            attempts.next_wait(&endless, &mut random);
        }
    }
}
