//! Validates recorded traffic: HAR 1.2 files, as exported by browsers, proxies and HTTP tools.
//!
//! A recording is read entry by entry, so memory use is bounded by the largest entry. An entry can be up to 64 MiB in
//! size. Deviations from the format are tolerated, and entries that cannot be read are counted in [`Entries`]. Data
//! that recorders leave out is also counted there, and is not validated:
//!
//! - An entry without a response, because the request was blocked or the connection was lost.
//! - A body that was truncated, or that is missing although its recorded size is greater than zero.
//! - A missing `Authorization` header, as long as no API entry in the same file has one. Chrome's default export leaves
//!   it out. Once an entry with the header is read, the missing headers are reported as findings.
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
//!         "entry 0: request: /request/method `DELETE` is not documented (openapi.yaml#/paths/~1pets)"
//!     );
//! })?;
//! assert_eq!(recording.entries().validated, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod api_keys;
mod body;
mod entry;
mod error;
mod found;
mod headers;
mod rejection;
mod scan;
mod server;
mod source;
mod stream;
mod validate;

use std::fmt;
use std::io::Read;

use http::Method;
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION};
use url::Url;

use super::{Contract, Coverage, Route};
use api_keys::Keys;
use entry::Entry;
use server::Server;

pub use error::HarError;
pub use found::{Entries, Found, Reason, Unreadable};

/// Validates the entries of one or more recordings, and measures their coverage of the contract.
pub struct Recording<'c> {
    coverage: Coverage<'c>,
    server: Server,
    entries: Entries,
    /// The number of recordings read, including the current one.
    recordings: usize,
}

impl<'c> Recording<'c> {
    /// Creates a validator for recordings. Nothing is read yet.
    ///
    /// An entry belongs to the API if its URL is below `base_url`. If `base_url` is `None`, the URL of the contract's
    /// server is used, and entries of a server on this machine can also belong to the API: those below the contract's
    /// base path, and those with a documented path directly below the root.
    ///
    /// # Errors
    ///
    /// Returns [`HarError::BaseUrl`] if `base_url` is not a valid server URL.
    pub fn new(contract: &'c Contract, base_url: Option<&str>) -> Result<Self, HarError> {
        Ok(Recording {
            coverage: Coverage::new(contract),
            server: Server::new(contract, base_url)?,
            entries: Entries::default(),
            recordings: 0,
        })
    }

    /// Reads a recording to the end, and calls `found` with each finding while reading. The reader does not need to be
    /// buffered.
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
        let mut keys = Keys::default();
        let recording = self.recordings;
        self.recordings += 1;
        stream::entries(reader, |index, entry| match entry {
            Ok(entry) => self.entry(index, entry, &mut keys, &mut found),
            Err(reason) => {
                self.entries.unreadable += 1;
                self.entries.first_unreadable.get_or_insert(Unreadable {
                    recording,
                    entry: index,
                    reason,
                });
            }
        })
    }

    /// Returns the coverage of the entries read so far.
    pub fn coverage(&self) -> &Coverage<'c> {
        &self.coverage
    }

    /// Returns the number of entries read so far, by outcome.
    pub fn entries(&self) -> &Entries {
        &self.entries
    }

    fn entry(
        &mut self,
        index: usize,
        entry: Entry,
        keys: &mut Keys<'c>,
        found: &mut impl FnMut(Found<'c>),
    ) {
        let method = Method::from_bytes(entry.method.as_bytes()).ok();
        let contract = self.coverage.contract();
        let url = Url::parse(&entry.url)
            .ok()
            .filter(|_| !is_between(method.as_ref(), &entry));
        let Some((url, path)) = url
            .as_ref()
            .and_then(|url| Some((url, self.server.path(contract, url)?)))
        else {
            self.entries.ignored += 1;
            return;
        };
        let has_key = entry.request.headers.0.contains_key(AUTHORIZATION);
        if has_key {
            keys.recorded().for_each(&mut *found);
        }
        let Some(status) = entry.status() else {
            self.entries.without_response += 1;
            return;
        };
        self.entries.validated += 1;
        self.entries.without_api_key += usize::from(!has_key);

        let found_here = |operation, finding| Found {
            entry: index,
            operation,
            method: method.clone().filter(found::is_plain),
            status,
            finding,
        };
        let route = method.as_ref().map(|method| contract.route(method, path));
        let Some(Route::Operation(operation)) = route else {
            if rejection::is_not_found(status) {
                self.entries.rejected += 1;
                return;
            }
            let finding = validate::not_documented(contract, path, method.as_ref());
            found(found_here(None, finding));
            return;
        };
        let validated = validate::entry(&mut self.coverage, operation, url, entry, status);
        self.entries.incomplete_bodies += usize::from(!validated.whole);
        if rejection::is_documented(status, &validated.findings) {
            self.entries.rejected +=
                usize::from(rejection::is_deserved(status, &validated.findings));
            return;
        }
        for finding in validated.findings {
            let missing_key = !has_key && finding.pointer == api_keys::POINTER;
            let found_here = found_here(Some(operation), finding);
            if missing_key {
                keys.missing(found_here, &mut *found);
            } else {
                found(found_here);
            }
        }
    }
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
fn is_between(method: Option<&Method>, entry: &Entry) -> bool {
    let headers = &entry.request.headers.0;
    method == Some(&Method::CONNECT)
        || method == Some(&Method::OPTIONS) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}
