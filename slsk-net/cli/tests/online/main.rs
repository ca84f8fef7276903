//! `slsk search`, `slsk browse`, `slsk user` and `slsk watch` from outside, with a server and a sharing client on
//! loopback.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod problems;
mod scene;
mod search;
mod settings;

use std::fs;
use std::io::{BufRead, BufReader};

use serde_json::Value;
use slsk_wire::server::{PrivateMessage, SetListenPort};

use scene::Scene;
#[cfg(unix)]
use scene::interrupt;

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
fn what_the_server_knows_is_shown_also_if_the_user_does_not_answer() {
    let scene = Scene::new();
    // From now on others connect to somebody who hangs up.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = SetListenPort::new(listener.local_addr().unwrap().port());
    let told = scene.runtime.block_on(scene.sharer.send_to_server(port));
    told.unwrap();
    std::thread::spawn(move || listener.incoming().for_each(drop));
    let ran = scene.run(&["user", "sharer", "--info"]);
    assert_eq!(ran.code, Some(5), "{ran:?}");
    assert!(ran.stdout.starts_with("sharer is online\n"), "{ran:?}");
    assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
}

#[test]
fn private_messages_wait_for_whoever_shows_them() {
    let scene = Scene::new();
    assert_eq!(scene.run(&["user", "sharer"]).code, Some(0));
    let message = PrivateMessage {
        username: "asker".into(),
        message: "hello".into(),
    };
    let sent = scene.runtime.block_on(scene.sharer.send_to_server(message));
    sent.unwrap();
    assert_eq!(scene.run(&["user", "sharer"]).code, Some(0));

    let mut child = scene.start(&["watch", "--all"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let told = lines.find(|line| line.as_ref().unwrap().ends_with("says to us: hello"));
    assert!(told.is_some());
    child.kill().unwrap();
    child.wait().unwrap();
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

    interrupt(&child);
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
