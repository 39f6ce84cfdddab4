//! Validates recorded traffic: HAR 1.2 files, as exported by browsers, proxies and HTTP tools.
//!
//! A recording is read entry by entry, so memory use is bounded by the largest entry. An entry can be up to 64 MiB in
//! size. Deviations from the format are tolerated, and entries that cannot be read are counted in [`Entries`]. Data
//! that recorders leave out is also counted there, and is not validated:
//!
//! - An entry without a response, because the request was blocked or the connection was lost.
//! - A body that was truncated, or that is missing although its recorded size is greater than zero.
//! - Missing credentials and cookies, as long as no API entry in the same file has any. Chrome's default export leaves
//!   them out. Once an entry with credentials is read, the missing ones are reported as findings.
//!
//! A request to another server is validated as a webhook delivery if it says which: if the name of a documented event is
//! the value of a header or of a property of the body, or the body has the constants of the event's schema. Others are
//! counted as ignored.
//!
//! A program that records exchanges itself passes each [`Exchange`] to [`Recording::add`].
//!
//! Tests also send requests that a server must reject. If a request does not conform to the contract, and the response
//! is a documented 4xx without findings, server and contract agree: the entry has no findings and is counted as
//! rejected. The same applies to a request with an undocumented path or method, if the response is a 404 or 405.
//!
//! ```
//! use openapi_conformance::Contract;
//! use openapi_conformance::har::Recording;
//!
//! let contract = Contract::parse(r#"{
//!     "openapi": "3.1.0",
//!     "servers": [{"url": "https://api.example.com/v1"}],
//!     "paths": {"/pets": {"get": {"operationId": "list_pets"}}}
//! }"#)?;
//! let har = r#"{"log": {"entries": [{
//!     "request": {"method": "DELETE", "url": "https://api.example.com/v1/pets"},
//!     "response": {"status": 204}
//! }]}}"#;
//! let mut recording = Recording::new(&contract, None)?;
//! recording.read(har.as_bytes(), |found| {
//!     assert_eq!(
//!         found.to_string(),
//!         "entry 0 (DELETE 204): request: /request/method `DELETE` is not documented (#/paths/~1pets)"
//!     );
//! })?;
//! assert_eq!(recording.entries().validated, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod credentials;
mod delivery;
mod entry;
mod error;
mod exchange;
mod found;
mod reader;
mod server;

use std::fmt;
use std::io::Read;

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, COOKIE};
use http::{Method, StatusCode};
use url::Url;

use super::exchange::{Received, Sent};
use super::part::Part;
use super::security::has_credentials;
use super::{Contract, Coverage, Finding, Operation, Route, Severity, ids};
use credentials::Credentials;
use server::{Servers, Target};

pub use error::HarError;
pub use exchange::{Body, Exchange, Message, Response};
pub use found::{Entries, Found, Reason, Unreadable};

/// The maximum size of an entry in bytes.
const MAX_ENTRY: usize = 64 * 1024 * 1024;

/// The maximum number of ignored hosts that are listed.
const MOST_HOSTS: usize = 1000;

/// Validates the entries of one or more recordings, and measures their coverage of the contract.
pub struct Recording<'c> {
    coverage: Coverage<'c>,
    servers: Servers,
    entries: Entries,
    credentials: Credentials<'c>,
    /// The number of recordings read, including the current one.
    recordings: usize,
    /// The index of the next entry in the current recording.
    next: usize,
    max_entry: usize,
}

impl<'c> Recording<'c> {
    /// Creates a validator for recordings. Nothing is read yet.
    ///
    /// An entry belongs to the API if its URL is below `base_url`. If `base_url` is `None`, the servers of the contract,
    /// its paths and its operations are used, and entries of a server on this machine can also belong to the API: those
    /// below the path of a server, and those with a documented path directly below the root. Webhook deliveries are
    /// recognized, too.
    ///
    /// # Errors
    ///
    /// Returns [`HarError::BaseUrl`] if `base_url` is not a valid server URL.
    pub fn new(contract: &'c Contract, base_url: Option<&str>) -> Result<Self, HarError> {
        Ok(Recording {
            coverage: Coverage::new(contract),
            servers: Servers::new(base_url)?,
            entries: Entries::default(),
            credentials: Credentials::default(),
            recordings: 0,
            next: 0,
            max_entry: MAX_ENTRY,
        })
    }

