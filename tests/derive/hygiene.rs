//! Derived code must not depend on the names around it: here there is no prelude, and the usual names
//! mean something else.

#![no_implicit_prelude]
#![deny(missing_docs, unused_qualifications)]

use ::slsk_wire::{Family, Wire};
use ::std::clone::Clone;
use ::std::cmp::PartialEq;
use ::std::fmt::Debug;
use ::std::prelude::v1::{derive, test};
use ::std::{assert_eq, assert_ne};

macro_rules! decoys {
    ($($name:ident),*) => {$(
        /// Takes a name that derived code must not look up.
        #[derive(Debug)]
        pub struct $name;
    )*};
}

decoys!(
    Option,
    Some,
    None,
    Result,
    Ok,
    Err,
    Vec,
    String,
    Box,
    From,
    Into,
    Default,
    Iterator,
    Self_,
    Text,
    Input,
    Parsed,
    Encoder,
    Decoder,
    Shadow,
    Arbitrary,
    Sample,
    Serialize,
    Deserialize,
    Message,
    Schema
);

/// A record whose fields have the names of local variables in derived code.
#[derive(Clone, Debug, PartialEq, Wire)]
pub struct Record {
    /// A field.
    pub input: u32,
    /// A field.
    pub out: u8,
    /// A field.
    pub self_: bool,
    /// A field.
    #[slsk(if_true = self_)]
    pub value_0: ::std::option::Option<::slsk_wire::Text>,
    /// A field whose name is a keyword.
    pub r#type: bool,
    /// A field.
    #[slsk(if_false = r#type)]
    pub r#match: ::core::option::Option<u64>,
}

/// A message whose fields have the names of local variables in derived code.
#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 7, guide = "nowhere")]
#[doc(alias = "Foreign")]
pub struct Hello {
    /// A field.
    pub source: ::std::vec::Vec<Record>,
    /// A field.
    pub condition: bool,
    /// A field.
    #[slsk(if_true = condition, optional)]
    pub ended: ::std::option::Option<u16>,
    /// A field.
    #[slsk(if_true = condition, optional)]
    pub absent: ::std::option::Option<::slsk_wire::Secret>,
    /// A required field on the other side.
    #[slsk(if_false = condition)]
    pub serializer: ::std::option::Option<::std::net::Ipv4Addr>,
    /// A field.
    #[slsk(optional, lenient)]
    pub present_0: ::std::option::Option<u32>,
    /// A field.
    #[slsk(optional)]
    pub out: ::std::option::Option<u8>,
}

/// A message without a body.
#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 8, compressed)]
pub struct Nothing;

/// A family whose variants have names of the prelude.
#[derive(Clone, Debug, PartialEq, Family)]
#[slsk(id = PeerInit, code = u8)]
pub enum Messages {
    /// A variant.
    Some(Hello),
    /// A variant.
    None(Nothing),
    /// A code without a message.
    #[slsk(unknown)]
    Ok(::slsk_wire::Unknown),
}

fn hello() -> Hello {
    use ::std::convert::From;
    use ::std::option::Option::{None, Some};

    let record = Record {
        input: 1,
        out: 2,
        self_: true,
        value_0: Some(::slsk_wire::Text::from("text")),
        r#type: false,
        r#match: Some(3),
    };
    Hello {
        source: ::std::vec![record],
        condition: true,
        ended: Some(4),
        absent: None,
        serializer: None,
        present_0: None,
        out: None,
    }
}

#[test]
fn decodes_what_it_encodes() {
    use ::std::convert::From;

    let message = Messages::from(hello());
    let bytes = message.to_frame().unwrap();
    let (id, limits) = (Messages::ID, ::slsk_wire::Limits::unbounded());
    let frame = ::slsk_wire::Frame::from_bytes(bytes, id, &limits).unwrap();
    let decoded = ::slsk_wire::Decoder::new(limits).decode::<Messages>(&frame);
    assert_eq!(decoded.unwrap().message, message);
    assert_ne!(message, Messages::None(Nothing));
}

#[test]
fn names_fields_without_the_mark_of_a_raw_identifier() {
    let record = Record::SHAPE.record();
    assert_eq!(record.fields[4].name, "type");
    assert_eq!(record.fields[5].name, "match");
    assert_eq!(record.fields[5].condition.unwrap().field, "type");
}

#[test]
fn goes_through_json() {
    let text = ::serde_json::to_string(&hello()).unwrap();
    assert_eq!(
        text,
        "{\"source\":[{\"input\":1,\"out\":2,\"self_\":true,\"value_0\":\"text\",\"type\":false,\
         \"match\":3}],\"condition\":true,\"ended\":4,\"absent\":null,\"serializer\":null,\
         \"present_0\":null,\"out\":null}"
    );
    assert_eq!(::serde_json::from_str::<Hello>(&text).unwrap(), hello());
}
