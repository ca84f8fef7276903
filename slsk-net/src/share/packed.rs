//! Numbers and attributes in as few bytes as they need, for the arena of an index.

use slsk_wire::peer::{AttributeKind, Attributes};

/// Appends a number: seven bits a byte, the low ones first, the high bit set when more follow.
pub(super) fn push_number(out: &mut Vec<u8>, mut number: u32) {
    while number > 0x7F {
        out.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    out.push((number & 0x7F) as u8);
}

/// Takes a number off the front.
pub(super) fn take_number(bytes: &mut &[u8]) -> u32 {
    let mut number = 0;
    let mut shift = 0;
    while let Some((&byte, rest)) = bytes.split_first() {
        *bytes = rest;
        number |= u32::from(byte & 0x7F) << shift;
        shift += 7;
        if byte & 0x80 == 0 || shift > 28 {
            break;
        }
    }
    number
}

/// Appends a count and the attributes.
pub(super) fn push_attributes(out: &mut Vec<u8>, attributes: &Attributes) {
    // No memory holds more attributes than a `u32` can count.
    push_number(out, u32::try_from(attributes.len()).unwrap_or(u32::MAX));
    for attribute in attributes.iter() {
        push_number(out, attribute.kind.raw());
        push_number(out, attribute.value);
    }
}

/// Takes attributes off the front.
pub(super) fn take_attributes(bytes: &mut &[u8]) -> Attributes {
    let count = take_number(bytes);
    (0..count)
        .map(|_| (AttributeKind::from(take_number(bytes)), take_number(bytes)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for number in [
            0,
            1,
            0x7F,
            0x80,
            0x3FFF,
            0x4000,
            44_100,
            u32::MAX - 1,
            u32::MAX,
        ] {
            let mut bytes = Vec::new();
            push_number(&mut bytes, number);
            bytes.push(9);
            let mut rest = bytes.as_slice();
            assert_eq!(take_number(&mut rest), number);
            assert_eq!(rest, [9]);
        }
    }

    #[test]
    fn attributes_come_back() {
        let attributes: Attributes = [
            (AttributeKind::Bitrate, 320),
            (AttributeKind::Duration, 0),
            (AttributeKind::Other(77), u32::MAX),
            (AttributeKind::BitDepth, 24),
        ]
        .into_iter()
        .collect();
        let mut bytes = Vec::new();
        push_attributes(&mut bytes, &attributes);
        assert_eq!(take_attributes(&mut bytes.as_slice()), attributes);
    }
}
