//! The distributed network.

use serde_json::json;

use crate::client::{Among, Client, Kind};
use crate::lab::{Lab, Setup};

/// Enough for one child, by everybody's reckoning.
const SPEED: u32 = 5_200;

/// A user who becomes the child of `parent`, who has no other one, at this level below `root`.
async fn join(
    lab: &Lab,
    kind: Kind,
    user: &str,
    parent: &Client,
    level: u32,
    root: &str,
) -> Client {
    let child = lab.user(kind, user, Setup::default()).await;
    parent.tree(json!({"children": [user]})).await;
    // Some adopt a parent only when a search comes from him.
    lab.pass_search().await;
    child
        .tree(json!({"parent": parent.name, "level": level, "root": root}))
        .await;
    child
}

/// A user who is the root of a branch.
async fn root(lab: &Lab, kind: Kind, user: &str) -> Client {
    let root = lab.user(kind, user, Setup::default()).await;
    // Some take children only once the server has sent a search.
    lab.pass_search().await;
    root.tree(json!({"parent": null, "level": 0, "root": user}))
        .await;
    root
}

/// Bob is Ada's parent. Each finds what the other has; then Bob leaves, and Ada is the root of a branch.
pub(crate) async fn pair(lab: &Lab, child: Kind, parent: Kind) -> Vec<Client> {
    lab.account("bob", SPEED).await;
    let bob = root(lab, parent, "bob").await;
    let ada = join(lab, child, "ada", &bob, 1, "bob").await;
    ada.search(Among::Network, "first snow bob", &["bob"]).await;
    if passes_on_own(parent) {
        bob.search(Among::Network, "first snow ada", &["ada"]).await;
    }
    bob.quit().await;
    ada.tree(json!({"parent": null, "level": 0, "root": "ada"}))
        .await;
    vec![ada]
}

/// Whether the root of a branch passes its own searches on to its children. aioslsk 1.7.1 does not.
fn passes_on_own(root: Kind) -> bool {
    root != Kind::Aioslsk
}

/// Bob is the root, Cem below him, Ada below Cem; a search of each reaches the other two. Then Cem leaves,
/// and Ada is below Bob.
pub(crate) async fn chain(lab: &Lab, [root_kind, middle, leaf]: [Kind; 3]) -> Vec<Client> {
    // Parents are never slower than their children.
    lab.account("bob", SPEED + 2).await;
    lab.account("cem", SPEED + 1).await;
    let bob = root(lab, root_kind, "bob").await;
    let cem = join(lab, middle, "cem", &bob, 1, "bob").await;
    let ada = join(lab, leaf, "ada", &cem, 2, "bob").await;
    ada.search(Among::Network, "first snow", &["bob", "cem"])
        .await;
    if passes_on_own(root_kind) {
        bob.search(Among::Network, "first snow", &["ada", "cem"])
            .await;
    }
    cem.search(Among::Network, "first snow", &["ada", "bob"])
        .await;
    assert!(lab.heard("\"DistributedSearch\""));
    cem.quit().await;
    bob.tree(json!({"children": ["ada"]})).await;
    lab.pass_search().await;
    ada.tree(json!({"parent": "bob", "level": 1, "root": "bob"}))
        .await;
    vec![ada, bob]
}
