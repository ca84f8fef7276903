//! The index as its users see it.

mod index;
mod search;

#[cfg(feature = "scan")]
mod scan;

use super::{Entry, Index};

/// An index of these paths; sizes count up from 1.
fn index_of(paths: &[&str]) -> Index {
    let mut builder = Index::builder();
    for (size, path) in (1..).zip(paths) {
        let local = format!("/local/{}", path.replace('\\', "/"));
        builder
            .add(Entry::new(*path, size, local))
            .expect("a valid path");
    }
    builder.build().expect("small")
}
