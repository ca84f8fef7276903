//! Where the settings come from, and where the pace goes.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::scene::{Ran, Scene};

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

#[test]
fn what_is_empty_in_the_environment_is_unset() {
    let scene = Scene::new();
    let run = |empty: &str, arguments: &[&str]| {
        let mut command = scene.command(&[&["user", "--json", "asker"], arguments].concat());
        Ran::from(command.env(empty, "").output().unwrap())
    };
    let optional = [
        "SLSK_LISTEN",
        "SLSK_CONFIG",
        "SLSK_PACE",
        "SLSK_PASSWORD_FILE",
    ];
    for empty in optional {
        assert_eq!(run(empty, &[]).json()[0]["status"], "online");
    }
    run("SLSK_USER", &[]).fails(2, "--user");
    run("SLSK_PASSWORD", &[]).fails(2, "--password-file");
    // The configuration names the server then.
    let config = scene.home.path().join("config.toml");
    fs::write(&config, format!("server = '{}'\n", scene.server.address())).unwrap();
    let named = ["--config", config.to_str().unwrap()];
    assert_eq!(run("SLSK_SERVER", &named).json()[0]["status"], "online");
}
