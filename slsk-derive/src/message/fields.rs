//! The fields of a struct: their attributes, and what must hold between them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{GenericArgument, Ident, PathArguments, Token, Type};

use crate::attributes::{self, Mistakes};

/// One field of a message or record.
pub(super) struct Field {
    pub(super) ident: Ident,
    /// The name without `r#`.
    pub(super) name: String,
    /// The type on the wire: what an `Option` holds.
    pub(super) ty: Type,
    pub(super) doc: String,
    pub(super) condition: Option<Condition>,
    pub(super) optional: Option<Ident>,
    pub(super) lenient: bool,
    /// A variant of `Unit`.
    pub(super) unit: Option<Ident>,
    in_option: bool,
    declared: Type,
}

/// `if_true` or `if_false`.
pub(super) struct Condition {
    pub(super) flag: Ident,
    pub(super) expected: bool,
    keyword: Ident,
}

impl Field {
    /// Whether the Rust field is an `Option`.
    pub(super) fn may_be_absent(&self) -> bool {
        self.condition.is_some() || self.optional.is_some()
    }

    /// Whether `self` and `other` are never on the wire together.
    fn excludes(&self, other: &Self) -> bool {
        match (&self.condition, &other.condition) {
            (Some(a), Some(b)) => a.flag == b.flag && a.expected != b.expected,
            _ => false,
        }
    }
}

/// The variable that holds field number `index` in generated code.
pub(super) fn variable(index: usize) -> Ident {
    format_ident!("value_{index}")
}

/// The condition of `fields[index]` as an expression over the variables of the fields before it.
pub(super) fn condition(fields: &[Field], index: usize) -> TokenStream {
    let Some(condition) = &fields[index].condition else {
        return quote!(true);
    };
    let flag = fields.iter().position(|f| f.ident == condition.flag);
    let flag = variable(flag.unwrap_or_default());
    if condition.expected {
        quote!(#flag)
    } else {
        quote!(!#flag)
    }
}

/// `declaration`, where an optional field needs it.
pub(super) fn tracker(fields: &[Field], declaration: TokenStream) -> Option<TokenStream> {
    let any = fields.iter().any(|field| field.optional.is_some());
    any.then_some(declaration)
}

/// Reads names, types and attributes.
pub(super) fn read(
    fields: &Punctuated<syn::Field, Token![,]>,
    mistakes: &mut Mistakes,
) -> Vec<Field> {
    let mut all = Vec::new();
    for field in fields {
        let Some(ident) = field.ident.clone() else {
            continue;
        };
        let mut condition: Option<Condition> = None;
        let mut optional = None;
        let mut lenient = None;
        let mut unit: Option<Ident> = None;
        attributes::keywords(
            &field.attrs,
            "`if_true`, `if_false`, `optional`, `lenient`, `unit`",
            mistakes,
            |meta, mistakes| {
                let Some(keyword) = meta.path.get_ident().cloned() else {
                    return Ok(false);
                };
                if keyword == "if_true" || keyword == "if_false" {
                    let flag: Ident = meta.value()?.parse()?;
                    if condition.is_some() {
                        mistakes.at(&keyword, "a field has one condition");
                    }
                    condition = Some(Condition {
                        flag,
                        expected: keyword == "if_true",
                        keyword,
                    });
                } else if keyword == "optional" {
                    optional = Some(keyword);
                } else if keyword == "lenient" {
                    lenient = Some(keyword);
                } else if keyword == "unit" {
                    unit = Some(meta.value()?.parse()?);
                } else {
                    return Ok(false);
                }
                Ok(true)
            },
        );
        if let (Some(keyword), None) = (&lenient, &optional) {
            mistakes.at(keyword, "`lenient` is about a field that is `optional`");
        }
        let inner = option_of(&field.ty);
        all.push(Field {
            name: ident.unraw().to_string(),
            ident,
            ty: inner.cloned().unwrap_or_else(|| field.ty.clone()),
            doc: attributes::doc_text(&field.attrs),
            condition,
            optional,
            lenient: lenient.is_some(),
            unit,
            in_option: inner.is_some(),
            declared: field.ty.clone(),
        });
    }
    all
}

/// Checks what attributes promise against types, order and each other.
pub(super) fn check(fields: &[Field], is_message: bool, mistakes: &mut Mistakes) {
    for (index, field) in fields.iter().enumerate() {
        if let Some(condition) = &field.condition {
            check_flag(fields, index, condition, mistakes);
        }
        if field.may_be_absent() && !field.in_option {
            let keyword = match (&field.condition, &field.optional) {
                (Some(condition), _) => condition.keyword.to_string(),
                _ => "optional".to_owned(),
            };
            mistakes.at(
                &field.declared,
                format!(
                    "`{keyword}` needs an `Option`: the field `{}` can be absent",
                    field.name
                ),
            );
        }
        if field.in_option && !field.may_be_absent() {
            mistakes.at(
                &field.declared,
                "say when this `Option` is absent: `if_true`, `if_false` or `optional`",
            );
        }
        if let Some(optional) = &field.optional
            && !is_message
        {
            mistakes.at(
                optional,
                "`optional` means the end of the frame, which a record inside of a message does not see",
            );
        }
        if let Some(unit) = &field.unit
            && !is_number(&field.ty)
        {
            mistakes.at(unit, "`unit` is about a number");
        }
        if field.optional.is_none() {
            let before = fields[..index]
                .iter()
                .find(|earlier| earlier.optional.is_some() && !earlier.excludes(field));
            if let Some(before) = before {
                mistakes.at(
                    &field.ident,
                    format!(
                        "`{}` is required but follows `{}`, which is optional",
                        field.name, before.name
                    ),
                );
            }
        }
    }
}

fn check_flag(fields: &[Field], index: usize, condition: &Condition, mistakes: &mut Mistakes) {
    let Condition { flag, keyword, .. } = condition;
    match fields.iter().position(|f| f.ident == *flag) {
        None => mistakes.at(flag, format!("`{keyword}` names no field: `{flag}`")),
        Some(position) if position == index => mistakes.at(
            flag,
            format!("`{keyword}` needs an earlier field, not `{flag}` itself"),
        ),
        Some(position) if position > index => mistakes.at(
            flag,
            format!("`{keyword}` needs an earlier field, but `{flag}` comes later"),
        ),
        Some(position) => {
            let is_bool = matches!(&fields[position].declared, Type::Path(path) if path.path.is_ident("bool"));
            if !is_bool {
                mistakes.at(
                    flag,
                    format!("`{keyword}` needs a bool, which `{flag}` is not"),
                );
            }
        }
    }
}

/// Whether a type is one of the numbers that have a form on the wire.
fn is_number(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let numbers = ["u8", "u16", "u32", "u64", "i32"];
    numbers.iter().any(|number| path.path.is_ident(number))
}

/// What an `Option` holds, or `None` for another type.
fn option_of(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    if last.ident != "Option" {
        return None;
    }
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(inner) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}
