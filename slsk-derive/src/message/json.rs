//! Writes `Serialize` and `Deserialize`, through serde's own derive on a shadow of the struct.

use proc_macro2::TokenStream;
use quote::quote;

use super::Message;

pub(super) fn write(message: &Message) -> TokenStream {
    let ident = &message.ident;
    let name = ident.to_string();
    let fields = message.fields.iter().map(|field| {
        let (ident, ty) = (&field.ident, &field.ty);
        if field.may_be_absent() {
            quote!(#ident: ::core::option::Option<#ty>)
        } else {
            quote!(#ident: #ty)
        }
    });
    quote! {
        ::slsk_wire::__if_serde! {
            #[derive(
                ::slsk_wire::__private::serde::Serialize,
                ::slsk_wire::__private::serde::Deserialize,
            )]
            #[serde(crate = "::slsk_wire::__private::serde", remote = #name, deny_unknown_fields)]
            struct __Shadow { #(#fields),* }

            #[automatically_derived]
            impl ::slsk_wire::__private::serde::Serialize for #ident {
                fn serialize<S: ::slsk_wire::__private::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::core::result::Result<S::Ok, S::Error> {
                    __Shadow::serialize(self, serializer)
                }
            }

            #[automatically_derived]
            impl<'de> ::slsk_wire::__private::serde::Deserialize<'de> for #ident {
                fn deserialize<D: ::slsk_wire::__private::serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::core::result::Result<Self, D::Error> {
                    __Shadow::deserialize(deserializer)
                }
            }
        }
    }
}
