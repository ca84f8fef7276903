//! `slsk demo` from outside: its output, its exit code, and what happens when the sharing client dies.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

fn demo() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slsk"));
    command.arg("demo");
    command
}

#[test]
fn the_demo_downloads_a_file_and_counts_the_messages() {
    let output = demo().output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{errors}");
    assert!(out.contains("identical to the shared file"), "{out}");
    for message in [
        "LoginRequest",
        "SetListenPort",
        "FileSearch",
        "EmbeddedMessage",
        "PeerInit",
        "FileSearchResponse",
        "QueueUpload",
        "TransferRequest",
        "TransferResponse",
        "FileTicket",
        "FileOffset",
    ] {
        assert!(out.contains(&format!(" {message} ")), "{message}: {out}");
    }
}

#[test]
fn a_folder_without_files_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().to_owned(), folder.path().join("missing")] {
        let output = demo().arg("--share").arg(&path).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{errors}");
        assert_eq!(errors.lines().count(), 1, "{errors}");
        assert!(errors.contains(path.to_str().unwrap()), "{errors}");
    }
}

/// The file is so large, and sparse, that its download cannot end before the kill.
#[cfg(unix)]
#[test]
fn a_sharing_client_that_is_killed_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = File::create(folder.path().join("large.bin")).unwrap();
    file.set_len(1 << 40).unwrap();
    let mut child = demo()
        .arg("--share")
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut sharer = None;
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for line in lines.by_ref() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["Sharer", "process", process, ..] => sharer = Some(process.to_owned()),
            ["Search", ..] => break,
            _ => {}
        }
    }
    let sharer = sharer.unwrap();
    let killed = Command::new("kill").args(["-9", &sharer]).status().unwrap();
    assert!(killed.success());
    let mut errors = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut errors)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(
        errors.starts_with("slsk: demo: the download failed"),
        "{errors}"
    );
}
