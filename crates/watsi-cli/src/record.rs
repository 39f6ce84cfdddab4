//! `watsi record`

pub mod exchange;
pub mod file;
mod har;
mod headers;
pub mod proxy;
pub mod recorder;
pub mod redact;
mod stream;
mod supervise;
mod upstream;
mod validate;

use std::env;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use openapi_conformance::Contract;
use openapi_conformance::har::{Entries, Recording};
use tokio::net::TcpListener;
use watsi::reqwest::Url;

use crate::args::Record;
use crate::conform;
use crate::coverage::covered;
use crate::failure::Failure;
use crate::host::is_loopback;
use crate::ids;
use crate::ignore::Ignored;
use crate::log::Log;
use crate::report::{ContractNote, Format, Report, Verdict};
use crate::screen::{Screen, learn};
use crate::serve::serve;
use crate::settings::embedded;
use crate::source;
use crate::terminal::{Plain, say};
use crate::traffic::{self, Grouped};
use file::HarFile;
use proxy::Proxy;
use recorder::Recorder;
use redact::{Redactor, UnknownPointer};
use supervise::Ended;
use validate::{Validated, Validator};

pub use headers::{Hosts, end_to_end};

pub async fn run(args: Record) -> Result<ExitCode, Failure> {
    let contract: &'static Contract = match &args.spec {
        // The validator's thread needs it until the command ends.
        Some(file) => Box::leak(Box::new(
            source::contract(file, args.allow_insecure_http).await?,
        )),
        None => embedded(),
    };
    let target = target(&args.target, args.allow_insecure_http)?;
    if !args.listen.ip().is_loopback() && args.allow_host.is_empty() {
        let message = "--listen is not an address of this machine alone; name the hosts to accept with --allow-host";
        return Err(Failure::Message(message.to_owned()));
    }
    let ignored = Ignored::read(args.output.ignore.as_deref())?;
    let screen = Screen::new(contract);
    // The command finds the API key in the same environment.
    if let Ok(key) = env::var("WATSI_API_KEY") {
        learn(key.trim());
    }
    let redactor = Redactor::new(contract, &target, screen.clone(), &args.keep)
        .map_err(|UnknownPointer(pointer)| unknown_pointer(&pointer))?;
    let (log, writer) = Log::start(args.logged);
    // Programs read only the report.
    let live = (args.output.format == Format::Human).then(|| log.clone());
    let validator = Validator::start(contract, target.as_str(), &args.har, live, screen, ignored)?;
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|error| Failure::Message(format!("cannot listen on {}: {error}", args.listen)))?;
    let address = listener.local_addr()?;
    let path = target.path().trim_end_matches('/').to_owned();
    let base_url = format!("http://{}{path}", reachable(address));
    let signals = supervise::Signals::new()?;
    let file =
        HarFile::create(&args.har, args.force).map_err(|error| Failure::file(&args.har, &error))?;
    let recorder = Arc::new(Recorder::new(file, redactor, validator.sender()));
    let hosts = Hosts {
        allowed: args
            .allow_host
            .iter()
            .map(|host| host.to_ascii_lowercase())
            .collect(),
        address: address.ip(),
    };
    let proxy = Proxy::new(contract, target, hosts, Arc::clone(&recorder), log)?;
    let streams = proxy.streams();
    let server = tokio::spawn(serve(listener, proxy.router()));
    // Standard output is reserved for the report.
    say!("WATSI_BASE_URL={base_url}");
    for host in &args.allow_host {
        say!("also http://{host}:{}{path}", address.port());
    }
    let supervised = supervise::run(&args.command, &base_url, args.output.format, signals).await;
    server.abort();
    streams.end().await;
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
    let missing = missing(validated.recording.entries());
    let mut report = report(args, contract, &validated.recording, validated.found);
    report.complete = missing.is_none() && !matches!(ended, Ended::Command(1..));
    if let Ended::Command(code @ 1..) = ended {
        report
            .notes
            .push(Plain::new(format!("the command exited with {code}")));
    }
    validated.ignored.apply(&mut report, &ids::of_findings());
    report.verdict = Verdict::of(&report);
    let fail_on = args.limits.fail_on.into();
    let code = report.finish(&args.output, fail_on)?;
    match (ended, missing) {
        (Ended::Command(0), Some(reason)) => Err(Failure::Message(format!(
            "no exchange with the API was recorded; {reason}"
        ))),
        _ if report.fails(fail_on) => Ok(code),
        (Ended::Command(code), _) => Ok(ExitCode::from(*code)),
        (Ended::Interrupted, _) => Ok(code),
    }
}

/// Returns why no exchange was validated, if none was.
fn missing(entries: &Entries) -> Option<&'static str> {
    Some(match entries {
        Entries { validated: 1.., .. } => return None,
        Entries {
            without_response: 1..,
            ..
        } => "the target did not respond; check --target, and whether the server runs",
        Entries { ignored: 1.., .. } => "the URLs of the requests are not below --target",
        _ => "the command must use WATSI_BASE_URL",
    })
}

fn report(args: &Record, contract: &Contract, recording: &Recording<'_>, found: Grouped) -> Report {
    let notes = traffic::notes(recording.entries(), &[&args.har]);
    let file = conform::contract_name(contract);
    Report {
        subject: Plain::new(args.har.to_string_lossy()),
        verdict: Verdict::default(),
        complete: true,
        checks: found.checks(recording.coverage()),
        ignored: 0,
        coverage: covered(recording.coverage(), &args.limits.min_coverage),
        contract_notes: ContractNote::all(contract, &file),
        notes: notes.iter().map(Plain::new).collect(),
        warnings: Vec::new(),
        contract: file,
    }
}

/// Returns an address at which programs on this machine reach the listener.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

fn unknown_pointer(pointer: &str) -> Failure {
    Failure::Message(format!(
        "invalid --keep: the contract has nothing at `{pointer}`; use a JSON pointer such as /components/schemas/Pet/properties/name"
    ))
}

fn target(text: &str, allow_insecure_http: bool) -> Result<Url, Failure> {
    let invalid = |reason| Failure::Message(format!("invalid --target: {reason}"));
    let url = Url::parse(text).map_err(|_| invalid("it is not an absolute URL"))?;
    match url.scheme() {
        "https" => {}
        "http" if allow_insecure_http || url.host_str().is_some_and(is_loopback) => {}
        "http" => {
            return Err(invalid(
                "http:// would send the API key unencrypted; use https:// or --allow-insecure-http",
            ));
        }
        _ => return Err(invalid("its scheme is not http or https")),
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_for_an_empty_recording_is_what_happened() {
        let mut entries = Entries::default();
        assert!(missing(&entries).unwrap().contains("WATSI_BASE_URL"));
        entries.ignored = 1;
        assert!(missing(&entries).unwrap().contains("not below --target"));
        entries.without_response = 1;
        assert!(missing(&entries).unwrap().contains("did not respond"));
        entries.validated = 1;
        assert_eq!(missing(&entries), None);
    }
}
