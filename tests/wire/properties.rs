//! What holds for every message of every family, whatever its fields.

use std::cell::RefCell;

use arbitrary::Unstructured;
use bytes::Bytes;
use proptest::collection::vec;
use proptest::test_runner::TestCaseResult;
use proptest::{prop_assert, prop_assert_eq};
use slsk_wire::{Decoder, Encoder, Family, Frame, Limits, Message, MessageVisitor, visit_all};

use super::walk::layout;
use super::{encode, packed, parse, runner};

/// Something to be checked for samples of every message, with random bytes as a second ingredient.
pub(crate) trait Property {
    /// One case in how many is run.
    const SHARE: u32 = 1;

    fn check<F: Family + From<M>, M: Message>(
        &mut self,
        message: &M,
        noise: &[u8],
    ) -> TestCaseResult;
}

struct Each<P> {
    property: RefCell<P>,
    visited: usize,
}

impl<P: Property> MessageVisitor for Each<P> {
    fn visit<F: Family + From<M>, M: Message>(&mut self) {
        let samples = (M::strategy(), vec(proptest::num::u8::ANY, 1..48));
        let result = runner(P::SHARE).run(&samples, |(message, noise)| {
            self.property.borrow_mut().check::<F, M>(&message, &noise)
        });
        if let Err(error) = result {
            panic!("{} of {}: {error}", M::SCHEMA.record.name, F::ID);
        }
        self.visited += 1;
    }
}

pub(crate) fn for_all<P: Property>(property: P) {
    let property = RefCell::new(property);
    let mut each = Each {
        property,
        visited: 0,
    };
    visit_all(&mut each);
    let messages = slsk_wire::FamilyId::ALL.map(|family| family.schema().messages.len());
    assert_eq!(each.visited, messages.iter().sum::<usize>());
}

/// Both ways, alone and as a frame. The coders are the same for all messages, so they must come back
/// to their beginnings by themselves.
#[derive(Default)]
struct RoundTrip(Decoder, Encoder);

impl RoundTrip {
    fn frame<F: Family + From<M>, M: Message>(&mut self, message: &M) -> TestCaseResult {
        let family = F::from(message.clone());
        let mut bytes = vec![0xEE; 3];
        self.1.frame(&family, &mut bytes)?;
        let frame = Frame::from_bytes(bytes.split_off(3), F::ID, &Limits::unbounded())?;
        prop_assert_eq!(bytes, [0xEE; 3]);
        prop_assert_eq!(frame.code, M::CODE);
        let decoded = self.0.decode::<F>(&frame)?;
        prop_assert_eq!(decoded.body, encode(message));
        prop_assert_eq!(decoded.trailing, "");
        prop_assert_eq!(decoded.message.name(), M::SCHEMA.record.name);
        prop_assert_eq!(decoded.message, family);
        Ok(())
    }
}

impl Property for RoundTrip {
    fn check<F: Family + From<M>, M: Message>(&mut self, message: &M, _: &[u8]) -> TestCaseResult {
        let body = encode(message);
        prop_assert_eq!(body.len(), message.encoded_len());
        prop_assert!(body.len() >= M::MIN_LEN);
        let (again, rest) = parse::<M>(&body);
        prop_assert_eq!(&again, message);
        prop_assert_eq!(rest, "");
        self.frame::<F, M>(message)
    }
}

#[test]
fn what_is_encoded_decodes_to_the_same() {
    for_all(RoundTrip::default());
}

struct FromArbitrary(RoundTrip);

impl Property for FromArbitrary {
    fn check<F: Family + From<M>, M: Message>(&mut self, _: &M, noise: &[u8]) -> TestCaseResult {
        let noise = noise.repeat(8);
        let message = M::arbitrary(&mut Unstructured::new(&noise))
            .map_err(|error| proptest::test_runner::TestCaseError::fail(error.to_string()))?;
        self.0.check::<F, M>(&message, &noise)
    }
}

#[test]
fn what_arbitrary_makes_can_be_encoded() {
    for_all(FromArbitrary(RoundTrip::default()));
}

#[derive(Default)]
struct Prefixes(Decoder);

impl Property for Prefixes {
    const SHARE: u32 = 16;

    fn check<F: Family + From<M>, M: Message>(&mut self, message: &M, _: &[u8]) -> TestCaseResult {
        let body = encode(message);
        for end in 0..body.len() {
            let prefix = &body[..end];
            let Ok(decoded) = self.0.decode_message::<M>(&packed::<M>(prefix)) else {
                continue;
            };
            prop_assert!(end >= M::MIN_LEN);
            let again = [&encode(&decoded.message), &decoded.trailing[..]].concat();
            prop_assert_eq!(again, prefix);
        }
        if M::COMPRESSED {
            let stream = packed::<M>(&body);
            for end in 0..stream.len() {
                let decoded = self.0.decode_message::<M>(&stream.slice(..end));
                prop_assert!(
                    decoded.is_err(),
                    "{end} of {} compressed bytes",
                    stream.len()
                );
            }
        }
        Ok(())
    }
}

