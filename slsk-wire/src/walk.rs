//! Walks the bytes of a body beside the schema of its message and says where each field is.
//!
//! The decoder gives values without places, this gives places: for tools that show bytes. Both take the same
//! bytes for the same fields; tests hold them to that with every message and every captured frame.
//!
//! ```
//! use std::convert::Infallible;
//!
//! use slsk_wire::Message;
//! use slsk_wire::server::FileSearch;
//! use slsk_wire::walk::{Step, WalkError, walk};
//!
//! let body = [7, 0, 0, 0, 1, 0, 0, 0, b'z'];
//! let mut places = Vec::new();
//! let end = walk(FileSearch::SCHEMA.record, &body, &mut |step| {
//!     if let Step::Value { range, .. } = step {
//!         places.push(range);
//!     }
//!     Ok::<_, Infallible>(())
//! })?;
//! assert_eq!((places, end), (vec![0..4, 4..9], 9));
//! # Ok::<(), WalkError>(())
//! ```

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::ops::Range;

use crate::schema::{FieldSchema, RecordSchema, Shape};

/// One thing on the way through a body. Offsets are in bytes and count from where the body begins.
#[derive(Clone, Debug)]
pub enum Step<'a> {
    /// A record or list begins; a [`Step::Leave`] ends it.
    Enter {
        /// What it is called.
        label: Label,
        /// Where it begins; a list with its count.
        offset: usize,
        /// What is in it.
        inside: Inside,
    },
    /// The innermost record or list ends.
    Leave,
    /// A number, text or the like.
    Value {
        /// What it is called.
        label: Label,
        /// Where it is, with its length field if it has one.
        range: Range<usize>,
        /// What is on the wire.
        shape: &'static Shape,
        /// What it says.
        value: Value<'a>,
    },
}

/// What a thing is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// A field of a record.
    Field(&'static str),
    /// An element of a list.
    Index(u32),
}

/// What begins.
#[derive(Clone, Copy, Debug)]
pub enum Inside {
    /// Fields.
    Record(&'static RecordSchema),
    /// Elements of one kind.
    List {
        /// What each is.
        element: &'static Shape,
        /// How many the body claims; there may be fewer, and then the walk fails.
        count: u32,
    },
}

/// A value that has no parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Any unsigned number.
    Number(u64),
    /// A signed number.
    Signed(i32),
    /// The byte of a bool.
    Bool(u8),
    /// An address.
    Ip(Ipv4Addr),
    /// A text, in whatever encoding.
    Text(&'a [u8]),
    /// A text that is not for showing. Who must have it finds it in the body, at the range of the step.
    Secret,
    /// Bytes without a meaning.
    Bytes(&'a [u8]),
}

/// Why a walk ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WalkError<E = Infallible> {
    /// The visitor wants no more.
    #[error(transparent)]
    Visitor(E),
    /// The body does not have this layout.
    #[error("the body does not have the layout of its message at byte {offset}")]
    Layout {
        /// Where it stops to fit.
        offset: usize,
    },
}

/// Hands every field of `body` to the visitor, in wire order; how many bytes they take. What is behind them is
/// trailing, as for the decoder. The body of a compressed message must be inflated.
///
/// # Errors
/// When the visitor fails, or the body does not fit. The steps up to there have been handed over.
pub fn walk<'a, E>(
    record: &'static RecordSchema,
    body: &'a [u8],
    visit: &mut dyn FnMut(Step<'a>) -> Result<(), E>,
) -> Result<usize, WalkError<E>> {
    let mut walker = Walker {
        body,
        offset: 0,
        visit,
    };
    walker.fields(record)?;
    Ok(walker.offset)
}

/// A walk on its way.
struct Walker<'a, 'v, E> {
    body: &'a [u8],
    offset: usize,
    visit: &'v mut dyn FnMut(Step<'a>) -> Result<(), E>,
}

