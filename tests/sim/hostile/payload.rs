//! What an attacker writes.

use slsk_tests::world::any_message;
use slsk_wire::distributed::{
    DistributedBranchLevel, DistributedBranchRoot, DistributedMessage, DistributedSearch,
};
use slsk_wire::init::{ConnectionKind, InitMessage, PeerInit, PierceFirewall};
use slsk_wire::peer::{
    FileSearchResponse, PeerMessage, PlaceInQueueResponse, QueueUpload, RefusalReason,
    SharesRequest, TransferDirection, TransferRequest, TransferResponse, UploadDenied,
    UploadFailed, UserInfoRequest,
};
use slsk_wire::{Encoder, Family, FamilyId, Text};

use super::{Attack, Targets};

/// How many messages make a flood.
const FLOOD: usize = 300;

/// What goes over a new connection.
pub(super) fn of(attack: Attack, targets: &Targets, random: &mut fastrand::Rng) -> Vec<u8> {
    let kind = [
        ConnectionKind::Peer,
        ConnectionKind::File,
        ConnectionKind::Distributed,
        ConnectionKind::Other("X".into()),
    ][random.usize(..4)]
    .clone();
    match attack {
        Attack::Noise => bytes(random, 2000),
        Attack::Lies => {
            let family = match kind {
                ConnectionKind::Distributed => FamilyId::Distributed,
                _ => FamilyId::Peer,
            };
            let mut all = init(&own_name(random), kind);
            for _ in 0..random.usize(1..20) {
                all.extend(damaged(family, random));
            }
            all
        }
        Attack::Flood if random.bool() => {
            let mut all = init(&own_name(random), ConnectionKind::Distributed);
            let me = own_name(random);
            all.extend(place(i32::from(random.u8(..10)), &me));
            for _ in 0..FLOOD {
                all.extend(search(random));
            }
            all
        }
        Attack::Flood => {
            let mut all = init(&own_name(random), ConnectionKind::Peer);
            for number in 0..FLOOD {
                all.extend(peer(&question(number, random)));
            }
            all
        }
        Attack::Pierce => frame(&InitMessage::from(PierceFirewall {
            token: [random.u32(..), random.u32(..1000)][random.usize(..2)],
        })),
        Attack::Impostor => {
            let name = random.choice(&targets.names).cloned();
            let mut all = init(&name.unwrap_or_else(|| own_name(random)), kind);
            for number in 0..random.usize(1..8) {
                all.extend(peer(&question(number, random)));
            }
            all
        }
        Attack::Tree => tree(targets, random),
        Attack::Files => {
            let mut all = init(&own_name(random), ConnectionKind::File);
            all.extend(bytes(random, 20));
            all
        }
        Attack::Slow => {
            let mut all = init(&own_name(random), kind);
            all.truncate(random.usize(..all.len()));
            all
        }
    }
}

/// The first frame of a connection.
fn init(name: &Text, kind: ConnectionKind) -> Vec<u8> {
    frame(&InitMessage::from(PeerInit::new(name.clone(), kind)))
}

/// Level and root.
pub(super) fn place(level: i32, root: &Text) -> Vec<u8> {
    let username = root.clone();
    let mut all = frame(&DistributedMessage::from(DistributedBranchLevel { level }));
    let root = DistributedBranchRoot { username };
    all.extend(frame(&DistributedMessage::from(root)));
    all
}

/// A search of somebody who is not there.
pub(super) fn search(random: &mut fastrand::Rng) -> Vec<u8> {
    let query = format!("false {}", random.u32(..));
    let search = DistributedSearch::new(own_name(random), random.u32(..), query);
    frame(&DistributedMessage::from(search))
}

fn tree(targets: &Targets, random: &mut fastrand::Rng) -> Vec<u8> {
    let someone = random.choice(&targets.names).cloned();
    let someone = someone.unwrap_or_else(|| own_name(random));
    let name = if random.bool() {
        someone.clone()
    } else {
        own_name(random)
    };
    let mut all = init(&name, ConnectionKind::Distributed);
    for _ in 0..random.usize(1..10) {
        match random.u8(..6) {
            0 => all.extend(place(-1, &someone)),
            1 => all.extend(place(i32::MAX, &someone)),
            2 => all.extend(place(1, &Text::new())),
            3 => all.extend(place(i32::from(random.u8(..4)), &someone)),
            4 => all.extend(search(random)),
            _ => all.extend(damaged(FamilyId::Distributed, random)),
        }
    }
    all
}

/// Something that nobody is waiting for.
fn question(number: usize, random: &mut fastrand::Rng) -> PeerMessage {
    let filename = Text::from(format!(r"Music\{number}.flac"));
    let token = random.u32(..);
    let direction = if random.bool() {
        TransferDirection::Upload
    } else {
        TransferDirection::Download
    };
    match random.u8(..11) {
        0 => SharesRequest::default().into(),
        1 => UserInfoRequest.into(),
        2 => QueueUpload { filename }.into(),
        3 => TransferRequest {
            direction,
            token,
            filename,
            size: Some(random.u64(..)),
        }
        .into(),
        4 => TransferResponse::accepted(token, random.u64(..)).into(),
        5 => TransferResponse::refused(token, RefusalReason::Cancelled).into(),
        6 => UploadFailed { filename }.into(),
        7 => UploadDenied {
            filename,
            reason: RefusalReason::Cancelled,
        }
        .into(),
        8 => PlaceInQueueResponse { filename, place: 7 }.into(),
        9 => FileSearchResponse::new(own_name(random), token, Vec::new()).into(),
        _ => match any_message(FamilyId::Peer, random) {
            Some(slsk_wire::AnyMessage::PeerMessage(message)) => message,
            _ => UserInfoRequest.into(),
        },
    }
}

/// A message of a family, and something wrong with it.
fn damaged(family: FamilyId, random: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes = Vec::new();
    let message = any_message(family, random);
    let encoded = message.map(|message| message.encode(&mut Encoder::default(), &mut bytes));
    if let Some(Ok(())) = encoded
        && bytes.len() > 4
    {
        let at = random.usize(4..bytes.len());
        let number = [u32::MAX, 1 << 31, 1 << 16, 0][random.usize(..4)].to_le_bytes();
        for (byte, new) in bytes[at..].iter_mut().zip(number) {
            *byte = new;
        }
    }
    bytes
}

fn own_name(random: &mut fastrand::Rng) -> Text {
    format!("stranger {}", random.u16(..200)).into()
}

fn bytes(random: &mut fastrand::Rng, most: usize) -> Vec<u8> {
    let count = random.usize(1..most);
    std::iter::repeat_with(|| random.u8(..))
        .take(count)
        .collect()
}

fn peer(message: &PeerMessage) -> Vec<u8> {
    // What contradicts itself can't be sent.
    message.to_frame().unwrap_or_default()
}

pub(super) fn frame(message: &impl Family) -> Vec<u8> {
    message.to_frame().expect("a message")
}
