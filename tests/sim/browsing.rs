//! What users share and say about themselves, asked and answered.

mod slow;

use std::sync::Arc;
use std::time::Duration;

use slsk_net::machine::{Command, Profile, Reply, RequestError};
use slsk_wire::Text;
use slsk_wire::peer::{Directory, FolderContentsResponse, SharesResponse, UserInfoResponse};

use super::{NodeId, OTHER, SONG, Scene};
use slow::SlowSharer;

const FOLDER: &str = r"Music\Jęrzy Ðoe";

impl Scene {
    fn browse(&mut self, node: NodeId, user: &str) -> Result<Arc<SharesResponse>, RequestError> {
        match self.world.ask(node, Command::Browse(user.into())) {
            Reply::Browsed(result) => result,
            other => panic!("{other:?}"),
        }
    }

    fn folder(
        &mut self,
        user: &str,
        path: &str,
    ) -> Result<Arc<FolderContentsResponse>, RequestError> {
        let (user, path) = (user.into(), path.into());
        match self
            .world
            .ask(self.searcher, Command::Folder { user, path })
        {
            Reply::Folder(result) => result,
            other => panic!("{other:?}"),
        }
    }

    fn info(&mut self, user: &str) -> Result<Arc<UserInfoResponse>, RequestError> {
        match self.world.ask(self.searcher, Command::Info(user.into())) {
            Reply::Info(result) => result,
            other => panic!("{other:?}"),
        }
    }
}

/// The names of folders, each with those of its files.
fn names(directories: &[Directory]) -> Vec<(String, Vec<String>)> {
    let names = |directory: &Directory| {
        let files = directory.files.iter().map(|file| file.name.to_string());
        (directory.name.to_string(), files.collect())
    };
    directories.iter().map(names).collect()
}

fn bare(path: &str) -> String {
    path.rsplit('\\').next().unwrap_or_default().to_owned()
}

#[test]
fn a_share_list_comes_with_empty_ancestors_and_bare_names() {
    for seed in 0..20 {
        let mut scene = Scene::new(seed);
        let list = scene.browse(scene.searcher, "sharer").expect("a list");
        let expected = [
            ("Music".to_owned(), vec![]),
            (FOLDER.to_owned(), vec![bare(SONG), bare(OTHER)]),
        ];
        assert_eq!(names(&list.directories), expected);
        assert_eq!(list.locked_directories, Some(Vec::new()));
    }
}

#[test]
fn who_shares_nothing_has_an_empty_list() {
    let mut scene = Scene::new(1);
    let list = scene.browse(scene.sharer, "searcher").expect("a list");
    assert_eq!(list.directories, []);
}

#[test]
fn a_folder_comes_alone_and_an_unknown_one_is_none() {
    let mut scene = Scene::new(2);
    let folder = scene.folder("sharer", FOLDER).expect("a folder");
    let expected = [(FOLDER.to_owned(), vec![bare(SONG), bare(OTHER)])];
    assert_eq!(names(&folder.directories), expected);
    let folder = scene.folder("sharer", r"Music\nothing").expect("an answer");
    assert_eq!(folder.directories, []);
}

#[test]
fn a_user_tells_about_himself() {
    let mut scene = Scene::new(3);
    let picture = vec![7; 300_000];
    let profile = Profile {
        description: "Jęrzy sagt hallo".to_owned(),
        picture: Some(picture.clone().into()),
        ..Profile::default()
    };
    scene.world.ask(scene.sharer, Command::SetProfile(profile));
    let info = scene.info("sharer").expect("an answer");
    assert_eq!(info.description, "Jęrzy sagt hallo");
    assert_eq!(
        info.picture.as_ref().map(|p| p.0.len()),
        Some(picture.len())
    );
    assert!(info.slots_free);
    assert_eq!(info.queue_size, 0);
    assert!(info.upload_slots > 0);
}

