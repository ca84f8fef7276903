//! `spec/guide/users.md`

use slsk_wire::Family;
use slsk_wire::peer::{UploadPermission, UserInfoResponse};
use slsk_wire::server::{
    AcknowledgeNotifyPrivileges, CheckPrivilegesResponse, GetUserStatsResponse,
    GetUserStatusResponse, IncomingUploadSlotsFull, ItemRecommendationsResponse, NotifyPrivileges,
    OwnStatus, PrivilegedUsers, ServerRequest, ServerResponse, SetStatus, SimilarUsersResponse,
    Status, UploadSlotsFull, UserJoinedRoom, UserStats, WatchUserResponse,
};

use super::{bytes, read, read_some, refuse, unframe, written};

/// 1024 bytes a second over three uploads, ten files in two folders.
const STATS: &str = "00040000 03000000 00000000 0a000000 02000000";

fn stats() -> UserStats {
    UserStats {
        average_speed: 1024,
        uploads: 3,
        unknown: 0,
        files: 10,
        directories: 2,
    }
}

#[test]
fn d6_the_number_of_uploads_has_four_bytes_and_four_more_follow() {
    let alone: GetUserStatsResponse = read(36, &format!("05000000 'alice' {STATS}"));
    assert_eq!(alone.stats, stats());
    let body = format!("05000000 'alice' 01 02000000 {STATS}");
    assert_eq!(read::<WatchUserResponse>(5, &body).stats, Some(stats()));
    let body = format!("04000000 'room' 05000000 'alice' 02000000 {STATS} 00000000 00000000");
    assert_eq!(read::<UserJoinedRoom>(16, &body).stats, stats());
    // The same bytes as one number of eight: the low word counts, the high one is kept.
    let body = "05000000 'alice' 00000000 03000000 01000000 00000000 00000000";
    let wide: GetUserStatsResponse = read(36, body);
    assert_eq!((wide.stats.uploads, wide.stats.unknown), (3, 1));
}

#[test]
fn d7_a_watched_user_has_a_country_or_none() {
    let online: WatchUserResponse =
        read(5, &format!("05000000 'alice' 01 02000000 {STATS} 00000000"));
    assert_eq!(online.status, Some(Status::Online));
    assert_eq!(online.country, Some("".into()));
    let offline: WatchUserResponse = read(5, &format!("05000000 'alice' 01 00000000 {STATS}"));
    assert_eq!(
        (offline.status, offline.country),
        (Some(Status::Offline), None)
    );
    let unknown: WatchUserResponse = read(5, "06000000 'nobody' 00");
    assert_eq!(
        (unknown.exists, unknown.status, unknown.stats),
        (false, None, None)
    );
}

#[test]
fn d8_a_status_tells_privileges() {
    let body = "05000000 'alice' 01000000";
    let response: GetUserStatusResponse = read(7, &format!("{body} 01"));
    assert_eq!((response.status, response.privileged), (Status::Away, true));
    assert_eq!(
        refuse::<GetUserStatusResponse>(7, body).path.to_string(),
        "privileged"
    );
}

/// That the server ignores 0: the test of this name in `tests/net`.
#[test]
fn d11_the_own_status_is_signed() {
    let status = |body| read::<SetStatus>(28, body).status;
    assert_eq!(status("01000000"), OwnStatus::Away);
    assert_eq!(status("02000000"), OwnStatus::Online);
    assert_eq!(status("00000000"), OwnStatus::Other(0));
    assert_eq!(status("ffffffff"), OwnStatus::Other(-1));
    let away = OwnStatus::Away;
    assert_eq!(written(28, &SetStatus { status: away }), bytes("01000000"));
}

/// Open: to whom the server pushes them unasked.
#[test]
fn d13_pushed_statistics_look_like_an_answer() {
    let frame = format!("21000000 24000000 05000000 'alice' {STATS}");
    let pushed: ServerResponse = unframe(&frame);
    let username = "alice".into();
    let stats = stats();
    assert_eq!(pushed, GetUserStatsResponse { username, stats }.into());
}

