//! Anchors of headings.

/// The anchor that GitHub gives the first heading with this text.
pub(crate) fn slug(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || [' ', '-', '_'].contains(c);
    let letters = heading.trim().chars().flat_map(char::to_lowercase);
    letters
        .filter(kept)
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}
