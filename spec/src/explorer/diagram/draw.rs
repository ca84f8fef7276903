//! Draws a sequence diagram. Colours and fonts are in the style sheet.

use std::fmt::Write;

use super::parse::{Diagram, Step};
use crate::explorer::links::{Links, code_behind};

/// The width that a character takes at most, on average; a bit more than it needs.
const CHARACTER: usize = 7;
/// Characters in a line of a label between two columns that are side by side.
const LINE: usize = 34;
/// From one line of text to the next.
const LEADING: usize = 17;
/// Between two columns at least.
const COLUMN: usize = 150;
/// Around everything.
const MARGIN: usize = 12;
/// Height of the boxes at the top.
const HEAD: usize = 34;

/// The diagram as an SVG element; `page` is the page of the guide that it stands on.
pub(super) fn draw(diagram: &Diagram, page: &str, links: &Links) -> String {
    let columns = columns(diagram);
    let mut canvas = Canvas {
        page,
        links,
        shapes: String::new(),
        columns: &columns,
        y: MARGIN + HEAD + 14,
        open: Vec::new(),
    };
    for step in &diagram.steps {
        canvas.step(step);
    }
    let bottom = canvas.y + 6;
    let last = columns.last().copied().unwrap_or_default();
    let edge = diagram
        .participants
        .last()
        .map_or(0, |name| width(name) / 2 + 16);
    let (wide, high) = (last + edge.max(70) + MARGIN, bottom + MARGIN);
    let mut svg = format!(
        "<svg class=\"sequence\" viewBox=\"0 0 {wide} {high}\" width=\"{wide}\" height=\"{high}\" role=\"group\" aria-label=\"Sequence diagram\">"
    );
    for (name, x) in diagram.participants.iter().zip(&columns) {
        let (half, top) = (width(name) / 2 + 16, MARGIN + HEAD);
        let _ = write!(
            svg,
            "<path class=\"lifeline\" d=\"M{x} {top}V{bottom}\"/><rect class=\"participant\" x=\"{}\" y=\"{MARGIN}\" width=\"{}\" height=\"{HEAD}\" rx=\"6\"/>",
            x - half,
            half * 2
        );
        let y = MARGIN + HEAD / 2 + 5;
        let _ = write!(
            svg,
            "<text class=\"name\" x=\"{x}\" y=\"{y}\">{}</text>",
            escape(name)
        );
    }
    svg + &canvas.shapes + "</svg>"
}

/// Where the columns are: so far from each other that what stands between them fits.
fn columns(diagram: &Diagram) -> Vec<usize> {
    let count = diagram.participants.len();
    let mut gaps = vec![COLUMN; count.saturating_sub(1)];
    for (gap, names) in gaps.iter_mut().zip(diagram.participants.windows(2)) {
        *gap = (*gap).max(usize::midpoint(width(&names[0]), width(&names[1])) + 40);
    }
    for step in &diagram.steps {
        if let Step::Arrow {
            from, to, label, ..
        } = step
        {
            let (first, last) = (*from.min(to), *from.max(to));
            let longest = wrap(label, LINE * (last - first))
                .iter()
                .map(|line| width(line))
                .max();
            let share = (longest.unwrap_or_default() + 28) / (last - first);
            for gap in &mut gaps[first..last] {
                *gap = (*gap).max(share);
            }
        }
    }
    let first = diagram
        .participants
        .first()
        .map_or(0, |name| width(name) / 2 + 16);
    let mut x = MARGIN + first.max(70);
    let mut columns = vec![x];
    for gap in gaps {
        x += gap;
        columns.push(x);
    }
    columns
}

struct Canvas<'a> {
    page: &'a str,
    links: &'a Links,
    shapes: String,
    columns: &'a [usize],
    y: usize,
    /// Where the open frames begin.
    open: Vec<usize>,
}

