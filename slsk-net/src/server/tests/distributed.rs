//! The distributed network from above: possible parents, circles, resets.

use slsk_wire::Text;
use slsk_wire::server::{
    AcceptChildren, BranchLevel, BranchRoot, HaveNoParent, PossibleParent, ResetDistributed,
};

use super::*;
use crate::server::SearchDelivery;

/// A user of this speed, who accepts children or does not.
fn user(hall: &mut Hall, name: &str, speed: u32, accept: bool) -> ConnId {
    let conn = hall.user(name);
    let username = name.into();
    let set = ServerCommand::SetSpeed { username, speed };
    assert_eq!(hall.command(set), Ok(()));
    hall.ask(conn, AcceptChildren { accept });
    conn
}

/// Looks for a parent, in the words of Nicotine+.
fn lose(hall: &mut Hall, conn: ConnId, name: &str) {
    hall.ask(conn, HaveNoParent { no_parent: true });
    let username = name.into();
    hall.ask(conn, BranchRoot { username });
    hall.ask(conn, BranchLevel { level: 0 });
}

/// Has found one, in the words of Nicotine+.
fn adopt(hall: &mut Hall, conn: ConnId, root: &str, level: u32) {
    hall.ask(conn, HaveNoParent { no_parent: false });
    let username = root.into();
    hall.ask(conn, BranchRoot { username });
    hall.ask(conn, BranchLevel { level });
}

/// The possible parents that a user has been told of.
fn parents(hall: &mut Hall, conn: ConnId) -> Vec<String> {
    let heard = hall.heard(conn).into_iter();
    let lists = heard.filter_map(|message| match message {
        ServerResponse::PossibleParents(told) => Some(told.parents),
        _ => None,
    });
    let names = lists.flatten().map(|parent| parent.username.to_string());
    names.collect()
}

/// A server that tells of parents as soon as somebody looks for one.
fn prompt() -> ServerConfig {
    ServerConfig {
        parents_delay: Duration::ZERO,
        ..ServerConfig::default()
    }
}

/// Nicotine+ would take no children.
#[test]
fn who_has_just_come_learns_his_speed_before_he_is_told_of_parents() {
    let mut hall = Hall::new(ServerConfig::default());
    user(&mut hall, "fast", 100, true);
    let slow = user(&mut hall, "slow", 10, false);
    lose(&mut hall, slow, "slow");
    hall.wait(Duration::from_millis(1_999));
    assert_eq!(hall.heard(slow), []);
    hall.wait(Duration::from_millis(1));
    assert_eq!(parents(&mut hall, slow), ["fast"]);
}

#[test]
fn who_looks_for_a_parent_is_told_at_once_and_every_minute() {
    let mut hall = Hall::new(prompt());
    let fast = user(&mut hall, "fast", 100, true);
    let slow = user(&mut hall, "slow", 10, false);
    lose(&mut hall, slow, "slow");
    let ServerResponse::PossibleParents(told) = hall.answer(slow) else {
        panic!("no parents");
    };
    let parent = PossibleParent {
        username: "fast".into(),
        ip: hall.ip(fast),
        port: 2234,
    };
    assert_eq!(told.parents, [parent]);
    hall.wait(Duration::from_secs(59));
    assert_eq!(parents(&mut hall, slow), [] as [&str; 0]);
    hall.wait(Duration::from_secs(1));
    assert_eq!(parents(&mut hall, slow), ["fast"]);
    adopt(&mut hall, slow, "fast", 1);
    hall.wait(Duration::from_mins(10));
    assert_eq!(hall.heard(slow), []);
    assert_eq!(hall.machine.deadline(), None);
}

#[test]
fn who_asks_again_and_again_is_told_every_five_seconds() {
    let mut hall = Hall::new(prompt());
    user(&mut hall, "fast", 100, true);
    let slow = user(&mut hall, "slow", 10, false);
    for _ in 0..10 {
        lose(&mut hall, slow, "slow");
        adopt(&mut hall, slow, "fast", 1);
    }
    lose(&mut hall, slow, "slow");
    assert_eq!(parents(&mut hall, slow).len(), 1);
    hall.wait(Duration::from_secs(5));
    assert_eq!(parents(&mut hall, slow).len(), 1);
}

#[test]
fn nobody_is_named_who_takes_no_children_or_can_not_be_reached() {
    let mut hall = Hall::new(prompt());
    let full = user(&mut hall, "full", 100, true);
    hall.ask(full, AcceptChildren { accept: false });
    let mute = user(&mut hall, "mute", 100, true);
    hall.ask(mute, SetListenPort::new(0));
    let gone = user(&mut hall, "gone", 100, true);
    hall.hang_up(gone);
    let slow = user(&mut hall, "slow", 10, true);
    lose(&mut hall, slow, "slow");
    assert_eq!(hall.heard(slow), []);
    // As soon as there is one, it is told with the next turn.
    hall.ask(full, AcceptChildren { accept: true });
    hall.wait(Duration::from_mins(1));
    assert_eq!(parents(&mut hall, slow), ["full"]);
}

#[test]
fn at_most_ten_are_named_the_fastest_first() {
    let mut hall = Hall::new(prompt());
    for number in 1..=20 {
        user(&mut hall, &format!("user{number}"), number * 10, true);
    }
    let slow = user(&mut hall, "slow", 0, false);
    lose(&mut hall, slow, "slow");
    let expected: Vec<_> = (11..=20).rev().map(|n| format!("user{n}")).collect();
    assert_eq!(parents(&mut hall, slow), expected);
}

