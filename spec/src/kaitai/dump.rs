//! A dump of one direction of a connection, of which nothing is known: what its first frame says.

use slsk_wire::Message as _;
use slsk_wire::init::{PeerInit, PierceFirewall};
use slsk_wire::server::{LoginRequest, LoginResponse};

use super::families::{file_senders, file_stream_name, frame_name, stream_name};
use super::names::{constant, snake};
use super::types::instance;
use super::yaml::{Map, Node};
use crate::protocol::{Connection, Protocol};

/// `seq` and `instances` of the whole file.
pub(super) fn root() -> Map {
    let cases = Map::default()
        .with("beginning::login_request", stream_name("server_request"))
        .with("beginning::login_response", stream_name("server_response"))
        .with("beginning::peer_init", "initiator_stream")
        .with("beginning::pierce_firewall", "initiator_stream")
        .with("_", "unidentified");
    let dump = Map::default()
        .with("id", "dump")
        .with("size-eos", true)
        .with(
            "type",
            Map::default()
                .with("switch-on", "first_frame.beginning")
                .with("cases", cases),
        )
        .with_doc("What one side has sent.");
    let first_frame = Map::default()
        .with("pos", 0_usize)
        .with("type", "first_frame");
    Map::default()
        .with("seq", vec![dump.into()])
        .with("instances", Map::default().with("first_frame", first_frame))
}

/// The types that the root needs besides those of the families.
pub(super) fn types(protocol: &Protocol) -> Map {
    Map::default()
        .with("first_frame", first_frame(protocol))
        .with("initiator_stream", initiator_stream(protocol))
        .with("unidentified", unidentified(protocol))
}

/// The enum of what a first frame can be.
pub(super) fn enums() -> Map {
    let names = [
        "unidentified",
        "login_request",
        "login_response",
        "peer_init",
        "pierce_firewall",
    ];
    let mut values = Map::default();
    for (number, name) in names.into_iter().enumerate() {
        values.put(number.to_string(), name);
    }
    Map::default().with("beginning", values)
}

/// A number at a place in the first frame, where that is within the dump.
fn number(kind: &str, pos: &str, condition: &str) -> Map {
    let fixed = pos.parse().map(|pos: usize| Node::from(pos));
    Map::default()
        .with("pos", fixed.unwrap_or_else(|_| pos.into()))
        .with("type", kind)
        .with("if", condition)
}

fn first_frame(protocol: &Protocol) -> Map {
    let kinds: Vec<String> = between_peers(protocol)
        .map(|(kind, _)| match kind.as_bytes() {
            [letter] => format!("kind == {letter}"),
            _ => panic!("the kind {kind:?} is no single letter"),
        })
        .collect();
    let request = LoginRequest::CODE;
    assert_eq!(
        request,
        LoginResponse::CODE,
        "a login is told by the code of its answer"
    );
    let has = |length: usize| format!("is_whole and length >= {length}");
    let instances = Map::default()
        .with("has_length", instance("_io.size >= 9"))
        .with("length", number("u4", "0", "has_length"))
        .with(
            "is_whole",
            instance("has_length and length >= 5 and length <= _io.size - 4")
                .with_doc("Whether there is one frame that is long enough for what is looked for."),
        )
        .with("code", number("u4", "4", "is_whole").with_doc("The code on a connection to a server."))
        .with("short_code", number("u1", "4", "is_whole").with_doc("The code between peers."))
        .with(
            "success",
            number("u1", "8", "is_whole").with_doc("The bool with which the answer to a login begins."),
        )
        .with(
            "len_greeting",
            number("u4", "9", &has(9)).with_doc("The length of the text behind it."),
        )
        .with(
            "is_login_response",
            instance(format!(
                "is_whole and code == {request} and length >= 9 and success <= 1 and len_greeting <= length - 9"
            )),
        )
        .with(
            "len_login",
            number("u4", "8", &has(8)).with_doc("The length of the name with which a login begins."),
        )
        .with(
            "is_login_request",
            instance(format!(
                "is_whole and code == {request} and length >= 8 and len_login <= length - 8 and not is_login_response"
            )),
        )
        .with(
            "is_pierce_firewall",
            instance(format!("is_whole and short_code == {} and length == 5", PierceFirewall::CODE)),
        )
        .with(
            "len_username",
            number("u4", "5", "is_whole").with_doc("The length of the name of who opens a connection to a peer."),
        )
        .with(
            "has_username",
            instance(format!(
                "is_whole and short_code == {} and length >= 10 and len_username > 0 and len_username <= length - 10",
                PeerInit::CODE
            )),
        )
        .with("len_kind", number("u4", "9 + len_username", "has_username"))
        .with("kind", number("u1", "13 + len_username", "has_username"))
        .with(
            "is_peer_init",
            instance(format!("has_username and len_kind == 1 and ({})", kinds.join(" or "))),
        )
        .with(
            "beginning",
            instance(
                "is_login_response ? beginning::login_response : is_login_request ? beginning::login_request : \
                 is_peer_init ? beginning::peer_init : is_pierce_firewall ? beginning::pierce_firewall : \
                 beginning::unidentified",
            ),
        );
    Map::default()
        .with_doc("What the first bytes tell about a dump. Looks only at what is there, so that it can't fail.")
        .with("instances", instances)
}

