//! A server and a sharing client on loopback, and runs of the program.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use serde_json::Value;
use slsk_net::machine::Profile;
use slsk_net::server::{Server, ServerConfig};
use slsk_net::share::{Entry, Index};
use slsk_net::{Client, ClientOptions};
use slsk_wire::peer::Attributes;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A server with one user who shares two files, and a place for the program's own files.
pub(crate) struct Scene {
    pub(crate) runtime: Runtime,
    pub(crate) server: Server,
    pub(crate) sharer: Client,
    pub(crate) home: TempDir,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let (server, sharer) = runtime.block_on(async {
            let address = "127.0.0.1:0".parse().unwrap();
            let server = Server::bind(address, ServerConfig::default(), None);
            let server = server.await.unwrap();
            let sharer = log_in(&server, "sharer").await;
            sharer.share(index()).await.unwrap();
            sharer
                .set_profile(Profile {
                    description: "two\nlines".to_owned(),
                    picture: Some(b"a picture".as_slice().into()),
                    ..Profile::default()
                })
                .await
                .unwrap();
            (server, sharer)
        });
        let home = tempfile::tempdir().unwrap();
        Self {
            runtime,
            server,
            sharer,
            home,
        }
    }

    /// The program, with a name and a password, and without what the environment of this test has.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_slsk"));
        command.args(arguments).stdin(Stdio::null()).env_clear();
        for folder in [
            "HOME",
            "XDG_CONFIG_HOME",
            "XDG_STATE_HOME",
            "APPDATA",
            "LOCALAPPDATA",
        ] {
            command.env(folder, self.home.path());
        }
        for kept in ["PATH", "SystemRoot"] {
            command.envs(std::env::var_os(kept).map(|value| (kept, value)));
        }
        command.env("SLSK_SERVER", self.server.address().to_string());
        command.env("SLSK_USER", "asker").env("SLSK_PASSWORD", "pw");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    /// Starts the program, whose output is read later.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// The rooms, with how many are in each.
    pub(crate) fn rooms(&self) -> Vec<String> {
        let rooms = self.runtime.block_on(self.sharer.rooms()).unwrap();
        let shown = rooms
            .iter()
            .map(|entry| format!("{}: {}", entry.room, entry.users));
        shown.collect()
    }

    /// Who is online once the program has gone. The server hears of its end a moment after we do.
    pub(crate) fn online(&self) -> Vec<String> {
        let gone = async {
            let mut events = self.server.events();
            loop {
                let users = self.server.online_users().await;
                if !users.iter().any(|user| *user == "asker") {
                    return users;
                }
                events.recv().await.unwrap();
            }
        };
        let users = self.runtime.block_on(gone);
        users.iter().map(ToString::to_string).collect()
    }
}

pub(crate) async fn log_in(server: &Server, name: &str) -> Client {
    let client = Client::connect(ClientOptions::new(server.address())).await;
    let client = client.unwrap();
    client.login(name, "pw").await.unwrap();
    client
}

fn index() -> Index {
    let mut builder = Index::builder();
    let mut add = |path, size, attributes| {
        let entry = Entry {
            attributes,
            ..Entry::new(path, size, "/nowhere")
        };
        builder.add(entry).unwrap();
    };
    add(
        r"Music\Snow\01 winter.flac",
        3_000_000,
        Attributes::lossless(90, 44_100, 16),
    );
    add(
        r"Music\Snow\02 winter.mp3",
        1_000_000,
        Attributes::lossy(192, 185, None),
    );
    builder.build().unwrap()
}

/// What a run of the program left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// The objects on standard output, after success.
    pub(crate) fn json(&self) -> Vec<Value> {
        assert_eq!(self.code, Some(0), "{self:?}");
        let lines = self.stdout.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// One line on standard error, and nothing on standard output.
    pub(crate) fn fails(&self, code: i32, words: &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(self.stdout.is_empty(), "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        assert!(self.stderr.contains(words), "{self:?}");
    }
}

/// The log of a running program, and in the end its trouble.
pub(crate) struct Log(BufReader<ChildStderr>);

impl Log {
    pub(crate) fn of(child: &mut Child) -> Self {
        Self(BufReader::new(child.stderr.take().unwrap()))
    }

    /// Waits until the program says something with these words.
    pub(crate) fn wait_for(&mut self, words: &str) {
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "not {words}");
        }
    }

    /// The last line of all.
    pub(crate) fn last(self) -> String {
        self.0.lines().last().unwrap().unwrap()
    }
}

/// Presses Ctrl-C.
#[cfg(unix)]
pub(crate) fn interrupt(child: &Child) {
    let process = child.id().to_string();
    let interrupt = Command::new("kill").args(["-INT", &process]).status();
    assert!(interrupt.unwrap().success());
}
