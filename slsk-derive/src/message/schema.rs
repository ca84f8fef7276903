//! Writes the `Message` impl and the schema, with the doc comments lifted into it.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Ident;
use syn::ext::IdentExt;

use super::Message;
use super::fields::Field;

/// `Shape::Record(..)` of a message or record.
pub(super) fn shape(message: &Message) -> TokenStream {
    let Message { doc, aliases, .. } = message;
    let name = message.ident.to_string();
    let fields = message.fields.iter().map(field);
    quote! {
        ::slsk_wire::schema::Shape::Record(&::slsk_wire::schema::RecordSchema {
            name: #name,
            doc: #doc,
            aliases: &[#(#aliases),*],
            fields: &[#(#fields),*],
        })
    }
}

/// The `Message` impl; nothing for a record.
pub(super) fn write(message: &Message) -> TokenStream {
    let Some(code) = message.code else {
        return TokenStream::new();
    };
    let Message {
        ident, compressed, ..
    } = message;
    let guide = option(message.guide.as_ref());
    let used = Ident::new("Used", Span::call_site());
    let status = message.status.as_ref().unwrap_or(&used);
    let sender = option(
        message
            .sender
            .as_ref()
            .map(|sender| quote!(::slsk_wire::schema::Sender::#sender)),
    );
    quote! {
        #[automatically_derived]
        impl ::slsk_wire::Message for #ident {
            const CODE: u32 = #code;
            const COMPRESSED: bool = #compressed;
            const SCHEMA: &'static ::slsk_wire::schema::MessageSchema =
                &::slsk_wire::schema::MessageSchema {
                    code: #code,
                    compressed: #compressed,
                    guide: #guide,
                    status: ::slsk_wire::schema::MessageStatus::#status,
                    sender: #sender,
                    record: <Self as ::slsk_wire::Wire>::SHAPE.record(),
                };
        }
    }
}

fn field(field: &Field) -> TokenStream {
    let Field { name, doc, ty, .. } = field;
    let optional = field.optional.is_some();
    let lenient = field.lenient;
    let condition = option(field.condition.as_ref().map(|condition| {
        let flag = condition.flag.unraw().to_string();
        let expected = condition.expected;
        quote!(::slsk_wire::schema::Condition { field: #flag, expected: #expected })
    }));
    let unit = option(
        field
            .unit
            .as_ref()
            .map(|unit| quote!(::slsk_wire::schema::Unit::#unit)),
    );
    quote! {
        ::slsk_wire::schema::FieldSchema {
            name: #name,
            doc: #doc,
            shape: <#ty as ::slsk_wire::Wire>::SHAPE,
            condition: #condition,
            optional: #optional,
            lenient: #lenient,
            unit: #unit,
        }
    }
}

fn option(value: Option<impl quote::ToTokens>) -> TokenStream {
    value.map_or_else(
        || quote!(::core::option::Option::None),
        |value| quote!(::core::option::Option::Some(#value)),
    )
}
