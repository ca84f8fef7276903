//! `slsk-wire`, and inflating alone.

use std::hint::black_box;
use std::slice;

use flate2::Decompress;
use slsk_tests::operations::{Compressed, Searches, inflate};
use slsk_wire::distributed::DistributedMessage;
use slsk_wire::peer::{File, FileSearchResponse, PeerMessage, SharesResponse};
use slsk_wire::{Decoder, Encoder, Message};

use crate::contest::Contest;
use crate::table::{CUT, DECODE, DEFLATE, ENCODE, INFLATE, INFLATE_ANEW, LIST, PARSE, PEEK};
use crate::tally::Tally;

pub(crate) fn search_replies<'a>(
    contest: &mut Contest<'a>,
    replies: &'a Compressed<FileSearchResponse>,
) {
    compressed(contest, replies);
    let mut decoder = Decoder::default();
    contest.add(PEEK, move || {
        replies.peek(&mut decoder, |token| {
            black_box(token);
        });
    });
}

pub(crate) fn share_list<'a>(contest: &mut Contest<'a>, shares: &'a Compressed<SharesResponse>) {
    compressed(contest, shares);
    let mut decoder = Decoder::default();
    contest.add(LIST, move || {
        shares.list(&mut decoder, |folder| drop(black_box(folder)));
    });
}

pub(crate) fn distributed_searches<'a>(contest: &mut Contest<'a>, searches: &'a Searches) {
    let mut decoder = Decoder::default();
    contest.add(DECODE, move || {
        searches.decode(&mut decoder, |message| drop(black_box(message)));
    });
    let mut decoder = Decoder::default();
    contest.add(CUT, move || {
        searches.cut_and_decode(&mut decoder, |message| drop(black_box(message)));
    });
    let (mut encoder, mut out) = (Encoder::default(), Vec::new());
    contest.add(ENCODE, move || {
        searches.encode(&mut encoder, &mut out);
        black_box(&out);
    });
}

fn compressed<'a, M: Message>(contest: &mut Contest<'a>, messages: &'a Compressed<M>)
where
    PeerMessage: From<M>,
{
    let (mut state, mut buffer) = (Decompress::new(true), messages.buffer());
    contest.add(INFLATE, move || {
        inflate(&messages.frames, &mut state, &mut buffer);
        black_box(&buffer);
    });
    let mut state = Decompress::new(true);
    contest.add(INFLATE_ANEW, move || {
        for (frame, body) in messages.frames.iter().zip(&messages.inflated) {
            let mut buffer = vec![0; body.len()];
            inflate(slice::from_ref(frame), &mut state, &mut buffer);
            black_box(&buffer);
        }
    });
    let mut decoder = Decoder::default();
    contest.add(DECODE, move || {
        messages.decode(&mut decoder, |message| drop(black_box(message)));
    });
    contest.add(PARSE, move || {
        messages.parse(|message| drop(black_box(message)));
    });
    let mut out = Vec::new();
    contest.add(ENCODE, move || {
        messages.encode(&mut out);
        black_box(&out);
    });
    let (mut encoder, mut out) = (Encoder::default(), Vec::new());
    contest.add(DEFLATE, move || {
        messages.encode_and_deflate(&mut encoder, &mut out);
        black_box(&out);
    });
}

pub(crate) fn tally_of_replies(replies: &Compressed<FileSearchResponse>) -> Tally {
    let mut tally = Tally::default();
    replies.decode(&mut Decoder::default(), |message| {
        let PeerMessage::FileSearchResponse(reply) = message else {
            return;
        };
        tally.messages += 1;
        tally.values += u64::from(reply.token);
        files(&mut tally, &reply.results);
    });
    tally
}

pub(crate) fn tally_of_shares(shares: &Compressed<SharesResponse>) -> Tally {
    let mut tally = Tally::default();
    shares.decode(&mut Decoder::default(), |message| {
        let PeerMessage::SharesResponse(list) = message else {
            return;
        };
        tally.messages += 1;
        for directory in &list.directories {
            tally.directories += 1;
            tally.text(&directory.name.to_str());
            files(&mut tally, &directory.files);
        }
    });
    tally
}

pub(crate) fn tally_of_searches(searches: &Searches) -> Tally {
    let mut tally = Tally::default();
    searches.cut_and_decode(&mut Decoder::default(), |message| {
        let DistributedMessage::Search(search) = message else {
            return;
        };
        tally.messages += 1;
        tally.values += u64::from(search.token);
        tally.text(&search.username.to_str());
        tally.text(&search.query.to_str());
    });
    tally
}

fn files(tally: &mut Tally, files: &[File]) {
    for file in files {
        let values = file.attributes.iter().map(|attribute| attribute.value);
        tally.file(&file.name.to_str(), file.size(), values);
    }
}
