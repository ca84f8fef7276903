//! Numbers, bools and addresses.

use std::net::Ipv4Addr;

use crate::error::EncodeError;
use crate::input::{Input, Parsed};
use crate::schema::Shape;
use crate::wire::Wire;

macro_rules! number {
    ($ty:ty, $shape:ident) => {
        impl Wire for $ty {
            const MIN_LEN: usize = size_of::<$ty>();
            const SHAPE: Shape = Shape::$shape;

            #[inline]
            fn parse(input: Input<'_>) -> Parsed<'_, Self> {
                let (input, bytes) = input.array()?;
                Ok((input, Self::from_le_bytes(bytes)))
            }

            fn encoded_len(&self) -> usize {
                Self::MIN_LEN
            }

            fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
                out.extend_from_slice(&self.to_le_bytes());
                Ok(())
            }
        }
    };
}

number!(u8, U8);
number!(u16, U16);
number!(u32, U32);
number!(u64, U64);
number!(i32, I32);

/// One byte. Any value but 0 is true; we write 1.
impl Wire for bool {
    const MIN_LEN: usize = 1;
    const SHAPE: Shape = Shape::Bool;

    #[inline]
    fn parse(input: Input<'_>) -> Parsed<'_, Self> {
        let (input, byte) = u8::parse(input)?;
        Ok((input, byte != 0))
    }

    fn encoded_len(&self) -> usize {
        1
    }

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.push(u8::from(*self));
        Ok(())
    }
}

/// Four bytes, the last octet of the dotted quad first.
impl Wire for Ipv4Addr {
    const MIN_LEN: usize = 4;
    const SHAPE: Shape = Shape::Ip;

    fn parse(input: Input<'_>) -> Parsed<'_, Self> {
        let (input, number) = u32::parse(input)?;
        Ok((input, Self::from_bits(number)))
    }

    fn encoded_len(&self) -> usize {
        4
    }

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.extend_from_slice(&self.to_bits().to_le_bytes());
        Ok(())
    }
}
