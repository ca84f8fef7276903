//! The lines of an example.

use std::convert::Infallible;
use std::fmt::{self, Display, Formatter};

use slsk_wire::schema::RecordSchema;
use slsk_wire::walk::{Inside, Label, Step, walk};

use super::value;

/// Bytes in a line.
const BYTES: usize = 12;

/// A line: where, which bytes, which field, what it says.
#[derive(Debug, Default)]
struct Line {
    offset: String,
    bytes: String,
    field: String,
    value: String,
}

/// Lines, and how long things in them may be.
#[derive(Debug)]
pub(super) struct Lines {
    all: Vec<Line>,
    /// Elements of a list.
    elements: u32,
    /// Lines of bytes.
    most: usize,
}

impl Lines {
    /// None yet, with limits for the elements of a list and for lines of bytes.
    pub(super) fn new((elements, most): (u32, usize)) -> Self {
        Self {
            all: Vec::new(),
            elements,
            most,
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.all.len()
    }

    /// A field in front of the body.
    pub(super) fn head(&mut self, bytes: &[u8], field: &str, value: &str) {
        self.add(None, bytes, field.to_owned(), value.to_owned());
    }

    /// A line with nothing in it.
    pub(super) fn gap(&mut self) {
        self.all.push(Line::default());
    }

    /// A remark.
    pub(super) fn note(&mut self, text: &str) {
        self.all.push(Line {
            bytes: text.to_owned(),
            ..Line::default()
        });
    }

    /// The fields of a body.
    ///
    /// # Panics
    /// When the body does not have them.
    pub(super) fn body(&mut self, record: &'static RecordSchema, body: &[u8]) {
        let mut writer = Writer {
            lines: self,
            body,
            open: Vec::new(),
            end: 0,
            hidden: None,
            index: None,
        };
        let walked = walk(record, body, &mut |step| {
            writer.step(step);
            Ok::<_, Infallible>(())
        });
        let end = walked.unwrap_or_else(|error| panic!("an example of {}: {error}", record.name));
        if let Some(trailing) = body.get(end..).filter(|rest| !rest.is_empty()) {
            let value = value::count(trailing.len(), "byte");
            self.add(Some(end), trailing, "trailing".to_owned(), value);
        }
    }

    /// A field; its bytes take several lines where they are many, and not all are shown where they are more.
    fn add(&mut self, offset: Option<usize>, bytes: &[u8], field: String, value: String) {
        let whole = bytes.len() <= self.most * BYTES;
        let lines = if whole {
            self.most
        } else {
            (self.most - 1).max(1)
        };
        let shown = &bytes[..bytes.len().min(lines * BYTES)];
        let mut chunks = shown.chunks(BYTES);
        self.all.push(Line {
            offset: offset.map(|offset| offset.to_string()).unwrap_or_default(),
            bytes: hex(chunks.next().unwrap_or_default()),
            field,
            value,
        });
        for chunk in chunks {
            self.note(&hex(chunk));
        }
        if !whole {
            self.note(&format!("… {}", more(bytes.len() - shown.len())));
        }
    }
}

/// What is left out.
fn more(bytes: usize) -> String {
    format!("{bytes} more byte{}", if bytes == 1 { "" } else { "s" })
}

fn hex(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.join(" ")
}

impl Display for Lines {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let width = |part: fn(&Line) -> &str, least: &str| {
            let widths = self.all.iter().map(|line| part(line).chars().count());
            widths.chain([least.len()]).max().unwrap_or_default()
        };
        let offset = width(|line| &line.offset, "at");
        let bytes = width(|line| &line.bytes, "bytes");
        let field = width(|line| &line.field, "field");
        let head = Line {
            offset: "at".to_owned(),
            bytes: "bytes".to_owned(),
            field: "field".to_owned(),
            value: "value".to_owned(),
        };
        for line in [&head].into_iter().chain(&self.all) {
            let text = format!(
                "{:>offset$}  {:<bytes$}  {:<field$}  {}",
                line.offset, line.bytes, line.field, line.value
            );
            writeln!(f, "{}", text.trim_end())?;
        }
        Ok(())
    }
}

