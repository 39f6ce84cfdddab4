//! The validator finds every single change that violates the contract, and reports the right rule and place.

mod contracts; // which contracts can be loaded, and how they route requests
mod coverage; // which parts of a contract exchanges contain
mod hostile; // documents and payloads that could exhaust time or memory
mod lists; // rules of cursor pagination
mod media; // bodies of several media types
mod notes; // parts of a contract that are not validated
mod parameters; // parameters in every style, and credentials
mod requests; // requests and webhook deliveries
mod responses; // status codes, headers and bodies
mod schemas; // every change of a documented body
mod values; // keywords and compositions of schemas

use openapi_conformance::{Finding, Severity};

/// The id, severity and pointer of a finding.
type Shown = (&'static str, Severity, String);

fn shown(findings: &[Finding]) -> Vec<Shown> {
    let findings = findings.iter();
    findings
        .map(|finding| (finding.id, finding.severity, finding.pointer.clone()))
        .collect()
}

fn breaking(id: &'static str, place: &str) -> Vec<Shown> {
    vec![(id, Severity::Breaking, format!("/response/{place}"))]
}

fn additive(id: &'static str, place: &str) -> Vec<Shown> {
    vec![(id, Severity::Additive, format!("/response/{place}"))]
}

fn in_request(id: &'static str, place: &str) -> Vec<Shown> {
    vec![(id, Severity::Request, format!("/request/{place}"))]
}
