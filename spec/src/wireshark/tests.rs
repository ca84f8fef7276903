use std::collections::BTreeSet;

use super::fields::{Fields, Kind};
use super::*;

#[test]
fn every_message_and_every_code_with_a_name_is_there() {
    let (protocol, lua) = (Protocol::new(), lua());
    for family in &protocol.families {
        for message in &family.messages {
            let entry = format!(
                "[{}] = {{ name = \"{}\", sender",
                message.code, message.name
            );
            assert!(lua.contains(&entry), "{entry}");
        }
        for named in &family.named {
            let entry = format!("[{}] = \"{}\"", named.code, named.name);
            assert!(lua.contains(&entry), "{entry}");
        }
    }
}

#[test]
fn no_two_fields_have_the_same_name() {
    let protocol = Protocol::new();
    let fields = Fields::new(&protocol);
    let mut names = BTreeSet::new();
    let entries = fields.entries().map(|(path, _)| path);
    let counts = fields.counts().map(|(path, ..)| path);
    for path in entries.chain(counts) {
        assert!(names.insert(path.clone()), "{path} twice");
    }
    assert!(names.len() > 100, "{}", names.len());
}

#[test]
fn a_name_that_stands_for_several_things_goes_to_most_of_them() {
    let protocol = Protocol::new();
    let fields = Fields::new(&protocol);
    assert_eq!(fields.path("server", "users", Kind::Text), "server.users");
    assert_eq!(
        fields.path("server", "users", Kind::Record),
        "server.users_record"
    );
    // Every group has a code of its messages, which comes first.
    assert_eq!(fields.path("peer", "code", Kind::Code), "peer.code");
    assert_eq!(
        fields.path("peer", "code", Kind::Number),
        "peer.code_number"
    );
}

#[test]
fn numbers_of_one_name_share_the_widest_type() {
    let lua = lua();
    // A u32 of most users, an i32 of ourselves.
    assert!(lua.contains("ProtoField.int64(\"slsk.server.status\""));
    // A u16 of one message, a u32 of others.
    assert!(lua.contains("ProtoField.uint32(\"slsk.server.obfuscated_port\""));
    assert!(lua.contains("ProtoField.uint64(\"slsk.peer.raw_size\""));
}

#[test]
fn it_is_the_same_each_time() {
    assert_eq!(lua(), lua());
}
