//! Tests of the reassembly with whole files.

use super::super::testing::{CLIENT, Packet, PcapFile, SERVER, data};
use super::super::{Connection, Content, Side, read_bytes};

use Content::Missing;
use Side::{Acceptor, Initiator};

fn connections(packets: &[Packet]) -> Vec<Connection> {
    let capture = read_bytes(
        packets
            .iter()
            .fold(PcapFile::new(), PcapFile::packet)
            .build(),
    )
    .unwrap();
    assert!(capture.damage.is_none());
    capture.connections
}

/// The segments of the only connection: packet number (they are a second apart), side, content.
fn segments(packets: &[Packet]) -> Vec<(u64, Side, Content)> {
    let mut connections = connections(packets);
    assert_eq!(connections.len(), 1);
    let segments = connections.remove(0).segments.into_iter();
    segments
        .map(|segment| {
            (
                segment.time.as_secs() - 1_000,
                segment.from,
                segment.content,
            )
        })
        .collect()
}

#[test]
fn in_order() {
    let packets = [
        Packet::up(100, b"").syn(),
        Packet::down(900, b"").syn_ack(),
        Packet::up(101, b""),
        Packet::up(101, b"ask"),
        Packet::down(901, b"answer"),
        Packet::up(104, b"ta").fin(),
        Packet::down(907, b"").fin(),
        Packet::up(107, b""),
        Packet::down(908, b""),
    ];
    let expected = [
        (3, Initiator, data(b"ask")),
        (4, Acceptor, data(b"answer")),
        (5, Initiator, data(b"ta")),
    ];
    assert_eq!(segments(&packets), expected);
    let connection = &connections(&packets)[0];
    assert_eq!(
        (connection.initiator, connection.acceptor, connection.opened),
        (CLIENT, SERVER, true)
    );
}

#[test]
fn out_of_order_waits_for_the_hole() {
    let packets = [
        Packet::up(0, b"").syn(),
        Packet::up(1, b"a"),
        Packet::up(4, b"d"),
        Packet::up(3, b"c"),
        Packet::down(1, b"xy"),
        Packet::up(2, b"b"),
        Packet::up(5, b"e"),
    ];
    let expected = [
        (1, Initiator, data(b"a")),
        (4, Acceptor, data(b"xy")),
        (5, Initiator, data(b"b")),
        (5, Initiator, data(b"c")),
        (5, Initiator, data(b"d")),
        (6, Initiator, data(b"e")),
    ];
    assert_eq!(segments(&packets), expected);
}

#[test]
fn retransmissions_and_overlaps_are_dropped() {
    let packets = [
        Packet::up(0, b"").syn(),
        Packet::up(0, b"").syn(),
        Packet::up(1, b"abc"),
        Packet::up(1, b"abc"),
        Packet::up(2, b"bcd"),
        Packet::up(8, b"hi"),
        Packet::up(1, b"ABCDEFGHIJ"),
        Packet::up(3, b"c"),
    ];
    let expected = [
        (2, Initiator, data(b"abc")),
        (4, Initiator, data(b"d")),
        (6, Initiator, data(b"EFG")),
        (6, Initiator, data(b"hi")),
        (6, Initiator, data(b"J")),
    ];
    assert_eq!(segments(&packets), expected);
}

#[test]
fn keepalive_probes_are_no_data() {
    let opened = [
        Packet::up(0, b"").syn(),
        Packet::up(1, b"ab"),
        Packet::up(2, b"\0"),
        Packet::up(2, b""),
        Packet::up(3, b"c"),
    ];
    assert_eq!(
        segments(&opened),
        [(1, Initiator, data(b"ab")), (4, Initiator, data(b"c"))]
    );
    let idle = [
        Packet::up(2, b""),
        Packet::up(2, b"\0"),
        Packet::up(2, b"\0"),
        Packet::up(3, b"ab"),
        Packet::up(4, b"b"),
    ];
    assert_eq!(segments(&idle), [(3, Initiator, data(b"ab"))]);
}