/// Turns steps into lines.
struct Writer<'a> {
    lines: &'a mut Lines,
    body: &'a [u8],
    /// What is open, and whether it is a list.
    open: Vec<Open>,
    /// Where the last value ended.
    end: usize,
    /// What is left out at the moment.
    hidden: Option<Hidden>,
    /// The number of the element that the next line begins.
    index: Option<u32>,
}

/// A list or record that has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    List {
        count: u32,
    },
    /// A field with a line of its own.
    Record,
    /// An element: its number stands in the line of its first field.
    Element,
}

impl Open {
    /// How far what is in it is moved to the right. An element takes the room of its number.
    fn indent(self) -> &'static str {
        match self {
            Self::List { .. } | Self::Record => "  ",
            Self::Element => "    ",
        }
    }
}

/// The rest of a list.
struct Hidden {
    /// Where it begins.
    start: usize,
    /// How many elements it has.
    count: u32,
    /// How deep the list is.
    depth: usize,
}

impl Writer<'_> {
    fn step(&mut self, step: Step<'_>) {
        match step {
            Step::Enter {
                label,
                offset,
                inside,
            } => {
                self.element(label, offset);
                match inside {
                    Inside::List { count, .. } => {
                        let bytes = offset..offset + 4;
                        self.end = bytes.end;
                        let value = value::count(count as usize, "element");
                        self.line(label, bytes, value);
                        self.open.push(Open::List { count });
                    }
                    Inside::Record(_) if matches!(label, Label::Index(_)) => {
                        self.open.push(Open::Element);
                    }
                    Inside::Record(record) => {
                        self.line(label, offset..offset, record.name.to_owned());
                        self.open.push(Open::Record);
                    }
                }
            }
            Step::Leave => self.leave(),
            Step::Value {
                label,
                range,
                shape,
                value,
            } => {
                self.element(label, range.start);
                self.end = range.end;
                let bytes = self.body.get(range.clone()).unwrap_or_default();
                let value = value::shown(value, shape, bytes);
                self.line(label, range, value);
            }
        }
    }

    /// Takes note of the number of an element, and begins to hide where there are enough.
    fn element(&mut self, label: Label, offset: usize) {
        let (Label::Index(index), Some(Open::List { count }), None) =
            (label, self.open.last(), &self.hidden)
        else {
            return;
        };
        self.index = Some(index);
        // A line that says that one is left out is no shorter than the one.
        let all = *count <= self.lines.elements;
        if !all && index == self.lines.elements {
            self.hidden = Some(Hidden {
                start: offset,
                count: count - index,
                depth: self.open.len(),
            });
        }
    }

    fn leave(&mut self) {
        if let Some(hidden) = &self.hidden
            && hidden.depth == self.open.len()
        {
            let elements = format!(
                "… {} more element{}, {}",
                hidden.count,
                if hidden.count == 1 { "" } else { "s" },
                value::count(self.end - hidden.start, "byte")
            );
            self.lines.all.push(Line {
                offset: hidden.start.to_string(),
                bytes: elements,
                ..Line::default()
            });
            self.hidden = None;
            self.index = None;
        }
        self.open.pop();
    }

    fn line(&mut self, label: Label, range: std::ops::Range<usize>, value: String) {
        if self.hidden.is_some() {
            return;
        }
        let mut field: String = self.open.iter().map(|open| open.indent()).collect();
        if let Some(index) = self.index.take() {
            if let Some(Open::Element) = self.open.last() {
                field.truncate(field.len() - Open::Element.indent().len());
            }
            put!(field, "[{index}] ");
        }
        if let Label::Field(name) = label {
            field.push_str(name);
        }
        let bytes = self.body.get(range.clone()).unwrap_or_default();
        self.lines
            .add(Some(range.start), bytes, field.trim_end().to_owned(), value);
    }
}
