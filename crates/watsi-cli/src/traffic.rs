//! Validates recorded traffic: `watsi conform --har`

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use openapi_conformance::har::{Entries, Found, Recording};
use openapi_conformance::{Contract, Coverage};

use crate::args::Conform;
use crate::coverage::{Covered, covered};
use crate::failure::Failure;
use crate::input;
use crate::progress::Progress;
use crate::report::{Check, Level, Row, without_indices};
use crate::screen::{Screen, shown_host};
use crate::terminal::Plain;

/// The maximum number of hosts that are listed.
const MOST_HOSTS: usize = 20;

/// The maximum number of rows for findings that differ, before one row for each id and operation has the others. A
/// report with more of them helps nobody, and a recording can last for days.
const MOST_ROWS: usize = 5_000;

/// What was found in recordings.
pub struct Traffic {
    pub subject: Plain,
    pub checks: Vec<Check>,
    pub coverage: Vec<Covered>,
    pub notes: Vec<Plain>,
    /// The files that could not be read, or not to their end.
    pub failures: Vec<String>,
}

/// Validates recordings. A file that cannot be read does not keep the others from being read.
pub fn validate(args: &Conform, contract: &Contract) -> Result<Traffic, Failure> {
    // The environment variable says which server to call, not which one was recorded.
    let base_url = args.api.base_url.as_deref();
    let mut recording =
        Recording::new(contract, base_url).map_err(|error| Failure::Message(error.to_string()))?;
    let screen = Screen::new(contract);
    let mut found = Grouped::default();
    let mut failures = Vec::new();
    let mut files = Vec::new();
    for file in &args.har {
        let reader = match input::open(file) {
            Ok(reader) => reader,
            Err(failure) => {
                failures.push(failure.to_string());
                continue;
            }
        };
        files.push(file.as_path());
        let progress = Progress::start("validating");
        let read = recording.read(progress.count(reader), |finding| {
            found.add(contract, file, screen.found(finding));
        });
        if let Err(error) = read {
            failures.push(Failure::file(file, &error).to_string());
        }
    }
    let entries = recording.entries();
    let mut notes = notes(entries, &files);
    if entries.validated == 0 {
        if !failures.is_empty() {
            return Err(Failure::Lines(failures));
        }
        let url = base_url.unwrap_or(contract.base_url());
        let next = match base_url {
            Some(_) => "check the URLs in the recording",
            None => "set the recorded server with --base-url URL",
        };
        notes.insert(
            0,
            format!("the recording has no exchange with {url}; {next}"),
        );
        return Err(Failure::Lines(notes));
    }
    let incomplete = failures.iter();
    notes.extend(incomplete.map(|failure| format!("not read completely: {failure}")));
    let names: Vec<_> = args.har.iter().map(|file| file.to_string_lossy()).collect();
    Ok(Traffic {
        subject: Plain::new(names.join(", ")),
        checks: found.checks(recording.coverage()),
        coverage: covered(recording.coverage(), &args.limits.min_coverage),
        notes: notes.iter().map(Plain::new).collect(),
        failures,
    })
}

/// Summarizes the entries of the recordings that were read.
pub fn notes(entries: &Entries, files: &[&Path]) -> Vec<String> {
    let counts = [
        (entries.validated, "validated exchanges"),
        (entries.ignored, "exchanges that do not belong to the API"),
        (entries.without_response, "requests without a response"),
        (entries.unreadable, "entries that cannot be read"),
        (
            entries.rejected,
            "nonconforming requests that were rejected",
        ),
        (entries.incomplete_bodies, "bodies that were not recorded"),
        (
            entries.without_credentials,
            "requests without credentials (recorders often omit them)",
        ),
    ];
    let mut notes = Vec::new();
    for (count, what) in counts {
        if count > 0 {
            notes.push(format!("{what}: {count}"));
        }
    }
    for (host, count) in entries.ignored_hosts.iter().take(MOST_HOSTS) {
        let host = shown_host(host);
        notes.push(format!(
            "not validated, because the URL is not one of the API: {host}: {count}"
        ));
    }
    let more = entries.ignored_hosts.len().saturating_sub(MOST_HOSTS);
    if more > 0 {
        notes.push(format!("other hosts that are not validated: {more}"));
    }
    if let Some(first) = &entries.first_unreadable {
        let file = match files.get(first.recording) {
            Some(file) => file.to_string_lossy(),
            None => "".into(),
        };
        let (entry, reason) = (first.entry, first.reason);
        notes.push(format!(
            "the first entry that cannot be read: {file}, entry {entry}: {reason}"
        ));
    }
    notes
}

/// Findings grouped by operation. Findings that differ only in an array index are merged.
#[derive(Default)]
pub struct Grouped {
    operations: BTreeMap<String, Group>,
    /// The number of rows of all operations.
    count: usize,
}

