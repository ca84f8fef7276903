//! Which word is in which files.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

/// Every word of an index, and for each the files that have it, ascending.
///
/// Words lie sorted in one text and their lists in one array; an array of offsets with one more element than
/// there are words belongs to each.
#[derive(Debug)]
pub(super) struct Dictionary {
    text: Box<str>,
    text_starts: Box<[u32]>,
    lists: Box<[u32]>,
    list_starts: Box<[u32]>,
    /// The words in the order of their last letters, then those before, and so on.
    by_ending: Box<[u32]>,
}

impl Dictionary {
    /// The files with a word; empty for an unknown word.
    pub(super) fn files(&self, word: &str) -> &[u32] {
        let (mut low, mut high) = (0, self.by_ending.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.word(middle).cmp(word) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return self.list(middle),
            }
        }
        &[]
    }

    /// The lists of all words that end so.
    pub(super) fn files_of_ending(&self, ending: &str) -> impl Iterator<Item = &[u32]> + Clone {
        let start = self
            .by_ending
            .partition_point(|&word| backwards(self.word(word as usize), ending) == Ordering::Less);
        let rest = &self.by_ending[start..];
        let count = rest.partition_point(|&word| self.word(word as usize).ends_with(ending));
        rest[..count].iter().map(|&word| self.list(word as usize))
    }

    /// Bytes of memory.
    pub(super) fn memory(&self) -> usize {
        let numbers = self.text_starts.len()
            + self.lists.len()
            + self.list_starts.len()
            + self.by_ending.len();
        self.text.len() + numbers * size_of::<u32>()
    }

    fn word(&self, word: usize) -> &str {
        &self.text[range(&self.text_starts, word)]
    }

    fn list(&self, word: usize) -> &[u32] {
        &self.lists[range(&self.list_starts, word)]
    }
}

/// Collects words, file by file.
#[derive(Debug, Default)]
pub(super) struct DictionaryBuilder {
    /// Where the list of each word is.
    words: BTreeMap<Box<str>, usize>,
    lists: Vec<Vec<u32>>,
}

/// A word of a [`DictionaryBuilder`].
#[derive(Clone, Copy, Debug)]
pub(super) struct WordId(usize);

impl DictionaryBuilder {
    /// The number of a word, a new one if need be.
    pub(super) fn word(&mut self, word: &str) -> WordId {
        if let Some(&id) = self.words.get(word) {
            return WordId(id);
        }
        let id = self.lists.len();
        self.lists.push(Vec::new());
        self.words.insert(word.into(), id);
        WordId(id)
    }

    /// Notes a word of a file. Files come in ascending order.
    pub(super) fn add(&mut self, WordId(word): WordId, file: u32) {
        let files = &mut self.lists[word];
        if files.last() != Some(&file) {
            files.push(file);
        }
    }

    /// The dictionary, or `None` when it has more than 2^32 bytes of words or entries in lists.
    pub(super) fn build(self) -> Option<Dictionary> {
        let words: Vec<_> = self.words.into_iter().collect();
        let mut text = String::new();
        let mut lists = Vec::with_capacity(self.lists.iter().map(Vec::len).sum());
        let mut text_starts = Vec::with_capacity(words.len() + 1);
        let mut list_starts = Vec::with_capacity(words.len() + 1);
        for (word, list) in &words {
            text_starts.push(u32::try_from(text.len()).ok()?);
            list_starts.push(u32::try_from(lists.len()).ok()?);
            text.push_str(word);
            lists.extend_from_slice(&self.lists[*list]);
        }
        text_starts.push(u32::try_from(text.len()).ok()?);
        list_starts.push(u32::try_from(lists.len()).ok()?);

        let mut by_ending: Vec<u32> = (0..u32::try_from(words.len()).ok()?).collect();
        by_ending.sort_unstable_by(|&a, &b| backwards(&words[a as usize].0, &words[b as usize].0));
        Some(Dictionary {
            text: text.into(),
            text_starts: text_starts.into(),
            lists: lists.into(),
            list_starts: list_starts.into(),
            by_ending: by_ending.into(),
        })
    }
}

fn backwards(a: &str, b: &str) -> Ordering {
    a.bytes().rev().cmp(b.bytes().rev())
}

fn range(starts: &[u32], index: usize) -> Range<usize> {
    starts[index] as usize..starts[index + 1] as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary(files: &[&[&str]]) -> Dictionary {
        let mut builder = DictionaryBuilder::default();
        for (id, words) in (0..).zip(files) {
            for word in *words {
                let word = builder.word(word);
                builder.add(word, id);
            }
        }
        builder.build().expect("small")
    }

    #[test]
    fn words_lead_to_files_once() {
        let dictionary = dictionary(&[&["snow", "rain", "snow"], &["snow"], &["sun"]]);
        assert_eq!(dictionary.files("snow"), [0, 1]);
        assert_eq!(dictionary.files("rain"), [0]);
        assert_eq!(dictionary.files("sun"), [2]);
        for unknown in ["", "a", "sno", "snows", "zzz"] {
            assert!(dictionary.files(unknown).is_empty(), "{unknown}");
        }
    }

    #[test]
    fn endings_lead_to_words() {
        let dictionary = dictionary(&[&["rain", "snow"], &["train", "ain"], &["sun", "音雨"]]);
        let files = |ending| {
            let mut files = dictionary
                .files_of_ending(ending)
                .collect::<Vec<_>>()
                .concat();
            files.sort_unstable();
            files
        };
        assert_eq!(files("ain"), [0, 1, 1]);
        assert_eq!(files("rain"), [0, 1]);
        assert_eq!(files("n"), [0, 1, 1, 2]);
        assert_eq!(files("雨"), [2]);
        assert_eq!(files("brain"), [0; 0]);
        assert_eq!(files("zz"), [0; 0]);
    }

    #[test]
    fn an_empty_dictionary_knows_nothing() {
        let dictionary = dictionary(&[]);
        assert!(dictionary.files("snow").is_empty());
        assert_eq!(dictionary.files_of_ending("w").count(), 0);
    }
}