#[test]
fn sequence_numbers_wrap_around() {
    let packets = [
        Packet::up(u32::MAX - 2, b"").syn(),
        Packet::up(2, b"e"),
        Packet::up(u32::MAX - 1, b"abcd"),
        Packet::up(3, b"f"),
        Packet::up(u32::MAX, b"bcdefg"),
    ];
    let expected = [
        (2, Initiator, data(b"abcd")),
        (2, Initiator, data(b"e")),
        (3, Initiator, data(b"f")),
        (4, Initiator, data(b"g")),
    ];
    assert_eq!(segments(&packets), expected);
    let at_the_edge = [
        Packet::up(u32::MAX, b"").syn(),
        Packet::up(0, b"a"),
        Packet::up(1, b"b"),
    ];
    assert_eq!(
        segments(&at_the_edge),
        [(1, Initiator, data(b"a")), (2, Initiator, data(b"b"))]
    );
}

#[test]
fn many_times_around() {
    // Each packet is a hole of 2^30 bytes behind the one before.
    let packets: Vec<_> = (0..20)
        .map(|number: u32| Packet::up(number << 30, b"ab"))
        .collect();
    let expected: Vec<_> = (0..20)
        .flat_map(|number| {
            [
                (number, Initiator, Missing((1 << 30) - 2)),
                (number, Initiator, data(b"ab")),
            ]
        })
        .skip(1)
        .collect();
    assert_eq!(segments(&packets), expected);
}

#[test]
fn a_hole_that_is_never_filled_delays_nothing() {
    let packets = [
        Packet::up(0, b"").syn(),
        Packet::up(11, b"ab"),
        Packet::down(1, b"xy"),
        Packet::up(13, b"cd"),
        Packet::up(20, b"ef").fin(),
    ];
    let expected = [
        (1, Initiator, Missing(10)),
        (1, Initiator, data(b"ab")),
        (2, Acceptor, data(b"xy")),
        (3, Initiator, data(b"cd")),
        (4, Initiator, Missing(5)),
        (4, Initiator, data(b"ef")),
    ];
    assert_eq!(segments(&packets), expected);
}

#[test]
fn the_end_of_the_stream_tells_of_lost_bytes() {
    let packets = [
        Packet::up(0, b"").syn(),
        Packet::up(1, b"ab"),
        Packet::up(9, b"").fin(),
        Packet::up(9, b"").fin(),
    ];
    assert_eq!(
        segments(&packets),
        [(1, Initiator, data(b"ab")), (2, Initiator, Missing(6))]
    );
}

#[test]
fn cut_packets_are_data_then_missing() {
    let packets = [
        Packet::up(0, b"").syn(),
        Packet::up(1, b"abcdef").stored(2),
        Packet::up(7, b"ghi").stored(0),
        Packet::up(5, b"efghijk").stored(7),
    ];
    let expected = [
        (1, Initiator, data(b"ab")),
        (1, Initiator, Missing(4)),
        (2, Initiator, Missing(3)),
        (3, Initiator, data(b"jk")),
    ];
    assert_eq!(segments(&packets), expected);
}

#[test]
fn an_opening_on_used_ports_is_a_new_connection() {
    let packets = [
        Packet::up(0, b"").syn(),
        Packet::down(50, b"").syn_ack(),
        Packet::up(1, b"old"),
        Packet::down(51, b"yes"),
        Packet::down(70, b"").syn(),
        Packet::up(9_000, b"").syn_ack(),
        Packet::down(71, b"new"),
        Packet::up(9_001, b"no"),
    ];
    let connections = connections(&packets);
    let contents = |index: usize| {
        connections[index]
            .segments
            .iter()
            .map(|segment| &segment.content)
            .collect::<Vec<_>>()
    };
    assert_eq!(connections.len(), 2);
    assert_eq!(contents(0), [&data(b"old"), &data(b"yes")]);
    assert_eq!(contents(1), [&data(b"new"), &data(b"no")]);
    assert_eq!(
        (connections[0].initiator, connections[1].initiator),
        (CLIENT, SERVER)
    );
}