impl Canvas<'_> {
    fn step(&mut self, step: &Step) {
        match step {
            Step::Arrow {
                from,
                to,
                dashed,
                label,
            } => self.arrow(*from, *to, *dashed, label),
            Step::Note { over, text } => self.note(*over, text),
            Step::Begin(kind, label) => {
                self.y += 4;
                self.open.push(self.y);
                let left = self.left() + 8;
                self.y += 20;
                let _ = write!(
                    self.shapes,
                    "<text class=\"frame-label\" x=\"{left}\" y=\"{}\"><tspan class=\"frame-kind\">{kind}</tspan> {}</text>",
                    self.y - 4,
                    escape(label)
                );
                self.y += 8;
            }
            Step::Next(label) => {
                let (left, right) = (self.left(), self.right());
                self.y += 6;
                let _ = write!(
                    self.shapes,
                    "<path class=\"frame-part\" d=\"M{left} {0}H{right}\"/><text class=\"frame-label\" x=\"{1}\" y=\"{2}\">{3}</text>",
                    self.y,
                    left + 8,
                    self.y + 17,
                    escape(label)
                );
                self.y += 28;
            }
            Step::End => {
                let (left, right) = (self.left(), self.right());
                let top = self.open.pop().unwrap_or_default();
                self.y += 4;
                let _ = write!(
                    self.shapes,
                    "<rect class=\"frame\" x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" rx=\"6\"/>",
                    right - left,
                    self.y - top
                );
                self.y += 14;
            }
        }
    }

    /// The left edge of the innermost frame.
    fn left(&self) -> usize {
        let first = self.columns.first().copied().unwrap_or_default();
        (first + 8 * self.open.len()).saturating_sub(74)
    }

    fn right(&self) -> usize {
        let last = self.columns.last().copied().unwrap_or_default();
        last + 74 - 8 * self.open.len().min(8)
    }

    fn arrow(&mut self, from: usize, to: usize, dashed: bool, label: &str) {
        let (start, end) = (self.columns[from], self.columns[to]);
        let line = start.abs_diff(end).saturating_sub(24) / CHARACTER;
        self.text("label", usize::midpoint(start, end), &wrap(label, line));
        let tip = if end > start { end - 9 } else { end + 9 };
        let class = if dashed { "arrow dashed" } else { "arrow" };
        let y = self.y;
        let (above, below) = (y - 5, y + 5);
        let _ = write!(
            self.shapes,
            "<path class=\"{class}\" d=\"M{start} {y}H{tip}\"/><path class=\"tip\" d=\"M{end} {y}L{tip} {above}V{below}Z\"/>"
        );
        self.y += 22;
    }

    fn note(&mut self, (first, last): (usize, usize), text: &str) {
        let (start, end) = (self.columns[first], self.columns[last]);
        let lines = wrap(text, LINE);
        let longest = lines
            .iter()
            .map(|line| width(line))
            .max()
            .unwrap_or_default();
        let wide = (longest + 24).max(end - start + 60);
        let middle = usize::midpoint(start, end);
        let high = lines.len() * LEADING + 10;
        let _ = write!(
            self.shapes,
            "<rect class=\"note\" x=\"{}\" y=\"{}\" width=\"{wide}\" height=\"{high}\" rx=\"4\"/>",
            middle.saturating_sub(wide / 2),
            self.y
        );
        self.y += 5;
        self.text("note-text", middle, &lines);
        self.y += 18;
    }

    /// Writes lines around `x`, and moves below them.
    fn text(&mut self, class: &str, x: usize, lines: &[String]) {
        for line in lines {
            self.y += LEADING;
            let _ = write!(
                self.shapes,
                "<text class=\"{class}\" x=\"{x}\" y=\"{}\">{}</text>",
                self.y - 5,
                self.linked(line)
            );
        }
        self.y += 3;
    }

    /// The line with its names of messages as links.
    fn linked(&self, line: &str) -> String {
        let mut out = String::new();
        let mut rest = line;
        while let Some(start) = rest.find(|c: char| c.is_ascii_uppercase()) {
            let (before, word) = rest.split_at(start);
            let end = word
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(word.len());
            let (word, after) = word.split_at(end);
            out += &escape(before);
            // One capital alone is the name of somebody.
            let target =
                (word.len() > 1).then(|| self.links.of(word, self.page, code_behind(after)));
            match target.flatten() {
                Some(href) => {
                    let _ = write!(out, "<a href=\"{href}\">{word}</a>");
                }
                None => out += word,
            }
            rest = after;
        }
        out + &escape(rest)
    }
}

/// The text in lines of so many characters, broken at spaces.
fn wrap(text: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        // A code stays with its name.
        if line.is_empty()
            || word.starts_with('(')
            || line.chars().count() + word.chars().count() < most
        {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

fn width(text: &str) -> usize {
    text.chars().count() * CHARACTER
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
