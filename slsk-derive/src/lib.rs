//! The derive macros behind `slsk-wire`.
//!
//! [`Wire`] turns a struct into a nom parser, a serializer, its exact size, samplers and a schema;
//! [`Family`] turns an enum of messages into a dispatcher on codes. Both read one attribute,
//! `#[slsk(..)]`, documented at each macro. Use them through `slsk-wire`, which re-exports them and
//! holds the traits that the generated code implements.
//!
//! Every macro works in two steps: the attributes become a checked form (`message`, `family`), and
//! the checked form becomes tokens. All mistakes of a declaration are reported at once, each at its
//! own place in the source.

mod attributes;
mod family;
mod message;

use proc_macro::TokenStream;

/// Derives the `Wire` trait, and `Message` where the struct has a code.
///
/// | on the struct | meaning |
/// |---|---|
/// | `code = N` | the message code; without it the struct is a record inside of messages |
/// | `guide = "page"` | the page of `spec/guide` that explains it |
/// | `status = Obsolete` | a variant of `MessageStatus`; without it the message is `Used` |
/// | `sender = Uploader` | a variant of `Sender`, where it is not the one of the family |
/// | `compressed` | all after the code is one zlib stream |
///
/// | on a field | meaning |
/// |---|---|
/// | `if_true = f` | on the wire only when the earlier field `f` is true; the field is an `Option` |
/// | `if_false = f` | on the wire only when the earlier field `f` is false; the field is an `Option` |
/// | `optional` | may be missing at the end of the frame; the field is an `Option` |
/// | `lenient` | with `optional`: a rest shorter than the field's least size counts as missing, and is trailing |
///
/// Doc comments and `#[doc(alias = "..")]` are lifted into the schema.
#[proc_macro_derive(Wire, attributes(slsk))]
pub fn derive_wire(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    message::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Derives the `Family` trait for an enum with one variant for each message.
///
/// | on the enum | meaning |
/// |---|---|
/// | `id = Name` | its variant of `slsk_wire::FamilyId` |
/// | `code = u8` or `code = u32` | the width of the code in front of each message |
/// | `named = PATH` | a list of `NamedCode`: codes with a name and no known layout |
///
/// One variant carries `#[slsk(unknown)]` and holds `slsk_wire::Unknown`: a frame whose code belongs to
/// no other variant. Two messages with the same code do not compile.
#[proc_macro_derive(Family, attributes(slsk))]
pub fn derive_family(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    family::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
