use std::fs;

use super::*;

fn turn(username: &str, paced: Paced) -> Turn {
    Turn {
        account: Account {
            server: ([127, 0, 0, 1], 2242).into(),
            username: username.to_owned(),
        },
        paced,
    }
}

fn keeper(path: &Path) -> Keeper {
    Keeper::new(Pacing::File(path.to_owned()), crate::driver::now())
}

/// How many searches of a name are granted out of so many.
async fn granted(keeper: &Keeper, username: &str, tries: usize) -> usize {
    let mut granted = 0;
    for _ in 0..tries {
        let wait = keeper.take(turn(username, Paced::Search)).await;
        granted += usize::from(wait.is_zero());
    }
    granted
}

#[tokio::test]
async fn without_a_pace_all_goes_out() {
    let keeper = Keeper::new(Pacing::Off, crate::driver::now());
    assert_eq!(granted(&keeper, "ada", 200).await, 200);
}

#[tokio::test]
async fn in_memory_each_client_has_its_own() {
    for _ in 0..2 {
        let keeper = Keeper::new(Pacing::Memory, crate::driver::now());
        assert_eq!(granted(&keeper, "ada", 50).await, 34);
    }
}

#[test]
fn by_default_programs_share_a_file_but_for_a_server_on_this_machine() {
    let pacing = Pacing::default();
    assert_eq!(pacing.file(([127, 0, 0, 1], 2242).into()), None);
    let elsewhere = ([203, 0, 113, 1], 2242).into();
    assert_eq!(pacing.file(elsewhere), Pacing::shared_file());
}

#[tokio::test]
async fn a_server_elsewhere_has_one_pace_for_all_its_ports() {
    let keeper = Keeper::new(Pacing::Memory, crate::driver::now());
    let mut granted = 0;
    for port in 0..50 {
        let mut turn = turn("ada", Paced::Search);
        turn.account.server = ([203, 0, 113, 1], 2242 + port).into();
        granted += usize::from(keeper.take(turn).await.is_zero());
    }
    assert_eq!(granted, 34);
}

#[tokio::test]
async fn a_folder_is_no_file_and_the_pace_is_kept_in_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(granted(&keeper(folder.path()), "ada", 50).await, 34);
}

/// Each keeper stands for a program: they share nothing but the file.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn programs_that_ask_at_the_same_time_get_34_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new").join("pace.json");
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            tokio::spawn(async move { granted(&keeper(&path), "ada", 10).await })
        })
        .collect();
    let mut sum = 0;
    for task in tasks {
        sum += task.await.expect("no panic");
    }
    assert_eq!(sum, 34);
    assert_eq!(granted(&keeper(&path), "bob", 1).await, 1);
    assert!(
        keeper(&path)
            .take(turn("ada", Paced::Login))
            .await
            .is_zero()
    );
}

#[tokio::test]
async fn a_damaged_file_is_begun_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pace.json");
    let large = vec![b'x'; 3 << 20];
    let nonsense: [&[u8]; 6] = [
        b"",
        b"\xFF\xFE",
        b"{\"127.0.0.1:2242\":",
        b"[1,2,3]",
        br#"{"127.0.0.1:2242":{"ada":{"searches":["soon"]}}}"#,
        &large,
    ];
    for bytes in nonsense {
        fs::write(&path, bytes).expect("a file");
        assert_eq!(granted(&keeper(&path), "ada", 50).await, 34);
        // What the next program finds is whole.
        assert_eq!(granted(&keeper(&path), "ada", 1).await, 0);
        assert!(fs::metadata(&path).expect("a file").len() < 2000);
    }
}

#[tokio::test]
async fn what_does_not_count_any_more_leaves_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pace.json");
    let users: Vec<String> = (0..1000)
        .map(|n| format!(r#""user{n}":{{"searches":[{n}]}}"#))
        .collect();
    let old = format!(r#"{{"127.0.0.1:2242":{{{}}}}}"#, users.join(","));
    fs::write(&path, old).expect("a file");
    assert_eq!(granted(&keeper(&path), "ada", 1).await, 1);
    let text = fs::read_to_string(&path).expect("a file");
    assert!(text.contains("ada") && !text.contains("user1"), "{text}");
    assert!(text.len() < 100);
}

/// Times of a clock that was set back, and kinds of a later version, are no reason to stop.
#[tokio::test]
async fn what_nobody_knows_does_no_harm() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pace.json");
    let far = u64::MAX;
    let text =
        format!(r#"{{"127.0.0.1:2242":{{"ada":{{"searches":[{far},{far}],"messages":[1]}}}}}}"#);
    fs::write(&path, text).expect("a file");
    assert_eq!(granted(&keeper(&path), "ada", 50).await, 32);
}

#[tokio::test]
async fn where_no_file_can_be_the_pace_is_kept_in_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    // A folder is no file.
    let keeper = keeper(folder.path());
    assert_eq!(granted(&keeper, "ada", 50).await, 34);
}

#[tokio::test]
async fn a_file_that_somebody_keeps_locked_stops_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pace.json");
    let file = File::create(&path).expect("a file");
    file.lock().expect("a lock");
    assert_eq!(granted(&keeper(&path), "ada", 1).await, 1);
    drop(file);
    assert_eq!(fs::read(&path).expect("a file"), b"");
}
