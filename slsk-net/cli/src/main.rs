//! The program `slsk`.
fn main() {}
