//! The pcap container.

use pcap_parser::nom::{Err, Needed};
use pcap_parser::{
    parse_pcap_frame, parse_pcap_frame_be, parse_pcap_frame_modified, parse_pcap_header,
};
use std::time::Duration;

use super::{CaptureError, Frame, Part};

/// The lower half of the header's link field; the rest tells about checksums behind the packets.
const LINK_MASK: u32 = 0xffff;

/// Hands every packet of `file` to `each`.
///
/// # Errors
/// When the file ends inside its header or a packet; the packets before it have been handed over.
pub(super) fn walk(file: &[u8], each: &mut dyn FnMut(Frame<'_>)) -> Result<(), CaptureError> {
    let (mut rest, header) =
        parse_pcap_header(file).map_err(|error| fault(&error, Part::Header, 0))?;
    let parse = match (header.is_modified_format(), header.is_bigendian()) {
        (true, _) => parse_pcap_frame_modified,
        (false, true) => parse_pcap_frame_be,
        (false, false) => parse_pcap_frame,
    };
    let mut number = 0;
    while !rest.is_empty() {
        number += 1;
        let offset = (file.len() - rest.len()) as u64;
        let (after, record) =
            parse(rest).map_err(|error| fault(&error, Part::Packet(number), offset))?;
        let fraction = u64::from(record.ts_usec);
        let fraction = if header.is_nanosecond_precision() {
            Duration::from_nanos(fraction)
        } else {
            Duration::from_micros(fraction)
        };
        each(Frame {
            time: Duration::from_secs(record.ts_sec.into()) + fraction,
            link: header.network.0.cast_unsigned() & LINK_MASK,
            data: record.data,
            wire_len: record.origlen,
        });
        rest = after;
    }
    Ok(())
}

/// The parser's error as ours.
fn fault<E>(error: &Err<E>, part: Part, offset: u64) -> CaptureError {
    match error {
        Err::Incomplete(Needed::Size(size)) => CaptureError::Truncated {
            part,
            offset,
            missing: size.get() as u64,
        },
        _ => CaptureError::Malformed {
            part,
            offset,
            problem: "is not understood",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::read_bytes;
    use super::super::testing::{Packet, PcapFile, data};
    use super::*;

    #[test]
    fn reads_both_byte_orders_and_time_units() {
        for big_endian in [false, true] {
            for nanos in [false, true] {
                let file = PcapFile::new()
                    .big_endian(big_endian)
                    .nanos(nanos)
                    .packet(&Packet::up(1, b"ab"));
                let capture = read_bytes(file.build()).unwrap();
                assert!(capture.damage.is_none());
                let segment = &capture.connections[0].segments[0];
                assert_eq!(segment.content, data(b"ab"));
                let unit = if nanos {
                    Duration::from_nanos(1)
                } else {
                    Duration::from_micros(1)
                };
                assert_eq!(segment.time, Duration::from_secs(1_000) + unit * 123_456);
            }
        }
    }

    #[test]
    fn ignores_what_the_link_field_says_about_checksums() {
        let mut file = PcapFile::new().packet(&Packet::up(1, b"ab")).build();
        file[23] = 0x24;
        assert_eq!(read_bytes(file).unwrap().connections.len(), 1);
    }

    #[test]
    fn reads_longer_record_headers() {
        let mut file = PcapFile::new().packet(&Packet::up(1, b"ab")).build();
        file[..4].copy_from_slice(&0xa1b2_cd34_u32.to_le_bytes());
        file.splice(40..40, [0; 8]);
        assert_eq!(
            read_bytes(file).unwrap().connections[0].segments[0].content,
            data(b"ab")
        );
    }

    #[test]
    fn a_header_alone_holds_nothing_and_half_of_it_is_an_error() {
        let file = PcapFile::new().build();
        assert!(read_bytes(file.clone()).unwrap().connections.is_empty());
        let error = read_bytes(file[..10].to_vec()).unwrap_err();
        assert!(
            matches!(
                error,
                CaptureError::Truncated {
                    part: Part::Header,
                    offset: 0,
                    ..
                }
            ),
            "{error}"
        );
    }
}
