//! A log that keeps only its latest entries, so that a sandbox can run for hours in bounded memory.

use std::collections::VecDeque;

/// The maximum size of all entries, in bytes.
const LARGEST: usize = 16 << 20;

pub struct Log<T> {
    entries: VecDeque<Entry<T>>,
    /// The number of the first entry that is kept.
    first: u64,
    size: usize,
    /// The maximum number of entries.
    most: usize,
}

struct Entry<T> {
    value: T,
    size: usize,
}

impl<T> Log<T> {
    /// Creates a log that keeps this many entries, if they are not too large.
    pub fn new(most: usize) -> Self {
        Log {
            entries: VecDeque::new(),
            first: 0,
            size: 0,
            most,
        }
    }

    /// Adds an entry of this size. Returns those that are no longer kept.
    pub fn push(&mut self, value: T, size: usize) -> Vec<T> {
        self.entries.push_back(Entry { value, size });
        self.size += size;
        let mut forgotten = Vec::new();
        while self.entries.len() > self.most || (self.size > LARGEST && self.entries.len() > 1) {
            let Some(entry) = self.entries.pop_front() else {
                break;
            };
            self.size -= entry.size;
            self.first += 1;
            forgotten.push(entry.value);
        }
        forgotten
    }

    /// Returns the number of the next entry. Entries are numbered consecutively.
    pub fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    /// Returns true if entries are missing that were added before.
    pub fn has_forgotten(&self) -> bool {
        self.first > 0
    }

    /// Increases the numbers of all entries.
    pub fn renumber(&mut self, by: u64) {
        self.first += by;
    }

    pub fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let index = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.entries.get_mut(index).map(|entry| &mut entry.value)
    }

    /// Returns the entries from this number on, oldest first.
    pub fn since(&self, number: u64) -> impl Iterator<Item = (u64, &T)> {
        let first = number.clamp(self.first, self.end());
        let skipped = usize::try_from(first - self.first).unwrap_or(usize::MAX);
        let values = self.entries.range(skipped..).map(|entry| &entry.value);
        (first..self.end()).zip(values)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.entries.iter().map(|entry| &entry.value)
    }

    /// Removes all entries. The numbers continue.
    pub fn clear(&mut self) {
        self.first = self.end();
        self.entries.clear();
        self.size = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_entries_are_kept() {
        let mut log = Log::new(10);
        for number in 0..12 {
            log.push(number, 1);
        }
        assert_eq!(log.iter().next(), Some(&2));
        assert_eq!(log.get_mut(1), None);
        assert_eq!(log.get_mut(2), Some(&mut 2));
        assert_eq!(log.end(), 12);
    }

    #[test]
    fn large_entries_displace_older_ones() {
        let mut log = Log::new(10);
        log.push("small", 1);
        assert!(log.push("as large as possible", LARGEST - 1).is_empty());
        let mut log = Log::new(10);
        log.push("small", 1);
        let forgotten = log.push("large", LARGEST);
        assert_eq!(forgotten, ["small"]);
        log.push("larger than the limit", LARGEST + 1);
        assert_eq!(log.iter().collect::<Vec<_>>(), [&"larger than the limit"]);
    }

    #[test]
    fn entries_since_a_number_start_with_it_or_the_oldest_kept() {
        let mut log = Log::new(10);
        for number in 0..=10 {
            log.push(number, 1);
        }
        assert_eq!(log.since(0).next(), Some((1, &1)));
        assert_eq!(log.since(7).next(), Some((7, &7)));
        assert_eq!(log.since(log.end()).next(), None);
        assert_eq!(log.since(u64::MAX).next(), None);
    }
}
