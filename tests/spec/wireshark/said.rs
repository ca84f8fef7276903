//! What was said in a capture, brought into a form that both programs can be compared in.
//!
//! Not compared is what one of them can't know:
//!
//! - Wireshark waits for the rest of a frame that never comes, so that frames cut short by the end of a connection are
//!   shown by `slsk decode` alone.
//! - Wireshark hands over no segments that came late. In `g_large` four segments of a file did, so that their length is
//!   added to what the dissector shows. It can't tell how much of them the capture lacks.
//! - The dissector says so where the numbers of segments jump, be it that one is missing or that it comes late.
//! - In its first pass Wireshark has not seen yet what comes later. Where only later frames tell what a connection is for,
//!   the kind and the names that it gives to the first ones are compared in its second pass alone.
//! - `slsk decode` looks at a connection as a whole. What it does not understand then may have frames for the dissector,
//!   which begins anew with each segment: connections of unknown kind are left out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// From whom and to whom.
type Direction = (String, String);

/// All that was said, by direction, in order.
#[derive(Debug, Default)]
pub(super) struct Said {
    by_direction: BTreeMap<Direction, Vec<Value>>,
    /// What is not compared, in either direction.
    unknown: BTreeSet<Direction>,
    /// How much was not handed over: sequence numbers and lengths.
    skipped: BTreeMap<Direction, BTreeMap<u64, u64>>,
}

/// What tshark complains about without a message being lost.
const HARMLESS: [&str; 3] = ["trailing", "unknown_code", "not_canonical"];
/// What `slsk decode` says of connections that end within something.
const CUT: [&str; 2] = ["frame_incomplete", "file_incomplete"];

/// What is sure of a message before it is known what the connection is for.
const KNOWN: [&str; 5] = ["code", "trailing", "obfuscated", "error", "lost"];

impl Said {
    pub(super) fn by_slsk(rows: &[Value]) -> Self {
        let mut said = Self::default();
        for row in rows {
            let direction = direction(row);
            if row["kind"] == "unknown" {
                said.unknown.insert(direction);
                continue;
            }
            let event = match row.get("error") {
                None => message(row),
                Some(error) if CUT.iter().any(|cut| error["kind"] == *cut) => continue,
                Some(error) if row.get("name").is_some() => fault(row, &error["kind"]),
                Some(error) => json!({ "lost": row["length"], "error": error["kind"] }),
            };
            said.add(direction, event);
        }
        said
    }

    pub(super) fn by_tshark(rows: &[Value]) -> Self {
        let mut said = Self::default();
        for row in rows {
            let direction = direction(row);
            if let Some(length) = row["skipped"].as_u64() {
                let sequence = row["sequence"].as_u64().expect("a sequence number");
                said.skipped
                    .entry(direction)
                    .or_default()
                    .insert(sequence, length);
                continue;
            }
            let notes = row["notes"].as_array().expect("notes");
            assert!(notes.iter().all(|note| note != "internal"), "{row}");
            if row["lost"] == 0 && notes.iter().any(|note| note == "gap") {
                continue;
            }
            let grave = notes
                .iter()
                .find(|note| !HARMLESS.iter().any(|name| *note == name));
            let event = match (row.get("name"), grave) {
                (Some(_), None) => message(row),
                (Some(_), Some(kind)) => fault(row, kind),
                (None, Some(kind)) => json!({ "lost": row["lost"], "error": kind }),
                (None, None) => json!({ "lost": row["lost"] }),
            };
            said.add(direction, event);
        }
        said
    }

    /// Adds an event, or its length to that of the one before, where a file or what is lost comes in pieces.
    fn add(&mut self, direction: Direction, event: Value) {
        let events = self.by_direction.entry(direction).or_default();
        if let Some(before) = events.last_mut() {
            let more = |before: &mut Value, now: &Value, key: &str| {
                before[key] =
                    (before[key].as_u64().unwrap_or(0) + now[key].as_u64().unwrap_or(0)).into();
            };
            if event["name"] == "FileData" && before["name"] == "FileData" {
                for key in ["length", "missing"] {
                    more(&mut before["fields"], &event["fields"], key);
                }
                return;
            }
            if event.get("lost").is_some()
                && before.get("lost").is_some()
                && event.get("error").is_none()
            {
                more(before, &event, "lost");
                return;
            }
        }
        events.push(event);
    }

