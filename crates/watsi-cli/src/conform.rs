//! `watsi conform`

mod message;

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use openapi_conformance::{Contract, Finding, Live};

use crate::args::Conform;
use crate::failure::Failure;
use crate::ignore::Ignored;
use crate::report::{Check, ContractNote, Format, Level, Report, Row, Verdict, covered};
use crate::screen::Screen;
use crate::settings::{contract, embedded};
use crate::terminal::{Plain, plain, progress, say};
use crate::traffic::{self, Traffic};

pub async fn run(args: Conform) -> Result<ExitCode, Failure> {
    let read;
    let contract = match &args.spec {
        Some(file) => {
            read = contract(file)?;
            &read
        }
        None => embedded(),
    };
    if !args.har.is_empty() && args.api.api_key_file.is_some() {
        let message = "--api-key-file cannot be used with --har, which calls no server";
        return Err(Failure::Message(message.to_owned()));
    }
    let mut ignored = Ignored::read(args.ignore.as_deref())?;
    let mut traffic = if args.har.is_empty() {
        server(&args, contract).await?
    } else {
        traffic::validate(&args, contract)?
    };
    let count = ignored.apply(&mut traffic.checks);
    let file = Plain::new(contract.name().unwrap_or_default());
    let is_complete = traffic.failures.is_empty();
    let report = Report {
        subject: traffic.subject,
        verdict: Verdict::of(&traffic.checks),
        complete: is_complete,
        checks: traffic.checks,
        ignored: count,
        coverage: traffic.coverage,
        contract_notes: ContractNote::all(contract, &file),
        notes: traffic.notes,
        warnings: ignored.stale(&ids()),
        contract: file,
    };
    let (format, fail_on) = (args.format, args.fail_on.into());
    // Findings up to an error are better than none.
    if is_complete {
        return print(&report, format, fail_on);
    }
    if !report.checks.is_empty() {
        print(&report, format, fail_on)?;
    }
    Err(Failure::Lines(traffic.failures))
}

/// Returns the ids of all findings, each with its meaning.
pub fn ids() -> Vec<(&'static str, &'static str)> {
    [Finding::ids(), message::IDS].concat()
}

/// Prints the report. The exit code does not depend on whether a pipe was closed before the end of the output.
pub fn print(report: &Report, format: Format, fail_on: Level) -> Result<ExitCode, Failure> {
    match report.write(format, fail_on) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ if report.fails(fail_on) => Ok(ExitCode::from(1)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Validates a server.
async fn server(args: &Conform, contract: &Contract) -> Result<Traffic, Failure> {
    let url = args.api.url()?;
    let new = match args.allow_insecure_http {
        true => Live::with_insecure_http,
        false => Live::new,
    };
    let screen = Screen::new(contract);
    let mut live = new(contract, &url, &args.api.key()?)?;
    let mut checks = Vec::new();
    let show_progress = !args.verbose && io::stderr().is_terminal();
    let mut done = |check: openapi_conformance::Check| {
        if args.verbose {
            for request in &check.requests {
                say!("{}", plain(&screen.queries(request)));
            }
        }
        if show_progress {
            progress(&plain(&check.name));
        }
        let findings = check.findings.iter();
        checks.push(Check {
            name: Plain::new(&check.name),
            skipped: check.skipped.map(Plain::new),
            findings: findings
                .map(|finding| Row::finding(&screen.finding(finding.clone()), contract))
                .collect(),
        });
    };
    let result = match (live.run(&mut done).await, &args.send_to) {
        (Ok(()), Some(conversation)) => message::send(&mut live, conversation).await.map(done),
        (result, _) => result,
    };
    if show_progress {
        progress("");
    }
    let ended = result.err();
    let failures: Vec<_> = ended
        .iter()
        .map(|error| screen.queries(&error.to_string()))
        .collect();
    let notes = failures
        .iter()
        .map(|reason| Plain::new(format!("ended early: {reason}")));
    Ok(Traffic {
        subject: Plain::new(&url),
        checks,
        coverage: covered(live.coverage()),
        notes: notes.collect(),
        failures,
    })
}
