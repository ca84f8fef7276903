//! Searches of others that the application answers itself.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use slsk_net::client::Notice;
use slsk_net::machine::{AnsweredSearch, Event, Found, ShareQuery};
use slsk_net::{Client, ClientOptions, SearchHandler};
use slsk_wire::Family;
use slsk_wire::peer::{Attributes, File};
use slsk_wire::server::{IncomingFileSearch, ResetDistributed, ServerResponse};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::peer::HandMadeServer;
use super::{log_in, server};

fn found(name: &str, matched: usize) -> Found {
    Found {
        files: vec![File::new(name, 9, Attributes::default())],
        matched,
    }
}

/// A client with this handler, and its server, by hand.
async fn answering(
    answer: impl Fn(&ShareQuery) -> Found + Send + Sync + 'static,
) -> (Client, TcpStream) {
    let server = HandMadeServer::bind().await;
    let options = ClientOptions {
        search_handler: Some(SearchHandler::new(answer)),
        report_searches: true,
        ..ClientOptions::new(server.address())
    };
    server.log_in(options).await
}

async fn search(server: &mut TcpStream, token: u32, query: &str) {
    let search = ServerResponse::from(IncomingFileSearch {
        username: "ada".into(),
        token,
        query: query.into(),
    });
    let bytes = search.to_frame().expect("a frame");
    server.write_all(&bytes).await.expect("open");
}

async fn answered(events: &mut slsk_net::client::Events) -> Arc<AnsweredSearch> {
    loop {
        match events.next().await.expect("a client that runs") {
            Notice::Event(Event::SearchAnswered(answered)) => return answered,
            Notice::Event(_) => {}
            Notice::Missed(count) => panic!("{count} events missed"),
        }
    }
}

#[tokio::test]
async fn what_a_handler_finds_is_what_the_searcher_gets() {
    let server = server().await;
    let handler = SearchHandler::new(|search| {
        assert_eq!(search.user, "searcher");
        found(&format!(r"Live\{}", search.text), 42)
    });
    let options = ClientOptions {
        search_handler: Some(handler),
        report_searches: true,
        ..ClientOptions::new(server.address())
    };
    let client = Client::connect(options).await.expect("a connection");
    client.login("sharer", "pw").await.expect("a login");
    let mut events = client.events();
    let searcher = log_in(&server, "searcher").await;
    let mut search = searcher.search("snow");
    let result = search.next().await.expect("a search").expect("a result");
    assert_eq!(result.username, "sharer");
    assert_eq!(result.results[0].name, r"Live\snow");
    let expected = AnsweredSearch {
        user: "searcher".into(),
        query: "snow".into(),
        matched: 42,
        dropped: 0,
    };
    assert_eq!(*answered(&mut events).await, expected);
    client.stop().await;
    searcher.stop().await;
}

#[tokio::test]
async fn a_handler_that_panics_has_found_nothing() {
    let (client, mut server) = answering(|search| {
        assert_ne!(search.text, "trap");
        found("song", 1)
    })
    .await;
    let mut events = client.events();
    for token in 0..10 {
        search(&mut server, token, "trap").await;
        assert_eq!(answered(&mut events).await.matched, 0);
    }
    search(&mut server, 10, "snow").await;
    assert_eq!(answered(&mut events).await.matched, 1);
    client.stop().await;
}

/// A door that handlers wait at.
#[derive(Default)]
struct Door {
    open: Mutex<bool>,
    opened: Condvar,
    inside: AtomicUsize,
    most: AtomicUsize,
}

impl Door {
    /// Tells that somebody waits once he is counted.
    fn pass(&self, waits: impl FnOnce()) {
        let inside = self.inside.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(inside, Ordering::SeqCst);
        waits();
        let open = self.open.lock().expect("no panic");
        drop(self.opened.wait_while(open, |open| !*open));
        self.inside.fetch_sub(1, Ordering::SeqCst);
    }

    fn open(&self) {
        *self.open.lock().expect("no panic") = true;
        self.opened.notify_all();
    }
}

/// A client whose handlers wait at a door, those who have come to it, and the client's server.
async fn waiting() -> (Arc<Door>, mpsc::UnboundedReceiver<()>, Client, TcpStream) {
    let door = Arc::new(Door::default());
    let (entered, entries) = mpsc::unbounded_channel();
    let (client, server) = answering({
        let door = Arc::clone(&door);
        move |_| {
            door.pass(|| _ = entered.send(()));
            Found::default()
        }
    })
    .await;
    (door, entries, client, server)
}

#[tokio::test]
async fn a_slow_handler_runs_four_times_at_once_and_what_is_too_much_is_dropped_and_counted() {
    const SEARCHES: u32 = 300;
    let (door, mut entries, client, mut server) = waiting().await;
    let mut events = client.events();
    for token in 0..SEARCHES {
        search(&mut server, token, "snow").await;
    }
    for _ in 0..4 {
        entries.recv().await.expect("a search");
    }
    // The event of the reset comes once everything before it was read.
    let reset = ServerResponse::from(ResetDistributed).to_frame();
    let reset = reset.expect("a frame");
    server.write_all(&reset).await.expect("open");
    while !matches!(events.next().await, Some(Notice::Event(Event::Branch(_)))) {}
    assert!(entries.try_recv().is_err());
    door.open();
    let mut dropped = 0;
    for _ in 0..256 {
        dropped += answered(&mut events).await.dropped;
    }
    assert_eq!(dropped, u64::from(SEARCHES) - 256);
    assert_eq!(door.most.load(Ordering::SeqCst), 4);
    client.stop().await;
}

#[tokio::test]
async fn stopping_waits_for_handlers_also_when_somebody_gave_up_waiting() {
    let before = super::stopping::alive();
    let (door, mut entries, client, mut server) = waiting().await;
    search(&mut server, 1, "snow").await;
    entries.recv().await.expect("a search");
    let given_up = tokio::time::timeout(std::time::Duration::ZERO, client.stop()).await;
    assert!(given_up.is_err());
    door.open();
    client.stop().await;
    assert_eq!(super::stopping::alive(), before);
}