    /// How many messages and parts of files there are.
    pub(super) fn messages(&self) -> usize {
        self.by_direction.values().map(Vec::len).sum()
    }

    /// Forgets what a connection is for where nothing but its frames tells, and what its first frames are.
    pub(super) fn forget_guesses(&mut self) {
        for events in self.by_direction.values_mut() {
            for event in events {
                if let Some(event) = event.as_object_mut() {
                    event.retain(|key, _| KNOWN.contains(&key.as_str()));
                }
            }
        }
    }

    /// # Panics
    /// When `found` by tshark is not the same.
    pub(super) fn assert_same(&self, found: &Self, name: &str) {
        let directions: BTreeSet<_> = self
            .by_direction
            .keys()
            .chain(found.by_direction.keys())
            .collect();
        for direction in directions {
            let back = (direction.1.clone(), direction.0.clone());
            if self.unknown.contains(direction) || self.unknown.contains(&back) {
                continue;
            }
            let of = |said: &Self| {
                said.by_direction
                    .get(direction)
                    .cloned()
                    .unwrap_or_default()
            };
            let (mut expected, mut found_there) = (of(self), of(found));
            if let Some(skipped) = found.skipped.get(direction) {
                add_skipped(&mut found_there, skipped.values().sum());
                forget_missing(&mut expected);
                forget_missing(&mut found_there);
            }
            for (index, (expected, found)) in expected.iter().zip(&found_there).enumerate() {
                assert_eq!(found, expected, "{name}: {direction:?}, event {index}");
            }
            let counts = (found_there.len(), expected.len());
            assert_eq!(
                counts.0,
                counts.1,
                "{name}: {direction:?}: {:?}",
                found_there.last()
            );
        }
    }
}

fn direction(row: &Value) -> Direction {
    let end = |key: &str| row[key].as_str().expect("an address").to_owned();
    (end("from"), end("to"))
}

/// A message without what is absent, and without what only one of the programs says.
fn message(row: &Value) -> Value {
    let mut event = Map::new();
    for key in [
        "kind",
        "family",
        "name",
        "code",
        "obfuscated",
        "trailing",
        "payload",
    ] {
        if let Some(value) = row.get(key) {
            event.insert(key.into(), value.clone());
        }
    }
    let mut fields = present(&row["fields"]);
    if let Some(fields) = fields.as_object_mut() {
        fields.remove("began");
    }
    event.insert("fields".into(), fields);
    event.into()
}

/// A message that could not be read to its end.
fn fault(row: &Value, kind: &Value) -> Value {
    json!({ "family": row["family"], "code": row["code"], "obfuscated": row["obfuscated"], "error": kind })
}

/// A value without the fields that are absent. A number of one byte is a number.
fn present(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            if let Some(number) = object.get("$u8") {
                return number.clone();
            }
            let there = object.iter().filter(|(_, value)| !value.is_null());
            let there = there.map(|(key, value)| (key.clone(), present(value)));
            Value::Object(there.collect())
        }
        Value::Array(array) => array.iter().map(present).collect(),
        other => other.clone(),
    }
}

fn add_skipped(events: &mut [Value], length: u64) {
    let data = events.iter_mut().rfind(|event| event["name"] == "FileData");
    let data = data.expect("only segments of files come late in the recordings");
    let shown = data["fields"]["length"].as_u64().expect("a length");
    data["fields"]["length"] = (shown + length).into();
}

fn forget_missing(events: &mut [Value]) {
    for event in events {
        if let Some(fields) = event["fields"].as_object_mut() {
            fields.remove("missing");
        }
    }
}
