//! Names put together from syllables: users, queries, titles.

use fastrand::Rng;
use slsk_wire::Text;

const SYLLABLES: [&str; 40] = [
    "an", "ar", "bel", "bra", "ca", "che", "dan", "de", "dor", "el", "en", "fal", "fi", "ga",
    "gre", "hal", "in", "ka", "kor", "la", "li", "lo", "ma", "mer", "mi", "na", "nor", "o", "pe",
    "ra", "ri", "ro", "sa", "sha", "ster", "ta", "ti", "tra", "va", "win",
];
/// All of them in Latin-1 too.
const ACCENTED: [&str; 8] = ["bé", "cö", "dø", "ère", "fü", "lá", "ñor", "så"];
const FOREIGN: [&str; 8] = ["вос", "зим", "кра", "лет", "の", "夜", "海", "空"];

/// How many words there are, as a power of 2.
const WORDS: u32 = 14;

/// The words that all names are made of. The first ones occur most often.
pub(super) struct Names {
    words: Vec<String>,
}

impl Names {
    pub(super) fn new(rng: &mut Rng) -> Self {
        let words = (0..1 << WORDS).map(|_| coin(rng)).collect();
        Self { words }
    }

    /// The name of a user, in ASCII.
    pub(super) fn user(&self, rng: &mut Rng) -> Text {
        let mut name = self.word(rng).to_lowercase();
        name.retain(|letter| letter.is_ascii());
        name += ["", "_", "xx", "dj"][rng.usize(..4)];
        name += &rng.u16(..3000).to_string();
        name.into()
    }

    /// What somebody searches for.
    pub(super) fn query(&self, rng: &mut Rng) -> Text {
        self.title(rng, 2, 6).to_lowercase().into()
    }

    /// At least `least` words, and fewer than `most`.
    pub(super) fn title(&self, rng: &mut Rng, least: usize, most: usize) -> String {
        let count = rng.usize(least..most);
        let words: Vec<&str> = (0..count).map(|_| self.word(rng)).collect();
        words.join(" ")
    }

    fn word(&self, rng: &mut Rng) -> &str {
        &self.words[super::skewed(rng, WORDS)]
    }
}

/// A new word, capitalised.
fn coin(rng: &mut Rng) -> String {
    let syllables: &[&str] = if rng.u8(..) < 4 { &FOREIGN } else { &SYLLABLES };
    let count = rng.usize(1..5);
    let mut word: String = (0..count)
        .map(|_| syllables[rng.usize(..syllables.len())])
        .collect();
    if rng.u8(..10) == 0 {
        word += ACCENTED[rng.usize(..ACCENTED.len())];
    }
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// The text in Latin-1, without the letters that it does not have.
pub(super) fn latin1(text: &str) -> Vec<u8> {
    text.chars()
        .filter_map(|letter| u8::try_from(letter).ok())
        .collect()
}
