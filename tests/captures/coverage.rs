//! That no message which the recordings hold is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use slsk_tests::captures::folder;
use slsk_wire::FamilyId;

use super::framed;

/// The codes that `COVERAGE.md` says each family has.
fn promised() -> BTreeMap<FamilyId, BTreeSet<u32>> {
    let text = fs::read_to_string(folder().join("COVERAGE.md")).expect("the list of messages");
    let mut codes = BTreeMap::<_, BTreeSet<_>>::new();
    let mut family = None;
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            family = match heading {
                "c->s" => Some(FamilyId::ServerRequest),
                "s->c" => Some(FamilyId::ServerResponse),
                "peer-init" => Some(FamilyId::PeerInit),
                "P" => Some(FamilyId::Peer),
                "D" => Some(FamilyId::Distributed),
                _ => None,
            };
        }
        let code = line
            .strip_prefix("- ")
            .and_then(|item| item.split(' ').next());
        if let (Some(family), Some(Ok(code))) = (family, code.map(str::parse)) {
            codes.entry(family).or_default().insert(code);
        }
    }
    codes
}

#[test]
fn every_promised_message_was_checked() {
    let mut seen = BTreeMap::<_, usize>::new();
    for (row, family) in framed() {
        *seen.entry((family, row.code)).or_default() += 1;
    }
    for (family, codes) in promised() {
        for code in codes {
            let name = family
                .schema()
                .by_code(code)
                .map(|schema| schema.record.name);
            let count = seen.remove(&(family, Some(code)));
            assert!(
                count.is_some(),
                "no recorded {family} message {code}, {name:?}"
            );
        }
    }
    assert!(seen.is_empty(), "not in COVERAGE.md: {seen:?}");
}
