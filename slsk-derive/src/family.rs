//! `#[derive(Family)]`: reads an enum of messages and writes its dispatch on codes.

mod sample;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Ident, Path, Type};

use crate::attributes::{self, Mistakes};

/// An enum whose attributes make sense.
struct Family {
    ident: Ident,
    id: Ident,
    /// The width of the code: `u8` or `u32`.
    code: Ident,
    /// The constant that lists the codes without a known layout.
    named: Option<Path>,
    doc: String,
    variants: Vec<Variant>,
    unknown: Ident,
}

/// One message of a family.
struct Variant {
    ident: Ident,
    ty: Type,
}

/// All that `#[derive(Family)]` generates.
pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let family = Family::read(input)?;
    let implementation = family.implementation();
    let conversions = family.conversions();
    let unique = family.unique_codes();
    let sample = sample::write(&family);
    let ident = &family.ident;
    let json = family.json();
    Ok(quote! {
        #[allow(clippy::all, clippy::pedantic, unused_qualifications, missing_docs)]
        const _: () = {
            #implementation
            #conversions
            #unique
            #sample
            ::slsk_wire::__if_serde! {
                #[automatically_derived]
                impl ::slsk_wire::FamilyJson for #ident { #json }
            }
        };
    })
}

impl Family {
    fn read(input: &DeriveInput) -> syn::Result<Self> {
        let mut mistakes = Mistakes::default();
        let (mut id, mut code, mut named) = (None, None, None);
        attributes::keywords(
            &input.attrs,
            "`id`, `code`, `named`",
            &mut mistakes,
            |meta, mistakes| {
                if meta.path.is_ident("id") {
                    id = Some(meta.value()?.parse::<Ident>()?);
                } else if meta.path.is_ident("code") {
                    code = Some(read_width(&meta.value()?.parse()?, mistakes));
                } else if meta.path.is_ident("named") {
                    named = Some(meta.value()?.parse::<Path>()?);
                } else {
                    return Ok(false);
                }
                Ok(true)
            },
        );
        let name = &input.ident;
        if !input.generics.params.is_empty() {
            mistakes.at(&input.generics.params, "a family has no parameters");
        }
        let id = required(
            id,
            name,
            "say which family this is: `id = ServerRequest`",
            &mut mistakes,
        );
        let code = required(
            code,
            name,
            "say how wide its codes are: `code = u32`",
            &mut mistakes,
        );
        let (variants, unknown) = if let Data::Enum(data) = &input.data {
            Variant::read(data, name, &mut mistakes)
        } else {
            mistakes.at(
                name,
                "`Family` is for enums of messages; `Wire` is for structs",
            );
            (Vec::new(), name.clone())
        };
        mistakes.finish(Self {
            ident: name.clone(),
            id,
            code,
            named,
            doc: attributes::doc_text(&input.attrs),
            variants,
            unknown,
        })
    }

    fn implementation(&self) -> TokenStream {
        let Self {
            ident,
            id,
            code,
            doc,
            unknown,
            ..
        } = self;
        let name = ident.to_string();
        let named = self
            .named
            .as_ref()
            .map_or_else(|| quote!(&[]), ToTokens::to_token_stream);
        let idents: Vec<_> = self.variants.iter().map(|v| &v.ident).collect();
        let types: Vec<_> = self.variants.iter().map(|v| &v.ty).collect();
        quote! {
            #[automatically_derived]
            impl ::slsk_wire::Family for #ident {
                const ID: ::slsk_wire::FamilyId = ::slsk_wire::FamilyId::#id;
                const SCHEMA: &'static ::slsk_wire::schema::FamilySchema =
                    &::slsk_wire::schema::FamilySchema {
                        id: <Self as ::slsk_wire::Family>::ID,
                        name: #name,
                        doc: #doc,
                        code_width: ::core::mem::size_of::<#code>(),
                        messages: &[#(<#types as ::slsk_wire::Message>::SCHEMA),*],
                        named: #named,
                    };

                fn schema(&self) -> ::core::option::Option<&'static ::slsk_wire::schema::MessageSchema> {
                    match self {
                        #(Self::#idents(_) => ::core::option::Option::Some(
                            <#types as ::slsk_wire::Message>::SCHEMA,
                        ),)*
                        Self::#unknown(_) => ::core::option::Option::None,
                    }
                }

                fn code(&self) -> u32 {
                    match self {
                        #(Self::#idents(_) => <#types as ::slsk_wire::Message>::CODE,)*
                        Self::#unknown(unknown) => unknown.code,
                    }
                }

