//! The headers of a packet, from the link layer up to TCP.

use std::net::{IpAddr, SocketAddr};

use etherparse::{LaxNetSlice, LaxSlicedPacket, TcpSlice, TransportSlice};

use super::{CaptureError, Frame};

/// A TCP packet that may carry bytes of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packet<'a> {
    /// Who sent it.
    pub(super) source: SocketAddr,
    /// To whom.
    pub(super) destination: SocketAddr,
    /// The sequence number of its first byte, which is the SYN where there is one.
    pub(super) sequence: u32,
    /// Whether it opens a connection.
    pub(super) opening: Option<Opening>,
    /// Whether the stream ends behind it.
    pub(super) fin: bool,
    /// The bytes stored, a part of the file.
    pub(super) payload: &'a [u8],
    /// How many bytes were sent, at least as many as stored.
    pub(super) length: u32,
}

/// The two packets which open a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// SYN.
    Request,
    /// SYN and ACK.
    Answer,
}

/// The TCP packet in `frame`. `None` where it is something else, a fragment, a reset (whose payload, if any, is no
/// stream data), or where not even its headers were stored.
///
/// # Errors
/// [`CaptureError::UnsupportedLink`] only.
pub(super) fn dissect<'a>(frame: &Frame<'a>) -> Result<Option<Packet<'a>>, CaptureError> {
    let network = network(frame.link, frame.data)?;
    Ok(network.and_then(|network| {
        let link_len = u32::try_from(frame.data.len() - network.len()).unwrap_or(u32::MAX);
        transport(network, frame.wire_len.saturating_sub(link_len))
    }))
}

/// How a link layer announces what it carries.
enum Header {
    /// Only by the first bits of the packet, which follows so many bytes.
    Bare(usize),
    /// By an ether type at the first offset; the packet begins at the second one.
    Typed(usize, usize),
}

/// The layout of the link headers that are understood.
fn header(link: u32) -> Option<Header> {
    Some(match link {
        1 => Header::Typed(12, 14),                   // Ethernet
        113 => Header::Typed(14, 16),                 // Linux cooked
        276 => Header::Typed(0, 20),                  // Linux cooked, second version
        0 | 108 => Header::Bare(4), // BSD loopback, in the host's and in network byte order
        12 | 14 | 101 | 228 | 229 => Header::Bare(0), // raw IP
        _ => return None,
    })
}

/// The IP packet in a frame, unless it carries something else.
fn network(link: u32, data: &[u8]) -> Result<Option<&[u8]>, CaptureError> {
    let (mut type_at, mut packet_at) =
        match header(link).ok_or(CaptureError::UnsupportedLink(link))? {
            Header::Bare(length) => return Ok(data.get(length..)),
            Header::Typed(type_at, packet_at) => (type_at, packet_at),
        };
    let ether_type = |at: usize| {
        data.get(at..)
            .and_then(<[u8]>::first_chunk)
            .map(|&bytes| u16::from_be_bytes(bytes))
    };
    // VLAN tags: two bytes, then the next ether type.
    while let Some(0x8100 | 0x88a8 | 0x9100) = ether_type(type_at) {
        type_at = packet_at + 2;
        packet_at += 4;
    }
    let is_ip = matches!(ether_type(type_at), Some(0x0800 | 0x86dd));
    Ok(data.get(packet_at..).filter(|_| is_ip))
}

/// The TCP packet in an IP packet, of which `wire_len` bytes were sent if its own length field is not filled in.
fn transport(network: &[u8], wire_len: u32) -> Option<Packet<'_>> {
    let packet = LaxSlicedPacket::from_ip(network).ok()?;
    let Some(TransportSlice::Tcp(tcp)) = packet.transport else {
        return None;
    };
    let (source, destination, own_len) = match packet.net? {
        LaxNetSlice::Ipv4(ip) => {
            let header = ip.header();
            // Zero where the network card was to fill it in.
            let length = u32::from(header.total_len());
            let length = Some(length).filter(|&length| length >= u32::from(header.ihl()) * 4);
            (
                IpAddr::from(header.source_addr()),
                IpAddr::from(header.destination_addr()),
                length,
            )
        }
        LaxNetSlice::Ipv6(ip) => {
            let header = ip.header();
            let length = Some(u32::from(header.payload_length())).filter(|&length| length > 0);
            (
                header.source_addr().into(),
                header.destination_addr().into(),
                length.map(|length| length + 40),
            )
        }
        LaxNetSlice::Arp(_) => return None,
    };
    let stored = u32::try_from(network.len()).unwrap_or(u32::MAX);
    let sent = own_len.unwrap_or(wire_len.max(stored));
    let payload_len = u32::try_from(tcp.payload().len()).unwrap_or(u32::MAX);
    // What was stored and not sent is padding of the link layer, which is not in the payload either.
    let headers_len = stored.min(sent).saturating_sub(payload_len);
    describe(
        &tcp,
        source,
        destination,
        sent.saturating_sub(headers_len).max(payload_len),
    )
}

