//! Whole messages.

use std::net::Ipv4Addr;

use bytes::Bytes;
use slsk_wire::peer::{
    Attributes, Directory, File, FileSearchResponse, FolderContentsResponse, SharesResponse,
};
use slsk_wire::server::{ExcludedSearchPhrases, PossibleParent, PossibleParents};
use slsk_wire::{
    AnyMessage, DecodeErrorKind, Decoder, Family, FamilyId, Frame, Framer, Limits, Message,
    MessageVisitor, visit_all,
};

use super::{ALLOCATOR, KIB, LITTLE, decoder, deflate, encode, peak};

/// `Limits` promises it: the values take eight times the body, whose memory their texts share.
const FACTOR: usize = 8;

/// The most that a message with this body may take.
fn promised<M: Message>(body: usize) -> usize {
    let inflated = if M::COMPRESSED { body } else { 0 };
    inflated + FACTOR * body + LITTLE
}

/// What decoding a body takes, however it ends.
fn taken<M: Message>(decoder: &mut Decoder, body: &[u8]) -> usize {
    let packed = if M::COMPRESSED {
        deflate(body)
    } else {
        Bytes::copy_from_slice(body)
    };
    peak(|| decoder.decode_message::<M>(&packed)).0
}

/// Gives every message bodies that are made to take much.
struct Hostile {
    decoder: Decoder,
    random: fastrand::Rng,
    bodies: usize,
}

impl Hostile {
    fn check<M: Message>(&mut self, body: &[u8]) {
        let taken = taken::<M>(&mut self.decoder, body);
        let most = promised::<M>(body.len());
        let name = M::SCHEMA.record.name;
        assert!(taken <= most, "{name}: {taken} bytes for {}", body.len());
        self.bodies += 1;
    }
}

impl MessageVisitor for Hostile {
    fn visit<F: Family + From<M>, M: Message>(&mut self) {
        const LENGTH: u32 = 64 << 10;
        // Nothing but zeros is a sequence of the smallest elements; somewhere stands a count.
        let mut body = vec![0; LENGTH as usize];
        for place in 0..24 {
            for least in [4, 8, 12, 21, 24] {
                body[place..place + 4].copy_from_slice(&((LENGTH - 32) / least).to_le_bytes());
                self.check::<M>(&body);
            }
            body[place..place + 4].fill(0);
        }
        for length in [1, 20, 300, 4000] {
            let mut body = vec![0; length];
            self.random.fill(&mut body);
            self.check::<M>(&body);
            for byte in &mut body {
                *byte &= 3;
            }
            self.check::<M>(&body);
        }
    }
}

pub(crate) fn no_body_makes_a_message_take_more_than_promised() {
    let mut hostile = Hostile {
        decoder: decoder(Limits::default()),
        random: fastrand::Rng::with_seed(2242),
        bodies: 0,
    };
    visit_all(&mut hostile);
    println!("{} bodies", hostile.bodies);
}

/// The lists whose elements take the most for their bytes.
pub(crate) fn the_worst_lists_take_what_is_promised() {
    fn check<M: Message>(message: &M) {
        let body = encode(message);
        let taken = taken::<M>(&mut decoder(Limits::default()), &body);
        let name = M::SCHEMA.record.name;
        println!("{name}: {taken} bytes for {}", body.len());
        assert!(taken <= promised::<M>(body.len()), "{name}: {taken} bytes");
    }

    let count = 50_000;
    let file = File::new("", 0, Attributes::default());
    let directory = |files| Directory {
        name: "".into(),
        files,
    };
    check(&ExcludedSearchPhrases {
        phrases: vec!["".into(); count],
    });
    check(&SharesResponse::new(
        vec![directory(Vec::new()); count],
        Vec::new(),
    ));
    let folders = vec![directory(vec![file.clone()]); count];
    check(&SharesResponse::new(folders, Vec::new()));
    check(&FileSearchResponse::new("", 0, vec![file; count]));
    let attributes = (0..4).map(|kind| (kind.into(), 0)).collect();
    let file = File::new("", 0, attributes);
    check(&FolderContentsResponse {
        token: 0,
        directory: "".into(),
        directories: vec![directory(vec![file; count])],
    });
    let parent = PossibleParent {
        username: "".into(),
        ip: Ipv4Addr::UNSPECIFIED,
        port: 0,
    };
    check(&PossibleParents {
        parents: vec![parent; count],
    });
}

pub(crate) fn counts_and_lengths_of_four_billion_take_nothing() {
    struct Claims(Decoder);

    impl MessageVisitor for Claims {
        fn visit<F: Family + From<M>, M: Message>(&mut self) {
            for place in 0..40 {
                let mut body = vec![0; 64];
                body[place..place + 4].fill(0xFF);
                let taken = taken::<M>(&mut self.0, &body);
                let name = M::SCHEMA.record.name;
                assert!(taken < LITTLE, "{name}: {taken} bytes, count at {place}");
            }
        }
    }

    visit_all(&mut Claims(decoder(Limits::default())));
}

