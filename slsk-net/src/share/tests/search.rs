use proptest::prelude::*;
use slsk_wire::Text;

use super::super::{Index, Phrases, Query, Shared};
use super::index_of;

const PATHS: &[&str] = &[
    r"Music\Ada\Snow\01 first.flac",
    r"Music\Ada\Snow\02 thirst.flac",
    r"Music\Berta\Rain\01 first.mp3",
    r"Music\Berta\Snowing\cover.jpg",
];

fn found(index: &Index, query: &str, limit: usize, phrases: &[&str]) -> Vec<String> {
    index
        .search(&Query::parse(query), limit, &Phrases::new(phrases))
        .iter()
        .map(|file| file.path().to_string())
        .collect()
}

#[test]
fn results_come_sorted_and_limited() {
    let index = index_of(PATHS);
    assert_eq!(found(&index, "music", 100, &[]), PATHS_SORTED);
    assert_eq!(found(&index, "music", 2, &[]), PATHS_SORTED[..2]);
    assert_eq!(found(&index, "music", 0, &[]), [""; 0]);
}

const PATHS_SORTED: [&str; 4] = [PATHS[0], PATHS[1], PATHS[2], PATHS[3]];

#[test]
fn terms_narrow_down() {
    let index = index_of(PATHS);
    assert_eq!(found(&index, "FIRST snow", 9, &[]), [PATHS[0]]);
    assert_eq!(found(&index, "snow *irst", 9, &[]), [PATHS[0], PATHS[1]]);
    assert_eq!(found(&index, "music *ing", 9, &[]), [PATHS[3]]);
    assert_eq!(found(&index, "music -first", 9, &[]), [PATHS[1], PATHS[3]]);
    assert_eq!(found(&index, "music *irst -ada", 9, &[]), [PATHS[2]]);
    assert_eq!(found(&index, "snow missing", 9, &[]), [""; 0]);
    assert_eq!(found(&index, "*irst", 9, &[]), [""; 0]);
}

#[test]
fn excluded_phrases_are_left_out() {
    let index = index_of(PATHS);
    assert_eq!(found(&index, "music", 9, &["snow"]), [PATHS[2]]);
    assert_eq!(
        found(&index, "music", 9, &["ADA\\snow", "x"]),
        [PATHS[2], PATHS[3]]
    );
    assert_eq!(found(&index, "music", 1, &["Ada"]), [PATHS[2]]);
    assert_eq!(found(&index, "music", 9, &["", " "]).len(), 4);
}

#[test]
fn common_endings_are_checked_one_by_one() {
    let paths: Vec<String> = (0..20_000)
        .map(|n| {
            format!(
                r"Music\{} {n}x.mp3",
                if n % 1000 == 0 { "rare" } else { "common" }
            )
        })
        .collect();
    let index = index_of(&paths.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(found(&index, "rare *x", 100, &[]).len(), 20);
    assert_eq!(found(&index, "rare *y", 100, &[]).len(), 0);
    assert_eq!(found(&index, "rare *3 *x", 100, &["rare 1"]).len(), 9);
}

fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "snow",
        "Snow",
        "rain",
        "train",
        "ÉTÉ",
        "e\u{301}te\u{301}",
        "夜の",
        "の",
        "mp3",
        "a",
        "ма",
        "зима",
    ])
}

fn path() -> impl Strategy<Value = String> {
    let separator = prop::sample::select(vec![" ", "-", "_", r"\", ".", "'"]);
    (word(), prop::collection::vec((separator, word()), 1..6)).prop_map(|(first, rest)| {
        let rest: String = rest.into_iter().flat_map(|(s, w)| [s, w]).collect();
        format!(r"{first}\{rest}").replace(r"\\", r"\")
    })
}

fn query() -> impl Strategy<Value = String> {
    let mark = prop::sample::select(vec!["", "", "-", "*"]);
    prop::collection::vec((mark, word()), 0..4).prop_map(|terms| {
        let terms: Vec<_> = terms.into_iter().map(|(m, w)| format!("{m}{w}")).collect();
        terms.join(" ")
    })
}

proptest! {
    #[test]
    fn the_index_finds_what_the_query_matches(
        paths in prop::collection::vec(path(), 0..40),
        queries in prop::collection::vec(query(), 1..10),
        phrase in word(),
    ) {
        let index = index_of(&paths.iter().map(String::as_str).collect::<Vec<_>>());
        let phrases = Phrases::new([phrase]);
        for text in queries {
            let query = Query::parse(&text);
            let expected: Vec<Text> = index
                .iter()
                .map(|file| file.path())
                .filter(|path| query.matches(path) && !phrases.exclude(path.as_bytes()))
                .collect();
            let found = index.search(&query, usize::MAX, &phrases);
            let found: Vec<Text> = found.iter().map(Shared::path).collect();
            prop_assert_eq!(found, expected, "{}", text);
        }
    }

    #[test]
    fn whatever_is_asked_is_answered(text in any::<String>()) {
        let index = index_of(PATHS);
        let query = Query::parse(&text);
        prop_assert!(index.search(&query, 9, &Phrases::default()).len() <= PATHS.len());
    }
}
