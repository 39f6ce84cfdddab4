//! Validates a running server by calling it.

mod call;
mod check;
mod error;
mod known;
mod pages;
mod parameters;
mod probes;
mod selection;
mod settings;
mod target;

use std::fmt;

use http::header::ACCEPT;
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use url::Url;

use super::coverage::Coverage;
use super::ids::{self, Id};
use super::operation::Operation;
use super::{Contract, Finding, Severity};
use crate::security::Scheme;
use crate::servers::Server;
use call::{Exchange, Key};
use check::check_of;
use known::Known;
use parameters::{Query, with};
use selection::Selection;
use target::Target;

pub use check::{Check, Sent};
pub use error::LiveError;
pub use settings::LiveBuilder;

/// The number of operations in a row that may fail before the run ends.
const MOST_FAILURES: usize = 3;

/// A validator for a running server. Unless it is told otherwise, its checks send only read requests.
pub struct Live<'c> {
    contract: &'c Contract,
    http: reqwest::Client,
    base: Url,
    api_key: Option<String>,
    /// The headers of every request.
    headers: HeaderMap,
    sends_writes: bool,
    selection: Selection,
    coverage: Coverage<'c>,
    known: Known,
    /// Whether requests are only listed.
    is_planning: bool,
    /// Whether the server has accepted the API key.
    is_accepted: bool,
    /// The check that was interrupted by an error.
    unfinished: Option<Check>,
}

impl fmt::Debug for Live<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").finish_non_exhaustive()
    }
}

impl<'c> Live<'c> {
    /// Creates a validator for the server at this base URL. No request is sent yet.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`LiveBuilder::build`].
    pub fn new(contract: &'c Contract, base_url: &str, api_key: &str) -> Result<Self, LiveError> {
        Live::builder(contract, base_url).api_key(api_key).build()
    }

    /// Returns the default settings of a validator.
    pub fn builder(contract: &'c Contract, base_url: &str) -> LiveBuilder<'c> {
        LiveBuilder::new(contract, base_url)
    }

    /// Returns the coverage of the contract by the requests sent so far.
    pub fn coverage(&self) -> &Coverage<'c> {
        &self.coverage
    }

    /// Runs all checks and calls `done` with each result. Every operation is requested with and without its parameters,
    /// as each documented media type, without an API key, with an unknown API key, and with invalid parameters; a list
    /// also with filters that match nothing, and over three pages. Identifiers in paths are taken from earlier
    /// responses, or else from the contract.
    ///
    /// An operation that cannot be checked to its end does not end the run: its check has [failed](Check::failed).
    ///
    /// # Errors
    ///
    /// Returns a [`LiveError`] if no operation can be checked, if the connection fails, or if several operations in a
    /// row fail. Earlier checks have already been passed to `done`.
    pub async fn run(&mut self, mut done: impl FnMut(Check)) -> Result<(), LiveError> {
        let contract = self.contract;
        let mut done = |mut check: Check| {
            check.findings = contract.named_findings(check.findings);
            done(check);
        };
        self.checks(&mut done).await
    }

    /// Returns the checks that [`run`](Self::run) would make, with their requests. No request is sent. Values that depend
    /// on responses are not known: a path shows its parameter instead.
    pub async fn plan(&mut self) -> Vec<Check> {
        let mut planned = Vec::new();
        self.is_planning = true;
        let mut done = |check: Check| {
            planned.push(Check {
                findings: Vec::new(),
                ..check
            });
        };
        // Nothing is sent, so nothing fails.
        _ = self.checks(&mut done).await;
        self.is_planning = false;
        planned
    }

    /// Sends one request with a JSON body to an operation without path parameters, and validates the response.
    ///
    /// # Errors
    ///
    /// Returns a [`LiveError`] if there is no usable response.
    pub async fn send(
        &mut self,
        operation: &'c Operation,
        body: &Value,
    ) -> Result<Sent, LiveError> {
        let mut check = check_of(operation, "with a given body");
        let target = Target::with_body(operation, body);
        let exchange = self.call(&mut check, &target, &[], Key::Valid).await?;
        self.validate(&mut check, operation, &exchange);
        Ok(Sent {
            check,
            status: exchange.response.status(),
            body: serde_json::from_slice(exchange.response.body()).unwrap_or_default(),
        })
    }

