//! YAML as people write it: maps in order, comments, quotes only where they are needed, long texts in blocks.

use std::fmt::Write as _;

/// No line is longer, where the words allow it.
const WIDTH: usize = 100;
/// What is wrapped has at least this room, however deep it stands.
const LEAST: usize = 40;

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// A text or an expression.
    Text(String),
    /// A number or a bool.
    Raw(String),
    /// Words for people, to be wrapped. An empty line separates paragraphs.
    Words(String),
    /// Values in a row.
    List(Vec<Node>),
    /// Short texts in one line.
    Flow(Vec<String>),
    /// Values with names.
    Map(Map),
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Self {
        Self::Raw(value.to_string())
    }
}

impl From<usize> for Node {
    fn from(value: usize) -> Self {
        Self::Raw(value.to_string())
    }
}

impl From<Map> for Node {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl From<Vec<Node>> for Node {
    fn from(nodes: Vec<Node>) -> Self {
        Self::List(nodes)
    }
}

/// Values with names, in the order in which they were put in.
#[derive(Clone, Debug, Default)]
pub(super) struct Map(Vec<Entry>);

#[derive(Clone, Debug)]
struct Entry {
    /// A heading above it.
    heading: Option<String>,
    key: String,
    value: Node,
}

impl Map {
    /// The same with one more value.
    ///
    /// # Panics
    /// When the name is there already.
    #[must_use]
    pub(super) fn with(mut self, key: impl Into<String>, value: impl Into<Node>) -> Self {
        self.put(key, value);
        self
    }

    /// The same with one more value, if there is one.
    #[must_use]
    pub(super) fn with_some(self, key: &str, value: Option<impl Into<Node>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// The same with all values of another map.
    ///
    /// # Panics
    /// When a name is in both.
    #[must_use]
    pub(super) fn with_all(mut self, other: Self) -> Self {
        for Entry {
            heading,
            key,
            value,
        } in other.0
        {
            self.put(key, value);
            if let Some(last) = self.0.last_mut() {
                last.heading = heading;
            }
        }
        self
    }

    /// The same with words for people.
    #[must_use]
    pub(super) fn with_doc(self, text: impl Into<String>) -> Self {
        self.with("doc", Node::Words(text.into()))
    }

    /// Adds a value.
    ///
    /// # Panics
    /// When the name is there already.
    pub(super) fn put(&mut self, key: impl Into<String>, value: impl Into<Node>) {
        let key = key.into();
        assert!(
            self.0.iter().all(|entry| entry.key != key),
            "`{key}` is there twice in the Kaitai definition"
        );
        self.0.push(Entry {
            heading: None,
            key,
            value: value.into(),
        });
    }

    /// Adds the values of another map below a heading.
    pub(super) fn put_section(&mut self, heading: &str, other: Self) {
        let first = self.0.len();
        *self = std::mem::take(self).with_all(other);
        if let Some(first) = self.0.get_mut(first) {
            first.heading = Some(heading.to_owned());
        }
    }

    /// Whether there is a value with this name.
    pub(super) fn has(&self, key: &str) -> bool {
        self.0.iter().any(|entry| entry.key == key)
    }

    /// Whether nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The whole file.
    pub(super) fn document(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0, false);
        out
    }

