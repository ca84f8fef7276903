//! Synthetic packets and capture files for the tests of this module.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use bytes::Bytes;
use etherparse::PacketBuilder;

use super::Content;

/// The sender of [`Packet::up`].
pub(super) const CLIENT: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 11)), 53_683);
/// The sender of [`Packet::down`].
pub(super) const SERVER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 2_242);

/// Content of known bytes.
pub(super) fn data(bytes: &[u8]) -> Content {
    Content::Data(Bytes::copy_from_slice(bytes))
}

/// A row from client to server, with `more` fields in JSON before its end.
pub(super) fn jsonl_row(conn_id: u64, frame: &str, more: &str) -> String {
    format!(
        r#"{{"seq":0,"t":1795190828.036808,"conn_id":{conn_id},"dir":"client->server","src":"{CLIENT}","dst":"{SERVER}","frame":"{frame}"{more}}}"#
    )
}

/// A TCP packet on Ethernet.
#[derive(Clone, Debug)]
pub(super) struct Packet {
    up: bool,
    ipv6: bool,
    sequence: u32,
    flags: [bool; 4],
    payload: Vec<u8>,
    stored: Option<usize>,
}

impl Packet {
    /// From the client, with the flag ACK.
    pub(super) fn up(sequence: u32, payload: &[u8]) -> Self {
        Self {
            up: true,
            ipv6: false,
            sequence,
            flags: [false, true, false, false],
            payload: payload.to_vec(),
            stored: None,
        }
    }

    /// From the server, with the flag ACK.
    pub(super) fn down(sequence: u32, payload: &[u8]) -> Self {
        Self {
            up: false,
            ..Self::up(sequence, payload)
        }
    }

    /// With SYN and without ACK.
    pub(super) fn syn(self) -> Self {
        Self {
            flags: [true, false, false, false],
            ..self
        }
    }

    /// With SYN and ACK.
    pub(super) fn syn_ack(self) -> Self {
        Self {
            flags: [true, true, false, false],
            ..self
        }
    }

    /// With FIN and ACK.
    pub(super) fn fin(self) -> Self {
        Self {
            flags: [false, true, true, false],
            ..self
        }
    }

    /// With RST.
    pub(super) fn reset(self) -> Self {
        Self {
            flags: [false, true, false, true],
            ..self
        }
    }

    /// Between addresses of IPv6.
    pub(super) fn ipv6(self) -> Self {
        Self { ipv6: true, ..self }
    }

    /// Of which the file holds only so many bytes of payload.
    pub(super) fn stored(self, length: usize) -> Self {
        Self {
            stored: Some(length),
            ..self
        }
    }

    /// The whole packet.
    pub(super) fn build(&self) -> Vec<u8> {
        let (from, to) = if self.up {
            (CLIENT, SERVER)
        } else {
            (SERVER, CLIENT)
        };
        let link = PacketBuilder::ethernet2([0; 6], [0; 6]);
        let network = match (from.ip(), to.ip()) {
            (IpAddr::V4(from), IpAddr::V4(to)) if self.ipv6 => {
                let mapped = |ip: Ipv4Addr| {
                    Ipv6Addr::from(u128::from(u32::from(ip)) | 0xfd00 << 112).octets()
                };
                link.ipv6(mapped(from), mapped(to), 64)
            }
            (IpAddr::V4(from), IpAddr::V4(to)) => link.ipv4(from.octets(), to.octets(), 64),
            _ => unreachable!("both addresses are IPv4"),
        };
        let mut packet = network.tcp(from.port(), to.port(), self.sequence, 65_535);
        let [syn, ack, fin, reset] = self.flags;
        packet = if syn { packet.syn() } else { packet };
        packet = if ack { packet.ack(1) } else { packet };
        packet = if fin { packet.fin() } else { packet };
        packet = if reset { packet.rst() } else { packet };
        let mut bytes = Vec::new();
        packet.write(&mut bytes, &self.payload).unwrap();
        bytes
    }
}

/// A pcap file of Ethernet packets, a second apart from second 1000 on, each with a fraction of 123456 units.
#[derive(Clone, Debug)]
pub(super) struct PcapFile {
    big_endian: bool,
    nanos: bool,
    link: u32,
    packets: Vec<Packet>,
}

impl PcapFile {
    /// Little-endian, in microseconds.
    pub(super) fn new() -> Self {
        Self {
            big_endian: false,
            nanos: false,
            link: 1,
            packets: Vec::new(),
        }
    }

    /// Of the other byte order.
    pub(super) fn big_endian(self, big_endian: bool) -> Self {
        Self { big_endian, ..self }
    }

    /// In nanoseconds.
    pub(super) fn nanos(self, nanos: bool) -> Self {
        Self { nanos, ..self }
    }

    /// Claiming another link type.
    pub(super) fn link(self, link: u32) -> Self {
        Self { link, ..self }
    }

    /// With another packet.
    pub(super) fn packet(mut self, packet: &Packet) -> Self {
        self.packets.push(packet.clone());
        self
    }

