//! Sequence diagrams of the guide as SVG.
//!
//! The guide writes them in Mermaid's language: participants, arrows, notes, and `alt`, `par`, `opt` and `loop`. The
//! crates that draw it either bring some 180 others or let long labels run into each other and have no dark colours;
//! so this draws just these, with links in the labels and with the colours of the page.

mod draw;
mod parse;

use super::links::Links;
#[cfg(test)]
pub(super) use draw::width;

/// The diagram in `source`, which stands on a page of the guide.
///
/// # Panics
/// When a line is not understood.
pub(super) fn svg(source: &str, page: &str, links: &Links) -> String {
    let diagram = parse::parse(source).unwrap_or_else(|line| {
        panic!("the page {page} of the guide has a diagram with a line that can't be drawn: {line}")
    });
    draw::draw(&diagram, page, links)
}
