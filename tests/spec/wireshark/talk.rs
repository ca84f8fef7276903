//! Conversations that were never recorded, made of messages that are written by hand.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddrV4};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use slsk_wire::obfuscation::obfuscate;

use super::pcap::{ACK, Packet, SYN};

/// Packets between a client and somebody else, one conversation after the other.
#[derive(Default)]
pub(super) struct Talk {
    pub(super) packets: Vec<Packet>,
    port: u16,
    sequence: [u32; 2],
}

impl Talk {
    /// Another connection.
    pub(super) fn connects(&mut self) -> &mut Self {
        self.port += 1;
        self.sequence = [1_000, 5_000];
        self.packet(0, SYN, &[]);
        self.packet(1, SYN | ACK, &[]);
        self.sequence = [1_001, 5_001];
        self
    }

    /// The client sends bytes.
    pub(super) fn says(&mut self, bytes: &[u8]) -> &mut Self {
        bytes
            .chunks(50_000)
            .for_each(|piece| self.packet(0, ACK, piece));
        self
    }

    /// The other side does.
    pub(super) fn hears(&mut self, bytes: &[u8]) -> &mut Self {
        bytes
            .chunks(50_000)
            .for_each(|piece| self.packet(1, ACK, piece));
        self
    }

    fn packet(&mut self, side: usize, flags: u8, payload: &[u8]) {
        let ends = [
            SocketAddrV4::new(Ipv4Addr::new(127, 0, 0, 11), 40_000 + self.port),
            SocketAddrV4::new(Ipv4Addr::new(127, 0, 0, 12), 3_000),
        ];
        self.packets.push(Packet {
            time: 1_000_000_000_000_000 + self.packets.len() as u64 * 1_000,
            from: ends[side],
            to: ends[1 - side],
            sequence: self.sequence[side],
            acknowledged: self.sequence[1 - side],
            flags,
            payload: payload.to_vec(),
            length: payload.len(),
        });
        let length = u32::try_from(payload.len()).expect("a packet");
        self.sequence[side] = self.sequence[side].wrapping_add(length);
    }
}

pub(super) fn number(value: u32) -> [u8; 4] {
    value.to_le_bytes()
}

pub(super) fn text(text: &[u8]) -> Vec<u8> {
    let length = u32::try_from(text.len()).expect("a text");
    [&number(length)[..], text].concat()
}

/// A frame with a code of four bytes.
pub(super) fn frame(code: u32, body: &[u8]) -> Vec<u8> {
    text(&[&number(code)[..], body].concat())
}

pub(super) fn login() -> Vec<u8> {
    let body = [text(b"ada"), text(b"secret"), number(160).into()].concat();
    frame(1, &body)
}

pub(super) fn init(kind: &[u8]) -> Vec<u8> {
    text(&[&[1], &text(b"ada")[..], &text(kind), &number(0)].concat())
}

pub(super) fn hidden(frame: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    obfuscate(frame, [0x12, 0x34, 0x56, 0x78], &mut out);
    out
}

pub(super) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}
