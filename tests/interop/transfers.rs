//! Downloads, and the ways to connect for them.

use std::fs;

use crate::client::{Client, Downloaded, Kind};
use crate::lab::{Lab, Setup, assert_song, sound};

/// Ada downloads what Bob shares, without a search before it, which could leave a connection behind.
async fn download(
    lab: &Lab,
    (downloader, ada): (Kind, Setup),
    (uploader, bob): (Kind, Setup),
) -> Vec<Client> {
    let bob = lab.user(uploader, "bob", bob).await;
    let ada = lab.user(downloader, "ada", ada).await;
    let song = bob.song().await;
    assert_song(&song, "bob");
    match ada.download("bob", &song).await {
        Downloaded::Path(path) => assert!(fs::read(path).expect("the file") == sound("bob")),
        Downloaded::Failed(problem) => panic!("{problem}"),
    }
    vec![ada, bob]
}

pub(crate) async fn direct(lab: &Lab, downloader: Kind, uploader: Kind) -> Vec<Client> {
    download(
        lab,
        (downloader, Setup::default()),
        (uploader, Setup::default()),
    )
    .await
}

pub(crate) async fn uploader_unreachable(
    lab: &Lab,
    downloader: Kind,
    uploader: Kind,
) -> Vec<Client> {
    let ada = (downloader, Setup::default());
    let clients = download(lab, ada, (uploader, Setup::unreachable())).await;
    assert!(lab.heard("PierceFirewall"));
    clients
}

pub(crate) async fn downloader_unreachable(
    lab: &Lab,
    downloader: Kind,
    uploader: Kind,
) -> Vec<Client> {
    let ada = (downloader, Setup::unreachable());
    let clients = download(lab, ada, (uploader, Setup::default())).await;
    assert!(lab.heard("PierceFirewall"));
    clients
}

pub(crate) async fn both_unreachable(lab: &Lab, one: Kind, other: Kind) -> Vec<Client> {
    let ada = lab.user(one, "ada", Setup::unreachable()).await;
    let bob = lab.user(other, "bob", Setup::unreachable()).await;
    for (downloader, uploader) in [(&ada, &bob), (&bob, &ada)] {
        let song = uploader.song().await;
        let ended = downloader.download(&uploader.name, &song).await;
        assert!(matches!(ended, Downloaded::Failed(_)), "{ended:?}");
    }
    vec![ada, bob]
}

pub(crate) async fn obfuscated(lab: &Lab, downloader: Kind, uploader: Kind) -> Vec<Client> {
    let setup = Setup {
        obfuscated: true,
        ..Setup::default()
    };
    let clients = download(lab, (downloader, setup.clone()), (uploader, setup)).await;
    // Between two of ours nobody records how the bytes look.
    assert!(lab.heard("\"obfuscated\":true") || downloader == uploader && uploader == Kind::Ours);
    clients
}
