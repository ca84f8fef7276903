//! What fields are made of: how a [`Type`] is written, and the definitions of records and enums.

use std::collections::{BTreeMap, BTreeSet};

use super::either::{either_name, list_probe};
use super::fields::{self, LEFT};
use super::names::{constant, snake};
use super::primitives::text_enum;
use super::yaml::{Map, Node};
use crate::protocol::{Field, Protocol, Type, Value};

/// What a name in a [`Type`] stands for.
#[derive(Debug)]
pub(super) struct Definitions<'a> {
    pub(super) protocol: &'a Protocol,
    /// Types that stand in a single message. C++ can't name that class, which is within another one, before it is
    /// complete, so they must not know their parent.
    lonely: BTreeSet<String>,
}

impl<'a> Definitions<'a> {
    pub(super) fn new(protocol: &'a Protocol) -> Self {
        let mut definitions = Self {
            protocol,
            lonely: BTreeSet::new(),
        };
        definitions.lonely = definitions.lonely();
        definitions
    }

    /// The keys that make an attribute one of this type.
    ///
    /// # Panics
    /// For a type that this generator can't express.
    pub(super) fn kind(&self, kind: &Type) -> Map {
        let typed = |name: &str| Map::default().with("type", name);
        if let Some(name) = self.type_name(kind) {
            let parent = self.lonely.contains(&name).then_some(false);
            return typed(&name).with_some("parent", parent);
        }
        match kind {
            Type::Primitive("u8") => typed("u1"),
            Type::Primitive("u16") => typed("u2"),
            Type::Primitive("u32") => typed("u4"),
            Type::Primitive("u64") => typed("u8"),
            Type::Primitive("i32") => typed("s4"),
            Type::Primitive("rest") => Map::default().with("size-eos", true),
            Type::Enum(name) => self
                .kind(&self.protocol.named_values(name).kind)
                .with("enum", snake(name)),
            other => panic!("{other:?} can't be expressed in Kaitai Struct"),
        }
    }

    /// The type of this file that a type is, if it is one.
    fn type_name(&self, kind: &Type) -> Option<String> {
        match kind {
            Type::Primitive("bytes") => Some("blob".to_owned()),
            Type::Primitive(name @ ("text" | "secret" | "ip" | "u32_or_u8" | "code_padding")) => {
                Some((*name).to_owned())
            }
            Type::Record(name) => Some(snake(name)),
            Type::Enum(name) => {
                is_text(&self.protocol.named_values(name).kind).then(|| snake(name))
            }
            Type::Either(forms) => Some(either_name(forms)),
            Type::Primitive(_) | Type::List(_) => None,
        }
    }

    /// The types that stand in a single message and nowhere else.
    fn lonely(&self) -> BTreeSet<String> {
        const SHARED: &str = "";
        let mut parents = BTreeMap::<String, BTreeSet<(&str, &str)>>::new();
        let mut add = |parent, fields: &[Field]| {
            for field in fields {
                let kind = match &field.kind {
                    Type::List(element) => element,
                    kind => kind,
                };
                if let Some(name) = self.type_name(kind) {
                    parents.entry(name).or_default().insert(parent);
                }
            }
        };
        for record in &self.protocol.records {
            add((SHARED, record.name), &record.fields);
        }
        for part in &self.protocol.file {
            add((SHARED, part.name), &part.fields);
        }
        for family in &self.protocol.families {
            for message in &family.messages {
                add((family.name, message.name), &message.fields);
            }
        }
        let in_a_message = |(family, _): &(&str, &str)| *family != SHARED;
        parents.retain(|_, parents| parents.len() == 1 && parents.iter().all(in_a_message));
        parents.into_keys().collect()
    }

    /// The least number of bytes that a value takes.
    pub(super) fn least(&self, kind: &Type) -> usize {
        match kind {
            Type::Primitive(name) => self.protocol.primitive(name).min_size,
            Type::List(_) | Type::Either(_) => 4,
            Type::Enum(name) => self.least(&self.protocol.named_values(name).kind),
            Type::Record(name) => {
                let always = |field: &&Field| field.condition.is_none() && field.optional.is_none();
                let fields = self.protocol.record(name).fields.iter().filter(always);
                fields.map(|field| self.least(&field.kind)).sum()
            }
        }
    }

    /// What the count of a list must fulfil: a count that lies ends here, and not after billions of elements.
    pub(super) fn bound(&self, element: &Type) -> Map {
        let least = self.least(element);
        assert!(
            least > 0,
            "elements of a list that take no bytes: {element:?}"
        );
        Map::default().with("expr", format!("_ <= ({LEFT}) / {least}"))
    }

    /// A type for each record, each text with named values and each list of two forms.
    pub(super) fn types(&self) -> Map {
        let mut types = Map::default();
        for record in &self.protocol.records {
            let definition = Map::default().with_doc(record.doc.clone());
            let definition = definition.with_all(aliases(record.aliases));
            types.put(
                snake(record.name),
                definition.with_all(fields::record(&record.fields, self)),
            );
        }
        for named in self
            .protocol
            .enums
            .iter()
            .filter(|named| is_text(&named.kind))
        {
            types.put(snake(named.name), text_enum(named));
        }
        let messages = self
            .protocol
            .families
            .iter()
            .flat_map(|family| &family.messages);
        let fields = messages.flat_map(|message| &message.fields);
        let mut either = Map::default();
        for field in fields {
            if let Type::Either(forms) = &field.kind {
                let name = either_name(forms);
                if !either.has(&name) {
                    either.put(name, self.either(forms));
                }
            }
        }
        if !either.is_empty() {
            types = types.with_all(either).with("list_probe", list_probe());
        }
        types
    }

    /// An enum for each number with named values.
    pub(super) fn enums(&self) -> Map {
        let mut enums = Map::default();
        for named in self
            .protocol
            .enums
            .iter()
            .filter(|named| !is_text(&named.kind))
        {
            let mut values = Map::default();
            for constant in &named.values {
                let Value::Number(number) = constant.value else {
                    panic!("{} has a value that is no number", named.name);
                };
                values.put(number.to_string(), value(constant.name, &constant.doc));
            }
            enums.put(snake(named.name), values);
        }
        enums
    }
}

/// A named value of an enum.
pub(super) fn value(name: &str, doc: &str) -> Map {
    Map::default().with("id", constant(name)).with_doc(doc)
}

/// What other implementations call something, for people.
pub(super) fn aliases(names: &[&str]) -> Map {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    Map::default().with_some("-orig-id", (!names.is_empty()).then_some(Node::Flow(names)))
}

/// Whether it is a plain text.
pub(super) fn is_text(kind: &Type) -> bool {
    *kind == Type::Primitive("text")
}

/// An attribute of a type.
pub(super) fn attribute(id: &str, kind: &str) -> Map {
    Map::default().with("id", id).with("type", kind)
}

/// An instance that is computed.
pub(super) fn instance(value: impl Into<String>) -> Map {
    Map::default().with("value", value.into())
}
