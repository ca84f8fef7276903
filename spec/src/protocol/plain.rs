//! Doc comments without what only rustdoc understands.

/// The text of a doc comment with its links taken out: ``[`Text`](crate::Text)`` becomes `` `Text` ``.
#[must_use]
pub fn plain(doc: &str) -> String {
    let joined: Vec<String> = doc
        .trim()
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let text = joined.join("\n\n");
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find('[') {
        plain.push_str(&rest[..start]);
        rest = &rest[start..];
        let Some(end) = rest.find(']') else { break };
        plain.push_str(&rest[1..end]);
        rest = &rest[end + 1..];
        if let Some(target) = rest.strip_prefix('(')
            && let Some(end) = target.find(')')
        {
            rest = &target[end + 1..];
        }
    }
    plain.push_str(rest);
    plain
}

/// The text up to its first full stop that ends a sentence.
#[must_use]
pub fn first_sentence(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    match paragraph.find(". ") {
        Some(end) => paragraph[..=end].to_owned(),
        None => paragraph.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn links_become_their_texts() {
        let doc = "The token of the [`TransferRequest`](crate::peer::TransferRequest) and a [`Text`].\nIt\nwraps.";
        assert_eq!(
            plain(doc),
            "The token of the `TransferRequest` and a `Text`. It wraps."
        );
    }

    #[test]
    fn paragraphs_stay_apart() {
        assert_eq!(plain("One\ntwo.\n\nThree."), "One two.\n\nThree.");
    }

    #[test]
    fn a_bracket_without_an_end_is_kept() {
        assert_eq!(plain("from [0 on"), "from [0 on");
    }
}
