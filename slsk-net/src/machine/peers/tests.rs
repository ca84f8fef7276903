//! The rules of connections between peers, on hand-made inputs.

mod bench;
mod ceiling;
mod chaos;
mod cuts;
mod obfuscated;
mod pairs;
mod pending;
mod proof;
mod rules;

use std::net::IpAddr;
use std::time::Duration;

use slsk_wire::init::{ConnectionKind, InitMessage, PeerInit, PierceFirewall};
use slsk_wire::peer::{FileSearchResponse, PeerMessage, QueueUpload, UploadFailed};

use super::*;
use crate::machine::Packet;
use crate::machine::api::{ConnectMode, Obfuscation};
use crate::machine::outbox::Out;
use bench::{Bench, Did};

const HERE: [u8; 4] = [127, 0, 0, 2];
const ELSEWHERE: [u8; 4] = [127, 0, 0, 3];

/// A question to or from somebody.
fn question(number: u32) -> PeerMessage {
    let filename = format!("file {number}").as_str().into();
    QueueUpload { filename }.into()
}

/// What matters to a transfer of ours.
fn claim() -> PeerMessage {
    let filename = "file".into();
    UploadFailed { filename }.into()
}

fn result() -> PeerMessage {
    FileSearchResponse::new("ada", 1, Vec::new()).into()
}

fn init(name: &str, kind: ConnectionKind) -> InitMessage {
    PeerInit::new(name, kind).into()
}

fn pierce(token: u32) -> InitMessage {
    PierceFirewall { token }.into()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
