use slsk_wire::peer::{Directory, FolderContentsResponse, SharesResponse, UploadPermission};
use slsk_wire::{AnyMessage, Decoder};

use super::*;
use crate::share::Entry;

struct Bench {
    answering: Answering,
    out: Outbox,
    queries: Vec<(QueryId, ListQuery)>,
}

impl Bench {
    fn new() -> Self {
        Self {
            answering: Answering::default(),
            out: Outbox::for_tests(),
            queries: Vec::new(),
        }
    }

    fn share(&mut self, paths: &[&str]) {
        let mut builder = Index::builder();
        for path in paths {
            builder.add(Entry::new(*path, 1, "/x")).unwrap();
        }
        let index = Arc::new(builder.build().unwrap());
        self.answering.share(index, &mut self.out);
    }

    fn shares_asked(&mut self, conn: u64) {
        let conn = ConnId::accepted(conn);
        self.answering.shares_asked(conn, &mut self.out);
    }

    fn folder_asked(&mut self, conn: u64, path: &str) {
        let request = FolderContentsRequest {
            token: 7,
            directory: path.into(),
        };
        let conn = ConnId::accepted(conn);
        self.answering.folder_asked(conn, &request, &mut self.out);
    }

    /// Answers the oldest query.
    fn answer(&mut self) {
        self.collect();
        let (id, query) = self.queries.remove(0);
        self.answering.answered(id, query.answer(), &mut self.out);
    }

    /// What goes out, and over which connections.
    fn answers(&mut self) -> Vec<(u64, PeerMessage)> {
        self.collect();
        let answers = self.out.queue.drain(..).map(|out| match out {
            Out::Answer(conn, Packet::Message(AnyMessage::PeerMessage(message))) => {
                (conn.0, message)
            }
            Out::Answer(conn, Packet::Frame(_, frame)) => {
                let decoded = Decoder::default().decode(&frame).unwrap();
                assert!(decoded.trailing.is_empty());
                (conn.0, decoded.message)
            }
            other => panic!("{other:?}"),
        });
        let number = |(conn, message)| (conn - ConnId::accepted(0).0, message);
        answers.map(number).collect()
    }

    /// Takes the queries out of the queue.
    fn collect(&mut self) {
        let queue = std::mem::take(&mut self.out.queue);
        for out in queue {
            match out {
                Out::Effect(Effect::List(id, query)) => self.queries.push((id, query)),
                other => self.out.queue.push_back(other),
            }
        }
    }

    fn pass(&mut self, milliseconds: u64) {
        self.out.now += Duration::from_millis(milliseconds);
    }
}

fn list(folders: &[(&str, &[&str])]) -> PeerMessage {
    SharesResponse::new(directories(folders), Vec::new()).into()
}

fn directories(folders: &[(&str, &[&str])]) -> Vec<Directory> {
    let directory = |(name, files): &(&str, &[&str])| Directory {
        name: (*name).into(),
        files: files
            .iter()
            .map(|file| {
                slsk_wire::peer::File::new(*file, 1, slsk_wire::peer::Attributes::default())
            })
            .collect(),
    };
    folders.iter().map(directory).collect()
}

#[test]
fn a_share_list_has_every_folder_with_bare_names() {
    let mut bench = Bench::new();
    bench.share(&[r"Music\Ada\Snow\01.flac", r"Music\Ada\cover.jpg"]);
    bench.shares_asked(1);
    assert_eq!(bench.answers(), []);
    bench.answer();
    let expected = list(&[
        ("Music", &[]),
        (r"Music\Ada", &["cover.jpg"]),
        (r"Music\Ada\Snow", &["01.flac"]),
    ]);
    assert_eq!(bench.answers(), [(1, expected)]);
}

#[test]
fn who_shares_nothing_has_an_empty_list() {
    let mut bench = Bench::new();
    bench.shares_asked(1);
    bench.answer();
    assert_eq!(bench.answers(), [(1, list(&[]))]);
}

#[test]
fn a_list_is_made_once_for_each_index() {
    let mut bench = Bench::new();
    bench.share(&[r"Music\a"]);
    bench.shares_asked(1);
    bench.shares_asked(2);
    bench.answer();
    let expected = list(&[("Music", &["a"])]);
    assert_eq!(
        bench.answers(),
        [(1, expected.clone()), (2, expected.clone())]
    );
    bench.shares_asked(3);
    assert_eq!(bench.answers(), [(3, expected)]);
    assert!(bench.queries.is_empty());

    bench.share(&[r"Music\b"]);
    bench.shares_asked(4);
    bench.answer();
    assert_eq!(bench.answers(), [(4, list(&[("Music", &["b"])]))]);
}

