//! The pcapng container.

use std::time::Duration;

use pcap_parser::pcapng::{
    BOM_MAGIC, Block, EPB_MAGIC, InterfaceDescriptionBlock, OptionCode, SHB_MAGIC, SPB_MAGIC,
    parse_block_be, parse_block_le,
};
use pcap_parser::traits::PcapNGPacketBlock;

use super::{CaptureError, Frame, Part};

/// The packet block that the enhanced one replaced.
const OBSOLETE_PACKET: u32 = 2;
/// The block's type and length before its body, and the length again behind it.
const FRAMING: usize = 12;
/// Nanoseconds in a second.
const NANOS: u128 = 1_000_000_000;

/// Hands every packet of `file` to `each`.
///
/// # Errors
/// When the file ends inside a block, or a block contradicts itself; the packets before it have been handed over.
pub(super) fn walk(file: &[u8], each: &mut dyn FnMut(Frame<'_>)) -> Result<(), CaptureError> {
    let mut section = Section::default();
    let mut number = 0;
    let mut rest = file;
    while !rest.is_empty() {
        let offset = (file.len() - rest.len()) as u64;
        let (kind, length) = section.block_head(rest);
        let part = match kind {
            None | Some(SHB_MAGIC) => Part::Header,
            Some(EPB_MAGIC | SPB_MAGIC | OBSOLETE_PACKET) => Part::Packet(number + 1),
            Some(_) => Part::Block,
        };
        if length < FRAMING {
            return Err(CaptureError::Malformed {
                part,
                offset,
                problem: "claims less than its own length",
            });
        }
        let Some((block, after)) = rest.split_at_checked(length) else {
            return Err(CaptureError::Truncated {
                part,
                offset,
                missing: (length - rest.len()) as u64,
            });
        };
        let frame = section
            .read(block)
            .map_err(|problem| CaptureError::Malformed {
                part,
                offset,
                problem,
            })?;
        if let Some(frame) = frame {
            number += 1;
            each(frame);
        }
        rest = after;
    }
    Ok(())
}

/// What a section has told so far.
#[derive(Debug, Default)]
struct Section {
    /// Byte order of everything in it.
    big_endian: bool,
    /// Its interfaces, by their number.
    interfaces: Vec<Interface>,
    /// The time of the last packet, for those that have none of their own.
    time: Duration,
}

/// What the packets of an interface have in common.
#[derive(Debug)]
struct Interface {
    /// LINKTYPE number.
    link: u32,
    /// Bytes stored of a packet at most; 0 is no limit.
    snap_len: u32,
    /// Parts of a second that packet times count.
    ticks: u128,
    /// Seconds to add to packet times.
    offset: i64,
}

impl Section {
    /// Type and length of the block at the start of `bytes`: no type and the least length where there is not enough
    /// to tell.
    fn block_head(&mut self, bytes: &[u8]) -> (Option<u32>, usize) {
        let Some(head) = bytes.first_chunk::<FRAMING>() else {
            return (self.u32_at(bytes, 0), FRAMING);
        };
        if self.u32_at(head, 0) == Some(SHB_MAGIC) {
            self.big_endian = head[8..] == BOM_MAGIC.to_be_bytes();
        }
        let length = self
            .u32_at(head, 4)
            .and_then(|length| usize::try_from(length).ok());
        (self.u32_at(head, 0), length.unwrap_or(usize::MAX))
    }

    /// Takes in a block; the packet, where it is one.
    fn read<'a>(&mut self, bytes: &'a [u8]) -> Result<Option<Frame<'a>>, &'static str> {
        let parse = if self.big_endian {
            parse_block_be
        } else {
            parse_block_le
        };
        let (_, block) = parse(bytes).map_err(|_| "is not understood")?;
        match block {
            Block::SectionHeader(_) => self.interfaces.clear(),
            Block::InterfaceDescription(block) => self
                .interfaces
                .push(Interface::new(&block, self.big_endian)),
            Block::EnhancedPacket(block) => {
                let stored = Stored {
                    id: block.if_id,
                    high: block.ts_high,
                    low: block.ts_low,
                    wire_len: block.origlen,
                };
                return self.frame(&stored, block.data, block.caplen).map(Some);
            }
            Block::SimplePacket(block) => {
                let interface = self.interfaces.first().ok_or(NO_INTERFACE)?;
                let snap_len = if interface.snap_len == 0 {
                    u32::MAX
                } else {
                    interface.snap_len
                };
                let data = clip(block.data, block.orig_len().min(snap_len));
                let frame = Frame {
                    time: self.time,
                    link: interface.link,
                    data,
                    wire_len: block.origlen,
                };
                return Ok(Some(frame));
            }
            Block::Unknown(block) if self.u32_at(bytes, 0) == Some(OBSOLETE_PACKET) => {
                let field = |offset| self.u32_at(block.data, offset).ok_or("is too short");
                // Interface and count of dropped packets share the first four bytes.
                let id = if self.big_endian {
                    field(0)? >> 16
                } else {
                    field(0)? & 0xffff
                };
                let stored = Stored {
                    id,
                    high: field(4)?,
                    low: field(8)?,
                    wire_len: field(16)?,
                };
                let (captured, data) = (field(12)?, block.data.get(20..).unwrap_or_default());
                return self.frame(&stored, data, captured).map(Some);
            }
            _ => {}
        }
        Ok(None)
    }

    /// The packet at the start of `data`.
    fn frame<'a>(
        &mut self,
        stored: &Stored,
        data: &'a [u8],
        captured: u32,
    ) -> Result<Frame<'a>, &'static str> {
        let index = usize::try_from(stored.id).unwrap_or(usize::MAX);
        let interface = self.interfaces.get(index).ok_or(NO_INTERFACE)?;
        if u64::from(captured) > data.len() as u64 {
            return Err("claims more bytes than it has");
        }
        self.time = interface.time(u64::from(stored.high) << 32 | u64::from(stored.low));
        let data = clip(data, captured);
        Ok(Frame {
            time: self.time,
            link: interface.link,
            data,
            wire_len: stored.wire_len,
        })
    }

    /// Four bytes in the section's byte order.
    fn u32_at(&self, bytes: &[u8], offset: usize) -> Option<u32> {
        let field = *bytes.get(offset..)?.first_chunk()?;
        Some(if self.big_endian {
            u32::from_be_bytes(field)
        } else {
            u32::from_le_bytes(field)
        })
    }
}

