//! Queries as others understand them: without the characters at which `SoulseekQt` answers nothing.

use crate::share::{fold, words};

/// A query for the network, and what it could not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rewritten {
    /// What to send.
    pub query: String,
    /// Phrases that each result has to have: their words, in this order.
    pub phrases: Vec<String>,
    /// Phrases that no result may have.
    pub excluded_phrases: Vec<String>,
}

/// Rewrites a query so that every client answers it.
///
/// `SoulseekQt` answers nothing to a query with special characters, and nobody honours quotes any more. So punctuation
/// becomes spaces, `-word` and `*word` stay, and a `"quoted phrase"` is sent as its words, to be looked for in the
/// results. If nothing but punctuation is there, the query stays as it is.
///
/// Protocol: `spec/guide/searching.md`.
///
/// ```
/// let rewritten = slsk_net::machine::rewrite(r#"ada's "winter songs" -live.mp3 *rain"#);
/// assert_eq!(rewritten.query, "ada s winter songs -live -mp3 *rain");
/// assert_eq!(rewritten.phrases, ["winter songs"]);
/// ```
#[must_use]
pub fn rewrite(query: &str) -> Rewritten {
    let mut terms = Vec::new();
    let (mut phrases, mut excluded_phrases) = (Vec::new(), Vec::new());
    let mut rest = query;
    while let Some((before, phrase, after)) = quoted(rest) {
        let excluded = before.strip_suffix('-').filter(|b| ends_term(b));
        add_terms(excluded.unwrap_or(before), &mut terms);
        let parts: Vec<&str> = parts(phrase).collect();
        if !parts.is_empty() {
            if excluded.is_some() {
                excluded_phrases.push(parts.join(" "));
            } else {
                phrases.push(parts.join(" "));
                terms.extend(parts.into_iter().map(str::to_owned));
            }
        }
        rest = after;
    }
    add_terms(rest, &mut terms);
    let query = match &terms[..] {
        [] => query.trim().to_owned(),
        terms => terms.join(" "),
    };
    Rewritten {
        query,
        phrases,
        excluded_phrases,
    }
}

/// Whether a path has the words of a phrase one behind the other. Case does not matter.
pub(super) fn has_phrase(folded_path: &str, phrase: &[String]) -> bool {
    let path: Vec<&str> = words(folded_path).collect();
    !phrase.is_empty() && path.windows(phrase.len()).any(|window| window == phrase)
}

/// The words of a phrase, as [`has_phrase`] takes them.
pub(super) fn phrase_words(phrase: &str) -> Vec<String> {
    words(&fold(phrase.as_bytes())).map(str::to_owned).collect()
}

/// What is before the first pair of quotes, in it and behind it.
fn quoted(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('"')?;
    let (phrase, after) = rest.split_once('"')?;
    Some((before, phrase, after))
}

/// Whether a new term begins behind this.
fn ends_term(before: &str) -> bool {
    before.chars().next_back().is_none_or(char::is_whitespace)
}

fn add_terms(text: &str, terms: &mut Vec<String>) {
    for term in text.split_whitespace() {
        if let Some(rest) = term.strip_prefix('-') {
            terms.extend(parts(rest).map(|part| format!("-{part}")));
        } else if let Some(rest) = term.strip_prefix('*') {
            // The star holds for what follows at once: `*.mp3` is the word `mp3`.
            let starred = !rest.starts_with(is_special);
            let mut parts = parts(rest);
            let first = parts.next().map(|part| {
                if starred {
                    format!("*{part}")
                } else {
                    part.to_owned()
                }
            });
            terms.extend(first.into_iter().chain(parts.map(str::to_owned)));
        } else {
            terms.extend(parts(term).map(str::to_owned));
        }
    }
}

/// What special characters and spaces leave.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| is_special(c) || c.is_whitespace())
        .filter(|part| !part.is_empty())
}

