//! Users who can't be reached, the order of the two ways, and obfuscated ports, as whole clients see them.

use slsk_net::machine::{ConnectMode, Obfuscation};
use world::Firewall;

use super::*;

/// Users who are logged in behind these firewalls and with this configuration.
fn scene(seed: u64, sharer: Firewall, searcher: Firewall, config: &ClientConfig) -> Scene {
    let mut scene = Scene::with(seed, config);
    scene.world.set_firewall(scene.sharer, sharer);
    scene.world.set_firewall(scene.searcher, searcher);
    scene
}

fn arrives(scene: &mut Scene) {
    let (remote, size) = scene.search("снег");
    let download = scene.download("sharer", remote, size);
    let path = scene.downloaded(download).expect("the file");
    let song = scene.song.clone();
    assert!(scene.world.disk(scene.searcher)[&path] == song);
}

#[test]
fn a_file_arrives_when_one_side_can_be_reached() {
    let open = Firewall::Open;
    for closed in [Firewall::Refuses, Firewall::Drops] {
        for mode in [ConnectMode::Race, ConnectMode::Fallback] {
            for (sharer, searcher) in [(closed, open), (open, closed)] {
                for seed in 0..10 {
                    let config = ClientConfig {
                        connect_mode: mode,
                        ..ClientConfig::default()
                    };
                    arrives(&mut scene(seed, sharer, searcher, &config));
                }
            }
        }
    }
}

#[test]
fn two_who_can_t_be_reached_hear_so_in_time() {
    for closed in [Firewall::Refuses, Firewall::Drops] {
        for mode in [ConnectMode::Race, ConnectMode::Fallback] {
            let config = ClientConfig {
                connect_mode: mode,
                ..ClientConfig::default()
            };
            let mut scene = scene(1, closed, closed, &config);
            let before = scene.world.now();
            let download = scene.download("sharer", SONG.into(), 1);
            let error = scene.downloaded(download).expect_err("no file");
            let unreachable = matches!(error, DownloadError::Unreachable { .. });
            assert!(unreachable, "{error}");
            let limit = if closed == Firewall::Refuses { 3 } else { 40 };
            let time = scene.world.now() - before;
            assert!(time <= Duration::from_secs(limit), "{time:?}");
        }
    }
}

#[test]
fn a_file_arrives_over_obfuscated_ports() {
    for seed in 0..10 {
        let config = ClientConfig {
            obfuscation: Obfuscation::Prefer,
            obfuscated_port: Some(2235),
            ..ClientConfig::default()
        };
        let mut scene = Scene::with(seed, &config);
        for node in [scene.sharer, scene.searcher] {
            scene.world.listen_obfuscated(node, 2235);
        }
        arrives(&mut scene);
        // Whose obfuscated port is closed can be reached on the plain one.
        let mut scene = Scene::with(seed, &config);
        arrives(&mut scene);
    }
}

#[test]
fn connections_that_are_idle_or_lost_races_are_gone_in_the_end() {
    for seed in 0..10 {
        let config = ClientConfig::default();
        let mut scene = scene(seed, Firewall::Open, Firewall::Open, &config);
        arrives(&mut scene);
        scene.world.run_for(Duration::from_mins(3));
        for node in [scene.sharer, scene.searcher] {
            assert_eq!(scene.world.connections(node), 1);
        }
    }
}
