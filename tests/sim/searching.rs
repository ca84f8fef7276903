//! Searches of rooms, users and ourselves, and wishes.

use std::time::Duration;

use slsk_net::machine::{
    Command, CommandId, Event, Reply, SearchError, SearchFilter, SearchOptions, SearchRequest,
};

use super::{NodeId, OTHER, SONG, Scene, client};

impl Scene {
    /// A third client that is logged in, and shares nothing.
    pub(super) fn third(&mut self, name: &str) -> NodeId {
        let node = client(&mut self.world, 99, "127.0.0.9:2234");
        self.log_in(node, name);
        node
    }

    /// Who has found what for a search or a wish, next.
    fn found(&mut self, search: CommandId) -> (String, Vec<String>) {
        self.world.event(self.searcher, |event| match event {
            Event::SearchResult(id, response) if id == search => {
                let names = response.results.iter().map(|file| file.name.to_string());
                Some((response.username.to_string(), names.collect()))
            }
            _ => None,
        })
    }

    /// The result of a search, and how many were asked that share something.
    fn search_in(&mut self, request: SearchRequest) -> (String, Vec<String>) {
        let search = self.world.tell(self.searcher, Command::Search(request));
        self.found(search)
    }

    fn join(&mut self, node: NodeId, room: &str) {
        match self.world.ask(node, Command::JoinRoom(room.into())) {
            Reply::JoinedRoom(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }

    /// How many searches a node has looked for among its files.
    fn asked(&mut self, node: NodeId) -> u32 {
        self.world.take_queries(node).values().sum()
    }
}

fn sharers_song() -> (String, Vec<String>) {
    ("sharer".to_owned(), vec![SONG.to_owned()])
}

#[test]
fn a_search_of_users_asks_them_alone() {
    let mut scene = Scene::new(1);
    let third = scene.third("third");
    let index = scene.index.clone();
    scene.world.ask(third, Command::Share(index));
    let request = SearchRequest::new("снег").of_users(["sharer", "nobody"]);
    assert_eq!(scene.search_in(request), sharers_song());
    scene.world.run_for(Duration::from_mins(5));
    assert_eq!((scene.asked(scene.sharer), scene.asked(third)), (1, 0));
}

#[test]
fn a_search_of_a_room_asks_who_is_in_it() {
    let mut scene = Scene::new(2);
    let third = scene.third("third");
    let index = scene.index.clone();
    scene.world.ask(third, Command::Share(index));
    for node in [scene.sharer, scene.searcher] {
        scene.join(node, "snow");
    }
    let request = SearchRequest::new("снег").in_room("snow");
    assert_eq!(scene.search_in(request), sharers_song());
    scene.world.run_for(Duration::from_mins(5));
    assert_eq!((scene.asked(scene.sharer), scene.asked(third)), (1, 0));
}

#[test]
fn a_search_of_ourselves_is_answered_without_a_connection() {
    let mut scene = Scene::new(3);
    let index = scene.index.clone();
    scene.world.ask(scene.searcher, Command::Share(index));
    let connections = scene.world.connections(scene.searcher);
    let request = SearchRequest::new("снег").of_users(["searcher"]);
    let (user, files) = scene.search_in(request);
    assert_eq!((user.as_str(), files.len()), ("searcher", 1));
    assert_eq!(scene.world.connections(scene.searcher), connections);
}

#[test]
fn what_others_cannot_read_is_rewritten_and_phrases_are_checked() {
    let mut scene = Scene::new(4);
    let request = SearchRequest::new(r#""01 снег" *lac"#);
    assert_eq!(scene.search_in(request), sharers_song());
    let command = Command::Search(r#""снег 01""#.into());
    let search = scene.world.tell(scene.searcher, command);
    match scene.world.answer(scene.searcher, search) {
        Reply::Searched(Ok(())) => {}
        other => panic!("{other:?}"),
    }
    let events = scene.world.take_events(scene.searcher);
    let found = |event: &Event| matches!(event, Event::SearchResult(..));
    assert!(!events.iter().any(found));
    assert_eq!(scene.asked(scene.sharer), 2);
}

#[test]
fn results_are_filtered_and_limited() {
    let mut scene = Scene::new(5);
    let filter = SearchFilter {
        exclude: vec!["снег".to_owned()],
        ..SearchFilter::default()
    };
    let options = SearchOptions {
        filter,
        max_files: 1,
        ..SearchOptions::default()
    };
    let request = SearchRequest::new("flac").with(options);
    let search = scene.world.tell(scene.searcher, Command::Search(request));
    let other = ("sharer".to_owned(), vec![OTHER.to_owned()]);
    assert_eq!(scene.found(search), other);
    // It has what it wants, and ends.
    match scene.world.answer(scene.searcher, search) {
        Reply::Searched(Ok(())) => {}
        other => panic!("{other:?}"),
    }
    assert!(scene.world.elapsed() < Duration::from_mins(1));
}

#[test]
fn a_wish_is_searched_for_in_each_interval() {
    let mut scene = Scene::new(6);
    let wish = scene
        .world
        .tell(scene.searcher, Command::Wish("снег".into()));
    let mut times = Vec::new();
    for _ in 0..3 {
        assert_eq!(scene.found(wish), sharers_song());
        times.push(scene.world.elapsed().as_secs());
    }
    // 720 s unless the server says otherwise, and the first one not at once.
    for (count, time) in (1..).zip(times) {
        assert!((720 * count..720 * count + 30).contains(&time), "{time}");
    }
    match scene.world.ask(scene.searcher, Command::Wishes) {
        Reply::Wishes(wishes) => assert_eq!(wishes, [(wish, "снег".into())]),
        other => panic!("{other:?}"),
    }
    scene.world.ask(scene.searcher, Command::StopSearch(wish));
    match scene.world.answer(scene.searcher, wish) {
        Reply::Searched(Ok(())) => {}
        other => panic!("{other:?}"),
    }
    scene.asked(scene.sharer);
    scene.world.run_for(Duration::from_hours(1));
    assert_eq!(scene.asked(scene.sharer), 0);
}

#[test]
fn a_wish_goes_on_after_a_reconnect() {
    let mut scene = Scene::new(7);
    let wish = scene
        .world
        .tell(scene.searcher, Command::Wish("снег".into()));
    scene.found(wish);
    scene.world.kill(scene.server);
    scene.world.run_for(Duration::from_hours(1));
    scene.asked(scene.sharer);
    scene
        .world
        .restart_server(scene.server, super::server_machine());
    scene.found(wish);
    assert_eq!(scene.asked(scene.sharer), 1);
}

#[test]
fn a_search_ends_with_the_session() {
    let mut scene = Scene::new(8);
    let search = scene
        .world
        .tell(scene.searcher, Command::Search("nothing".into()));
    scene.world.run_for(Duration::from_secs(5));
    scene.world.kill(scene.server);
    match scene.world.answer(scene.searcher, search) {
        Reply::Searched(Err(error)) => assert_eq!(error, SearchError::Disconnected),
        other => panic!("{other:?}"),
    }
}
