//! Our schema beside `fixtures/messages.json`, which was made by others: every message, every field.

use std::collections::{BTreeMap, BTreeSet};

use slsk_tests::description::{Entry, Field, entries};
use slsk_wire::FamilyId;
use slsk_wire::file::EXCHANGES;
use slsk_wire::schema::{FieldSchema, RecordSchema, Sender, Shape};

/// Where we differ on purpose: the place, the difference, the reason.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    (
        "peer_init 1 initiator->acceptor",
        "token: optional lenient u32 for u32",
        "D32: some clients leave it out",
    ),
    (
        "peer_init 1 initiator->acceptor",
        "second_token: only ours",
        "D32: some old clients send eight bytes",
    ),
    (
        "peer 16 responder->requester",
        "upload_permissions: optional lenient u32 for optional u32",
        "D36: Museek+ leaves up to three bytes that are no number",
    ),
    (
        "peer 40 uploader->downloader",
        "size: optional u64 for u64",
        "D38: one type for both directions, and it is optional in the other",
    ),
    (
        "peer 40 uploader->downloader",
        "sender: either for uploader",
        "one type for both directions",
    ),
    (
        "peer 40 downloader->uploader",
        "sender: either for downloader",
        "one type for both directions",
    ),
    (
        "peer 40 downloader->uploader",
        "status: used for deprecated",
        "one type for both directions",
    ),
    (
        "peer 41 uploader->downloader",
        "sender: either for uploader",
        "one type for both directions",
    ),
    (
        "peer 41 uploader->downloader",
        "status: used for deprecated",
        "one type for both directions",
    ),
    (
        "peer 41 downloader->uploader",
        "sender: either for downloader",
        "one type for both directions",
    ),
    (
        "server 129 client->server",
        "depth: u32 or u8 for u32",
        "D26: SoulseekQt was seen to send a byte",
    ),
    (
        "server 153 server->client",
        "terms: array<RelatedTerm> or array<string> for array<RelatedTerm>",
        "D29: aioslsk sends words alone, in a capture too",
    ),
    (
        "distributed 93 parent->child",
        "code_padding: padding for optional raw",
        "D44: three zero bytes or nothing, in front of the rest",
    ),
];

/// Names of theirs that a field of ours does not have, and ours.
const RENAMED: &[(&str, &str)] = &[
    ("avg_speed", "average_speed"),
    ("code_padding", "padded"),
    ("dir_count", "directories"),
    ("dirs", "directories"),
    ("file_count", "files"),
    ("md5_hash", "hash"),
    ("own_ip", "ip"),
    ("type", "kind"),
    ("upload_num", "uploads"),
    ("upload_permissions", "upload_permission"),
];

/// Names that are other ones in one record only.
const RENAMED_IN: &[(&str, &str, &str)] =
    &[("File", "size", "raw_size"), ("Attribute", "code", "kind")];

fn kind_of(shape: &Shape) -> String {
    match shape {
        Shape::U8 => "u8".into(),
        Shape::U16 => "u16".into(),
        Shape::U32 => "u32".into(),
        Shape::U64 => "u64".into(),
        Shape::I32 => "i32".into(),
        Shape::Bool => "bool".into(),
        Shape::Ip => "ip".into(),
        Shape::Text | Shape::Secret => "string".into(),
        Shape::Blob => "bytes".into(),
        Shape::Rest => "raw".into(),
        Shape::U32OrU8 => "u32 or u8".into(),
        Shape::CodePadding => "padding".into(),
        Shape::Either(first, second) => format!("{} or {}", kind_of(first), kind_of(second)),
        Shape::List(element) => format!("array<{}>", kind_of(element)),
        Shape::Record(record) => record.name.into(),
        Shape::Enum(open) => kind_of(open.shape),
        other => panic!("what is {other:?} there?"),
    }
}

/// The record in a field or in its list.
fn record_in(shape: &Shape) -> Option<&'static RecordSchema> {
    match shape {
        Shape::Record(record) => Some(record),
        Shape::List(element) => record_in(element),
        Shape::Either(first, _) => record_in(first),
        _ => None,
    }
}

