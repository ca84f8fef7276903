//! The pages of the guide as HTML.

use std::fs;
use std::path::Path;

use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html,
};

use super::diagram;
use super::links::{Links, code_behind};
use crate::slug::slug;

/// A page.
#[derive(Debug)]
pub(super) struct Page {
    /// Its name, that of the file.
    pub(super) name: String,
    /// Its first heading.
    pub(super) title: String,
    /// What is on it.
    pub(super) html: String,
}

/// The page that leads to all others.
const FIRST: &str = "README";

/// All pages: the first one, then those that it names, in its order.
///
/// # Panics
/// When the folder can't be read, or something on a page can't be shown.
pub(super) fn pages(links: &Links) -> Vec<Page> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("guide");
    let entries = fs::read_dir(&folder).expect("the folder of the guide");
    let mut sources: Vec<(String, String)> = entries
        .map(|entry| entry.expect("a page of the guide").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let text = fs::read_to_string(&path).expect("a page of the guide");
            (name.into_owned(), text)
        })
        .collect();
    let first = sources.iter().find(|(name, _)| name == FIRST);
    let order = first.expect("README.md of the guide").1.clone();
    sources.sort_by_cached_key(|(name, _)| {
        let named = order.find(&format!("]({name}.md)"));
        (name != FIRST, named.unwrap_or(usize::MAX), name.clone())
    });
    let names: Vec<String> = sources.iter().map(|(name, _)| name.clone()).collect();
    let page = |(name, text): (String, String)| page(name, &text, &names, links);
    sources.into_iter().map(page).collect()
}

/// The page of a Markdown text; `names` are those of all pages.
///
/// # Panics
/// When something on it can't be shown: HTML, or a link to nowhere.
pub(super) fn page(name: String, text: &str, names: &[String], links: &Links) -> Page {
    let mut title = None;
    let mut events = Vec::new();
    let mut parser = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter();
    while let Some((event, range)) = parser.next() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language)))
                if &*language == "mermaid" =>
            {
                let mut source = String::new();
                while let Some((Event::Text(line), _)) = parser.next() {
                    source.push_str(&line);
                }
                let svg = diagram::svg(&source, &name, links);
                events.push(Event::Html(scrolling("diagram", "Diagram").into()));
                events.push(Event::Html(format!("{svg}</div>\n").into()));
            }
            Event::Start(Tag::Heading { level, .. }) => {
                let words = text[range].trim_matches(['#', ' ', '\n']).replace('`', "");
                let id = format!("{name}--{}", slug(&words));
                if level == HeadingLevel::H1 {
                    title.get_or_insert(words);
                }
                events.push(Event::Start(Tag::Heading {
                    level,
                    id: Some(id.into()),
                    classes: Vec::new(),
                    attrs: Vec::new(),
                }));
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                let dest_url = target(&dest_url, &name, names);
                events.push(Event::Start(Tag::Link {
                    link_type,
                    dest_url,
                    title,
                    id,
                }));
            }
            Event::Start(Tag::Table(alignments)) => {
                events.push(Event::Html(scrolling("scroll", "Table").into()));
                events.push(Event::Start(Tag::Table(alignments)));
            }
            Event::End(TagEnd::Table) => {
                events.push(event);
                events.push(Event::Html("</div>\n".into()));
            }
            Event::Code(code) => {
                let behind = code_behind(&text[range.end..]);
                match links.of(&code, &name, behind) {
                    Some(href) => events.push(Event::InlineHtml(
                        format!("<a href=\"{href}\"><code>{code}</code></a>").into(),
                    )),
                    None => events.push(Event::Code(code)),
                }
            }
            Event::Html(raw) | Event::InlineHtml(raw) => {
                panic!(
                    "the page {name} of the guide has HTML, which the explorer does not show: {raw}"
                )
            }
            event => events.push(event),
        }
    }
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    let title = title.unwrap_or_else(|| panic!("the page {name} of the guide has no heading"));
    Page {
        name,
        title,
        html: out,
    }
}

/// The beginning of what scrolls by itself on narrow screens, with keys too.
fn scrolling(class: &str, label: &str) -> String {
    format!("<div class=\"{class}\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\">\n")
}

/// Where a link of a page leads to.
fn target<'a>(url: &str, page: &str, names: &[String]) -> CowStr<'a> {
    if url.starts_with("https://") {
        return url.to_owned().into();
    }
    let (file, anchor) = url.split_once('#').unwrap_or((url, ""));
    let name = if file.is_empty() {
        Some(page)
    } else {
        file.strip_suffix(".md")
    };
    let known = name.filter(|&name| names.iter().any(|known| known == name));
    let name = known
        .unwrap_or_else(|| panic!("the page {page} of the guide links to {url}, which is no page"));
    let anchor = if anchor.is_empty() {
        String::new()
    } else {
        format!("/{anchor}")
    };
    format!("#/guide/{name}{anchor}").into()
}
