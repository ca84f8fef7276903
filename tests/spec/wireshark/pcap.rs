//! TCP packets in pcap files: enough to take recordings apart and to write others.

use std::net::{Ipv4Addr, SocketAddrV4};

/// A TCP packet over IPv4 and Ethernet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Packet {
    /// Microseconds since the Unix epoch.
    pub(super) time: u64,
    pub(super) from: SocketAddrV4,
    pub(super) to: SocketAddrV4,
    pub(super) sequence: u32,
    pub(super) acknowledged: u32,
    pub(super) flags: u8,
    /// What the file holds of it.
    pub(super) payload: Vec<u8>,
    /// How many bytes of payload were sent.
    pub(super) length: usize,
}

pub(super) const FIN: u8 = 1;
pub(super) const SYN: u8 = 2;
pub(super) const ACK: u8 = 16;

const FILE_HEADER: usize = 24;
const PACKET_HEADER: usize = 16;
const ETHERNET: usize = 14;
const IP: usize = 20;
const TCP: usize = 20;

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn size_at(bytes: &[u8], at: usize) -> usize {
    u32_at(bytes, at).swap_bytes() as usize
}

/// The packets of a little-endian file with microseconds.
pub(super) fn read(file: &[u8]) -> Vec<Packet> {
    assert_eq!(size_at(file, 0), 0xa1b2_c3d4, "a recording of another kind");
    assert_eq!(size_at(file, 20), 1, "a recording that is not of Ethernet");
    let mut packets = Vec::new();
    let mut rest = &file[FILE_HEADER..];
    while !rest.is_empty() {
        let (seconds, micros) = (size_at(rest, 0) as u64, size_at(rest, 4) as u64);
        let (stored, sent) = (size_at(rest, 8), size_at(rest, 12));
        let bytes = &rest[PACKET_HEADER..PACKET_HEADER + stored];
        rest = &rest[PACKET_HEADER + stored..];
        if u16_at(bytes, 12) != 0x0800 || bytes[ETHERNET + 9] != 6 {
            continue;
        }
        let ip = &bytes[ETHERNET..];
        let tcp_at = ETHERNET + usize::from(ip[0] & 15) * 4;
        let tcp = &bytes[tcp_at..];
        let payload_at = tcp_at + usize::from(tcp[12] >> 4) * 4;
        let end = |at: usize, port: usize| {
            let ip: [u8; 4] = ip[at..at + 4].try_into().expect("four bytes");
            SocketAddrV4::new(Ipv4Addr::from(ip), u16_at(tcp, port))
        };
        packets.push(Packet {
            time: seconds * 1_000_000 + micros,
            from: end(12, 0),
            to: end(16, 2),
            sequence: u32_at(tcp, 4),
            acknowledged: u32_at(tcp, 8),
            flags: tcp[13],
            payload: bytes[payload_at..].to_vec(),
            length: sent - payload_at,
        });
    }
    packets
}

/// A file of packets.
pub(super) fn write(packets: &[Packet]) -> Vec<u8> {
    let mut file = Vec::new();
    for value in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 0x4_0000, 1] {
        file.extend(value.to_le_bytes());
    }
    for packet in packets {
        let headers = ETHERNET + IP + TCP;
        let (stored, sent) = (headers + packet.payload.len(), headers + packet.length);
        let seconds = packet.time / 1_000_000;
        for value in [seconds, packet.time % 1_000_000, stored as u64, sent as u64] {
            file.extend(u32::try_from(value).expect("a small number").to_le_bytes());
        }
        file.extend([0; 12]);
        file.extend([8, 0]);
        let total = u16::try_from(sent - ETHERNET).expect("a packet that fits into IP");
        file.extend([0x45, 0]);
        file.extend(total.to_be_bytes());
        file.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
        file.extend(packet.from.ip().octets());
        file.extend(packet.to.ip().octets());
        file.extend(packet.from.port().to_be_bytes());
        file.extend(packet.to.port().to_be_bytes());
        file.extend(packet.sequence.to_be_bytes());
        file.extend(packet.acknowledged.to_be_bytes());
        file.extend([0x50, packet.flags, 0xff, 0xff, 0, 0, 0, 0]);
        file.extend(&packet.payload);
    }
    file
}