#[test]
fn each_refused_opening_counts() {
    let packets = [
        Packet::up(0, b"").syn(),
        Packet::down(0, b"").reset(),
        Packet::up(7_000, b"").syn(),
        Packet::down(0, b"").reset(),
    ];
    let connections = connections(&packets);
    assert_eq!(connections.len(), 2);
    assert!(
        connections
            .iter()
            .all(|connection| connection.opened && connection.segments.is_empty())
    );
}

#[test]
fn the_answer_alone_tells_the_initiator() {
    let packets = [
        Packet::down(50, b"").syn_ack(),
        Packet::up(1, b"ab"),
        Packet::down(51, b"cd"),
    ];
    assert_eq!(
        segments(&packets),
        [(1, Initiator, data(b"ab")), (2, Acceptor, data(b"cd"))]
    );
    // Also when a stray packet came first, or the request was captured after it.
    for (first, initiator) in [
        (Packet::down(50, b""), CLIENT),
        (Packet::up(1, b""), CLIENT),
    ] {
        let packets = [
            first,
            Packet::down(50, b"").syn_ack(),
            Packet::up(0, b"").syn(),
            Packet::up(1, b"ab"),
        ];
        let connections = connections(&packets);
        assert_eq!(connections.len(), 1);
        assert_eq!(
            (connections[0].initiator, connections[0].opened),
            (initiator, true)
        );
        assert_eq!(connections[0].segments.len(), 1);
    }
}

#[test]
fn a_connection_in_progress_begins_at_its_first_packet() {
    let packets = [
        Packet::down(500, b"ab"),
        Packet::down(498, b"zzabcd"),
        Packet::up(7, b"xy"),
        Packet::down(400, b"old"),
    ];
    let connection = &connections(&packets)[0];
    assert_eq!((connection.initiator, connection.opened), (SERVER, false));
    assert_eq!(
        segments(&packets),
        [
            (0, Initiator, data(b"ab")),
            (1, Initiator, data(b"cd")),
            (2, Acceptor, data(b"xy"))
        ]
    );
    assert!(connections(&[Packet::up(7, b""), Packet::down(9, b"").fin()]).is_empty());
}

#[test]
fn ipv6_and_ipv4_are_different_connections() {
    let packets = [
        Packet::up(1, b"ab"),
        Packet::up(1, b"cd").ipv6(),
        Packet::down(1, b"ef").ipv6(),
    ];
    let connections = connections(&packets);
    assert_eq!(connections.len(), 2);
    assert!(connections[1].initiator.is_ipv6());
    assert_eq!(connections[1].segments.len(), 2);
}

#[test]
fn any_order_of_arrival_yields_the_same_stream() {
    let text = b"the quick brown fox jumps over the lazy dog";
    let mut state = 12_345_u32;
    let mut random = move |limit: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(state >> 8).unwrap() % limit
    };
    for _ in 0..500 {
        let mut packets = vec![Packet::up(u32::MAX - 20, b"").syn()];
        let position = |at: usize| (u32::MAX - 19).wrapping_add(u32::try_from(at).unwrap());
        for _ in 0..8 {
            let from = random(text.len());
            let to = from + 1 + random(text.len() - from);
            packets.push(Packet::up(position(from), &text[from..to]));
        }
        packets.push(Packet::up(position(0), text));
        for index in (2..packets.len()).rev() {
            packets.swap(index, 1 + random(index));
        }
        let mut stream = Vec::new();
        let mut times = Vec::new();
        for (time, _, content) in segments(&packets) {
            let Content::Data(bytes) = content else {
                panic!("a hole")
            };
            stream.extend(bytes);
            times.push(time);
        }
        assert_eq!(stream, text);
        assert!(times.is_sorted());
    }
}