    /// Returns the selected operations in the order of their checks. Those with fewer parameters in their path come
    /// first, because their responses contain the values of these parameters, and those that change data come last.
    fn operations(&self) -> impl Iterator<Item = &'c Operation> + use<'c> {
        let mut operations = Vec::new();
        for operation in self.contract.operations() {
            let is_sent = is_read(operation) || self.sends_writes && is_write(operation);
            if is_sent && self.selection.includes(operation) {
                operations.push(operation);
            }
        }
        operations.sort_by_key(|operation| {
            let is_deletion = operation.method == Method::DELETE;
            let parameters = operation.path.matches('{').count();
            (!is_read(operation), is_deletion, parameters)
        });
        operations.into_iter()
    }

    /// Returns true if this is a server of the contract, but not one of the operation, which has its own. A server that
    /// the contract does not name, e.g. one for tests, has all operations.
    fn is_elsewhere(&self, operation: &Operation) -> bool {
        let servers = &self.contract.servers;
        let is_among = |servers: &[Server]| {
            let mut paths = servers.iter().filter_map(|server| server.path(&self.base));
            paths.any(|below| below.trim_matches('/').is_empty())
        };
        is_among(&servers[0]) && !is_among(&servers[operation.servers])
    }

    /// Returns true if the operation requires no credentials, but others do.
    fn is_public(&self, operation: &Operation) -> bool {
        let requires_none = |operation: &Operation| operation.security.iter().all(Vec::is_empty);
        requires_none(operation) && !self.contract.operations().all(requires_none)
    }

    async fn checks(&mut self, done: &mut impl FnMut(Check)) -> Result<(), LiveError> {
        let mut progress = Progress::default();
        for operation in self.operations() {
            if self.is_elsewhere(operation) {
                let mut check = check_of(operation, "on its own server");
                check.skipped = Some("the contract names another server for it".to_owned());
                done(check);
                continue;
            }
            let target = match self.target(operation) {
                Ok(target) => target,
                Err(name) => {
                    let reason = format!("no value is known for the required parameter `{name}`");
                    done(Check::skipped(
                        format!("{} with its required parameters", operation.id),
                        reason,
                    ));
                    continue;
                }
            };
            let ended = self.operation(target, &mut progress, done).await;
            let unfinished = self.unfinished.take();
            let Err(error) = ended else {
                continue;
            };
            let mut check = unfinished.unwrap_or_else(|| check_of(operation, "without parameters"));
            check.failed = Some(error.to_string());
            done(check);
            let is_down =
                matches!(&error, LiveError::NoResponse { source, .. } if source.is_connect());
            progress.failed(error);
            if is_down || progress.failures_in_a_row == MOST_FAILURES {
                progress.is_over = true;
                break;
            }
        }
        progress.end()
    }

    /// Checks an operation.
    async fn operation(
        &mut self,
        mut target: Target<'c>,
        progress: &mut Progress,
        done: &mut impl FnMut(Check),
    ) -> Result<(), LiveError> {
        let operation = target.operation;
        let is_read = is_read(operation);
        let mut check = check_of(
            operation,
            if is_read {
                "without parameters"
            } else {
                "with its example"
            },
        );
        if !is_read {
            let Some(body) = self.example_body(operation) else {
                check.skipped = Some("the contract has no example of the request body".to_owned());
                done(check);
                return Ok(());
            };
            target.body = body;
        }
        let query = target.query.clone();
        let first = self.call(&mut check, &target, &query, Key::Valid).await?;
        let status = first.response.status();
        self.expect_accepted(operation, &mut check, status)?;
        self.validate(&mut check, operation, &first);
        if status.is_client_error() && (!target.exists || !is_read) {
            // The server may be right: the values are guesses.
            check.skipped = Some(format!(
                "the server responded with {}, perhaps because of the values from the contract",
                status.as_u16()
            ));
            done(check);
            progress.completed(done);
            return Ok(());
        }
        self.expect_success_status(&mut check, operation, status);
        if matches!(
            status,
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
        ) {
            let base_path = self.base.path().trim_end_matches('/');
            let request = format!("{} {base_path}{}", operation.method, target.shown_path);
            progress.not_found(check, LiveError::NotFound { request, status }, done);
            return Ok(());
        }
        progress.completed(done);
        done(check);
        let body = serde_json::from_slice(first.response.body()).unwrap_or_default();
        if status.is_success() && !self.is_planning {
            self.known
                .learn(self.contract, operation, &target.path_values, &body);
        }
        if operation.method != Method::GET {
            return Ok(());
        }
        self.parameters(&target, &body, done).await?;
        self.media_types(&target, done).await?;
        if let Some(list) = &operation.list
            && list.continues_before_a_timestamp()
        {
            done(self.pages(&target, list).await?);
        }
        self.credentials(&target, done).await?;
        self.probes(&target, &body, done).await
    }

