//! `spec/guide/rooms.md`

use slsk_wire::server::{
    CantCreateRoom, CantJoinRoom, JoinRoomRequest, JoinRoomResponse, RoomAdded, RoomListResponse,
    RoomRemoved, ServerResponse, Status, UserJoinedRoom,
};

use super::{bytes, read, refuse, unframe, written};

const STATS: &str = "00040000 03000000 00000000 0a000000 02000000";

#[test]
fn d9_who_is_in_a_room_comes_in_five_lists() {
    let public = format!(
        "04000000 'snow' 01000000 05000000 'alice' 01000000 02000000 01000000 {STATS} \
         01000000 01000000 01000000 00000000"
    );
    let joined: JoinRoomResponse = read(14, &public);
    let members: Vec<_> = joined.members().collect();
    let [alice] = &members[..] else {
        panic!("{members:?}");
    };
    assert_eq!(
        (&*alice.username.to_str(), alice.status),
        ("alice", &Status::Online)
    );
    // 1 says that the slots are full, and not that one is free.
    assert_eq!((alice.slots_full, alice.stats.files), (1, 10));
    assert_eq!((&joined.owner, &joined.operators), (&None, &None));

    let private = format!("{public} 03000000 'bob' 01000000 05000000 'carol'");
    let joined: JoinRoomResponse = read(14, &private);
    assert_eq!(joined.owner, Some("bob".into()));
    assert_eq!(joined.operators, Some(vec!["carol".into()]));

    let body = format!("04000000 'snow' 05000000 'alice' 01000000 {STATS} 01000000 00000000");
    let came: UserJoinedRoom = read(16, &body);
    assert_eq!((came.status, came.slots_full), (Status::Away, 1));
    // The form of 2003 is gone.
    refuse::<UserJoinedRoom>(16, "04000000 'snow' 05000000 'alice'");

    let asked: JoinRoomRequest = read(14, "04000000 'snow'");
    assert_eq!(asked.private, None);
    let ours = JoinRoomRequest::new("snow", true);
    assert_eq!(written(14, &ours), bytes("04000000 'snow' 01000000"));
}

#[test]
fn d15_62_is_a_new_room_and_63_one_that_is_gone() {
    let room = || "snow".into();
    let added: ServerResponse = unframe("0c000000 3e000000 04000000 'snow'");
    assert_eq!(added, RoomAdded { room: room() }.into());
    let removed: ServerResponse = unframe("0c000000 3f000000 04000000 'snow'");
    assert_eq!(removed, RoomRemoved { room: room() }.into());
}

#[test]
fn d16_the_rooms_come_in_seven_lists() {
    let public = "01000000 04000000 'snow' 01000000 05000000";
    let owned = "01000000 04000000 'mine' 01000000 01000000";
    let member_of = "01000000 05000000 'yours' 01000000 02000000";
    let operated = "01000000 05000000 'yours'";
    let rooms: RoomListResponse = read(64, &format!("{public} {owned} {member_of} {operated}"));
    assert_eq!(
        (rooms.rooms, rooms.room_users),
        (vec!["snow".into()], vec![5])
    );
    assert_eq!(
        (rooms.owned, rooms.owned_users),
        (vec!["mine".into()], vec![1])
    );
    let yours = vec!["yours".into()];
    assert_eq!((&rooms.member_of, rooms.member_of_users), (&yours, vec![2]));
    assert_eq!(rooms.operated, yours);
    // The two lists of 2003 are no list of rooms, and counts need not agree with names.
    assert_eq!(
        refuse::<RoomListResponse>(64, public).path.to_string(),
        "owned"
    );
    let rest = ["00000000"; 6].join(" ");
    let uneven: RoomListResponse = read(64, &format!("01000000 04000000 'snow' {rest}"));
    assert!(uneven.room_users.is_empty());
}

#[test]
fn d31_a_room_is_refused_by_1003_and_perhaps_by_1002() {
    let room = || "snow".into();
    let join: ServerResponse = unframe("0c000000 eb030000 04000000 'snow'");
    assert_eq!(join, CantJoinRoom { room: room() }.into());
    let create: ServerResponse = unframe("0c000000 ea030000 04000000 'snow'");
    assert_eq!(create, CantCreateRoom { room: room() }.into());
}
