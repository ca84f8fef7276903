//! What fields are made of: primitives, records, texts with named values, lists of two forms.

use super::fields::{self, LEFT};
use super::names::{identifier, snake};
use super::yaml::{Map, Node};
use crate::protocol::{Enum, Protocol, Record, Type, Value};

/// What a name in a [`Type`] stands for.
#[derive(Debug)]
pub(super) struct Definitions {
    records: Vec<Record>,
    enums: Vec<Enum>,
}

impl Definitions {
    pub(super) fn new(protocol: &Protocol) -> Self {
        Self {
            records: protocol.records.clone(),
            enums: protocol.enums.clone(),
        }
    }

    /// The keys that make an attribute one of this type.
    ///
    /// # Panics
    /// For a type that this generator can't express.
    pub(super) fn kind(&self, kind: &Type) -> Map {
        let typed = |name: &str| Map::default().with("type", name);
        match kind {
            Type::Primitive("u8") => typed("u1"),
            Type::Primitive("u16") => typed("u2"),
            Type::Primitive("u32") => typed("u4"),
            Type::Primitive("u64") => typed("u8"),
            Type::Primitive("i32") => typed("s4"),
            Type::Primitive("bytes") => typed("blob"),
            Type::Primitive("rest") => Map::default().with("size-eos", true),
            Type::Primitive(name @ ("text" | "secret" | "ip" | "u32_or_u8" | "code_padding")) => {
                typed(name)
            }
            Type::Record(name) => typed(&snake(name)),
            Type::Enum(name) => {
                let named = self.named(name);
                if is_text(&named.kind) {
                    typed(&snake(name))
                } else {
                    self.kind(&named.kind).with("enum", snake(name))
                }
            }
            Type::Either(forms) => typed(&either_name(forms)),
            other => panic!("{other:?} can't be expressed in Kaitai Struct"),
        }
    }