pub(crate) fn an_unknown_code_takes_nothing() {
    let mut decoder = decoder(Limits::default());
    for family in FamilyId::ALL {
        let frame = Frame {
            code: 250,
            body: vec![7; 100 * KIB].into(),
        };
        let (taken, result) = peak(|| AnyMessage::decode(&mut decoder, family, &frame));
        assert!(result.is_ok());
        assert!(taken < LITTLE, "{family}: {taken} bytes");
    }
}

pub(crate) fn a_length_takes_nothing_before_the_bytes_come() {
    for family in FamilyId::ALL {
        let mut framer = Framer::new(Limits::unbounded());
        let (taken, next) = peak(|| {
            framer.push(&[255, 255, 255, 127, 9, 0, 0, 0]);
            framer.next(family)
        });
        assert_eq!(next, Ok(None));
        assert!(taken < LITTLE, "{family}: {taken} bytes");
    }
}

pub(crate) fn a_bomb_takes_what_the_limit_allows() {
    const LIMIT: usize = 1024 * KIB;
    let bomb = deflate(&vec![0; 64 * LIMIT]);
    assert!(bomb.len() * 1000 < 64 * LIMIT);
    let limits = Limits {
        inflated_bulk: LIMIT,
        inflated_results: LIMIT,
        ..Limits::default()
    };
    let mut decoder = decoder(limits);
    let (taken, result) = peak(|| decoder.decode_message::<FileSearchResponse>(&bomb));
    let kind = DecodeErrorKind::InflatedTooLarge { limit: LIMIT };
    assert_eq!(result.expect_err("a bomb").kind, kind);
    println!("a bomb takes {taken} bytes, with a limit of {LIMIT}");
    // A buffer that has become too small is there beside the next one while it is copied.
    assert!(taken <= 2 * LIMIT + LITTLE, "{taken} bytes");
}

/// A body of noise is not held in a buffer for much more.
pub(crate) fn a_body_is_held_in_its_own_size() {
    let mut noise = vec![0; 100 * KIB];
    fastrand::Rng::with_seed(7).fill(&mut noise);
    let folder = FolderContentsResponse {
        token: 1,
        directory: slsk_wire::Text::from_bytes(noise),
        directories: Vec::new(),
    };
    let body = encode(&folder);
    let stream = deflate(&body);
    let mut decoder = decoder(Limits::default());
    let before = ALLOCATOR.current_usage();
    let result = decoder.decode_message::<FolderContentsResponse>(&stream);
    let kept = ALLOCATOR.current_usage() - before;
    assert_eq!(result.expect("it decodes").message, folder);
    assert!(
        kept < body.len() + LITTLE,
        "{kept} bytes for {}",
        body.len()
    );
}

/// The frame may be much longer than the message in it.
pub(crate) fn bytes_behind_the_stream_take_nothing() {
    let list = SharesResponse::new(Vec::new(), Vec::new());
    let files = vec![File::new("x".repeat(1000), 1, Attributes::default()); 100];
    let directory = Directory {
        name: "Music".into(),
        files,
    };
    let lists = [list, SharesResponse::new(vec![directory], Vec::new())];
    for list in lists {
        let mut stream = deflate(&encode(&list)).to_vec();
        stream.resize(stream.len() + 8 * 1024 * KIB, 7);
        let stream = Bytes::from(stream);
        let mut decoder = decoder(Limits::default());
        let (bytes, read) = peak(|| decoder.decode_message::<SharesResponse>(&stream));
        let read = read.expect("a list");
        assert_eq!(read.trailing.len(), 8 * 1024 * KIB);
        let body = read.body.len();
        assert!(bytes < 8 * body + 64 * KIB, "{bytes} bytes for {body}");
    }
}

/// A large frame takes its memory with it.
pub(crate) fn a_framer_keeps_nothing_of_a_large_frame() {
    let large = 8 * 1024 * KIB;
    let mut stream = u32::try_from(large)
        .expect("a length")
        .to_le_bytes()
        .to_vec();
    stream.resize(4 + large, 0xFF);
    stream.extend([4, 0, 0, 0, 15, 0, 0, 0]);
    let before = ALLOCATOR.current_usage();
    let mut framer = Framer::new(Limits::default());
    let (mut small, mut count) = (None, 0);
    let (peak, ()) = peak(|| {
        for chunk in stream.chunks(16 * KIB) {
            framer.push(chunk);
            while let Some(frame) = framer.next(FamilyId::Peer).expect("a frame") {
                count += 1;
                small = Some(frame);
            }
        }
    });
    let kept = ALLOCATOR.current_usage() - before;
    println!("a frame of {large} bytes takes {peak} and leaves {kept}");
    assert_eq!((count, small.map(|frame| frame.code)), (2, Some(15)));
    // While it grows there is the old buffer beside the new one, which is twice as large.
    assert!(peak <= 3 * large + 64 * KIB, "{peak} bytes");
    assert!(kept < 64 * KIB, "{kept} bytes are kept");
}