#[test]
fn who_is_near_to_the_root_is_named_first() {
    let mut hall = Hall::new(prompt());
    let root = user(&mut hall, "root", 50, true);
    lose(&mut hall, root, "root");
    for (name, level) in [("third", 3), ("first", 1), ("second", 2)] {
        let conn = user(&mut hall, name, 40, true);
        adopt(&mut hall, conn, "root", level);
    }
    let slow = user(&mut hall, "slow", 0, false);
    lose(&mut hall, slow, "slow");
    let expected = ["root", "first", "second", "third"];
    assert_eq!(parents(&mut hall, slow), expected);
}

#[test]
fn the_same_users_are_not_named_to_everybody() {
    let mut hall = Hall::new(prompt());
    for number in 0..40 {
        user(&mut hall, &format!("user{number}"), 100, true);
    }
    let mut named = std::collections::BTreeSet::new();
    for number in 0..16 {
        let name = format!("slow{number}");
        let slow = user(&mut hall, &name, 0, false);
        lose(&mut hall, slow, &name);
        named.extend(parents(&mut hall, slow));
    }
    assert_eq!(named.len(), 40);
}

#[test]
fn of_two_users_one_only_is_named_to_the_other() {
    let mut hall = Hall::new(prompt());
    let first = user(&mut hall, "first", 0, true);
    let second = user(&mut hall, "second", 0, true);
    lose(&mut hall, first, "first");
    lose(&mut hall, second, "second");
    for _ in 0..3 {
        assert_eq!(parents(&mut hall, first), [] as [&str; 0]);
        assert_eq!(parents(&mut hall, second), ["first"]);
        hall.wait(Duration::from_mins(1));
    }
    hall.said.clear();
    // With more speed it is the other way round.
    let username = "second".into();
    let faster = ServerCommand::SetSpeed { username, speed: 9 };
    assert_eq!(hall.command(faster), Ok(()));
    hall.wait(Duration::from_mins(1));
    assert_eq!(parents(&mut hall, first), ["second"]);
    assert_eq!(parents(&mut hall, second), [] as [&str; 0]);
}

#[test]
fn nobody_is_sent_below_himself() {
    let mut hall = Hall::new(prompt());
    let [root, middle, leaf] = [("root", 30), ("middle", 20), ("leaf", 10)]
        .map(|(name, speed)| user(&mut hall, name, speed, true));
    lose(&mut hall, root, "root");
    adopt(&mut hall, middle, "root", 1);
    adopt(&mut hall, leaf, "root", 2);
    let username = "leaf".into();
    let faster = ServerCommand::SetSpeed {
        username,
        speed: 99,
    };
    assert_eq!(hall.command(faster), Ok(()));
    // A root's own branch is below it.
    hall.wait(Duration::from_mins(1));
    assert_eq!(parents(&mut hall, root), [] as [&str; 0]);
    // Who has lost his parent has below him who was deeper in that branch, although they still name the old root.
    lose(&mut hall, middle, "middle");
    assert_eq!(parents(&mut hall, middle), ["root"]);
    // In the words of aioslsk, which tells the level first.
    adopt(&mut hall, middle, "root", 1);
    hall.ask(middle, BranchLevel { level: 0 });
    let username = Text::from("middle");
    hall.ask(middle, BranchRoot { username });
    hall.ask(middle, HaveNoParent { no_parent: true });
    hall.wait(Duration::from_secs(5));
    assert_eq!(parents(&mut hall, middle), ["root"]);
}

#[test]
fn a_branch_without_its_root_is_not_named() {
    let mut hall = Hall::new(prompt());
    let root = user(&mut hall, "root", 50, false);
    let child = user(&mut hall, "child", 40, true);
    adopt(&mut hall, child, "root", 1);
    let slow = user(&mut hall, "slow", 0, false);
    lose(&mut hall, slow, "slow");
    assert_eq!(parents(&mut hall, slow), ["child"]);
    hall.hang_up(root);
    hall.wait(Duration::from_mins(1));
    assert_eq!(parents(&mut hall, slow), [] as [&str; 0]);
}

#[test]
fn a_root_that_is_not_there_resets() {
    let mut hall = Hall::new(prompt());
    let ada = user(&mut hall, "ada", 0, false);
    hall.ask(ada, HaveNoParent { no_parent: false });
    let username = Text::from("nobody");
    hall.ask(ada, BranchRoot { username });
    assert_eq!(hall.answer(ada), ResetDistributed.into());
    lose(&mut hall, ada, "ada");
    assert_eq!(hall.heard(ada), []);
}

#[test]
fn with_direct_delivery_nobody_is_told_of_parents() {
    let mut hall = Hall::new(ServerConfig {
        search_delivery: SearchDelivery::Direct,
        ..prompt()
    });
    user(&mut hall, "fast", 100, true);
    let slow = user(&mut hall, "slow", 0, false);
    lose(&mut hall, slow, "slow");
    hall.wait(Duration::from_mins(5));
    assert_eq!(hall.heard(slow), []);
}

#[test]
fn of_many_who_ask_at_once_all_are_told() {
    let mut hall = Hall::new(prompt());
    let asking: Vec<_> = (0..300)
        .map(|number| {
            let name = format!("user{number}");
            let conn = hall.user(&name);
            lose(&mut hall, conn, &name);
            conn
        })
        .collect();
    user(&mut hall, "fast", 100, true);
    hall.wait(Duration::from_mins(1));
    for conn in asking {
        assert_eq!(parents(&mut hall, conn), ["fast"]);
    }
}
