//! How much memory values take. Lists hold hundreds of thousands of some of them.

#![cfg(target_pointer_width = "64")]

use slsk_wire::peer::{Attribute, Attributes, Directory, File, PeerMessage};
use slsk_wire::server::{PossibleParent, ServerRequest, ServerResponse};
use slsk_wire::{AnyMessage, DecodeError, EncodeError, Text, Wire};

#[test]
fn parts_of_lists_are_small() {
    assert_eq!(size_of::<Text>(), 32);
    assert!(size_of::<Attributes>() <= 48);
    assert!(size_of::<File>() <= 128);
    assert!(size_of::<Directory>() <= 56);
}

#[test]
fn messages_fit_into_a_few_cache_lines() {
    assert!(size_of::<ServerRequest>() <= 128);
    // The largest is `JoinRoomResponse` with its two names and six lists: 208 bytes.
    assert!(size_of::<ServerResponse>() <= 216);
    assert!(size_of::<PeerMessage>() <= 128);
    assert!(size_of::<AnyMessage>() <= 216);
    assert!(size_of::<DecodeError>() <= 64);
    assert!(size_of::<EncodeError>() <= 64);
}

/// `Limits` promises it: however a list is filled, it takes at most eight times its bytes.
#[test]
fn an_element_takes_at_most_eight_times_its_least_bytes() {
    fn factor<T: Wire>() -> usize {
        size_of::<T>().div_ceil(T::MIN_LEN)
    }
    assert!(factor::<Text>() <= 8);
    assert!(factor::<File>() <= 8);
    assert!(factor::<Directory>() <= 8);
    assert!(factor::<Attribute>() <= 8);
    assert!(factor::<PossibleParent>() <= 8);
}
