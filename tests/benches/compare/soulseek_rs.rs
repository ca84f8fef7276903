//! The crate `soulseek-rs-lib`. It has no limits and no sharing of memory, and inflates with its own code.
//!
//! Its messages are made beforehand: they take their bytes as a `Vec`, and reading leaves them as they are.
//! It can cut a stream only while reading it from a socket, so that is not measured.

use std::hint::black_box;

use slsk_tests::operations::{Compressed, Searches};
use slsk_wire::Frame;
use slsk_wire::peer::{FileSearchResponse, SharesResponse};
use soulseek_rs::SearchResult;
use soulseek_rs::message::Message;
use soulseek_rs::message::distributed::{self, Distributed};
use soulseek_rs::message::peer::parse_shared_file_list;

use crate::contest::Contest;
use crate::ours;
use crate::table::SOULSEEK_RS;
use crate::tally::Tally;

/// Where the body of a message between peers begins, in a frame with its length field.
const PEER_BODY: usize = 8;

pub(crate) fn search_replies<'a>(
    contest: &mut Contest<'a>,
    replies: &'a Compressed<FileSearchResponse>,
) {
    let mut messages: Vec<Message> = replies.frames.iter().map(peer).collect();
    let mut tally = Tally::default();
    for reply in messages.iter_mut().map(reply) {
        tally.messages += 1;
        tally.values += u64::from(reply.token);
        for file in reply.files {
            tally.file(&file.name, file.size, file.attribs.values().copied());
        }
    }
    assert_eq!(tally, ours::tally_of_replies(replies), "search replies");
    contest.add(SOULSEEK_RS, move || {
        for message in &mut messages {
            black_box(reply(message));
        }
    });
}

pub(crate) fn share_list<'a>(contest: &mut Contest<'a>, shares: &'a Compressed<SharesResponse>) {
    let mut messages: Vec<Message> = shares.frames.iter().map(peer).collect();
    let mut tally = Tally::default();
    for message in &mut messages {
        message.set_pointer(PEER_BODY);
        tally.messages += 1;
        for directory in parse_shared_file_list(message) {
            tally.directories += 1;
            tally.text(&directory.name);
            for file in directory.files {
                let values = file.attributes.iter().map(|(_, value)| *value);
                tally.file(&file.name, file.size, values);
            }
        }
    }
    assert_eq!(tally, ours::tally_of_shares(shares), "the share list");
    contest.add(SOULSEEK_RS, move || {
        for message in &mut messages {
            message.set_pointer(PEER_BODY);
            black_box(parse_shared_file_list(message));
        }
    });
}

pub(crate) fn distributed_searches<'a>(contest: &mut Contest<'a>, searches: &'a Searches) {
    let frames = searches.frames.iter();
    let mut messages: Vec<Message> = frames.map(|frame| message(frame, 1)).collect();
    let mut tally = Tally::default();
    for message in &mut messages {
        if let Some(Distributed::Search {
            username,
            token,
            query,
        }) = distributed::parse(message)
        {
            tally.messages += 1;
            tally.values += u64::from(token);
            tally.text(&username);
            tally.text(&query);
        }
    }
    assert_eq!(tally, ours::tally_of_searches(searches), "searches");
    contest.add(SOULSEEK_RS, move || {
        for message in &mut messages {
            black_box(distributed::parse(message));
        }
    });
}

fn reply(message: &mut Message) -> SearchResult {
    message.set_pointer(PEER_BODY);
    SearchResult::new_from_message(message).expect("a search reply")
}

fn peer(frame: &Frame) -> Message {
    message(frame, 4)
}

/// The frame with its length field, its code being `width` bytes wide.
fn message(frame: &Frame, width: usize) -> Message {
    let length = u32::try_from(width + frame.body.len()).expect("a short frame");
    let code = &frame.code.to_le_bytes()[..width];
    Message::new_with_data([&length.to_le_bytes(), code, &frame.body].concat())
}
