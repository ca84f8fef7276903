//! Compares `slsk-wire` with inflating alone and with the decoders of other projects, on the same bytes.
//!
//! `cargo bench -p slsk-tests --bench compare` prints a table in Markdown; see `tests/benches/README.md`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is a program, and this is what it is for"
)]

mod contest;
mod ours;
mod python;
mod soulseek_rs;
mod table;
mod tally;

use std::fs;
use std::path::{Path, PathBuf};

use slsk_tests::operations::{Compressed, Searches};
use slsk_tests::workload;

use contest::Contest;
use table::Table;

const USAGE: &str = "\
cargo bench -p slsk-tests --bench compare -- [OPTIONS]
  --rounds N      how often each thing is measured, of which the best counts; 11 unless told
  --python PATH   a Python that has aioslsk and nicotine-plus, instead of one made here
  --write DIR     only write the frames to a folder, for other programs to measure";

/// What the command line asks for.
struct Options {
    rounds: usize,
    python: Option<PathBuf>,
    write: Option<PathBuf>,
}

fn main() {
    let Some(options) = options(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        std::process::exit(2);
    };
    let replies = Compressed::new(workload::replies(5_000, 112_000));
    let shares = Compressed::new(vec![workload::shares(20_000, 230_000)]);
    let searches = Searches::new(workload::searches(1_000_000));
    let write = |folder: &Path| {
        let files = [
            ("replies", &replies.stream),
            ("shares", &shares.stream),
            ("searches", &searches.stream),
        ];
        for (name, stream) in files {
            fs::write(folder.join(name).with_extension("frames"), stream)
                .expect("a writable folder");
        }
    };
    if let Some(folder) = options.write {
        return write(&folder);
    }
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    write(folder.path());

    let mut table = Table::new(&replies, &shares, &searches, options.rounds);
    let mut contest = Contest::default();
    ours::search_replies(&mut contest, &replies);
    soulseek_rs::search_replies(&mut contest, &replies);
    table.fill(0, contest.run(options.rounds));
    let mut contest = Contest::default();
    ours::share_list(&mut contest, &shares);
    soulseek_rs::share_list(&mut contest, &shares);
    table.fill(1, contest.run(options.rounds));
    let mut contest = Contest::default();
    ours::distributed_searches(&mut contest, &searches);
    soulseek_rs::distributed_searches(&mut contest, &searches);
    table.fill(2, contest.run(options.rounds));

    let tallies = [
        ours::tally_of_replies(&replies),
        ours::tally_of_shares(&shares),
        ours::tally_of_searches(&searches),
    ];
    match python::measure(options.python, folder.path(), &tallies) {
        Ok(clients) => table.add_clients(clients),
        Err(error) => eprintln!("The Python clients are not measured: {error}"),
    }
    println!("{table}");
}

fn options(mut arguments: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options {
        rounds: 11,
        python: None,
        write: None,
    };
    while let Some(argument) = arguments.next() {
        match &*argument {
            // From cargo.
            "--bench" => {}
            "--rounds" => options.rounds = arguments.next()?.parse().ok().filter(|n| *n > 0)?,
            "--python" => options.python = Some(arguments.next()?.into()),
            "--write" => options.write = Some(arguments.next()?.into()),
            _ => return None,
        }
    }
    Some(options)
}
