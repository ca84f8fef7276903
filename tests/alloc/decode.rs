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

use super::{KIB, LITTLE, alone, decoder, deflate, encode, peak};

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
        const LENGTH: u32 = 2048;
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

#[test]
fn no_body_makes_a_message_take_more_than_promised() {
    let _alone = alone();
    let mut hostile = Hostile {
        decoder: decoder(Limits::default()),
        random: fastrand::Rng::with_seed(2242),
        bodies: 0,
    };
    visit_all(&mut hostile);
    println!("{} bodies", hostile.bodies);
}

/// The lists whose elements take the most for their bytes.
#[test]
fn the_worst_lists_take_what_is_promised() {
    fn check<M: Message>(message: &M) {
        let body = encode(message);
        let taken = taken::<M>(&mut decoder(Limits::default()), &body);
        let name = M::SCHEMA.record.name;
        println!("{name}: {taken} bytes for {}", body.len());
        assert!(taken <= promised::<M>(body.len()), "{name}: {taken} bytes");
    }

    let _alone = alone();
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

#[test]
fn counts_and_lengths_of_four_billion_take_nothing() {
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

    let _alone = alone();
    visit_all(&mut Claims(decoder(Limits::default())));
}

#[test]
fn an_unknown_code_takes_nothing() {
    let _alone = alone();
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

#[test]
fn a_length_takes_nothing_before_the_bytes_come() {
    let _alone = alone();
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

#[test]
fn a_bomb_takes_what_the_limit_allows() {
    const LIMIT: usize = 1024 * KIB;
    let _alone = alone();
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
#[test]
fn a_body_is_held_in_its_own_size() {
    let _alone = alone();
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
    let before = super::ALLOCATOR.current_usage();
    let result = decoder.decode_message::<FolderContentsResponse>(&stream);
    let kept = super::ALLOCATOR.current_usage() - before;
    assert_eq!(result.expect("it decodes").message, folder);
    assert!(
        kept < body.len() + LITTLE,
        "{kept} bytes for {}",
        body.len()
    );
}
