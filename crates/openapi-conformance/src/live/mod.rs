//! Validates a running server by calling it.

mod call;
mod check;
mod error;
mod pages;
mod parameters;
mod probes;

use std::fmt;

use http::StatusCode;
use serde_json::Value;
use url::Url;

use super::coverage::Coverage;
use super::ids::{self, Id};
use super::operation::Operation;
use super::{Contract, Finding, Severity};
use crate::base_url;
use call::{Exchange, Key, http_client};
use check::check_of;
use parameters::{Query, with};

pub use check::{Check, Sent};
pub use error::LiveError;

/// A validator for a running server. Its checks send only read requests.
pub struct Live<'c> {
    contract: &'c Contract,
    http: reqwest::Client,
    base: Url,
    api_key: String,
    coverage: Coverage<'c>,
    /// Whether the server has accepted the API key.
    accepted: bool,
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
    /// Returns [`LiveError::BaseUrl`] if the URL is not that of a server, [`LiveError::InsecureBaseUrl`] if it starts
    /// with `http://` and its host is not this machine, [`LiveError::ApiKey`] if the API key is empty or cannot be
    /// sent in a header, and [`LiveError::HttpClient`] if the HTTP client cannot be created.
    pub fn new(contract: &'c Contract, base_url: &str, api_key: &str) -> Result<Self, LiveError> {
        let live = Live::with_insecure_http(contract, base_url, api_key)?;
        if live.base.scheme() == "http" && !base_url::is_loopback(&live.base) {
            return Err(LiveError::InsecureBaseUrl);
        }
        Ok(live)
    }

    /// Creates a validator as [`new`](Live::new) does, but allows `http://` for any host, e.g. for a server in the
    /// network of a CI job. Over `http://`, the API key is sent unencrypted.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`new`](Live::new), except [`LiveError::InsecureBaseUrl`].
    pub fn with_insecure_http(
        contract: &'c Contract,
        base_url: &str,
        api_key: &str,
    ) -> Result<Self, LiveError> {
        let base = base_url::parse(base_url).map_err(|reason| LiveError::BaseUrl { reason })?;
        if api_key.is_empty() || !api_key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(LiveError::ApiKey);
        }
        Ok(Live {
            contract,
            http: http_client(base_url::is_loopback(&base))
                .map_err(|source| LiveError::HttpClient { source })?,
            base,
            api_key: api_key.to_owned(),
            coverage: Coverage::new(contract),
            accepted: false,
            unfinished: None,
        })
    }

    /// Returns the coverage of the contract by the requests sent so far.
    pub fn coverage(&self) -> &Coverage<'c> {
        &self.coverage
    }

    /// Runs all checks and calls `done` with each result. Every list is requested with and without its parameters,
    /// without an API key, with an unknown API key, with invalid parameters, with filters that match nothing, and over
    /// three pages.
    ///
    /// # Errors
    ///
    /// Returns a [`LiveError`] if a check cannot be completed. Earlier checks have already been passed to `done`. So
    /// has the incomplete check, if it has findings.
    pub async fn run(&mut self, mut done: impl FnMut(Check)) -> Result<(), LiveError> {
        let contract = self.contract;
        let mut done = |mut check: Check| {
            check.findings = contract.named_findings(check.findings);
            done(check);
        };
        let checked = self.checks(&mut done).await;
        let unfinished = self.unfinished.take();
        if let Some(check) = unfinished.filter(|check| !check.findings.is_empty()) {
            done(check);
        }
        checked
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
        let exchange = self
            .call(&mut check, operation, &[], Key::Valid, Some(body))
            .await?;
        self.validate(&mut check, operation, &exchange);
        Ok(Sent {
            check,
            status: exchange.response.status(),
            body: serde_json::from_slice(exchange.response.body()).unwrap_or_default(),
        })
    }

    async fn checks(&mut self, done: &mut impl FnMut(Check)) -> Result<(), LiveError> {
        let contract = self.contract;
        let readable = |operation: &&Operation| {
            operation.method == http::Method::GET && !operation.path.contains('{')
        };
        for operation in contract.operations().filter(readable) {
            let Some(required) = self.required_parameters(operation) else {
                let mut check = check_of(operation, "with its required parameters");
                check.skipped = Some("the contract has no example of a required parameter".into());
                done(check);
                continue;
            };
            let mut check = check_of(operation, "without parameters");
            let first = self
                .expect_success(&mut check, operation, &required)
                .await?;
            let status = first.response.status();
            if matches!(
                status,
                StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
            ) {
                let request = format!("{} {}", operation.method, first.request.uri().path());
                return Err(LiveError::NotFound { request, status });
            }
            done(check);
            let page = serde_json::from_slice(first.response.body()).unwrap_or_default();
            self.parameters(operation, &required, &page, done).await?;
            if let Some(list) = &operation.list
                && list.continues_before_a_timestamp()
            {
                done(self.pages(operation, list).await?);
            }
            self.credentials(operation, &required, done).await?;
            self.probes(operation, &required, &page, done).await?;
        }
        Ok(())
    }

    /// Sends a request without an API key, and one with an unknown key.
    async fn credentials(
        &mut self,
        operation: &'c Operation,
        query: &Query,
        done: &mut impl FnMut(Check),
    ) -> Result<(), LiveError> {
        if operation.security.iter().all(Vec::is_empty) {
            return Ok(());
        }
        for (key, what) in [
            (Key::Missing, "without an API key"),
            (Key::Unknown, "with an unknown API key"),
        ] {
            let mut check = check_of(operation, what);
            let exchange = self.call(&mut check, operation, query, key, None).await?;
            let expected = [StatusCode::UNAUTHORIZED];
            self.expect_rejection(&mut check, operation, &exchange, &expected);
            done(check);
        }
        Ok(())
    }

    /// Requests a page. Returns null if the response is not valid JSON.
    async fn page(
        &mut self,
        check: &mut Check,
        operation: &'c Operation,
        query: &[(String, String)],
    ) -> Result<Value, LiveError> {
        let exchange = self.expect_success(check, operation, query).await?;
        Ok(serde_json::from_slice(exchange.response.body()).unwrap_or_default())
    }

    /// Sends a request with the configured API key, and expects a success.
    async fn expect_success(
        &mut self,
        check: &mut Check,
        operation: &'c Operation,
        query: &[(String, String)],
    ) -> Result<Exchange, LiveError> {
        let exchange = self.call(check, operation, query, Key::Valid, None).await?;
        let status = exchange.response.status();
        let rejected = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
        if rejected && !self.accepted {
            return Err(LiveError::Unauthorized { status });
        }
        self.accepted = true;
        self.validate(check, operation, &exchange);
        if !status.is_success() && operation.response(status).is_some() {
            let sentence = format!("is {} although the request is valid", status.as_u16());
            let id = ids::RESPONSE_SUCCESS_EXPECTED;
            check.findings.push(unexpected(id, operation, sentence));
        }
        Ok(exchange)
    }

    /// Checks that a request was rejected with one of these status codes, as far as they are documented.
    fn expect_rejection(
        &mut self,
        check: &mut Check,
        operation: &'c Operation,
        exchange: &Exchange,
        expected: &[StatusCode],
    ) {
        self.validate(check, operation, exchange);
        let status = exchange.response.status();
        if !expected.contains(&status) && operation.response(status).is_some() {
            let sentence = format!("is {}, expected {}", status.as_u16(), expected[0].as_u16());
            let id = ids::RESPONSE_REJECTION_EXPECTED;
            check.findings.push(unexpected(id, operation, sentence));
        }
    }

    fn validate(&mut self, check: &mut Check, operation: &'c Operation, exchange: &Exchange) {
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
