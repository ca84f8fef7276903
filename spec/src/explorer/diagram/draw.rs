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

/// From the edge of a frame to what is in it.
const INSET: usize = 8;

/// The diagram as an SVG element; `page` is the page of the guide that it stands on.
pub(super) fn draw(diagram: &Diagram, page: &str, links: &Links) -> String {
    let plan = Plan::new(diagram);
    let mut canvas = Canvas {
        page,
        links,
        shapes: String::new(),
        plan: &plan,
        y: MARGIN + HEAD + 14,
        open: Vec::new(),
    };
    for step in &diagram.steps {
        canvas.step(step);
    }
    let bottom = canvas.y + 6;
    let (wide, high) = (plan.right + MARGIN, bottom + MARGIN);
    let mut svg = format!(
        "<svg class=\"sequence\" viewBox=\"0 0 {wide} {high}\" width=\"{wide}\" height=\"{high}\" role=\"group\" aria-label=\"Sequence diagram\">"
    );
    for (name, x) in diagram.participants.iter().zip(&plan.columns) {
        let (half, top) = (half(name), MARGIN + HEAD);
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

/// Where everything has its place from left to right.
struct Plan {
    /// The lifelines.
    columns: Vec<usize>,
    /// The edges of the outermost frame, with everything between them.
    left: usize,
    right: usize,
}

impl Plan {
    fn new(diagram: &Diagram) -> Self {
        let gaps = gaps(diagram);
        let mut columns = vec![0];
        let mut at = 0;
        for gap in gaps {
            at += gap;
            columns.push(at);
        }
        // What reaches beyond the first column and beyond the last one.
        let (mut before, mut behind) = (70, at + 70);
        if let Some(name) = diagram.participants.first() {
            before = before.max(half(name));
        }
        if let Some(name) = diagram.participants.last() {
            behind = behind.max(at + half(name));
        }
        let (mut depth, mut deepest) = (0, 0);
        for step in &diagram.steps {
            match step {
                Step::Note { over, text } => {
                    let (start, end) = (columns[over.0], columns[over.1]);
                    let middle = usize::midpoint(start, end);
                    let half = note_width(text, end - start).div_ceil(2);
                    before = before.max(half.saturating_sub(middle));
                    behind = behind.max(middle + half);
                }
                Step::Begin(..) => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                Step::End => depth -= 1,
                Step::Arrow { .. } | Step::Next(_) => {}
            }
        }
        let first = MARGIN + INSET * deepest + before;
        let mut right = first + behind + INSET * deepest;
        for step in &diagram.steps {
            if let Step::Begin(_, label) | Step::Next(label) = step {
                // The kind is no longer than this, and the label may be in the innermost frame.
                let end = MARGIN + INSET * deepest + width("loop ") + label_width(label);
                right = right.max(end + INSET * deepest);
            }
        }
        Self {
            columns: columns.into_iter().map(|at| first + at).collect(),
            left: MARGIN,
            right,
        }
    }
}

/// How far the columns are from each other at least: so far that what stands between them fits.
fn gaps(diagram: &Diagram) -> Vec<usize> {
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
            let longest = longest(&wrap(label, LINE * (last - first)));
            let share = (longest + 28) / (last - first);
            for gap in &mut gaps[first..last] {
                *gap = (*gap).max(share);
            }
        }
    }
    gaps
}

struct Canvas<'a> {
    page: &'a str,
    links: &'a Links,
    shapes: String,
    plan: &'a Plan,
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
                let text = format!(
                    "<tspan class=\"frame-kind\">{kind}</tspan> {}",
                    escape(label)
                );
                let wide = label_width(&format!("{kind} {label}"));
                self.frame_label(self.y + 2, wide, &text);
                self.y += 28;
            }
            Step::Next(label) => {
                let (left, right) = (self.left(), self.right());
                self.y += 6;
                let _ = write!(
                    self.shapes,
                    "<path class=\"frame-part\" d=\"M{left} {}H{right}\"/>",
                    self.y
                );
                self.frame_label(self.y + 3, label_width(label), &escape(label));
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
        self.plan.left + INSET * self.open.len().saturating_sub(1)
    }

    fn right(&self) -> usize {
        self.plan.right - INSET * self.open.len().saturating_sub(1)
    }

    /// A label in the corner of a frame, with a ground that hides the lines behind it.
    fn frame_label(&mut self, top: usize, wide: usize, text: &str) {
        let left = self.left() + 1;
        let _ = write!(
            self.shapes,
            "<rect class=\"frame-ground\" x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"18\" rx=\"4\"/><text class=\"frame-label\" x=\"{}\" y=\"{}\">{text}</text>",
            left + 7,
            top + 14
        );
    }

    fn arrow(&mut self, from: usize, to: usize, dashed: bool, label: &str) {
        let (start, end) = (self.plan.columns[from], self.plan.columns[to]);
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
        let (start, end) = (self.plan.columns[first], self.plan.columns[last]);
        let lines = wrap(text, LINE);
        let wide = note_width(text, end - start);
        let middle = usize::midpoint(start, end);
        let high = lines.len() * LEADING + 10;
        let _ = write!(
            self.shapes,
            "<rect class=\"note\" x=\"{}\" y=\"{}\" width=\"{wide}\" height=\"{high}\" rx=\"4\"/>",
            middle - wide / 2,
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

/// How wide a note is over columns that are `apart`.
fn note_width(text: &str, apart: usize) -> usize {
    (longest(&wrap(text, LINE)) + 24).max(apart + 60)
}

/// How wide the ground of a frame's label is.
fn label_width(label: &str) -> usize {
    width(label) + 14
}

/// Half the width of the box of a participant.
fn half(name: &str) -> usize {
    width(name) / 2 + 16
}

fn longest(lines: &[String]) -> usize {
    lines
        .iter()
        .map(|line| width(line))
        .max()
        .unwrap_or_default()
}

/// How wide a text is at most.
pub(in crate::explorer) fn width(text: &str) -> usize {
    text.chars().count() * CHARACTER
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
