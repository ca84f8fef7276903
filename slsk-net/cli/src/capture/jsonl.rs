//! Messages as JSON lines: one object a line, sorted by the time at which the message was complete.
//!
//! Needed of each object are `conn_id`, `t` (seconds since the Unix epoch), `dir`, `src`, `dst` and `frame`, the
//! message as hex digits. `data_len` is there where `frame` holds only the first bytes of a longer run, and `t_last`
//! tells when that run ended. Everything else is ignored.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;

use super::{CaptureError, Connection, Content, Segment, Side};
use crate::json::unhex;

/// Reads the rows of `file` up to the first wrong one.
pub(super) fn read(file: &[u8]) -> (Vec<Connection>, Option<CaptureError>) {
    let mut connections = Connections::default();
    for (index, line) in file.split(|&byte| byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        if let Err(problem) = connections.push(line) {
            return (
                connections.list,
                Some(CaptureError::Line {
                    line: index + 1,
                    problem,
                }),
            );
        }
    }
    (connections.list, None)
}

/// The connections so far.
#[derive(Default)]
struct Connections {
    /// In the order of their first row.
    list: Vec<Connection>,
    /// Where each `conn_id` is.
    places: BTreeMap<u64, usize>,
    /// How many bytes all rows so far say were sent. Nobody who adds lengths up gets beyond it.
    sent: u64,
}

impl Connections {
    /// Takes in a row; the error is what is wrong with it.
    fn push(&mut self, line: &[u8]) -> Result<(), String> {
        let row: Row<'_> = serde_json::from_slice(line).map_err(|error| plain(&error))?;
        let time = seconds(row.time).ok_or("`t` is no time since 1970")?;
        let bytes = unhex(&row.frame).map_err(|error| format!("`frame` is no hex: {error}"))?;
        let stored = bytes.len() as u64;
        let length = row.data_len.unwrap_or(stored);
        let missing = length
            .checked_sub(stored)
            .ok_or("`data_len` is less than the length of `frame`")?;
        self.sent = self
            .sent
            .checked_add(length)
            .ok_or("`data_len` adds up to 2^64 bytes or more")?;
        let end = row
            .last
            .map_or(Some(time), seconds)
            .ok_or("`t_last` is no time since 1970")?;

        let (initiator, acceptor, from) = match row.direction {
            Direction::FromInitiator => (row.source, row.destination, Side::Initiator),
            Direction::FromAcceptor => (row.destination, row.source, Side::Acceptor),
        };
        let place = *self.places.entry(row.connection).or_insert(self.list.len());
        if place == self.list.len() {
            self.list.push(Connection {
                initiator,
                acceptor,
                opened: true,
                segments: Vec::new(),
            });
        }
        let connection = self.list.get_mut(place).ok_or("`conn_id` is not known")?;
        if (connection.initiator, connection.acceptor) != (initiator, acceptor) {
            return Err(format!(
                "`conn_id` {} has other addresses in an earlier line",
                row.connection
            ));
        }
        if !bytes.is_empty() {
            connection.segments.push(Segment {
                time,
                from,
                content: Content::Data(Bytes::from(bytes)),
            });
        }
        if missing > 0 {
            connection.segments.push(Segment {
                time: end,
                from,
                content: Content::Missing(missing),
            });
        }
        Ok(())
    }
}

/// The fields of a row that are needed.
#[derive(Deserialize)]
struct Row<'a> {
    /// Names the connection.
    #[serde(rename = "conn_id")]
    connection: u64,
    /// When the message was complete, or its run of bytes began.
    #[serde(rename = "t")]
    time: f64,
    /// When its run of bytes ended.
    #[serde(rename = "t_last")]
    last: Option<f64>,
    /// Who of the two sent it.
    #[serde(rename = "dir")]
    direction: Direction,
    /// Address of the sender.
    #[serde(rename = "src")]
    source: SocketAddr,
    /// Address of the receiver.
    #[serde(rename = "dst")]
    destination: SocketAddr,
    /// The bytes as hex digits.
    #[serde(borrow)]
    frame: Cow<'a, str>,
    /// Length of the whole run of bytes.
    data_len: Option<u64>,
}

/// Who sent a row.
#[derive(Clone, Copy, Deserialize)]
enum Direction {
    /// The one who opened the connection.
    #[serde(rename = "initiator->acceptor", alias = "client->server")]
    FromInitiator,
    /// The other one.
    #[serde(rename = "acceptor->initiator", alias = "server->client")]
    FromAcceptor,
}

/// A time in microseconds, which is what a float of today's seconds can hold.
fn seconds(value: f64) -> Option<Duration> {
    let exact = Duration::try_from_secs_f64(value).ok()?;
    let micros = u64::try_from((exact.as_nanos() + 500) / 1_000).ok()?;
    Some(Duration::from_micros(micros))
}

