//! Fields that may be missing at the end.

use bytes::Bytes;
use slsk_wire::server::LoginResponse;
use slsk_wire::{Decoder, EncodeErrorKind, Message, Wire};

use super::{encode, parse};

/// A message with all kinds of optional fields.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[slsk(code = 1)]
struct Tail {
    flag: bool,
    #[slsk(if_true = flag, optional)]
    yes: Option<u16>,
    #[slsk(if_false = flag)]
    no: Option<u8>,
    #[slsk(optional, lenient)]
    lenient: Option<u32>,
    #[slsk(optional)]
    last: Option<u8>,
}

/// A message whose two sides have different lengths.
#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 2)]
struct Sides {
    flag: bool,
    #[slsk(if_true = flag)]
    long: Option<u64>,
    #[slsk(if_false = flag)]
    short: Option<u16>,
    always: u32,
    other_flag: bool,
    #[slsk(if_false = other_flag)]
    only: Option<u64>,
}

#[test]
fn each_field_may_be_the_last() {
    let no = Tail {
        no: Some(9),
        ..Tail::default()
    };
    assert_eq!(parse::<Tail>(&[0, 9]).0, no);
    let lenient = Tail {
        lenient: Some(1),
        ..no
    };
    assert_eq!(parse::<Tail>(&[0, 9, 1, 0, 0, 0]).0, lenient);
    let last = Tail {
        last: Some(7),
        ..lenient
    };
    assert_eq!(parse::<Tail>(&[0, 9, 1, 0, 0, 0, 7]).0, last);
    assert_eq!(encode(&last), [0, 9, 1, 0, 0, 0, 7]);
    let yes = Tail {
        flag: true,
        ..Tail::default()
    };
    assert_eq!(parse::<Tail>(&[1]).0, yes);
}

#[test]
fn what_is_too_short_for_a_lenient_field_is_not_the_next_one() {
    let expected = Tail {
        no: Some(9),
        ..Tail::default()
    };
    for rest in [&[1][..], &[1, 2], &[1, 2, 3]] {
        let (tail, trailing) = parse::<Tail>(&[&[0, 9], rest].concat());
        assert_eq!((tail, &trailing[..]), (expected.clone(), rest));
    }
}

#[test]
fn any_other_field_is_there_as_soon_as_a_byte_is() {
    let body = Bytes::from_static(&[1, 5]);
    let error = Decoder::default()
        .decode_message::<Tail>(&body)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "Tail: the body ends too early at byte 1 in `yes`"
    );
}

#[test]
fn the_least_length_is_that_of_the_shorter_side() {
    assert_eq!(Tail::MIN_LEN, 1);
    assert_eq!(Sides::MIN_LEN, 1 + 2 + 4 + 1);
    assert_eq!(LoginResponse::MIN_LEN, 1 + 4);
}

#[test]
fn nothing_follows_an_absent_field() {
    let refused = |tail: Tail| {
        let error = tail.encode(&mut Vec::new()).unwrap_err();
        (error.path.to_string(), error.kind)
    };
    let after_yes = Tail {
        flag: true,
        last: Some(7),
        ..Tail::default()
    };
    let kind = EncodeErrorKind::AfterAbsent { absent: "yes" };
    assert_eq!(refused(after_yes), ("last".to_owned(), kind));
    let after_lenient = Tail {
        no: Some(9),
        last: Some(7),
        ..Tail::default()
    };
    let kind = EncodeErrorKind::AfterAbsent { absent: "lenient" };
    assert_eq!(refused(after_lenient), ("last".to_owned(), kind));
    let wrong_side = Tail {
        no: Some(9),
        yes: Some(1),
        ..Tail::default()
    };
    let kind = EncodeErrorKind::Contradiction;
    assert_eq!(refused(wrong_side), ("yes".to_owned(), kind));
    let missing = EncodeErrorKind::Missing;
    assert_eq!(refused(Tail::default()), ("no".to_owned(), missing));
}

#[test]
fn the_schema_says_which() {
    let fields = Tail::SCHEMA.record.fields;
    let optional = fields.iter().map(|f| (f.optional, f.lenient));
    let expected = [
        (false, false),
        (true, false),
        (false, false),
        (true, true),
        (true, false),
    ];
    assert!(optional.eq(expected));
    assert_eq!(
        fields[2].condition.map(|c| (c.field, c.expected)),
        Some(("flag", false))
    );
}
