//! Distributed code 93, which two kinds of clients write in two ways.

use nom::Input as _;

use crate::__private::field;
use crate::error::{EncodeError, EncodeErrorKind, Segment};
use crate::input::{Input, Parsed};
use crate::schema::{FieldSchema, MessageSchema, MessageStatus, RecordSchema, Shape};
use crate::types::Rest;
use crate::wire::{Message, Wire};

/// A search as the server's [`EmbeddedMessage`](crate::server::EmbeddedMessage), passed on unopened by old roots.
///
/// Read it, open it, pass it on as what is in it; do not send it. Some senders passed on the server's frame
/// with its code of four bytes, of which the distributed network takes the first for its own code: three
/// zero bytes are left in front of the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
#[doc(alias = "DistributedServerSearchRequest")]
#[doc(alias = "DistribEmbeddedMessage")]
#[doc(alias = "EmbeddedMessage")]
pub struct DistributedEmbeddedMessage {
    /// Whether three zero bytes come first: the rest of a code of four bytes.
    pub padded: bool,
    /// The code of the message inside: always 3, a [`DistributedSearch`](super::DistributedSearch).
    pub distributed_code: u8,
    /// The body of that message.
    pub payload: Rest,
}

const PADDING: &[u8] = &[0; 3];

impl DistributedEmbeddedMessage {
    /// Whether its bytes would be read as a padded message, though it is none: code 0 and two more zeros.
    fn looks_padded(&self) -> bool {
        self.distributed_code == 0 && self.payload.len() > 2 && self.payload.starts_with(&[0; 2])
    }
}

impl Wire for DistributedEmbeddedMessage {
    const MIN_LEN: usize = 1;
    const SHAPE: Shape = Shape::Record(&RecordSchema {
        name: "DistributedEmbeddedMessage",
        doc: "A search as the server's `EmbeddedMessage`, passed on unopened by old roots.",
        aliases: &[
            "DistributedServerSearchRequest",
            "DistribEmbeddedMessage",
            "EmbeddedMessage",
        ],
        fields: &[
            FieldSchema::required(
                "padded",
                "Whether three zero bytes come first: the rest of a code of four bytes.",
                Shape::CodePadding,
            ),
            FieldSchema::required(
                "distributed_code",
                "The code of the message inside: always 3, a `DistributedSearch`.",
                u8::SHAPE,
            ),
            FieldSchema::required("payload", "The body of that message.", Rest::SHAPE),
        ],
    });
    const GREEDY: bool = true;
    const FLAW: Option<&'static str> = Some("a message can't be a field");

    fn parse(input: Input<'_>) -> Parsed<'_, Self> {
        let padded = matches!(input.rest(), [0, 0, 0, _, ..]);
        let input = input.take_from(if padded { PADDING.len() } else { 0 });
        let (input, distributed_code) = field(input, "distributed_code")?;
        let (input, payload) = field(input, "payload")?;
        let message = Self {
            padded,
            distributed_code,
            payload,
        };
        Ok((input, message))
    }

    fn encoded_len(&self) -> usize {
        let padding = if self.padded { PADDING.len() } else { 0 };
        padding + 1 + self.payload.len()
    }

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        if self.padded {
            out.extend_from_slice(PADDING);
        } else if self.looks_padded() {
            let mut error = EncodeError::from(EncodeErrorKind::Contradiction);
            error.path.wrap(Segment::Field("padded"));
            return Err(error);
        }
        self.distributed_code.encode(out)?;
        self.payload.encode(out)
    }
}

impl Message for DistributedEmbeddedMessage {
    const CODE: u32 = 93;
    const COMPRESSED: bool = false;
    const SCHEMA: &'static MessageSchema = &MessageSchema {
        code: Self::CODE,
        compressed: Self::COMPRESSED,
        guide: Some("distributed"),
        status: MessageStatus::Deprecated,
        sender: None,
        record: Self::SHAPE.record(),
    };
}

#[cfg(any(feature = "arbitrary", feature = "proptest"))]
impl DistributedEmbeddedMessage {
    /// A sample, padded where it could not be encoded otherwise.
    fn sample((padded, distributed_code, payload): (bool, u8, Rest)) -> Self {
        let mut sample = Self {
            padded,
            distributed_code,
            payload,
        };
        sample.padded |= sample.looks_padded();
        sample
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for DistributedEmbeddedMessage {
    fn arbitrary(source: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        source.arbitrary().map(Self::sample)
    }
}

#[cfg(feature = "proptest")]
impl crate::Sample for DistributedEmbeddedMessage {
    fn strategy() -> proptest::strategy::BoxedStrategy<Self> {
        use proptest::strategy::Strategy;
        let parts = (bool::strategy(), u8::strategy(), Rest::strategy());
        parts.prop_map(Self::sample).boxed()
    }
}
