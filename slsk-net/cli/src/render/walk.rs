//! Walks the bytes of a body beside the schema of its message.
//!
//! The decoder gives values without places; this gives places. Both read the same schema's types, and a test
//! holds them together.

use std::io;
use std::net::Ipv4Addr;
use std::ops::Range;

use slsk_wire::schema::{FieldSchema, RecordSchema, Shape};

/// One thing on the way through a body.
#[derive(Clone, Debug)]
pub(super) enum Step<'a> {
    /// A record or list begins; a [`Step::Leave`] ends it.
    Enter {
        label: Label,
        offset: usize,
        inside: Inside,
    },
    /// The innermost record or list ends.
    Leave,
    /// A number, text or the like.
    Value {
        label: Label,
        range: Range<usize>,
        shape: &'static Shape,
        value: Value<'a>,
    },
}

/// What a thing is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    /// A field of a record.
    Field(&'static str),
    /// An element of a list.
    Index(u32),
}

/// What begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Inside {
    /// Fields.
    Record(&'static RecordSchema),
    /// So many elements of a kind.
    List { element: &'static Shape, count: u32 },
}

/// A value that has no parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
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
    /// A text that is not for showing.
    Secret,
    /// Bytes without a meaning.
    Bytes(&'a [u8]),
}

/// Why a walk ended early.
#[derive(Debug, thiserror::Error)]
pub(super) enum WalkError {
    /// The visitor could not write.
    #[error(transparent)]
    Write(#[from] io::Error),
    /// The body does not have this layout.
    #[error("the body does not have the layout of its message at byte {offset}")]
    Layout { offset: usize },
}

/// Hands every field of `body` to the visitor; how many bytes they take.
///
/// # Errors
/// When the visitor fails, or the body does not fit.
pub(super) fn walk<'a>(
    record: &'static RecordSchema,
    body: &'a [u8],
    visit: &mut dyn FnMut(Step<'a>) -> io::Result<()>,
) -> Result<usize, WalkError> {
    let mut walker = Walker {
        body,
        offset: 0,
        visit,
    };
    walker.fields(record)?;
    Ok(walker.offset)
}

/// A walk on its way.
struct Walker<'a, 'v> {
    body: &'a [u8],
    offset: usize,
    visit: &'v mut dyn FnMut(Step<'a>) -> io::Result<()>,
}

impl<'a> Walker<'a, '_> {
    /// The fields of a record that are there.
    fn fields(&mut self, record: &'static RecordSchema) -> Result<(), WalkError> {
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
    fn value(&mut self, label: Label, shape: &'static Shape) -> Result<(), WalkError> {
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
        })?;
        Ok(())
    }

    /// Whether a value takes exactly what is left.
    fn fits(&self, shape: &'static Shape) -> bool {
        let mut trial = Walker {
            body: self.body,
            offset: self.offset,
            visit: &mut |_| Ok(()),
        };
        trial.value(Label::Index(0), shape).is_ok() && trial.left() == 0
    }

    /// A value without parts.
    fn leaf(&mut self, shape: &'static Shape) -> Result<Value<'a>, WalkError> {
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
    fn padding(&mut self) -> Result<bool, WalkError> {
        let rest = self.body.get(self.offset..).unwrap_or_default();
        let padded = matches!(rest, [0, 0, 0, _, ..]);
        self.take(if padded { 3 } else { 0 })?;
        Ok(padded)
    }

    fn left(&self) -> usize {
        self.body.len() - self.offset
    }

    /// A `u32` length and as many bytes.
    fn counted(&mut self) -> Result<&'a [u8], WalkError> {
        let length = u32::from_le_bytes(self.array()?);
        self.take(length as usize)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], WalkError> {
        let bytes = self.take(N)?;
        bytes.try_into().map_err(|_| self.misfit())
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], WalkError> {
        let rest = self.body.get(self.offset..).unwrap_or_default();
        let bytes = rest.get(..count).ok_or_else(|| self.misfit())?;
        self.offset += count;
        Ok(bytes)
    }

    fn misfit(&self) -> WalkError {
        WalkError::Layout {
            offset: self.offset,
        }
    }

    fn enter(&mut self, label: Label, offset: usize, inside: Inside) -> io::Result<()> {
        (self.visit)(Step::Enter {
            label,
            offset,
            inside,
        })
    }

    fn leave(&mut self) -> Result<(), WalkError> {
        (self.visit)(Step::Leave)?;
        Ok(())
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

#[cfg(test)]
mod tests;
