//! `watsi conform`

mod message;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use openapi_conformance::{Contract, Live, LiveBuilder, LiveError};
use watsi::reqwest::Url;

use crate::args::Conform;
use crate::coverage::covered;
use crate::failure::Failure;
use crate::ids;
use crate::ignore::Ignored;
use crate::report::{Check, ContractNote, Report, Row, Verdict};
use crate::screen::{Screen, learn};
use crate::settings::embedded;
use crate::source;
use crate::terminal::{Plain, plain, progress, say};
use crate::traffic::{self, Traffic};

pub async fn run(args: Conform) -> Result<ExitCode, Failure> {
    let read;
    let contract = match &args.spec {
        Some(source) => {
            read = source::contract(source, args.allow_insecure_http).await?;
            &read
        }
        None => embedded(),
    };
    if !args.har.is_empty() && args.api.api_key_file.is_some() {
        let message = "--api-key-file cannot be used with --har, which calls no server";
        return Err(Failure::Message(message.to_owned()));
    }
    let ignored = Ignored::read(args.output.ignore.as_deref())?;
    if args.dry_run {
        return plan(&args, contract).await;
    }
    let traffic = if args.har.is_empty() {
        server(&args, contract).await?
    } else {
        traffic::validate(&args, contract)?
    };
    let is_complete = traffic.failures.is_empty();
    let file = contract_name(contract);
    let mut report = Report {
        subject: traffic.subject,
        verdict: Verdict::default(),
        complete: is_complete,
        checks: traffic.checks,
        ignored: 0,
        coverage: traffic.coverage,
        contract_notes: ContractNote::all(contract, &file),
        notes: traffic.notes,
        warnings: Vec::new(),
        contract: file,
    };
    ignored.apply(&mut report, &ids::of_findings());
    report.verdict = Verdict::of(&report);
    // Findings up to an error are better than none.
    if is_complete || !report.checks.is_empty() {
        let code = report.finish(&args.output, args.limits.fail_on.into())?;
        if is_complete {
            return Ok(code);
        }
    }
    Err(Failure::Lines(traffic.failures))
}

/// Returns the name of the first document of a contract.
pub fn contract_name(contract: &Contract) -> Plain {
    Plain::new(contract.name().unwrap_or_default())
}

/// Returns the URL of the server to call. That of the contract can be relative to the URL of the contract.
fn server_url(args: &Conform, contract: &Contract) -> Result<String, Failure> {
    let default = contract.base_url();
    let url = args.api.url(default)?;
    if url != default || Url::parse(&url).is_ok() {
        return Ok(url);
    }
    let source = args.spec.as_deref().and_then(source::url);
    let joined = source.and_then(|source| source.join(&url).ok());
    joined.map(Into::into).ok_or_else(|| {
        let message = "the contract names no host; set the server with --base-url URL";
        Failure::Message(message.to_owned())
    })
}

/// Returns the settings of the checks. Without an API key, the contract must not require one.
fn live<'c>(args: &Conform, contract: &'c Contract, url: &str) -> Result<LiveBuilder<'c>, Failure> {
    let mut live = Live::builder(contract, url)
        .allow_insecure_http(args.allow_insecure_http)
        .send_writes(args.send_writes);
    for header in &args.header {
        let Some((name, value)) = header.split_once(':') else {
            let message = "invalid --header: use `NAME: VALUE`";
            return Err(Failure::Message(message.to_owned()));
        };
        learn(value.trim());
        live = live.header(name.trim(), value.trim());
    }
    for selector in &args.only {
        live = live.only(selector);
    }
    for selector in &args.skip {
        live = live.skip(selector);
    }
    Ok(live)
}

/// Creates the validator. The API key is needed only if the contract requires one.
fn build<'c>(args: &Conform, contract: &'c Contract, url: &str) -> Result<Live<'c>, Failure> {
    let without_key = live(args, contract, url)?;
    match args.api.key() {
        Ok(key) => Ok(without_key.api_key(key).build()?),
        Err(failure) => without_key.build().map_err(|error| match error {
            LiveError::MissingApiKey => failure,
            other => other.into(),
        }),
    }
}

/// Prints the requests that would be sent.
async fn plan(args: &Conform, contract: &Contract) -> Result<ExitCode, Failure> {
    let url = server_url(args, contract)?;
    // Nothing is sent, so any API key will do.
    let mut live = live(args, contract, &url)?.api_key("unused").build()?;
    let screen = Screen::new(contract);
    let mut out = anstream::stdout().lock();
    for check in live.plan().await {
        match &check.skipped {
            Some(reason) => writeln!(out, "{}: skipped, {}", plain(&check.name), plain(reason))?,
            None => writeln!(out, "{}", plain(&check.name))?,
        }
        for request in &check.requests {
            writeln!(out, "  {}", plain(&screen.queries(request)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Validates a server.
async fn server(args: &Conform, contract: &Contract) -> Result<Traffic, Failure> {
    let url = server_url(args, contract)?;
    let screen = Screen::new(contract);
    let mut live = build(args, contract, &url)?;
    let mut checks = Vec::new();
    let mut failures = Vec::new();
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
        let failed = check.failed.map(|error| screen.queries(&error));
        failures.extend(failed.clone());
        let ended = failed.map(|error| format!("ended early: {error}"));
        let findings = check.findings.into_iter();
        let operation = check.operation.as_deref();
        checks.push(Check {
            name: Plain::new(&check.name),
            skipped: check.skipped.or(ended).map(Plain::new),
            findings: findings
                .map(|finding| Row::finding(&screen.finding(finding), operation, contract))
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
    if let Err(error) = result {
        let reason = screen.queries(&error.to_string());
        if !failures.contains(&reason) {
            failures.push(reason);
        }
    }
    failures.dedup();
    // Nothing that was not checked conforms.
    if failures.is_empty() && checks.iter().all(|check| check.skipped.is_some()) {
        failures.push("no operation could be checked".to_owned());
    }
    let notes = failures.iter();
    Ok(Traffic {
        subject: Plain::new(&url),
        checks,
        coverage: covered(live.coverage(), &args.limits.min_coverage),
        notes: notes
            .map(|reason| Plain::new(format!("ended early: {reason}")))
            .collect(),
        failures,
    })
}
