//! What an error reports. It is complete before it becomes an [`Error`], which is shared and does not change.

use std::error::Error as StdError;
use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{HeaderValue, LOCATION, RETRY_AFTER};

use super::envelope::Envelope;
use super::{Error, ErrorKind};
use crate::client::ConfigError;
use crate::http::response::RawResponse;
use crate::http::retry::retry_after;

/// The facts about a failed call that its error reports.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    pub operation: &'static str,
    pub attempts: u32,
    pub repeat: Repeat,
    /// An attempt before the last one may have been processed.
    pub earlier_unknown: bool,
}

/// When a request can be sent again without causing a duplicate, although it may have been processed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    Never,
    /// Within the call, whose attempts share an idempotency key.
    #[allow(
        dead_code,
        reason = "the contract decides which operations have an idempotency key"
    )]
    WithinCall,
    /// Always: it changes nothing, or the caller chose its idempotency key.
    Always,
}

impl Call {
    /// A call of which nothing was sent.
    pub const fn unsent(operation: &'static str) -> Self {
        Call {
            operation,
            attempts: 0,
            repeat: Repeat::Never,
            earlier_unknown: false,
        }
    }
}

pub(crate) struct Report {
    pub kind: ErrorKind,
    pub call: Call,
    pub response: Option<RawResponse>,
    pub envelope: Envelope,
    /// What the response's `Retry-After` asks for.
    pub retry_after: Option<Duration>,
    /// The path to the JSON value that could not be decoded.
    pub json_path: Option<String>,
    /// More about the kind, without anything that was sent or received.
    pub detail: Option<String>,
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Report {
    pub fn new(kind: ErrorKind, call: Call) -> Box<Self> {
        Box::new(Report {
            kind,
            call,
            response: None,
            envelope: Envelope::default(),
            retry_after: None,
            json_path: None,
            detail: None,
            source: None,
        })
    }

    /// Reports a response with a status that is not a success.
    pub fn of_status(response: RawResponse, call: Call) -> Box<Self> {
        let redirect = response.status.is_redirection()
            && response.status != StatusCode::NOT_MODIFIED
            && response.headers.contains_key(LOCATION);
        let kind = if redirect {
            ErrorKind::Redirect
        } else {
            ErrorKind::Status
        };
        Report::new(kind, call).response(response)
    }

    /// Reports an error of `reqwest` without its URL, whose query may contain personal data. If a connection took the
    /// request (`taken`), a connect error is that of a later request, e.g. after a redirect.
    pub fn of_reqwest(error: reqwest::Error, taken: bool, call: Call) -> Box<Self> {
        let kind = if !taken && error.is_builder() {
            ErrorKind::InvalidRequest
        } else if !taken && (error.is_connect() || error.is_timeout()) {
            ErrorKind::Connect
        } else if error.is_timeout() && !error.is_connect() {
            ErrorKind::Timeout
        } else {
            ErrorKind::Interrupted
        };
        Report::new(kind, call).source(error.without_url())
    }

    pub fn detail(mut self: Box<Self>, detail: impl Into<String>) -> Box<Self> {
        self.detail = Some(detail.into());
        self
    }

    pub fn json_path(mut self: Box<Self>, path: Option<String>) -> Box<Self> {
        self.json_path = path;
        self
    }

    pub fn response(mut self: Box<Self>, response: RawResponse) -> Box<Self> {
        let now = SystemTime::now();
        let waits = response.headers.get_all(RETRY_AFTER).iter();
        self.retry_after = waits.filter_map(|wait| retry_after(wait, now)).max();
        // Some servers report an error with a success status.
        self.envelope = Envelope::read(&response.body);
        self.response = Some(response);
        self
    }

    pub fn source(mut self: Box<Self>, source: impl StdError + Send + Sync + 'static) -> Box<Self> {
        self.source = Some(Box::new(source));
        self
    }

    /// Hides the code and the request id of an error envelope that contains the API key.
    pub fn hiding(mut self: Box<Self>, authorization: &HeaderValue) -> Box<Self> {
        self.envelope.hide(authorization);
        self
    }
}

impl Error {
    pub(crate) fn new(report: Box<Report>) -> Self {
        Error(report.into())
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        let report = Report::new(ErrorKind::Config, Call::unsent(""));
        Error::new(report.source(error))
    }
}
