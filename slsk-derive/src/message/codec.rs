//! Writes the `Wire` impl: sizes, parser, serializer.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

use super::Message;
use super::fields::{Field, condition, tracker, variable};

pub(super) fn write(message: &Message) -> TokenStream {
    let ident = &message.ident;
    let min_len = min_len(&message.fields);
    let shape = super::schema::shape(message);
    let parse = parse(&message.fields);
    let encoded_len = message.fields.iter().map(|field| {
        let ident = &field.ident;
        if field.may_be_absent() {
            quote!(+ ::slsk_wire::__private::option_len(&self.#ident))
        } else {
            quote!(+ ::slsk_wire::Wire::encoded_len(&self.#ident))
        }
    });
    let encode = encode(&message.fields);
    let greedy = greedy(&message.fields);
    let flaw = message.code.is_some().then(|| {
        quote! {
            const FLAW: ::core::option::Option<&'static str> = ::core::option::Option::Some(
                "a message can't be a field; a record, which has no `code`, can",
            );
        }
    });
    quote! {
        #[automatically_derived]
        impl ::slsk_wire::Wire for #ident {
            const MIN_LEN: usize = #min_len;
            #flaw
            const SHAPE: ::slsk_wire::schema::Shape = #shape;
            #greedy

            #[inline]
            fn parse(input: ::slsk_wire::Input<'_>) -> ::slsk_wire::Parsed<'_, Self> {
                #parse
            }

            fn encoded_len(&self) -> usize {
                0 #(#encoded_len)*
            }

            fn encode(
                &self,
                out: &mut ::slsk_wire::__private::Vec<u8>,
            ) -> ::core::result::Result<(), ::slsk_wire::EncodeError> {
                #encode
                ::core::result::Result::Ok(())
            }
        }

        // Evaluates the checks even where nobody asks.
        const _: bool = <#ident as ::slsk_wire::Wire>::GREEDY;
    }
}

/// The least that the fields occupy: those without a condition, and for each flag its shorter side.
fn min_len(fields: &[Field]) -> TokenStream {
    let required = |flag: Option<(&Ident, bool)>| {
        let parts = fields
            .iter()
            .filter(|field| field.optional.is_none())
            .filter(|field| field.condition.as_ref().map(|c| (&c.flag, c.expected)) == flag)
            .map(|field| {
                let ty = &field.ty;
                quote!(+ <#ty as ::slsk_wire::Wire>::MIN_LEN)
            });
        quote!(0 #(#parts)*)
    };
    let mut flags: Vec<&Ident> = Vec::new();
    for condition in fields.iter().filter_map(|field| field.condition.as_ref()) {
        if !flags.contains(&&condition.flag) {
            flags.push(&condition.flag);
        }
    }
    let always = required(None);
    let sides = flags.iter().map(|flag| {
        let (yes, no) = (required(Some((flag, true))), required(Some((flag, false))));
        quote!(+ ::slsk_wire::__private::shorter(#yes, #no))
    });
    quote!(#always #(#sides)*)
}

/// Whether the last field takes all the rest, after the checks that need the types themselves.
fn greedy(fields: &[Field]) -> TokenStream {
    let Some((last, before)) = fields.split_last() else {
        return quote!(
            const GREEDY: bool = false;
        );
    };
    let checks = fields.iter().map(check);
    let checks_before = before.iter().map(|field| {
        let ty = &field.ty;
        let text = format!(
            "`{}` takes all the rest of the frame, so it must be the last field",
            field.name
        );
        quote_spanned!(ty.span()=> ::core::assert!(!<#ty as ::slsk_wire::Wire>::GREEDY, #text);)
    });
    let ty = &last.ty;
    quote! {
        const GREEDY: bool = {
            #(#checks)*
            #(#checks_before)*
            <#ty as ::slsk_wire::Wire>::GREEDY
        };
    }
}

fn check(field: &Field) -> TokenStream {
    let ty = &field.ty;
    let shows = field.optional.as_ref().map(|_| {
        let text = format!(
            "`{}` is optional but can occupy no bytes, so nobody can tell whether it is there",
            field.name
        );
        quote_spanned!(ty.span()=> ::core::assert!(<#ty as ::slsk_wire::Wire>::MIN_LEN > 0, #text);)
    });
    quote_spanned! {ty.span()=>
        if let ::core::option::Option::Some(flaw) = <#ty as ::slsk_wire::Wire>::FLAW {
            ::core::panic!("{}", flaw);
        }
        #shows
    }
}

fn parse(fields: &[Field]) -> TokenStream {
    let tracker = tracker(fields, quote!(let mut ended = false;));
    let steps = fields.iter().enumerate().map(|(index, field)| {
        let Field { name, ty, .. } = field;
        let variable = variable(index);
        let condition = condition(fields, index);
        let call = if field.optional.is_some() {
            let lenient = field.lenient;
            quote!(field_optional::<#ty>(input, #condition, #lenient, &mut ended, #name))
        } else if field.condition.is_some() {
            quote!(field_if::<#ty>(input, #condition, #name))
        } else {
            quote!(field::<#ty>(input, #name))
        };
        quote!(let (input, #variable) = ::slsk_wire::__private::#call?;)
    });
    let values = fields.iter().enumerate().map(|(index, field)| {
        let (ident, variable) = (&field.ident, variable(index));
        quote!(#ident: #variable)
    });
    quote! {
        #tracker
        #(#steps)*
        ::core::result::Result::Ok((input, Self { #(#values),* }))
    }
}

fn encode(fields: &[Field]) -> TokenStream {
    let tracker = tracker(
        fields,
        quote!(let mut absent = ::core::option::Option::None;),
    );
    let steps = fields.iter().map(|field| {
        let Field { ident, name, .. } = field;
        let condition = field.condition.as_ref().map_or(quote!(true), |condition| {
            let flag = &condition.flag;
            if condition.expected {
                quote!(self.#flag)
            } else {
                quote!(!self.#flag)
            }
        });
        if field.optional.is_some() {
            quote! {
                ::slsk_wire::__private::put_optional(&self.#ident, #condition, &mut absent, #name, out)?;
            }
        } else if field.condition.is_some() {
            quote!(::slsk_wire::__private::put_if(&self.#ident, #condition, #name, out)?;)
        } else {
            quote!(::slsk_wire::__private::put(&self.#ident, #name, out)?;)
        }
    });
    quote!(#tracker #(#steps)*)
}
