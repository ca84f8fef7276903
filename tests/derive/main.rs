//! What the derive macros refuse, and how they say it: a file in `ui/` for each refusal, and beside it
//! the exact words. `TRYBUILD=overwrite cargo test -p slsk-tests --test derive` writes them anew.

#[test]
fn refusals() {
    trybuild::TestCases::new().compile_fail("derive/ui/*.rs");
}
