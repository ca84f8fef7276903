//! Answering queries.

use super::index::{Index, Shared};
use super::phrases::Phrases;
use super::query::Query;
use super::words::fold;

/// The lists of an ending are merged up to this many entries for each file that the rarest word leaves, and up to
/// so many in all; beyond, looking at the words of each of these files is faster.
const MERGE_FOR_EACH: usize = 16;
const MERGE_AT_MOST: usize = 16_384;

impl Index {
    /// The files that match, sorted by folder and name; at most `limit`.
    ///
    /// Files that one of the `excluded` phrases is in are left out. The own answers to searches of the network
    /// need the phrases of the server here.
    #[must_use]
    pub fn search(&self, query: &Query, limit: usize, excluded: &Phrases) -> Vec<Shared<'_>> {
        if query.is_empty() || limit == 0 {
            return Vec::new();
        }
        let words = query.words.iter().map(|word| self.words.files(word));
        let rarest = words.clone().map(<[u32]>::len).min().unwrap_or_default();
        let at_most = rarest.saturating_mul(MERGE_FOR_EACH).min(MERGE_AT_MOST);
        let endings = query.endings.iter();
        let merged: Vec<Option<Vec<u32>>> = endings.map(|e| self.merge(e, at_most)).collect();
        let all_merged = merged.iter().all(Option::is_some);
        let lists = words.chain(merged.iter().flatten().map(Vec::as_slice));
        let mut without: Vec<List<'_>> = query
            .excluded
            .iter()
            .map(|word| List(self.words.files(word)))
            .collect();

        Common::new(lists)
            .filter(|&file| without.iter_mut().all(|list| list.seek(file) != Some(file)))
            .map(|file| self.shared(file))
            .filter(|file| {
                if all_merged && excluded.is_empty() {
                    return true;
                }
                let path = fold(file.path().as_bytes());
                (all_merged || query.endings_match(&path)) && !excluded.exclude_folded(&path)
            })
            .take(limit)
            .collect()
    }

    /// The files with a word that ends so, unless there may be more than `at_most`.
    fn merge(&self, ending: &str, at_most: usize) -> Option<Vec<u32>> {
        let lists = self.words.files_of_ending(ending);
        let mut total = 0;
        // Stops early: there may be as many words as files.
        let small = lists.clone().all(|list| {
            total += list.len();
            total <= at_most
        });
        small.then(|| {
            let mut files: Vec<u32> = lists.flatten().copied().collect();
            files.sort_unstable();
            files.dedup();
            files
        })
    }
}

/// An ascending list whose front is consumed.
#[derive(Clone, Copy)]
struct List<'a>(&'a [u32]);

impl List<'_> {
    /// Drops what is below `least`; the new first number.
    fn seek(&mut self, least: u32) -> Option<u32> {
        // The place is mostly near: double the step until it is passed, then halve.
        let mut step = 1;
        while self.0.get(step).is_some_and(|&number| number < least) {
            step *= 2;
        }
        let near = &self.0[..self.0.len().min(step + 1)];
        let skip = near.partition_point(|&number| number < least);
        self.0 = &self.0[skip..];
        self.0.first().copied()
    }
}

/// The numbers that all lists have in common, ascending.
struct Common<'a> {
    /// The shortest first.
    lists: Vec<List<'a>>,
    least: u32,
}

impl<'a> Common<'a> {
    fn new(lists: impl Iterator<Item = &'a [u32]>) -> Self {
        let mut lists: Vec<_> = lists.map(List).collect();
        lists.sort_by_key(|list| list.0.len());
        Self { lists, least: 0 }
    }
}

impl Iterator for Common<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let mut candidate = self.lists.first_mut()?.seek(self.least)?;
        'next: loop {
            for list in &mut self.lists {
                let found = list.seek(candidate)?;
                if found > candidate {
                    candidate = found;
                    continue 'next;
                }
            }
            self.least = candidate.checked_add(1)?;
            return Some(candidate);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeking_finds_the_first_number_that_is_not_below() {
        let numbers: Vec<u32> = (0..100).map(|n| n * 3).collect();
        for start in 0..100 {
            for least in 0..=300 {
                let expected = numbers[start..].iter().copied().find(|&n| n >= least);
                assert_eq!(List(&numbers[start..]).seek(least), expected);
            }
        }
        assert_eq!(List(&[]).seek(0), None);
    }

    #[test]
    fn common_numbers_are_found_in_order() {
        let twos: Vec<u32> = (0..200).map(|n| n * 2).collect();
        let threes: Vec<u32> = (0..100).map(|n| n * 3).collect();
        let fives: Vec<u32> = (0..9).map(|n| n * 5).collect();
        let common = |lists: &[&[u32]]| Common::new(lists.iter().copied()).collect::<Vec<_>>();
        assert_eq!(common(&[&twos, &threes, &fives]), [0, 30]);
        assert_eq!(common(&[&fives]), fives);
        assert_eq!(common(&[&twos, &[]]), [0; 0]);
        assert_eq!(common(&[]), [0; 0]);
    }
}