#[test]
fn d14_full_slots_come_back_with_a_name() {
    let sent: ServerRequest = unframe("08000000 28000000 01000000");
    assert_eq!(sent, UploadSlotsFull { slots_full: 1 }.into());
    let frame = "11000000 28000000 05000000 'alice' 01000000";
    let relayed: ServerResponse = unframe(frame);
    let username = "alice".into();
    let expected = IncomingUploadSlotsFull {
        username,
        slots_full: 1,
    };
    assert_eq!(relayed, expected.into());
}

#[test]
fn d19_privileges_are_seconds_and_have_a_code_of_their_own() {
    let left: CheckPrivilegesResponse = read(92, "80510100");
    assert_eq!(left.seconds, 24 * 60 * 60);
    let asked: ServerRequest = unframe("04000000 5c000000");
    assert_eq!(asked.name(), "CheckPrivilegesRequest");
    // The list of all privileged users, and the request for it of 2003.
    let asked: ServerRequest = unframe("04000000 45000000");
    assert_eq!(asked.name(), "PrivilegedUsersRequest");
    let all: PrivilegedUsers = read(69, "01000000 05000000 'alice'");
    assert_eq!(all.users, ["alice"]);
}

#[test]
fn d22_the_rating_of_a_similar_user_is_unsigned() {
    let body = "02000000 05000000 'alice' 03000000 03000000 'bob' ffffffff";
    let users = read::<SimilarUsersResponse>(110, body).users;
    assert_eq!(
        (&*users[0].username.to_str(), users[0].rating),
        ("alice", 3)
    );
    assert_eq!(users[1].rating, u32::MAX);
}

#[test]
fn d23_recommendations_for_an_item_are_one_list_or_two() {
    let one = "04000000 'snow' 01000000 03000000 'ice' feffffff";
    let response: ItemRecommendationsResponse = read(111, one);
    assert_eq!(response.item, "snow");
    let [ice] = &response.recommendations[..] else {
        panic!("{response:?}");
    };
    assert_eq!((&*ice.item.to_str(), ice.score), ("ice", -2));
    assert_eq!(response.unrecommendations, None);
    let two: ItemRecommendationsResponse =
        read(111, &format!("{one} 01000000 04000000 'hail' ffffffff"));
    assert_eq!(two.unrecommendations.expect("the second list")[0].score, -1);
}

#[test]
fn d24_a_notice_of_privileges_has_a_token_and_a_name() {
    let notice: NotifyPrivileges = read(124, "2a000000 05000000 'alice'");
    assert_eq!((notice.token, &*notice.username.to_str()), (42, "alice"));
    refuse::<NotifyPrivileges>(124, "2a000000");
    let answer: AcknowledgeNotifyPrivileges = read(125, "2a000000");
    assert_eq!(answer.token, 42);
    // Both go both ways.
    for frame in [
        "11000000 7c000000 2a000000 05000000 'alice'",
        "08000000 7d000000 2a000000",
    ] {
        let (sent, came): (ServerRequest, ServerResponse) = (unframe(frame), unframe(frame));
        assert_eq!(sent.name(), came.name());
    }
}

#[test]
fn d36_user_info_ends_with_a_permission_or_up_to_three_bytes() {
    let start = "02000000 'hi' 00 03000000 05000000 01";
    let info = |tail: &str| {
        let (info, left) = read_some::<UserInfoResponse>(16, &format!("{start} {tail}"));
        assert_eq!(
            (info.upload_slots, info.queue_size, info.slots_free),
            (3, 5, true)
        );
        (info.upload_permission, left.len())
    };
    assert_eq!(info(""), (None, 0));
    // Museek+ writes `slots_free` in four bytes.
    assert_eq!(info("000000"), (None, 3));
    assert_eq!(info("00"), (None, 1));
    assert_eq!(info("01000000"), (Some(UploadPermission::Everyone), 0));
    assert_eq!(info("09000000"), (Some(UploadPermission::Other(9)), 0));

    let picture = "02000000 'hi' 01 03000000 'PNG' 03000000 05000000 00 02000000";
    let info: UserInfoResponse = read(16, picture);
    assert_eq!(info.picture.as_deref(), Some(&b"PNG"[..]));
    assert_eq!(info.upload_permission, Some(UploadPermission::UserList));
}
