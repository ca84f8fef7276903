//! aioslsk and Nicotine+, which are installed from `PyPI` as programs and read files with frames.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::tally::Tally;

/// What `clients.py` prints.
#[derive(Deserialize)]
pub(crate) struct Clients {
    /// The interpreter and its zlib, with versions.
    pub(crate) python: String,
    pub(crate) clients: Vec<Client>,
}

#[derive(Deserialize)]
pub(crate) struct Client {
    pub(crate) name: String,
    pub(crate) version: String,
    /// One for each workload.
    pub(crate) results: [Measured; 3],
}

#[derive(Deserialize)]
pub(crate) struct Measured {
    pub(crate) seconds: f64,
    tally: Tally,
}

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/compare/clients.py");
const ROUNDS: &str = "3";

/// Measures them, with `python` or else with a virtual environment that is made now.
///
/// # Panics
/// When they decode something else than we do.
pub(crate) fn measure(
    python: Option<PathBuf>,
    folder: &Path,
    tallies: &[Tally; 3],
) -> Result<Clients, String> {
    let python = python.map_or_else(environment, Ok)?;
    let arguments = [OsStr::new(SCRIPT), folder.as_os_str(), OsStr::new(ROUNDS)];
    let output = run(&python, &arguments)?;
    let clients: Clients = serde_json::from_str(&output).map_err(|error| error.to_string())?;
    for client in &clients.clients {
        for (measured, tally) in client.results.iter().zip(tallies) {
            assert_eq!(measured.tally, *tally, "{}", client.name);
        }
    }
    Ok(clients)
}

/// A Python with both clients, and without what they need for anything but decoding.
fn environment() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-clients");
    let python = folder.join("bin").join("python");
    let arguments = [OsStr::new("-m"), OsStr::new("venv"), folder.as_os_str()];
    run(Path::new("python3"), &arguments)?;
    let install = "-m pip install --quiet --disable-pip-version-check --upgrade --no-deps aioslsk nicotine-plus";
    run(
        &python,
        &install.split(' ').map(OsStr::new).collect::<Vec<_>>(),
    )?;
    Ok(python)
}

/// What a program prints; else the last line of what it complains about.
fn run(program: &Path, arguments: &[&OsStr]) -> Result<String, String> {
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", program.display());
    let output = Command::new(program).args(arguments).output();
    let output = output.map_err(|error| named(&error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let last = complaint.trim_end().lines().last();
    Err(named(&last.unwrap_or("it failed without a word")))
}
