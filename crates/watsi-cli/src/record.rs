//! `watsi record`

pub mod exchange;
pub mod file;
mod har;
mod headers;
pub mod proxy;
pub mod recorder;
pub mod redact;
mod supervise;
mod validate;

use std::env;
use std::process::ExitCode;
use std::sync::Arc;

use openapi_conformance::Contract;
use tokio::net::TcpListener;
use watsi::reqwest::Url;

use crate::args::Record;
use crate::conform;
use crate::failure::Failure;
use crate::log::Log;
use crate::report::{ContractNote, Format, Report, Verdict, covered};
use crate::screen::{Screen, learn};
use crate::serve::serve;
use crate::settings::{contract, embedded};
use crate::terminal::{Plain, say};
use crate::traffic;
use file::HarFile;
use proxy::Proxy;
use recorder::Recorder;
use redact::{Redactor, UnknownPointer};
use supervise::Ended;
use validate::{Validated, Validator};

pub use headers::{end_to_end, is_loopback};

pub async fn run(args: Record) -> Result<ExitCode, Failure> {
    let contract: &'static Contract = match &args.spec {
        // The validator's thread needs it until the command ends.
        Some(file) => Box::leak(Box::new(contract(file)?)),
        None => embedded(),
    };
    let target = target(&args.target)?;
    if !args.listen.ip().is_loopback() {
        let message = "--listen must be an address of this machine, e.g. 127.0.0.1:8080";
        return Err(Failure::Message(message.to_owned()));
    }
    let screen = Screen::new(contract);
    // The command finds the API key in the same environment.
    if let Ok(key) = env::var("WATSI_API_KEY") {
        learn(key.trim());
    }
    let redactor = Redactor::new(contract, &target, screen.clone(), &args.keep)
        .map_err(|UnknownPointer(pointer)| unknown_pointer(&pointer))?;
    let (log, writer) = Log::start(args.logged);
    // Programs read only the report.
    let live = (args.format == Format::Human).then(|| log.clone());
    let validator = Validator::start(contract, target.as_str(), &args.har, live, screen)?;
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|error| Failure::Message(format!("cannot listen on {}: {error}", args.listen)))?;
    let base_url = format!(
        "http://{}{}",
        listener.local_addr()?,
        target.path().trim_end_matches('/')
    );
    let signals = supervise::Signals::new()?;
    let file =
        HarFile::create(&args.har, args.force).map_err(|error| Failure::file(&args.har, &error))?;
    let recorder = Arc::new(Recorder::new(file, redactor, validator.sender()));
    let proxy = Proxy::new(contract, target, Arc::clone(&recorder), log)?;
    let server = tokio::spawn(serve(listener, proxy.router()));
    // Standard output is reserved for the report.
    say!("WATSI_BASE_URL={base_url}");
    let supervised = supervise::run(&args.command, &base_url, args.format, signals).await;
    server.abort();
    let written = recorder.finish();
    let validated = validator.finish()?;
    writer.finish();
    let ended = supervised?;
    written.map_err(|error| Failure::file(&args.har, &error))?;
    finish(&args, contract, &ended, validated)
}

/// Prints the report and chooses the exit code.
fn finish(
    args: &Record,
    contract: &Contract,
    ended: &Ended,
    validated: Validated,
) -> Result<ExitCode, Failure> {
    let nothing = validated.recording.entries().validated == 0;
    let report = report(args, contract, validated);
    let fail_on = args.fail_on.into();
    let code = conform::print(&report, args.format, fail_on)?;
    match ended {
        _ if report.fails(fail_on) => Ok(code),
        Ended::Command(0) if nothing => Err(Failure::Message(
            "no exchange with the API was recorded; the command must use WATSI_BASE_URL".to_owned(),
        )),
        Ended::Command(code) => Ok(ExitCode::from(*code)),
        Ended::Interrupted => Ok(code),
    }
}

fn report(args: &Record, contract: &Contract, validated: Validated) -> Report {
    let Validated { recording, found } = validated;
    let checks = found.checks(recording.coverage());
    let notes = traffic::notes(recording.entries(), &[&args.har]);
    let file = Plain::new(contract.name().unwrap_or_default());
    Report {
        subject: Plain::new(args.har.to_string_lossy()),
        verdict: Verdict::of(&checks),
        complete: true,
        checks,
        ignored: 0,
        coverage: covered(recording.coverage()),
        contract_notes: ContractNote::all(contract, &file),
        notes: notes.iter().map(Plain::new).collect(),
        warnings: Vec::new(),
        contract: file,
    }
}

fn unknown_pointer(pointer: &str) -> Failure {
    Failure::Message(format!(
        "invalid --keep: the contract has nothing at `{pointer}`; use a JSON pointer such as /components/schemas/Pet/properties/name"
    ))
}

fn target(text: &str) -> Result<Url, Failure> {
    let invalid = |reason| Failure::Message(format!("invalid --target: {reason}"));
    let url = Url::parse(text).map_err(|_| invalid("it is not an absolute URL"))?;
    match url.scheme() {
        "https" => {}
        "http" if url.host_str().is_some_and(headers::is_loopback) => {}
        "http" => {
            return Err(invalid(
                "http:// would send the API key unencrypted; use https://",
            ));
        }
        _ => return Err(invalid("its scheme is not http or https")),
    }
    Ok(url)
}
