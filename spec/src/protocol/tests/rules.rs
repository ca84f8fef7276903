//! What a schema can't say: how the parts of `protocol.json` have to fit together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::protocol::{Field, Protocol, Record, Type, Value};

/// Every list of fields with its name, and whether it is the body of a message.
fn bodies(protocol: &Protocol) -> Vec<(&'static str, &[Field], bool)> {
    let messages = protocol.families.iter().flat_map(|family| &family.messages);
    let messages = messages.map(|message| (message.name, &message.fields[..], true));
    let records = protocol.records.iter();
    let records = records.map(|record| (record.name, &record.fields[..], false));
    let parts = protocol.file.iter();
    let parts = parts.map(|part| (part.name, &part.fields[..], false));
    messages.chain(records).chain(parts).collect()
}

/// Asserts that no name or code stands there twice.
fn unique<T: Ord + std::fmt::Debug>(what: &str, all: impl IntoIterator<Item = T>) {
    let mut seen = BTreeSet::new();
    for one in all {
        let text = format!("{what}: {one:?}");
        assert!(seen.insert(one), "{text}");
    }
}

#[test]
fn names_and_codes_are_unique_where_they_are_looked_up() {
    let protocol = Protocol::new();
    unique("primitive", protocol.primitives.iter().map(|p| p.name));
    unique("connection", protocol.connections.iter().map(|c| c.name));
    unique("family", protocol.families.iter().map(|f| f.name));
    unique("part", protocol.file.iter().map(|p| p.name));
    let types = protocol.enums.iter().map(|e| e.name);
    unique("type", types.chain(protocol.records.iter().map(|r| r.name)));
    for family in &protocol.families {
        unique(family.name, family.messages.iter().map(|m| m.name));
        let named = family.named.iter().map(|named| named.code);
        unique(
            family.name,
            named.chain(family.messages.iter().map(|m| m.code)),
        );
    }
    for (name, fields, _) in bodies(&protocol) {
        unique(name, fields.iter().map(|field| field.name));
    }
    for one in &protocol.enums {
        unique(one.name, one.values.iter().map(|value| value.name));
        unique(
            one.name,
            one.values.iter().map(|v| format!("{:?}", v.value)),
        );
    }
}

#[test]
fn everything_is_sorted_as_it_says() {
    let protocol = Protocol::new();
    assert!(protocol.enums.is_sorted_by_key(|one| one.name));
    assert!(protocol.records.is_sorted_by_key(|record| record.name));
    for family in &protocol.families {
        assert!(family.messages.is_sorted_by_key(|message| message.code));
    }
}

#[test]
fn a_condition_asks_for_an_earlier_bool_that_is_always_there() {
    let mut count = 0;
    for (name, fields, _) in bodies(&Protocol::new()) {
        for (index, field) in fields.iter().enumerate() {
            let Some(condition) = &field.condition else {
                continue;
            };
            let flag = fields[..index].iter().find(|f| f.name == condition.field);
            let flag = flag.unwrap_or_else(|| panic!("{name}.{}", field.name));
            assert_eq!(flag.kind, Type::Primitive("bool"), "{name}.{}", flag.name);
            assert_eq!((&flag.condition, flag.optional), (&None, None), "{name}");
            count += 1;
        }
    }
    assert!(count > 10, "{count}");
}

/// Whether two fields are never there together.
fn exclude(one: &Field, other: &Field) -> bool {
    match (&one.condition, &other.condition) {
        (Some(one), Some(other)) => one.field == other.field && one.is != other.is,
        _ => false,
    }
}

#[test]
fn only_the_end_of_a_message_is_optional() {
    for (name, fields, is_message) in bodies(&Protocol::new()) {
        for (index, optional) in fields.iter().enumerate() {
            if optional.optional.is_none() {
                continue;
            }
            assert!(is_message, "{name}.{}", optional.name);
            for behind in &fields[index..] {
                let may_be = behind.optional.is_some() || exclude(optional, behind);
                assert!(may_be, "{name}.{}", behind.name);
            }
        }
    }
}

/// The least sizes of types.
struct Sizes<'a> {
    primitives: BTreeMap<&'a str, usize>,
    records: BTreeMap<&'a str, &'a Record>,
    enums: BTreeMap<&'a str, &'a Type>,
}

impl<'a> Sizes<'a> {
    fn new(protocol: &'a Protocol) -> Self {
        Self {
            primitives: protocol
                .primitives
                .iter()
                .map(|p| (p.name, p.min_size))
                .collect(),
            records: protocol.records.iter().map(|r| (r.name, r)).collect(),
            enums: protocol.enums.iter().map(|e| (e.name, &e.kind)).collect(),
        }
    }

    /// The least number of bytes that is surely there, which may be less than the least that there can be.
    fn least(&self, kind: &Type) -> usize {
        match kind {
            Type::List(_) => self.primitives["u32"],
            Type::Either(both) => both.iter().map(|kind| self.least(kind)).min().unwrap(),
            Type::Enum(name) => self.least(self.enums[name]),
            Type::Primitive(name) => self.primitives[name],
            Type::Record(name) => {
                let fields = self.records[name].fields.iter();
                let always = fields.filter(|f| f.condition.is_none() && f.optional.is_none());
                always.map(|field| self.least(&field.kind)).sum()
            }
        }
    }

