//! `watsi diff`

use std::process::ExitCode;

use openapi_conformance::{Change, Contract};

use crate::args::Diff;
use crate::conform::print;
use crate::failure::Failure;
use crate::ignore::Ignored;
use crate::report::{Check, ContractNote, Overall, Report, Row, Verdict};
use crate::revision;
use crate::terminal::Plain;

/// The name of the changes that affect all or several operations.
pub const GENERAL: &str = "several operations";

pub fn run(args: &Diff) -> Result<ExitCode, Failure> {
    if [&args.old, &args.new]
        .iter()
        .all(|file| file.as_os_str() == "-")
    {
        let message = "standard input can be read only once; one contract must be a file";
        return Err(Failure::Message(message.to_owned()));
    }
    let mut ignored = Ignored::read(args.ignore.as_deref())?;
    let old = revision::contract(&args.old)?;
    let new = revision::contract(&args.new)?;
    let [old_file, new_file] =
        [&args.old, &args.new].map(|file| Plain::new(revision::path(file).to_string_lossy()));
    let mut checks = checks(&old, &new);
    let count = ignored.apply(&mut checks);
    let subject = format!("{} -> {}", args.old.display(), args.new.display());
    let report = Report {
        subject: Plain::new(subject),
        verdict: Verdict::Diff(Overall::of(&checks)),
        complete: true,
        checks,
        ignored: count,
        coverage: Vec::new(),
        contract_notes: notes((&old, &old_file), (&new, &new_file)),
        notes: Vec::new(),
        warnings: ignored.stale(Change::ids()),
        contract: new_file,
    };
    print(&report, args.format, args.fail_on.into())
}

/// Returns the changes by operation.
fn checks(old: &Contract, new: &Contract) -> Vec<Check> {
    let mut changes = old.changes_to(new);
    // Changes that affect everything come first. Within an operation, the worst come first.
    changes.sort_by_key(|change| (change.impact, change.client_impact));
    changes.sort_by_key(|change| change.operation.is_some());
    let mut checks: Vec<Check> = Vec::new();
    for change in changes {
        let name = Plain::new(change.operation.as_deref().unwrap_or(GENERAL));
        let row = Row::change(&change, new);
        match checks.iter_mut().find(|check| check.name == name) {
            Some(check) => check.findings.push(row),
            None => checks.push(Check {
                name,
                skipped: None,
                findings: vec![row],
            }),
        }
    }
    checks
}

/// Returns the notes of both contracts, once if both have the same.
fn notes(old: (&Contract, &Plain), new: (&Contract, &Plain)) -> Vec<ContractNote> {
    let mut notes = ContractNote::all(new.0, new.1);
    let removed = ContractNote::all(old.0, old.1).into_iter().filter(|note| {
        let mut known = new.0.notes().iter();
        !known.any(|known| known.id == note.id && Plain::new(&known.sentence) == note.sentence)
    });
    notes.extend(removed.collect::<Vec<_>>());
    notes
}
