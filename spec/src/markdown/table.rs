//! The table of the fields of a message or record.

use super::{Book, layout, text};
use crate::protocol::{Field, Optional, Type};

/// A row for each field: where it is, what it is, when it is there and what it means.
pub(super) fn fields(book: &Book, fields: &[Field], page: &str) -> String {
    let placed = layout::places(&book.protocol, fields);
    let rows = placed.iter().map(|placed| {
        let field = placed.field;
        [
            format!("`{}`", placed.offset),
            placed.size(),
            format!("`{}`", field.name),
            type_link(&field.kind, page),
            when(field),
            meaning(book, field, page),
        ]
    });
    let always = fields.iter().all(|field| when(field).is_empty());
    if always {
        let rows =
            rows.map(|[offset, size, name, kind, _, meaning]| [offset, size, name, kind, meaning]);
        text::table(&["offset", "size", "field", "type", "meaning"], rows)
    } else {
        text::table(
            &["offset", "size", "field", "type", "when", "meaning"],
            rows,
        )
    }
}

/// The name of a type, with a link to what it is.
pub(super) fn type_link(kind: &Type, page: &str) -> String {
    let file = if page == "types.md" { "" } else { "types.md" };
    match kind {
        Type::Primitive(name) | Type::Record(name) | Type::Enum(name) => {
            format!("[{name}]({file}#{})", text::slug(name))
        }
        Type::List(element) => format!("[list]({file}#list) of {}", type_link(element, page)),
        Type::Either(both) => {
            let [first, second] = both.each_ref().map(|kind| type_link(kind, page));
            format!("[either]({file}#either) {first} or {second}")
        }
    }
}

/// When a field is there; nothing for always.
fn when(field: &Field) -> String {
    let condition = field.condition.as_ref();
    let condition =
        condition.map(|condition| format!("if `{}` is {}", condition.field, condition.is));
    let optional = field.optional.map(|optional| {
        match optional {
            Optional::AnyLeft => "may be missing",
            Optional::EnoughLeft => "may be missing, and is where too few bytes are left",
        }
        .to_owned()
    });
    let parts: Vec<String> = condition.into_iter().chain(optional).collect();
    parts.join("; ")
}

fn meaning(book: &Book, field: &Field, page: &str) -> String {
    let doc = book.links.in_doc(&field.doc, page);
    match field.unit {
        Some(unit) => format!("{doc} *({unit})*"),
        None => doc,
    }
}
