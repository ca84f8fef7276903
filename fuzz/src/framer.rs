//! Cuts streams into frames.

use slsk_wire::obfuscation::{KEY_LENGTH, obfuscate};
use slsk_wire::{FamilyId, Frame, FrameError, Framer};

use crate::{limits, with_length};

/// Cuts a stream into frames, at once and in chunks.
///
/// Three bytes come before the stream: the family of the first frame, with the highest bit for an obfuscated
/// stream; the family of the others; a seed for the lengths of the chunks.
///
/// # Panics
/// When the chunks matter, or bytes get lost.
pub fn check(data: &[u8]) {
    let [first, others, seed, stream @ ..] = data else {
        return;
    };
    let family = |byte: u8| FamilyId::ALL[usize::from(byte & 0x7F) % FamilyId::ALL.len()];
    let new = || Cutter::new([family(*first), family(*others)], first & 0x80 != 0);

    let mut whole = new();
    whole.push(stream);
    whole.account_for(stream);

    let mut chunked = new();
    let mut rest = stream;
    let mut seed = u32::from(*seed);
    while !rest.is_empty() {
        seed = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
        let length = 1 + (seed >> 28) as usize * (seed >> 24 & 3) as usize;
        let (chunk, behind) = rest.split_at(length.min(rest.len()));
        chunked.push(chunk);
        rest = behind;
    }
    assert_eq!(chunked.frames, whole.frames);
    assert_eq!(chunked.error, whole.error);
    assert_eq!(chunked.framer.buffered(), whole.framer.buffered());

    let left = whole.framer.buffered().to_vec();
    assert_eq!(whole.framer.take(left.len() + 1), None);
    assert_eq!(
        whole.framer.take(left.len()).expect("all that is left"),
        left
    );
    assert!(whole.framer.buffered().is_empty());
}

/// A framer with what it has cut.
struct Cutter {
    framer: Framer,
    families: [FamilyId; 2],
    obfuscated: bool,
    frames: Vec<Frame>,
    error: Option<FrameError>,
}

impl Cutter {
    fn new(families: [FamilyId; 2], obfuscated: bool) -> Self {
        let mut framer = Framer::new(limits());
        framer.set_obfuscated(obfuscated);
        Self {
            framer,
            families,
            obfuscated,
            frames: Vec::new(),
            error: None,
        }
    }

    fn family_of(&self, index: usize) -> FamilyId {
        self.families[index.min(1)]
    }

    /// Takes in a chunk and takes out the frames. A fault remains.
    fn push(&mut self, chunk: &[u8]) {
        self.framer.push(chunk);
        loop {
            let next = self.framer.next(self.family_of(self.frames.len()));
            match (next, self.error) {
                (Ok(Some(frame)), None) => self.frames.push(frame),
                (Ok(None), None) => break,
                (Err(error), None) => self.error = Some(error),
                (next, Some(error)) => {
                    assert_eq!(next, Err(error));
                    break;
                }
            }
        }
    }

    /// Every byte of the stream is in a frame or left over.
    fn account_for(&self, stream: &[u8]) {
        let mut rest = stream;
        for (index, frame) in self.frames.iter().enumerate() {
            let family = self.family_of(index);
            let width = family.code_width();
            let content = [&frame.code.to_le_bytes()[..width], &frame.body].concat();
            assert!(content.len() <= limits().frame(family, frame.code));
            let plain = with_length(&content);
            let mut sent = Vec::new();
            if self.obfuscated {
                let key = rest.first_chunk::<KEY_LENGTH>().expect("a key");
                obfuscate(&plain, *key, &mut sent);
            } else {
                sent.clone_from(&plain);
            }
            rest = rest
                .strip_prefix(&sent[..])
                .expect("the bytes of the frame");
            assert_eq!(
                Frame::from_bytes(plain, family, &limits()).as_ref(),
                Ok(frame)
            );
        }
        assert_eq!(rest, self.framer.buffered());
    }
}
