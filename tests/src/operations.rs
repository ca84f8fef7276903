//! What the benches measure, on the traffic of [`workload`].
#![expect(
    clippy::missing_panics_doc,
    reason = "a bench of something that fails has to stop"
)]

use bytes::Bytes;
use flate2::{Decompress, FlushDecompress, Status};
use slsk_wire::distributed::{DistributedMessage, DistributedSearch};
use slsk_wire::peer::{FileSearchResponse, PeerMessage, SharesResponse};
use slsk_wire::{
    Decoder, Encoder, FamilyId, Frame, Framer, Input, Limits, ListedDirectory, Message,
};

use crate::workload;

/// Compressed messages between peers in every form that an operation begins with.
#[derive(Debug)]
pub struct Compressed<M> {
    /// The frames with their length fields.
    pub stream: Vec<u8>,
    /// The frames, cut and in memory of their own, as a connection delivers them.
    pub frames: Vec<Frame>,
    /// What the bodies inflate to.
    pub inflated: Vec<Bytes>,
    /// The messages.
    pub messages: Vec<M>,
}

impl<M: Message> Compressed<M>
where
    PeerMessage: From<M>,
{
    /// All forms of these messages.
    #[must_use]
    pub fn new(messages: Vec<M>) -> Self {
        let stream = workload::stream::<PeerMessage>(messages.iter().cloned());
        let frames: Vec<Frame> = frames(&stream, FamilyId::Peer)
            .map(|frame| Frame {
                body: Bytes::copy_from_slice(&frame.body),
                ..frame
            })
            .collect();
        let mut decoder = Decoder::default();
        let bodies = frames.iter().map(|frame| {
            let whole = decoder.decode::<PeerMessage>(frame).expect("a message");
            Bytes::copy_from_slice(&whole.body)
        });
        Self {
            inflated: bodies.collect(),
            stream,
            frames,
            messages,
        }
    }

    /// The number of bytes that the bodies inflate to.
    #[must_use]
    pub fn inflated_len(&self) -> usize {
        self.inflated.iter().map(Bytes::len).sum()
    }

    /// Decodes all frames. The messages go to `each` and out of memory, one by one.
    pub fn decode(&self, decoder: &mut Decoder, mut each: impl FnMut(PeerMessage)) {
        for frame in &self.frames {
            each(decoder.decode(frame).expect("a message").message);
        }
    }

    /// Parses all bodies, which are inflated already.
    pub fn parse(&self, mut each: impl FnMut(M)) {
        for body in &self.inflated {
            each(M::parse(Input::new(body)).expect("a message").1);
        }
    }

    /// Encodes all messages without deflating them, to the same buffer.
    pub fn encode(&self, out: &mut Vec<u8>) {
        for message in &self.messages {
            out.clear();
            out.reserve(message.encoded_len());
            message.encode(out).expect("an encoding");
        }
    }

    /// Encodes and deflates all messages, to the same buffer.
    pub fn encode_and_deflate(&self, encoder: &mut Encoder, out: &mut Vec<u8>) {
        for message in &self.messages {
            out.clear();
            encoder.encode_message(message, out).expect("an encoding");
        }
    }

    /// A buffer into which [`inflate`] can inflate each of the bodies.
    #[must_use]
    pub fn buffer(&self) -> Vec<u8> {
        vec![0; self.inflated.iter().map(Bytes::len).max().unwrap_or(0)]
    }
}

impl Compressed<FileSearchResponse> {
    /// Reads the tokens and nothing behind them.
    pub fn peek(&self, decoder: &mut Decoder, mut each: impl FnMut(u32)) {
        for frame in &self.frames {
            let peeked = decoder.peek::<FileSearchResponse>(&frame.body);
            each(peeked.expect("a head").head().token);
        }
    }
}

impl Compressed<SharesResponse> {
    /// Reads folder by folder. They go to `each` and out of memory, one by one.
    pub fn list(&self, decoder: &mut Decoder, mut each: impl FnMut(ListedDirectory)) {
        for frame in &self.frames {
            for listed in decoder.directories(&frame.body) {
                each(listed.expect("a folder"));
            }
        }
    }
}

/// Inflates all bodies, each to the beginning of `buffer`: what decoding can't be faster than.
pub fn inflate(frames: &[Frame], state: &mut Decompress, buffer: &mut [u8]) {
    for frame in frames {
        state.reset(true);
        let status = state.decompress(&frame.body, buffer, FlushDecompress::Finish);
        assert_eq!(status.ok(), Some(Status::StreamEnd));
    }
}

/// Distributed searches in every form that an operation begins with.
#[derive(Debug)]
pub struct Searches {
    /// The frames with their length fields.
    pub stream: Vec<u8>,
    /// The frames, cut.
    pub frames: Vec<Frame>,
    /// The messages.
    pub messages: Vec<DistributedMessage>,
}

impl Searches {
    /// All forms of these messages.
    pub fn new(messages: impl Iterator<Item = DistributedSearch>) -> Self {
        let messages: Vec<DistributedMessage> = messages.map(Into::into).collect();
        let stream = workload::stream::<DistributedMessage>(messages.iter().cloned());
        Self {
            frames: frames(&stream, FamilyId::Distributed).collect(),
            stream,
            messages,
        }
    }

    /// Decodes all frames. The messages go to `each` and out of memory, one by one.
    pub fn decode(&self, decoder: &mut Decoder, mut each: impl FnMut(DistributedMessage)) {
        for frame in &self.frames {
            each(decoder.decode(frame).expect("a message").message);
        }
    }

    /// Cuts the stream into frames and decodes them.
    pub fn cut_and_decode(&self, decoder: &mut Decoder, mut each: impl FnMut(DistributedMessage)) {
        for frame in frames(&self.stream, FamilyId::Distributed) {
            each(decoder.decode(&frame).expect("a message").message);
        }
    }

    /// Encodes all messages as frames, to the same buffer.
    pub fn encode(&self, encoder: &mut Encoder, out: &mut Vec<u8>) {
        out.clear();
        for message in &self.messages {
            encoder.frame(message, out).expect("an encoding");
        }
    }
}

/// Cuts a stream that arrives in pieces of 64 KiB.
fn frames(stream: &[u8], family: FamilyId) -> impl Iterator<Item = Frame> {
    let mut framer = Framer::new(Limits::default());
    let mut chunks = stream.chunks(1 << 16);
    std::iter::from_fn(move || {
        loop {
            if let Some(frame) = framer.next(family).expect("a stream of frames") {
                return Some(frame);
            }
            framer.push(chunks.next()?);
        }
    })
}
