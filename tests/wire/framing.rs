//! Length fields, limits and obfuscation, one fact at a time.

use proptest::collection::vec;
use proptest::num::u8::ANY as BYTE;
use proptest::prop_assert_eq;
use slsk_wire::obfuscation::{Key, obfuscate};
use slsk_wire::{FamilyId, Frame, FrameError, Framer, Limits};

use super::runner;

fn next(family: FamilyId, bytes: &[u8]) -> Result<Option<Frame>, FrameError> {
    let mut framer = Framer::new(Limits::default());
    framer.push(bytes);
    framer.next(family)
}

fn whole(family: FamilyId, bytes: &[u8]) -> Result<Frame, FrameError> {
    Frame::from_bytes(bytes.to_vec(), family, &Limits::default())
}

#[test]
fn a_frame_must_have_room_for_its_code() {
    for family in FamilyId::ALL {
        let length = u32::try_from(family.code_width() - 1).unwrap();
        let error = FrameError::TooShort { family, length };
        assert_eq!(next(family, &length.to_le_bytes()), Err(error));
        assert_eq!(whole(family, &length.to_le_bytes()), Err(error));
        assert_eq!(error.name(), "frame_too_short");
    }
    let error = next(FamilyId::Peer, &[3, 0, 0, 0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a peer frame of 3 bytes has no room for its code"
    );
}

#[test]
fn a_frame_that_is_too_long_is_refused_at_its_length_field() {
    let limits = Limits::default();
    for family in FamilyId::ALL {
        let longest = u32::try_from(limits.longest_frame(family)).unwrap();
        assert_eq!(next(family, &longest.to_le_bytes()), Ok(None));
        for length in [longest + 1, u32::MAX] {
            let error = next(family, &length.to_le_bytes()).unwrap_err();
            let limit = limits.longest_frame(family);
            assert_eq!(
                error,
                FrameError::TooLong {
                    family,
                    length,
                    limit
                }
            );
        }
    }
    let error = next(FamilyId::ServerRequest, &[1, 0x20, 0, 0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a server_request frame of 8193 bytes is over the limit of 8192"
    );
}

#[test]
fn a_peer_frame_that_is_too_long_for_its_code_is_refused_at_the_code() {
    let limits = Limits::default();
    let head = |code: u32, length: usize| {
        let length = u32::try_from(length).unwrap();
        [length.to_le_bytes(), code.to_le_bytes()].concat()
    };
    let bounds = [
        (4, limits.peer),
        (5, limits.peer_bulk),
        (9, limits.peer_results),
        (15, limits.peer),
        (16, limits.peer_bulk),
        (37, limits.peer_results),
        (12547, limits.peer_results),
    ];
    for (code, limit) in bounds {
        assert_eq!(limits.frame(FamilyId::Peer, code), limit);
        assert_eq!(next(FamilyId::Peer, &head(code, limit)), Ok(None));
        if limit < limits.peer_bulk {
            let before_the_code = &head(code, limit + 1)[..4];
            assert_eq!(next(FamilyId::Peer, before_the_code), Ok(None));
        }
        let error = next(FamilyId::Peer, &head(code, limit + 1)).unwrap_err();
        assert_eq!(error.name(), "frame_too_long");
    }
}

#[test]
fn an_error_comes_again() {
    let mut framer = Framer::new(Limits::default());
    framer.push(&[0; 4]);
    let error = framer.next(FamilyId::Peer).unwrap_err();
    framer.push(&[4, 0, 0, 0, 15, 0, 0, 0]);
    assert_eq!(framer.next(FamilyId::Peer), Err(error));
}

#[test]
fn one_frame_is_neither_more_nor_less() {
    let family = FamilyId::PeerInit;
    let bytes = [5, 0, 0, 0, 0, 42, 0, 0, 0];
    let frame = whole(family, &bytes).unwrap();
    assert_eq!((frame.code, &frame.body[..]), (0, &[42, 0, 0, 0][..]));
    for have in 0..bytes.len() {
        let need = if have < 4 { 5 } else { 9 };
        let error = FrameError::Incomplete { family, have, need };
        assert_eq!(whole(family, &bytes[..have]), Err(error));
    }
    let error = whole(family, &[&bytes[..], &[0, 0]].concat()).unwrap_err();
    assert_eq!(error, FrameError::Excess { family, count: 2 });
    assert_eq!(
        error.to_string(),
        "2 bytes after the end of a peer_init frame"
    );
    let error = whole(family, &bytes[..6]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a peer_init frame is cut short: 6 bytes of 9"
    );
}

#[test]
fn the_family_can_change_after_any_frame() {
    let mut framer = Framer::new(Limits::default());
    let init = [5, 0, 0, 0, 0, 42, 0, 0, 0];
    let level = [5, 0, 0, 0, 4, 1, 0, 0, 0];
    let mut stream = Vec::new();
    obfuscate(&init, *b"key!", &mut stream);
    stream.extend_from_slice(&level);
    stream.extend_from_slice(b"file");

    framer.set_obfuscated(true);
    framer.push(&stream);
    assert_eq!(framer.next(FamilyId::PeerInit).unwrap().unwrap().code, 0);
    framer.set_obfuscated(false);
    assert_eq!(framer.next(FamilyId::Distributed).unwrap().unwrap().code, 4);
    assert_eq!(framer.take(5), None);
    assert_eq!(framer.take(4).unwrap(), "file");
    assert!(framer.buffered().is_empty());
}

#[test]
fn obfuscation_vectors() {
    let hidden = |key, data: &[u8]| {
        let mut out = Vec::new();
        obfuscate(data, key, &mut out);
        const_hex::encode(out)
    };
    let hex = |digits| const_hex::decode(digits).unwrap();
    assert_eq!(
        hidden([0x99, 0xAB, 0xCD, 0xEF], b"hello"),
        "99abcdef5b32f7b308"
    );
    assert_eq!(
        hidden([0xFF; 4], b"helloworld"),
        "ffffffff979a93939088908d939b"
    );
    assert_eq!(
        hidden([1, 2, 3, 4], &hex("05000000002a000000")),
        "010203040704060804220c1008"
    );

    let mut data = hex("2028dd952850ba2b4aa37457");
    Key::from_bytes([0x14, 0x94, 0xEE, 0x4A]).apply(&mut data);
    assert_eq!(data, hex("0800000079000000e8030000"));
}

#[test]
fn obfuscating_twice_reveals() {
    let samples = ([BYTE; 4], vec(BYTE, 0..300));
    let result = runner(1).run(&samples, |(key, data)| {
        let mut twice = data.clone();
        Key::from_bytes(key).apply(&mut twice);
        Key::from_bytes(key).apply(&mut twice);
        prop_assert_eq!(twice, data);
        Ok(())
    });
    result.unwrap();
}