    /// Reads a recording to the end, and calls `found` with each finding while reading. The reader does not need to be
    /// buffered. A byte order mark tells the encoding: UTF-8 or UTF-16.
    ///
    /// # Errors
    ///
    /// Returns a [`HarError`] if the recording cannot be read to the end. Earlier findings have already been passed to
    /// `found`, and earlier entries remain counted.
    pub fn read(
        &mut self,
        reader: impl Read,
        mut found: impl FnMut(Found<'c>),
    ) -> Result<(), HarError> {
        self.credentials = Credentials::default();
        self.recordings += 1;
        self.next = 0;
        let read = reader::entries(reader, self.max_entry, |entry| {
            match entry::read(entry.get()) {
                Ok(exchange) => self.add(&exchange, &mut found),
                Err(reason) => self.unreadable(reason),
            }
        });
        if read == Err(HarError::TooLarge) {
            self.unreadable(Reason::TooLarge);
        }
        read
    }

    /// Validates an exchange as the next entry of a recording, and calls `found` with each finding.
    pub fn add(&mut self, exchange: &Exchange, mut found: impl FnMut(Found<'c>)) {
        let index = self.next;
        self.next += 1;
        self.entry(index, exchange, &mut found);
    }

    /// Returns the coverage of the entries read so far.
    pub fn coverage(&self) -> &Coverage<'c> {
        &self.coverage
    }

    /// Returns the number of entries read so far, by outcome.
    pub fn entries(&self) -> &Entries {
        &self.entries
    }

    fn unreadable(&mut self, reason: Reason) {
        self.entries.unreadable += 1;
        let first = Unreadable {
            recording: self.recordings.saturating_sub(1),
            entry: self.next,
            reason,
        };
        self.entries.first_unreadable.get_or_insert(first);
        self.next += 1;
    }

    fn entry(&mut self, index: usize, exchange: &Exchange, found: &mut impl FnMut(Found<'c>)) {
        let contract = self.coverage.contract();
        let method = Method::from_bytes(exchange.method.as_bytes()).ok();
        let Ok(url) = Url::parse(&exchange.url) else {
            self.entries.ignored += 1;
            return;
        };
        // A method that is not valid is not documented, either.
        let routed = method.clone().unwrap_or(Method::CONNECT);
        let is_between = is_between(method.as_ref(), exchange);
        let target = self.servers.target(contract, &routed, &url);
        let Some(target) = target.filter(|_| !is_between) else {
            let is_delivery = !is_between && self.delivery(index, &routed, exchange, found);
            if !is_delivery {
                self.ignore(host_of(&url).filter(|_| !is_between));
            }
            return;
        };
        let target = match target.route {
            // A response to HEAD is the response to GET without its body.
            Route::NoMethod if routed == Method::HEAD => {
                let get = self.servers.target(contract, &Method::GET, &url);
                get.unwrap_or(target)
            }
            _ => target,
        };
        let operation = match target.route {
            Route::Operation(operation) => Some(operation),
            _ => None,
        };
        let request = Sent {
            method: &routed,
            path: target.path,
            query: url.query().unwrap_or_default(),
            headers: &exchange.request.headers,
            body: exchange.request.payload(),
        };
        let has_credentials = operation.is_some_and(|operation| {
            has_credentials(&operation.security, request.headers, request.query)
        });
        if has_credentials || request.headers.contains_key(COOKIE) {
            self.credentials.recorded().for_each(&mut *found);
        }
        let Some(response) = &exchange.response else {
            self.entries.without_response += 1;
            return;
        };
        self.entries.validated += 1;
        let found_here = |mut finding: Finding| {
            finding.set_contract(contract.name.as_ref());
            Found {
                entry: index,
                operation,
                method: method.clone().filter(found::is_plain),
                status: response.status,
                finding,
            }
        };
        let Some(operation) = operation else {
            if is_not_found(response.status) {
                self.entries.rejected += 1;
            } else {
                found(found_here(not_documented(
                    contract,
                    &target,
                    method.as_ref(),
                )));
            }
            return;
        };
        let requires_credentials = operation.security.iter().all(|schemes| !schemes.is_empty());
        if requires_credentials && !operation.security.is_empty() && !has_credentials {
            self.entries.without_credentials += 1;
        }
        let is_complete = exchange.request.has_body() && response.message.has_body();
        self.entries.incomplete_bodies += usize::from(!is_complete);
        let received = Received {
            status: response.status,
            headers: &response.message.headers,
            body: response.message.payload(),
        };
        let coverage = &mut self.coverage;
        let findings = coverage.validate_exchange(operation, &request, &received);
        let is_agreed = findings.iter().all(|finding| finding.part().is_request());
        if response.status.is_client_error() && is_agreed {
            self.entries.rejected += usize::from(is_deserved(response.status, &findings));
            return;
        }
        for finding in findings {
            if finding.part() == Part::Credentials && !has_credentials {
                self.credentials.missing(found_here(finding), &mut *found);
            } else {
                found(found_here(finding));
            }
        }
    }

    /// Validates a request to another server as a webhook delivery. Returns false if it is none.
    fn delivery(
        &mut self,
        index: usize,
        method: &Method,
        exchange: &Exchange,
        found: &mut impl FnMut(Found<'c>),
    ) -> bool {
        let contract = self.coverage.contract();
        let event = delivery::event(contract, method, &exchange.request);
        let (Some(event), Some(response)) = (event, &exchange.response) else {
            return false;
        };
        if matches!(self.servers, Servers::Given(_)) {
            return false;
        }
        self.entries.validated += 1;
        let delivery = Sent {
            method,
            path: "",
            query: "",
            headers: &exchange.request.headers,
            body: exchange.request.payload(),
        };
        for finding in contract.delivery_findings(event, &delivery) {
            found(Found {
                entry: index,
                operation: Some(event),
                method: Some(method.clone()),
                status: response.status,
                finding,
            });
        }
        true
    }

    /// Counts an entry that does not belong to the API.
    fn ignore(&mut self, host: Option<String>) {
        self.entries.ignored += 1;
        let Some(host) = host else {
            return;
        };
        let hosts = &mut self.entries.ignored_hosts;
        if let Some(count) = hosts.get_mut(&host) {
            *count += 1;
        } else if hosts.len() < MOST_HOSTS {
            hosts.insert(host, 1);
        }
    }
}

/// Returns the host of a URL, with its port if that is not the default of the scheme.
fn host_of(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

impl fmt::Debug for Recording<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording")
            .field("entries", &self.entries)
            .field("coverage", &self.coverage)
            .finish_non_exhaustive()
    }
}

/// Returns whether a browser or proxy sent the request on its own: a CORS preflight or a tunnel.
fn is_between(method: Option<&Method>, exchange: &Exchange) -> bool {
    let headers = &exchange.request.headers;
    method == Some(&Method::CONNECT)
        || method == Some(&Method::OPTIONS) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Returns the finding for a request that matches no operation.
fn not_documented(
    contract: &Contract,
    target: &Target<'_, '_>,
    method: Option<&Method>,
) -> Finding {
    let operation: Option<&Operation> = contract.at_path(target.path).next();
    let item = operation.and_then(|operation| operation.pointer.rsplit_once('/'));
    let Some((item, _)) = item.filter(|_| matches!(target.route, Route::NoMethod)) else {
        return Finding::of(
            ids::REQUEST_PATH_UNDOCUMENTED,
            Severity::Request,
            "/request/path",
            "/paths",
            "is not documented",
        );
    };
    let plain = method.filter(|method| found::is_plain(method));
    let name = plain.map_or(String::new(), |method| format!("`{method}` "));
    Finding::of(
        ids::REQUEST_METHOD_UNDOCUMENTED,
        Severity::Request,
        "/request/method",
        item,
        format!("{name}is not documented"),
    )
}

/// Returns whether a rejected request has a finding. Recorders leave out credentials, so missing ones only count if the
/// server missed them too.
fn is_deserved(status: StatusCode, findings: &[Finding]) -> bool {
    let mut findings = findings.iter();
    findings.any(|finding| status == StatusCode::UNAUTHORIZED || finding.part() == Part::Request)
}

/// Returns whether the response says that there is no such path or method.
fn is_not_found(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_over_the_limit_ends_the_file_and_other_values_have_any_size() {
        let contract = Contract::parse(r#"{"openapi": "3.1.0"}"#).unwrap();
        let mut recording = Recording::new(&contract, None).unwrap();
        recording.max_entry = 1 << 19;
        let entry = r#"{"request": {"method": "GET", "url": "http://localhost/a"}}"#;
        let large = " ".repeat(1 << 20);
        let har = |entries: &str| {
            format!(r#"{{"log": {{"pages": "{large}", "entries": [{entry}{entries}]}}}}"#)
        };
        assert_eq!(recording.read(har("").as_bytes(), |_| ()), Ok(()));
        assert_eq!(recording.entries.ignored, 1);
        let read = recording.read(har(&format!(",{{{large}}},{entry}")).as_bytes(), |_| ());
        assert_eq!(read, Err(HarError::TooLarge));
        assert_eq!(recording.entries.ignored, 2);
        let first = recording.entries.first_unreadable.unwrap();
        assert_eq!((first.entry, first.reason), (1, Reason::TooLarge));
    }
}