    /// Writes the entries; the first one goes on in the line where that has begun.
    fn write(&self, out: &mut String, indent: usize, mut begun: bool) {
        for Entry {
            heading,
            key,
            value,
        } in &self.0
        {
            if let Some(heading) = heading {
                let _ = write!(out, "\n{:indent$}# {heading}\n\n", "");
            }
            if !std::mem::take(&mut begun) {
                let _ = write!(out, "{:indent$}", "");
            }
            let number = key.parse::<u32>().is_ok();
            let key = if number { key.clone() } else { quoted(key) };
            let _ = write!(out, "{key}:");
            value.write(out, indent, indent + key.len() + 1);
        }
    }
}

impl Node {
    /// Writes what follows a colon, up to the end of the line; `column` is where it begins.
    fn write(&self, out: &mut String, indent: usize, column: usize) {
        let inner = indent + 2;
        match self {
            Self::Text(text) => writeln!(out, " {}", quoted(text)),
            Self::Raw(text) => writeln!(out, " {text}"),
            Self::Words(text) => {
                let one = (!text.contains('\n')).then(|| quoted(text));
                if let Some(one) = one.filter(|one| column + 1 + one.len() <= WIDTH) {
                    writeln!(out, " {one}")
                } else {
                    out.push_str(" |\n");
                    block(text, inner, out);
                    Ok(())
                }
            }
            Self::Flow(texts) => {
                let texts: Vec<String> = texts.iter().map(|text| quoted_in_flow(text)).collect();
                writeln!(out, " [{}]", texts.join(", "))
            }
            Self::Map(map) => {
                assert!(!map.is_empty(), "an empty map");
                out.push('\n');
                map.write(out, inner, false);
                Ok(())
            }
            Self::List(nodes) => {
                assert!(!nodes.is_empty(), "an empty list");
                out.push('\n');
                for node in nodes {
                    let _ = write!(out, "{:inner$}-", "");
                    match node {
                        Self::Map(map) => {
                            out.push(' ');
                            map.write(out, inner + 2, true);
                        }
                        node => node.write(out, inner, inner + 1),
                    }
                }
                Ok(())
            }
        }
        // A `String` takes everything.
        .unwrap_or_default();
    }
}

/// The words in lines of a block.
fn block(text: &str, indent: usize, out: &mut String) {
    let room = WIDTH.saturating_sub(indent).max(LEAST);
    for (index, paragraph) in text.split("\n\n").enumerate() {
        if index > 0 {
            out.push('\n');
        }
        // A list stays one.
        for item in paragraph.split('\n') {
            let hanging = if item.starts_with("* ") { "  " } else { "" };
            let mut line = String::new();
            for word in item.split_whitespace() {
                if !line.trim().is_empty() && line.len() + 1 + word.len() > room {
                    let _ = writeln!(out, "{:indent$}{line}", "");
                    hanging.clone_into(&mut line);
                } else if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            let _ = writeln!(out, "{:indent$}{line}", "");
        }
    }
}

/// A scalar that YAML reads as this text.
fn quoted(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    in_quotes(text)
}

/// The same within brackets.
fn quoted_in_flow(text: &str) -> String {
    if is_plain(text) && !text.contains([',', '[', ']', '{', '}']) {
        return text.to_owned();
    }
    in_quotes(text)
}

fn in_quotes(text: &str) -> String {
    assert!(
        !text.contains(char::is_control),
        "{text:?} does not fit in a line"
    );
    format!("'{}'", text.replace('\'', "''"))
}

/// Whether YAML reads it as a text without quotes, wherever it stands.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let begins = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '(';
    let dash = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic());
    (text.starts_with(begins) || text.strip_prefix('-').is_some_and(dash))
        && !text.ends_with([':', ' '])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(char::is_control)
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_yaml_would_misread_is_quoted() {
        for text in [
            "code::login",
            "a, b [c]",
            "length - 4",
            "-orig-id",
            "(a + b) * 2",
            "It is.",
        ] {
            assert_eq!(quoted(text), text);
        }
        for text in [
            "", "12", "true", "Yes", "a: b", "a:", "a #b", "- a", "[a]", "*a", "'a", "`a`",
        ] {
            assert_eq!(quoted(text), format!("'{}'", text.replace('\'', "''")));
        }
    }

    #[test]
    fn maps_and_lists_are_indented() {
        let attribute = Map::default().with("id", "a").with("size", 4);
        let mut types = Map::default();
        types.put_section("Types", Map::default().with("one", attribute.clone()));
        let file = Map::default()
            .with("seq", vec![attribute.into(), "b".into()])
            .with("names", Node::Flow(vec!["a".into(), "1".into()]))
            .with("types", types);
        let expected = "seq:\n  - id: a\n    size: 4\n  - b\nnames: [a, '1']\ntypes:\n\n  # Types\n\n  one:\n    id: a\n    \
                        size: 4\n";
        assert_eq!(file.document(), expected);
    }

    #[test]
    fn long_words_are_wrapped_and_items_hang() {
        let text = format!("Head.\n\n* {}", "word ".repeat(30));
        let document = Map::default().with_doc(text).document();
        assert!(document.starts_with("doc: |\n  Head.\n\n  * word word"));
        assert!(document.contains("\n    word"));
        assert!(document.lines().all(|line| line.len() <= WIDTH));
    }

    #[test]
    #[should_panic(expected = "`a` is there twice")]
    fn a_name_stands_for_one_value() {
        let _ = Map::default().with("a", 1).with("a", 2);
    }
}