#[test]
fn several_callers_share_one_request() {
    let mut scene = Scene::new(4);
    scene.world.keep_log(true);
    let ids = [(); 3].map(|()| {
        let command = Command::Browse("sharer".into());
        scene.world.tell(scene.searcher, command)
    });
    for id in ids {
        match scene.world.answer(scene.searcher, id) {
            Reply::Browsed(Ok(list)) => assert_eq!(list.directories.len(), 2),
            other => panic!("{other:?}"),
        }
    }
    let asked = scene
        .world
        .log
        .iter()
        .filter(|line| line.contains("SharesRequest"));
    assert_eq!(asked.count(), 1);
}

#[test]
fn a_user_who_is_not_online_is_an_error_of_its_own() {
    let mut scene = Scene::new(5);
    for user in ["nobody", ""] {
        let error = scene.browse(scene.searcher, user).expect_err("no list");
        assert_eq!(error, RequestError::Offline, "{user}");
    }
    assert_eq!(
        scene.info("nobody").expect_err("none"),
        RequestError::Offline
    );
}

#[test]
fn a_user_who_dies_or_falls_silent_is_an_error_in_time() {
    let mut scene = Scene::new(6);
    scene.browse(scene.searcher, "sharer").expect("a list");
    let before = scene.world.elapsed();
    scene.world.cut_off(scene.sharer);
    let error = scene.browse(scene.searcher, "sharer").expect_err("no list");
    assert_eq!(error, RequestError::NoAnswer);
    assert!(scene.world.elapsed() <= before + Duration::from_secs(31));

    let mut scene = Scene::new(7);
    scene.browse(scene.searcher, "sharer").expect("a list");
    let command = Command::Browse("sharer".into());
    let id = scene.world.tell(scene.searcher, command);
    scene.world.kill(scene.sharer);
    match scene.world.answer(scene.searcher, id) {
        Reply::Browsed(Err(RequestError::Closed | RequestError::Unreachable { .. })) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn we_can_browse_ourselves() {
    let mut scene = Scene::new(8);
    let list = scene.browse(scene.sharer, "sharer").expect("a list");
    assert_eq!(list.directories.len(), 2);
}

#[test]
fn nobody_is_asked_without_a_session() {
    let mut scene = Scene::new(9);
    let node = super::client(&mut scene.world, 9, "127.0.0.9:2234");
    let error = scene.browse(node, "sharer").expect_err("no list");
    assert_eq!(error, RequestError::NotLoggedIn);
    let user = Text::from("sharer");
    match scene.world.ask(node, Command::Info(user)) {
        Reply::Info(Err(RequestError::NotLoggedIn)) => {}
        other => panic!("{other:?}"),
    }
}

/// What a user who sends pieces of so many bytes is worth, and how long he would take.
fn slow(piece: usize) -> (Result<usize, RequestError>, Duration, Duration) {
    let mut scene = Scene::new(10);
    let server = scene.world.address(scene.server);
    let sharer = SlowSharer::new(server, 2234, piece, 6000);
    let needed = sharer.time();
    scene.world.add_stranger(sharer, "127.0.0.9:2234");
    scene.world.run_for(Duration::from_secs(5));
    let before = scene.world.now();
    let list = scene.browse(scene.searcher, "slow");
    let list = list.map(|list| list.directories.len());
    (list, needed, scene.world.now() - before)
}

#[test]
fn a_list_may_take_minutes_as_long_as_it_comes() {
    let (list, needed, taken) = slow(70_000);
    assert_eq!(list, Ok(6000));
    // Longer than anybody waits who hears nothing, and than idle connections stay.
    assert!(needed > Duration::from_secs(100), "{needed:?}");
    assert!(taken < needed, "{taken:?}");
}

#[test]
fn a_list_that_trickles_is_given_up() {
    let (list, _, taken) = slow(1000);
    assert_eq!(list, Err(RequestError::NoAnswer));
    assert_eq!(taken.as_secs(), 30);
}
