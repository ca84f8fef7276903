//! Shows what connections say: captures that are well formed, of bytes that may not be.

use std::fmt::Write;

use crate::capture;

/// How many connections there are.
pub const CONNECTIONS: usize = 4;

/// The bytes that name the ends of a connection: the last byte of each address, then both ports.
pub const ENDS: usize = 6;

/// Builds a capture and shows it as [`capture::check`] does.
///
/// The ends of all connections come first; then rows: a byte that says which connection it is, with a bit for
/// [`ANSWER`] and one for [`GAP`]; a `u16` with the number of bytes; the bytes.
///
/// # Panics
/// As [`capture::check`].
pub fn check(data: &[u8]) {
    let Some((ends, mut rest)) = data.split_first_chunk::<{ CONNECTIONS * ENDS }>() else {
        return;
    };
    let mut rows = String::new();
    let mut time = 1_000_000;
    while let Some(([head, low, high], behind)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let (bytes, behind) = behind.split_at(length.min(behind.len()));
        rest = behind;
        time += 1;
        row(&mut rows, ends, *head, time, bytes);
    }
    capture::check(rows.as_bytes());
}

/// The bit of a row that the end sends which was connected to.
pub const ANSWER: u8 = 0x10;

/// The bit of a row of which only the first half of the bytes was captured.
pub const GAP: u8 = 0x20;

fn row(rows: &mut String, ends: &[u8], head: u8, time: u32, bytes: &[u8]) {
    let connection = usize::from(head) % CONNECTIONS;
    let at = |index: usize| ends[connection * ENDS + index];
    let end = |host: u8, low: u8, high: u8| {
        let port = u16::from_le_bytes([low, high]);
        format!("127.0.0.{host}:{port}")
    };
    let mut ends = [end(at(0), at(2), at(3)), end(at(1), at(4), at(5))];
    let direction = if head & ANSWER == 0 {
        "initiator->acceptor"
    } else {
        ends.reverse();
        "acceptor->initiator"
    };
    let [source, destination] = ends;
    let kept = if head & GAP == 0 {
        bytes
    } else {
        &bytes[..bytes.len() / 2]
    };
    let mut frame = String::new();
    for byte in kept {
        write!(frame, "{byte:02x}").expect("memory");
    }
    let length = bytes.len();
    writeln!(
        rows,
        r#"{{"conn_id":{connection},"t":{time},"dir":"{direction}","src":"{source}","dst":"{destination}","frame":"{frame}","data_len":{length}}}"#
    )
    .expect("memory");
}