impl<'a, E> Walker<'a, '_, E> {
    /// The fields of a record that are there.
    fn fields(&mut self, record: &'static RecordSchema) -> Result<(), WalkError<E>> {
        let mut flags: Vec<(&str, bool)> = Vec::new();
        let mut ended = false;
        for field in record.fields {
            let met = field
                .condition
                .is_none_or(|condition| flags.contains(&(condition.field, condition.expected)));
            if field.optional && met {
                ended |= self.left() < needed(field);
            }
            if !met || (field.optional && ended) {
                continue;
            }
            if let Shape::Bool = field.shape {
                flags.push((
                    field.name,
                    self.body.get(self.offset).is_some_and(|b| *b != 0),
                ));
            }
            self.value(Label::Field(field.name), &field.shape)?;
        }
        Ok(())
    }

    /// Anything, with its parts.
    fn value(&mut self, label: Label, shape: &'static Shape) -> Result<(), WalkError<E>> {
        let start = self.offset;
        match shape {
            Shape::Record(record) => {
                self.enter(label, start, Inside::Record(record))?;
                self.fields(record)?;
                return self.leave();
            }
            Shape::List(element) => {
                let count = u32::from_le_bytes(self.array()?);
                self.enter(label, start, Inside::List { element, count })?;
                for index in 0..count {
                    self.value(Label::Index(index), element)?;
                }
                return self.leave();
            }
            Shape::Either(first, second) => {
                let chosen = if self.fits(second) && !self.fits(first) {
                    second
                } else {
                    first
                };
                return self.value(label, chosen);
            }
            _ => {}
        }
        let value = self.leaf(shape)?;
        (self.visit)(Step::Value {
            label,
            range: start..self.offset,
            shape,
            value,
        })
        .map_err(WalkError::Visitor)
    }

    /// Whether a value takes exactly what is left.
    fn fits(&self, shape: &'static Shape) -> bool {
        let mut trial = Walker::<E> {
            body: self.body,
            offset: self.offset,
            visit: &mut |_| Ok(()),
        };
        trial.value(Label::Index(0), shape).is_ok() && trial.left() == 0
    }

    /// A value without parts.
    fn leaf(&mut self, shape: &'static Shape) -> Result<Value<'a>, WalkError<E>> {
        Ok(match shape {
            Shape::U8 => Value::Number(u8::from_le_bytes(self.array()?).into()),
            Shape::U32OrU8 if self.left() == 1 => self.leaf(&Shape::U8)?,
            Shape::U32OrU8 => self.leaf(&Shape::U32)?,
            Shape::U16 => Value::Number(u16::from_le_bytes(self.array()?).into()),
            Shape::U32 => Value::Number(u32::from_le_bytes(self.array()?).into()),
            Shape::U64 => Value::Number(u64::from_le_bytes(self.array()?)),
            Shape::I32 => Value::Signed(i32::from_le_bytes(self.array()?)),
            Shape::Bool => Value::Bool(u8::from_le_bytes(self.array()?)),
            Shape::Ip => Value::Ip(Ipv4Addr::from_bits(u32::from_le_bytes(self.array()?))),
            Shape::Text => Value::Text(self.counted()?),
            Shape::Secret => {
                self.counted()?;
                Value::Secret
            }
            Shape::Blob => Value::Bytes(self.counted()?),
            Shape::Rest => Value::Bytes(self.take(self.left())?),
            Shape::Enum(schema) => self.leaf(schema.shape)?,
            Shape::CodePadding => Value::Bool(self.padding()?.into()),
            // Shapes of a later version of the schema.
            _ => return Err(self.misfit()),
        })
    }

    /// Passes over three zero bytes, where they are and something follows.
    fn padding(&mut self) -> Result<bool, WalkError<E>> {
        let rest = self.body.get(self.offset..).unwrap_or_default();
        let padded = matches!(rest, [0, 0, 0, _, ..]);
        self.take(if padded { 3 } else { 0 })?;
        Ok(padded)
    }

    fn left(&self) -> usize {
        self.body.len() - self.offset
    }

    /// A `u32` length and as many bytes.
    fn counted(&mut self) -> Result<&'a [u8], WalkError<E>> {
        let length = u32::from_le_bytes(self.array()?);
        self.take(length as usize)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], WalkError<E>> {
        let bytes = self.take(N)?;
        bytes.try_into().map_err(|_| self.misfit())
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], WalkError<E>> {
        let rest = self.body.get(self.offset..).unwrap_or_default();
        let bytes = rest.get(..count).ok_or_else(|| self.misfit())?;
        self.offset += count;
        Ok(bytes)
    }

    fn misfit(&self) -> WalkError<E> {
        WalkError::Layout {
            offset: self.offset,
        }
    }

    fn enter(&mut self, label: Label, offset: usize, inside: Inside) -> Result<(), WalkError<E>> {
        (self.visit)(Step::Enter {
            label,
            offset,
            inside,
        })
        .map_err(WalkError::Visitor)
    }

    fn leave(&mut self) -> Result<(), WalkError<E>> {
        (self.visit)(Step::Leave).map_err(WalkError::Visitor)
    }
}

/// How many bytes must be left for an optional field to be there.
fn needed(field: &FieldSchema) -> usize {
    if field.lenient {
        least(&field.shape)
    } else {
        1
    }
}

/// The least number of bytes that a value occupies.
fn least(shape: &Shape) -> usize {
    match shape {
        Shape::U8 | Shape::Bool | Shape::U32OrU8 => 1,
        Shape::U16 => 2,
        Shape::U64 => 8,
        Shape::Rest | Shape::CodePadding => 0,
        Shape::Enum(schema) => least(schema.shape),
        Shape::Record(record) => least_of_record(record),
        _ => 4,
    }
}

/// The fields without a condition, and for each flag its shorter side.
fn least_of_record(record: &RecordSchema) -> usize {
    let mut flags = vec![None];
    for field in record.fields {
        let flag = field.condition.map(|condition| condition.field);
        if !flags.contains(&flag) {
            flags.push(flag);
        }
    }
    let required = |flag: Option<&str>, expected: bool| -> usize {
        let fields = record.fields.iter().filter(|field| !field.optional);
        fields
            .filter(|field| match field.condition {
                None => flag.is_none(),
                Some(condition) => flag == Some(condition.field) && condition.expected == expected,
            })
            .map(|field| least(&field.shape))
            .sum()
    };
    let sides = |flag| required(flag, true).min(required(flag, false));
    flags.into_iter().map(sides).sum()
}
