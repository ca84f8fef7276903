//! The recordings, cut and put together in other ways.

use std::collections::BTreeMap;
use std::fs;

use super::pcap::{self, FIN, Packet, SYN};
use super::{Bench, tools};

/// Recordings of all kinds of connections that are small enough to be cut into single bytes. The first two have hardly
/// any connections between peers.
const RECORDINGS: [&str; 8] = [
    "a_login",
    "b_rooms",
    "e_search",
    "f_browse",
    "g_queue_aio",
    "h_indirect",
    "i_distributed",
    "j_obfuscated",
];

/// Compares what is made of each recording; the number of messages in all.
fn compare(name: &str, guesses: bool, change: impl Fn(Vec<Packet>) -> Vec<Packet>) -> usize {
    compare_some(&RECORDINGS, name, guesses, change)
}

fn compare_some(
    recordings: &[&str],
    name: &str,
    guesses: bool,
    change: impl Fn(Vec<Packet>) -> Vec<Packet>,
) -> usize {
    let bench = Bench::new();
    let mut messages = 0;
    for recording in recordings {
        let path = tools::checkout().join(format!("tests/fixtures/captures/{recording}.pcap"));
        let packets = pcap::read(&fs::read(path).expect("a recording"));
        let capture = bench.capture(&change(packets));
        messages += bench.compare_with(&capture, &format!("{recording}, {name}"), guesses);
    }
    messages
}

/// Packets of so many bytes each. From `most` bytes on a payload, which is a file or a list, is cut less.
fn split(packets: &[Packet], size: usize, most: usize) -> Vec<Packet> {
    let mut split = Vec::new();
    for packet in packets {
        if packet.payload.is_empty() {
            split.push(packet.clone());
            continue;
        }
        let (fine, coarse) = packet.payload.split_at(packet.payload.len().min(most));
        let mut at = 0;
        for piece in fine.chunks(size).chain(coarse.chunks(1400)) {
            let mut part = packet.clone();
            part.sequence = packet
                .sequence
                .wrapping_add(u32::try_from(at).expect("a payload"));
            part.payload = piece.to_vec();
            part.length = piece.len();
            at += piece.len();
            if at < packet.payload.len() {
                part.flags &= !FIN;
            }
            split.push(part);
        }
    }
    split
}

/// What one side sends before the other does, in packets as large as they can be. It comes when its last byte did.
fn joined(packets: &[Packet]) -> Vec<Packet> {
    const LARGEST: usize = 60_000;
    let ends = |packet: &Packet| (packet.from.min(packet.to), packet.from.max(packet.to));
    let mut open: BTreeMap<_, Packet> = BTreeMap::new();
    let mut joined = Vec::new();
    for packet in packets {
        let waiting = open.entry(ends(packet));
        let mut now = packet.clone();
        if let std::collections::btree_map::Entry::Occupied(before) = waiting {
            let before = before.remove();
            let next = before
                .sequence
                .wrapping_add(u32::try_from(before.length).expect("a payload"));
            let follows = before.from == packet.from && next == packet.sequence;
            if follows && packet.flags & SYN == 0 && before.length + packet.length <= LARGEST {
                now.sequence = before.sequence;
                now.payload = [before.payload, now.payload].concat();
                now.length = now.payload.len();
            } else if before.from != packet.from && packet.length == 0 && packet.flags & FIN == 0 {
                // It only acknowledges.
                now = before;
            } else {
                joined.push(before);
            }
        }
        if now.length > 0 && now.flags & FIN == 0 {
            open.insert(ends(packet), now);
        } else {
            joined.push(now);
        }
    }
    joined.extend(open.into_values());
    joined
}

fn is_of_server(packet: &Packet) -> bool {
    [packet.from, packet.to]
        .iter()
        .any(|end| [2242, 2243].contains(&end.port()))
}

#[test]
fn a_segment_can_be_a_single_byte() {
    let messages = compare("single bytes", false, |packets| split(&packets, 1, 80));
    assert!(messages > 1_500, "{messages}");
}

#[test]
fn a_segment_can_end_anywhere() {
    compare("pieces of 7 bytes", false, |packets| {
        split(&packets, 7, 1_000)
    });
    for size in [3, 64] {
        let name = format!("pieces of {size} bytes");
        compare_some(
            &["a_login", "h_indirect", "j_obfuscated"],
            &name,
            false,
            |packets| split(&packets, size, 1_000),
        );
    }
}

#[test]
fn a_segment_can_hold_many_messages() {
    compare("joined", true, |packets| joined(&packets));
}

#[test]
fn connections_between_peers_are_told_apart_without_those_to_servers() {
    let between_peers = &RECORDINGS[2..];
    let peers = |packets: Vec<Packet>| -> Vec<Packet> {
        packets
            .into_iter()
            .filter(|packet| !is_of_server(packet))
            .collect()
    };
    let messages = compare_some(between_peers, "peers alone", true, peers);
    assert!(messages > 250, "{messages}");
    compare_some(between_peers, "peers alone in pieces", true, |packets| {
        split(&peers(packets), 7, 1_000)
    });
}

#[test]
fn connections_that_are_older_than_the_capture_are_known_by_their_frames() {
    for part in [3, 2] {
        let messages = compare(&format!("without a {part}th"), true, |packets| {
            let cut = packets.len() / part;
            packets[cut..].to_vec()
        });
        assert!(messages > 500, "{messages}");
    }
}
