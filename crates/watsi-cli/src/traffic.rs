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
use crate::report::{Check, Level, Row};
use crate::screen::Screen;
use crate::terminal::Plain;

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
    let recording = Recording::new(contract, base_url);
    let mut recording = recording.map_err(|error| Failure::Message(error.to_string()))?;
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
        let read = recording.read(reader, |mut finding| {
            finding.finding = screen.finding(finding.finding);
            found.add(contract, file, finding);
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
    for (host, count) in &entries.ignored_hosts {
        notes.push(format!(
            "not validated, because the URL is not one of the API: {host}: {count}"
        ));
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
    rows: BTreeMap<String, Vec<Row>>,
    /// The index of each finding's row among the rows of its operation.
    known: HashMap<(String, Level, String, String), usize>,
}

impl Grouped {
    /// Returns whether the finding is the first of its kind.
    pub fn add(&mut self, contract: &Contract, file: &Path, mut found: Found<'_>) -> bool {
        let operation = found
            .operation
            .map_or("undocumented requests", |operation| operation.id());
        let rows = self.rows.entry(operation.to_owned()).or_default();
        found.finding.pointer = without_indices(&found.finding.pointer);
        let finding = &found.finding;
        let (pointer, sentence) = (finding.pointer.clone(), finding.sentence.clone());
        let key = (
            operation.to_owned(),
            finding.severity.into(),
            pointer,
            sentence,
        );
        match self.known.entry(key) {
            Entry::Occupied(known) => {
                rows[*known.get()].count += 1;
                false
            }
            Entry::Vacant(new) => {
                new.insert(rows.len());
                let mut row = Row::finding(finding, contract);
                let method = found.method.as_ref().map_or("", |method| method.as_str());
                let path = found.operation.map_or("", |operation| operation.path());
                let mut request = vec![method, path, found.status.as_str()];
                request.retain(|part| !part.is_empty());
                let first = format!(
                    "{}, entry {}, {}",
                    file.display(),
                    found.entry,
                    request.join(" ")
                );
                row.first = Some(Plain::new(first));
                rows.push(row);
                true
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
                checks.push(check(name, self.rows.remove(name).unwrap_or_default()));
            }
        }
        let rest = self.rows.into_iter();
        checks.extend(rest.map(|(name, findings)| check(&name, findings)));
        checks
    }
}

/// Replaces indices: `/response/body/chats/3/id` becomes `/response/body/chats/*/id`.
fn without_indices(pointer: &str) -> String {
    let keys = pointer.split('/').map(|key| {
        let index = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
        if index { "*" } else { key }
    });
    keys.collect::<Vec<_>>().join("/")
}