                fn decode_with(
                    decoder: &mut ::slsk_wire::Decoder,
                    frame: &::slsk_wire::Frame,
                ) -> ::core::result::Result<::slsk_wire::Decoded<Self>, ::slsk_wire::DecodeError> {
                    match frame.code {
                        #(<#types as ::slsk_wire::Message>::CODE => decoder
                            .decode_message::<#types>(&frame.body)
                            .map(|decoded| decoded.map(Self::#idents)),)*
                        _ => ::core::result::Result::Ok(
                            ::slsk_wire::Unknown::decoded(frame).map(Self::#unknown),
                        ),
                    }
                }

                fn encode_with(
                    &self,
                    encoder: &mut ::slsk_wire::Encoder,
                    out: &mut ::slsk_wire::__private::Vec<u8>,
                ) -> ::core::result::Result<(), ::slsk_wire::EncodeError> {
                    match self {
                        #(Self::#idents(message) => encoder.encode_message(message, out),)*
                        Self::#unknown(unknown) => {
                            out.extend_from_slice(&unknown.payload);
                            ::core::result::Result::Ok(())
                        }
                    }
                }

                fn encoded_len(&self) -> usize {
                    match self {
                        #(Self::#idents(message) => ::slsk_wire::Wire::encoded_len(message),)*
                        Self::#unknown(unknown) => unknown.payload.len(),
                    }
                }

                fn visit(visitor: &mut impl ::slsk_wire::MessageVisitor) {
                    #(visitor.visit::<Self, #types>();)*
                }
            }
        }
    }

    fn conversions(&self) -> TokenStream {
        let ident = &self.ident;
        let each = self.variants.iter().map(|Variant { ident: variant, ty }| {
            quote! {
                #[automatically_derived]
                impl ::core::convert::From<#ty> for #ident {
                    fn from(message: #ty) -> Self {
                        Self::#variant(message)
                    }
                }
            }
        });
        quote!(#(#each)*)
    }

    /// Codes belong to the messages, so only the compiler can compare them.
    fn unique_codes(&self) -> TokenStream {
        let width = &self.code;
        let types: Vec<_> = self.variants.iter().map(|v| &v.ty).collect();
        let checks = self.variants.iter().enumerate().map(|(index, variant)| {
            let ty = &variant.ty;
            let name = &variant.ident;
            let twice = format!("the code of `{name}` is used twice in this family");
            let wide = format!("the code of `{name}` does not fit the code width of this family");
            quote_spanned! {ty.span()=>
                const _: () = ::core::assert!(::slsk_wire::__private::is_new(CODES, #index), #twice);
                const _: () = ::core::assert!(
                    <#ty as ::slsk_wire::Message>::CODE as u64 <= #width::MAX as u64,
                    #wide
                );
            }
        });
        quote! {
            const CODES: &[u32] = &[#(<#types as ::slsk_wire::Message>::CODE),*];
            #(#checks)*
        }
    }

    fn json(&self) -> TokenStream {
        let unknown = &self.unknown;
        let idents: Vec<_> = self.variants.iter().map(|v| &v.ident).collect();
        let types: Vec<_> = self.variants.iter().map(|v| &v.ty).collect();
        let result = quote!(::core::result::Result);
        quote! {
            fn serialize_fields<S: ::slsk_wire::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> #result<S::Ok, S::Error> {
                use ::slsk_wire::__private::serde::Serialize;
                match self {
                    #(Self::#idents(message) => Serialize::serialize(message, serializer),)*
                    Self::#unknown(unknown) => Serialize::serialize(unknown, serializer),
                }
            }

            fn deserialize_fields<'de, D: ::slsk_wire::__private::serde::Deserializer<'de>>(
                code: u32,
                deserializer: D,
            ) -> #result<Self, D::Error> {
                use ::slsk_wire::__private::serde::Deserialize;
                match code {
                    #(<#types as ::slsk_wire::Message>::CODE => {
                        #result::map(<#types as Deserialize>::deserialize(deserializer), Self::#idents)
                    })*
                    _ => #result::map(
                        ::slsk_wire::Unknown::deserialize_payload(code, deserializer),
                        Self::#unknown,
                    ),
                }
            }
        }
    }
}

impl Variant {
    fn read(data: &syn::DataEnum, name: &Ident, mistakes: &mut Mistakes) -> (Vec<Self>, Ident) {
        let mut variants = Vec::new();
        let mut unknown: Option<Ident> = None;
        for variant in &data.variants {
            let mut is_unknown = false;
            attributes::keywords(&variant.attrs, "`unknown`", mistakes, |meta, _| {
                is_unknown = meta.path.is_ident("unknown");
                Ok(is_unknown)
            });
            let ident = variant.ident.clone();
            let ty = match &variant.fields {
                Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                    fields.unnamed[0].ty.clone()
                }
                _ => {
                    mistakes.at(variant, "a variant holds one message: `Name(Message)`");
                    continue;
                }
            };
            if !is_unknown {
                variants.push(Self { ident, ty });
            } else if unknown.is_some() {
                mistakes.at(ident, "a family has one `unknown` variant");
            } else {
                unknown = Some(ident);
            }
        }
        let unknown = unknown.unwrap_or_else(|| {
            mistakes.at(
                name,
                "a family needs a variant for codes that it does not know: `#[slsk(unknown)] Unknown(Unknown)`",
            );
            name.clone()
        });
        (variants, unknown)
    }
}

/// The width of a code; `u32` in place of one that is none.
fn read_width(token: &TokenTree, mistakes: &mut Mistakes) -> Ident {
    match token {
        TokenTree::Ident(width) if width == "u8" || width == "u32" => width.clone(),
        other => {
            mistakes.at(other, "a code is a `u8` or a `u32`");
            Ident::new("u32", other.span())
        }
    }
}

fn required(value: Option<Ident>, name: &Ident, advice: &str, mistakes: &mut Mistakes) -> Ident {
    value.unwrap_or_else(|| {
        mistakes.at(name, advice);
        name.clone()
    })
}
