//! How a text becomes words; paths and queries go the same way.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text without the differences that a search does not see: case, and how accents are composed.
///
/// Bytes that are not UTF-8 count as Latin-1.
pub(crate) fn fold(bytes: &[u8]) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    };
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // A final sigma is a sigma: who searches need not know where the word ends.
    let lower = text.chars().flat_map(char::to_lowercase);
    lower
        .map(|c| if c == 'ς' { 'σ' } else { c })
        .nfc()
        .collect()
}

/// The words of a folded text: the longest runs of letters, digits and the marks upon them.
///
/// Everything else separates, `_`, `'` and emoji too. A run of a script without spaces is one word.
pub(crate) fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|c: char| !c.is_alphanumeric() && (c.is_ascii() || !is_combining_mark(c)))
        // The marks that follow an emoji belong to no word.
        .map(|word| word.trim_start_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        words(&fold(text.as_bytes())).map(str::to_owned).collect()
    }

    #[test]
    fn everything_but_letters_and_digits_separates() {
        assert_eq!(
            split(r"Music\AC-DC_Live's (2003)[flac]..mp3"),
            ["music", "ac", "dc", "live", "s", "2003", "flac", "mp3"]
        );
        assert_eq!(split(" -- _ "), [""; 0]);
    }

    #[test]
    fn composed_and_decomposed_accents_are_the_same() {
        assert_eq!(split("Cafe\u{301} E\u{301}tude"), ["café", "étude"]);
        assert_eq!(split("CAFÉ ÉTUDE"), ["café", "étude"]);
    }

    #[test]
    fn latin_1_is_read_as_such() {
        let folded = fold(b"Caf\xC9 \xDCber");
        assert_eq!(words(&folded).collect::<Vec<_>>(), ["café", "über"]);
    }

    #[test]
    fn every_script_has_words() {
        assert_eq!(split("ΟΔΟΣ οδος οδοσ"), ["οδοσ"; 3]);
        assert_eq!(split("Ночной ПОЕЗД"), ["ночной", "поезд"]);
        assert_eq!(split("夜のうた・雨"), ["夜のうた", "雨"]);
        assert_eq!(split("موسيقى الليل"), ["موسيقى", "الليل"]);
        assert_eq!(split("हिन्दी गीत"), ["हिन्दी", "गीत"]);
        assert_eq!(split("İstanbul"), ["i\u{307}stanbul"]);
    }

    #[test]
    fn emoji_are_no_words() {
        assert_eq!(split("❤\u{FE0F} love 🎵\u{1F3FD}"), ["love"]);
    }
}
