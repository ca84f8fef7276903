//! How fast `slsk-wire` is, for comparing one commit with the next.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use flate2::Decompress;
use slsk_tests::operations::{Compressed, Searches, inflate};
use slsk_tests::workload;
use slsk_wire::peer::PeerMessage;
use slsk_wire::{Decoder, Encoder, Message};

criterion_main!(benches);
criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1));
    targets = search_replies, share_list, distributed_searches
}

fn search_replies(criterion: &mut Criterion) {
    let replies = Compressed::new(workload::replies(1000, 22_400));
    compressed(criterion, "search replies", &replies);
    let mut decoder = Decoder::default();
    let mut group = criterion.benchmark_group("search replies");
    group.bench_function("peek", |bencher| {
        bencher.iter(|| {
            replies.peek(&mut decoder, |token| {
                black_box(token);
            });
        });
    });
    group.finish();
}

fn share_list(criterion: &mut Criterion) {
    let shares = Compressed::new(vec![workload::shares(20_000, 230_000)]);
    compressed(criterion, "share list", &shares);
    let mut decoder = Decoder::default();
    let mut group = criterion.benchmark_group("share list");
    group.bench_function("folder by folder", |bencher| {
        bencher.iter(|| shares.list(&mut decoder, |folder| drop(black_box(folder))));
    });
    group.finish();
}

fn compressed<M: Message>(criterion: &mut Criterion, name: &str, messages: &Compressed<M>)
where
    PeerMessage: From<M>,
{
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes(messages.inflated_len() as u64));
    let (mut state, mut buffer) = (Decompress::new(true), messages.buffer());
    group.bench_function("inflate alone", |bencher| {
        bencher.iter(|| inflate(&messages.frames, &mut state, &mut buffer));
    });
    let mut decoder = Decoder::default();
    group.bench_function("decode", |bencher| {
        bencher.iter(|| messages.decode(&mut decoder, |message| drop(black_box(message))));
    });
    group.bench_function("parse", |bencher| {
        bencher.iter(|| messages.parse(|message| drop(black_box(message))));
    });
    let (mut encoder, mut out) = (Encoder::default(), Vec::new());
    group.bench_function("encode", |bencher| {
        bencher.iter(|| messages.encode(&mut out));
    });
    group.bench_function("encode and deflate", |bencher| {
        bencher.iter(|| messages.encode_and_deflate(&mut encoder, &mut out));
    });
    group.finish();
}

fn distributed_searches(criterion: &mut Criterion) {
    const COUNT: usize = 100_000;
    let searches = Searches::new(workload::searches(COUNT));
    let mut group = criterion.benchmark_group("distributed searches");
    group.throughput(Throughput::Elements(COUNT as u64));
    let mut decoder = Decoder::default();
    group.bench_function("decode", |bencher| {
        bencher.iter(|| searches.decode(&mut decoder, |message| drop(black_box(message))));
    });
    group.bench_function("cut and decode", |bencher| {
        bencher.iter(|| searches.cut_and_decode(&mut decoder, |message| drop(black_box(message))));
    });
    let (mut encoder, mut out) = (Encoder::default(), Vec::new());
    group.bench_function("encode", |bencher| {
        bencher.iter(|| searches.encode(&mut encoder, &mut out));
    });
    group.finish();
}
