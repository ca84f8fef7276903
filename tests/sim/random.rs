//! Whole runs from one number: the seed decides who is there, what fails when, and who attacks whom.
//!
//! Each run has a time of turmoil, then the network heals and the strangers leave, and in the end the rules must hold:
//! see `check.rs`. A run that fails prints the command that runs it again, with everything that happens in it.

mod check;
mod client;
mod deeds;
mod plan;
mod run;
mod setup;
mod tally;
mod tend;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use plan::Plan;
use run::Run;
use tally::Tally;

/// How many runs there are where `SLSK_SEEDS` does not say it.
const SEEDS: u64 = 60;

/// `SLSK_SEEDS=1000` runs the first thousand, `SLSK_SEEDS=5000..6000` others, `SLSK_SEED=7` one, with its log.
#[test]
fn random_runs_keep_the_rules() {
    if let Ok(seed) = std::env::var("SLSK_SEED") {
        let seed = seed.parse().expect("SLSK_SEED is a number");
        let tally = run(seed, true).unwrap_or_else(|problem| panic!("{problem}"));
        return report(1, &tally);
    }
    let seeds = match std::env::var("SLSK_SEEDS") {
        Ok(text) => parse_range(&text).expect("SLSK_SEEDS is a number, or two as in 10..20"),
        Err(_) => 0..SEEDS,
    };
    let count = seeds.end - seeds.start;
    let (failed, tally) = run_all(seeds);
    report(count, &tally);
    assert!(
        failed.is_empty(),
        "{} of {count} runs fail:\n{}",
        failed.len(),
        describe(&failed)
    );
    if count >= SEEDS {
        tally.assert_rich();
    }
}

fn parse_range(text: &str) -> Option<Range<u64>> {
    match text.split_once("..") {
        Some((start, end)) => Some(start.parse().ok()?..end.parse().ok()?),
        None => Some(0..text.parse().ok()?),
    }
}

/// Runs all on all processors. Returns what has failed, and what has happened in all together.
fn run_all(seeds: Range<u64>) -> (BTreeMap<u64, String>, Tally) {
    let next = AtomicU64::new(seeds.start);
    let results = Mutex::new((BTreeMap::new(), Tally::default()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let result = run(seed, false);
                    let mut results = results.lock().expect("no panic while it is held");
                    match result {
                        Ok(tally) => results.1.add(&tally),
                        Err(problem) => _ = results.0.insert(seed, problem),
                    }
                }
            });
        }
    });
    results.into_inner().expect("no panic while it is held")
}

/// One run. A machine that panics is a problem as any other.
fn run(seed: u64, prints: bool) -> Result<Tally, String> {
    let result = catch_unwind(AssertUnwindSafe(|| {
        let plan = Plan::new(&mut fastrand::Rng::with_seed(seed));
        Run::new(seed, plan, prints).perform()
    }));
    result.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("panics: {}", text.unwrap_or("without a text")))
    })
}

fn describe(failed: &BTreeMap<u64, String>) -> String {
    let mut text = String::new();
    for (seed, problem) in failed {
        let line = problem.lines().next().unwrap_or_default();
        let _ = writeln!(
            text,
            "{line:.400}\n    SLSK_SEED={seed} cargo test -p slsk-tests --test sim random_runs -- --nocapture"
        );
    }
    text
}

#[expect(clippy::print_stdout, reason = "figures for whoever asks")]
fn report(count: u64, tally: &Tally) {
    println!("{count} runs: {tally:#?}");
}
