//! What users show of themselves.

use crate::client::{Client, Folder, FolderFile, Info, Kind};
use crate::lab::{COVER, Lab, Setup, album, cover, description_of, picture_of, song, sound};

/// What is in a user's album.
fn files(user: &str) -> Vec<FolderFile> {
    let file = |name: String, size: Vec<u8>| FolderFile {
        name,
        size: size.len() as u64,
    };
    vec![
        file(song(user), sound(user)),
        file(COVER.to_owned(), cover(user)),
    ]
}

/// The user's album among folders, with its files in order.
fn find_album<'a>(folders: &'a mut [Folder], user: &str) -> &'a Folder {
    let end = format!(r"\{}", album(user));
    let at = folders
        .iter()
        .position(|folder| folder.path.ends_with(&end));
    let folder = &mut folders[at.expect("the album")];
    folder.files.sort();
    folder
}

pub(crate) async fn browse(lab: &Lab, asker: Kind, other: Kind) -> Vec<Client> {
    let bob = lab.user(other, "bob", Setup::default()).await;
    let ada = lab.user(asker, "ada", Setup::default()).await;
    let mut shares = ada.browse("bob").await.expect("shares");
    assert_eq!(find_album(&mut shares.folders, "bob").files, files("bob"));
    vec![ada, bob]
}

pub(crate) async fn folder(lab: &Lab, asker: Kind, other: Kind) -> Vec<Client> {
    let bob = lab.user(other, "bob", Setup::default()).await;
    let ada = lab.user(asker, "ada", Setup::default()).await;
    let mut shares = ada.browse("bob").await.expect("shares");
    let path = find_album(&mut shares.folders, "bob").path.clone();
    let mut folders = ada.folder("bob", &path).await.expect("a folder");
    let folder = find_album(&mut folders, "bob");
    assert_eq!((&folder.path, &folder.files), (&path, &files("bob")));
    vec![ada, bob]
}

pub(crate) async fn user_info(lab: &Lab, asker: Kind, other: Kind) -> Vec<Client> {
    let bob = lab.user(other, "bob", Setup::default()).await;
    let ada = lab.user(asker, "ada", Setup::default()).await;
    let expected = Info {
        description: description_of("bob"),
        picture: Some(const_hex::encode(picture_of("bob"))),
        queue: 0,
        free: true,
    };
    assert_eq!(ada.user_info("bob").await, Ok(expected));
    vec![ada, bob]
}