    /// Whether the type looks at how much is left of the frame, so that nothing can follow it.
    fn sees_the_end(&self, kind: &Type) -> bool {
        match kind {
            Type::Either(_) | Type::Primitive("rest" | "u32_or_u8") => true,
            Type::List(_) | Type::Primitive(_) => false,
            Type::Enum(name) => self.sees_the_end(self.enums[name]),
            Type::Record(name) => {
                let mut fields = self.records[name].fields.iter();
                fields.any(|field| self.sees_the_end(&field.kind))
            }
        }
    }
}

fn elements<'a>(kind: &'a Type, found: &mut Vec<&'a Type>) {
    match kind {
        Type::List(element) => {
            found.push(element);
            elements(element, found);
        }
        Type::Either(both) => both.iter().for_each(|kind| elements(kind, found)),
        Type::Record(_) | Type::Enum(_) | Type::Primitive(_) => {}
    }
}

/// Without it four bytes could claim any number of elements.
#[test]
fn the_elements_of_a_list_take_bytes() {
    let protocol = Protocol::new();
    let sizes = Sizes::new(&protocol);
    for (name, fields, _) in bodies(&protocol) {
        for field in fields {
            let mut found = Vec::new();
            elements(&field.kind, &mut found);
            for element in found {
                assert!(sizes.least(element) > 0, "{name}.{}", field.name);
                assert!(!sizes.sees_the_end(element), "{name}.{}", field.name);
            }
            let shows = field.optional.is_none() || sizes.least(&field.kind) > 0;
            assert!(shows, "{name}.{}", field.name);
        }
    }
}

#[test]
fn what_looks_at_the_end_of_the_frame_stands_there() {
    let protocol = Protocol::new();
    let sizes = Sizes::new(&protocol);
    let mut count = 0;
    for (name, fields, _) in bodies(&protocol) {
        let Some((last, before)) = fields.split_last() else {
            continue;
        };
        for field in before {
            assert!(!sizes.sees_the_end(&field.kind), "{name}.{}", field.name);
        }
        count += usize::from(sizes.sees_the_end(&last.kind));
        // Something must follow a code, or nobody could tell its padding.
        assert_ne!(last.kind, Type::Primitive("code_padding"), "{name}");
    }
    assert!(count >= 5, "{count}");
}

#[test]
fn sizes_of_primitives_agree_with_each_other() {
    for primitive in Protocol::new().primitives {
        if let Some(size) = primitive.size {
            assert_eq!(size, primitive.min_size, "{}", primitive.name);
        }
    }
}

#[test]
fn only_a_number_has_a_unit_and_values_fit_their_type() {
    let protocol = Protocol::new();
    for (name, fields, _) in bodies(&protocol) {
        for field in fields.iter().filter(|field| field.unit.is_some()) {
            let number = matches!(
                field.kind,
                Type::Primitive("u8" | "u16" | "u32" | "u64" | "i32")
            );
            assert!(number, "{name}.{}", field.name);
        }
    }
    for one in &protocol.enums {
        for value in &one.values {
            let fits = match (&one.kind, &value.value) {
                (Type::Primitive("text"), Value::Text(text)) => !text.is_empty(),
                (Type::Primitive("u8"), Value::Number(number)) => u8::try_from(*number).is_ok(),
                (Type::Primitive("u16"), Value::Number(number)) => u16::try_from(*number).is_ok(),
                (Type::Primitive("u32"), Value::Number(number)) => u32::try_from(*number).is_ok(),
                (Type::Primitive("i32"), Value::Number(number)) => i32::try_from(*number).is_ok(),
                _ => false,
            };
            assert!(fits, "{}.{}", one.name, value.name);
        }
    }
}

#[test]
fn connections_use_every_family_and_have_kinds_of_their_own() {
    let protocol = Protocol::new();
    let used = protocol.connections.iter();
    let used: BTreeSet<_> = used
        .flat_map(|c| [c.opening, c.initiator, c.acceptor])
        .flatten()
        .collect();
    let there = protocol.families.iter().map(|family| family.name);
    assert_eq!(used, there.collect());
    let kinds = protocol.connections.iter().filter_map(|c| c.kind);
    let kinds: BTreeSet<_> = kinds.map(Value::Text).map(|v| format!("{v:?}")).collect();
    let declared = protocol
        .enums
        .iter()
        .find(|one| one.name == "ConnectionKind");
    let declared = declared.unwrap().values.iter();
    assert_eq!(kinds, declared.map(|v| format!("{:?}", v.value)).collect());
}

#[test]
fn every_page_of_the_guide_that_is_named_is_there() {
    let protocol = Protocol::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("guide");
    let messages = protocol.families.iter().flat_map(|family| &family.messages);
    let pages = messages.filter_map(|message| message.guide);
    for page in pages.chain(protocol.file.iter().map(|part| part.guide)) {
        assert!(folder.join(format!("{page}.md")).is_file(), "{page}");
    }
}