    /// The file.
    pub(super) fn build(&self) -> Vec<u8> {
        let magic: u32 = if self.nanos { 0xa1b2_3c4d } else { 0xa1b2_c3d4 };
        let mut file = Vec::new();
        let version: u32 = if self.big_endian {
            0x0002_0004
        } else {
            0x0004_0002
        };
        file.extend(
            [magic, version, 0, 0, 262_144, self.link]
                .iter()
                .flat_map(|&value| number(self.big_endian, value)),
        );
        for (second, packet) in (1_000..).zip(&self.packets) {
            let mut bytes = packet.build();
            let length = u32::try_from(bytes.len()).unwrap();
            if let Some(stored) = packet.stored {
                bytes.truncate(bytes.len() - packet.payload.len() + stored);
            }
            let stored = u32::try_from(bytes.len()).unwrap();
            file.extend(
                [second, 123_456, stored, length]
                    .iter()
                    .flat_map(|&value| number(self.big_endian, value)),
            );
            file.extend(bytes);
        }
        file
    }
}

/// A pcapng file of one section.
#[derive(Clone, Debug)]
pub(super) struct PcapNgFile {
    big_endian: bool,
    bytes: Vec<u8>,
}

impl PcapNgFile {
    /// A section header.
    pub(super) fn new(big_endian: bool) -> Self {
        let version: u32 = if big_endian { 1 << 16 } else { 1 };
        let body = [0x1a2b_3c4d, version, u32::MAX, u32::MAX];
        let body: Vec<_> = body
            .iter()
            .flat_map(|&value| number(big_endian, value))
            .collect();
        Self {
            big_endian,
            bytes: Vec::new(),
        }
        .block(0x0a0d_0d0a, &body)
    }

    /// With a block of any type.
    pub(super) fn block(mut self, kind: u32, body: &[u8]) -> Self {
        let padded = body.len().next_multiple_of(4);
        let length = u32::try_from(padded + 12).unwrap();
        self.bytes.extend(
            [kind, length]
                .iter()
                .flat_map(|&value| number(self.big_endian, value)),
        );
        self.bytes.extend(body);
        self.bytes.extend(vec![0; padded - body.len()]);
        self.bytes.extend(number(self.big_endian, length));
        self
    }

    /// With an interface and its options.
    pub(super) fn interface(self, link: u16, options: &[(u16, Vec<u8>)]) -> Self {
        let short = |value: u16| {
            if self.big_endian {
                value.to_be_bytes()
            } else {
                value.to_le_bytes()
            }
        };
        let mut body = [short(link), [0; 2], [0; 2], [0; 2]].concat();
        for (code, value) in options {
            body.extend([short(*code), short(u16::try_from(value.len()).unwrap())].concat());
            body.extend(value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        self.block(1, &body)
    }

    /// With an enhanced packet block.
    pub(super) fn enhanced(self, interface: u32, ticks: u64, packet: &[u8]) -> Self {
        let length = u32::try_from(packet.len()).unwrap();
        self.enhanced_as(interface, ticks, length, packet)
    }

    /// With an enhanced packet block that claims a captured length.
    pub(super) fn enhanced_as(
        self,
        interface: u32,
        ticks: u64,
        captured: u32,
        packet: &[u8],
    ) -> Self {
        let body = self.packet(interface, ticks, captured, packet);
        self.block(6, &body)
    }

    /// With a simple packet block.
    pub(super) fn simple(self, packet: &[u8]) -> Self {
        let length = u32::try_from(packet.len()).unwrap();
        let body = [&number(self.big_endian, length), packet].concat();
        self.block(3, &body)
    }

    /// With a packet block of the obsolete kind.
    pub(super) fn obsolete(self, interface: u16, ticks: u64, packet: &[u8]) -> Self {
        let interface = if self.big_endian {
            u32::from(interface) << 16 | 5
        } else {
            u32::from(interface) | 5 << 16
        };
        let body = self.packet(
            interface,
            ticks,
            u32::try_from(packet.len()).unwrap(),
            packet,
        );
        self.block(2, &body)
    }

    /// The file.
    pub(super) fn build(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    /// The body of the two packet blocks with a time.
    fn packet(&self, first: u32, ticks: u64, captured: u32, packet: &[u8]) -> Vec<u8> {
        let high = u32::try_from(ticks >> 32).unwrap();
        let low = u32::try_from(ticks & 0xffff_ffff).unwrap();
        let fields = [
            first,
            high,
            low,
            captured,
            u32::try_from(packet.len()).unwrap(),
        ];
        let mut body: Vec<_> = fields
            .iter()
            .flat_map(|&value| number(self.big_endian, value))
            .collect();
        body.extend(packet);
        body
    }
}

/// A number in a byte order.
fn number(big_endian: bool, value: u32) -> [u8; 4] {
    if big_endian {
        value.to_be_bytes()
    } else {
        value.to_le_bytes()
    }
}
