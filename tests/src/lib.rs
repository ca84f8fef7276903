//! What the tests of the workspace share.

pub mod captures;
pub mod description;
pub mod external;
pub mod operations;
pub mod workload;
pub mod world;

/// Compiles and runs the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
