//! That each link of the generated pages and of the guide leads to a file and heading that exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A page as GitHub reads it.
#[derive(Default)]
struct Page {
    anchors: BTreeSet<String>,
    targets: Vec<String>,
}

fn read(markdown: &str) -> Page {
    let mut page = Page::default();
    let mut heading: Option<String> = None;
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Start(Tag::Link { dest_url, .. }) => page.targets.push(dest_url.into_string()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let slug = slug(&heading.take().unwrap_or_default());
                let count = seen.entry(slug.clone()).or_default();
                let anchor = match *count {
                    0 => slug,
                    before => format!("{slug}-{before}"),
                };
                page.anchors.insert(anchor);
                *count += 1;
            }
            _ => {}
        }
    }
    page
}

/// GitHub's rule: lower case; letters, digits, hyphens and underscores stay, spaces become hyphens.
fn slug(heading: &str) -> String {
    let mut slug = String::new();
    for c in heading.trim().to_lowercase().chars() {
        match c {
            ' ' => slug.push('-'),
            '-' | '_' => slug.push(c),
            c if c.is_alphanumeric() => slug.push(c),
            _ => {}
        }
    }
    slug
}

/// The path without `..` in it.
fn resolved(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                out.pop();
            }
            component => out.push(component),
        }
    }
    out
}

/// The links that lead nowhere.
fn broken(pages: &BTreeMap<PathBuf, Page>) -> Vec<String> {
    let mut broken = Vec::new();
    for (path, page) in pages {
        for target in page.targets.iter().filter(|target| !target.contains("://")) {
            let (file, anchor) = match target.split_once('#') {
                Some((file, anchor)) => (file, Some(anchor)),
                None => (target.as_str(), None),
            };
            let file = match file {
                "" => path.clone(),
                file => resolved(&path.parent().unwrap_or(path).join(file)),
            };
            let there = match (pages.get(&file), anchor) {
                (Some(page), Some(anchor)) => page.anchors.contains(anchor),
                (Some(_), None) => true,
                (None, Some(anchor)) => {
                    fs::read_to_string(&file).is_ok_and(|text| read(&text).anchors.contains(anchor))
                }
                (None, None) => file.exists(),
            };
            if !there {
                broken.push(format!("{} in {}", target, path.display()));
            }
        }
    }
    broken
}

fn pages() -> BTreeMap<PathBuf, Page> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = BTreeMap::new();
    for file in crate::all() {
        // What is no page is there for links to lead to.
        let page = if file.name.ends_with("md") {
            read(&file.content)
        } else {
            Page::default()
        };
        pages.insert(folder.join("generated").join(file.name), page);
    }
    for entry in fs::read_dir(folder.join("guide")).expect("the guide") {
        let path = entry.expect("a page").path();
        let page = read(&fs::read_to_string(&path).expect("a page"));
        pages.insert(path, page);
    }
    pages
}

#[test]
fn every_link_leads_to_a_file_and_heading() {
    let pages = pages();
    let broken = broken(&pages);
    assert!(broken.is_empty(), "{broken:#?}");
    let links: usize = pages.values().map(|page| page.targets.len()).sum();
    assert!(links > 1_000, "{links}");
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let markdown = "# One `two` (3)\n# One `two` (3)\n\
        [a](#one-two-3) [b](#one-two-3-1) [c](#one-two-3-2) [d](none.md) [e](x.md#y) [f](https://x.org/y)";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("guide/x.md");
    let pages = BTreeMap::from([(path, read(markdown))]);
    let found: Vec<String> = broken(&pages);
    let targets: Vec<&str> = found
        .iter()
        .filter_map(|found| found.split(' ').next())
        .collect();
    assert_eq!(targets, ["#one-two-3-2", "none.md", "x.md#y"]);
}

#[test]
fn names_have_the_anchors_that_github_gives_them() {
    for heading in [
        "LoginRequest (1)",
        "u32_or_u8",
        "How to read a page",
        "File",
        "Ünï-code & co.",
    ] {
        assert_eq!(super::text::slug(heading), slug(heading));
    }
    assert_eq!(slug("Ünï-code & co."), "ünï-code--co");
}
