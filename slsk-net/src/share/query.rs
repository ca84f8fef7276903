//! [`Query`]: what a search asks for.

use slsk_wire::Text;

use super::words::{fold, words};

/// A search, understood.
///
/// * `word`: the path has this word, whole. Case and order do not matter, nor how an accent is composed.
/// * `-word`: the path does not have it.
/// * `*word`: the path has a word that ends so. Only at the start of a word, and only beside a whole word.
/// * Everything else separates words, quotes too. `-a.b` excludes both parts, in `*a.b` the star holds for `a`.
///
/// Words are runs of letters and digits with their accents. Scripts without spaces have no words that a program
/// without a dictionary could tell apart; there a run up to the next space or punctuation is one word.
///
/// Protocol: `spec/guide/searching.md`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub(super) words: Vec<String>,
    pub(super) endings: Vec<String>,
    pub(super) excluded: Vec<String>,
    too_long: bool,
}

impl Query {
    /// The most words, endings and exclusions of a query that is answered.
    ///
    /// Nobody types more, and each costs time.
    pub const MAX_TERMS: usize = 64;
    /// The longest query that is answered, in bytes.
    pub const MAX_BYTES: usize = 1024;

    /// Understands the text of a search. Every text is a query, if only one that finds nothing.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        if text.len() > Self::MAX_BYTES {
            query.too_long = true;
            return query;
        }
        for term in text.split_whitespace() {
            query.add(term);
            if query.terms() > Self::MAX_TERMS {
                query.too_long = true;
                break;
            }
        }
        for list in [&mut query.words, &mut query.endings, &mut query.excluded] {
            list.sort();
            list.dedup();
        }
        query
    }

    /// Whether it finds nothing whatever is shared: it has no whole word, asks for one that it excludes, or is
    /// longer than [`MAX_TERMS`](Self::MAX_TERMS) and [`MAX_BYTES`](Self::MAX_BYTES) allow.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let contradicts = |word| self.excluded.binary_search(word).is_ok();
        self.words.is_empty() || self.too_long || self.words.iter().any(contradicts)
    }

    /// Whether a full remote path is a result. An index answers the same for many paths at once.
    #[must_use]
    pub fn matches(&self, path: &Text) -> bool {
        let folded = fold(path.as_bytes());
        let has = |wanted: &String| words(&folded).any(|word| word == wanted);
        !self.is_empty()
            && self.words.iter().all(has)
            && !self.excluded.iter().any(has)
            && self.endings_match(&folded)
    }

    /// Whether a folded path has a word for each of the endings.
    pub(super) fn endings_match(&self, folded: &str) -> bool {
        let has = |ending: &String| words(folded).any(|word| word.ends_with(ending.as_str()));
        self.endings.iter().all(has)
    }

    fn add(&mut self, term: &str) {
        if let Some(rest) = term.strip_prefix('-') {
            self.excluded.extend(split(rest));
        } else if let Some(rest) = term.strip_prefix('*') {
            // The star holds for what follows at once: `*.mp3` is the word `mp3`.
            let starred = rest.starts_with(char::is_alphanumeric);
            let mut parts = split(rest).into_iter();
            self.endings
                .extend(parts.by_ref().take(usize::from(starred)));
            self.words.extend(parts);
        } else {
            self.words.extend(split(term));
        }
    }

    fn terms(&self) -> usize {
        self.words.len() + self.endings.len() + self.excluded.len()
    }
}

fn split(text: &str) -> Vec<String> {
    words(&fold(text.as_bytes())).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = r"Music\Ada Örn\Winter Songs\03 - Don't Melt (live).flac";

    fn matches(query: &str) -> bool {
        Query::parse(query).matches(&Text::from(PATH))
    }

    #[test]
    fn all_words_have_to_be_there() {
        assert!(matches("winter melt"));
        assert!(!matches("winter melt summer"));
    }

    #[test]
    fn order_and_repetition_do_not_matter() {
        assert!(matches("melt winter"));
        assert!(matches("melt winter melt melt"));
    }

    #[test]
    fn case_does_not_matter() {
        assert!(matches("WINTER öRN"));
        assert!(matches("winter ÖRN"));
        assert!(matches("winter O\u{308}RN"));
    }

    #[test]
    fn words_match_whole() {
        assert!(!matches("wint"));
        assert!(!matches("inter"));
        assert!(!matches("orn"));
    }

    #[test]
    fn share_folder_and_extension_have_words_too() {
        assert!(matches("music flac"));
    }

    #[test]
    fn punctuation_separates_words() {
        assert!(matches("don't"));
        assert!(matches("don_t.melt"));
        assert!(matches(r"winter\songs"));
        assert!(matches("(live)"));
        assert!(!matches("dont"));
    }

    #[test]
    fn quotes_are_punctuation() {
        assert!(matches("\"songs winter\""));
    }

    #[test]
    fn a_dash_in_front_excludes() {
        assert!(!matches("winter -live"));
        assert!(!matches("winter -LIVE"));
        assert!(matches("winter -studio"));
        assert!(matches("winter -liv"));
    }

    #[test]
    fn a_dash_elsewhere_is_punctuation() {
        assert!(matches("winter-live"));
        assert!(matches("winter - live"));
    }

    #[test]
    fn each_part_of_an_exclusion_excludes() {
        assert!(!matches("winter -studio.live"));
        assert!(!matches("winter --live"));
        assert!(!matches("winter -*live"));
    }

    #[test]
    fn a_star_in_front_stands_for_any_start() {
        assert!(matches("*nter melt"));
        assert!(matches("*winter melt"));
        assert!(matches("*NTER *ö\u{72}n melt"));
        assert!(!matches("*wint melt"));
        assert!(matches("*nter-songs"));
    }

    #[test]
    fn a_star_needs_a_whole_word_beside_it() {
        assert!(!matches("*nter"));
        assert!(!matches("*nter *elt"));
        assert!(!matches("*nter -studio"));
    }

    #[test]
    fn a_star_elsewhere_is_punctuation() {
        assert!(!matches("wint* melt"));
        assert!(matches("winter* melt"));
        assert!(matches("winter * melt"));
        assert!(matches("*.flac"));
        assert!(!matches("*.lac melt"));
    }

    #[test]
    fn only_exclusions_match_nothing() {
        assert!(!matches("-studio"));
        assert!(Query::parse("-studio -radio").is_empty());
    }

    #[test]
    fn nothing_matches_nothing() {
        for query in ["", "  ", "-", "*", "- *", "\"\"", "🎵", "..."] {
            assert!(Query::parse(query).is_empty(), "{query:?}");
            assert!(!matches(query), "{query:?}");
        }
    }

    #[test]
    fn a_word_asked_for_and_excluded_matches_nothing() {
        assert!(!matches("winter -winter"));
        assert!(Query::parse("melt winter -x -WINTER").is_empty());
    }

    #[test]
    fn too_many_terms_match_nothing() {
        let query = |count: usize| Query::parse(&vec!["winter"; count].join(" "));
        assert!(!query(Query::MAX_TERMS).is_empty());
        assert!(query(Query::MAX_TERMS + 1).is_empty());
    }

    #[test]
    fn a_run_without_spaces_is_one_word() {
        let path = Text::from(r"音楽\夜のうた・雨.flac");
        assert!(Query::parse("夜のうた").matches(&path));
        assert!(Query::parse("雨 音楽").matches(&path));
        assert!(Query::parse("*うた flac").matches(&path));
        assert!(!Query::parse("夜").matches(&path));
    }
}