    /// The least number of bytes that a value takes.
    pub(super) fn least(&self, kind: &Type) -> usize {
        match kind {
            Type::Primitive("u8" | "bool" | "u32_or_u8") => 1,
            Type::Primitive("u16") => 2,
            Type::Primitive("u32" | "i32" | "ip" | "text" | "secret" | "bytes")
            | Type::List(_)
            | Type::Either(_) => 4,
            Type::Primitive("u64") => 8,
            Type::Primitive("rest" | "code_padding") => 0,
            Type::Primitive(other) => panic!("{other} can't be expressed in Kaitai Struct"),
            Type::Enum(name) => self.least(&self.named(name).kind),
            Type::Record(name) => {
                let always = |field: &&crate::protocol::Field| {
                    field.condition.is_none() && field.optional.is_none()
                };
                let fields = self.record(name).fields.iter().filter(always);
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
    pub(super) fn types(&self, protocol: &Protocol) -> Map {
        let mut types = Map::default();
        for record in &self.records {
            let definition = Map::default().with_doc(record.doc.clone());
            let definition = definition.with_all(aliases(record.aliases));
            types.put(
                snake(record.name),
                definition.with_all(fields::record(&record.fields, self)),
            );
        }
        for named in self.enums.iter().filter(|named| is_text(&named.kind)) {
            types.put(snake(named.name), text_enum(named));
        }
        let messages = protocol.families.iter().flat_map(|family| &family.messages);
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
        for named in self.enums.iter().filter(|named| !is_text(&named.kind)) {
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

    fn named(&self, name: &str) -> &Enum {
        let named = self.enums.iter().find(|named| named.name == name);
        named.unwrap_or_else(|| panic!("there is no enum `{name}`"))
    }

    fn record(&self, name: &str) -> &Record {
        let record = self.records.iter().find(|record| record.name == name);
        record.unwrap_or_else(|| panic!("there is no record `{name}`"))
    }

    /// How many bytes stand behind the text with which each element of a list begins.
    fn behind_text(&self, element: &Type) -> usize {
        let is_text = |kind: &Type| *kind == Type::Primitive("text");
        if is_text(element) {
            return 0;
        }
        let numbers = |field: &crate::protocol::Field| {
            let fixed = matches!(
                field.kind,
                Type::Primitive("u8" | "u16" | "u32" | "u64" | "i32" | "bool")
            );
            fixed && field.condition.is_none()
        };
        if let Type::Record(name) = element
            && let [first, behind @ ..] = &*self.record(name).fields
            && is_text(&first.kind)
            && behind.iter().all(numbers)
        {
            return behind.iter().map(|field| self.least(&field.kind)).sum();
        }
        panic!("a list of {element:?} as one of two forms can't be expressed in Kaitai Struct")
    }

    /// A list that has one of two forms.
    fn either(&self, forms: &[Type; 2]) -> Map {
        let [first, second] = elements(forms);
        let names = elements(forms).map(element_name);
        let probe = |element| {
            let behind = self.behind_text(element);
            Map::default()
                .with("pos", "_io.pos")
                .with("size-eos", true)
                .with("type", format!("list_probe(num_items, {behind})"))
        };
        let items = |id: &str, element, condition: &str| {
            let items = Map::default().with("id", id).with_all(self.kind(element));
            let items = items
                .with("repeat", "expr")
                .with("repeat-expr", "num_items");
            Node::from(items.with("if", condition))
        };
        let shorter = if self.least(first) < self.least(second) {
            first
        } else {
            second
        };
        let count = Map::default().with("id", "num_items").with("type", "u4");
        let [first_name, second_name] = &names;
        let second_is = "Whether the items have the second form.";
        Map::default()
            .with_doc(format!(
                "A list of `{first_name}`, unless a list of `{second_name}` takes exactly the rest of the body and a \
                 list of `{first_name}` does not."
            ))
            .with(
                "seq",
                vec![
                    count.with("valid", self.bound(shorter)).into(),
                    items(&format!("{first_name}_items"), first, "not is_second"),
                    items(&format!("{second_name}_items"), second, "is_second"),
                ],
            )
            .with(
                "instances",
                Map::default()
                    .with("first_probe", probe(first))
                    .with("second_probe", probe(second))
                    .with(
                        "is_second",
                        Map::default()
                            .with("value", "second_probe.fits and not first_probe.fits")
                            .with_doc(second_is),
                    ),
            )
    }
}

/// A named value of an enum.
pub(super) fn value(name: &str, doc: &str) -> Map {
    Map::default().with("id", identifier(name)).with_doc(doc)
}

/// What other implementations call something, for people.
pub(super) fn aliases(names: &[&str]) -> Map {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    Map::default().with_some("-orig-id", (!names.is_empty()).then_some(Node::Flow(names)))
}

fn is_text(kind: &Type) -> bool {
    *kind == Type::Primitive("text")
}

fn elements(forms: &[Type; 2]) -> [&Type; 2] {
    forms.each_ref().map(|form| match form {
        Type::List(element) => &**element,
        other => panic!("{other:?} as one of two forms can't be expressed in Kaitai Struct"),
    })
}

fn element_name(element: &Type) -> String {
    match element {
        Type::Record(name) => snake(name),
        Type::Primitive(name) => (*name).to_owned(),
        other => panic!("{other:?} as one of two forms can't be expressed in Kaitai Struct"),
    }
}

fn either_name(forms: &[Type; 2]) -> String {
    let [first, second] = elements(forms).map(element_name);
    format!("{first}_or_{second}_list")
}

/// A text with named values.
fn text_enum(named: &Enum) -> Map {
    let mut instances = decodings();
    for constant in &named.values {
        let Value::Text(text) = constant.value else {
            panic!("{} has a value that is no text", named.name);
        };
        let printable = |c: char| (c == ' ' || c.is_ascii_graphic()) && !"\"\\".contains(c);
        assert!(
            text.chars().all(printable),
            "{text:?} can't be compared in Kaitai Struct"
        );
        let is = Map::default().with("value", format!("latin1 == \"{text}\""));
        instances.put(
            format!("is_{}", snake(constant.name)),
            is.with_doc(constant.doc.clone()),
        );
    }
    let doc = format!(
        "{} A `text`; other values than those named here are no error.",
        named.doc
    );
    counted(&doc)
        .with("-webide-representation", "{latin1}")
        .with("instances", instances)
}

/// A type that is a length and as many bytes.
fn counted(doc: &str) -> Map {
    let length = Map::default().with("id", "len_bytes").with("type", "u4");
    let bytes = Map::default().with("id", "bytes").with("size", "len_bytes");
    Map::default()
        .with_doc(doc)
        .with("seq", vec![length.into(), bytes.into()])
}

/// The two ways in which the bytes of a text are shown.
fn decodings() -> Map {
    let decoded = |encoding: &str, doc: &str| {
        let value = format!("bytes.to_s(\"{encoding}\")");
        Map::default().with("value", value).with_doc(doc)
    };
    Map::default()
        .with(
            "utf8",
            decoded(
                "UTF-8",
                "The text. In some languages an error where the bytes are not UTF-8.",
            ),
        )
        .with(
            "latin1",
            decoded(
                "ISO-8859-1",
                "The text where the bytes are not UTF-8: a character for each byte.",
            ),
        )
}

/// A type for each primitive that Kaitai Struct does not have.
pub(super) fn primitives() -> Map {
    let text = counted(
        "A length in bytes and the bytes: UTF-8, or Latin-1 from old clients. They are decoded only when `utf8` or \
         `latin1` is asked for, so that no text makes parsing fail.",
    );
    let secret =
        counted("A text that must not be shown or logged, such as a password or its hash.");
    Map::default()
        .with(
            "text",
            text.with("-webide-representation", "{utf8}")
                .with("instances", decodings()),
        )
        .with("secret", secret.with("instances", decodings()))
        .with("blob", counted("A length and as many bytes."))
        .with("ip", ip())
        .with("u32_or_u8", u32_or_u8())
        .with("code_padding", code_padding())
}

fn attribute(id: &str, kind: &str) -> Map {
    Map::default().with("id", id).with("type", kind)
}

fn instance(value: &str) -> Map {
    Map::default().with("value", value)
}

fn ip() -> Map {
    let octets = [24, 16, 8, 0].map(|shift| format!("((bits >> {shift}) & 255).to_s"));
    let address = instance(&octets.join(" + \".\" + "));
    Map::default()
        .with_doc("An IPv4 address as a number, so that its last octet comes first.")
        .with("-webide-representation", "{address}")
        .with("seq", vec![attribute("bits", "u4").into()])
        .with(
            "instances",
            Map::default().with("address", address.with_doc("Such as 127.0.0.1.")),
        )
}

fn u32_or_u8() -> Map {
    let short = attribute("short_value", "u1").with("if", "is_short");
    let long = attribute("long_value", "u4").with("if", "not is_short");
    let is_short = instance(&format!("{LEFT} == 1"));
    Map::default()
        .with_doc("Four bytes; or one, where a single byte is left of the body.")
        .with("-webide-representation", "{value}")
        .with("seq", vec![short.into(), long.into()])
        .with(
            "instances",
            Map::default()
                .with(
                    "is_short",
                    is_short.with_doc("Whether it is a single byte."),
                )
                .with(
                    "value",
                    instance("is_short ? short_value : long_value").with_doc("The number."),
                ),
        )
}

fn code_padding() -> Map {
    let zeros = Map::default().with("id", "zeros").with("size", 3_usize);
    let next = Map::default()
        .with("pos", "_io.pos")
        .with("type", "u4")
        .with("if", format!("{LEFT} >= 4"));
    let is_there = instance(&format!("{LEFT} >= 4 and (next_four & 0xffffff) == 0"));
    Map::default()
        .with_doc("Three zero bytes where at least one more byte follows; otherwise nothing.")
        .with("seq", vec![zeros.with("if", "is_there").into()])
        .with(
            "instances",
            Map::default()
                .with("next_four", next.with_doc("The bytes ahead."))
                .with(
                    "is_there",
                    is_there.with_doc("Whether the zeros are there."),
                ),
        )
}

/// A walk over a list that never fails, to find out whether it is one.
fn list_probe() -> Map {
    let items = attribute("items", "item(behind)")
        .with("repeat", "until")
        .with("repeat-until", "_index + 1 >= num_items or not _.fits")
        .with("if", "num_items > 0");
    let fits = "_io.eof and (num_items == 0 or items.last.fits)";
    let length = attribute("len_text", "u4").with("if", "has_length");
    let content = Map::default()
        .with("id", "content")
        .with("size", "len_text + behind")
        .with("if", "fits");
    let has_length = instance(&format!("{LEFT} >= 4"));
    let item_fits = instance(&format!(
        "has_length and {LEFT} >= behind and len_text <= {LEFT} - behind"
    ));
    let item = Map::default()
        .with("params", vec![attribute("behind", "u4").into()])
        .with("seq", vec![length.into(), content.into()])
        .with(
            "instances",
            Map::default()
                .with("has_length", has_length)
                .with("fits", item_fits),
        );
    Map::default()
        .with_doc(
            "Whether so many texts, each with so many bytes behind it, take exactly the rest of the body. Never fails.",
        )
        .with(
            "params",
            vec![attribute("num_items", "u4").into(), attribute("behind", "u4").into()],
        )
        .with("seq", vec![items.into()])
        .with("instances", Map::default().with("fits", instance(fits)))
        .with("types", Map::default().with("item", item))
}
