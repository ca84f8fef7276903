//! The table, in Markdown.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::process::Command;
use std::time::Duration;

use slsk_tests::operations::{Compressed, Searches};
use slsk_wire::peer::{FileSearchResponse, SharesResponse};

use crate::python::Clients;

pub(crate) const INFLATE: &str = "inflate alone, again to the same buffer";
pub(crate) const INFLATE_ANEW: &str = "inflate alone, each to memory of its own";
pub(crate) const DECODE: &str = "**slsk-wire: decode**";
pub(crate) const CUT: &str = "slsk-wire: cut the stream and decode";
pub(crate) const PARSE: &str = "slsk-wire: parse what is inflated";
pub(crate) const PEEK: &str = "slsk-wire: read the token only";
pub(crate) const LIST: &str = "slsk-wire: read folder by folder";
pub(crate) const ENCODE: &str = "slsk-wire: encode";
pub(crate) const DEFLATE: &str = "slsk-wire: encode and deflate";
pub(crate) const SOULSEEK_RS: &str = "soulseek-rs-lib";

const ROWS: [&str; 10] = [
    INFLATE,
    INFLATE_ANEW,
    DECODE,
    CUT,
    PARSE,
    PEEK,
    LIST,
    ENCODE,
    DEFLATE,
    SOULSEEK_RS,
];

/// Times of the same work on the same data, a column for each kind of data.
pub(crate) struct Table {
    heads: [String; 3],
    columns: [BTreeMap<&'static str, Duration>; 3],
    rounds: usize,
    clients: Option<Clients>,
}

impl Table {
    pub(crate) fn new(
        replies: &Compressed<FileSearchResponse>,
        shares: &Compressed<SharesResponse>,
        searches: &Searches,
        rounds: usize,
    ) -> Self {
        let found = replies.messages.iter().map(|reply| reply.results.len());
        let folders = shares.messages.iter().flat_map(|list| &list.directories);
        let files = folders.clone().map(|folder| folder.files.len());
        let heads = [
            format!(
                "{} search replies, {} files, {} MB from {} MB",
                thousands(replies.messages.len()),
                thousands(found.sum()),
                megabytes(replies.inflated_len()),
                megabytes(replies.stream.len()),
            ),
            format!(
                "share list, {} folders, {} files, {} MB from {} MB",
                thousands(folders.count()),
                thousands(files.sum()),
                megabytes(shares.inflated_len()),
                megabytes(shares.stream.len()),
            ),
            format!(
                "{} distributed searches, {} MB",
                thousands(searches.messages.len()),
                megabytes(searches.stream.len()),
            ),
        ];
        Self {
            heads,
            columns: Default::default(),
            rounds,
            clients: None,
        }
    }

    pub(crate) fn fill(&mut self, column: usize, times: Vec<(&'static str, Duration)>) {
        self.columns[column].extend(times);
    }

    pub(crate) fn add_clients(&mut self, clients: Clients) {
        self.clients = Some(clients);
    }

    /// A time, and how many times as long as our decoding it is.
    fn cell(&self, column: usize, seconds: f64) -> String {
        let ours = self.columns[column][DECODE].as_secs_f64();
        let milliseconds = seconds * 1000.0;
        let time = match milliseconds {
            ..10.0 => format!("{milliseconds:.1}"),
            _ => format!("{milliseconds:.0}"),
        };
        let ratio = seconds / ours;
        let ratio = match ratio {
            ..10.0 => format!("{ratio:.2}"),
            _ => format!("{ratio:.0}"),
        };
        format!("{time} ms, × {ratio}")
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [replies, shares, searches] = &self.heads;
        writeln!(f, "| | {replies} | {shares} | {searches} |")?;
        writeln!(f, "|---|---|---|---|")?;
        for row in ROWS {
            write!(f, "| {row} |")?;
            for (column, times) in self.columns.iter().enumerate() {
                match times.get(row) {
                    Some(time) => write!(f, " {} |", self.cell(column, time.as_secs_f64()))?,
                    None => write!(f, " – |")?,
                }
            }
            writeln!(f)?;
        }
        match &self.clients {
            None => {
                for name in ["aioslsk", "Nicotine+"] {
                    writeln!(f, "| {name} |{}", " not measured |".repeat(3))?;
                }
            }
            Some(clients) => {
                for client in &clients.clients {
                    write!(f, "| {} |", client.name)?;
                    for (column, measured) in client.results.iter().enumerate() {
                        write!(f, " {} |", self.cell(column, measured.seconds))?;
                    }
                    writeln!(f)?;
                }
            }
        }
        writeln!(f, "\n{}", self.caption())
    }
}

impl Table {
    fn caption(&self) -> String {
        let mut versions: Vec<String> = ["flate2", "zlib-rs", "soulseek-rs-lib"]
            .iter()
            .map(|name| format!("{name} {}", locked(name)))
            .collect();
        if let Some(clients) = &self.clients {
            let named = clients.clients.iter();
            versions.extend(named.map(|client| format!("{} {}", client.name, client.version)));
            versions.push(clients.python.clone());
        }
        versions.push(printed("rustc", &["--version"]));
        format!(
            "Processor time of one thread, the best of {} rounds taken in turn; × is in relation to decoding with \
             `slsk-wire`. {}. {}, {}.",
            self.rounds,
            versions.join(", "),
            processor(),
            printed("date", &["-u", "+%Y-%m-%d"]),
        )
    }
}

/// The version of a package in the lock file of the workspace.
fn locked(name: &str) -> &'static str {
    let lock = include_str!("../../../Cargo.lock");
    let entry = lock.split_once(&format!("name = \"{name}\"\nversion = \""));
    let version = entry.and_then(|(_, behind)| behind.split('"').next());
    version.unwrap_or("unknown")
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let mut lines = text.lines();
    let model = lines.find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or("unknown processor", |(_, model)| model).into()
}

fn printed(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.unwrap_or_else(|_| format!("{program} unknown"))
}

fn megabytes(bytes: usize) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A number with a comma for each three digits.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
    groups.join(",")
}
