//! A handshake that is cut at every byte neither leaks nor hangs.

use slsk_wire::{Family, obfuscation};

use super::*;

/// A handshake with something behind it, as it comes over the wire.
struct Handshake {
    bytes: Vec<u8>,
    obfuscated: bool,
}

fn handshakes(token: u32) -> Vec<Handshake> {
    let frame = |message: InitMessage| message.to_frame().expect("a frame");
    let claim = claim().to_frame().expect("a frame");
    let mut all = Vec::new();
    for obfuscated in [false, true] {
        let hide = |frame: Vec<u8>| {
            if !obfuscated {
                return frame;
            }
            let mut out = Vec::new();
            obfuscation::obfuscate(&frame, [1, 2, 3, 4], &mut out);
            out
        };
        let handshake = |frames: [Vec<u8>; 2]| Handshake {
            bytes: frames.concat(),
            obfuscated,
        };
        let peer = frame(init("ada", ConnectionKind::Peer));
        all.push(handshake([hide(peer), hide(claim.clone())]));
        let file = frame(init("ada", ConnectionKind::File));
        all.push(handshake([hide(file), vec![5, 0, 0, 0]]));
        let distributed = frame(init("ada", ConnectionKind::Distributed));
        all.push(handshake([hide(distributed), Vec::new()]));
        all.push(handshake([hide(frame(pierce(token))), hide(claim.clone())]));
    }
    all
}

/// How many of each come through whole.
#[test]
fn a_handshake_may_be_cut_at_every_byte() {
    for number in 0..8 {
        let mut outcomes = 0;
        for hangs_up in [false, true] {
            for cut in 0.. {
                let mut bench = Bench::new();
                let token = bench.wish("eve", question(1));
                let Handshake { bytes, obfuscated } = handshakes(token).swap_remove(number);
                if cut > bytes.len() {
                    break;
                }
                let conn = bench.accept_obfuscated(HERE, obfuscated);
                let mut did = Vec::new();
                // Byte by byte, so that every prefix is seen too.
                for byte in &bytes[..cut] {
                    did.extend(bench.feed(conn, &[*byte]));
                }
                if hangs_up {
                    bench.lost(conn);
                } else if !bench.peers.owns(conn) {
                    bench.out.close(conn);
                }
                did.extend(bench.assert_nothing_leaks());
                let errors = did.iter().filter(|did| matches!(did, Did::Unreachable(..)));
                let sent = Did::Sent(conn, question(1).into());
                let ends = errors.count() + usize::from(did.contains(&sent));
                assert_eq!(ends, 1, "{did:?}");
                outcomes += usize::from(did.contains(&Did::Closed(conn)));
            }
        }
        assert!(outcomes > 0);
    }
}

/// The same from our side: the connection breaks as soon as it is there.
#[test]
fn a_connection_may_break_at_once() {
    let ada = Text::from("ada");
    for step in 0..4 {
        let mut bench = Bench::new();
        bench.send("ada", question(1));
        bench.peers.open_file(&ada, 5, &mut bench.out);
        bench.peers.open_distributed(&ada, None, &mut bench.out);
        bench.invite("bob", ConnectionKind::Peer, 77);
        let mut did = bench.did();
        bench.tell("ada", HERE, 2234);
        did.extend(bench.did());
        let dials: Vec<ConnId> = did
            .iter()
            .filter_map(|did| match did {
                Did::Dialled(conn, _) => Some(*conn),
                _ => None,
            })
            .collect();
        assert_eq!(dials.len(), 4);
        for conn in dials {
            if step > 0 {
                bench.connected(conn);
            }
            if step > 1 && bench.peers.owns(conn) {
                bench.receive(conn, question(1));
            }
            if step < 3 || !bench.peers.owns(conn) {
                bench.lost(conn);
            }
        }
        bench.assert_nothing_leaks();
    }
}

#[test]
fn what_is_no_init_frame_is_sent_away() {
    let nonsense: [&[u8]; 5] = [
        b"GET / HTTP/1.1\r\n\r\n",
        &[0xFF; 64],
        &[0, 0, 0, 0],
        &[5, 0, 0, 0, 0, 1, 2, 3, 4],
        &[1, 0, 0, 0, 9],
    ];
    for bytes in nonsense {
        let mut bench = Bench::new();
        let conn = bench.accept(HERE);
        let did = bench.feed(conn, bytes);
        assert!(did.contains(&Did::Closed(conn)), "{bytes:?}");
        bench.assert_nothing_leaks();
    }
}
