//! Drawings of frames: a row for each field, a box as wide as its bytes.

use super::layout::{self, Placed, Size};
use crate::protocol::{Field, Optional, Protocol, Type};

/// Columns for a byte, with one of its borders.
const BYTE: usize = 8;
/// Bytes side by side.
const WIDTH: usize = 4;

/// A box.
#[derive(Debug)]
struct Row {
    /// How many bytes wide.
    width: usize,
    /// How many lines high.
    height: usize,
    /// Whether its length varies, or is more than is drawn.
    open: bool,
    /// What is in it.
    inside: String,
    /// What is told beside it.
    beside: String,
}

impl Row {
    /// So many bytes.
    fn fixed(bytes: usize, inside: impl Into<String>, beside: impl Into<String>) -> Self {
        Self {
            width: bytes.clamp(1, WIDTH),
            height: bytes.div_ceil(WIDTH).clamp(1, 2),
            open: bytes > 2 * WIDTH,
            inside: inside.into(),
            beside: beside.into(),
        }
    }

    /// As many bytes as there are.
    fn open(inside: impl Into<String>, beside: impl Into<String>) -> Self {
        Self {
            width: WIDTH,
            height: 1,
            open: true,
            inside: inside.into(),
            beside: beside.into(),
        }
    }
}

/// A frame of a message.
pub(super) fn frame(
    protocol: &Protocol,
    code: (&str, u32),
    compressed: bool,
    body: &[Field],
) -> String {
    let (code_type, code) = code;
    let code_size = protocol.primitive(code_type).size.unwrap_or(WIDTH);
    let mut rows = vec![
        Row::fixed(4, "u32", "length: bytes that follow"),
        Row::fixed(code_size, code_type, format!("code = {code}")),
    ];
    if !compressed {
        rows.extend(fields(protocol, body));
        return block(&[draw(&rows)]);
    }
    rows.push(Row::open("zlib", "body, compressed"));
    let body: Vec<Row> = fields(protocol, body).collect();
    block(&[draw(&rows), "  inflated:\n".to_owned() + &draw(&body)])
}

/// Fields without a frame around them.
pub(super) fn bare(protocol: &Protocol, body: &[Field]) -> String {
    let rows: Vec<Row> = fields(protocol, body).collect();
    block(&[draw(&rows)])
}

fn block(drawings: &[String]) -> String {
    format!("```text\n{}```\n", drawings.join("\n"))
}

fn fields<'a>(protocol: &'a Protocol, fields: &'a [Field]) -> impl Iterator<Item = Row> + 'a {
    let placed = layout::places(protocol, fields);
    placed
        .into_iter()
        .flat_map(|placed| field(protocol, &placed))
}

fn field(protocol: &Protocol, placed: &Placed<'_>) -> Vec<Row> {
    let field = placed.field;
    let kind = spoken(&field.kind);
    let name = field.name;
    let note = note(field);
    match (&placed.size, on_wire(protocol, &field.kind)) {
        (Size::Plain(sum), wire) => match (sum.always(), wire) {
            (Some(bytes), Type::Primitive(primitive)) => {
                let named = if kind == *primitive {
                    String::new()
                } else {
                    format!(": {kind}")
                };
                vec![Row::fixed(
                    bytes,
                    *primitive,
                    format!("{name}{named}{note}"),
                )]
            }
            _ => vec![Row::open(
                format!("{sum} bytes"),
                format!("{name}: {kind}{note}"),
            )],
        },
        (Size::Counted(sum), Type::List(element)) => {
            let each = spoken(element);
            let count = match protocol.size(element) {
                Some(_) => format!("u32 = {}", letter(&sum.to_string())),
                None => "u32".to_owned(),
            };
            vec![
                Row::fixed(4, count, format!("{name}: how many{note}")),
                Row::open(format!("{sum} bytes"), format!("{name}: each {each}")),
            ]
        }
        (Size::Counted(sum), _) => vec![
            Row::fixed(
                4,
                format!("u32 = {sum}"),
                format!("{name}: its length{note}"),
            ),
            Row::open(format!("{sum} bytes"), format!("{name}: {kind}")),
        ],
        (Size::OneOf(letter, [one, other]), _) => {
            let inside = format!("{letter} bytes");
            vec![Row::open(
                inside,
                format!("{name}: {one} or {other} bytes{note}"),
            )]
        }
        (Size::Rest(letter), _) => {
            let beside = format!("{name}: all that is left{note}");
            vec![Row::open(format!("{letter} bytes"), beside)]
        }
    }
}

/// The letter of a product such as `4·a`.
fn letter(product: &str) -> &str {
    product.rsplit('·').next().unwrap_or(product)
}

/// When a field is there, if not always.
fn note(field: &Field) -> String {
    let condition = match &field.condition {
        Some(condition) if condition.is => format!(", if {}", condition.field),
        Some(condition) => format!(", if not {}", condition.field),
        None => String::new(),
    };
    match field.optional {
        Some(Optional::AnyLeft | Optional::EnoughLeft) => condition + ", may be missing",
        None => condition,
    }
}

/// The type without names for values.
fn on_wire<'a>(protocol: &'a Protocol, kind: &'a Type) -> &'a Type {
    match kind {
        Type::Enum(name) => on_wire(protocol, &protocol.named_values(name).kind),
        kind => kind,
    }
}

fn spoken(kind: &Type) -> String {
    match kind {
        Type::Primitive(name) | Type::Record(name) | Type::Enum(name) => (*name).to_owned(),
        Type::List(element) => format!("list of {}", spoken(element)),
        Type::Either(both) => {
            let [first, second] = both.each_ref().map(spoken);
            format!("{first}, or {second}")
        }
    }
}

/// The boxes below each other, under a ruler that counts bytes.
fn draw(rows: &[Row]) -> String {
    let mut out = String::new();
    for byte in 0..WIDTH {
        put!(out, "  {byte:<width$}", width = BYTE - 2);
    }
    out = out.trim_end().to_owned() + "\n";
    for (index, row) in rows.iter().enumerate() {
        let above = index.checked_sub(1).map(|above| rows[above].width);
        out += &rule(above, Some(row.width));
        for line in 0..row.height {
            let side = if row.open { '╎' } else { '│' };
            let inside = if line == 0 { &row.inside } else { "" };
            let beside = if line == 0 { &row.beside } else { "" };
            let room = row.width * BYTE - 2;
            let text = format!("{side} {inside:<room$}{side} {beside}");
            out += text.trim_end();
            out += "\n";
        }
    }
    out + &rule(rows.last().map(|row| row.width), None)
}

/// The line between two boxes of these widths in bytes.
fn rule(above: Option<usize>, below: Option<usize>) -> String {
    let ends = [above, below].map(|width| width.map(|width| width * BYTE));
    let end = ends.into_iter().flatten().max().unwrap_or_default();
    let mut line = String::new();
    for column in 0..=end {
        let [up, down] = ends.map(|side| side.is_some_and(|side| column == 0 || column == side));
        line.push(match (up, down, column == 0, column == end) {
            (true, true, true, _) => '├',
            (true, false, true, _) => '└',
            (_, true, true, _) => '┌',
            (true, true, _, true) => '┤',
            (true, false, _, true) => '┘',
            (_, true, _, true) => '┐',
            (true, false, ..) => '┴',
            (false, true, ..) => '┬',
            (true, true, ..) => '┼',
            (false, false, ..) => '─',
        });
    }
    line + "\n"
}
