//! Validates a running server by calling it. Sends only read requests unless `send_to` is set.

mod call;
mod error;
mod pages;
mod send;

use std::fmt;

use http::{HeaderValue, StatusCode};
use serde_json::Value;
use url::Url;

use super::coverage::Coverage;
use super::ids::{self, Id};
use super::operation::{In, Operation, Parameter};
use super::schema::{Format, Kind};
use super::{Contract, Finding, Severity};
use crate::client::{ConfigError, settings};
use crate::client::{DEFAULT_CONNECT_TIMEOUT, http_client};
use crate::types::ConversationId;
use call::{Exchange, Key};

pub use error::LiveError;

/// A single check.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Check {
    /// The name of the check, e.g. `list_conversations with limit`.
    pub name: String,
    /// The requests and their status codes, without API keys: `GET /conversations -> 200`.
    pub requests: Vec<String>,
    /// The findings.
    pub findings: Vec<Finding>,
    /// Why the check was skipped, if it was.
    pub skipped: Option<String>,
}

/// A running server to validate.
pub struct Live<'c> {
    contract: &'c Contract,
    http: reqwest::Client,
    base: Url,
    authorization: HeaderValue,
    send_to: Option<ConversationId>,
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
    /// Returns the [`ConfigError`] that [`Client::builder`](crate::Client::builder) would return for these settings.
    pub fn new(contract: &'c Contract, base_url: &str, api_key: &str) -> Result<Self, ConfigError> {
        let base = settings::base_url(base_url)?;
        if base.scheme() == "http" && !settings::is_loopback(&base) {
            return Err(ConfigError::InsecureBaseUrl);
        }
        Live::with_insecure_http(contract, base_url, api_key)
    }

    /// Creates a validator like [`new`](Live::new), and allows `http://` for any host, e.g. for a server in the
    /// network of a CI job. Over `http://`, the API key is sent unencrypted.
    ///
    /// # Errors
    ///
    /// Returns the [`ConfigError`] that [`Client::builder`](crate::Client::builder) would return for these settings.
    pub fn with_insecure_http(
        contract: &'c Contract,
        base_url: &str,
        api_key: &str,
    ) -> Result<Self, ConfigError> {
        let base = settings::base_url(base_url)?;
        let local = settings::is_loopback(&base);
        Ok(Live {
            contract,
            http: http_client(DEFAULT_CONNECT_TIMEOUT, local)?,
            base,
            authorization: settings::authorization(api_key)?,
            send_to: None,
            coverage: Coverage::new(contract),
            accepted: false,
            unfinished: None,
        })
    }

    /// Also sends the contract's example message in this conversation. By default, nothing is sent.
    #[must_use]
    pub fn send_to(mut self, conversation: ConversationId) -> Self {
        self.send_to = Some(conversation);
        self
    }

    /// Returns the coverage of the contract so far.
    pub fn coverage(&self) -> &Coverage<'c> {
        &self.coverage
    }

    /// Runs all checks and calls `done` with each of them. Every list is requested with and without its parameters,
    /// without an API key, with an unknown one, with invalid parameters, and over three pages.
    ///
    /// # Errors
    ///
    /// Returns a [`LiveError`] if a check cannot be completed. Earlier checks have already been passed to `done`, as
    /// have the findings of the incomplete one.
    pub async fn run(&mut self, mut done: impl FnMut(Check)) -> Result<(), LiveError> {
        let checked = self.checks(&mut done).await;
        let unfinished = self.unfinished.take();
        if let Some(check) = unfinished.filter(|check| !check.findings.is_empty()) {
            done(check);
        }
        checked
    }

    async fn checks(&mut self, done: &mut impl FnMut(Check)) -> Result<(), LiveError> {
        let contract = self.contract;
        let readable = |operation: &&Operation| {
            operation.method == http::Method::GET && !operation.path.contains('{')
        };
        for operation in contract.operations().filter(readable) {
            let mut check = check(operation, "without parameters");
            let first = self.expect_success(&mut check, operation, &[]).await?;
            let status = first.1.status();
            if matches!(
                status,
                StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
            ) {
                let request = format!("{} {}", operation.method, first.0.uri().path());
                return Err(LiveError::NotFound(request, status));
            }
            done(check);
            let page = serde_json::from_slice(first.1.body()).unwrap_or_default();
            self.parameters(operation, &page, done).await?;
            if let Some(list) = &operation.list {
                done(self.pages(operation, list).await?);
            }
            for (key, what) in [
                (Key::Missing, "without an API key"),
                (Key::Unknown, "with an unknown API key"),
            ] {
                let mut check = self::check(operation, what);
                let exchange = self.call(&mut check, operation, &[], key, None).await?;
                self.expect_rejection(&mut check, operation, &exchange, StatusCode::UNAUTHORIZED);
                done(check);
            }
            for parameter in operation
                .parameters
                .iter()
                .filter(|parameter| parameter.place == In::Query)
            {
                let Some(wrong) = wrong_value(parameter, contract) else {
                    continue;
                };
                let what = format!("with `{}={wrong}`", parameter.name);
                let mut check = self::check(operation, &what);
                let query = [(parameter.name.clone(), wrong.to_owned())];
                let exchange = self
                    .call(&mut check, operation, &query, Key::Valid, None)
                    .await?;
                self.expect_rejection(&mut check, operation, &exchange, StatusCode::BAD_REQUEST);
                done(check);
            }
        }
        if let Some(conversation) = self.send_to.clone() {
            done(self.send(&conversation).await?);
        }
        Ok(())
    }

    /// Checks each parameter alone, then all together.
    async fn parameters(
        &mut self,
        operation: &'c Operation,
        page: &Value,
        done: &mut impl FnMut(Check),
    ) -> Result<(), LiveError> {
        let mut all = Vec::new();
        for parameter in operation
            .parameters
            .iter()
            .filter(|parameter| parameter.place == In::Query)
        {
            let mut check = check(operation, &format!("with `{}`", parameter.name));
            let pair = (
                parameter.name.clone(),
                self.right_value(operation, parameter, page),
            );
            let query = std::slice::from_ref(&pair);
            let filtered = self.page(&mut check, operation, query).await?;
            let list = operation.list.as_ref();
            if let Some(list) = list.filter(|list| list.filters.contains(&parameter.name))
                && let Some(finding) = pages::filtered(list, page, &filtered, &pair)
                && self.page(&mut check, operation, &[]).await? == *page
            {
                check.findings.push(finding);
            }
            all.push(pair);
            done(check);
        }
        if all.len() > 1 {
            let mut check = check(operation, "with all parameters");
            self.expect_success(&mut check, operation, &all).await?;
            done(check);
        }
        Ok(())
    }

    /// Returns a valid value: one from the first page, or the contract's example.
    fn right_value(&self, operation: &Operation, parameter: &Parameter, page: &Value) -> String {
        let list = operation.list.as_ref();
        let found = list.and_then(|list| {
            let items = page[&list.items].as_array()?;
            let name = match parameter.name.as_str() {
                "before" => &list.timestamp,
                name => name,
            };
            items.iter().find_map(|item| item[name].as_str())
        });
        if let Some(value) = found {
            return value.to_owned();
        }
        let example = self
            .contract
            .json()
            .pointer(&parameter.pointer)
            .map(|parameter| &parameter["example"]);
        match example {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        }
    }

    /// Requests a page. Returns null if the response is not valid JSON.
    async fn page(
        &mut self,
        check: &mut Check,
        operation: &'c Operation,
        query: &[(String, String)],
    ) -> Result<Value, LiveError> {
        let exchange = self.expect_success(check, operation, query).await?;
        Ok(serde_json::from_slice(exchange.1.body()).unwrap_or_default())
    }

    /// Sends a request with the configured API key, and expects a success.
    async fn expect_success(
        &mut self,
        check: &mut Check,
        operation: &'c Operation,
        query: &[(String, String)],
    ) -> Result<Exchange, LiveError> {
        let exchange = self.call(check, operation, query, Key::Valid, None).await?;
        let status = exchange.1.status();
        let rejected = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
        if rejected && !self.accepted {
            return Err(LiveError::Unauthorized(status));
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

    /// Checks that a request was rejected with this status code.
    fn expect_rejection(
        &mut self,
        check: &mut Check,
        operation: &'c Operation,
        exchange: &Exchange,
        expected: StatusCode,
    ) {
        self.validate(check, operation, exchange);
        let status = exchange.1.status();
        if status != expected && operation.response(status).is_some() {
            let sentence = format!("is {}, expected {}", status.as_u16(), expected.as_u16());
            let id = ids::RESPONSE_REJECTION_EXPECTED;
            check.findings.push(unexpected(id, operation, sentence));
        }
    }

    fn validate(&mut self, check: &mut Check, operation: &'c Operation, exchange: &Exchange) {
        let findings = self.coverage.validate(operation, &exchange.0, &exchange.1);
        // The requests are our own: invalid on purpose, or with a value that the server returned.
        let response_findings = findings
            .into_iter()
            .filter(|finding| finding.pointer.starts_with("/response"));
        check.findings.extend(response_findings);
    }
}

impl Check {
    fn new(name: impl Into<String>) -> Self {
        Check {
            name: name.into(),
            requests: Vec::new(),
            findings: Vec::new(),
            skipped: None,
        }
    }
}

fn check(operation: &Operation, what: &str) -> Check {
    Check::new(format!("{} {what}", operation.id))
}

/// Returns the finding for a status code that is documented, but wrong for this request.
fn unexpected(id: Id, operation: &Operation, sentence: String) -> Finding {
    Finding::new(
        id,
        Severity::Breaking,
        "/response/status",
        format!("{}/responses", operation.pointer),
        sentence,
    )
}

/// Returns a value of the wrong type for the parameter. Any text is a valid string.
fn wrong_value(parameter: &Parameter, contract: &Contract) -> Option<&'static str> {
    match &parameter.schema.target(&contract.components).kind {
        Kind::Integer(_) | Kind::Number(_) => Some("many"),
        Kind::Boolean => Some("perhaps"),
        Kind::Text(text) if text.format == Some(Format::DateTime) => Some("yesterday"),
        _ => None,
    }
}