/// The problem of a packet whose interface was not described before it.
const NO_INTERFACE: &str = "belongs to no interface";

/// What a packet block says about its packet.
struct Stored {
    /// Number of the interface.
    id: u32,
    /// Upper half of the time.
    high: u32,
    /// Lower half of the time.
    low: u32,
    /// Length on the wire.
    wire_len: u32,
}

impl Interface {
    /// Reads the options which `pcap-parser` 0.17 gets wrong: resolutions in powers of two (which it takes for
    /// invalid) and time offsets of big-endian files.
    fn new(block: &InterfaceDescriptionBlock<'_>, big_endian: bool) -> Self {
        let exponent = u32::from(block.if_tsresol & 0x7f);
        let base: u128 = if block.if_tsresol & 0x80 == 0 { 10 } else { 2 };
        let offset = block
            .options
            .iter()
            .find(|option| option.code == OptionCode::IfTsoffset);
        let offset = offset
            .and_then(|option| option.value().first_chunk().copied())
            .unwrap_or_default();
        Self {
            link: u32::from_ne_bytes(block.linktype.0.to_ne_bytes()),
            snap_len: block.snaplen,
            ticks: base.saturating_pow(exponent),
            offset: if big_endian {
                i64::from_be_bytes(offset)
            } else {
                i64::from_le_bytes(offset)
            },
        }
    }

    /// The time that `count` ticks mean.
    fn time(&self, count: u64) -> Duration {
        let nanos = u128::from(count) * NANOS / self.ticks;
        let seconds = u64::try_from(nanos / NANOS).unwrap_or(u64::MAX);
        Duration::new(
            seconds.saturating_add_signed(self.offset),
            u32::try_from(nanos % NANOS).unwrap_or(0),
        )
    }
}

