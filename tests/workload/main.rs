//! The made-up traffic of the benches is what it says, and looks like real traffic.

use slsk_tests::workload;
use slsk_wire::Wire;
use slsk_wire::distributed::DistributedMessage;
use slsk_wire::peer::{File, PeerMessage};

/// How many bytes of 100 are left of a message after deflating it, its frame included.
fn percent_left(message: impl Wire + Into<PeerMessage>) -> usize {
    let inflated = message.encoded_len();
    workload::stream::<PeerMessage>([message]).len() * 100 / inflated
}

fn has_attributes(count: usize) -> impl Fn(&&File) -> bool {
    move |file| file.attributes.len() == count
}

#[test]
fn search_replies_have_the_sizes_of_real_ones() {
    let replies = workload::replies(500, 11_200);
    let counts: Vec<usize> = replies.iter().map(|reply| reply.results.len()).collect();
    assert_eq!(counts.len(), 500);
    assert_eq!(counts.iter().sum::<usize>(), 11_200);
    let few = counts.iter().filter(|count| **count < 10).count();
    assert!((200..350).contains(&few), "{few} with fewer than 10 files");
    assert!(counts.iter().all(|count| (1..500).contains(count)));

    let bytes: usize = replies.iter().map(Wire::encoded_len).sum();
    assert!((120..150).contains(&(bytes / 11_200)), "{bytes} bytes");
    assert!(replies.iter().all(|reply| reply.token == workload::TOKEN));

    let packed = workload::stream::<PeerMessage>(replies.clone()).len();
    let left = packed * 100 / bytes;
    assert!((25..=35).contains(&left), "{left} % are left");
    assert_eq!(
        replies,
        workload::replies(500, 11_200),
        "the same each time"
    );
}

#[test]
fn names_and_attributes_vary() {
    let replies = workload::replies(500, 11_200);
    let files: Vec<&File> = replies.iter().flat_map(|reply| &reply.results).collect();
    for count in [0, 2, 3, 5] {
        let with = files.iter().copied().filter(has_attributes(count)).count();
        assert!(with > 300, "{with} files have {count} attributes");
    }
    let latin1 = files.iter().filter(|file| file.name.as_utf8().is_none());
    let latin1 = latin1.count();
    assert!(latin1 > 100, "{latin1} names are Latin-1");
    let extended = files.iter().filter(|file| !file.extension.is_empty());
    let extended = extended.count();
    assert!((2000..9000).contains(&extended), "{extended} extensions");
}

#[test]
fn share_lists_have_the_sizes_of_real_ones() {
    let shares = workload::shares(2_000, 23_000);
    assert_eq!(shares.directories.len(), 2_000);
    let files = shares.directories.iter().map(|folder| folder.files.len());
    assert_eq!(files.clone().sum::<usize>(), 23_000);
    assert_eq!(files.filter(|files| *files == 0).count(), 250);
    let left = percent_left(shares);
    assert!((20..=35).contains(&left), "{left} % are left");
}

#[test]
fn searches_are_small() {
    let stream = workload::stream::<DistributedMessage>(workload::searches(1_000));
    assert!(
        (40_000..70_000).contains(&stream.len()),
        "{} bytes",
        stream.len()
    );
}
