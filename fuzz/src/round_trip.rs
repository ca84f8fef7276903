//! Encodes messages of any contents.

use arbitrary::{Arbitrary, Unstructured};
use bytes::Bytes;
use slsk_wire::{Decoded, Decoder, Family, Message, MessageVisitor};

use crate::{encode, split_code, zlib};

/// Encodes the message whose code comes first in `data` and whose fields are made of the rest, and decodes
/// it again. An unknown code stands for any message.
///
/// # Panics
/// When it does not come back as it was.
pub fn check<F: Family>(data: &[u8]) {
    let Some((code, fields)) = split_code(F::ID, data) else {
        return;
    };
    if F::SCHEMA.by_code(code).is_some() {
        F::visit(&mut WithCode { code, fields });
    } else if let Ok(message) = F::arbitrary(&mut Unstructured::new(fields)) {
        there_and_back(&message);
    }
}

/// Visits the message with this code.
struct WithCode<'a> {
    code: u32,
    fields: &'a [u8],
}

impl MessageVisitor for WithCode<'_> {
    fn visit<F: Family + From<M>, M: Message>(&mut self) {
        if M::CODE != self.code {
            return;
        }
        let mut source = Unstructured::new(self.fields);
        let Ok((cut, message)) = <(u16, M)>::arbitrary(&mut source) else {
            return;
        };
        let body = there_and_back(&F::from(message.clone()));
        assert!(body.len() >= M::MIN_LEN);
        prefix::<M>(&body, usize::from(cut) % (body.len() + 1));
        json(&message);
    }
}

/// Encodes and decodes; the body before compression.
fn there_and_back<F: Family>(message: &F) -> Bytes {
    let frame = encode(message);
    assert_eq!(frame.code, message.code());
    let decoded = Decoder::default()
        .decode::<F>(&frame)
        .expect("a message of ours");
    assert_eq!(&decoded.message, message);
    assert_eq!(decoded.trailing, "");
    assert_eq!(decoded.body.len(), message.encoded_len());
    decoded.body
}

/// A body that is cut off is refused, or is a message that lacks optional fields.
fn prefix<M: Message>(body: &Bytes, cut: usize) {
    let prefix = body.slice(..cut);
    let stream = if M::COMPRESSED {
        zlib::store(&prefix).into()
    } else {
        prefix.clone()
    };
    let Ok(Decoded {
        message, trailing, ..
    }) = Decoder::default().decode_message::<M>(&stream)
    else {
        return;
    };
    let mut again = Vec::new();
    message
        .encode(&mut again)
        .expect("a message that came over the wire");
    again.extend_from_slice(&trailing);
    assert_eq!(again, prefix);
}

/// A message goes through JSON.
fn json<M: Message>(message: &M) {
    let text = serde_json::to_string(message).expect("JSON");
    assert_eq!(&serde_json::from_str::<M>(&text).expect(&text), message);
}
