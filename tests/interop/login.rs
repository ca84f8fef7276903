//! Logins.

use crate::client::{Client, Kind, LoggedIn, Watched};
use crate::lab::{Lab, Setup};

pub(crate) async fn right_and_wrong(lab: &Lab, kind: Kind, _: Kind) -> Vec<Client> {
    let right = lab.user(kind, "ada", Setup::default()).await;
    right.quit().await;
    lab.await_offline("ada").await;
    let wrong = Setup {
        password: "guess".to_owned(),
        ..Setup::default()
    };
    let wrong = lab.client(kind, "ada", wrong).await;
    let refused = Some("INVALIDPASS".to_owned());
    assert_eq!(wrong.try_login().await, LoggedIn { refused });
    vec![wrong]
}

pub(crate) async fn second_ends_first(lab: &Lab, first: Kind, second: Kind) -> Vec<Client> {
    let first = lab.user(first, "ada", Setup::default()).await;
    let second = lab.user(second, "ada", Setup::default()).await;
    first.await_kick().await;
    vec![first, second]
}

/// Ada watches Bob, who is away, is back, and leaves.
pub(crate) async fn watch(lab: &Lab, one: Kind, other: Kind) -> Vec<Client> {
    const OFFLINE: u32 = 0;
    const AWAY: u32 = 1;
    const ONLINE: u32 = 2;
    let ada = lab.user(one, "ada", Setup::default()).await;
    assert_eq!(
        ada.watch("nobody").await,
        Watched {
            exists: false,
            status: None
        }
    );
    let bob = lab.user(other, "bob", Setup::default()).await;
    assert_eq!(
        ada.watch("bob").await,
        Watched {
            exists: true,
            status: Some(ONLINE)
        }
    );
    bob.set_away(true).await;
    ada.await_status("bob", AWAY).await;
    bob.set_away(false).await;
    ada.await_status("bob", ONLINE).await;
    bob.quit().await;
    ada.await_status("bob", OFFLINE).await;
    vec![ada]
}

/// An agent's process connects to 127.0.0.0/8 and to nothing else. 0.0.0.0 would be this machine too.
pub(crate) async fn stays_at_home(lab: &Lab, kind: Kind, _: Kind) -> Vec<Client> {
    let ada = lab.user(kind, "ada", Setup::default()).await;
    let refused = ada.connect("0.0.0.0").await;
    assert_eq!(
        refused.as_deref(),
        Some("0.0.0.0 is outside of 127.0.0.0/8")
    );
    vec![ada]
}
