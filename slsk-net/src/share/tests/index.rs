use std::path::{Path, PathBuf};

use slsk_wire::Text;
use slsk_wire::peer::{AttributeKind, Attributes};

use super::super::{Entry, Index, IndexError, Phrases, Query};
use super::index_of;

const PATHS: &[&str] = &[
    r"Music\Ada\Snow\02.flac",
    r"Music\Ada\Snow\01.flac",
    r"Music\Ada Live\01.flac",
    r"Music\Ada\readme.txt",
    r"Talks\x.mp3",
];

#[test]
fn share_lists_have_every_folder_right_before_its_contents() {
    let index = index_of(PATHS);
    let list: Vec<_> = index
        .directories()
        .map(|folder| {
            let names: Vec<_> = folder.files.iter().map(|f| f.name.to_string()).collect();
            (folder.name.to_string(), names.join(" "))
        })
        .collect();
    let expected = [
        ("Music", ""),
        (r"Music\Ada", "readme.txt"),
        (r"Music\Ada\Snow", "01.flac 02.flac"),
        (r"Music\Ada Live", "01.flac"),
        ("Talks", "x.mp3"),
    ];
    assert_eq!(list, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    assert_eq!((index.folders(), index.files()), (5, 5));
    assert_eq!(index.bytes(), 15);
}

#[test]
fn every_folder_can_be_asked_for() {
    let index = index_of(PATHS);
    for folder in index.directories() {
        assert_eq!(index.directory(&folder.name), Some(folder));
    }
    for unknown in ["", "music", r"Music\", r"Music\Ad", r"\Music", "Music/Ada"] {
        assert_eq!(index.directory(&Text::from(unknown)), None, "{unknown}");
    }
}

#[test]
fn every_file_can_be_asked_for_by_its_exact_path() {
    let index = index_of(PATHS);
    for (size, path) in (1..).zip(PATHS) {
        let file = index.get(&Text::from(*path)).expect("shared");
        assert_eq!(file.size(), size);
        assert_eq!(file.path(), *path);
        let local = PathBuf::from(format!("/local/{}", path.replace('\\', "/")));
        assert_eq!(file.local(), local);
    }
    for unknown in [
        "",
        r"\",
        "x.mp3",
        r"Talks\X.mp3",
        r"Talks\..\Talks\x.mp3",
        r"Talks/x.mp3",
        r"Talks\x.mp3\",
        r"Talks\\x.mp3",
        r"Music\Ada",
    ] {
        assert!(index.get(&Text::from(unknown)).is_none(), "{unknown}");
    }
}

#[test]
fn paths_keep_their_bytes() {
    let latin_1 = Text::from_bytes(&b"Musik\\M\xFCller\\\xC4.mp3"[..]);
    let mut builder = Index::builder();
    builder
        .add(Entry::new(latin_1.clone(), 1, "/m/a.mp3"))
        .expect("valid");
    let index = builder.build().expect("small");
    let file = index.get(&latin_1).expect("shared");
    assert_eq!(file.path(), latin_1);
    assert_eq!(file.local(), Path::new("/m/a.mp3"));
    assert!(index.get(&Text::from(r"Musik\Müller\Ä.mp3")).is_none());
    let query = Query::parse("MÜLLER ä");
    assert_eq!(index.search(&query, 9, &Phrases::default()).len(), 1);
}

#[test]
fn attributes_and_local_paths_come_back() {
    let attributes: Attributes = [
        (AttributeKind::Duration, 215),
        (AttributeKind::SampleRate, 44_100),
        (AttributeKind::BitDepth, 16),
    ]
    .into_iter()
    .collect();
    let mut builder = Index::builder();
    let mut add = |path: &str, local: &str, attributes: &Attributes| {
        let attributes = attributes.clone();
        let entry = Entry {
            attributes,
            ..Entry::new(path, u64::MAX, local)
        };
        builder.add(entry).expect("valid");
    };
    add(r"A\1.flac", "/one/1.flac", &attributes);
    add(r"A\2.flac", "/one/other name", &Attributes::default());
    add(r"A\3.flac", "/two/3.flac", &attributes);
    add(r"A\4.flac", "/one/4.flac", &attributes);
    let index = builder.build().expect("small");
    let found: Vec<_> = index
        .iter()
        .map(|f| (f.local(), f.attributes().len()))
        .collect();
    let expected = [
        ("/one/1.flac", 3),
        ("/one/other name", 0),
        ("/two/3.flac", 3),
        ("/one/4.flac", 3),
    ];
    assert_eq!(
        found,
        expected.map(|(path, count)| (PathBuf::from(path), count))
    );
    let file = index.get(&Text::from(r"A\3.flac")).expect("shared");
    assert_eq!(file.attributes(), attributes);
    assert_eq!(file.to_file().name, r"A\3.flac");
    assert_eq!(file.to_entry().name, "3.flac");
    assert_eq!(file.to_file().raw_size, u64::MAX);
}

#[test]
fn paths_without_share_or_name_are_refused() {
    for path in ["", "x", r"\", r"\x", r"x\", r"a\\b", r"a\b\"] {
        let mut builder = Index::builder();
        let error = builder.add(Entry::new(path, 1, "/x")).expect_err(path);
        assert_eq!(error, IndexError::Path { path: path.into() });
    }
}

#[test]
fn the_order_of_adding_does_not_matter() {
    let forwards = index_of(PATHS);
    let backwards: Vec<_> = PATHS.iter().rev().copied().collect();
    let backwards = index_of(&backwards);
    let paths = |index: &Index| index.iter().map(|f| f.path()).collect::<Vec<_>>();
    assert_eq!(paths(&forwards), paths(&backwards));
}

#[test]
fn of_two_files_with_one_path_the_first_counts() {
    let index = index_of(&[r"A\x", r"A\y", r"A\x"]);
    assert_eq!(index.files(), 2);
    assert_eq!(index.get(&Text::from(r"A\x")).expect("shared").size(), 1);
}

#[test]
fn an_empty_index_answers() {
    let index = index_of(&[]);
    assert_eq!((index.files(), index.folders()), (0, 0));
    assert_eq!(index.directories().count(), 0);
    assert!(index.get(&Text::from(r"A\x")).is_none());
}
