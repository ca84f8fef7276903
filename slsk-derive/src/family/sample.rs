//! Writes the samplers of a family: any message of it, or an unknown one.

use proc_macro2::TokenStream;
use quote::quote;

use super::Family;

pub(super) fn write(family: &Family) -> TokenStream {
    let Family {
        ident,
        unknown,
        code,
        ..
    } = family;
    let idents: Vec<_> = family.variants.iter().map(|v| &v.ident).collect();
    let types: Vec<_> = family.variants.iter().map(|v| &v.ty).collect();
    let numbers = 0..family.variants.len();
    let last = family.variants.len();
    quote! {
        ::slsk_wire::__if_arbitrary! {
            #[automatically_derived]
            impl<'a> ::slsk_wire::__private::arbitrary::Arbitrary<'a> for #ident {
                fn arbitrary(
                    source: &mut ::slsk_wire::__private::arbitrary::Unstructured<'a>,
                ) -> ::slsk_wire::__private::arbitrary::Result<Self> {
                    ::core::result::Result::Ok(match source.int_in_range(0..=#last)? {
                        #(#numbers => Self::#idents(<#types as ::slsk_wire::__private::arbitrary::Arbitrary>::arbitrary(source)?),)*
                        _ => {
                            let code: #code = ::slsk_wire::__private::arbitrary::Arbitrary::arbitrary(source)?;
                            let payload = ::slsk_wire::__private::arbitrary::Arbitrary::arbitrary(source)?;
                            Self::#unknown(::slsk_wire::Unknown::sample(CODES, code as u32, payload))
                        }
                    })
                }
            }
        }
        ::slsk_wire::__if_proptest! {
            #[automatically_derived]
            impl ::slsk_wire::Sample for #ident {
                fn strategy() -> ::slsk_wire::__private::proptest::BoxedStrategy<Self> {
                    let unknown = (
                        <#code as ::slsk_wire::Sample>::strategy(),
                        <::slsk_wire::Rest as ::slsk_wire::Sample>::strategy(),
                    );
                    ::slsk_wire::__private::proptest::one_of([
                        #(::slsk_wire::__private::proptest::map(
                            <#types as ::slsk_wire::Sample>::strategy(),
                            Self::#idents,
                        ),)*
                        ::slsk_wire::__private::proptest::map(unknown, |(code, payload)| {
                            Self::#unknown(::slsk_wire::Unknown::sample(CODES, code as u32, payload))
                        }),
                    ])
                }
            }
        }
    }
}
