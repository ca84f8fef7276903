//! Measuring several things in turn, so that a busy moment of the machine meets all of them.
#![expect(
    clippy::disallowed_methods,
    reason = "reading the clock is what this is for"
)]

use std::time::{Duration, Instant};

/// Things that work on the same data.
#[derive(Default)]
pub(crate) struct Contest<'a> {
    entries: Vec<Entry<'a>>,
}

struct Entry<'a> {
    name: &'static str,
    run: Box<dyn FnMut() + 'a>,
    best: Duration,
}

impl<'a> Contest<'a> {
    pub(crate) fn add(&mut self, name: &'static str, run: impl FnMut() + 'a) {
        self.entries.push(Entry {
            name,
            run: Box::new(run),
            best: Duration::MAX,
        });
    }

    /// The best time of each.
    pub(crate) fn run(mut self, rounds: usize) -> Vec<(&'static str, Duration)> {
        for _ in 0..rounds {
            for entry in &mut self.entries {
                let start = Instant::now();
                (entry.run)();
                entry.best = entry.best.min(start.elapsed());
            }
        }
        let entries = self.entries.iter();
        entries.map(|entry| (entry.name, entry.best)).collect()
    }
}
