//! `#[derive(Wire)]`: reads a struct into a checked form and hands it to the writers.

mod codec;
mod fields;
mod json;
mod sample;
mod schema;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Fields, Ident, Lit, LitStr};

use crate::attributes::{self, Mistakes};
use fields::Field;

/// A message or record whose attributes make sense.
struct Message {
    ident: Ident,
    /// `None` for a record.
    code: Option<u32>,
    guide: Option<LitStr>,
    /// A variant of `MessageStatus`.
    status: Option<Ident>,
    /// A variant of `Sender`, where it is not the one of the family.
    sender: Option<Ident>,
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
        let mut code: Option<u32> = None;
        let mut guide = None;
        let mut status = None;
        let mut sender = None;
        let mut compressed = None;
        attributes::keywords(
            &input.attrs,
            "`code`, `guide`, `status`, `sender`, `compressed`",
            &mut mistakes,
            |meta, mistakes| {
                if meta.path.is_ident("code") {
                    code = Some(read_code(&meta.value()?.parse()?, mistakes));
                } else if meta.path.is_ident("guide") {
                    guide = Some(meta.value()?.parse::<LitStr>()?);
                } else if meta.path.is_ident("status") {
                    status = Some(meta.value()?.parse::<Ident>()?);
                } else if meta.path.is_ident("sender") {
                    sender = Some(meta.value()?.parse::<Ident>()?);
                } else if meta.path.is_ident("compressed") {
                    compressed = Some(meta.path.clone());
                } else {
                    return Ok(false);
                }
                Ok(true)
            },
        );
        if code.is_none() {
            for (keyword, value) in [
                ("guide", guide.as_ref().map(ToTokens::to_token_stream)),
                ("status", status.as_ref().map(ToTokens::to_token_stream)),
                ("sender", sender.as_ref().map(ToTokens::to_token_stream)),
                (
                    "compressed",
                    compressed.as_ref().map(ToTokens::to_token_stream),
                ),
            ] {
                if let Some(value) = value {
                    mistakes.at(
                        value,
                        format_args!("`{keyword}` needs a `code`: this is a record"),
                    );
                }
            }
        }
        if !input.generics.params.is_empty() {
            mistakes.at(&input.generics.params, "a wire type has no parameters");
        }
        let fields = read_fields(input, code.is_some(), &mut mistakes);
        mistakes.finish(Self {
            ident: input.ident.clone(),
            code,
            guide,
            status,
            sender,
            compressed: compressed.is_some(),
            doc: attributes::doc_text(&input.attrs),
            aliases: attributes::aliases(&input.attrs),
            fields,
        })
    }
}

fn read_fields(input: &DeriveInput, is_message: bool, mistakes: &mut Mistakes) -> Vec<Field> {
    let Data::Struct(data) = &input.data else {
        mistakes.at(
            &input.ident,
            "`Wire` is for structs; `Family` is for enums of messages",
        );
        return Vec::new();
    };
    match &data.fields {
        Fields::Named(named) => {
            let fields = fields::read(&named.named, mistakes);
            fields::check(&fields, is_message, mistakes);
            fields
        }
        Fields::Unit => Vec::new(),
        Fields::Unnamed(_) => {
            mistakes.at(&data.fields, "the fields of a wire type have names");
            Vec::new()
        }
    }
}

/// A code; 0 in place of one that is none.
fn read_code(literal: &Lit, mistakes: &mut Mistakes) -> u32 {
    let number = match literal {
        Lit::Int(number) => number.base10_parse().ok(),
        _ => None,
    };
    number.unwrap_or_else(|| {
        mistakes.at(literal, "a code is a number from 0 to 4294967295");
        0
    })
}