#[test]
fn who_waits_while_other_files_are_shared_hears_of_those() {
    let mut bench = Bench::new();
    bench.share(&[r"Music\a"]);
    bench.shares_asked(1);
    bench.share(&[r"Music\b"]);
    // The list of what was shared before is for nobody.
    bench.answer();
    assert_eq!(bench.answers(), []);
    bench.answer();
    assert_eq!(bench.answers(), [(1, list(&[("Music", &["b"])]))]);
}

#[test]
fn a_second_question_within_400_ms_is_ignored() {
    let mut bench = Bench::new();
    bench.shares_asked(1);
    bench.answer();
    bench.pass(399);
    bench.shares_asked(1);
    // He may have come again, and nobody else who uses his name must keep him from his answer.
    bench.shares_asked(2);
    let conns = |answers: Vec<(u64, PeerMessage)>| -> Vec<u64> {
        answers.into_iter().map(|(conn, _)| conn).collect()
    };
    assert_eq!(conns(bench.answers()), [1, 2]);
    bench.pass(1);
    bench.shares_asked(1);
    assert_eq!(conns(bench.answers()), [1]);
    bench.pass(1000);
    bench.shares_asked(1);
    assert_eq!(bench.answering.asked.len(), 1);
}

#[test]
fn a_folder_is_told_alone_and_an_unknown_one_is_none() {
    let mut bench = Bench::new();
    bench.share(&[r"Music\Ada\Snow\01.flac", r"Music\Ada\cover.jpg"]);
    for (path, folders) in [
        (r"Music\Ada", &[(r"Music\Ada", &["cover.jpg"][..])][..]),
        ("Music", &[("Music", &[])]),
        (r"music\ada", &[]),
        (r"Music\Ada\", &[]),
        ("", &[]),
    ] {
        bench.folder_asked(1, path);
        bench.answer();
        let expected = FolderContentsResponse {
            token: 7,
            directory: path.into(),
            directories: directories(folders),
        };
        assert_eq!(bench.answers(), [(1, expected.into())], "{path}");
    }
}

#[test]
fn too_many_questions_are_left_unanswered() {
    let mut bench = Bench::new();
    // One asker has a few, so that it takes many to keep others from their answers.
    for _ in 0..2 * MAX_WAITING_EACH {
        bench.folder_asked(1, "Music");
    }
    bench.collect();
    assert_eq!(bench.queries.len(), MAX_WAITING_EACH);
    for conn in 0..2 * MAX_WAITING {
        bench.folder_asked(10 + conn as u64, "Music");
    }
    for conn in 0..2 * MAX_WAITING {
        bench.shares_asked(10 + conn as u64);
    }
    bench.collect();
    assert_eq!(bench.queries.len(), MAX_WAITING + 1);
    while !bench.queries.is_empty() {
        bench.answer();
    }
    assert_eq!(bench.answers().len(), 2 * MAX_WAITING);
    assert!(bench.answering.folders.is_empty());
}

#[test]
fn a_user_is_told_about_us() {
    let mut bench = Bench::new();
    let slots = Slots {
        total: 3,
        queued: 5,
        free: false,
    };
    let ask = |bench: &mut Bench| {
        bench.pass(1000);
        let conn = ConnId::accepted(1);
        let out = &mut bench.out;
        bench.answering.info_asked(conn, slots, out);
        bench.answering.info_asked(conn, slots, out);
        bench.answers()
    };
    let plain = UserInfoResponse {
        description: slsk_wire::Text::new(),
        has_picture: false,
        picture: None,
        upload_slots: 3,
        queue_size: 5,
        slots_free: false,
        upload_permission: Some(UploadPermission::Nobody),
    };
    assert_eq!(ask(&mut bench), [(1, plain.clone().into())]);
    bench.answering.set_profile(Profile {
        description: "Örn".to_owned(),
        picture: Some(b"PNG".as_slice().into()),
        upload_permission: UploadPermission::Everyone,
    });
    let full = UserInfoResponse {
        description: "Örn".into(),
        has_picture: true,
        picture: Some(Blob(b"PNG".as_slice().into())),
        upload_permission: Some(UploadPermission::Everyone),
        ..plain
    };
    assert_eq!(ask(&mut bench), [(1, full.into())]);
}
