//! Measuring several things in turn, so that a busy moment of the machine meets all of them.

use std::time::Duration;

use cpu_time::ThreadTime;

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

    /// The least processor time that each took.
    pub(crate) fn run(mut self, rounds: usize) -> Vec<(&'static str, Duration)> {
        for _ in 0..rounds {
            for entry in &mut self.entries {
                let start = ThreadTime::now();
                (entry.run)();
                entry.best = entry.best.min(start.elapsed());
            }
        }
        let entries = self.entries.iter();
        entries.map(|entry| (entry.name, entry.best)).collect()
    }
}
