//! `slsk server` from outside: what it prints, who can log in, how it ends.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests"
)]

mod run;

use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use slsk_wire::server::{FileSearch, LoginRefusal, LoginRequest, ServerRequest, ServerResponse};
use slsk_wire::{Decoder, Family, FamilyId, Frame, Limits};

struct Server {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    errors: ChildStderr,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_slsk"))
            .args(["server", "--bind", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let errors = child.stderr.take().unwrap();
        Self {
            child,
            lines,
            errors,
        }
    }

    /// A server that shows JSON, and its address.
    fn start_json(arguments: &[&str]) -> (Self, SocketAddr) {
        let mut server = Self::start(&[&["--json"], arguments].concat());
        let first = server.event();
        assert_eq!(first["event"], "listening");
        let address = first["address"].as_str().unwrap().parse().unwrap();
        (server, address)
    }

    fn line(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }

    fn event(&mut self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// Sends a signal, and returns the exit code and what was said on standard error.
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let process = self.child.id().to_string();
        let killed = Command::new("kill").args([signal, &process]).status();
        assert!(killed.unwrap().success());
        let code = self.child.wait().unwrap().code();
        let mut errors = String::new();
        self.errors.read_to_string(&mut errors).unwrap();
        (code, errors)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
    }
}

/// Logs in; the connection, or the refusal.
fn log_in(address: SocketAddr, name: &str, password: &str) -> Result<TcpStream, LoginRefusal> {
    let mut stream = TcpStream::connect(address).unwrap();
    say(&mut stream, LoginRequest::new(name, password, 177, 1));
    match hear(&mut stream) {
        ServerResponse::Login(login) => match login.reason {
            Some(reason) => Err(reason),
            None => Ok(stream),
        },
        other => panic!("another answer: {other:?}"),
    }
}

fn say(stream: &mut TcpStream, request: impl Into<ServerRequest>) {
    stream
        .write_all(&request.into().to_frame().unwrap())
        .unwrap();
}

fn hear(stream: &mut TcpStream) -> ServerResponse {
    let mut frame = vec![0; 4];
    stream.read_exact(&mut frame).unwrap();
    let length = u32::from_le_bytes(frame[..].try_into().unwrap());
    frame.resize(4 + length as usize, 0);
    stream.read_exact(&mut frame[4..]).unwrap();
    let frame = Frame::from_bytes(frame, FamilyId::ServerResponse, &Limits::default()).unwrap();
    Decoder::default().decode(&frame).unwrap().message
}

#[test]
fn events_are_lines_of_json() {
    let (mut server, address) = Server::start_json(&[]);
    let mut ada = log_in(address, "ada", "pw").unwrap();
    assert_eq!(
        server.event(),
        json!({"event": "registered", "user": "ada"})
    );
    assert_eq!(server.event(), json!({"event": "logged_in", "user": "ada"}));
    assert_eq!(
        log_in(address, "ada", "other").unwrap_err(),
        LoginRefusal::InvalidPassword
    );
    let refused = json!({"event": "refused", "user": "ada", "reason": "INVALIDPASS"});
    assert_eq!(server.event(), refused);
    let search = FileSearch {
        token: 1,
        query: "some song".into(),
    };
    say(&mut ada, search);
    let searched =
        json!({"event": "searched", "user": "ada", "query": "some song", "scope": "network"});
    assert_eq!(server.event(), searched);
    drop(ada);
    let gone = json!({"event": "logged_out", "user": "ada"});
    assert_eq!(server.event(), gone);
    assert_eq!(server.end("-TERM"), (Some(0), String::new()));
}

#[test]
fn people_get_sentences_and_ctrl_c_ends_with_130() {
    let mut server = Server::start(&["--message-of-the-day", "hello"]);
    let first = server.line();
    let address = first
        .strip_prefix("Listening on ")
        .and_then(|rest| rest.split_once(". "))
        .unwrap();
    let address: SocketAddr = address.0.parse().unwrap();
    assert!(server.line().contains("--db"));
    let mut stream = TcpStream::connect(address).unwrap();
    say(&mut stream, LoginRequest::new("ada", "pw", 177, 1));
    let ServerResponse::Login(login) = hear(&mut stream) else {
        panic!("no answer");
    };
    assert_eq!(login.greeting, Some("hello".into()));
    assert_eq!(server.line(), "ada has an account now");
    assert_eq!(server.line(), "ada has logged in");
    assert_eq!(server.end("-INT"), (Some(130), String::new()));
}

#[test]
fn accounts_are_there_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("accounts");
    let db = ["--db", file.to_str().unwrap()];
    let (server, address) = Server::start_json(&db);
    log_in(address, "ada", "pw").unwrap();
    assert_eq!(server.end("-TERM").0, Some(0));
    let (server, address) = Server::start_json(&[&db[..], &["--closed"]].concat());
    assert_eq!(
        log_in(address, "ada", "other").unwrap_err(),
        LoginRefusal::InvalidPassword
    );
    assert_eq!(
        log_in(address, "bob", "pw").unwrap_err(),
        LoginRefusal::ServerPrivate
    );
    log_in(address, "ada", "pw").unwrap();
    // One server at a time.
    let errors = refused(&file, "127.0.0.1:0");
    assert!(errors.contains("another server"), "{errors}");
    assert_eq!(server.end("-TERM").0, Some(0));
}

#[test]
fn what_is_not_possible_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("notes");
    std::fs::write(&notes, "these are my notes\n".repeat(100)).unwrap();
    let errors = refused(&notes, "127.0.0.1:0");
    assert!(errors.contains("no file of accounts"), "{errors}");
    let missing = folder.path().join("missing").join("accounts");
    assert!(refused(&missing, "127.0.0.1:0").contains("missing"));

    let (server, address) = Server::start_json(&[]);
    let errors = refused(&folder.path().join("accounts"), &address.to_string());
    assert!(errors.contains(&address.to_string()), "{errors}");
    assert_eq!(server.end("-TERM").0, Some(0));
}

/// Starts a server that can't be started; what it says.
fn refused(file: &Path, address: &str) -> String {
    let arguments = ["server", "--bind", address, "--db", file.to_str().unwrap()];
    let output = run::slsk(&arguments, b"");
    assert_eq!(output.code, Some(1), "{}", output.stderr);
    assert_eq!(output.stderr.lines().count(), 1, "{}", output.stderr);
    assert!(output.stderr.starts_with("slsk: server: "));
    assert_eq!(output.stdout, "");
    output.stderr
}

#[test]
fn a_reader_that_has_left_does_not_end_the_server() {
    let (mut server, address) = Server::start_json(&[]);
    // From now on nobody reads what it shows.
    let mut nothing = Command::new("true").stdout(Stdio::piped()).spawn().unwrap();
    let empty = nothing.stdout.take().unwrap();
    nothing.wait().unwrap();
    server.lines = BufReader::new(empty).lines();
    for name in ["ada", "bob", "carol"] {
        log_in(address, name, "pw").unwrap();
    }
    assert_eq!(server.end("-TERM"), (Some(0), String::new()));
}
