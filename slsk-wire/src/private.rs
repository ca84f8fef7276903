//! What derived code calls. Not part of the public interface.

pub use std::vec::Vec;

#[cfg(feature = "arbitrary")]
pub use arbitrary;
#[cfg(feature = "serde")]
pub use serde;

use crate::error::{EncodeError, EncodeErrorKind, Segment};
use crate::input::{Input, Parsed, inside};
use crate::wire::Wire;

/// The pieces of proptest that strategies are built of.
#[cfg(feature = "proptest")]
pub mod proptest {
    pub use proptest::strategy::{BoxedStrategy, Just};
    use proptest::strategy::{Strategy, Union};

    /// `strategy.prop_map(f).boxed()`.
    pub fn map<S, T>(strategy: S, f: impl Fn(S::Value) -> T + 'static) -> BoxedStrategy<T>
    where
        S: Strategy + 'static,
        T: std::fmt::Debug + 'static,
    {
        strategy.prop_map(f).boxed()
    }

    /// Any of the strategies.
    pub fn one_of<T, const N: usize>(strategies: [BoxedStrategy<T>; N]) -> BoxedStrategy<T>
    where
        T: std::fmt::Debug + 'static,
    {
        Union::new(strategies).boxed()
    }
}

/// Reads a field.
#[inline]
pub fn field<'a, T: Wire>(input: Input<'a>, name: &'static str) -> Parsed<'a, T> {
    T::parse(input).map_err(|error| inside(error, Segment::Field(name)))
}

/// Reads a field that is there on a condition.
pub fn field_if<'a, T: Wire>(
    input: Input<'a>,
    condition: bool,
    name: &'static str,
) -> Parsed<'a, Option<T>> {
    if !condition {
        return Ok((input, None));
    }
    let (input, value) = field(input, name)?;
    Ok((input, Some(value)))
}

/// Reads a field that may be missing at the end; `ended` remembers that one is.
pub fn field_optional<'a, T: Wire>(
    input: Input<'a>,
    condition: bool,
    lenient: bool,
    ended: &mut bool,
    name: &'static str,
) -> Parsed<'a, Option<T>> {
    let needed = if lenient { T::MIN_LEN } else { 1 };
    *ended |= condition && input.len() < needed;
    field_if(input, condition && !*ended, name)
}

/// Writes a field.
pub fn put<T: Wire>(value: &T, name: &'static str, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    value.encode(out).map_err(|error| at(error, name))
}

/// Writes a field that is there on a condition.
pub fn put_if<T: Wire>(
    value: &Option<T>,
    condition: bool,
    name: &'static str,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    match (value, condition) {
        (Some(value), true) => put(value, name, out),
        (None, false) => Ok(()),
        (None, true) => Err(at(EncodeErrorKind::Missing.into(), name)),
        (Some(_), false) => Err(at(EncodeErrorKind::Contradiction.into(), name)),
    }
}

/// Writes a field that may be missing at the end; `absent` remembers the first that is.
pub fn put_optional<T: Wire>(
    value: &Option<T>,
    condition: bool,
    absent: &mut Option<&'static str>,
    name: &'static str,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    match (value, condition, *absent) {
        (Some(value), true, None) => put(value, name, out),
        (Some(_), true, Some(absent)) => {
            Err(at(EncodeErrorKind::AfterAbsent { absent }.into(), name))
        }
        (Some(_), false, _) => Err(at(EncodeErrorKind::Contradiction.into(), name)),
        (None, true, None) => {
            *absent = Some(name);
            Ok(())
        }
        (None, _, _) => Ok(()),
    }
}

fn at(mut error: EncodeError, name: &'static str) -> EncodeError {
    error.path.wrap(Segment::Field(name));
    error
}

/// The length of an `Option`.
pub fn option_len<T: Wire>(value: &Option<T>) -> usize {
    value.as_ref().map_or(0, Wire::encoded_len)
}

/// `value`, on a condition.
pub fn when<T>(condition: bool, value: T) -> Option<T> {
    condition.then_some(value)
}

/// The smaller one.
#[must_use]
pub const fn shorter(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}

/// Whether the code at `index` does not stand before it too.
#[must_use]
pub const fn is_new(codes: &[u32], index: usize) -> bool {
    let mut before = 0;
    while before < index {
        if codes[before] == codes[index] {
            return false;
        }
        before += 1;
    }
    true
}
