use super::*;

#[test]
fn a_gap_in_a_file_is_counted() {
    let said = [
        (
            Initiator,
            [init(ConnectionKind::File), vec![7, 0, 0, 0]].concat(),
        ),
        (Acceptor, vec![0; 8]),
        (Initiator, vec![1; 10]),
        (Initiator, vec![]),
        (Initiator, vec![1; 10]),
    ];
    let (_, told) = lone(missing(connection(1, 2, &said), 3, 1 << 40));
    assert_eq!(
        told.last().unwrap(),
        &format!("I:data {} -{}", (1_u64 << 40) + 20, 1_u64 << 40)
    );
}

#[test]
fn a_frame_that_is_cut_short_is_told() {
    let half = login("me")[..20].to_vec();
    let mut said = vec![(Initiator, login("me")), (Initiator, half)];
    let (_, told) = lone(connection(1, 2, &said));
    assert_eq!(told, ["I:LoginRequest", "I:frame_incomplete 20"]);
    said[1].1 = vec![0xff; 20];
    let (_, told) = lone(connection(1, 2, &said));
    assert_eq!(told, ["I:LoginRequest", "I:frame_too_long 20"]);
}

#[test]
fn a_gap_within_a_frame_hides_that_frame_alone() {
    let frame = queue(&"x".repeat(100));
    let (head, tail) = (frame[..20].to_vec(), frame[50..].to_vec());
    let said = [
        (Initiator, [init(ConnectionKind::Peer), head].concat()),
        (Initiator, vec![]),
        (Initiator, [tail, queue("y")].concat()),
    ];
    let (_, told) = lone(missing(connection(1, 2, &said), 1, 30));
    assert_eq!(
        told,
        [
            "I:PeerInit",
            "I:frame_incomplete 20",
            "I:gap 30",
            "I:QueueUpload"
        ]
    );
    // A gap that goes on behind the frame leaves nothing to be found.
    let (_, told) = lone(missing(connection(1, 2, &said), 1, 1_000));
    assert_eq!(
        told,
        [
            "I:PeerInit",
            "I:frame_incomplete 20",
            "I:gap 1000",
            "I:after_gap 75"
        ]
    );
}

#[test]
fn other_protocols_are_not_understood() {
    let web = connection(
        1,
        2,
        &[
            (Initiator, b"GET / HTTP/1.1\r\n\r\n".to_vec()),
            (Acceptor, b"HTTP/1.1 200 OK\r\n".to_vec()),
        ],
    );
    let session = session(&[web]);
    assert!(!session.is_soulseek());
    assert_eq!(told(&session), ["I:unrecognized 18", "A:unrecognized 17"]);
}
