//! That the guide leaves out no message and names no test that does not exist.

use std::fs;
use std::path::{Path, PathBuf};

use slsk_wire::FamilyId;
use slsk_wire::file::EXCHANGES;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

fn page(name: &str) -> String {
    let path = folder("spec/guide").join(name).with_extension("md");
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Whether the page has the name with its code behind it, such as `` `Relogged` (41) ``.
fn explains(page: &str, name: &str, code: u32) -> bool {
    let page = page.replace('`', "");
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted = format!("{name} ({code})");
    let mut places = page.match_indices(&wanted);
    places.any(|(at, _)| !page[..at].ends_with(char::is_alphanumeric))
}

#[test]
fn every_message_is_on_its_page_of_the_guide() {
    let mut missing = Vec::new();
    for family in FamilyId::ALL {
        let schema = family.schema();
        for message in schema.messages {
            let name = message.record.name;
            let guide = message.guide.expect("each message names its page");
            if !explains(&page(guide), name, message.code) {
                missing.push(format!("`{name}` ({}) in {guide}.md", message.code));
            }
        }
        for code in schema.named {
            if !explains(&page("framing"), code.name, code.code) {
                missing.push(format!("`{}` ({}) in framing.md", code.name, code.code));
            }
        }
    }
    for exchange in EXCHANGES {
        let (name, guide) = (exchange.record.name, exchange.guide);
        if !page(guide).contains(name) {
            missing.push(format!("`{name}` in {guide}.md"));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The sources in a folder, one after the other.
fn sources(folder: &Path) -> String {
    let mut all = String::new();
    let entries = fs::read_dir(folder);
    for entry in entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            all += &sources(&path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all += &fs::read_to_string(path).expect("a source");
        }
    }
    all
}

/// The tests that a page names, each with its folder, as in ``(`tests/sim`: `one`, `another`)``.
fn named_tests(page: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut place = None;
    let mut parts = page.split('`');
    let mut between = parts.next().unwrap_or_default();
    while let Some(code) = parts.next() {
        let goes_on = [":", ","].contains(&between.trim());
        match place {
            Some(place) if goes_on => found.push((place, code)),
            _ => place = (code.starts_with("tests/") || code.starts_with("slsk-")).then_some(code),
        }
        between = parts.next().unwrap_or_default();
    }
    found
}

#[test]
fn every_test_that_the_guide_names_exists() {
    let mut count = 0;
    for entry in fs::read_dir(folder("spec/guide")).expect("the guide") {
        let path = entry.expect("a page").path();
        let text = fs::read_to_string(&path).expect("a page");
        for (place, name) in named_tests(&text) {
            let there = sources(&folder(place)).contains(&format!("fn {name}()"));
            assert!(there, "{}: no test {name} in {place}", path.display());
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}
