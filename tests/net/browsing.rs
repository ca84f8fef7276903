//! Browsing over real sockets: large lists, and what is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use slsk_net::machine::{Packet, Profile, RequestError, SearchOptions, SearchRequest};
use slsk_net::share::{Entry, Index};
use slsk_net::{Client, ClientOptions, Tap};
use slsk_wire::FamilyId;
use slsk_wire::peer::{
    Attributes, PeerMessage, SharesRequest, SharesResponse, UserInfoRequest, UserInfoResponse,
};

use super::peer::Peer;
use super::{Scene, log_in, server};

const FILES: u32 = 200_000;
const FILES_PER_FOLDER: u32 = 10;

/// An index of 200,000 files in 20,000 folders.
fn large() -> Index {
    let mut builder = Index::builder();
    for file in 0..FILES {
        let (folder, number) = (file / FILES_PER_FOLDER, file % FILES_PER_FOLDER);
        let artist = folder / 10;
        let path = format!(r"Music\Artist {artist}\Album {folder}\{number:02} - A song.mp3");
        let entry = Entry {
            attributes: Attributes::lossy(320, 200 + number, None),
            ..Entry::new(path, 10_000_000 + u64::from(file), "/nowhere")
        };
        builder.add(entry).expect("a valid entry");
    }
    builder.build().expect("an index")
}

/// Counts the share lists that a client sends, and how many bytes of a frame they hold at the most.
#[derive(Debug, Default)]
struct Lists {
    sent: AtomicU64,
    bytes: AtomicU64,
}

impl Lists {
    fn tap(self: &Arc<Self>) -> Tap {
        let lists = Arc::clone(self);
        Tap::new(move |tapped| {
            if let Packet::Frame(FamilyId::Peer, frame) = tapped.packet {
                lists.sent.fetch_add(1, Ordering::Relaxed);
                let length = frame.body.len() as u64;
                lists.bytes.fetch_max(length, Ordering::Relaxed);
            }
        })
    }
}

#[tokio::test]
async fn a_list_of_200_000_files_comes_whole() {
    let server = server().await;
    let lists = Arc::<Lists>::default();
    let options = ClientOptions {
        tap: Some(lists.tap()),
        ..ClientOptions::new(server.address())
    };
    let sharer = Client::connect(options).await.expect("a connection");
    sharer.login("sharer", "pw").await.expect("a login");
    sharer.share(large()).await.expect("running");
    let searcher = log_in(&server, "searcher").await;
    let (first, second) = tokio::join!(searcher.browse("sharer"), searcher.browse("sharer"));
    let (first, second) = (first.expect("a list"), second.expect("a list"));
    // Whoever asks the same has the same in memory.
    assert!(Arc::ptr_eq(&first, &second));
    assert_eq!(lists.sent.load(Ordering::Relaxed), 1);
    // It went over the wire compressed, and not a byte of it twice.
    assert!(lists.bytes.load(Ordering::Relaxed) < 8 << 20);

    let files: usize = first.directories.iter().map(|d| d.files.len()).sum();
    assert_eq!(files, FILES as usize);
    // The share, the artists, the albums.
    assert_eq!(first.directories.len(), 1 + 2_000 + 20_000);
    let last = first.directories.last().expect("a folder");
    let file = last.files.last().expect("a file");
    assert_eq!(file.name, "09 - A song.mp3");
    assert_eq!(file.attributes.bitrate(), Some(320));
}

#[tokio::test]
async fn a_picture_of_a_megabyte_arrives() {
    let scene = Scene::new(10).await;
    let picture: Vec<u8> = (0..1_u32 << 18).flat_map(u32::to_le_bytes).collect();
    let profile = Profile {
        description: "hello".to_owned(),
        picture: Some(picture.clone().into()),
        ..Profile::default()
    };
    scene.sharer.set_profile(profile).await.expect("running");
    let info = scene.searcher.user_info("sharer").await.expect("an answer");
    assert_eq!(info.description, "hello");
    assert!(info.picture.as_ref().is_some_and(|p| *p.0 == picture));
}

#[tokio::test]
async fn a_list_beyond_the_limits_is_an_error() {
    let scene = Scene::new(10).await;
    scene.sharer.share(large()).await.expect("running");
    let mut options = ClientOptions::new(scene.server.address());
    options.limits.peer_bulk = 1000;
    let client = Client::connect(options).await.expect("a connection");
    client.login("poor", "pw").await.expect("a login");
    let error = client.browse("sharer").await.expect_err("no list");
    assert_eq!(error, RequestError::Closed);
    // All else still works.
    client.user_info("sharer").await.expect("an answer");
}

/// A list that nobody has asked for ends the connection before it has come.
#[tokio::test]
async fn what_is_large_and_unasked_is_refused() {
    let scene = Scene::new(10).await;
    let unasked: [PeerMessage; 2] = [
        SharesResponse::new(Vec::new(), Vec::new()).into(),
        UserInfoResponse {
            description: "unasked".into(),
            has_picture: false,
            picture: None,
            upload_slots: 1,
            queue_size: 0,
            slots_free: true,
            upload_permission: None,
        }
        .into(),
    ];
    for message in unasked {
        let mut peer = Peer::connect(&scene.sharer, "somebody").await;
        peer.send(&message).await;
        assert!(peer.rest().await.is_empty());
    }
}

/// Answers go where the question came from, whoever asks.
#[tokio::test]
async fn strangers_are_answered_where_they_ask() {
    let scene = Scene::new(10).await;
    let mut peer = Peer::connect(&scene.sharer, "somebody").await;
    peer.send(&PeerMessage::from(SharesRequest::default()))
        .await;
    match peer.receive().await {
        PeerMessage::SharesResponse(list) => {
            let names: Vec<_> = list.directories.iter().map(|d| d.name.to_str()).collect();
            assert_eq!(names, ["Music", r"Music\雪"]);
        }
        other => panic!("{other:?}"),
    }
    peer.send(&PeerMessage::from(UserInfoRequest)).await;
    match peer.receive().await {
        PeerMessage::UserInfoResponse(info) => assert!(info.slots_free),
        other => panic!("{other:?}"),
    }
}

/// What waits for its reader is bounded, and what is dropped is counted.
#[tokio::test]
async fn a_search_that_nobody_reads_drops_and_counts() {
    let scene = Scene::new(10).await;
    let options = SearchOptions {
        max_waiting: 0,
        max_files: 1,
        ..SearchOptions::default()
    };
    let mut search = scene
        .searcher
        .search(SearchRequest::new("snow").with(options));
    // The one file is enough, so the search ends.
    assert_eq!(search.next().await, Ok(None));
    assert_eq!(search.dropped(), 1);
}