#[test]
fn a_prefix_fails_or_is_a_message_of_its_own() {
    for_all(Prefixes::default());
}

#[derive(Default)]
struct Appended(Decoder);

impl Property for Appended {
    fn check<F: Family + From<M>, M: Message>(
        &mut self,
        message: &M,
        noise: &[u8],
    ) -> TestCaseResult {
        let body = encode(message);
        let longer = [&body, noise].concat();
        let decoded = self.0.decode_message::<M>(&packed::<M>(&longer));
        if !layout(M::SCHEMA.record, &body).open {
            let decoded = decoded?;
            prop_assert_eq!(&decoded.message, message);
            prop_assert_eq!(decoded.trailing, noise);
        } else if let Ok(decoded) = decoded {
            let length = decoded.message.encoded_len() + decoded.trailing.len();
            prop_assert_eq!(length, longer.len());
        }
        if M::COMPRESSED {
            let behind: Bytes = [&packed::<M>(&body), noise].concat().into();
            let decoded = self.0.decode_message::<M>(&behind)?;
            prop_assert_eq!(&decoded.message, message);
            prop_assert_eq!(decoded.trailing, noise);
        }
        Ok(())
    }
}

#[test]
fn appended_bytes_are_trailing() {
    for_all(Appended::default());
}

struct Layouts;

impl Property for Layouts {
    fn check<F: Family + From<M>, M: Message>(&mut self, message: &M, _: &[u8]) -> TestCaseResult {
        let body = encode(message);
        prop_assert_eq!(layout(M::SCHEMA.record, &body).end, body.len());
        Ok(())
    }
}

#[test]
fn the_schema_describes_the_bytes() {
    for_all(Layouts);
}

#[derive(Default)]
struct Bools(usize);

impl Property for Bools {
    const SHARE: u32 = 16;

    fn check<F: Family + From<M>, M: Message>(&mut self, message: &M, _: &[u8]) -> TestCaseResult {
        let mut body = encode(message);
        for position in layout(M::SCHEMA.record, &body).bools {
            let canonical = body[position];
            prop_assert!(canonical < 2);
            for byte in 1..=u8::MAX {
                body[position] = byte;
                if canonical == 1 {
                    let (again, rest) = parse::<M>(&body);
                    prop_assert_eq!(&again, message);
                    prop_assert_eq!(rest, "");
                    self.0 += 1;
                }
            }
            body[position] = canonical;
        }
        Ok(())
    }
}

#[test]
fn every_byte_but_zero_is_true() {
    for_all(Bools::default());
}

/// Decodes bytes that may be anything; what decodes at all has an encoding, which means the same.
#[derive(Default)]
struct Nonsense(Decoder);

impl Nonsense {
    fn survive<M: Message>(&mut self, body: &[u8]) -> TestCaseResult {
        let _ = self.0.decode_message::<M>(&Bytes::copy_from_slice(body));
        let Ok(decoded) = self.0.decode_message::<M>(&packed::<M>(body)) else {
            return Ok(());
        };
        let (again, rest) = parse::<M>(&encode(&decoded.message));
        prop_assert_eq!(again, decoded.message);
        prop_assert_eq!(rest, "");
        Ok(())
    }
}

impl Property for Nonsense {
    fn check<F: Family + From<M>, M: Message>(
        &mut self,
        message: &M,
        noise: &[u8],
    ) -> TestCaseResult {
        self.survive::<M>(noise)?;
        let mut damaged = encode(message);
        if let Some(count) = damaged.len().checked_sub(1) {
            let place = usize::from(noise[0]) * count / 255;
            damaged[place] ^= noise[noise.len() - 1];
        }
        self.survive::<M>(&damaged)
    }
}

#[test]
fn no_bytes_make_a_decoder_panic() {
    for_all(Nonsense::default());
}

struct Json;

impl Property for Json {
    fn check<F: Family + From<M>, M: Message>(&mut self, message: &M, _: &[u8]) -> TestCaseResult {
        let text = serde_json::to_string(message)?;
        prop_assert_eq!(&serde_json::from_str::<M>(&text)?, message, "{}", text);
        let value = serde_json::to_value(message)?;
        prop_assert_eq!(&serde_json::from_value::<M>(value)?, message, "{}", text);
        Ok(())
    }
}

#[test]
fn every_message_goes_through_json() {
    for_all(Json);
}