/// The first `length` bytes, or all.
fn clip(data: &[u8], length: u32) -> &[u8] {
    usize::try_from(length)
        .ok()
        .and_then(|length| data.get(..length))
        .unwrap_or(data)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Packet, PcapNgFile, data};
    use super::super::{Capture, read_bytes};
    use super::*;

    /// The option for the time resolution.
    const RESOLUTION: u16 = 9;
    /// The option for the time offset.
    const OFFSET: u16 = 14;

    fn capture(file: &PcapNgFile) -> Capture {
        let capture = read_bytes(file.build()).unwrap();
        assert!(capture.damage.is_none(), "{:?}", capture.damage);
        capture
    }

    #[test]
    fn reads_each_kind_of_packet_block_in_both_byte_orders() {
        for big_endian in [false, true] {
            let file = PcapNgFile::new(big_endian)
                .interface(1, &[])
                .enhanced(0, 5_000_001, &Packet::up(1, b"a").build())
                .simple(&Packet::up(2, b"bc").build())
                .block(0xbad, b"some")
                .obsolete(0, 6_000_000, &Packet::up(4, b"def").build());
            // A lone byte at an unknown start is no data, see `tcp`.
            let segments = &capture(&file).connections[0].segments;
            assert_eq!(segments.len(), 2);
            assert_eq!(
                (&segments[0].content, segments[0].time),
                (&data(b"bc"), Duration::from_micros(5_000_001))
            );
            assert_eq!(
                (&segments[1].content, segments[1].time),
                (&data(b"def"), Duration::from_secs(6))
            );
        }
    }

    #[test]
    fn interfaces_have_their_own_link_type_and_clock() {
        for big_endian in [false, true] {
            let minus_one = if big_endian {
                (-1_i64).to_be_bytes()
            } else {
                (-1_i64).to_le_bytes()
            };
            let file = PcapNgFile::new(big_endian)
                .interface(1, &[(RESOLUTION, vec![9])])
                .interface(101, &[(RESOLUTION, vec![0x8a])])
                .interface(1, &[(RESOLUTION, vec![3]), (OFFSET, minus_one.to_vec())])
                .enhanced(0, 5_000_000_001, &Packet::up(1, b"aa").build())
                .enhanced(1, 6 * 1024 + 512, &Packet::up(3, b"bb").build()[14..])
                .enhanced(2, 8_007, &Packet::up(5, b"cc").build());
            let times: Vec<_> = capture(&file).connections[0]
                .segments
                .iter()
                .map(|segment| segment.time)
                .collect();
            let expected = [
                Duration::new(5, 1),
                Duration::from_millis(6_500),
                Duration::from_millis(7_007),
            ];
            assert_eq!(times, expected);
        }
    }

    #[test]
    fn extreme_clocks_saturate() {
        for resolution in [0, 19, 20, 38, 39, 127, 128, 200, 255] {
            let file = PcapNgFile::new(false)
                .interface(
                    1,
                    &[
                        (RESOLUTION, vec![resolution]),
                        (OFFSET, i64::MAX.to_le_bytes().to_vec()),
                    ],
                )
                .enhanced(0, u64::MAX, &Packet::up(1, b"aa").build());
            assert_eq!(capture(&file).connections.len(), 1);
        }
    }

    #[test]
    fn a_new_section_forgets_interfaces_and_byte_order() {
        let packet = Packet::up(1, b"aa").build();
        let mut file = PcapNgFile::new(false)
            .interface(1, &[])
            .enhanced(0, 1, &packet)
            .build();
        file.extend(
            PcapNgFile::new(true)
                .interface(101, &[])
                .enhanced(0, 2, &Packet::up(3, b"bb").build()[14..])
                .build(),
        );
        assert_eq!(
            read_bytes(file.clone()).unwrap().connections[0]
                .segments
                .len(),
            2
        );
        file.extend(PcapNgFile::new(true).enhanced(0, 2, &packet).build());
        let error = read_bytes(file).unwrap().damage.unwrap().to_string();
        assert!(
            error.starts_with("damaged: packet 3 at byte ") && error.contains("no interface"),
            "{error}"
        );
    }

    #[test]
    fn an_unsupported_interface_does_not_hide_the_others() {
        let file = PcapNgFile::new(false)
            .interface(105, &[])
            .interface(1, &[])
            .enhanced(0, 1, b"radio")
            .enhanced(1, 2, &Packet::up(1, b"aa").build());
        let capture = read_bytes(file.build()).unwrap();
        assert_eq!(capture.connections.len(), 1);
        assert!(matches!(
            capture.damage,
            Some(CaptureError::UnsupportedLink(105))
        ));
    }

    #[test]
    fn faults_say_where() {
        let good =
            PcapNgFile::new(false)
                .interface(1, &[])
                .enhanced(0, 1, &Packet::up(1, b"aa").build());
        let start = good.build().len();
        let mut short = good.build();
        short.extend([6, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0]);
        let error = read_bytes(short).unwrap().damage.unwrap().to_string();
        assert_eq!(
            error,
            format!(
                "damaged: packet 2 at byte {start} claims less than its own length; copy or capture it again"
            )
        );
        let mut cut = good.clone().block(5, &[0; 8]).build();
        cut.truncate(cut.len() - 7);
        let error = read_bytes(cut).unwrap().damage.unwrap().to_string();
        assert_eq!(
            error,
            format!(
                "truncated: the file ends inside a block, which begins at byte {start} and lacks 7 bytes; copy or capture it again"
            )
        );
        let lying = good.enhanced_as(0, 1, 4_000, b"1234");
        assert!(matches!(
            read_bytes(lying.build()).unwrap().damage,
            Some(CaptureError::Malformed {
                part: Part::Packet(2),
                ..
            })
        ));
    }
}
