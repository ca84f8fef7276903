//! Frames of every message, the same in each run.

use std::io::Write as _;

use flate2::{Compression, write::ZlibEncoder};
use proptest::collection::vec;
use proptest::num::u8::ANY as BYTE;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::Value;
use slsk_wire::{Family, FamilyId, Message, MessageVisitor, visit_all};

use super::line;

/// Lines with a frame each.
pub(super) struct Samples {
    runner: TestRunner,
    /// How many of each message.
    each: usize,
    /// Such as a client may send.
    pub(super) sound: Vec<Value>,
    /// The same with a body that was changed.
    pub(super) damaged: Vec<Value>,
}

impl Samples {
    pub(super) fn new(each: usize) -> Self {
        let mut config = Config::default();
        if config.rng_seed == RngSeed::Random {
            config.rng_seed = RngSeed::Fixed(2242);
        }
        let mut samples = Self {
            runner: TestRunner::new(config),
            each,
            sound: Vec::new(),
            damaged: Vec::new(),
        };
        visit_all(&mut samples);
        let messages = FamilyId::ALL.map(|family| family.schema().messages.len());
        assert_eq!(samples.sound.len(), messages.iter().sum::<usize>() * each);
        samples
    }

    fn draw<S: Strategy>(&mut self, strategy: &S) -> S::Value {
        let tree = strategy.new_tree(&mut self.runner);
        tree.expect("a sample").current()
    }
}

impl MessageVisitor for Samples {
    fn visit<F: Family + From<M>, M: Message>(&mut self) {
        let messages = M::strategy();
        for _ in 0..self.each {
            let mut body = Vec::new();
            let message = self.draw(&messages);
            message.encode(&mut body).expect("it has an encoding");
            self.sound.push(line(F::ID, &frame::<F, M>(&body)));
            let noise = self.draw(&vec(BYTE, 4));
            damage(&mut body, &noise);
            self.damaged.push(line(F::ID, &frame::<F, M>(&body)));
        }
    }
}

/// Changes a byte, cuts the end off, or puts more behind it.
fn damage(body: &mut Vec<u8>, noise: &[u8]) {
    let place = usize::from(noise[1]) * body.len() / 256;
    match noise[0] % 4 {
        0 => body.truncate(place),
        1 => body.extend(&noise[1..]),
        _ if body.is_empty() => {}
        2 => body[place] = noise[2],
        _ => body[place] ^= 1 << (noise[2] % 8),
    }
}

/// A body as a frame.
fn frame<F: Family, M: Message>(body: &[u8]) -> Vec<u8> {
    let body = if M::COMPRESSED {
        deflate(body)
    } else {
        body.to_vec()
    };
    let code = M::CODE.to_le_bytes();
    let content = [&code[..F::SCHEMA.code_width], &body].concat();
    let length = u32::try_from(content.len()).expect("a short sample");
    [&length.to_le_bytes()[..], &content].concat()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}
