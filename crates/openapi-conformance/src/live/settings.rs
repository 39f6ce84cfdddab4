//! The settings of a validator.

use std::fmt;

use http::header::{AUTHORIZATION, CONNECTION, CONTENT_LENGTH, COOKIE, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::call::http_client;
use super::known::Known;
use super::selection::Selection;
use super::{Live, LiveError};
use crate::security::Scheme;
use crate::{Contract, Coverage, Operation, base_url};

/// The headers that the HTTP client writes itself.
const RESERVED: [HeaderName; 4] = [HOST, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION];

/// The settings of a [`Live`], which [`Live::builder`] creates.
#[must_use]
pub struct LiveBuilder<'c> {
    contract: &'c Contract,
    base_url: String,
    api_key: Option<String>,
    headers: Vec<(String, String)>,
    allow_insecure_http: bool,
    sends_writes: bool,
    only: Vec<String>,
    skip: Vec<String>,
}

impl fmt::Debug for LiveBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveBuilder").finish_non_exhaustive()
    }
}

impl<'c> LiveBuilder<'c> {
    pub(super) fn new(contract: &'c Contract, base_url: &str) -> Self {
        LiveBuilder {
            contract,
            base_url: base_url.to_owned(),
            api_key: None,
            headers: Vec::new(),
            allow_insecure_http: false,
            sends_writes: false,
            only: Vec::new(),
            skip: Vec::new(),
        }
    }

    /// Sets the API key, which is sent as the security schemes of the contract require. For the scheme `basic`, it is
    /// `USER:PASSWORD`. A contract that requires no credentials needs no key.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Adds a header to every request. A header of a security scheme replaces the API key, and is left out of requests
    /// that are sent without credentials.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Allows `http://` for any host, e.g. for a server in the network of a CI job. The API key is then sent
    /// unencrypted. By default, it is allowed only for this machine.
    pub fn allow_insecure_http(mut self, allow: bool) -> Self {
        self.allow_insecure_http = allow;
        self
    }

    /// Also calls operations that may change data, each once with the contract's example. By default, only GET and HEAD
    /// requests are sent.
    pub fn send_writes(mut self, send: bool) -> Self {
        self.sends_writes = send;
        self
    }

    /// Checks only these operations: an `operationId`, a tag, or a path that is the operation's own or one above it. It
    /// may be called several times.
    pub fn only(mut self, selector: impl Into<String>) -> Self {
        self.only.push(selector.into());
        self
    }

    /// Does not check these operations, which are selected as by [`only`](Self::only).
    pub fn skip(mut self, selector: impl Into<String>) -> Self {
        self.skip.push(selector.into());
        self
    }

    /// Creates the validator. No request is sent yet.
    ///
    /// # Errors
    ///
    /// Returns a [`LiveError`] if a setting is invalid, or if a selected operation requires credentials and there are
    /// none.
    pub fn build(self) -> Result<Live<'c>, LiveError> {
        let invalid = |reason| LiveError::BaseUrl { reason };
        let base = base_url::parse(&self.base_url).map_err(invalid)?;
        let is_loopback = base_url::is_loopback(&base);
        if base.scheme() == "http" && !is_loopback && !self.allow_insecure_http {
            return Err(LiveError::InsecureBaseUrl);
        }
        let is_sent =
            |key: &String| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
        if self.api_key.as_ref().is_some_and(|key| !is_sent(key)) {
            return Err(LiveError::ApiKey);
        }
        let selection = Selection::new(self.contract, &self.only, &self.skip)?;
        let headers = headers(self.headers)?;
        let live = Live {
            contract: self.contract,
            http: http_client(is_loopback).map_err(|source| LiveError::HttpClient { source })?,
            base,
            api_key: self.api_key,
            headers,
            sends_writes: self.sends_writes,
            selection,
            coverage: Coverage::new(self.contract),
            known: Known::default(),
            is_planning: false,
            is_accepted: false,
            unfinished: None,
        };
        let mut operations = live.operations();
        if live.api_key.is_none() && operations.any(|operation| live.lacks_credentials(operation)) {
            return Err(LiveError::MissingApiKey);
        }
        Ok(live)
    }
}

impl Live<'_> {
    /// Returns true if the operation requires credentials that only an API key could provide.
    fn lacks_credentials(&self, operation: &Operation) -> bool {
        let is_given = |scheme: &Scheme| match scheme.header() {
            Some(name) => self.headers.contains_key(name),
            None => *scheme == Scheme::None,
        };
        let mut alternatives = operation.security.iter();
        !operation.security.is_empty() && !alternatives.any(|schemes| schemes.iter().all(is_given))
    }
}

impl Scheme {
    /// Returns the name of the header that has the credentials.
    pub(super) fn header(&self) -> Option<HeaderName> {
        match self {
            Scheme::Authorization(_) => Some(AUTHORIZATION),
            Scheme::Header(name) => HeaderName::from_bytes(name.as_bytes()).ok(),
            Scheme::Cookie(_) => Some(COOKIE),
            Scheme::Query(_) | Scheme::None => None,
        }
    }
}

fn headers(given: Vec<(String, String)>) -> Result<HeaderMap, LiveError> {
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let parsed = HeaderName::from_bytes(name.as_bytes()).ok();
        let allowed = parsed.filter(|parsed| !RESERVED.contains(parsed));
        let (Some(allowed), Ok(mut value)) = (allowed, HeaderValue::try_from(value)) else {
            return Err(LiveError::Header);
        };
        value.set_sensitive(true);
        headers.append(allowed, value);
    }
    Ok(headers)
}
