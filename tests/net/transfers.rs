//! Files on their way from one client to another.

use slsk_net::client::Notice;
use slsk_net::machine::{DownloadError, DownloadEvent, Event};
use slsk_wire::peer::{
    PeerMessage, QueueUpload, RefusalReason, TransferDirection, TransferRequest, TransferResponse,
};

use super::peer::Peer;
use super::{REMOTE, Scene, log_in};

#[tokio::test]
async fn a_file_is_found_and_arrives_byte_for_byte() {
    let scene = Scene::new(3_000_000).await;
    let mut search = scene.searcher.search("SNOW 雪");
    let response = search.next().await.expect("an open search");
    let response = response.expect("a result");
    assert_eq!(response.username, "sharer");
    assert_eq!(response.results[0].name, REMOTE);
    assert_eq!(response.results[0].size(), 3_000_000);

    let mut download = scene
        .searcher
        .download("sharer", REMOTE, 3_000_000, scene.local());
    let mut last = 0;
    while let Some(event) = download.next().await {
        if let DownloadEvent::Progress { bytes } = event {
            assert!(bytes > last && bytes <= 3_000_000);
            last = bytes;
        }
    }
    let path = download.finish().await.expect("the file");
    assert!(std::fs::read(&path).expect("the file") == scene.song);
    // Nothing else is left behind.
    assert_eq!(
        std::fs::read_dir(path.parent().expect("a folder"))
            .expect("a folder")
            .count(),
        1
    );
}

#[tokio::test]
async fn an_empty_file_arrives() {
    let scene = Scene::new(0).await;
    let path = scene.download().await.expect("the file");
    assert_eq!(std::fs::metadata(path).expect("the file").len(), 0);
}

#[tokio::test]
async fn a_file_that_is_there_is_not_overwritten() {
    let scene = Scene::new(1000).await;
    let path = scene.download().await.expect("the file");
    std::fs::write(&path, "mine").expect("a file");
    let error = scene.download().await.expect_err("no file");
    assert!(matches!(error, DownloadError::File(_)), "{error}");
    assert_eq!(std::fs::read(&path).expect("the file"), b"mine");
}

#[tokio::test]
async fn a_file_that_is_not_shared_is_refused() {
    let scene = Scene::new(10).await;
    let download = scene
        .searcher
        .download("sharer", "other", 10, scene.local());
    let error = download.finish().await.expect_err("no file");
    assert_eq!(error, DownloadError::Refused(RefusalReason::FileNotShared));
}

#[tokio::test]
async fn a_sharer_that_stops_in_the_middle_is_a_clear_error() {
    let scene = Scene::new(64 << 20).await;
    let size = scene.song.len() as u64;
    let mut download = scene
        .searcher
        .download("sharer", REMOTE, size, scene.local());
    while let Some(event) = download.next().await {
        if matches!(event, DownloadEvent::Progress { .. }) {
            scene.sharer.stop().await;
            break;
        }
    }
    let error = download.finish().await.expect_err("no file");
    assert!(matches!(error, DownloadError::File(_)), "{error}");
    assert!(
        error.to_string().starts_with("the connection was lost"),
        "{error}"
    );
    // What had come is gone.
    let folder = scene.local();
    let folder = folder.parent().expect("a folder");
    assert_eq!(std::fs::read_dir(folder).expect("a folder").count(), 0);
}

#[tokio::test]
async fn a_dropped_download_ends_the_upload() {
    let scene = Scene::new(64 << 20).await;
    let mut events = scene.sharer.events();
    let size = scene.song.len() as u64;
    let mut download = scene
        .searcher
        .download("sharer", REMOTE, size, scene.local());
    while let Some(event) = download.next().await {
        if matches!(event, DownloadEvent::Progress { .. }) {
            break;
        }
    }
    drop(download);
    loop {
        match events.next().await.expect("a running client") {
            Notice::Event(Event::Upload(_, _, slsk_net::machine::UploadEvent::Failed { .. })) => {
                break;
            }
            Notice::Event(_) | Notice::Missed(_) => {}
        }
    }
}

/// What all clients built on Soulseek.NET do: they ask with a request, and want an answer at once.
#[tokio::test]
async fn the_old_way_of_asking_is_answered_queued_and_then_offered() {
    let scene = Scene::new(10).await;
    // The offer goes only to somebody of whom the server knows.
    let _somebody = log_in(&scene.server, "somebody").await;
    let mut peer = Peer::connect(&scene.sharer, "somebody").await;
    let request = TransferRequest {
        direction: TransferDirection::Download,
        token: 5,
        filename: REMOTE.into(),
        size: None,
    };
    peer.send(&PeerMessage::from(request)).await;
    let queued = TransferResponse::refused(5, RefusalReason::Queued);
    assert_eq!(peer.receive().await, queued.into());
    match peer.receive().await {
        PeerMessage::TransferRequest(offer) => {
            assert_eq!(offer.direction, TransferDirection::Upload);
            assert_eq!((offer.filename, offer.size), (REMOTE.into(), Some(10)));
        }
        other => panic!("{other:?}"),
    }
}

/// An answer of any kind would turn what waits there into something that has failed.
#[tokio::test]
async fn a_file_that_is_queued_twice_is_offered_once() {
    let scene = Scene::new(10).await;
    let _somebody = log_in(&scene.server, "somebody").await;
    let mut peer = Peer::connect(&scene.sharer, "somebody").await;
    let filename = slsk_wire::Text::from(REMOTE);
    for _ in 0..3 {
        let filename = filename.clone();
        peer.send(&PeerMessage::from(QueueUpload { filename }))
            .await;
    }
    let unknown = QueueUpload {
        filename: "other".into(),
    };
    peer.send(&PeerMessage::from(unknown)).await;
    // The refusal is an answer; before the offer the server is asked who this is.
    let (mut offers, mut refusals) = (0, 0);
    for _ in 0..2 {
        match peer.receive().await {
            PeerMessage::TransferRequest(_) => offers += 1,
            PeerMessage::UploadDenied(denied) => {
                assert_eq!(denied.filename, "other");
                assert_eq!(denied.reason, RefusalReason::FileNotShared);
                refusals += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((offers, refusals), (1, 1));
}
