//! Writes the first inputs of every target into a folder: `cargo run --example seed -- FOLDER`.
//!
//! They are made of the captured packets and of samples of every message, so that a new message has some too.

mod captures;

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use arbitrary::Unstructured;
use serde_json::json;
use slsk_fuzz::{TARGETS, limits};
use slsk_tests::captures as recordings;
use slsk_wire::{Encoder, Family, FamilyId, Frame, Limits, Message, MessageVisitor, visit_all};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os().nth(1).ok_or("name a folder")?;
    let mut seeds = Seeds {
        folder: folder.into(),
        counts: BTreeMap::new(),
    };
    for target in TARGETS {
        fs::create_dir_all(seeds.folder.join(target.name))?;
    }
    for (family, frame) in captured().into_iter().chain(sampled()) {
        seeds.frame(family, &frame)?;
    }
    seeds.fields()?;
    for (target, data) in captures::files()? {
        seeds.write(target, &data)?;
    }
    Ok(())
}

/// A family and a frame of it.
type Sent = (FamilyId, Vec<u8>);

/// The first frames of each code that clients sent, without the large ones.
fn captured() -> Vec<Sent> {
    const EACH: usize = 4;
    let mut counts = BTreeMap::new();
    let rows = recordings::rows().into_iter();
    let frames = rows
        .filter(|row| row.frame.len() <= 1000)
        .filter_map(|row| {
            let family = row.family()?;
            let count: &mut usize = counts.entry((family, row.code)).or_default();
            *count += 1;
            (*count <= EACH).then_some((family, row.frame))
        });
    frames.collect()
}

/// Some frames of every message.
fn sampled() -> Vec<Sent> {
    struct Sampler(Vec<Sent>);

    impl MessageVisitor for Sampler {
        fn visit<F: Family + From<M>, M: Message>(&mut self) {
            for bytes in [noise(200), noise(700).split_off(200), vec![1; 80]] {
                let mut frame = Vec::new();
                let message = M::arbitrary(&mut Unstructured::new(&bytes));
                let message = F::from(message.expect("any bytes make a message"));
                let result = Encoder::default().frame(&message, &mut frame);
                result.expect("a sample can be encoded");
                self.0.push((F::ID, frame));
            }
        }
    }

    let mut sampler = Sampler(Vec::new());
    visit_all(&mut sampler);
    sampler.0
}

/// Bytes that look like chance and are the same each time.
fn noise(count: usize) -> Vec<u8> {
    let numbers = (1..=count).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32);
    numbers.map(|n| n.to_le_bytes()[0]).collect()
}

struct Seeds {
    folder: PathBuf,
    counts: BTreeMap<String, usize>,
}

impl Seeds {
    fn write(&mut self, target: &str, data: &[u8]) -> Result<(), Box<dyn Error>> {
        let count = self.counts.entry(target.to_owned()).or_default();
        *count += 1;
        let file = self.folder.join(target).join(format!("seed-{count:04}"));
        fs::write(file, data)?;
        Ok(())
    }

    /// What a frame is good for.
    fn frame(&mut self, family: FamilyId, frame: &[u8]) -> Result<(), Box<dyn Error>> {
        let content = &frame[4..];
        let parsed = Frame::from_bytes(frame.to_vec(), family, &Limits::unbounded())?;
        let schema = family.schema().by_code(parsed.code);
        let body = if schema.is_some_and(|schema| schema.compressed) {
            inflated(&parsed.body)?
        } else {
            parsed.body.to_vec()
        };
        let code = &content[..family.code_width()];
        self.write(&format!("decode_{family}"), content)?;
        self.write(&format!("decode_{family}"), &[code, &body].concat())?;
        if body != parsed.body {
            self.write("partial", &body)?;
            self.write(
                "inflate",
                &[&[0, 4, 1, 3, 10, 30][..], &parsed.body].concat(),
            )?;
        }

        let index = FamilyId::ALL.iter().position(|id| *id == family);
        let index = u8::try_from(index.expect("one of all"))?;
        let key = [0x12, 0x34, 0x56, 0x78];
        self.write("obfuscation", &[&key, &[index][..], content].concat())?;
        self.write("framer", &[&[index, index, 1], frame, frame].concat())?;
        let mut hidden = Vec::new();
        slsk_wire::obfuscation::obfuscate(frame, key, &mut hidden);
        self.write("framer", &[&[index | 0x80, index, 7], &hidden[..]].concat())?;

        let line = json!({"family": family.name(), "hex": const_hex::encode(frame)});
        let mut decoded = Vec::new();
        slsk::decode_frames(format!("{line}\n").as_bytes(), &mut decoded)?;
        self.write("frames", format!("{line}\n").as_bytes())?;
        self.write("frames", &decoded)
    }

    /// Bytes that become the fields of each message.
    fn fields(&mut self) -> Result<(), Box<dyn Error>> {
        for family in FamilyId::ALL {
            let width = family.code_width();
            let codes = family.schema().messages.iter().map(|message| message.code);
            for code in codes.chain([200]) {
                let code = &code.to_le_bytes()[..width];
                for fields in [vec![0; 40], vec![1; 80], noise(160)] {
                    let data = [code, &fields].concat();
                    self.write(&format!("round_trip_{family}"), &data)?;
                }
            }
        }
        Ok(())
    }
}

fn inflated(stream: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut inflater = slsk_wire::Inflater::default();
    let (bytes, _) = inflater.start(stream, limits().inflated_bulk).finish()?;
    Ok(bytes)
}
