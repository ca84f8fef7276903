//! Reads Mermaid's language of sequence diagrams.

/// A diagram.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Diagram {
    /// What stands over each column.
    pub(super) participants: Vec<String>,
    /// What happens, from top to bottom.
    pub(super) steps: Vec<Step>,
}

/// Something that happens.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// An arrow from one column to another.
    Arrow {
        from: usize,
        to: usize,
        dashed: bool,
        label: String,
    },
    /// A note over columns, the first and the last one.
    Note { over: (usize, usize), text: String },
    /// A frame begins: its kind and its label.
    Begin(String, String),
    /// Its next part begins.
    Next(String),
    /// It ends.
    End,
}

/// Frames, and what begins their further parts.
const FRAMES: [(&str, &str); 4] = [("alt", "else"), ("par", "and"), ("opt", ""), ("loop", "")];

/// The longest first: each begins with a shorter one.
const ARROWS: [(&str, bool); 4] = [("-->>", true), ("->>", false), ("-->", true), ("->", false)];

/// Reads a diagram; the error is the line that is not understood.
pub(super) fn parse(source: &str) -> Result<Diagram, String> {
    let mut diagram = Diagram::default();
    let mut ids = Vec::new();
    let mut open = Vec::new();
    for line in source.lines().map(str::trim) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if line.is_empty() || line == "sequenceDiagram" || line.starts_with("%%") {
            continue;
        }
        let understood = if word == "participant" {
            let (id, name) = rest.split_once(" as ").unwrap_or((rest, rest));
            ids.push(id.to_owned());
            diagram.participants.push(name.to_owned());
            Some(None)
        } else if let Some(frame) = FRAMES.iter().find(|frame| frame.0 == word) {
            open.push(frame.1);
            Some(Some(Step::Begin(word.to_owned(), rest.to_owned())))
        } else if word == "end" {
            open.pop().map(|_| Some(Step::End))
        } else if open.last().is_some_and(|next| *next == word) {
            Some(Some(Step::Next(rest.to_owned())))
        } else if word == "Note" {
            note(rest, &ids).map(Some)
        } else {
            arrow(line, &ids).map(Some)
        };
        diagram.steps.extend(understood.ok_or(line)?);
    }
    if open.is_empty() {
        Ok(diagram)
    } else {
        Err("a frame without `end`".to_owned())
    }
}

fn column(id: &str, ids: &[String]) -> Option<usize> {
    ids.iter().position(|known| known == id.trim())
}

fn note(rest: &str, ids: &[String]) -> Option<Step> {
    let (over, text) = rest.strip_prefix("over ")?.split_once(':')?;
    let (first, last) = over.split_once(',').unwrap_or((over, over));
    let (first, last) = (column(first, ids)?, column(last, ids)?);
    Some(Step::Note {
        over: (first.min(last), first.max(last)),
        text: text.trim().to_owned(),
    })
}

fn arrow(line: &str, ids: &[String]) -> Option<Step> {
    let (ends, label) = line.split_once(':')?;
    let (from, to, dashed) = ARROWS.iter().find_map(|&(arrow, dashed)| {
        let (from, to) = ends.split_once(arrow)?;
        Some((from, to, dashed))
    })?;
    let (from, to) = (column(from, ids)?, column(to, ids)?);
    (from != to).then(|| Step::Arrow {
        from,
        to,
        dashed,
        label: label.trim().to_owned(),
    })
}
