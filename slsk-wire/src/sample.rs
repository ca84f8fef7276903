//! Proptest strategies: [`Sample`].

use std::fmt::Debug;
use std::net::Ipv4Addr;

use proptest::arbitrary::any;
use proptest::collection::vec;
use proptest::prop_oneof;
use proptest::strategy::{BoxedStrategy, Just, Strategy};

use crate::types::{Blob, Rest, Secret, Text};

/// A strategy for values that can be encoded, small enough to try each prefix of the encoding.
pub trait Sample: Debug + Sized {
    /// The strategy. It shrinks field by field.
    fn strategy() -> BoxedStrategy<Self>;
}

macro_rules! number {
    ($($ty:ty),*) => {$(
        impl Sample for $ty {
            fn strategy() -> BoxedStrategy<Self> {
                prop_oneof![4 => any::<$ty>(), 1 => Just(<$ty>::MIN), 1 => Just(<$ty>::MAX)].boxed()
            }
        }
    )*};
}

number!(u8, u16, u32, u64, i32);

impl Sample for bool {
    fn strategy() -> BoxedStrategy<Self> {
        any::<bool>().boxed()
    }
}

impl Sample for Ipv4Addr {
    fn strategy() -> BoxedStrategy<Self> {
        any::<u32>().prop_map(Self::from_bits).boxed()
    }
}

/// Any bytes, and often text in several scripts.
impl Sample for Text {
    fn strategy() -> BoxedStrategy<Self> {
        prop_oneof![
            vec(any::<u8>(), 0..16).prop_map(Self::from_bytes),
            vec(any::<char>(), 0..8).prop_map(|text| Self::from(String::from_iter(text))),
        ]
        .boxed()
    }
}

impl Sample for Secret {
    fn strategy() -> BoxedStrategy<Self> {
        Text::strategy().prop_map(Self::from).boxed()
    }
}

impl Sample for Blob {
    fn strategy() -> BoxedStrategy<Self> {
        vec(any::<u8>(), 0..24).prop_map(Self::from).boxed()
    }
}

impl Sample for Rest {
    fn strategy() -> BoxedStrategy<Self> {
        vec(any::<u8>(), 0..24).prop_map(Self::from).boxed()
    }
}

impl<T: Sample + 'static> Sample for Vec<T> {
    fn strategy() -> BoxedStrategy<Self> {
        vec(T::strategy(), 0..4).boxed()
    }
}

/// One of the known values of an open enum, or any other.
pub(crate) fn known_or_any<R, T>(known: Vec<R>, from: fn(R) -> T) -> BoxedStrategy<T>
where
    R: Sample + Clone + 'static,
    T: Debug + 'static,
{
    prop_oneof![proptest::sample::select(known), R::strategy()]
        .prop_map(from)
        .boxed()
}
