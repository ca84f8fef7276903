//! `soulseek.ksy`: the protocol for [Kaitai Struct](https://kaitai.io), whose compiler makes parsers in a dozen
//! languages of it.

mod dump;
mod either;
mod families;
mod fields;
mod names;
mod primitives;
mod types;
mod yaml;

use crate::protocol::Protocol;
use types::Definitions;
use yaml::Map;

/// What the file is, for people.
const DOC: &str = "\
The messages of Soulseek: between client and server, between peers, in the distributed network, and what is sent on \
file connections.

A program that knows what it has parses a `..._frame` (one message with its length field) or a `..._stream` (all \
frames of one direction) of the right family. The family can't be told from a single frame: requests to the server \
and answers of it share their codes.

The root is for a dump of one direction of a connection, from its beginning. It looks at the first frame: a login or \
an answer to one, or the frame that opens a connection between peers, which says what follows. Of any other dump it \
shows the bytes, and reads them as `as_..._stream` when that is asked for.

What to know:

* Obfuscated frames have to be revealed first: each has a key of its own.
* A frame is cut off by its length, so `_io.eof` is the end of a message.
* `has_x` says whether `x` is there, for fields that may be missing at the end of a message. They are decided while \
a message is read, in order.
* `trailing` is what follows the last field that is known: usually nothing, else the sender knows more.
* A bool is true for any byte but 0. `x_raw` is the byte.
* Counts are checked against the bytes that are left. What zlib streams inflate to has no bound: look at the length \
of a frame first.
* A stream that was cut in the midst of a frame fails there.";

/// The content of `soulseek.ksy`.
///
/// # Panics
/// When the schemas have something that can't be expressed.
#[must_use]
pub fn ksy() -> String {
    let protocol = Protocol::new();
    let meta = Map::default()
        .with("id", "soulseek")
        .with("title", protocol.title)
        .with("license", protocol.license)
        .with("ks-version", yaml::Node::Raw("0.11".into()))
        .with("endian", "le");
    let file = Map::default()
        .with("meta", meta)
        .with_doc(DOC)
        .with("doc-ref", "spec/guide/README.md")
        .with_all(dump::root())
        .with("types", all_types(&protocol));
    let enums = Definitions::new(&protocol).enums();
    let header = format!(
        "# Generated from the types of slsk-wire {} by `cargo run -p slsk-spec`. Do not edit.\n",
        protocol.version
    );
    header + &file.with("enums", dump::enums().with_all(enums)).document()
}

fn all_types(protocol: &Protocol) -> Map {
    let definitions = Definitions::new(protocol);
    let mut types = Map::default();
    types.put_section("A dump of unknown content", dump::types(protocol));
    let mut shared = Map::default();
    shared.put_section("Parts of messages", definitions.types());
    shared.put_section("Primitives", primitives::primitives());
    families::check_names(protocol, &shared);
    for family in &protocol.families {
        types.put_section(
            &format!("The family {}", family.name),
            families::family(family, &definitions),
        );
    }
    types.put_section("All families", families::unknown());
    types.put_section(
        "File connections",
        families::file(&protocol.file, &definitions),
    );
    types.with_all(shared)
}

#[cfg(test)]
mod tests;
