//! Inflates step by step.

use slsk_wire::{DecodeErrorKind, Inflater, Inflating};

use crate::zlib;

/// Inflates what follows the bytes that name the limit and the first steps; then the same bytes deflated, so that
/// they inflate.
///
/// # Panics
/// When flate2 in one go sees something else, or more is inflated than allowed.
pub fn check(data: &[u8]) {
    let [low, high, steps @ ..] = data else {
        return;
    };
    let Some((steps, stream)) = steps.split_first_chunk::<4>() else {
        return;
    };
    let limit = match u16::from_le_bytes([*low, *high]) {
        u16::MAX => usize::MAX,
        limit => limit.into(),
    };
    let mut inflater = Inflater::default();
    compare(&mut inflater, stream, limit, steps);
    let deflated = zlib::deflate(stream);
    compare(&mut inflater, &deflated, limit, steps);
    // A stream that was cut short leaves nothing behind in the state.
    let half = &deflated[..deflated.len() / 2];
    compare(&mut inflater, half, limit, steps);
    compare(&mut inflater, &deflated, limit, steps);
}

fn compare(inflater: &mut Inflater, stream: &[u8], limit: usize, steps: &[u8]) {
    let (expected, behind) = zlib::inflate(stream, limit);
    let whole = finish(inflater.start(stream, limit));
    match &whole {
        Ok((all, rest)) => {
            assert!(all.len() <= limit && all.capacity() <= limit.saturating_add(1));
            assert_eq!(all, &expected);
            assert_eq!(Some(&rest[..]), behind);
        }
        Err(error) => {
            assert_eq!(behind, None, "{error}");
            let too_large = matches!(error, DecodeErrorKind::InflatedTooLarge { .. });
            assert!(!too_large || expected.len() > limit, "{error}");
        }
    }

    let mut inflating = inflater.start(stream, limit);
    let mut asked = 0;
    let mut had = 0;
    for step in steps {
        asked += usize::from(*step) * usize::from(*step);
        let result = inflating.at_least(asked).map(<[u8]>::len);
        let so_far = inflating.so_far();
        assert!(so_far.len() >= had && so_far.len() <= limit.saturating_add(1));
        had = so_far.len();
        assert_eq!(so_far, &expected[..had]);
        match result {
            Ok(shown) => {
                assert!(shown == had && had <= limit);
                let is_all = whole.as_ref().is_ok_and(|(all, _)| all.len() == had);
                assert!(had >= asked || is_all);
            }
            Err(error) => assert_eq!(Some(&error), whole.as_ref().err()),
        }
    }
    assert_eq!(finish(inflating), whole);
}

type Finished = Result<(Vec<u8>, Vec<u8>), DecodeErrorKind>;

fn finish(inflating: Inflating<'_>) -> Finished {
    let (inflated, behind) = inflating.finish()?;
    Ok((inflated, behind.to_vec()))
}
