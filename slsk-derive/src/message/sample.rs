//! Writes the samplers: `Arbitrary` for fuzzers and a proptest strategy.
//!
//! Both draw a value for every field first, present or not, and then settle which ones are on the
//! wire, so that each sample can be encoded and shrinks field by field.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::Message;
use super::fields::{Field, condition, tracker, variable};

pub(super) fn write(message: &Message) -> TokenStream {
    let arbitrary = arbitrary(message);
    let strategy = strategy(message);
    quote! {
        ::slsk_wire::__if_arbitrary! { #arbitrary }
        ::slsk_wire::__if_proptest! { #strategy }
    }
}

fn arbitrary(message: &Message) -> TokenStream {
    let ident = &message.ident;
    let draws = draws(&message.fields).map(|(variable, ty)| {
        quote! {
            let #variable: #ty = ::slsk_wire::__private::arbitrary::Arbitrary::arbitrary(source)?;
        }
    });
    let settle = settle(&message.fields);
    quote! {
        #[automatically_derived]
        impl<'a> ::slsk_wire::__private::arbitrary::Arbitrary<'a> for #ident {
            fn arbitrary(
                source: &mut ::slsk_wire::__private::arbitrary::Unstructured<'a>,
            ) -> ::slsk_wire::__private::arbitrary::Result<Self> {
                let _ = &source;
                #(#draws)*
                ::core::result::Result::Ok(#settle)
            }
        }
    }
}

fn strategy(message: &Message) -> TokenStream {
    let ident = &message.ident;
    // Nested pairs: proptest's tuples end at twelve.
    let (mut strategies, mut pattern) = (
        quote!(::slsk_wire::__private::proptest::Just(())),
        quote!(()),
    );
    let draws: Vec<_> = draws(&message.fields).collect();
    for (variable, ty) in draws.into_iter().rev() {
        strategies = quote!((<#ty as ::slsk_wire::Sample>::strategy(), #strategies));
        pattern = quote!((#variable, #pattern));
    }
    let settle = settle(&message.fields);
    quote! {
        #[automatically_derived]
        impl ::slsk_wire::Sample for #ident {
            fn strategy() -> ::slsk_wire::__private::proptest::BoxedStrategy<Self> {
                ::slsk_wire::__private::proptest::map(#strategies, |#pattern| #settle)
            }
        }
    }
}

/// What is drawn, in order: each field's value and, for an optional one, whether it is there.
fn draws(fields: &[Field]) -> impl Iterator<Item = (Ident, TokenStream)> + '_ {
    fields.iter().enumerate().flat_map(|(index, field)| {
        let ty = &field.ty;
        let presence = field
            .optional
            .is_some()
            .then(|| (present(index), quote!(bool)));
        presence.into_iter().chain([(variable(index), quote!(#ty))])
    })
}

fn present(index: usize) -> Ident {
    format_ident!("present_{index}")
}

/// An expression that makes the struct of the drawn values, without those that can't be there.
fn settle(fields: &[Field]) -> TokenStream {
    let tracker = tracker(fields, quote!(let mut ended = false;));
    let steps = fields.iter().enumerate().filter_map(|(index, field)| {
        let variable = variable(index);
        let condition = condition(fields, index);
        if field.optional.is_some() {
            let present = present(index);
            Some(quote! {
                ended |= #condition && !#present;
                let #variable = ::slsk_wire::__private::when(#condition && !ended, #variable);
            })
        } else if field.condition.is_some() {
            Some(quote!(let #variable = ::slsk_wire::__private::when(#condition, #variable);))
        } else {
            None
        }
    });
    let values = fields.iter().enumerate().map(|(index, field)| {
        let (ident, variable) = (&field.ident, variable(index));
        quote!(#ident: #variable)
    });
    quote!({
        #tracker
        #(#steps)*
        Self { #(#values),* }
    })
}
