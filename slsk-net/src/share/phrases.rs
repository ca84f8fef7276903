//! [`Phrases`]: what must not be found.

use std::fmt;

use aho_corasick::AhoCorasick;

use super::words::fold;

/// How many phrases there may be, and how many bytes of them: to prepare them takes a while. Real lists have some dozens.
const MAX_PHRASES: usize = 10_000;
const MAX_BYTES: usize = 256 * 1024;

/// The phrases that the server excludes from search results.
///
/// A file whose full remote path has one of them anywhere is left out; case does not matter. To answer with
/// such files could endanger the network. Made once for each list of the server: all phrases are looked for
/// at once. Of a list with more than 10,000 phrases or 256 KiB the rest is left away.
///
/// Protocol: `spec/guide/searching.md`.
#[derive(Clone, Default)]
pub struct Phrases {
    folded: Vec<String>,
    /// Absent for an empty list, and for one too big to be prepared.
    prepared: Option<AhoCorasick>,
}

impl Phrases {
    /// A list of phrases. Empty phrases exclude nothing.
    #[must_use]
    pub fn new<T: AsRef<[u8]>>(phrases: impl IntoIterator<Item = T>) -> Self {
        let mut left = MAX_BYTES;
        let mut folded: Vec<String> = phrases
            .into_iter()
            .take(MAX_PHRASES)
            .map_while(|phrase| {
                let phrase = phrase.as_ref();
                left = left.checked_sub(phrase.len())?;
                Some(fold(phrase))
            })
            .filter(|phrase| !phrase.trim().is_empty())
            .collect();
        folded.sort();
        folded.dedup();
        let prepared = (!folded.is_empty())
            .then(|| AhoCorasick::new(&folded).ok())
            .flatten();
        Self { folded, prepared }
    }

    /// Whether nothing is excluded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.folded.is_empty()
    }

    /// Whether a full remote path has one of the phrases.
    #[must_use]
    pub fn exclude(&self, path: &[u8]) -> bool {
        !self.is_empty() && self.exclude_folded(&fold(path))
    }

    pub(super) fn exclude_folded(&self, path: &str) -> bool {
        match &self.prepared {
            Some(prepared) => prepared.is_match(path),
            None => self.folded.iter().any(|phrase| path.contains(phrase)),
        }
    }
}

impl fmt::Debug for Phrases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.folded).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_excludes_wherever_it_is() {
        let phrases = Phrases::new(["Örn", "n\\w"]);
        assert!(phrases.exclude("Music\\Ada ÖRNSEN\\x".as_bytes()));
        assert!(phrases.exclude(b"Music\\Ada Orn\\Winter"));
        assert!(!phrases.exclude(b"Music\\Ada Orn\\Summer"));
    }

    #[test]
    fn a_list_without_end_is_cut() {
        let many = (0..20_000).map(|number| format!("phrase {number}."));
        let phrases = Phrases::new(many);
        assert!(phrases.exclude(b"Phrase 9999."));
        assert!(!phrases.exclude(b"phrase 10000."));
        let long = (0..1000).map(|number| format!("{number:01000}"));
        assert_eq!(Phrases::new(long).folded.len(), 262);
    }

    #[test]
    fn empty_phrases_exclude_nothing() {
        assert!(Phrases::new(["", " "]).is_empty());
        assert!(!Phrases::new([""]).exclude(b"Music"));
        assert!(!Phrases::default().exclude(b"Music"));
    }
}
