//! `#[derive(Wire)]`: reads a struct into a checked form and hands it to the writers.

mod codec;
mod fields;
mod json;
mod sample;
mod schema;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Ident, LitInt, LitStr};

use crate::attributes::{self, Mistakes};
use fields::Field;

/// A message or record whose attributes make sense.
struct Message {
    ident: Ident,
    /// `None` for a record.
    code: Option<LitInt>,
    guide: Option<LitStr>,
    compressed: bool,
    doc: String,
    aliases: Vec<String>,
    fields: Vec<Field>,
}

/// All that `#[derive(Wire)]` generates.
pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let message = Message::read(input)?;
    let codec = codec::write(&message);
    let schema = schema::write(&message);
    let sample = sample::write(&message);
    let json = json::write(&message);
    Ok(quote! {
        #[allow(clippy::all, clippy::pedantic, unused_qualifications, missing_docs)]
        const _: () = {
            #codec
            #schema
            #sample
            #json
        };
    })
}

impl Message {
    fn read(input: &DeriveInput) -> syn::Result<Self> {
        let mut mistakes = Mistakes::default();
        let mut code: Option<LitInt> = None;
        let mut guide = None;
        let mut compressed = None;
        attributes::keywords(
            &input.attrs,
            "`code`, `guide`, `compressed`",
            &mut mistakes,
            |meta, _| {
                if meta.path.is_ident("code") {
                    let literal: LitInt = meta.value()?.parse()?;
                    literal.base10_parse::<u32>()?;
                    code = Some(literal);
                } else if meta.path.is_ident("guide") {
                    guide = Some(meta.value()?.parse::<LitStr>()?);
                } else if meta.path.is_ident("compressed") {
                    compressed = Some(meta.path.get_ident().map(Ident::span));
                } else {
                    return Ok(false);
                }
                Ok(true)
            },
        );
        if code.is_none() {
            if let Some(guide) = &guide {
                mistakes.at(guide.span(), "`guide` needs a `code`: this is a record");
            }
            if let Some(Some(span)) = compressed {
                mistakes.at(span, "`compressed` needs a `code`: this is a record");
            }
        }
        if !input.generics.params.is_empty() {
            mistakes.at(input.ident.span(), "a wire type has no parameters");
        }
        let fields = match &input.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(named) => {
                    let fields = fields::read(&named.named, &mut mistakes);
                    fields::check(&fields, code.is_some(), &mut mistakes);
                    fields
                }
                Fields::Unit => Vec::new(),
                Fields::Unnamed(_) => {
                    mistakes.at(input.ident.span(), "the fields of a wire type have names");
                    Vec::new()
                }
            },
            _ => {
                mistakes.at(
                    input.ident.span(),
                    "`Wire` is for structs; `Family` is for enums of messages",
                );
                Vec::new()
            }
        };
        mistakes.finish(Self {
            ident: input.ident.clone(),
            code,
            guide,
            compressed: compressed.is_some(),
            doc: attributes::doc_text(&input.attrs),
            aliases: attributes::aliases(&input.attrs),
            fields,
        })
    }
}