    /// Requests each documented media type of the success response, if there are several.
    async fn media_types(
        &mut self,
        target: &Target<'c>,
        done: &mut impl FnMut(Check),
    ) -> Result<(), LiveError> {
        let operation = target.operation;
        let documented = operation
            .success()
            .map_or(&[][..], |response| &response.content);
        let types: Vec<_> = documented.iter().map(|media| media.name()).collect();
        if types.len() < 2 {
            return Ok(());
        }
        for name in types.into_iter().filter(|name| !name.contains('*')) {
            let mut check = check_of(operation, &format!("as `{name}`"));
            let mut target = target.clone();
            target.headers.push((ACCEPT.to_string(), name));
            let query = target.query.clone();
            self.expect_success(&mut check, &target, &query).await?;
            done(check);
        }
        Ok(())
    }

    /// Sends a request without an API key, and one with an unknown key.
    async fn credentials(
        &mut self,
        target: &Target<'c>,
        done: &mut impl FnMut(Check),
    ) -> Result<(), LiveError> {
        let operation = target.operation;
        let is_optional =
            |schemes: &Vec<Scheme>| schemes.iter().all(|scheme| *scheme == Scheme::None);
        if operation.security.is_empty() || operation.security.iter().any(is_optional) {
            return Ok(());
        }
        // Many servers respond with 403. They conform if the contract does not say 401.
        let mut responses = operation.responses.iter();
        let expected: &[StatusCode] = if responses.any(|response| response.key == "401") {
            &[StatusCode::UNAUTHORIZED]
        } else {
            &[StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN]
        };
        for (key, what) in [
            (Key::Missing, "without an API key"),
            (Key::Unknown, "with an unknown API key"),
        ] {
            let mut check = check_of(operation, what);
            let exchange = self.call(&mut check, target, &target.query, key).await?;
            let severity = Severity::Breaking;
            self.expect_rejection(&mut check, operation, &exchange, expected, severity);
            done(check);
        }
        Ok(())
    }

    /// Requests a page. Returns null if the response is not valid JSON.
    async fn page(
        &mut self,
        check: &mut Check,
        target: &Target<'c>,
        query: &[(String, String)],
    ) -> Result<Value, LiveError> {
        let exchange = self.expect_success(check, target, query).await?;
        Ok(serde_json::from_slice(exchange.response.body()).unwrap_or_default())
    }

    /// Sends a request with the configured API key, and expects a success.
    async fn expect_success(
        &mut self,
        check: &mut Check,
        target: &Target<'c>,
        query: &[(String, String)],
    ) -> Result<Exchange, LiveError> {
        let exchange = self.call(check, target, query, Key::Valid).await?;
        let status = exchange.response.status();
        self.validate(check, target.operation, &exchange);
        self.expect_success_status(check, target.operation, status);
        Ok(exchange)
    }

    /// Returns an error if the API key is rejected before it was ever accepted. Later, that is a finding.
    fn expect_accepted(
        &mut self,
        operation: &Operation,
        check: &mut Check,
        status: StatusCode,
    ) -> Result<(), LiveError> {
        let is_rejected = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
        if is_rejected && !self.is_accepted && !self.is_public(operation) {
            self.unfinished = Some(check.clone());
            return Err(LiveError::Unauthorized { status });
        }
        self.is_accepted |= !is_rejected && !operation.security.is_empty();
        Ok(())
    }

