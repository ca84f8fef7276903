//! The root of the definition: what it makes of all that one side of a connection has sent.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use slsk_tests::captures::{Row, rows};

use super::{PARSER, decode, line};

/// What one side has sent on a captured connection.
#[derive(Default)]
struct Direction {
    bytes: Vec<u8>,
    /// What its first frame tells.
    beginning: &'static str,
    /// What it is, without the frame that opens it.
    stream: String,
    /// What is in it, as `slsk` says.
    messages: Vec<Value>,
}

impl Direction {
    fn push(&mut self, row: &Row) {
        let Some(message) = message(row) else { return };
        let name = message["name"].as_str().expect("a name");
        if self.messages.is_empty() {
            self.beginning = match name {
                "LoginRequest" => "login_request",
                "LoginResponse" => "login_response",
                "PeerInit" => "peer_init",
                "PierceFirewall" => "pierce_firewall",
                _ => "unidentified",
            };
        }
        self.stream = match (message["family"].as_str().expect("a family"), name) {
            ("file", "FileOffset") => "file_downloader_stream".to_owned(),
            ("file", _) => "file_uploader_stream".to_owned(),
            (family, _) => format!("{family}_stream"),
        };
        self.bytes.extend(&row.frame);
        self.messages.push(message);
    }

    fn line(&self) -> Value {
        json!({"as": self.stream, "hex": const_hex::encode(&self.bytes)})
    }
}

/// A row as `slsk` says it; nothing for events.
fn message(row: &Row) -> Option<Value> {
    if let Some(family) = row.family() {
        return decode(&[line(family, &row.frame)]).pop();
    }
    let number = || {
        let mut bytes = [0; 8];
        bytes[..row.frame.len()].copy_from_slice(&row.frame);
        u64::from_le_bytes(bytes)
    };
    let (name, fields) = match &*row.name {
        "FileTransferInit" => ("FileTicket", json!({"token": number()})),
        "FileOffset" => ("FileOffset", json!({"offset": number()})),
        "FileData" if !row.frame.is_empty() => {
            let data = json!({"$hex": const_hex::encode(&row.frame)});
            ("FileData", json!({"data": data}))
        }
        _ => return None,
    };
    Some(json!({"family": "file", "name": name, "fields": fields}))
}

#[test]
fn dumps_of_captured_connections_are_recognized_and_read_alike() {
    let mut directions = BTreeMap::<_, Direction>::new();
    for row in rows() {
        let key = (row.scenario.clone(), row.conn_id, row.dir.clone());
        directions.entry(key).or_default().push(&row);
    }
    directions.retain(|_, direction| !direction.messages.is_empty());
    let lines: Vec<Value> = directions.values().map(Direction::line).collect();
    let mut seen = BTreeMap::<_, usize>::new();
    for ((key, direction), read) in directions.iter().zip(PARSER.read("dumps", &lines)) {
        assert_eq!(read["beginning"], direction.beginning, "{key:?}: {read}");
        let messages = Value::from(&*direction.messages);
        assert_eq!(read["messages"], messages, "{key:?}");
        let kind = (direction.beginning, &*direction.stream);
        *seen.entry(kind).or_default() += 1;
    }
    let expected = [
        ("login_request", "server_request_stream"),
        ("login_response", "server_response_stream"),
        ("peer_init", "peer_stream"),
        ("peer_init", "distributed_stream"),
        ("peer_init", "file_uploader_stream"),
        ("pierce_firewall", "peer_stream"),
        ("pierce_firewall", "distributed_stream"),
        ("pierce_firewall", "file_downloader_stream"),
        ("unidentified", "peer_stream"),
        ("unidentified", "distributed_stream"),
        ("unidentified", "file_downloader_stream"),
        ("unidentified", "file_uploader_stream"),
    ];
    for kind in expected {
        assert!(seen.contains_key(&kind), "no {kind:?}: {seen:?}");
    }
}

#[test]
fn no_dump_makes_the_first_look_fail() {
    let heads: [&[u8]; 6] = [
        &[],
        &[0xff; 9],
        &[16, 0, 0, 0, 1],
        &[16, 0, 0, 0, 1, 0, 0, 0, 1],
        &[5, 0, 0, 0, 1, 0, 0, 0],
        &[16, 0, 0, 0, 1, 6, 0, 0, 0],
    ];
    let mut lines = Vec::new();
    for head in heads {
        for (length, byte) in
            (0..20).flat_map(|length| [(length, 0), (length, 0xff), (length, b'P')])
        {
            let dump = [head, &vec![byte; length]].concat();
            lines.push(json!({"hex": const_hex::encode(dump)}));
        }
    }
    for (line, answer) in lines.iter().zip(PARSER.read("beginnings", &lines)) {
        let whole = line["hex"].as_str().is_some_and(|hex| hex.len() >= 2 * 20);
        let beginning = answer["beginning"].as_str().expect("a name");
        assert!(whole || beginning == "unidentified", "{line}: {beginning}");
    }
}
