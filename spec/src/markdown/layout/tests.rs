use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::Range;

use slsk_wire::schema::RecordSchema;
use slsk_wire::walk::{Inside, Label, Step, walk};
use slsk_wire::{AnyMessage, Decoder, FamilyId, Frame, Limits};

use super::*;
use crate::markdown::captures::Captures;
use crate::markdown::sample;

impl Sum {
    fn value(&self, letters: &BTreeMap<char, usize>) -> usize {
        let terms = self.letters.iter();
        let terms = terms.map(|(factor, letter)| factor * letters[letter]);
        self.fixed + terms.sum::<usize>()
    }
}

/// Where the fields of the record itself are, by name.
fn fields(record: &'static RecordSchema, body: &[u8]) -> BTreeMap<&'static str, Range<usize>> {
    let mut found: BTreeMap<&str, Range<usize>> = BTreeMap::new();
    let mut depth = 0_usize;
    let mut last = "";
    let walked = walk(record, body, &mut |step| {
        let (label, range, leaf) = match step {
            Step::Enter {
                label,
                offset,
                inside: Inside::List { .. },
            } => (label, offset..offset + 4, false),
            Step::Enter { label, offset, .. } => (label, offset..offset, false),
            Step::Value { label, range, .. } => (label, range, true),
            Step::Leave => {
                depth -= 1;
                return Ok::<_, Infallible>(());
            }
        };
        if let (0, Label::Field(name)) = (depth, label) {
            last = name;
        }
        depth += usize::from(!leaf);
        let end = range.end;
        let field = found.entry(last).or_insert(range);
        field.end = field.end.max(end);
        Ok(())
    });
    walked.expect("it fits");
    found
}

/// Holds the offsets and sizes of a message against a body of it.
fn check(protocol: &Protocol, family: FamilyId, bytes: &[u8]) {
    let frame = Frame::from_bytes(bytes.to_vec(), family, &Limits::default()).expect("a frame");
    let decoded = AnyMessage::decode(&mut Decoder::default(), family, &frame).expect("a message");
    let schema = decoded.message.schema().expect("a known one");
    let found = fields(schema.record, &decoded.body);

    let families = protocol
        .families
        .iter()
        .filter(|one| one.name == family.name());
    let mut messages = families.flat_map(|family| &family.messages);
    let message = messages
        .find(|message| message.code == schema.code)
        .expect("the same");
    let placed = places(protocol, &message.fields);
    let mut letters = BTreeMap::new();
    for placed in &placed {
        let range = found.get(placed.field.name);
        let length = range.map_or(0, Range::len);
        if let Some(letter) = placed.maybe {
            letters.insert(letter, length);
        }
        let (behind, sum) = match &placed.size {
            Size::Plain(sum) => (0, sum.clone()),
            Size::Counted(sum) => (4, sum.clone()),
            Size::OneOf(letter, _) | Size::Rest(letter) => (0, Sum::letter(1, *letter)),
        };
        let varying = range.map_or(0, |range| range.len() - behind);
        for (factor, letter) in &sum.letters {
            assert_eq!(
                varying % factor,
                0,
                "{} in {}",
                placed.field.name,
                message.name
            );
            letters.insert(*letter, varying / factor);
        }
        let Some(range) = range else { continue };
        assert_eq!(
            placed.offset.value(&letters),
            range.start,
            "{} in {}: {}",
            placed.field.name,
            message.name,
            placed.offset
        );
        assert_eq!(
            placed.size.sum().value(&letters),
            length,
            "{} in {}: {}",
            placed.field.name,
            message.name,
            placed.size()
        );
        if let Size::OneOf(_, sizes) = placed.size {
            assert!(
                sizes.contains(&length),
                "{} in {}",
                placed.field.name,
                message.name
            );
        }
    }
}

#[test]
fn offsets_and_sizes_are_those_of_real_and_made_up_frames() {
    let protocol = Protocol::new();
    let captures = Captures::read();
    let mut frames = 0;
    for family in FamilyId::ALL {
        for message in family.schema().messages {
            check(&protocol, family, &sample::frame(family, message.code));
            if let Some(captured) = captures.of_message(family, message.code) {
                check(&protocol, family, &captured.bytes);
                frames += 1;
            }
        }
    }
    assert!(frames > 160, "{frames}");
}

/// The places of a message as the table has them.
fn shown(family: &str, name: &str) -> Vec<String> {
    let protocol = Protocol::new();
    let mut families = protocol.families.iter();
    let family = families.find(|one| one.name == family).expect("a family");
    let mut messages = family.messages.iter();
    let message = messages
        .find(|message| message.name == name)
        .expect("a message");
    let placed = places(&protocol, &message.fields);
    placed
        .iter()
        .map(|placed| format!("{} | {}", placed.offset, placed.size()))
        .collect()
}

#[test]
fn a_side_of_a_condition_does_not_count_on_the_other() {
    let expected = ["0 | `4`", "4 | `1`", "5 | `8`", "5 | `4+a`"];
    assert_eq!(shown("peer", "TransferResponse"), expected);
}

#[test]
fn what_may_be_absent_has_a_letter_where_something_follows() {
    let places = shown("peer", "UserInfoResponse");
    assert_eq!(places[2], "5+a | `c`: 0 or `4+b`");
    assert_eq!(places[3], "5+a+c | `4`");
}

#[test]
fn sizes_that_depend_on_the_end_of_the_frame_are_told() {
    let expected = ["0 | `a`: 0 or 3", "a | `1`", "1+a | `b`: the rest"];
    assert_eq!(shown("distributed", "DistributedEmbeddedMessage"), expected);
    assert_eq!(shown("server_request", "ChildDepth"), ["0 | `a`: 4 or 1"]);
}