    fn expect_success_status(&self, check: &mut Check, operation: &Operation, status: StatusCode) {
        let is_usable = status.is_success() || status.is_redirection();
        if !is_usable && operation.response(status).is_some() {
            let sentence = format!("is {} although the request is valid", status.as_u16());
            let id = ids::RESPONSE_SUCCESS_EXPECTED;
            check.findings.push(unexpected(id, operation, sentence));
        }
    }

    /// Checks that a request was rejected with one of these status codes, as far as they are documented.
    fn expect_rejection(
        &mut self,
        check: &mut Check,
        operation: &'c Operation,
        exchange: &Exchange,
        expected: &[StatusCode],
        severity: Severity,
    ) {
        self.validate_rejection(check, operation, exchange, expected);
        let status = exchange.response.status();
        if !expected.contains(&status) && operation.response(status).is_some() {
            let sentence = format!("is {}, expected {}", status.as_u16(), expected[0].as_u16());
            let id = ids::RESPONSE_REJECTION_EXPECTED;
            let mut finding = unexpected(id, operation, sentence);
            finding.severity = severity;
            check.findings.push(finding);
        }
    }

    /// Validates the response to a request that the server should reject. Many contracts leave out how it does that.
    fn validate_rejection(
        &mut self,
        check: &mut Check,
        operation: &'c Operation,
        exchange: &Exchange,
        expected: &[StatusCode],
    ) {
        let is_documented = |status: &StatusCode| operation.response(*status).is_some();
        let is_expected = expected.contains(&exchange.response.status());
        if !is_expected || expected.iter().any(is_documented) {
            self.validate(check, operation, exchange);
        }
    }

    fn validate(&mut self, check: &mut Check, operation: &'c Operation, exchange: &Exchange) {
        if self.is_planning {
            return;
        }
        let findings = self
            .coverage
            .validate(operation, &exchange.request, &exchange.response);
        // The requests are our own: invalid on purpose, or with a value that the server returned.
        let in_response = |finding: &Finding| !finding.part().is_request();
        check
            .findings
            .extend(findings.into_iter().filter(in_response));
    }
}

/// Returns the finding for a status code that is documented, but wrong for this request.
fn unexpected(id: Id, operation: &Operation, sentence: String) -> Finding {
    Finding::of(
        id,
        Severity::Breaking,
        "/response/status",
        format!("{}/responses", operation.pointer),
        sentence,
    )
}

/// What the run has achieved so far.
#[derive(Default)]
struct Progress {
    has_completed: bool,
    failures_in_a_row: usize,
    /// Whether the rest of the operations is not checked.
    is_over: bool,
    first_error: Option<LiveError>,
    /// The checks of paths that do not exist, until another path does. If none does, the base URL is wrong.
    not_found: Vec<Check>,
}

impl Progress {
    fn completed(&mut self, done: &mut impl FnMut(Check)) {
        self.has_completed = true;
        self.failures_in_a_row = 0;
        self.not_found.drain(..).for_each(done);
    }

    fn failed(&mut self, error: LiveError) {
        self.failures_in_a_row += 1;
        self.first_error.get_or_insert(error);
    }

    fn not_found(&mut self, check: Check, error: LiveError, done: &mut impl FnMut(Check)) {
        self.first_error.get_or_insert(error);
        if self.has_completed {
            done(check);
        } else {
            self.not_found.push(check);
        }
    }

    fn end(self) -> Result<(), LiveError> {
        match self.first_error {
            Some(error) if self.is_over || !self.has_completed => Err(error),
            _ => Ok(()),
        }
    }
}

/// Returns true if the operation only reads.
fn is_read(operation: &Operation) -> bool {
    matches!(operation.method, Method::GET | Method::HEAD)
}

/// Returns true if the operation may change data.
fn is_write(operation: &Operation) -> bool {
    let writes = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    writes.contains(&operation.method)
}