/// The error without serde's line number, which is always 1.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let Some((problem, _)) = text.rsplit_once(" at line ") else {
        return text;
    };
    format!("{problem} (column {})", error.column())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{CLIENT, SERVER, data, jsonl_row};
    use super::super::{Capture, read_bytes};
    use super::*;

    fn capture(rows: &[String]) -> Capture {
        read_bytes(rows.join("\n")).unwrap()
    }

    #[test]
    fn rows_become_segments_of_their_connection() {
        let back = jsonl_row(7, "0b", "").replace("client->server", "server->client");
        let back = back
            .replace(&CLIENT.to_string(), "?")
            .replace(&SERVER.to_string(), &CLIENT.to_string());
        let back = back.replace('?', &SERVER.to_string());
        let file = r#","data_len":100,"t_last":1795190829.5"#;
        let closed = jsonl_row(7, "", r#","name":"TCP-FIN""#);
        let rows = [
            jsonl_row(7, "0aFF", ""),
            jsonl_row(8, "01", ""),
            String::new(),
            back,
            jsonl_row(7, "0c", file),
            closed,
        ];
        let Capture {
            connections,
            damage,
        } = capture(&rows);
        assert!(damage.is_none(), "{damage:?}");
        assert_eq!(connections.len(), 2);
        let first = &connections[0];
        assert_eq!(
            (first.initiator, first.acceptor, first.opened),
            (CLIENT, SERVER, true)
        );
        let time = Duration::from_micros(1_795_190_828_036_808);
        let end = Duration::from_millis(1_795_190_829_500);
        let segment = |time, from, content| Segment {
            time,
            from,
            content,
        };
        let expected = [
            segment(time, Side::Initiator, data(&[0x0a, 0xff])),
            segment(time, Side::Acceptor, data(&[0x0b])),
            segment(time, Side::Initiator, data(&[0x0c])),
            segment(end, Side::Initiator, Content::Missing(99)),
        ];
        assert_eq!(first.segments, expected);
    }

    #[test]
    fn a_row_without_bytes_still_names_a_connection() {
        let connections = capture(&[jsonl_row(1, "", r#","data_len":0"#)]).connections;
        assert_eq!((connections.len(), connections[0].segments.len()), (1, 0));
    }

    #[test]
    fn faults_name_the_line_and_keep_the_rows_before() {
        let good = jsonl_row(1, "aa", "");
        let cases = [
            (
                good.replace("\"conn_id\":1,", ""),
                "missing field `conn_id` (column ",
            ),
            (
                good.replace("frame", "farme"),
                "missing field `frame` (column ",
            ),
            (
                good.replace("\"aa\"", "\"aab\""),
                "`frame` is no hex: odd number of digits",
            ),
            (
                good.replace("\"aa\"", "\"ag\""),
                "`frame` is no hex: invalid character 'g'",
            ),
            (
                good.replace("\"aa\"", "\"0xaa\""),
                "`frame` is no hex: invalid character 'x' at position 1",
            ),
            (
                good.replace("\"aa\"", "\"ä\""),
                "`frame` is no hex: invalid character",
            ),
            (
                good.replace("client->server", "sideways"),
                "unknown variant `sideways`",
            ),
            (
                good.replace("127.0.0.1:2242", "localhost"),
                "invalid socket address syntax (column ",
            ),
            (
                good.replace("127.0.0.1:2242", "127.0.0.1:1"),
                "`conn_id` 1 has other addresses in an earlier line",
            ),
            (
                good.replace("\"t\":", "\"t\":-"),
                "`t` is no time since 1970",
            ),
            (
                good.replace("\"t\":1", "\"t_last\":1e99,\"t\":1"),
                "`t_last` is no time since 1970",
            ),
            (
                jsonl_row(1, "aabb", r#","data_len":1"#),
                "`data_len` is less than the length of `frame`",
            ),
            (
                jsonl_row(1, "aa", r#","data_len":18446744073709551615"#),
                "`data_len` adds up to 2^64 bytes or more",
            ),
            (
                good[..good.len() - 1].to_owned(),
                "EOF while parsing an object (column ",
            ),
            ("[]".to_owned(), "invalid length 0"),
            ("\u{1}".to_owned(), "expected value (column 1)"),
        ];
        for (bad, problem) in cases {
            let capture = capture(&[good.clone(), String::new(), bad, good.clone()]);
            assert_eq!(capture.connections[0].segments.len(), 1);
            let error = capture.damage.unwrap().to_string();
            assert!(error.starts_with(&format!("line 3: {problem}")), "{error}");
            assert!(
                error.ends_with("; correct or remove it") && !error.contains('\n'),
                "{error}"
            );
        }
        assert!(
            read_bytes("{")
                .unwrap_err()
                .to_string()
                .starts_with("line 1: EOF")
        );
    }
}