/// Gathers the fields, unless it is a reset.
fn describe<'a>(
    tcp: &TcpSlice<'a>,
    source: IpAddr,
    destination: IpAddr,
    length: u32,
) -> Option<Packet<'a>> {
    let opening = match (tcp.syn(), tcp.ack()) {
        (true, false) => Some(Opening::Request),
        (true, true) => Some(Opening::Answer),
        (false, _) => None,
    };
    (!tcp.rst()).then(|| Packet {
        source: SocketAddr::new(source, tcp.source_port()),
        destination: SocketAddr::new(destination, tcp.destination_port()),
        sequence: tcp.sequence_number(),
        opening,
        fin: tcp.fin(),
        payload: tcp.payload(),
        length,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, CLIENT, SERVER};
    use super::*;
    use std::time::Duration;

    /// Dissects bytes stored in full.
    fn whole(link: u32, data: &[u8]) -> Option<Packet<'_>> {
        dissect(&Frame {
            time: Duration::ZERO,
            link,
            data,
            wire_len: u32::try_from(data.len()).unwrap(),
        })
        .unwrap()
    }

    /// `head`, then the IP packet of `ethernet`.
    fn relinked(head: &[u8], ethernet: &[u8]) -> Vec<u8> {
        [head, &ethernet[14..]].concat()
    }

    #[test]
    fn understands_each_link_layer() {
        let v4 = testing::Packet::up(9, b"abc").build();
        let v6 = testing::Packet::up(9, b"abc").ipv6().build();
        for (ethernet, ether_type, family) in [(&v4, [0x08, 0x00], 2), (&v6, [0x86, 0xdd], 30)] {
            let mac = &[0; 12][..];
            let frames = [
                (1, relinked(&[mac, &ether_type].concat(), ethernet)),
                (
                    1,
                    relinked(&[mac, &[0x81, 0x00, 0, 7], &ether_type].concat(), ethernet),
                ),
                (
                    1,
                    relinked(
                        &[mac, &[0x88, 0xa8, 0, 7, 0x81, 0x00, 0, 8], &ether_type].concat(),
                        ethernet,
                    ),
                ),
                (
                    113,
                    relinked(&[&[0; 14][..], &ether_type].concat(), ethernet),
                ),
                (
                    113,
                    relinked(
                        &[&[0; 14][..], &[0x81, 0x00, 0, 7], &ether_type].concat(),
                        ethernet,
                    ),
                ),
                (
                    276,
                    relinked(&[&ether_type, &[0; 18][..]].concat(), ethernet),
                ),
                (0, relinked(&[family, 0, 0, 0], ethernet)),
                (0, relinked(&[0, 0, 0, family], ethernet)),
                (108, relinked(&[0, 0, 0, family], ethernet)),
                (101, relinked(&[], ethernet)),
                (12, relinked(&[], ethernet)),
                (if family == 2 { 228 } else { 229 }, relinked(&[], ethernet)),
            ];
            for (link, frame) in frames {
                let packet = whole(link, &frame).unwrap();
                assert_eq!(
                    (packet.sequence, packet.payload, packet.length),
                    (9, &b"abc"[..], 3),
                    "link {link}"
                );
                assert_eq!(packet.source.is_ipv4(), family == 2);
                assert_eq!(
                    (packet.source.port(), packet.destination.port()),
                    (CLIENT.port(), SERVER.port())
                );
                for end in 0..frame.len() {
                    let _ = whole(link, &frame[..end]);
                }
            }
        }
    }

    #[test]
    fn tells_openings_and_ends() {
        let flags = |packet: testing::Packet| {
            whole(1, &packet.build()).map(|packet| (packet.opening, packet.fin))
        };
        assert_eq!(
            flags(testing::Packet::up(1, b"").syn()),
            Some((Some(Opening::Request), false))
        );
        assert_eq!(
            flags(testing::Packet::down(1, b"").syn_ack()),
            Some((Some(Opening::Answer), false))
        );
        assert_eq!(flags(testing::Packet::up(1, b"").fin()), Some((None, true)));
        assert_eq!(flags(testing::Packet::up(1, b"why").reset()), None);
    }

    #[test]
    fn padding_is_no_data_and_cut_bytes_are_counted() {
        for packet in [
            testing::Packet::up(1, b"abcdef"),
            testing::Packet::up(1, b"abcdef").ipv6(),
        ] {
            let mut data = packet.build();
            data.extend([0xee; 6]);
            assert_eq!(whole(1, &data).unwrap().payload, b"abcdef");
            let cut = whole(1, &data[..data.len() - 10]).unwrap();
            assert_eq!((cut.payload, cut.length), (&b"ab"[..], 6));
        }
    }

    #[test]
    fn a_length_left_to_the_network_card_is_that_of_the_frame() {
        for (packet, at) in [
            (testing::Packet::up(1, b"abcdef"), 16),
            (testing::Packet::up(1, b"abcdef").ipv6(), 18),
        ] {
            let mut data = packet.build();
            data[at..at + 2].fill(0);
            assert_eq!(whole(1, &data).unwrap().length, 6);
            let wire_len = u32::try_from(data.len()).unwrap();
            data.truncate(data.len() - 4);
            let cut = dissect(&Frame {
                time: Duration::ZERO,
                link: 1,
                data: &data,
                wire_len,
            })
            .unwrap()
            .unwrap();
            assert_eq!((cut.payload, cut.length), (&b"ab"[..], 6));
        }
    }

    #[test]
    fn ignores_what_is_not_tcp() {
        let mut arp = testing::Packet::up(1, b"abc").build();
        arp[12..14].copy_from_slice(&[0x08, 0x06]);
        assert_eq!(whole(1, &arp), None);
        let mut udp = testing::Packet::up(1, b"abc").build();
        udp[23] = 17;
        assert_eq!(whole(1, &udp), None);
        let mut fragment = testing::Packet::up(1, b"abc").build();
        fragment[20] = 0x20;
        assert_eq!(whole(1, &fragment), None);
        assert_eq!(whole(1, b""), None);
    }
}
