//! Lists that have one of two forms.

use super::Definitions;
use super::fields::LEFT;
use super::names::snake;
use super::types::{attribute, instance, is_text};
use super::yaml::{Map, Node};
use crate::protocol::{Field, Type};

impl Definitions<'_> {
    /// A list that has one of two forms.
    pub(super) fn either(&self, forms: &[Type; 2]) -> Map {
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

    /// How many bytes stand behind the text with which each element of a list begins.
    fn behind_text(&self, element: &Type) -> usize {
        if is_text(element) {
            return 0;
        }
        let numbers = |field: &Field| {
            let fixed = matches!(
                field.kind,
                Type::Primitive("u8" | "u16" | "u32" | "u64" | "i32" | "bool")
            );
            fixed && field.condition.is_none()
        };
        if let Type::Record(name) = element
            && let [first, behind @ ..] = &*self.protocol.record(name).fields
            && is_text(&first.kind)
            && behind.iter().all(numbers)
        {
            return behind.iter().map(|field| self.least(&field.kind)).sum();
        }
        panic!("a list of {element:?} as one of two forms can't be expressed in Kaitai Struct")
    }
}

/// The name of the type of such a list.
pub(super) fn either_name(forms: &[Type; 2]) -> String {
    let [first, second] = elements(forms).map(element_name);
    format!("{first}_or_{second}_list")
}

/// A walk over a list that never fails, to find out whether it is one.
pub(super) fn list_probe() -> Map {
    let items = attribute("items", "item(behind)")
        .with("repeat", "expr")
        .with("repeat-expr", "num_items");
    let fits = "_io.eof and (num_items == 0 or items.last.fits)";
    let length = attribute("len_text", "u4").with("if", "has_length");
    let content = Map::default()
        .with("id", "content")
        .with("size", "len_text + behind")
        .with("if", "fits");
    let rest = Map::default()
        .with("id", "rest")
        .with("size-eos", true)
        .with("if", "not fits")
        .with_doc("So that nothing behind it fits either.");
    let has_length = instance(format!("{LEFT} >= 4"));
    let item_fits = instance(format!(
        "has_length and {LEFT} >= behind and len_text <= {LEFT} - behind"
    ));
    let item = Map::default()
        .with("params", vec![attribute("behind", "u4").into()])
        .with("seq", vec![length.into(), content.into(), rest.into()])
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
