//! The programs that `.ci/external` has installed, and what they are given.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use slsk::Style;
use slsk_tests::captures;
pub(crate) use slsk_tests::external::{checkout, installed};

/// A script of `spec/tests` with its arguments, in Python.
pub(crate) fn python<A: Into<OsString>>(
    script: &str,
    arguments: impl IntoIterator<Item = A>,
) -> String {
    let mut command = Command::new(installed("venv/bin/python"));
    command.arg(checkout().join("spec/tests").join(script));
    command.args(arguments.into_iter().map(Into::into));
    run(&mut command)
}

/// What a program writes to standard output.
///
/// # Panics
/// When it fails, with all that it has written.
pub(crate) fn run(command: &mut Command) -> String {
    let name = command.get_program().to_owned();
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", name.display()));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(
        output.status.success(),
        "{}: {}\n{stdout}\n{stderr}",
        name.display(),
        output.status
    );
    stdout
}

/// What `slsk decode --json` says of a capture.
pub(crate) fn decode_json(capture: &Path) -> String {
    let mut out = Vec::new();
    let file = fs::read(capture).expect("a capture");
    slsk::decode_capture(file, Style::Json, &mut out).expect("a sound capture");
    String::from_utf8(out).expect("UTF-8")
}

/// The recorded `.pcap` files.
pub(crate) fn pcaps() -> Vec<PathBuf> {
    let entries = fs::read_dir(captures::folder()).expect("the recordings");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "pcap")
    });
    files.sort();
    assert!(files.len() > 10, "{}", files.len());
    files
}
