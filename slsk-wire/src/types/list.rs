//! Lists: a `u32` count and as many elements.

use crate::error::{DecodeErrorKind, EncodeError, Segment};
use crate::input::{Input, Parsed, inside};
use crate::schema::Shape;
use crate::wire::Wire;

impl<T: Wire> Wire for Vec<T> {
    const MIN_LEN: usize = 4;
    const SHAPE: Shape = Shape::List(&T::SHAPE);
    const FLAW: Option<&'static str> = if T::MIN_LEN == 0 {
        Some("the elements of a list must occupy bytes")
    } else if T::GREEDY {
        Some("the elements of a list can't take all the rest of the frame")
    } else {
        T::FLAW
    };

    fn parse(input: Input<'_>) -> Parsed<'_, Self> {
        parse_list(input, Self::with_capacity, Self::push)
    }

    fn encoded_len(&self) -> usize {
        list_len(self)
    }

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        encode_list(self, out)
    }
}

/// Reads a list into a collection made by `create`, whose argument is the exact number of elements.
///
/// The count is checked against the bytes left before anything is allocated.
pub(crate) fn parse_list<T: Wire, C>(
    input: Input<'_>,
    create: impl FnOnce(usize) -> C,
    mut push: impl FnMut(&mut C, T),
) -> Parsed<'_, C> {
    const { assert!(T::MIN_LEN > 0, "a list needs elements that occupy bytes") };
    let (mut input, count) = u32::parse(input)?;
    let length = count as usize;
    if length > input.len() / T::MIN_LEN {
        let left = input.len();
        return Err(input.error(DecodeErrorKind::CountBeyondEnd { count, left }));
    }
    let mut items = create(length);
    for index in 0..length {
        let (rest, item) = T::parse(input).map_err(|error| inside(error, Segment::Index(index)))?;
        push(&mut items, item);
        input = rest;
    }
    Ok((input, items))
}

/// The size of a list on the wire.
pub(crate) fn list_len<T: Wire>(items: &[T]) -> usize {
    4 + items.iter().map(Wire::encoded_len).sum::<usize>()
}

/// Writes count and elements.
pub(crate) fn encode_list<T: Wire>(items: &[T], out: &mut Vec<u8>) -> Result<(), EncodeError> {
    super::encode_length(items.len(), out)?;
    for (index, item) in items.iter().enumerate() {
        item.encode(out).map_err(|mut error| {
            error.path.wrap(Segment::Index(index));
            error
        })?;
    }
    Ok(())
}
