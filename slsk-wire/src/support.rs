//! What every wire type can do besides, depending on cargo features.
//!
//! Each trait here is implemented for everything when its feature is off, so that [`crate::Wire`] can
//! name it as a supertrait in either case.

macro_rules! gate {
    ($feature:literal, $name:ident, [$($bound:tt)+]) => {
        #[doc = concat!("What the feature `", $feature, "` adds to a wire type; nothing without it.")]
        #[cfg(feature = $feature)]
        pub trait $name: $($bound)+ {}
        #[cfg(feature = $feature)]
        impl<T: $($bound)+> $name for T {}

        #[doc = concat!("What the feature `", $feature, "` adds to a wire type; nothing without it.")]
        #[cfg(not(feature = $feature))]
        pub trait $name {}
        #[cfg(not(feature = $feature))]
        impl<T> $name for T {}
    };
}

gate!("arbitrary", Arbitrary, [for<'a> arbitrary::Arbitrary<'a>]);
gate!("proptest", Sample, [crate::Sample]);
gate!(
    "serde",
    Json,
    [serde::Serialize + serde::de::DeserializeOwned]
);
gate!("serde", FamilyJson, [crate::FamilyJson]);

/// Keeps its tokens where the feature `arbitrary` is on. Derived code can't test the features of this crate.
#[cfg(feature = "arbitrary")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_arbitrary { ($($tokens:tt)*) => { $($tokens)* }; }

/// Keeps its tokens where the feature `arbitrary` is on.
#[cfg(not(feature = "arbitrary"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_arbitrary {
    ($($tokens:tt)*) => {};
}

/// Keeps its tokens where the feature `proptest` is on.
#[cfg(feature = "proptest")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_proptest { ($($tokens:tt)*) => { $($tokens)* }; }

/// Keeps its tokens where the feature `proptest` is on.
#[cfg(not(feature = "proptest"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_proptest {
    ($($tokens:tt)*) => {};
}

/// Keeps its tokens where the feature `serde` is on.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_serde { ($($tokens:tt)*) => { $($tokens)* }; }

/// Keeps its tokens where the feature `serde` is on.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_serde {
    ($($tokens:tt)*) => {};
}
