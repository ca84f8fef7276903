//! The recorded packets.

use std::path::PathBuf;

/// The recorded packets, by scenario.
pub(crate) fn capture(name: &str) -> String {
    captures().join(name).to_str().unwrap().to_owned()
}

/// The names of the scenarios.
pub(crate) fn scenarios() -> Vec<String> {
    let files = std::fs::read_dir(captures()).unwrap();
    let mut names: Vec<_> = files
        .filter_map(|file| {
            let name = file.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".pcap").map(str::to_owned)
        })
        .collect();
    names.sort();
    assert!(names.len() >= 15, "{names:?}");
    names
}

fn captures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/captures")
}
