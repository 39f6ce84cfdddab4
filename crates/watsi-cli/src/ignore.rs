//! Accepted findings and changes: `--ignore`.

use std::path::Path;

use openapi_conformance::Change;
use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::conform;
use crate::failure::Failure;
use crate::input;
use crate::report::{Check, Row, Warning};
use crate::terminal::Plain;

type Ids = [(&'static str, &'static str)];

/// The entries of a file, and whether each has matched.
pub struct Ignored {
    file: Plain,
    entries: Vec<(Entry, bool)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Spanned<String>,
    /// A JSON pointer into the exchange or the contract, in which `*` stands for any one segment.
    place: Option<Spanned<String>>,
    reason: Spanned<String>,
}

impl Entry {
    fn matches(&self, row: &Row) -> bool {
        let mut pointers = row
            .pointer
            .iter()
            .chain([&row.contract_pointer])
            .map(Plain::as_str);
        let place = self.place.as_ref();
        self.id.value == row.id
            && place.is_none_or(|place| pointers.any(|pointer| is_at(&place.value, pointer)))
    }

    /// Returns the line and the problem of an invalid entry.
    fn problem(&self) -> Option<(u64, String)> {
        let Entry { id, place, reason } = self;
        if !has(&conform::ids(), id) && !has(Change::ids(), id) {
            let sentence = format!("unknown id `{}`; docs/ids.md lists all ids", id.value);
            return Some((id.defined.line(), sentence));
        }
        if let Some(place) = place
            && !place.value.starts_with('/')
        {
            let sentence = "`place` is not a JSON pointer such as `/response/body/chats/*/id`";
            return Some((place.defined.line(), sentence.to_owned()));
        }
        let is_empty = reason.value.trim().is_empty();
        is_empty.then(|| (reason.defined.line(), "`reason` is empty".to_owned()))
    }
}

impl Ignored {
    /// Reads the file, if there is one.
    pub fn read(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(file) = file else {
            let file = Plain::new("");
            return Ok(Ignored {
                file,
                entries: Vec::new(),
            });
        };
        let text = input::read(file)?;
        let options = serde_saphyr::options! { with_snippet: false };
        let read: Option<Vec<Entry>> = serde_saphyr::from_str_with_options(&text, options)
            .map_err(|error| {
                let hint =
                    "an entry has an `id` of docs/ids.md, a `reason`, and may have a `place`";
                Failure::file(file, &format!("{error}; {hint}"))
            })?;
        let entries = read.unwrap_or_default();
        if let Some((line, sentence)) = entries.iter().find_map(Entry::problem) {
            return Err(Failure::file(file, &format!("line {line}: {sentence}")));
        }
        Ok(Ignored {
            file: Plain::new(file.to_string_lossy()),
            entries: entries.into_iter().map(|entry| (entry, false)).collect(),
        })
    }

    /// Marks the rows that an entry matches with its reason. Returns how many there are.
    pub fn apply(&mut self, checks: &mut [Check]) -> usize {
        let mut count = 0;
        for row in checks.iter_mut().flat_map(|check| &mut check.findings) {
            for (entry, has_matched) in &mut self.entries {
                if entry.matches(row) {
                    *has_matched = true;
                    row.ignored.get_or_insert(Plain::new(&entry.reason.value));
                }
            }
            count += usize::from(row.ignored.is_some());
        }
        count
    }

    /// Returns a warning for each entry with one of these ids that has matched nothing.
    pub fn stale(&self, ids: &Ids) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for (entry, has_matched) in &self.entries {
            if *has_matched || !has(ids, &entry.id) {
                continue;
            }
            let mut sentence = format!("nothing to ignore: `{}`", entry.id.value);
            if let Some(place) = &entry.place {
                sentence += &format!(" at `{}`", place.value);
            }
            warnings.push(Warning {
                file: self.file.clone(),
                line: entry.id.defined.line(),
                sentence: Plain::new(sentence),
            });
        }
        warnings
    }
}

fn has(ids: &Ids, id: &Spanned<String>) -> bool {
    ids.iter().any(|(known, _)| *known == id.value)
}

fn is_at(place: &str, pointer: &str) -> bool {
    let (mut place, mut pointer) = (place.split('/'), pointer.split('/'));
    loop {
        match (place.next(), pointer.next()) {
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == "*" || wanted == found => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_at;

    #[test]
    fn an_asterisk_stands_for_one_segment() {
        for place in ["/a/0/b", "/a/*/b", "/*/*/*"] {
            assert!(is_at(place, "/a/0/b"), "{place}");
        }
        for place in ["/a", "/a/*", "/a/0/b/c", "/a/*/b/*", "/a/0*/b", "/b/0/a"] {
            assert!(!is_at(place, "/a/0/b"), "{place}");
        }
    }
}
