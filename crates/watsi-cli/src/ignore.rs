//! Accepted findings, changes and notes: `--ignore` and `--write-ignore`.

use std::collections::HashMap;
use std::path::Path;

use openapi_conformance::{Change, Note};
use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::failure::Failure;
use crate::ids;
use crate::input;
use crate::report::{Report, Row, Warning};
use crate::terminal::Plain;

type Ids = [(&'static str, &'static str)];

/// The entries of a file.
#[derive(Default)]
pub struct Ignored {
    file: Option<Plain>,
    entries: Vec<Entry>,
    /// The indices of the entries with each id.
    by_id: HashMap<String, Vec<usize>>,
}

struct Entry {
    listed: Listed,
    has_matched: bool,
}

/// An entry as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    id: Spanned<String>,
    /// The id of an operation.
    operation: Option<String>,
    /// A JSON pointer into the exchange or the contract, in which `*` stands for any one segment.
    place: Option<Spanned<String>>,
    reason: Spanned<String>,
}

impl Listed {
    /// Returns true if this is the operation and the place of a finding, a change or a note.
    fn is_at(&self, operation: Option<&Plain>, pointers: &[&Plain]) -> bool {
        let is_here = |place: &Spanned<String>| {
            let mut pointers = pointers.iter();
            pointers.any(|pointer| is_at(&place.value, pointer.as_str()))
        };
        let is_of = |wanted: &String| operation.is_some_and(|id| id.as_str() == wanted);
        self.operation.as_ref().is_none_or(is_of) && self.place.as_ref().is_none_or(is_here)
    }

    /// Returns the line and the problem of an invalid entry.
    fn problem(&self) -> Option<Problem> {
        let Listed {
            id, place, reason, ..
        } = self;
        let known = [&ids::of_findings(), Change::ids(), Note::ids()];
        if !known.iter().any(|ids| has(ids, &id.value)) {
            return Some(Problem {
                line: id.defined.line(),
                sentence: format!("unknown id `{}`; docs/ids.md lists all ids", id.value),
            });
        }
        if let Some(place) = place
            && !place.value.starts_with('/')
        {
            let sentence = "`place` is not a JSON pointer such as `/response/body/chats/*/id`";
            return Some(Problem {
                line: place.defined.line(),
                sentence: sentence.to_owned(),
            });
        }
        reason.value.trim().is_empty().then(|| Problem {
            line: reason.defined.line(),
            sentence: "`reason` is empty".to_owned(),
        })
    }
}

struct Problem {
    line: u64,
    sentence: String,
}

impl Ignored {
    /// Reads the file, if there is one.
    pub fn read(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(file) = file else {
            return Ok(Ignored::default());
        };
        let text = input::read(file)?;
        let options = serde_saphyr::options! { with_snippet: false };
        let all: Option<Vec<Listed>> = serde_saphyr::from_str_with_options(&text, options)
            .map_err(|error| {
                let hint =
                    "an entry has an `id` of docs/ids.md, a `reason`, and may have an `operation` and a `place`";
                Failure::file(file, &format!("{error}; {hint}"))
            })?;
        let mut ignored = Ignored {
            file: Some(Plain::new(file.to_string_lossy())),
            ..Ignored::default()
        };
        for listed in all.unwrap_or_default() {
            if let Some(Problem { line, sentence }) = listed.problem() {
                return Err(Failure::file(file, &format!("line {line}: {sentence}")));
            }
            let same_id = ignored.by_id.entry(listed.id.value.clone()).or_default();
            same_id.push(ignored.entries.len());
            ignored.entries.push(Entry {
                listed,
                has_matched: false,
            });
        }
        Ok(ignored)
    }

    /// Marks the findings, changes and notes that an entry matches with its reason, and counts them. `ids` are those that
    /// the report can have: an entry with one of them that matches nothing is a warning.
    pub fn apply(mut self, report: &mut Report, ids: &Ids) {
        for row in report
            .checks
            .iter_mut()
            .flat_map(|check| &mut check.findings)
        {
            row.ignored = self.reason(row.id, row.operation.as_ref(), &pointers(row));
            report.ignored += usize::from(row.ignored.is_some());
        }
        for note in &mut report.contract_notes {
            note.ignored = self.reason(note.id, None, &[&note.pointer]);
            report.ignored += usize::from(note.ignored.is_some());
        }
        let Some(file) = self.file else {
            return;
        };
        for Entry {
            listed,
            has_matched,
        } in self.entries
        {
            let id = &listed.id.value;
            if has_matched || !has(ids, id) && !has(Note::ids(), id) {
                continue;
            }
            let mut sentence = format!("nothing to ignore: `{id}`");
            if let Some(operation) = &listed.operation {
                sentence += &format!(" of `{operation}`");
            }
            if let Some(place) = &listed.place {
                sentence += &format!(" at `{}`", place.value);
            }
            report.warnings.push(Warning {
                file: file.clone(),
                line: listed.id.defined.line(),
                sentence: Plain::new(sentence),
            });
        }
    }

    /// Returns true if an entry matches a finding.
    pub fn includes(&self, row: &Row) -> bool {
        let mut indices = self.by_id.get(row.id).into_iter().flatten();
        let (operation, pointers) = (row.operation.as_ref(), pointers(row));
        indices.any(|index| {
            let listed = &self.entries[*index].listed;
            listed.is_at(operation, &pointers)
        })
    }

    /// Returns the reason of the first entry that matches.
    fn reason(
        &mut self,
        id: &str,
        operation: Option<&Plain>,
        pointers: &[&Plain],
    ) -> Option<Plain> {
        let mut reason = None;
        for index in self.by_id.get(id)? {
            let entry = &mut self.entries[*index];
            if entry.listed.is_at(operation, pointers) {
                entry.has_matched = true;
                reason.get_or_insert_with(|| Plain::new(&entry.listed.reason.value));
            }
        }
        reason
    }
}

fn pointers(row: &Row) -> Vec<&Plain> {
    row.pointer.iter().chain([&row.contract_pointer]).collect()
}

fn has(ids: &Ids, id: &str) -> bool {
    ids.iter().any(|(known, _)| *known == id)
}

fn is_at(place: &str, pointer: &str) -> bool {
    let mut pattern = place.split('/');
    let mut segments = pointer.split('/');
    loop {
        match (pattern.next(), segments.next()) {
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == "*" || wanted == found => {}
            _ => return false,
        }
    }
}