/// The findings of an operation.
#[derive(Default)]
struct Group {
    rows: Vec<Row>,
    /// The index of each kind's row.
    known: HashMap<Kind, usize>,
}

/// What findings that are merged have in common.
#[derive(PartialEq, Eq, Hash)]
struct Kind {
    level: Level,
    id: &'static str,
    /// The pointer and the sentence, or `None` for all findings after the maximum number of rows.
    text: Option<String>,
}

impl Grouped {
    /// Adds a finding, and returns its row if it is the first of its kind.
    pub fn add(&mut self, contract: &Contract, file: &Path, mut found: Found<'_>) -> Option<&Row> {
        let operation = found.operation.map(|operation| operation.id());
        let name = operation.unwrap_or("undocumented requests").to_owned();
        let Group { rows, known } = self.operations.entry(name).or_default();
        found.finding.pointer = without_indices(&found.finding.pointer);
        let finding = &found.finding;
        let mut kind = Kind {
            level: finding.severity.into(),
            id: finding.id,
            text: Some(format!("{} {}", finding.pointer, finding.sentence)),
        };
        let is_last = self.count >= MOST_ROWS && !known.contains_key(&kind);
        if is_last {
            kind.text = None;
        }
        match known.entry(kind) {
            Entry::Occupied(known) => {
                rows[*known.get()].count += 1;
                None
            }
            Entry::Vacant(new) => {
                new.insert(rows.len());
                let mut row = Row::finding(finding, operation, contract);
                if is_last {
                    row.pointer = None;
                    row.sentence = Plain::new("further findings with this id");
                }
                row.first = Some(occurrence(&found, file));
                rows.push(row);
                self.count += 1;
                rows.last()
            }
        }
    }

    pub fn checks(mut self, coverage: &Coverage<'_>) -> Vec<Check> {
        let missing = coverage.operations().missing;
        let contract = coverage.contract();
        let check = |name: &str, findings| Check {
            name: Plain::new(name),
            skipped: None,
            findings,
        };
        let mut checks = Vec::new();
        for operation in contract.operations() {
            let name = operation.id();
            if !missing.iter().any(|missing| missing == name) {
                let group = self.operations.remove(name).unwrap_or_default();
                checks.push(check(name, group.rows));
            }
        }
        let rest = self.operations.into_iter();
        checks.extend(rest.map(|(name, group)| check(&name, group.rows)));
        checks
    }
}

/// Describes where a finding is in a recording.
fn occurrence(found: &Found<'_>, file: &Path) -> Plain {
    let method = found.method.as_ref().map_or("", |method| method.as_str());
    let path = found.operation.map_or("", |operation| operation.path());
    let mut request = vec![method, path, found.status.as_str()];
    request.retain(|part| !part.is_empty());
    Plain::new(format!(
        "{}, entry {}, {}",
        file.display(),
        found.entry,
        request.join(" ")
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::settings::embedded;

    #[test]
    fn most_hosts_are_counted_only() {
        let hosts = (0..MOST_HOSTS + 5).map(|number| (format!("a{number}.example.com"), 1));
        let mut entries = Entries::default();
        entries.ignored_hosts = hosts.collect();
        let notes = notes(&entries, &[]);
        assert_eq!(notes.len(), MOST_HOSTS + 1);
        assert!(notes[MOST_HOSTS].ends_with(": 5"), "{notes:?}");
    }

    /// The entry of a list with undocumented properties that no other list has.
    fn entry(number: usize) -> Value {
        let names = (0..50).map(|property| format!("x{number}_{property}"));
        let body: Map<_, _> = names.map(|name| (name, Value::from(1))).collect();
        let url = format!("{}/conversations", embedded().base_url());
        let content =
            json!({"mimeType": "application/json", "text": Value::from(body).to_string()});
        json!({
            "request": {"method": "GET", "url": url, "headers": []},
            "response": {"status": 200, "headers": [], "content": content},
        })
    }

    #[test]
    fn number_of_rows_is_bounded() {
        let contract = embedded();
        let mut recording = Recording::new(contract, None).unwrap();
        let (mut found, mut count, mut new) = (Grouped::default(), 0, 0);
        let entries: Vec<_> = (0..MOST_ROWS / 40).map(entry).collect();
        let har = json!({"log": {"entries": entries}}).to_string();
        let read = recording.read(har.as_bytes(), |finding| {
            count += 1;
            let row = found.add(contract, Path::new("a.har"), finding);
            new += usize::from(row.is_some());
        });
        read.unwrap();
        assert_eq!(new, MOST_ROWS + 1);
        let groups = found.operations.into_values();
        let rows: Vec<_> = groups.flat_map(|group| group.rows).collect();
        assert_eq!(rows.len(), MOST_ROWS + 1);
        assert_eq!(rows.iter().map(|row| row.count).sum::<usize>(), count);
        assert!(rows[MOST_ROWS].pointer.is_none());
    }
}