/// What the side that has opened a connection between peers sends on it.
fn initiator_stream(protocol: &Protocol) -> Map {
    let mut cases = Map::default();
    for (kind, connection) in between_peers(protocol) {
        let stream = match connection.initiator {
            Some(family) => stream_name(family),
            None => file_stream_name(file_senders(&protocol.file)[0]),
        };
        cases.put(format!("\"{kind}\""), stream);
    }
    cases.put("_", "unidentified");
    let family = frame_name("peer_init");
    let message = snake(PeerInit::SCHEMA.record.name);
    let code = constant(PeerInit::SCHEMA.record.name);
    let kind = instance(format!(
        "opening.code == {family}::code::{code} ? opening.body.as<{family}::{message}>.kind.latin1 : \"\""
    ));
    let rest = Map::default()
        .with("id", "rest")
        .with("size-eos", true)
        .with(
            "type",
            Map::default()
                .with("switch-on", "kind")
                .with("cases", cases),
        );
    let opening = Map::default().with("id", "opening").with("type", family);
    Map::default()
        .with_doc(
            "What the side that has opened a connection between peers sends. A file connection that begins with a \
             `peer_init` comes from the uploader. Behind a `pierce_firewall` anything may follow: only the request \
             that it answers tells.",
        )
        .with("doc-ref", "spec/guide/connections.md")
        .with("seq", vec![opening.into(), rest.into()])
        .with(
            "instances",
            Map::default().with("kind", kind.with_doc("What the connection is for; empty where that is not said.")),
        )
}

/// Bytes of which it is not known what they are, with all that they can be.
fn unidentified(protocol: &Protocol) -> Map {
    let mut streams = vec!["initiator_stream".to_owned()];
    streams.extend(
        protocol
            .families
            .iter()
            .map(|family| stream_name(family.name)),
    );
    streams.extend(
        file_senders(&protocol.file)
            .into_iter()
            .map(file_stream_name),
    );
    let mut instances = Map::default();
    for stream in streams {
        let reading = Map::default()
            .with("pos", 0_usize)
            .with("type", stream.clone());
        instances.put(format!("as_{stream}"), reading);
    }
    let bytes = Map::default().with("id", "bytes").with("size-eos", true);
    Map::default()
        .with_doc("Bytes that may be anything. Each `as_...` reads them in one way, and fails where that is wrong.")
        .with("seq", vec![Node::from(bytes)])
        .with("instances", instances)
}

/// The connections between peers, by kind.
fn between_peers(protocol: &Protocol) -> impl Iterator<Item = (&'static str, &Connection)> {
    let connections = protocol.connections.iter();
    connections.filter_map(|connection| Some((connection.kind?, connection)))
}
