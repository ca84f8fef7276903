//! A second reader of the format that knows nothing but the schema.

use std::collections::BTreeMap;

use slsk_wire::schema::{FieldSchema, RecordSchema, Shape};

/// What a walk over a body found.
#[derive(Clone, Default)]
pub(crate) struct Layout {
    /// The length of the body, as far as the schema goes.
    pub(crate) end: usize,
    /// Where the bools are.
    pub(crate) bools: Vec<usize>,
    /// Whether bytes behind the end would belong to the message: an optional field is absent, or the
    /// last one takes all the rest.
    pub(crate) open: bool,
}

/// Walks over `body`, which must be the encoding of a message.
pub(crate) fn layout(record: &RecordSchema, body: &[u8]) -> Layout {
    let mut layout = Layout::default();
    layout.record(record, body);
    layout
}

impl Layout {
    fn record(&mut self, record: &RecordSchema, body: &[u8]) {
        let mut flags = BTreeMap::new();
        for field in record.fields {
            if field
                .condition
                .is_some_and(|c| flags[c.field] != c.expected)
            {
                continue;
            }
            if field.optional && self.end == body.len() {
                self.open = true;
                return;
            }
            self.shape(&field.shape, body);
            if let FieldSchema {
                name,
                shape: Shape::Bool,
                ..
            } = field
            {
                flags.insert(*name, body[self.end - 1] != 0);
            }
        }
    }

    fn shape(&mut self, shape: &Shape, body: &[u8]) {
        match shape {
            Shape::Bool => {
                self.bools.push(self.end);
                self.end += 1;
            }
            Shape::U8 => self.end += 1,
            Shape::U16 => self.end += 2,
            Shape::U32 | Shape::I32 | Shape::Ip => self.end += 4,
            Shape::U64 => self.end += 8,
            Shape::Text | Shape::Secret | Shape::Blob => self.end += self.number(body),
            Shape::Rest => {
                self.end = body.len();
                self.open = true;
            }
            Shape::List(element) => {
                for _ in 0..self.number(body) {
                    if self.end > body.len() {
                        break;
                    }
                    self.shape(element, body);
                }
            }
            Shape::Record(record) => self.record(record, body),
            Shape::Enum(open) => self.shape(open.shape, body),
            Shape::U32OrU8 => {
                let left = body.len() - self.end;
                self.end += if left == 1 { 1 } else { 4 };
                self.open |= left == 1;
            }
            Shape::Either(first, second) => {
                let fits = |shape| {
                    let mut trial = self.clone();
                    trial.shape(shape, body);
                    trial.end == body.len()
                };
                let shape = if fits(first) { first } else { second };
                self.shape(shape, body);
                self.open = true;
            }
            Shape::CodePadding => {
                let padded = body.len() > self.end + 3 && body[self.end..].starts_with(&[0; 3]);
                self.end += if padded { 3 } else { 0 };
            }
            other => panic!("how long is {other:?}?"),
        }
    }

    fn number(&mut self, body: &[u8]) -> usize {
        let bytes = body.get(self.end..).and_then(<[u8]>::first_chunk);
        self.end += 4;
        // Beyond the end in a trial only; then nothing fits.
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
    }
}
