//! `explorer.html`: the specification as one page that works without a network, with a decoder for bytes and captures.
//!
//! It is put together from the files in `explorer/`. Everything it knows of messages comes from `protocol.json`, which
//! is inside, and everything else from the guide.

mod diagram;
mod guide;
mod links;

use std::collections::BTreeMap;
use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha256};
use slsk_wire::FamilyId;

use crate::limits;
use crate::protocol::Protocol;
use links::Links;

const PAGE: &str = include_str!("explorer/page.html");

const STYLES: &[&str] = &[
    include_str!("explorer/style/base.css"),
    include_str!("explorer/style/reference.css"),
    include_str!("explorer/style/decoder.css"),
];

/// The scripts share one scope, so that the order is that of use at load time.
const SCRIPTS: &[&str] = &[
    include_str!("explorer/core/bytes.js"),
    include_str!("explorer/core/inflate.js"),
    include_str!("explorer/core/shapes.js"),
    include_str!("explorer/core/decode.js"),
    include_str!("explorer/core/frames.js"),
    include_str!("explorer/core/opening.js"),
    include_str!("explorer/core/input.js"),
    include_str!("explorer/capture/files.js"),
    include_str!("explorer/capture/packet.js"),
    include_str!("explorer/capture/tcp.js"),
    include_str!("explorer/capture/follow.js"),
    include_str!("explorer/capture/plan.js"),
    include_str!("explorer/capture/names.js"),
    include_str!("explorer/capture/session.js"),
    include_str!("explorer/views/dom.js"),
    include_str!("explorer/views/catalog.js"),
    include_str!("explorer/views/find.js"),
    include_str!("explorer/views/layout.js"),
    include_str!("explorer/views/virtual.js"),
    include_str!("explorer/views/nodes.js"),
    include_str!("explorer/views/tree.js"),
    include_str!("explorer/views/hex.js"),
    include_str!("explorer/views/frame.js"),
    include_str!("explorer/views/capture.js"),
    include_str!("explorer/views/decoder.js"),
    include_str!("explorer/views/list.js"),
    include_str!("explorer/views/message.js"),
    include_str!("explorer/views/pages.js"),
    include_str!("explorer/views/app.js"),
];

/// Frames of captures to try the decoder with.
const SAMPLES: &str = include_str!("explorer/samples.json");

/// The content of `explorer.html`.
pub(crate) fn html() -> String {
    let protocol = Protocol::new();
    let links = Links::new(&protocol);
    let pages = guide::pages(&links);
    let titles = pages.iter().map(|page| Title {
        name: &page.name,
        title: &page.title,
    });
    let samples: serde_json::Value =
        serde_json::from_str(SAMPLES).expect("samples.json is well-formed");
    let data = Data {
        limits: Bounds::new(),
        guide: titles.collect(),
        samples,
        protocol: &protocol,
    };
    let data = serde_json::to_string(&data).expect("no map in it has keys that are not texts");
    let mut guide = String::new();
    for page in &pages {
        let _ = writeln!(
            guide,
            "<template id=\"guide-{}\">{}</template>",
            page.name, page.html
        );
    }
    let style = STYLES.concat();
    let script = format!("(() => {{\n\"use strict\";\n{}}})();\n", SCRIPTS.concat());
    let parts = [
        ("{{style-hash}}", hash(&style)),
        ("{{script-hash}}", hash(&script)),
        ("{{style}}", style),
        ("{{guide}}", guide),
        // What would end the script element early is written otherwise, which JSON allows.
        (
            "{{data}}",
            data.replace("</", "<\\/").replace("<!--", "<\\u0021--"),
        ),
        ("{{script}}", script),
    ];
    fill(PAGE, &parts)
}

/// Replaces each mark of the template by its part, and looks for none in the parts.
fn fill(template: &str, parts: &[(&str, String)]) -> String {
    let mut page = String::new();
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        let (before, mark) = rest.split_at(start);
        let (name, part) = parts
            .iter()
            .find(|(name, _)| mark.starts_with(name))
            .unwrap_or_else(|| panic!("page.html has a mark that nothing fills: {mark:.20}"));
        page.push_str(before);
        page.push_str(part);
        rest = &mark[name.len()..];
    }
    page + rest
}

/// What a content security policy calls an inline script or style by.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

/// What the scripts are given.
#[derive(Serialize)]
struct Data<'a> {
    protocol: &'a Protocol,
    limits: Bounds,
    guide: Vec<Title<'a>>,
    samples: serde_json::Value,
}

/// A page of the guide.
#[derive(Serialize)]
struct Title<'a> {
    name: &'a str,
    title: &'a str,
}

/// How long frames and inflated bodies may be: as for `slsk decode` of a capture.
#[derive(Serialize)]
struct Bounds {
    frames: BTreeMap<&'static str, FrameBounds>,
    inflated: CodeBounds,
}

#[derive(Serialize)]
struct FrameBounds {
    longest: usize,
    #[serde(flatten)]
    codes: CodeBounds,
}

/// Limits by code; those of most codes are the same.
#[derive(Serialize)]
struct CodeBounds {
    codes: BTreeMap<u32, usize>,
    others: usize,
}

impl Bounds {
    fn new() -> Self {
        let limits = limits::of_captures();
        let frames = FamilyId::ALL.map(|family| {
            let bounds = FrameBounds {
                longest: limits.longest_frame(family),
                codes: CodeBounds::new(family, |code| limits.frame(family, code)),
            };
            (family.name(), bounds)
        });
        Self {
            frames: frames.into(),
            inflated: CodeBounds::new(FamilyId::Peer, |code| limits.inflated(code)),
        }
    }
}

impl CodeBounds {
    fn new(family: FamilyId, limit: impl Fn(u32) -> usize) -> Self {
        let others = limit(u32::MAX);
        let codes = family.schema().messages.iter().map(|message| message.code);
        Self {
            codes: codes
                .map(|code| (code, limit(code)))
                .filter(|&(_, limit)| limit != others)
                .collect(),
            others,
        }
    }
}

#[cfg(test)]
mod tests;
