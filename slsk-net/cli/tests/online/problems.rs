//! What the program says when something is wrong.

use std::process::Stdio;

use crate::scene::{Ran, Scene};

#[test]
fn a_refused_login_and_a_missing_server_have_exit_codes_of_their_own() {
    let scene = Scene::new();
    let wrong = ["user", "sharer", "--user", "sharer"];
    let mut command = scene.command(&wrong);
    let ran = Ran::from(command.env("SLSK_PASSWORD", "wrong").output().unwrap());
    ran.fails(
        3,
        "wrong password, or the name belongs to somebody else (INVALIDPASS)",
    );
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
fn what_is_empty_is_refused_before_anybody_is_asked() {
    let scene = Scene::new();
    for (arguments, words) in [
        (&["search", " "][..], "an empty query"),
        (&["search", "", ""], "an empty query"),
        (&["search", "--room", "", "x"], "an empty name of a room"),
        (
            &["search", "--to", "ada", "--to", " ", "x"],
            "an empty name of a user",
        ),
        (&["browse", ""], "an empty name of a user"),
        (&["user", ""], "an empty name of a user"),
        (&["watch", "ada", ""], "an empty name of a user"),
    ] {
        // Nobody listens there.
        let mut command = scene.command(arguments);
        let ran = command.env("SLSK_SERVER", "127.0.0.1:1").output().unwrap();
        Ran::from(ran).fails(2, words);
    }
}

#[test]
fn a_log_tells_no_password() {
    let scene = Scene::new();
    let mut command = scene.command(&["search", "--limit", "2", "winter"]);
    command
        .env("RUST_LOG", "trace")
        .env("SLSK_PASSWORD", "lovelace!");
    let ran = Ran::from(command.output().unwrap());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let log = &ran.stderr;
    assert!(log.contains("sent name=\"LoginRequest\""), "{log}");
    assert!(!log.contains('\u{1b}'), "{log}");
    // The password, its MD5, and that of name and password.
    for secret in ["lovelace", "59bba64f73c0", "26ad268c859a"] {
        assert!(!log.contains(secret), "{log}");
    }
    for unset in ["", "no=such=filter"] {
        let ran = Ran::from(command.env("RUST_LOG", unset).output().unwrap());
        assert_eq!(
            ran.stderr.lines().count(),
            usize::from(!unset.is_empty()),
            "{ran:?}"
        );
    }
    assert_eq!(scene.run(&["user", "sharer", "--user", "other"]).stderr, "");
}

#[test]
fn what_is_no_server_is_wrong_usage() {
    let scene = Scene::new();
    let port = ["user", "ada", "--server", "127.0.0.1:99999"];
    scene.run(&port).fails(2, "`99999` is no port");
    let word = ["user", "ada", "--server", "a:b"];
    scene.run(&word).fails(2, "`b` is no port");
}

/// Runs the program against a server that says this to a login, and then nothing more.
fn answered(scene: &Scene, bytes: &'static [u8]) -> Ran {
    use std::io::{Read as _, Write as _};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // The login with its length, and the port with its own. What is left unread would reset the connection.
        for _ in 0..2 {
            let mut length = [0; 4];
            stream.read_exact(&mut length).unwrap();
            let mut body = vec![0; u32::from_le_bytes(length) as usize];
            stream.read_exact(&mut body).unwrap();
        }
        stream.write_all(bytes).unwrap();
        stream
    });
    let mut command = scene.command(&["user", "sharer", "--server", &address]);
    if bytes.is_empty() {
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        drop(server.join().unwrap());
        return Ran::from(child.unwrap().wait_with_output().unwrap());
    }
    let ran = Ran::from(command.output().unwrap());
    drop(server.join().unwrap());
    ran
}

#[test]
fn a_server_of_another_protocol_is_doubted() {
    let scene = Scene::new();
    let ran = answered(&scene, b"HTTP/1.1 400 Bad Request\r\n\r\n");
    ran.fails(5, "is this a Soulseek server?");
}

#[test]
fn a_server_that_closes_in_place_of_an_answer_may_have_banned_us() {
    let scene = Scene::new();
    answered(&scene, b"").fails(5, "banned this account or address");
}
