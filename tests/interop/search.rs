//! Searches.

use crate::client::{Among, Client, Found, Kind};
use crate::lab::{Lab, Setup, assert_song};

/// Ada finds Bob's song.
async fn find(lab: &Lab, (asker, ada): (Kind, Setup), (sharer, bob): (Kind, Setup)) -> Vec<Client> {
    let bob = lab.user(sharer, "bob", bob).await;
    let ada = lab.user(asker, "ada", ada).await;
    let found = ada.search(Among::Network, "first snow bob", &["bob"]).await;
    assert_found(&found, "bob");
    vec![ada, bob]
}

fn assert_found(found: &[Found], user: &str) {
    let [result] = found else {
        panic!("{found:?}");
    };
    assert!(result.user == user && result.free, "{result:?}");
    let [song] = &*result.files else {
        panic!("{result:?}");
    };
    assert_song(song, user);
}

pub(crate) async fn network(lab: &Lab, asker: Kind, sharer: Kind) -> Vec<Client> {
    find(lab, (asker, Setup::default()), (sharer, Setup::default())).await
}

pub(crate) async fn unreachable(lab: &Lab, asker: Kind, sharer: Kind) -> Vec<Client> {
    find(
        lab,
        (asker, Setup::unreachable()),
        (sharer, Setup::default()),
    )
    .await
}

/// Ada and Bob are in a room, where Ada finds Bob's song.
pub(crate) async fn room(lab: &Lab, asker: Kind, sharer: Kind) -> Vec<Client> {
    let bob = lab.user(sharer, "bob", Setup::default()).await;
    assert_eq!(bob.join("snow").await, ["bob"]);
    let ada = lab.user(asker, "ada", Setup::default()).await;
    assert_eq!(ada.join("snow").await, ["ada", "bob"]);
    let found = ada
        .search(Among::Room("snow"), "first snow bob", &["bob"])
        .await;
    assert_found(&found, "bob");
    vec![ada, bob]
}

pub(crate) async fn user(lab: &Lab, asker: Kind, sharer: Kind) -> Vec<Client> {
    let bob = lab.user(sharer, "bob", Setup::default()).await;
    let ada = lab.user(asker, "ada", Setup::default()).await;
    let found = ada.search(Among::User("bob"), "first snow", &["bob"]).await;
    assert_found(&found, "bob");
    vec![ada, bob]
}

pub(crate) async fn wish(lab: &Lab, asker: Kind, sharer: Kind) -> Vec<Client> {
    let bob = lab.user(sharer, "bob", Setup::default()).await;
    let ada = lab.user(asker, "ada", Setup::default()).await;
    let found = ada.search(Among::Wishes, "first snow bob", &["bob"]).await;
    assert_found(&found, "bob");
    vec![ada, bob]
}
