//! From a line with a frame in hex to a line with a message.

use std::borrow::Cow;

use bytes::Bytes;
use serde::{Deserialize, Serialize, Serializer};
use slsk_wire::{AnyMessage, Decoded, Decoder, Encoder, Frame, Limits, Strictness};

use super::{bad_json, bytes_of, family_of};
use crate::json::{Hex, Message, Problem};
use crate::limits;

/// Decodes lines.
#[derive(Debug)]
pub(super) struct FrameDecoder {
    decoder: Decoder,
    encoder: Encoder,
}

impl FrameDecoder {
    /// A decoder of lines.
    pub(super) fn new(strictness: Strictness) -> Self {
        Self {
            decoder: limits::decoder().with_strictness(strictness),
            encoder: Encoder::default(),
        }
    }

    /// Decodes one line.
    ///
    /// # Errors
    /// What is wrong with the line or the frame in it.
    pub(super) fn decode(&mut self, line: &[u8]) -> Result<Answer, Problem> {
        let request: Request<'_> =
            serde_json::from_slice(line).map_err(|error| bad_json(line, &error))?;
        let family = family_of(&request.family)?;
        let frame =
            Frame::from_bytes(bytes_of("hex", &request.hex)?, family, &Limits::unbounded())?;
        let decoded = AnyMessage::decode(&mut self.decoder, family, &frame)?;
        let mut reencoded = Vec::new();
        decoded.message.encode(&mut self.encoder, &mut reencoded)?;
        Ok(Answer {
            frame,
            decoded,
            reencoded,
        })
    }
}

/// A line of the input.
#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    family: Cow<'a, str>,
    #[serde(borrow)]
    hex: Cow<'a, str>,
}

/// A line of the output.
#[derive(Debug)]
pub(super) struct Answer {
    frame: Frame,
    decoded: Decoded<AnyMessage>,
    reencoded: Vec<u8>,
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Line<'a> {
            #[serde(flatten)]
            message: Message<'a>,
            reencoded: Hex<&'a [u8]>,
            #[serde(skip_serializing_if = "Option::is_none")]
            inflated: Option<Hex<&'a Bytes>>,
        }
        let schema = self.decoded.message.schema();
        let compressed = schema.is_some_and(|schema| schema.compressed);
        Line {
            message: Message::new(&self.frame, &self.decoded),
            reencoded: Hex(&self.reencoded),
            inflated: compressed.then_some(Hex(&self.decoded.body)),
        }
        .serialize(serializer)
    }
}
