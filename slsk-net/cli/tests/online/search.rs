//! Searches.

use std::process::{Child, Stdio};

use slsk_wire::peer::UserInfoRequest;

use crate::scene::{Log, Ran, Scene, log_in};

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
}

#[test]
fn options_behind_the_query_are_options() {
    let scene = Scene::new();
    let found = scene
        .run(&["search", "winter", "-mp3", "--limit", "1", "--json"])
        .json();
    assert_eq!(found[0]["path"], r"Music\Snow\01 winter.flac");
    assert_eq!(found.len(), 1);

    let ran = scene.run(&["search", "winter", "--jsno"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("--jsno"), "{ran:?}");

    let word = scene.run(&["search", "--limit", "2", "--", "winter", "--json"]);
    assert_eq!(word.code, Some(0), "{word:?}");
    assert!(word.stdout.contains("User"), "no table: {word:?}");
}

#[test]
fn a_room_is_searched_from_inside_and_left() {
    let scene = Scene::new();
    let arguments = [
        "search", "--room", "Snow", "--limit", "2", "--json", "winter",
    ];
    let missing = scene.run(&arguments);
    missing.fails(4, "there is no room Snow");
    // It has not been made.
    assert_eq!(scene.rooms(), [""; 0]);

    scene
        .runtime
        .block_on(scene.sharer.join_room("Snow"))
        .unwrap();
    let found = scene.run(&arguments).json();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["user"], "sharer");
    assert_eq!(scene.rooms(), ["Snow: 1"]);
}

/// A search for a table that has results and waits for more.
fn begin(scene: &Scene) -> (Child, Log) {
    let mut child = scene
        .command(&["search", "winter", "--timeout", "10m"])
        .env("RUST_LOG", "slsk_net=trace")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = Log::of(&mut child);
    log.wait_for("received name=\"FileSearchResponse\"");
    // Whatever comes after the results is answered after they are taken.
    let asked = scene.sharer.send_to_peer("asker", UserInfoRequest);
    scene.runtime.block_on(asked).unwrap();
    log.wait_for("sent name=\"UserInfoResponse\"");
    (child, log)
}

#[cfg(unix)]
#[test]
fn an_interrupted_search_shows_what_has_come() {
    let scene = Scene::new();
    let (child, log) = begin(&scene);
    crate::scene::interrupt(&child);
    drop(log);
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(130), "{ran:?}");
    assert!(ran.stdout.contains(r"Music\Snow\02 winter.mp3"), "{ran:?}");
    assert_eq!(scene.online(), ["sharer"]);
}

#[test]
fn a_search_whose_session_ends_shows_what_has_come_and_says_why() {
    let scene = Scene::new();
    let (child, log) = begin(&scene);
    let _other = scene.runtime.block_on(log_in(&scene.server, "asker"));
    let last = log.last();
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(5), "{ran:?}");
    assert!(ran.stdout.contains(r"Music\Snow\02 winter.mp3"), "{ran:?}");
    assert_eq!(
        last,
        "slsk: somebody has logged in elsewhere with this name"
    );
}
