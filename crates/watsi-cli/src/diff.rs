//! `watsi diff`

use std::collections::HashMap;
use std::process::ExitCode;
use std::time::SystemTime;

use openapi_conformance::{Change, Contract, Impact};

use crate::args::Diff;
use crate::failure::Failure;
use crate::ignore::Ignored;
use crate::progress::Progress;
use crate::report::{Check, ContractNote, Effect, GENERAL, Overall, Report, Row, Verdict};
use crate::source;
use crate::terminal::Plain;

pub async fn run(args: Diff) -> Result<ExitCode, Failure> {
    let sources = [&args.old, &args.new];
    if sources.iter().all(|source| source.as_os_str() == "-") {
        let message = "standard input can be read only once; one contract must be a file";
        return Err(Failure::Message(message.to_owned()));
    }
    let ignored = Ignored::read(args.output.ignore.as_deref())?;
    let old = source::contract(&args.old, args.allow_insecure_http).await?;
    let new = source::contract(&args.new, args.allow_insecure_http).await?;
    let [old_file, new_file] =
        sources.map(|source| Plain::new(source::shown(source).to_string_lossy()));
    let progress = Progress::start("comparing");
    let compared = checks((&old, &old_file), &new, &args);
    drop(progress);
    let subject = format!("{} -> {}", args.old.display(), args.new.display());
    let mut report = Report {
        subject: Plain::new(subject),
        verdict: Verdict::default(),
        complete: true,
        checks: compared,
        ignored: 0,
        coverage: Vec::new(),
        contract_notes: notes((&old, &old_file), (&new, &new_file)),
        notes: Vec::new(),
        warnings: Vec::new(),
        contract: new_file,
    };
    ignored.apply(&mut report, Change::ids());
    report.verdict = Verdict::Diff(Overall::of(&report.checks, args.generated_client));
    report.finish(&args.output, args.fail_on.into())
}

/// A change, and its impact on generated clients if it was asked for.
struct Compared {
    change: Change,
    for_clients: Option<Impact>,
}

/// Identifies the same change in both analyses.
#[derive(PartialEq, Eq, Hash)]
struct Identity {
    id: &'static str,
    pointer: String,
    sentence: String,
}

impl Identity {
    fn of(change: &Change) -> Self {
        Identity {
            id: change.id,
            pointer: change.pointer.clone(),
            sentence: change.sentence.clone(),
        }
    }
}

/// Compares the contracts at a point in time, and for generated clients if they are asked for.
fn changes(old: &Contract, new: &Contract, args: &Diff) -> Vec<Compared> {
    let now = match args.day.and_then(|day| day.and_hms_opt(0, 0, 0)) {
        Some(midnight) => midnight.and_utc().into(),
        None => SystemTime::now(),
    };
    let mut for_clients = HashMap::new();
    let mut only_for_clients = Vec::new();
    if args.generated_client {
        for change in old.changes_for_generated_clients(new) {
            for_clients.insert(Identity::of(&change), change.impact);
            only_for_clients.push(change);
        }
    }
    let mut all = Vec::new();
    for change in old.changes_at(new, now) {
        let known = for_clients.remove(&Identity::of(&change));
        let for_clients = args
            .generated_client
            .then_some(known.unwrap_or(Impact::Unaffected));
        all.push(Compared {
            change,
            for_clients,
        });
    }
    for mut change in only_for_clients {
        if for_clients.contains_key(&Identity::of(&change)) {
            let impact = std::mem::replace(&mut change.impact, Impact::Unaffected);
            all.push(Compared {
                change,
                for_clients: Some(impact),
            });
        }
    }
    all
}

/// Returns the changes by operation.
fn checks(old: (&Contract, &Plain), new: &Contract, args: &Diff) -> Vec<Check> {
    let mut changes = changes(old.0, new, args);
    // Changes that affect everything come first. Within an operation, the worst come first.
    changes.sort_by_key(|compared| (compared.change.impact, compared.for_clients));
    changes.sort_by_key(|compared| compared.change.operation.is_some());
    let mut checks: Vec<Check> = Vec::new();
    let mut positions: HashMap<String, usize> = HashMap::new();
    for Compared {
        change,
        for_clients,
    } in changes
    {
        let effect = Effect::Change {
            impact: change.impact,
            generated_client_impact: for_clients,
        };
        let row = if change.is_in_old() {
            Row::change(&change, effect, old.0, Some(old.1))
        } else {
            Row::change(&change, effect, new, None)
        };
        let name = change.operation.unwrap_or_else(|| GENERAL.to_owned());
        match positions.get(&name) {
            Some(position) => checks[*position].findings.push(row),
            None => {
                checks.push(Check {
                    name: Plain::new(&name),
                    skipped: None,
                    findings: vec![row],
                });
                positions.insert(name, checks.len() - 1);
            }
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
