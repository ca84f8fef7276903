//! Recordings in other forms: with packets lost, repeated, out of order or cut, behind other link layers, as pcapng.

use fastrand::Rng;

/// The length of a record's header, and that of the file.
const RECORD: usize = 16;
const FILE: usize = 24;
/// Ethernet, IP and TCP with their usual options.
const HEADERS: usize = 66;

/// All variants of a pcap file, with their names.
pub(super) fn of(file: &[u8], random: &mut Rng) -> Vec<(&'static str, Vec<u8>)> {
    let records = records(file);
    let pcap = |records: &[Vec<u8>]| [&file[..FILE], &records.concat()].concat();
    let mut lost = records.clone();
    lost.retain(|_| random.usize(..20) > 0);
    let mut repeated = records.clone();
    for _ in 0..records.len() / 20 {
        let at = random.usize(..records.len());
        repeated.insert(random.usize(at..=records.len()), records[at].clone());
    }
    let mut reordered = records.clone();
    for _ in 0..records.len() / 20 {
        let at = random.usize(..records.len());
        reordered.swap(at, (at + random.usize(1..4)).min(records.len() - 1));
    }
    let late = &records[records.len() / 3..];
    let cut: Vec<_> = records
        .iter()
        .map(|record| {
            let least = RECORD + HEADERS;
            if record.len() > least && random.usize(..20) == 0 {
                stored(&record[..random.usize(least..record.len())])
            } else {
                record.clone()
            }
        })
        .collect();
    let mut variants = vec![
        ("lost.pcap", pcap(&lost)),
        ("repeated.pcap", pcap(&repeated)),
        ("reordered.pcap", pcap(&reordered)),
        ("late.pcap", pcap(late)),
        ("cut.pcap", pcap(&cut)),
        ("little.pcapng", pcapng(&records, u32::to_le_bytes)),
        ("big.pcapng", pcapng(&records, u32::to_be_bytes)),
    ];
    let cooked = [&[0; 14][..], &[8, 0]].concat();
    let cooked_2 = [&[8, 0][..], &[0; 18]].concat();
    for (name, link, head) in [
        ("raw.pcap", 101, &[][..]),
        ("null.pcap", 0, &[2, 0, 0, 0]),
        ("cooked.pcap", 113, &cooked),
        ("cooked-2.pcap", 276, &cooked_2),
    ] {
        variants.push((name, linked(file, &records, link, head)));
    }
    variants
}

/// The records of a little-endian file.
fn records(file: &[u8]) -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    let mut rest = &file[FILE..];
    while !rest.is_empty() {
        let (record, behind) = rest.split_at(RECORD + number(rest, 8));
        records.push(record.to_vec());
        rest = behind;
    }
    records
}

fn number(bytes: &[u8], at: usize) -> usize {
    let field = bytes[at..at + 4].try_into().expect("four bytes");
    u32::from_le_bytes(field) as usize
}

fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("a short packet")
}

/// The record with as many bytes stored as there are.
fn stored(record: &[u8]) -> Vec<u8> {
    let mut record = record.to_vec();
    let stored = length(record.len() - RECORD);
    record[8..12].copy_from_slice(&stored.to_le_bytes());
    record
}

/// The file with another link layer than Ethernet.
fn linked(file: &[u8], records: &[Vec<u8>], link: u32, head: &[u8]) -> Vec<u8> {
    const ETHERNET: usize = 14;
    let mut out = [&file[..FILE - 4], &link.to_le_bytes()].concat();
    for record in records {
        let (header, packet) = record.split_at(RECORD);
        let mut changed = stored(&[header, head, &packet[ETHERNET..]].concat());
        let sent = length(number(record, 12) - ETHERNET + head.len());
        changed[12..16].copy_from_slice(&sent.to_le_bytes());
        out.extend(changed);
    }
    out
}

/// The packets in the other container, with times in microseconds.
fn pcapng(records: &[Vec<u8>], order: fn(u32) -> [u8; 4]) -> Vec<u8> {
    let words = |words: &[u32]| words.iter().copied().flat_map(order).collect::<Vec<_>>();
    let block = |kind: u32, mut body: Vec<u8>| {
        body.resize(body.len().next_multiple_of(4), 0);
        let whole = length(body.len() + 12);
        [words(&[kind, whole]), body, words(&[whole])].concat()
    };
    let ethernet = if order(1) == [1, 0, 0, 0] { 1 } else { 1 << 16 };
    let mut out = block(0x0a0d_0d0a, words(&[0x1a2b_3c4d, 1, u32::MAX, u32::MAX]));
    out.extend(block(1, words(&[ethernet, 0])));
    for record in records {
        let time = number(record, 0) as u64 * 1_000_000 + number(record, 4) as u64;
        let part = |bits: u64| u32::try_from(bits).expect("half of a time");
        let (high, low) = (part(time >> 32), part(time & 0xffff_ffff));
        let packet = &record[RECORD..];
        let (captured, sent) = (length(packet.len()), length(number(record, 12)));
        let head = words(&[0, high, low, captured, sent]);
        out.extend(block(6, [&head[..], packet].concat()));
    }
    out
}