fn is_special(c: char) -> bool {
    c.is_ascii_punctuation() || "–—‐’“”…".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(query: &str) -> String {
        rewrite(query).query
    }

    #[test]
    fn words_stay() {
        for query in ["snow", "winter snow 2003", "снег 雪 Örn", "ＡＢＣ・雨"] {
            assert_eq!(rewrite(query).query, query);
            assert_eq!(rewrite(query).phrases, [""; 0]);
        }
        assert_eq!(sent("  winter \t snow\n"), "winter snow");
    }

    #[test]
    fn every_special_character_becomes_a_space() {
        let special = r"!#$%&'()*+,-./:;<=>?@[\]^_`{|}~–—‐’“”…";
        for c in special.chars().chain(['"']) {
            assert_eq!(sent(&format!("ab{c}cd ef")), "ab cd ef", "{c}");
            assert_eq!(sent(&format!("ab{c} ef")), "ab ef", "{c}");
        }
        assert_eq!(sent("AC/DC - Don't (live) [flac]"), "AC DC Don t live flac");
    }

    #[test]
    fn exclusions_stay_and_each_part_excludes() {
        assert_eq!(sent("snow -live"), "snow -live");
        assert_eq!(sent("snow -live.mp3"), "snow -live -mp3");
        assert_eq!(sent("snow --live"), "snow -live");
        assert_eq!(sent("snow -*live"), "snow -live");
        assert_eq!(sent("-live"), "-live");
    }

    #[test]
    fn stars_stay_at_the_start_of_a_word() {
        assert_eq!(sent("jar *oney"), "jar *oney");
        assert_eq!(sent("*ow-fall snow"), "*ow fall snow");
        assert_eq!(sent("*.mp3 snow"), "mp3 snow");
        assert_eq!(sent("some* thing"), "some thing");
        assert_eq!(sent("**oney jar"), "oney jar");
    }

    #[test]
    fn lonely_signs_are_removed() {
        assert_eq!(sent("winter - snow"), "winter snow");
        assert_eq!(sent("winter * snow -"), "winter snow");
        assert_eq!(sent("winter & snow ..."), "winter snow");
    }

    #[test]
    fn a_quoted_phrase_is_sent_as_words_and_kept() {
        let rewritten = rewrite(r#"ada "winter songs" flac"#);
        assert_eq!(rewritten.query, "ada winter songs flac");
        assert_eq!(rewritten.phrases, ["winter songs"]);

        let rewritten = rewrite(r#""Don't - Melt""second one"third"#);
        assert_eq!(rewritten.query, "Don t Melt second one third");
        assert_eq!(rewritten.phrases, ["Don t Melt", "second one"]);
        assert_eq!(rewrite(r#"snow "" " - ""#).phrases, [""; 0]);
    }

    #[test]
    fn an_excluded_phrase_is_only_kept() {
        let rewritten = rewrite(r#"snow -"live at home" flac"#);
        assert_eq!(rewritten.query, "snow flac");
        assert_eq!(rewritten.phrases, [""; 0]);
        assert_eq!(rewritten.excluded_phrases, ["live at home"]);
        // Here the dash is in the middle of something.
        let rewritten = rewrite(r#"snow-"live at home""#);
        assert_eq!(rewritten.query, "snow live at home");
        assert_eq!(rewritten.phrases, ["live at home"]);
    }

    #[test]
    fn a_quote_without_a_partner_is_punctuation() {
        let rewritten = rewrite(r#"7" single snow"#);
        assert_eq!(rewritten.query, "7 single snow");
        assert_eq!(rewritten.phrases, [""; 0]);
        assert_eq!(sent(r#""winter songs" 12" mix"#), "winter songs 12 mix");
    }

    #[test]
    fn where_nothing_remains_the_query_stays() {
        for query in ["!!!", "-", "*", "- *", "\"\"", "...", "+/-"] {
            assert_eq!(sent(query), query);
        }
        assert_eq!(sent(" !!! "), "!!!");
        assert_eq!(sent(""), "");
    }

    #[test]
    fn a_phrase_is_words_in_a_row() {
        let path = fold(r"Music\Ada\Winter_Songs\03 - Don't Melt.flac".as_bytes());
        let has = |phrase: &str| has_phrase(&path, &phrase_words(phrase));
        assert!(has("winter songs"));
        assert!(has("DON'T melt"));
        assert!(has("songs 03 don"));
        assert!(!has("songs winter"));
        assert!(!has("winter melt"));
        assert!(!has("winter song"));
        assert!(!has(""));
    }

    #[test]
    fn to_rewrite_twice_changes_nothing() {
        for query in [r#"a-b "c d" -e.f *g-h *.i"#, "!!!", "snow", "--x **y"] {
            assert_eq!(sent(&sent(query)), sent(query));
        }
    }
}
