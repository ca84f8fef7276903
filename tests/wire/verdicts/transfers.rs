//! `spec/guide/transfers.md`

use slsk_wire::distributed::{DistributedMessage, DistributedSearch};
use slsk_wire::peer::{
    PeerMessage, RefusalReason, TransferDirection, TransferRequest, TransferResponse, UploadDenied,
    UploadQueueNotification,
};
use slsk_wire::{Family, FamilyId, Frame, Limits};

use super::{bytes, read, refuse, unframe, written};

#[test]
fn d38_an_offer_has_a_size_and_a_wish_need_not() {
    let request = |direction: &str, size: &str| {
        let body = format!("{direction} 2a000000 05000000 'a.mp3' {size}");
        let request: TransferRequest = read(40, &body);
        assert_eq!((request.token, &*request.filename.to_str()), (42, "a.mp3"));
        (request.direction, request.size)
    };
    let (upload, download) = (TransferDirection::Upload, TransferDirection::Download);
    assert_eq!(
        request("01000000", "0000000001000000"),
        (upload.clone(), Some(1 << 32))
    );
    assert_eq!(request("01000000", ""), (upload, None));
    assert_eq!(request("00000000", ""), (download.clone(), None));
    assert_eq!(request("00000000", "0000000000000000"), (download, Some(0)));
    assert_eq!(request("02000000", "").0, TransferDirection::Other(2));

    let offer = TransferRequest {
        direction: TransferDirection::Upload,
        token: 42,
        filename: "a.mp3".into(),
        size: Some(5),
    };
    let body = "01000000 2a000000 05000000 'a.mp3' 0500000000000000";
    assert_eq!(written(40, &offer), bytes(body));
}

#[test]
fn d39_a_yes_may_have_a_size_and_a_no_a_reason() {
    let bare: TransferResponse = read(41, "2a000000 01");
    assert_eq!((bare.allowed, bare.size, bare.reason), (true, None, None));
    let sized: TransferResponse = read(41, "2a000000 01 0500000000000000");
    assert_eq!(sized, TransferResponse::accepted(42, 5));
    let mute: TransferResponse = read(41, "2a000000 00");
    assert_eq!((mute.allowed, mute.size, mute.reason), (false, None, None));
    let queued: TransferResponse = read(41, "2a000000 00 06000000 'Queued'");
    assert_eq!(queued, TransferResponse::refused(42, RefusalReason::Queued));
    // A size of four bytes, as a document of 2003 has it, is refused.
    refuse::<TransferResponse>(41, "2a000000 01 05000000");

    let yes = TransferResponse::accepted(42, 5);
    assert_eq!(written(41, &yes), bytes("2a000000 01 0500000000000000"));
    let no = TransferResponse::refused(42, RefusalReason::Cancelled);
    assert_eq!(written(41, &no), bytes("2a000000 00 09000000 'Cancelled'"));
}

#[test]
fn d40_12547_is_not_52() {
    let notification: PeerMessage = unframe("04000000 34000000");
    assert_eq!(notification, UploadQueueNotification.into());
    let unknown: PeerMessage = unframe("04000000 03310000");
    assert_eq!((unknown.code(), unknown.name()), (12547, "Unknown"));
    assert_eq!(unknown.code(), PeerMessage::UNKNOWN_12547);
}

#[test]
fn a_distributed_search_reads_as_peer_code_12547() {
    let search = DistributedSearch::new("ada", 7, "z");
    let frame = DistributedMessage::from(search).to_frame().unwrap();
    let misread = Frame::from_bytes(frame, FamilyId::Peer, &Limits::default()).unwrap();
    assert_eq!(misread.code, PeerMessage::UNKNOWN_12547);
}

#[test]
fn a_reason_is_exact_and_an_unknown_one_survives() {
    let reason = |text: &str| read::<UploadDenied>(50, &format!("01000000 'a' {text}")).reason;
    assert_eq!(
        reason("10000000 'File not shared.'"),
        RefusalReason::FileNotShared
    );
    assert_eq!(
        reason("10000000 'File read error.'"),
        RefusalReason::FileReadError
    );
    assert_eq!(
        reason("11000000 'Pending shutdown.'"),
        RefusalReason::PendingShutdown
    );
    assert_eq!(
        reason("0e000000 'Too many files'"),
        RefusalReason::TooManyFiles
    );
    assert_eq!(
        reason("12000000 'Too many megabytes'"),
        RefusalReason::TooManyMegabytes
    );
    for other in ["File not shared", "queued", "Banned (spam)"] {
        let denied = reason(&format!("{:02x}000000 '{other}'", other.len()));
        assert!(matches!(denied, RefusalReason::Other(text) if text == other));
    }
}
