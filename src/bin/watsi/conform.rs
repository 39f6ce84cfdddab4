//! `watsi conform` and `watsi diff`

use std::io::IsTerminal;
use std::process::ExitCode;

use watsi::conformance::{Contract, Live};

use crate::args::{Conform, Diff, ReportFormat};
use crate::failure::Failure;
use crate::report::{Check, Report, covered};
use crate::settings::contract;

pub async fn run(args: Conform) -> Result<ExitCode, Failure> {
    let read;
    let contract = match &args.spec {
        Some(file) => {
            read = contract(file)?;
            &read
        }
        None => Contract::embedded(),
    };
    let report = if args.har.is_empty() {
        ask(&args, contract).await?
    } else {
        recorded(&args, contract)?
    };
    print(&report, args.format)
}

/// Prints the report; what it says is known, also to a pipe that was closed before its end.
fn print(report: &Report, format: ReportFormat) -> Result<ExitCode, Failure> {
    match report.write(format) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ if report.has_findings() => Ok(ExitCode::from(1)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn verdict(checks: &[Check]) -> String {
    let conforms = checks.iter().all(|check| check.findings.is_empty());
    if conforms { "conforms" } else { "findings" }.to_owned()
}

async fn ask(args: &Conform, contract: &Contract) -> Result<Report, Failure> {
    let url = args.api.url()?;
    let mut live = Live::new(contract, &url, &args.api.key()?)?;
    if let Some(conversation) = &args.send_to {
        live = live.send_to(conversation.as_str().into());
    }
    let mut checks = Vec::new();
    let progress = !args.verbose && std::io::stderr().is_terminal();
    let asked = live.run(|check| {
        if args.verbose {
            for request in &check.requests {
                anstream::eprintln!("{request}");
            }
        }
        if progress {
            eprint!("\r\x1b[2K{}", check.name);
        }
        checks.push(Check {
            name: check.name,
            skipped: check.skipped,
            findings: check.findings.into_iter().map(Into::into).collect(),
        });
    });
    let asked = asked.await;
    if progress {
        eprint!("\r\x1b[2K");
    }
    asked.map_err(|error| Failure::Said(error.to_string()))?;
    Ok(Report {
        subject: url,
        verdict: verdict(&checks),
        checks,
        coverage: covered(live.coverage()),
        notes: Vec::new(),
    })
}

fn recorded(_args: &Conform, _contract: &Contract) -> Result<Report, Failure> {
    Err(Failure::Said("not yet".to_owned()))
}

pub fn diff(args: &Diff) -> Result<ExitCode, Failure> {
    let (_old, _new) = (contract(&args.old)?, contract(&args.new)?);
    Err(Failure::Said("not yet".to_owned()))
}
