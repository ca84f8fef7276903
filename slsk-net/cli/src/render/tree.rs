//! A tree for each message: every field with its offset, type and value.

use std::io::{self, Write};

use slsk_wire::schema::{MessageSchema, RecordSchema, Shape};
use slsk_wire::walk::{Inside, Label, Step, Value, WalkError, walk};
use slsk_wire::{AnyMessage, DecodeError, Decoded, Frame};

use super::text::{Bytes, Shown};

/// Bytes of a byte string.
const BYTES: usize = 64;

/// Writes the fields of a decoded message.
///
/// # Errors
/// When the output fails.
pub(crate) fn message(
    frame: &Frame,
    decoded: &Decoded<AnyMessage>,
    output: &mut impl Write,
) -> io::Result<()> {
    let Decoded {
        message,
        body,
        trailing,
    } = decoded;
    let most = super::unexplained(message.family(), BYTES);
    let end = if let Some(schema) = message.schema() {
        if schema.compressed {
            let (packed, inflated) = (frame.body.len(), body.len());
            writeln!(output, "      zlib  {packed} bytes inflate to {inflated}")?;
        }
        fields(schema.record, body, output)?
    } else {
        writeln!(output, "{:>10}  payload  {}", 0, Bytes(body, most))?;
        body.len()
    };
    if !trailing.is_empty() {
        writeln!(output, "{end:>10}  trailing  {}", Bytes(trailing, most))?;
    }
    Ok(())
}

/// Writes the fields of a frame that could not be decoded, up to the fault.
///
/// # Errors
/// When the output fails.
pub(crate) fn undecodable(
    schema: Option<&'static MessageSchema>,
    frame: &Frame,
    error: &DecodeError,
    output: &mut impl Write,
) -> io::Result<()> {
    if let Some(schema) = schema.filter(|schema| !schema.compressed) {
        fields(schema.record, &frame.body, output)?;
    }
    writeln!(output, "{:>10}  error  {error}", error.offset)
}

/// Writes the fields of a record as far as the body goes; where they end.
fn fields(
    record: &'static RecordSchema,
    body: &[u8],
    output: &mut impl Write,
) -> io::Result<usize> {
    let mut depth = 0;
    let walked = walk(record, body, &mut |step| match step {
        Step::Enter {
            label,
            offset,
            inside,
        } => {
            begin(output, offset, depth, label)?;
            depth += 1;
            match inside {
                Inside::Record(record) => writeln!(output, "{}", record.name),
                Inside::List { element, count } => {
                    writeln!(output, "list of {count} {}", type_name(element))
                }
            }
        }
        Step::Leave => {
            depth -= 1;
            Ok(())
        }
        Step::Value {
            label,
            range,
            shape,
            value,
        } => {
            begin(output, range.start, depth, label)?;
            let shown = Shown {
                value,
                shape,
                most: if let Value::Bytes(_) = value {
                    BYTES
                } else {
                    usize::MAX
                },
            };
            writeln!(output, "{}  {shown}", type_name(shape))
        }
    });
    match walked {
        Ok(end) => Ok(end),
        Err(WalkError::Visitor(error)) => Err(error),
        Err(WalkError::Layout { offset }) => Ok(offset),
    }
}

fn begin(output: &mut impl Write, offset: usize, depth: usize, label: Label) -> io::Result<()> {
    write!(output, "{offset:>10}  {:indent$}", "", indent = 2 * depth)?;
    match label {
        Label::Field(name) => write!(output, "{name}  "),
        Label::Index(index) => write!(output, "[{index}]  "),
    }
}

/// What a value is on the wire.
fn type_name(shape: &Shape) -> &'static str {
    match shape {
        Shape::U8 => "u8",
        Shape::U16 => "u16",
        Shape::U32 => "u32",
        Shape::U64 => "u64",
        Shape::I32 => "i32",
        Shape::Bool => "bool",
        Shape::Ip => "ip",
        Shape::Text => "text",
        Shape::Secret => "secret",
        Shape::Blob => "bytes",
        Shape::Rest => "rest",
        Shape::List(_) => "list",
        Shape::Record(record) => record.name,
        Shape::Enum(schema) => schema.name,
        _ => "?",
    }
}
