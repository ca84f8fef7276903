//! What went over the wire in a test, as one capture that `slsk decode` reads.
//!
//! The agents record each byte that they send and receive. Where both ends of a connection are ours, what the taps of
//! our server and clients saw stands in.

use std::collections::BTreeMap;
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use slsk_net::{Tap, Tapped};
use slsk_wire::Encoder;
use tokio::sync::watch;

/// What an agent sent or received at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    conn_id: u64,
    t: f64,
    dir: Direction,
    src: SocketAddr,
    dst: SocketAddr,
    frame: String,
    /// Whether the end that recorded it has sent it.
    sent: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Direction {
    #[serde(rename = "initiator->acceptor")]
    Forth,
    #[serde(rename = "acceptor->initiator")]
    Back,
}

/// Rows of the taps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tapes(Arc<Mutex<Vec<Row>>>);

impl Tapes {
    /// A tap for a server at `own`.
    pub(crate) fn server(&self, own: SocketAddr) -> Tap {
        let tapes = self.clone();
        Tap::new(move |tapped| tapes.push(tapped, tapped.remote, own))
    }

    /// A tap for a client of ours that `server` and `peers` are taken from. Of connections between two of ours, the one
    /// who dials records them; the port that he dials from is not known, so each gets a number instead.
    ///
    /// `sent` counts what it sends.
    pub(crate) fn client(&self, ip: IpAddr, listeners: Listeners, sent: watch::Sender<u64>) -> Tap {
        let tapes = self.clone();
        let ports = Mutex::new(BTreeMap::new());
        Tap::new(move |tapped| {
            if tapped.outgoing {
                sent.send_modify(|count| *count += 1);
            }
            if listeners
                .0
                .lock()
                .expect("no panic")
                .contains(&tapped.remote)
            {
                let mut ports = ports.lock().expect("no panic");
                let next = u16::try_from(ports.len() + 1).expect("few connections");
                let port = *ports.entry(tapped.conn).or_insert(next);
                tapes.push(tapped, SocketAddr::new(ip, port), tapped.remote);
            }
        })
    }

    fn push(&self, tapped: &Tapped<'_>, initiator: SocketAddr, acceptor: SocketAddr) {
        let mut frame = Vec::new();
        tapped
            .packet
            .encode(&mut Encoder::default(), &mut frame)
            .expect("a sound packet");
        let forth = tapped.outgoing == (tapped.remote == acceptor);
        let (dir, src, dst) = if forth {
            (Direction::Forth, initiator, acceptor)
        } else {
            (Direction::Back, acceptor, initiator)
        };
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("a time after 1970");
        self.0.lock().expect("no panic").push(Row {
            conn_id: 0,
            t: now.as_secs_f64(),
            dir,
            src,
            dst,
            frame: const_hex::encode(frame),
            sent: tapped.outgoing,
        });
    }
}

/// Where clients of ours listen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listeners(pub(crate) Arc<Mutex<Vec<SocketAddr>>>);

/// Makes one capture of what the taps saw and the agents recorded in `records`.
pub(crate) fn merge(tapes: &Tapes, records: &Path) -> String {
    let seen = tapes.0.lock().expect("no panic").clone();
    // Each direction of a connection from whoever knows it best.
    let mut streams: BTreeMap<_, (u8, Vec<Row>)> = BTreeMap::new();
    let mut add = |worth, row: Row| {
        let stream = streams.entry((row.src, row.dst)).or_default();
        if worth > stream.0 {
            *stream = (worth, Vec::new());
        }
        if worth == stream.0 {
            stream.1.push(row);
        }
    };
    for row in seen {
        add(1, row);
    }
    for entry in fs::read_dir(records).expect("a folder") {
        let text = fs::read_to_string(entry.expect("a file").path()).expect("a record");
        // The last line of an agent that was killed may be half a line.
        for row in text
            .lines()
            .filter_map(|line| serde_json::from_str::<Row>(line).ok())
        {
            add(if row.sent { 3 } else { 2 }, row);
        }
    }
    let mut rows: Vec<Row> = streams.into_values().flat_map(|(_, rows)| rows).collect();
    rows.sort_by(|a, b| a.t.total_cmp(&b.t));
    let mut numbers = BTreeMap::new();
    let mut capture = String::new();
    for row in &mut rows {
        let ends = match row.dir {
            Direction::Forth => (row.src, row.dst),
            Direction::Back => (row.dst, row.src),
        };
        let next = numbers.len() as u64 + 1;
        row.conn_id = *numbers.entry(ends).or_insert(next);
        capture.push_str(&serde_json::to_string(row).expect("JSON"));
        capture.push('\n');
    }
    capture
}

/// What `slsk decode --json` says of a capture, and what is wrong with the file as a whole.
pub(crate) fn decode(capture: &str) -> (String, Option<slsk::DecodeFileError>) {
    let mut json = Vec::new();
    let decoded = slsk::decode_capture(capture.to_owned(), slsk::Style::Json, &mut json);
    (String::from_utf8(json).expect("UTF-8"), decoded.err())
}

/// What `slsk decode` can't explain in a capture, a line each.
pub(crate) fn unexplained(capture: &str) -> Vec<String> {
    let (json, error) = decode(capture);
    let lines = json.lines().filter(|line| !is_explained(line));
    lines
        .map(ToOwned::to_owned)
        .chain(error.map(|error| error.to_string()))
        .collect()
}

fn is_explained(line: &str) -> bool {
    let row: Value = serde_json::from_str(line).expect("JSON");
    let nothing_left = row["trailing"].as_str().is_none_or(str::is_empty);
    row.get("error").is_none() && row.get("payload").is_none() && nothing_left
}
