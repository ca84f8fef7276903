//! `slsk search`, `slsk browse`, `slsk user` and `slsk watch` from outside, with a server and a sharing client on
//! loopback.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use slsk_net::machine::Profile;
use slsk_net::server::{Server, ServerConfig};
use slsk_net::share::{Entry, Index};
use slsk_net::{Client, ClientOptions};
use slsk_wire::peer::Attributes;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A server with one user who shares two files, and a place for the program's own files.
struct Scene {
    runtime: Runtime,
    server: Server,
    sharer: Client,
    home: TempDir,
}

impl Scene {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let (server, sharer) = runtime.block_on(async {
            let address = "127.0.0.1:0".parse().unwrap();
            let server = Server::bind(address, ServerConfig::default(), None);
            let server = server.await.unwrap();
            let sharer = log_in(&server, "sharer").await;
            sharer.share(index()).await;
            sharer
                .set_profile(Profile {
                    description: "two\nlines".to_owned(),
                    picture: Some(b"a picture".as_slice().into()),
                    ..Profile::default()
                })
                .await;
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
    fn command(&self, arguments: &[&str]) -> Command {
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

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    /// Starts the program, whose output is read later.
    fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    fn online(&self) -> Vec<String> {
        let users = self.runtime.block_on(self.server.online_users());
        users.iter().map(ToString::to_string).collect()
    }
}

async fn log_in(server: &Server, name: &str) -> Client {
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
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
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
    fn json(&self) -> Vec<Value> {
        assert_eq!(self.code, Some(0), "{self:?}");
        let lines = self.stdout.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// One line on standard error, and nothing on standard output.
    fn fails(&self, code: i32, words: &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(self.stdout.is_empty(), "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        assert!(self.stderr.contains(words), "{self:?}");
    }
}

#[test]
fn a_search_shows_files_as_json_and_logs_out() {
    let scene = Scene::new();
    let found = scene
        .run(&["search", "--json", "--limit", "2", "winter"])
        .json();
    let expected = serde_json::json!({
        "user": "sharer", "path": r"Music\Snow\01 winter.flac", "size": 3_000_000,
        "bitrate": null, "duration": 90, "variable_bitrate": null,
        "sample_rate": 44_100, "bit_depth": 16,
        "locked": false, "slot_free": true, "speed": 0, "queue": 0,
    });
    assert_eq!(found.len(), 2);
    assert_eq!(found[0], expected);
    assert_eq!(found[1]["bitrate"], 192);
    assert_eq!(scene.online(), ["sharer"]);
}

#[test]
fn a_search_of_a_user_with_filters_shows_a_table() {
    let scene = Scene::new();
    let filters = "search --type mp3 --max-size 2M --min-length 3:00 --to sharer --limit 1 winter";
    let ran = scene.run(&filters.split(' ').collect::<Vec<_>>());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains(r"Music\Snow\02 winter.mp3"), "{ran:?}");
    assert!(ran.stdout.contains("3:05"), "{ran:?}");
    assert!(!ran.stdout.contains("flac"), "{ran:?}");
}

#[test]
fn a_search_that_finds_nothing_has_an_exit_code_of_its_own() {
    let scene = Scene::new();
    let filtered = ["search", "--timeout", "1", "--min-size", "1G", "winter"];
    scene.run(&filtered).fails(4, "nothing was found");
    scene.run(&["search", " "]).fails(2, "an empty query");
}

#[test]
fn browsing_shows_folders() {
    let scene = Scene::new();
    let folders = scene.run(&["browse", "--json", "sharer"]).json();
    let names: Vec<_> = folders.iter().map(|folder| &folder["folder"]).collect();
    assert_eq!(names, ["Music", r"Music\Snow"]);
    assert_eq!(folders[1]["files"][0]["name"], "01 winter.flac");
    assert_eq!(folders[1]["files"][1]["bitrate"], 192);
    assert_eq!(folders[1]["locked"], false);

    let ran = scene.run(&["browse", "sharer", "--folder", r"Music\Snow"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines[0], r"Music\Snow");
    assert!(lines[1].ends_with("01 winter.flac"), "{ran:?}");
    assert_eq!(lines.len(), 3);
}

#[test]
fn what_is_not_there_to_browse_has_an_exit_code_of_its_own() {
    let scene = Scene::new();
    scene
        .run(&["browse", "sharer", "--folder", "Rain"])
        .fails(4, "no such folder");
    scene.run(&["browse", "nobody"]).fails(4, "not online");
}

#[test]
fn a_user_is_described() {
    let scene = Scene::new();
    let picture = scene.home.path().join("picture.png");
    let arguments = ["user", "--json", "--info", "sharer", "--picture"];
    let users = scene
        .run(&[&arguments[..], &[picture.to_str().unwrap()]].concat())
        .json();
    let user = &users[0];
    assert_eq!(
        (&user["user"], &user["status"]),
        (&"sharer".into(), &"online".into())
    );
    assert_eq!((&user["files"], &user["folders"]), (&2.into(), &2.into()));
    assert_eq!(user["info"]["description"], "two\nlines");
    assert_eq!(user["info"]["picture_size"], 9);
    assert_eq!(user["info"]["upload_permission"], "nobody");
    assert_eq!(fs::read(&picture).unwrap(), b"a picture");

    // The same user may not ask again at once.
    let ran = scene.run(&["user", "sharer", "--info", "--user", "other"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.starts_with("sharer is online\n"), "{ran:?}");
    assert!(ran.stdout.contains("\n  two\n  lines\n"), "{ran:?}");
    scene.run(&["user", "nobody"]).fails(4, "no such user");
}

#[test]
fn a_picture_overwrites_nothing() {
    let scene = Scene::new();
    let path = scene.home.path().join("mine");
    fs::write(&path, "mine").unwrap();
    let ran = scene.run(&["user", "sharer", "--picture", path.to_str().unwrap()]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(fs::read(&path).unwrap(), b"mine");
}

#[cfg(unix)]
#[test]
fn watching_tells_what_changes_until_it_is_interrupted() {
    use std::io::{BufRead, BufReader};

    let scene = Scene::new();
    let mut child = scene.start(&["watch", "--json", "sharer", "nobody"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    let mut events = vec![next(), next(), next()];
    // Whoever is told of nobody is being told of everybody else already.
    scene.runtime.block_on(scene.sharer.stop());
    events.push(next());
    let told: Vec<_> = events
        .iter()
        .map(|event| {
            (
                event["event"].as_str(),
                event["user"].as_str(),
                event["status"].as_str(),
            )
        })
        .collect();
    let expected = [
        (Some("status"), Some("sharer"), Some("online")),
        (Some("stats"), Some("sharer"), None),
        (Some("unknown"), Some("nobody"), None),
        (Some("status"), Some("sharer"), Some("offline")),
    ];
    assert_eq!(told, expected);
    assert!(events[0]["time"].as_f64().unwrap() > 1e9);

    let process = child.id().to_string();
    let interrupt = Command::new("kill").args(["-INT", &process]).status();
    assert!(interrupt.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(scene.online(), [""; 0]);
}

#[test]
fn watching_nobody_is_over_at_once() {
    let scene = Scene::new();
    let ran = scene.run(&["watch", "nobody"]);
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert_eq!(ran.stdout, "nobody does not exist\n");
}

#[test]
fn a_refused_login_and_a_missing_server_have_exit_codes_of_their_own() {
    let scene = Scene::new();
    let wrong = ["user", "sharer", "--user", "sharer"];
    let mut command = scene.command(&wrong);
    let ran = Ran::from(command.env("SLSK_PASSWORD", "wrong").output().unwrap());
    ran.fails(3, "refuses the login");
    // Nobody was kicked.
    assert_eq!(scene.online(), ["sharer"]);

    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let ran = scene.run(&["user", "sharer", "--server", &address]);
    ran.fails(5, &address);
}

#[test]
fn who_logs_in_and_with_what_has_to_be_said() {
    let scene = Scene::new();
    let run = |missing: &str| {
        let mut command = scene.command(&["user", "sharer"]);
        Ran::from(command.env_remove(missing).output().unwrap())
    };
    run("SLSK_USER").fails(2, "--user");
    run("SLSK_PASSWORD").fails(2, "--password-file");
}

#[test]
fn options_go_before_the_environment_and_that_before_the_configuration() {
    let scene = Scene::new();
    let folder = scene.home.path().join("slsk");
    fs::create_dir(&folder).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write("secret", "from the file\n");
    let address = scene.server.address();
    let config =
        format!("server = '{address}'\nuser = 'from-the-file'\npassword_file = 'secret'\n");
    write("config.toml", &config);
    // With this client's name, `slsk user` describes itself.
    let online = |arguments: &[&str], set: &[&str]| {
        let mut command = scene.command(&[&["user", "--json"], arguments].concat());
        for name in ["SLSK_SERVER", "SLSK_USER", "SLSK_PASSWORD"] {
            if !set.contains(&name) {
                command.env_remove(name);
            }
        }
        let ran = Ran::from(command.output().unwrap());
        ran.json()[0]["status"].clone()
    };
    if cfg!(target_os = "linux") {
        assert_eq!(online(&["from-the-file"], &[]), "online");
        let both = ["SLSK_USER", "SLSK_PASSWORD"];
        assert_eq!(online(&["asker"], &both), "online");
        let option = ["--user", "option", "option"];
        assert_eq!(online(&option, &both), "online");
    }
    let file = folder.join("config.toml");
    let named = ["--config", file.to_str().unwrap(), "from-the-file"];
    assert_eq!(online(&named, &[]), "online");
}

#[test]
fn the_pace_is_kept_in_a_file() {
    let scene = Scene::new();
    let pace = scene.home.path().join("common").join("pace.json");
    let arguments = ["user", "sharer", "--pace", pace.to_str().unwrap()];
    assert_eq!(scene.run(&arguments).code, Some(0));
    let kept: Value = serde_json::from_slice(&fs::read(&pace).unwrap()).unwrap();
    let server = scene.server.address().to_string();
    assert!(kept[&server]["asker"].is_object(), "{kept}");
    assert!(!Path::new("pace.json").exists());
}