fn our_name<'a>(record: &str, name: &'a str) -> &'a str {
    let here = |&&(place, theirs, _): &&(&str, &str, &str)| place == record && theirs == name;
    let there = |&&(theirs, _): &&(&str, &str)| theirs == name;
    match RENAMED_IN.iter().find(here) {
        Some((_, _, ours)) => ours,
        None => RENAMED.iter().find(there).map_or(name, |(_, ours)| ours),
    }
}

fn ours(field: &FieldSchema) -> String {
    let optional = if field.optional { "optional " } else { "" };
    let lenient = if field.lenient { "lenient " } else { "" };
    format!("{optional}{lenient}{}", kind_of(&field.shape))
}

fn theirs(field: &Field) -> String {
    let optional = if field.optional { "optional " } else { "" };
    format!("{optional}{}", field.kind)
}

/// The bool that decides whether the field is there, and the value that it must have.
fn condition(field: &Field) -> Option<(&str, bool)> {
    let when_true = field.if_true.as_deref().map(|flag| (flag, true));
    let when_false = field.if_false.as_deref().map(|flag| (flag, false));
    when_true.or(when_false)
}

fn compare_fields(record: &RecordSchema, fields: &[Field], differences: &mut Vec<String>) {
    let mut theirs_left = fields.iter();
    for field in record.fields {
        let name = field.name;
        let Some(their) = theirs_left.next() else {
            differences.push(format!("{name}: only ours"));
            continue;
        };
        if our_name(record.name, &their.name) != name {
            differences.push(format!("{name}: they call it {}", their.name));
        }
        let our_condition = field.condition.map(|c| (c.field, c.expected));
        if our_condition != condition(their) {
            differences.push(format!(
                "{name}: {our_condition:?} for {:?}",
                condition(their)
            ));
        }
        if ours(field) != theirs(their) {
            let (ours, theirs) = (ours(field), theirs(their));
            // What is wrong is told of the field of theirs.
            differences.push(format!("{}: {ours} for {theirs}", their.name));
        }
        match record_in(&field.shape) {
            Some(inside) => compare_fields(inside, &their.element, differences),
            None => assert!(their.element.is_empty(), "{name} has parts"),
        }
    }
    for their in theirs_left {
        differences.push(format!("{}: only theirs", their.name));
    }
}

/// Who sends it, in our words.
fn sender(entry: &Entry) -> &str {
    match entry.direction.split_once("->") {
        Some(("peer", _)) | None => "either",
        Some((sender, _)) => sender,
    }
}

fn compare(entry: &Entry) -> Vec<String> {
    let mut differences = Vec::new();
    let Some(record) = entry.record() else {
        return vec!["only theirs".to_owned()];
    };
    let (our_sender, status, compressed) =
        if let (Some(family), Some(schema)) = (entry.family(), entry.schema()) {
            let sender = family.schema().sender(schema);
            (sender, schema.status.name(), schema.compressed)
        } else {
            let mut exchanges = EXCHANGES.iter();
            let exchange = exchanges.find(|exchange| exchange.record.name == record.name);
            (exchange.expect("an exchange").sender, "used", false)
        };
    for (what, ours, theirs) in [
        ("sender", our_sender.name(), sender(entry)),
        ("status", status, entry.status.as_str()),
    ] {
        if ours != theirs {
            differences.push(format!("{what}: {ours} for {theirs}"));
        }
    }
    let code_type = match entry.family().map(FamilyId::code_width) {
        Some(width) => format!("u{}", 8 * width),
        None => "none".to_owned(),
    };
    if code_type != entry.code_type {
        differences.push(format!("code: {code_type} for {}", entry.code_type));
    }
    if compressed != entry.compressed {
        differences.push(format!("compressed: {compressed}"));
    }
    compare_fields(record, &entry.fields, &mut differences);
    differences
}

