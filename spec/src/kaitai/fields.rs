//! Fields of messages and records as attributes and instances.

use super::Definitions;
use super::names::identifier;
use super::yaml::{Map, Node};
use crate::protocol::{Field, Optional, Type};

/// How many bytes are left of the body.
pub(super) const LEFT: &str = "_io.size - _io.pos";

/// The fields of a type.
pub(super) struct Layout<'a> {
    definitions: &'a Definitions<'a>,
    seq: Vec<Node>,
    instances: Map,
    /// What has to hold for the fields behind those that may be missing without the body being at its end.
    unbroken: Vec<String>,
    /// Whether the last field takes all that is left.
    greedy: bool,
}

/// `seq` and `instances` of a message, which ends with the bytes behind the last field that is known.
pub(super) fn message(fields: &[Field], definitions: &Definitions<'_>) -> Map {
    let mut layout = Layout::new(fields, definitions);
    if !layout.greedy {
        let rest = Map::default().with("id", "trailing");
        layout.seq.push(rest.with("size-eos", true).into());
    }
    layout.into_map()
}

/// `seq` and `instances` of a record.
pub(super) fn record(fields: &[Field], definitions: &Definitions<'_>) -> Map {
    Layout::new(fields, definitions).into_map()
}

impl<'a> Layout<'a> {
    fn new(fields: &[Field], definitions: &'a Definitions) -> Self {
        let mut layout = Self {
            definitions,
            seq: Vec::new(),
            instances: Map::default(),
            unbroken: Vec::new(),
            greedy: false,
        };
        for field in fields {
            assert!(
                !layout.greedy,
                "`{}` follows what takes all the rest",
                field.name
            );
            layout.field(field, fields);
        }
        layout
    }

    fn into_map(self) -> Map {
        let instances = (!self.instances.is_empty()).then_some(self.instances);
        Map::default()
            .with("seq", self.seq)
            .with_some("instances", instances)
    }

    fn field(&mut self, field: &Field, fields: &[Field]) {
        let id = identifier(field.name);
        let present = self.presence(&id, field, fields);
        let start = |id: &str| Map::default().with("id", id);
        let end = |attribute: Map| attribute.with_some("if", present.clone());
        let explained = |attribute: Map| {
            let attribute = attribute.with_some("-unit", field.unit);
            attribute.with_doc(field.doc.clone()).into()
        };
        match &field.kind {
            Type::List(element) => {
                let count = format!("num_{id}");
                let counted = end(start(&count).with("type", "u4"));
                self.seq.push(
                    counted
                        .with("valid", self.definitions.bound(element))
                        .into(),
                );
                let items = start(&id).with_all(self.definitions.kind(element));
                let items = items.with("repeat", "expr").with("repeat-expr", count);
                self.seq.push(explained(end(items)));
            }
            Type::Primitive("bool") => {
                let raw = format!("{id}_raw");
                self.seq.push(end(start(&raw).with("type", "u1")).into());
                let value = end(Map::default().with("value", format!("{raw} != 0")));
                self.instances.put(id, value.with_doc(field.doc.clone()));
            }
            kind => {
                let attribute = end(start(&id).with_all(self.definitions.kind(kind)));
                self.seq.push(explained(attribute));
                self.greedy = *kind == Type::Primitive("rest");
            }
        }
    }

    /// The expression for whether a field is there, if it need not be.
    fn presence(&mut self, id: &str, field: &Field, fields: &[Field]) -> Option<String> {
        let condition = field.condition.as_ref().map(|condition| {
            let flag = fields.iter().find(|flag| flag.name == condition.field);
            let known = flag.is_some_and(|flag| {
                flag.kind == Type::Primitive("bool")
                    && flag.condition.is_none()
                    && flag.optional.is_none()
            });
            assert!(known, "`{id}` depends on something that is no bool");
            let flag = identifier(condition.field);
            if condition.is {
                flag
            } else {
                format!("not {flag}")
            }
        });
        let Some(optional) = field.optional else {
            return condition;
        };
        let left = match optional {
            Optional::AnyLeft => "not _io.eof".to_owned(),
            Optional::EnoughLeft => {
                let needed = self.definitions.least(&field.kind);
                format!("{LEFT} >= {needed}")
            }
        };
        let mut all: Vec<String> = condition.iter().cloned().collect();
        all.extend(self.unbroken.iter().cloned());
        all.push(left);
        let has = format!("has_{id}");
        let value = Map::default().with("value", all.join(" and "));
        self.instances
            .put(&has, value.with_doc(format!("Whether `{id}` is there.")));
        if optional == Optional::EnoughLeft {
            self.unbroken.push(match condition {
                Some(condition) => format!("(not ({condition}) or {has})"),
                None => has.clone(),
            });
        }
        Some(has)
    }
}
