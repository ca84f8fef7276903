//! Where the programs are that are not Rust.

use std::env;
use std::path::{Path, PathBuf};

/// The top folder of the checkout.
///
/// # Panics
/// When it is gone.
#[must_use]
pub fn checkout() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    folder.canonicalize().expect("the checkout")
}

/// The folder into which `.ci/external` installs what comes from registries.
#[must_use]
pub fn folder() -> PathBuf {
    env::var_os("SLSK_EXTERNAL").map_or_else(|| checkout().join("target/external"), PathBuf::from)
}

/// What `.ci/external` installs from registries.
///
/// # Panics
/// When it is not there.
#[must_use]
pub fn installed(path: &str) -> PathBuf {
    let path = folder().join(path);
    assert!(
        path.exists(),
        "{} is not there: run `.ci/external` first",
        path.display()
    );
    path
}
