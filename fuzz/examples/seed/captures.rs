//! The beginnings of the recorded captures, in every format.

use std::error::Error;
use std::fs;
use std::net::SocketAddrV4;

use serde_json::Value;
use slsk_fuzz::session::{ANSWER, CONNECTIONS, ENDS};
use slsk_tests::captures::folder;

/// About how long an input is, in bytes.
const MOST: usize = 3000;

/// The same for the bytes on connections, which take longer to show.
const SAID: usize = 500;

/// A target and an input for it.
type Input = (&'static str, Vec<u8>);

/// The inputs.
pub(crate) fn files() -> Result<Vec<Input>, Box<dyn Error>> {
    let mut files = Vec::new();
    let mut paths: Vec<_> = fs::read_dir(folder())?.collect::<Result<_, _>>()?;
    paths.sort_by_key(fs::DirEntry::path);
    for path in paths.iter().map(fs::DirEntry::path) {
        let data = fs::read(&path)?;
        let extension = path.extension().and_then(|extension| extension.to_str());
        if extension == Some("jsonl") {
            let rows = needed(&data)?;
            for rows in rows.chunks(6).step_by(4) {
                let lines: Vec<_> = rows.iter().map(Value::to_string).collect();
                let lines = lines.join("\n");
                if lines.len() <= MOST {
                    files.push(("capture", lines.into()));
                }
            }
            for start in (0..rows.len()).step_by(10) {
                files.push(("session", session(&rows[start..])?));
            }
        } else if extension == Some("pcap") {
            files.push(("capture", data[..MOST / 5].to_vec()));
            files.push(("capture", data[..MOST].to_vec()));
            files.push(("capture", pcapng(&data[..MOST])));
        }
    }
    Ok(files)
}

/// The rows with nothing but what the reader looks at.
fn needed(rows: &[u8]) -> Result<Vec<Value>, Box<dyn Error>> {
    let rows = std::str::from_utf8(rows)?.lines().map(|row| {
        let mut row: serde_json::Map<String, Value> = serde_json::from_str(row)?;
        if let Some(raw) = row.remove("raw") {
            row.insert("frame".to_owned(), raw);
        }
        let keys = [
            "conn_id", "t", "t_last", "dir", "src", "dst", "frame", "data_len",
        ];
        row.retain(|key, _| keys.contains(&key.as_str()));
        Ok(row.into())
    });
    rows.collect()
}

/// The first rows of the first connections, as the target `session` takes them.
fn session(rows: &[Value]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut connections = Vec::new();
    let mut ends = Vec::new();
    let mut said = Vec::new();
    for row in rows {
        let text = |key: &str| row[key].as_str().ok_or("a text");
        let answer = ["acceptor->initiator", "server->client"].contains(&text("dir")?);
        let number = connections.iter().position(|id| *id == row["conn_id"]);
        if number.is_none() && connections.len() == CONNECTIONS {
            continue;
        }
        let number = number.unwrap_or(connections.len());
        if number == connections.len() {
            connections.push(row["conn_id"].clone());
            let keys = if answer {
                ["dst", "src"]
            } else {
                ["src", "dst"]
            };
            let [from, to] = keys.map(|key| text(key).map(str::parse::<SocketAddrV4>));
            let (from, to) = (from??, to??);
            ends.extend([from.ip().octets()[3], to.ip().octets()[3]]);
            ends.extend([from.port().to_le_bytes(), to.port().to_le_bytes()].concat());
        }
        let bytes = const_hex::decode(text("frame")?)?;
        if said.len() + bytes.len() > SAID {
            break;
        }
        let length = u16::try_from(bytes.len())?;
        said.push(u8::try_from(number)? | if answer { ANSWER } else { 0 });
        said.extend(length.to_le_bytes());
        said.extend(bytes);
    }
    ends.resize(CONNECTIONS * ENDS, 0);
    Ok([ends, said].concat())
}

/// A pcapng file of the packets of a little-endian pcap file.
fn pcapng(pcap: &[u8]) -> Vec<u8> {
    let block = |kind: u32, content: &[u8]| {
        let padded = content.len().next_multiple_of(4);
        let length = u32::try_from(12 + padded).expect("a short block");
        let padding = vec![0; padded - content.len()];
        let (kind, length) = (kind.to_le_bytes(), length.to_le_bytes());
        [&kind, &length, content, &padding, &length].concat()
    };
    let mut file = block(
        0x0A0D_0D0A,
        b"\x4d\x3c\x2b\x1a\x01\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff",
    );
    file.extend(block(1, &[&pcap[20..22], &[0, 0, 0, 0, 4, 0]].concat()));
    let mut rest = &pcap[24..];
    while let Some((header, behind)) = rest.split_first_chunk::<16>() {
        let word = |at: usize| u32::from_le_bytes(std::array::from_fn(|index| header[at + index]));
        let Some((packet, behind)) = behind.split_at_checked(word(8) as usize) else {
            break;
        };
        let micros = u64::from(word(0)) * 1_000_000 + u64::from(word(4));
        // The high half comes first.
        let time = micros.rotate_left(32).to_le_bytes();
        let head = [&[0; 4], &time[..], &header[8..]].concat();
        file.extend(block(6, &[&head, packet].concat()));
        rest = behind;
    }
    file
}
