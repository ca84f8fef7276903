//! A frame in hex, line by line beside its fields.

mod lines;
mod value;

use std::collections::BTreeSet;
use std::convert::Infallible;

use slsk_wire::schema::RecordSchema;
use slsk_wire::walk::{Label, Step, walk};
use slsk_wire::{Decoder, FamilyId};

use super::captures;
use lines::Lines;

/// What is shown of long things: elements of a list, and lines of bytes. The first that makes an example
/// short enough counts.
const LIMITS: [(u32, usize); 5] = [(3, 3), (2, 3), (2, 1), (1, 3), (1, 1)];
/// How many lines an example may have.
const LINES: usize = 40;

/// The lines for a frame: length, code, fields; of a compressed message the inflated body too.
///
/// # Panics
/// When the bytes are no frame of a known message, or too much even when shown as short as possible.
pub(super) fn of_frame(family: FamilyId, bytes: &[u8]) -> String {
    let (frame, decoded) = captures::decode(&mut Decoder::default(), family, bytes)
        .unwrap_or_else(|error| panic!("an example of {family}: {error}"));
    let schema = decoded.message.schema();
    let schema = schema.unwrap_or_else(|| panic!("{family} has no message {}", frame.code));
    let (length, rest) = bytes.split_at(4);
    let (code, body) = rest.split_at(family.code_width());
    short_enough(schema.record.name, |limits| {
        let mut lines = Lines::new(limits);
        lines.head(length, "length", &rest.len().to_string());
        lines.head(code, "code", &frame.code.to_string());
        if schema.compressed {
            let inflated = format!("{} bytes, inflated {}", body.len(), decoded.body.len());
            lines.head(body, "zlib", &inflated);
            lines.gap();
        }
        lines.body(schema.record, &decoded.body);
        lines
    })
}

/// The lines for what has no frame around it; `of` is its length where `bytes` is only the beginning.
///
/// # Panics
/// As [`of_frame`].
pub(super) fn of_part(record: &'static RecordSchema, bytes: &[u8], of: Option<usize>) -> String {
    short_enough(record.name, |limits| {
        let mut lines = Lines::new(limits);
        lines.body(record, bytes);
        if let Some(missing) = of
            .and_then(|of| of.checked_sub(bytes.len()))
            .filter(|n| *n > 0)
        {
            lines.note(&format!(
                "… {missing} more bytes, not kept in the recording"
            ));
        }
        lines
    })
}

/// How many fields are there, each counted once however many elements a list has.
pub(super) fn kinds_of_fields(record: &'static RecordSchema, body: &[u8]) -> usize {
    let mut path = Vec::new();
    let mut seen = BTreeSet::new();
    let walked = walk(record, body, &mut |step| {
        match step {
            Step::Enter { label, .. } => {
                path.push(name(label));
                seen.insert(path.clone());
            }
            Step::Value { label, .. } => {
                path.push(name(label));
                seen.insert(path.clone());
                path.pop();
            }
            Step::Leave => {
                path.pop();
            }
        }
        Ok::<_, Infallible>(())
    });
    walked.map_or(0, |_| seen.len())
}

fn name(label: Label) -> &'static str {
    match label {
        Label::Field(name) => name,
        Label::Index(_) => "[]",
    }
}

fn short_enough(name: &str, example: impl Fn((u32, usize)) -> Lines) -> String {
    for limits in LIMITS {
        let lines = example(limits);
        if lines.count() <= LINES {
            return format!("```text\n{lines}```\n");
        }
    }
    panic!("no example of {name} is short enough");
}
