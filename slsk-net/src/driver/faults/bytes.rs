//! Faults of bytes: late, wrong, or no more of them.

use std::time::Duration;

use super::{Lane, happens};

/// The faults of the bytes of one direction.
#[derive(Debug)]
pub(in crate::driver) struct ByteFaults {
    random: fastrand::Rng,
    /// Of its own, as it depends on how the bytes are cut into pieces.
    delays: fastrand::Rng,
    delay: Duration,
    left: Option<u64>,
    corrupt: f64,
}

impl ByteFaults {
    pub(in crate::driver) fn new(lane: &Lane, seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        Self {
            delays: random.fork(),
            random,
            delay: lane.delay,
            left: lane.cut_after,
            corrupt: lane.corrupt,
        }
    }

    /// How many of so many bytes may pass.
    pub(in crate::driver) fn allowed(&self, count: usize) -> usize {
        match self.left {
            Some(left) => usize::try_from(left).map_or(count, |left| left.min(count)),
            None => count,
        }
    }

    /// Whether no byte may pass any more.
    pub(in crate::driver) fn is_spent(&self) -> bool {
        self.left == Some(0)
    }

    /// So many bytes have passed.
    pub(in crate::driver) fn passed(&mut self, count: usize) {
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(count as u64);
        }
    }

    /// Turns bits. Each byte must be handed in once.
    pub(in crate::driver) fn damage(&mut self, bytes: &mut [u8]) {
        if self.corrupt <= 0.0 {
            return;
        }
        for byte in bytes {
            if happens(&mut self.random, self.corrupt) {
                *byte ^= 1 << self.random.u32(..8);
            }
        }
    }

    /// Waits as long as the next piece is late.
    pub(in crate::driver) async fn wait(&mut self) {
        if !self.delay.is_zero() {
            let late = self.delay.mul_f64(self.delays.f64());
            tokio::time::sleep(late).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    /// How late the next pieces are.
    async fn delays(seed: u64) -> Vec<Duration> {
        let lane = Lane {
            delay: Duration::from_secs(10),
            ..Lane::default()
        };
        let mut faults = ByteFaults::new(&lane, seed);
        let mut delays = Vec::new();
        for _ in 0..20 {
            let start = Instant::now();
            faults.wait().await;
            delays.push(start.elapsed());
        }
        delays
    }

    #[tokio::test(start_paused = true)]
    async fn pieces_are_late_by_a_part_of_the_longest_delay() {
        let first = delays(1).await;
        assert!(
            first
                .iter()
                .all(|delay| *delay <= Duration::from_millis(10_001))
        );
        assert!(first.iter().max() > first.iter().min());
        assert_eq!(first, delays(1).await);
        assert_ne!(first, delays(2).await);
    }
}