#[test]
fn every_difference_has_a_reason() {
    let entries = entries();
    assert!(entries.len() >= 191, "{} entries", entries.len());
    let found: BTreeSet<(String, String)> = entries
        .iter()
        .filter(|entry| entry.layout_known)
        .flat_map(|entry| {
            let differences = compare(entry).into_iter();
            differences.map(|difference| (entry.place(), difference))
        })
        .collect();
    let expected = DIFFERENCES
        .iter()
        .map(|(place, difference, _)| ((*place).to_owned(), (*difference).to_owned()))
        .collect();
    assert_eq!(found, expected);
    assert!(DIFFERENCES.iter().all(|(_, _, reason)| !reason.is_empty()));
}

#[test]
fn we_declare_nothing_else() {
    let entries = entries();
    let described: BTreeSet<_> = entries
        .iter()
        .filter(|entry| entry.layout_known)
        .filter_map(|entry| Some((entry.family()?, entry.code?)))
        .collect();
    let declared: BTreeSet<_> = FamilyId::ALL
        .into_iter()
        .flat_map(|family| {
            let messages = family.schema().messages.iter();
            messages.map(move |message| (family, message.code))
        })
        .collect();
    assert_eq!(declared, described);
    assert_eq!(
        EXCHANGES.len(),
        entries.iter().filter(|e| e.family == "file").count()
    );
}

#[test]
fn codes_without_a_layout_have_a_name() {
    let mut named = BTreeSet::new();
    for entry in entries().iter().filter(|entry| !entry.layout_known) {
        let (family, code) = (entry.family().unwrap(), entry.code.unwrap());
        let schema = family.schema();
        let place = entry.place();
        assert_eq!(schema.name_of(code), Some(entry.name.as_str()), "{place}");
        let ours = schema.named.iter().find(|named| named.code == code);
        let ours = ours.expect("the name is from there");
        assert_eq!(ours.status.name(), entry.status, "{place}");
        assert!(!ours.doc.is_empty(), "{place}");
        named.insert((family, code));
    }
    let all = FamilyId::ALL
        .into_iter()
        .map(|family| family.schema().named.len());
    assert_eq!(named.len(), all.sum::<usize>());
    assert_eq!(FamilyId::Peer.schema().name_of(4), Some("SharesRequest"));
    assert_eq!(FamilyId::Peer.schema().name_of(999), None);
}

/// Names from the first description of the protocol, of 2003.
const SOLESEEK: &[(&str, &str)] = &[
    ("FileSearchResponse", "FileSearchResult"),
    ("PlaceInQueueResponse", "PlaceInQueue"),
    ("SharesRequest", "GetSharedFileList"),
    ("UploadDenied", "QueueFailed"),
];

/// The names of theirs are ours or aliases, and there is no other alias.
#[test]
fn aliases_are_what_others_call_it() {
    let mut known: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for entry in entries() {
        let Some(record) = entry.record() else {
            continue;
        };
        let names = entry.names.iter().map(str::to_owned);
        known.entry(record.name).or_default().extend(names);
    }
    let messages = FamilyId::ALL
        .into_iter()
        .flat_map(|family| family.schema().messages)
        .map(|message| message.record);
    let exchanged = EXCHANGES.iter().map(|exchange| exchange.record);
    for record in messages.chain(exchanged) {
        let mut expected = known.get(record.name).cloned().unwrap_or_default();
        expected.remove(record.name);
        let old = SOLESEEK.iter().filter(|(name, _)| *name == record.name);
        expected.extend(old.map(|(_, old)| (*old).to_owned()));
        let aliases: BTreeSet<_> = record.aliases.iter().map(|&a| a.to_owned()).collect();
        assert_eq!(aliases, expected, "{}", record.name);
        assert_eq!(aliases.len(), record.aliases.len(), "{} twice", record.name);
    }
}

#[test]
fn senders_and_statuses_have_words() {
    assert_eq!(Sender::Uploader.name(), "uploader");
    assert_eq!(Sender::Uploader.receiver(), Sender::Downloader.name());
    let family = FamilyId::Distributed.schema();
    let depth = family.by_name("DistributedChildDepth").unwrap();
    assert_eq!(family.sender(depth), Sender::Child);
    let search = family.by_name("DistributedSearch").unwrap();
    assert_eq!(family.sender(search), Sender::Parent);
}
