//! `watsi conform` and `watsi diff`

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use watsi::conformance::har::{Entries, Found, Recording};
use watsi::conformance::{Contract, Coverage, Impact, Live, Severity};

use crate::args::{Conform, Diff, ReportFormat};
use crate::failure::Failure;
use crate::input;
use crate::report::{Check, Report, Row, covered};
use crate::revision;
use crate::settings::contract;
use crate::terminal::{plain, progress, say};

pub async fn run(args: Conform) -> Result<ExitCode, Failure> {
    let read;
    let contract = match &args.spec {
        Some(file) => {
            read = contract(file)?;
            &read
        }
        None => Contract::embedded(),
    };
    if !args.har.is_empty() && args.api.api_key_file.is_some() {
        let message = "--api-key-file cannot be used with --har, which calls no server";
        return Err(Failure::Message(message.to_owned()));
    }
    let (report, ended) = if args.har.is_empty() {
        server(&args, contract).await?
    } else {
        recordings(&args, contract)?
    };
    match ended {
        None => print(&report, args.format, args.fail_on.into()),
        Some(early) => {
            // Findings up to the error are better than none.
            if !report.checks.is_empty() {
                print(&report, args.format, args.fail_on.into())?;
            }
            Err(early)
        }
    }
}

/// Prints the report. The exit code does not depend on whether a pipe was closed before the end of the output.
fn print(report: &Report, format: ReportFormat, fail_on: Severity) -> Result<ExitCode, Failure> {
    match report.write(format, fail_on) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ if report.fails(fail_on) => Ok(ExitCode::from(1)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Returns the name of the contract file.
fn spec(args: &Conform) -> String {
    let file = args.spec.as_deref();
    file.map_or("openapi.yaml".to_owned(), |file| {
        plain(&file.display().to_string())
    })
}

fn verdict(checks: &[Check]) -> String {
    let conforms = checks.iter().all(|check| check.findings.is_empty());
    if conforms { "conforms" } else { "findings" }.to_owned()
}

/// Validates a server. Returns the report, and why it ended early, if it did.
async fn server(args: &Conform, contract: &Contract) -> Result<(Report, Option<Failure>), Failure> {
    let url = args.api.url()?;
    let new = match args.allow_insecure_http {
        true => Live::with_insecure_http,
        false => Live::new,
    };
    let mut live = new(contract, &url, &args.api.key()?)?;
    if let Some(conversation) = &args.send_to {
        live = live.send_to(conversation.as_str().into());
    }
    let mut checks = Vec::new();
    let show_progress = !args.verbose && std::io::stderr().is_terminal();
    let result = live.run(|check| {
        if args.verbose {
            for request in &check.requests {
                say!("{request}");
            }
        }
        if show_progress {
            progress(&check.name);
        }
        checks.push(Check {
            name: check.name,
            skipped: check.skipped,
            findings: check
                .findings
                .into_iter()
                .map(|finding| Row::new(finding, contract))
                .collect(),
        });
    });
    let result = result.await;
    if show_progress {
        progress("");
    }
    let ended = result.err().map(|error| error.to_string());
    let report = Report {
        subject: plain(&url),
        contract: spec(args),
        verdict: verdict(&checks),
        checks,
        coverage: covered(live.coverage()),
        notes: ended
            .clone()
            .map(|reason| format!("ended early: {reason}"))
            .into_iter()
            .collect(),
    };
    Ok((report, ended.map(Failure::Message)))
}

/// Validates recordings. Returns the report, and why it ended early, if it did.
fn recordings(args: &Conform, contract: &Contract) -> Result<(Report, Option<Failure>), Failure> {
    // The environment variable says which server to call, not which one was recorded.
    let base_url = args.api.base_url.as_deref();
    let recording = Recording::new(contract, base_url);
    let mut recording = recording.map_err(|error| Failure::Message(error.to_string()))?;
    let mut found = Grouped::default();
    let mut ended = None;
    for file in &args.har {
        let read = recording.read(input::open(file)?, |finding| {
            found.add(contract, file, finding)
        });
        if let Err(error) = read {
            ended = Some(Failure::file(file, &error));
            break;
        }
    }
    let entries = recording.entries();
    if let Some(failure) = ended.take_if(|_| entries.validated == 0) {
        return Err(failure);
    }
    if entries.validated == 0 {
        let url = base_url.unwrap_or(contract.base_url());
        let next = match base_url {
            Some(_) => "check the URLs in the recording",
            None => "set the recorded server with --base-url URL",
        };
        return Err(Failure::Message(format!(
            "the recording has no exchange with {url}; {next}"
        )));
    }
    let names: Vec<_> = args
        .har
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    let checks = found.checks(recording.coverage());
    let early = ended.iter().map(|reason| format!("ended early: {reason}"));
    let report = Report {
        subject: plain(&names.join(", ")),
        contract: spec(args),
        verdict: verdict(&checks),
        checks,
        coverage: covered(recording.coverage()),
        notes: notes(entries).into_iter().chain(early).collect(),
    };
    Ok((report, ended))
}

/// Summarizes the entries of the recordings.
fn notes(entries: &Entries) -> Vec<String> {
    let notes = [
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
            entries.without_api_key,
            "requests without an API key (recorders often omit it)",
        ),
    ];
    let notes = notes.into_iter().filter(|(count, _)| *count > 0);
    notes
        .map(|(count, what)| format!("{what}: {count}"))
        .collect()
}

/// Findings grouped by operation. Findings that differ only in an array index are merged.
#[derive(Default)]
struct Grouped {
    rows: BTreeMap<String, Vec<Row>>,
    /// The index of each finding's row among the rows of its operation.
    known: HashMap<(String, Severity, String, String), usize>,
}

impl Grouped {
    fn add(&mut self, contract: &Contract, file: &Path, found: Found<'_>) {
        let operation = found
            .operation
            .map_or("no operation", |operation| operation.id());
        let rows = self.rows.entry(operation.to_owned()).or_default();
        let mut row = Row::new(found.finding, contract);
        row.pointer = without_indices(&row.pointer);
        let (pointer, sentence) = (row.pointer.clone(), row.sentence.clone());
        match self
            .known
            .entry((operation.to_owned(), row.severity, pointer, sentence))
        {
            Entry::Occupied(known) => rows[*known.get()].count += 1,
            Entry::Vacant(new) => {
                new.insert(rows.len());
                row.first = Some(plain(&format!("{}, entry {}", file.display(), found.entry)));
                rows.push(row);
            }
        }
    }

    fn checks(mut self, coverage: &Coverage<'_>) -> Vec<Check> {
        let missing = coverage.operations().missing;
        let contract = coverage.contract();
        let seen = contract
            .operations()
            .map(|operation| operation.id().to_owned());
        let seen = seen.filter(|id| !missing.contains(id));
        let mut checks: Vec<_> = seen
            .map(|name| {
                let findings = self.rows.remove(&name).unwrap_or_default();
                Check {
                    name,
                    skipped: None,
                    findings,
                }
            })
            .collect();
        let rest = self.rows.into_iter();
        checks.extend(rest.map(|(name, findings)| Check {
            name,
            skipped: None,
            findings,
        }));
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

pub fn diff(args: &Diff) -> Result<ExitCode, Failure> {
    if [&args.old, &args.new]
        .iter()
        .all(|file| file.as_os_str() == "-")
    {
        let message = "standard input can be read only once; one contract must be a file";
        return Err(Failure::Message(message.to_owned()));
    }
    let (old, new) = (
        revision::contract(&args.old)?,
        revision::contract(&args.new)?,
    );
    let mut changes = old.changes_to(&new);
    // Changes that affect everything come first. Within an operation, the worst come first.
    changes.sort_by_key(|change| change.impact);
    changes.sort_by_key(|change| change.operation.is_some());
    let worst = changes.iter().map(|change| change.impact).min();
    let mut checks: Vec<Check> = Vec::new();
    for change in changes {
        let name = change.operation.unwrap_or_else(|| "everywhere".to_owned());
        let row = Row {
            id: change.id,
            severity: match change.impact {
                Impact::Breaking => Severity::Breaking,
                _ => Severity::Additive,
            },
            position: new.position(&change.pointer),
            pointer: String::new(),
            contract_pointer: plain(&change.pointer),
            sentence: plain(&change.sentence),
            count: 1,
            first: None,
        };
        match checks.iter_mut().find(|check| check.name == name) {
            Some(check) => check.findings.push(row),
            None => checks.push(Check {
                name,
                skipped: None,
                findings: vec![row],
            }),
        }
    }
    let report = Report {
        subject: plain(&format!("{} -> {}", args.old.display(), args.new.display())),
        contract: plain(&revision::path(&args.new).display().to_string()),
        verdict: worst.map_or("none", |impact| impact.as_str()).to_owned(),
        checks,
        coverage: Vec::new(),
        notes: Vec::new(),
    };
    print(&report, args.format, args.fail_on.into())
}
